"""Faults and errors as somebody reads them: the sentences in one language, for tests that compare them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from xl_kpi.catalog.messages import line, message, worded
from xl_kpi.errors import Fault, XlKpiError


class Told:
    """A fault in words: its fields, and the one line that is shown."""

    def __init__(self, fault: Fault, lang: str):
        for name, value in vars(fault).items():
            setattr(self, name, worded(value, lang))
        self._line = line(fault, lang)

    def line(self) -> str:
        return self._line

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Told) and vars(self) == vars(other)

    def __repr__(self) -> str:
        return self._line


def told(faults: Iterable[Fault], lang: str) -> list[Told]:
    """The faults in words."""
    return [Told(fault, lang) for fault in faults]


@contextmanager
def raises_saying(kind: type[XlKpiError], words: str, lang: str = "ja") -> Iterator[Any]:
    """As ``pytest.raises``, with the regular expression ``words`` looked for in what the error says in ``lang``."""
    with pytest.raises(kind) as caught:
        yield caught
    said = message(caught.value, lang)
    assert re.search(words, said), said
