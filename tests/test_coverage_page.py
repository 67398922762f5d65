"""docs/coverage.md is what `make coverage` writes, and no cell is blank for the ids whose pages are built."""

from __future__ import annotations

import pytest

from scripts.coverage import FILE, page, rows

# What a person types: issue 10.  K12 and the others before it are met as well; S1–S3, S7, S8, S10 and R wait for data.
BUILT = ("K1", "K2", "K9", "K10", "K11", "K13", "T6", "T7", "T8", "T9", "T10", "T11", "T12", "S4", "S5", "S6", "S9",
         "S11", "S12")  # fmt: skip


def test_the_page_is_up_to_date():
    assert FILE.read_text("utf-8") == page()  # `make coverage` writes it anew


@pytest.mark.parametrize("one", BUILT)
def test_an_id_has_its_sheet_catalog_functions_and_test(one):
    assert all(rows()[one]), rows()[one]
