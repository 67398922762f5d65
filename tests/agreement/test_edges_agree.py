"""Plans at the edges: no lag or long ones, one month or 36, deadlines outside, pipelines larger than the need."""

from __future__ import annotations

import pytest

from tests.agreement.books import Built, built, stored_values
from tests.agreement.comparison import against_python, between_engines
from tests.agreement.variants import edge_plans

PLANS = edge_plans()


@pytest.fixture(scope="module")
def books() -> dict[str, Built]:
    return {name: built(plan) for name, plan in PLANS.items()}


@pytest.fixture(scope="module")
def stored(books):
    return {name: stored_values(book.data) for name, book in books.items()}


@pytest.fixture(scope="module")
def libreoffice_says(books, libreoffice_values, tmp_path_factory):
    folder = tmp_path_factory.mktemp("edges")
    paths = [book.at(folder, f"{number:02d}") for number, book in enumerate(books.values())]
    return dict(zip(books, libreoffice_values(*paths), strict=True))


@pytest.mark.parametrize("name", PLANS)
def test_stored_values_are_pythons(name: str, books, stored) -> None:
    assert against_python(books[name], stored[name], "stored") == []


@pytest.mark.host
@pytest.mark.parametrize("name", PLANS)
def test_libreoffice_computes_pythons_numbers(name: str, books, libreoffice_says) -> None:
    assert against_python(books[name], libreoffice_says[name], "LibreOffice") == []


@pytest.mark.host
@pytest.mark.parametrize("name", PLANS)
def test_libreoffice_and_ironcalc_agree_on_every_formula(name: str, books, stored, libreoffice_says) -> None:
    assert between_engines(books[name], stored[name], libreoffice_says[name]) == []
