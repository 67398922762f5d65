"""Which cases a run compares, so that an engine computes no workbook that no test of the run asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def often(cases: Iterable[Any], kept: Collection[Any]) -> list[Any]:
    """The cases for ``parametrize``: those that are not ``kept`` have the marker ``long``."""
    cases = list(cases)
    assert all(case in cases for case in kept)
    return [case if case in kept else pytest.param(case, marks=pytest.mark.long) for case in cases]


def asked(request: pytest.FixtureRequest, parameter: str = "case") -> set[Any]:
    """The ``parameter`` of each test of this file and run that needs the fixture in which this is called."""
    return {
        item.callspec.params[parameter]
        for item in request.session.items
        if item.path == request.path
        and request.fixturename in getattr(item, "fixturenames", ())
        and hasattr(item, "callspec")
    }
