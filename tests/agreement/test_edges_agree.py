"""Plans at the edges: no lag or long ones, one month or 36, deadlines outside, pipelines larger than the need."""

from __future__ import annotations

import pytest

from tests.agreement.comparison import against_python, between_engines
from tests.agreement.sheet_xml import read_values
from tests.agreement.variants import edge_plans

# All of it belongs to the run with LibreOffice: what the three engines share here (a workbook for every case) takes
# most of the time, and `make unit` is to be quick.
pytestmark = [pytest.mark.host, pytest.mark.long]

PLANS = edge_plans()


@pytest.fixture(scope="module")
def libreoffice_says(books, libreoffice, tmp_path_factory):
    folder = tmp_path_factory.mktemp("edges")
    paths = [book.at(folder, f"{number:02d}") for number, book in enumerate(books.values())]
    converted = libreoffice.convert(paths, "xlsx")
    return {one: read_values(path.read_bytes()) for one, path in zip(books, converted, strict=True)}


@pytest.mark.parametrize("name", PLANS)
def test_stored_values_are_pythons(name: str, books, stored) -> None:
    assert against_python(books[name], stored[name], "stored") == []


@pytest.mark.parametrize("name", PLANS)
def test_libreoffice_computes_pythons_numbers(name: str, books, libreoffice_says) -> None:
    assert against_python(books[name], libreoffice_says[name], "LibreOffice") == []


@pytest.mark.parametrize("name", PLANS)
def test_libreoffice_and_ironcalc_agree_on_every_formula(name: str, books, stored, libreoffice_says) -> None:
    assert between_engines(books[name], stored[name], libreoffice_says[name]) == []
