"""docs/coverage.md is what `make coverage` writes, and no cell of it is blank."""

from __future__ import annotations

import pytest

from scripts.coverage import FILE, page, rows
from tests.domain_ids import entries


def test_the_page_is_up_to_date():
    assert FILE.read_text("utf-8") == page()  # `make coverage` writes it anew


@pytest.fixture(scope="module")
def found():
    return rows()


@pytest.mark.parametrize("one", entries())
def test_an_id_has_its_sheet_catalog_functions_and_test(one, found):
    assert all(found[one]), found[one]
