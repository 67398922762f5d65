"""Where printed pages end: between blocks; and how 点検 writes numbers and days."""

from __future__ import annotations

import pytest

from xl_kpi.sheets.blocks.paper import SURE, breaks, height, room
from xl_kpi.sheets.checks import as_on_sheets
from xl_kpi.workbook.spec import SheetSpec


def page(rows: float = 10.0) -> SheetSpec:
    return SheetSpec("x", "x", default_height=rows, print_area="$A$1:$C$99")


@pytest.mark.parametrize("blocks, found", [
    ([(2, 21), (23, 42)], [22]),  # 2 × 20 rows of 10 points on a page of 300
    ([(2, 11), (13, 29)], []),  # both fit
    ([(2, 45)], []),  # longer than a page: begins where it stands
    ([(2, 21), (23, 70)], [22]),  # longer than a page, and most of this one is full
    ([(2, 6), (8, 60)], []),  # longer than a page, and most of this one is empty
    ([], []),
])  # fmt: skip
def test_a_page_ends_between_blocks(blocks, found):
    assert breaks(page(), blocks, 300.0) == found


def test_the_repeated_header_takes_room():
    # 26 rows and the header of 4 more fit on a page of 30, not with what stands above them
    assert breaks(page(), [(2, 21), (23, 48), (50, 54)], 300.0, repeated=40.0) == [22, 49]


def test_the_room_grows_as_the_columns_are_made_to_fit():
    one = page()
    one.widths = {1: 50.0, 2: 50.0, 3: 50.0}  # 3 × 355 pixels, 10.69 inches × 96 are 1026.24: nearly the whole
    whole = SURE * (8.27 - 1.2) * 72
    assert room(one, 3) == pytest.approx(whole * 1065 / 1026.24)
    assert room(one, 2) == pytest.approx(whole)  # never enlarged
    assert height(one, 1, 3) == 30


@pytest.mark.parametrize("words, found", [
    ("2026-06-30", "2026/06/30"), ("期限（2026-06-30）を過ぎています", "期限（2026/06/30）を過ぎています"),
    ("lotoftools.org 2026-04", "lotoftools.org 2026-04"), ("12026-06-301", "12026-06-301"), ("", ""),
])  # fmt: skip
def test_days_are_written_as_the_cells_write_them(words, found):
    assert as_on_sheets(words) == found
