"""Everything here builds many whole workbooks: those of the plans that a module lists under ``PLANS``, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.agreement.books import Built, built
from tests.agreement.sheet_xml import read_values


def pytest_collection_modifyitems(items):
    """The hook sees all tests of the run; those of this folder are slow."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="module")
def books(request) -> dict[str, Built]:
    return {name: built(plan) for name, plan in request.module.PLANS.items()}


@pytest.fixture(scope="module")
def stored(books):
    """What a reader finds in the cells: sheet, row, column → value."""
    return {name: read_values(book.data) for name, book in books.items()}
