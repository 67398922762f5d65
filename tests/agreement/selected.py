"""Which cases a run compares, so that an engine computes no workbook that no test of the run asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pytest

from tests.agreement.books import Built, Values
from tests.agreement.sheet_xml import read_values


def often(cases: Iterable[Any], kept: Collection[Any]) -> list[Any]:
    """The cases for ``parametrize``: those that are not ``kept`` have the marker ``long``."""
    cases = list(cases)
    assert all(case in cases for case in kept)
    return [case if case in kept else pytest.param(case, marks=pytest.mark.long) for case in cases]


def often_rows(rows: Iterable[tuple[Any, ...]], kept: Collection[int]) -> list[Any]:
    """The same where a case is a row of several arguments: ``kept`` are the numbers of the rows, from 0."""
    return [row if number in kept else pytest.param(*row, marks=pytest.mark.long) for number, row in enumerate(rows)]


def asked(request: pytest.FixtureRequest, parameter: str = "case") -> set[Any]:
    """The ``parameter`` of each test of this file and run that needs the fixture in which this is called."""
    return {
        item.callspec.params[parameter]
        for item in request.session.items
        if item.path == request.path
        and request.fixturename in getattr(item, "fixturenames", ())
        and hasattr(item, "callspec")
    }


def by_libreoffice(
    request: pytest.FixtureRequest,
    libreoffice: Any,
    factory: pytest.TempPathFactory,
    books: Mapping[Any, Built],
    parameter: str = "case",
) -> dict[Any, Values]:
    """What LibreOffice makes of the books of the cases that are asked for, from one start of the program."""
    folder, cases = factory.mktemp("libreoffice"), sorted(asked(request, parameter))
    paths = [books[case].at(folder, f"{number:02d}") for number, case in enumerate(cases)]
    converted = libreoffice.convert(paths, "xlsx")
    return {case: read_values(path.read_bytes()) for case, path in zip(cases, converted, strict=True)}
