"""Whose numbers an imported number is the sum of: the campaigns or sources, as the page データ元 keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

_BETWEEN = " | "
_MOST = 2000  # letters in a cell: a longer list is kept by its first names and a mark by which it is known again
_KEPT = 5  # first names of such a list
_LONGEST = 100  # letters of a name


def kept_names(names: Iterable[str]) -> str:
    """The names in one text, "" for none.

    Example: ``展示会 | 検索``.
    """
    listed = sorted({name.replace("|", "｜")[:_LONGEST] for name in names})
    whole = _BETWEEN.join(listed)
    if len(whole) <= _MOST:
        return whole
    mark = hashlib.sha256(whole.encode()).hexdigest()[:8]
    return _BETWEEN.join([*listed[:_KEPT], f"… ({len(listed)}: {mark})"])


def names_in(row: Mapping[str, Any]) -> frozenset[str]:
    """The names of a row of the table; empty where it has none."""
    return frozenset(filter(None, str(row.get("names") or "").split(_BETWEEN)))


def names_of(names: Iterable[str]) -> frozenset[str]:
    """Names as a row of the table would have them."""
    return names_in({"names": kept_names(names)})
