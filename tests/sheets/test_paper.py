"""Where printed pages end: between blocks; and how 点検 writes numbers and days."""

from __future__ import annotations

import pytest
from openpyxl.utils import range_boundaries

from tests.agreement.full_book import full_plan
from tests.sheets.plans import in_the_year, template
from tests.sheets.test_printed import is_printed
from xl_kpi.sheets import book_spec
from xl_kpi.sheets.blocks.paper import (
    MARGIN,
    NARROW,
    SMALLEST,
    SURE,
    WIDE,
    breaks,
    columns,
    height,
    last_on_page,
    months_a_page,
    parts,
    room,
    scale,
    smallest,
)
from xl_kpi.sheets.checks import as_on_sheets
from xl_kpi.workbook.spec import SheetSpec

OWN = {"kpis", "ksf", "economics", "people", "accounts", "actions", "advice", "alignment", "alignment_log", "brand",
       "brand_log", "brand_answers", "checks", "agreement", "glossary", "functions"}  # fmt: skip


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


def test_a_long_table_ends_its_pages_between_groups_and_evenly():
    # 33 rows in groups of 3 on pages of 30: 15 and 18 rows, not 30 and 3
    assert breaks(page(), [(2, 34)], 300.0, groups={2: range(5, 35, 3)}) == [16]


def test_after_three_pages_that_nobody_ended_the_next_block_begins_one():
    # 95 rows on pages of 30: the fourth holds some five, or none where a program's rows are a little higher
    assert breaks(page(), [(2, 96), (98, 100)], 300.0) == [97]
    assert breaks(page(), [(2, 66), (68, 70)], 300.0) == []


def test_no_page_holds_names_alone():
    """Months over two pages across; what stands below them fills the first of them, and is an area of its own."""
    one = page()
    one.column_breaks, one.row_breaks, one.print_title_columns = [4], [9, 20], "$A:$B"
    for row, last in ((5, 6), (12, 6), (25, 4)):  # months in two bands, words in the third
        for column in range(2, last + 1):
            one.put(row, column, 1)
    one.put(25, 5, None, "section")  # a rule that runs on
    assert parts(one, 6, 30) == [(20, 6), (30, 4)]
    one.print_parts = parts(one, 6, 30)
    assert one.printed == "$A$1:$F$20,$A$21:$D$30"
    one.row_breaks = [9]
    assert parts(one, 6, 30) == []  # months on each


def test_blank_rows_are_printed_as_far_as_the_page_has_room():
    one = page()
    fit = int(room(one, 3) / 10)
    assert last_on_page(one, 30, 99, 3) == min(fit, 99)
    one.row_breaks = [20]
    assert last_on_page(one, 30, 99, 3) == min(20 + fit, 99)
    assert last_on_page(one, 99, 99, 3) == 99


def test_columns_that_are_repeated_make_a_page_smaller():
    one = page()
    one.widths, one.fit_width = {1: 50.0, 2: 50.0, 3: 50.0, 4: 50.0, 5: 50.0, 6: 50.0}, 2
    one.print_title_columns = "$A:$A"  # 7 × 355 pixels over 2 × 1074.24; without Calibri 7 × 473.13
    assert scale(one, 6, NARROW) == pytest.approx(2 * 1074.24 / 2485)
    assert scale(one, 6) == pytest.approx(2 * 1074.24 / 3311.91)


@pytest.mark.parametrize(
    "made",
    [
        lambda: in_the_year("ja"),
        lambda: full_plan("ja"),
        pytest.param(lambda: full_plan("en", 36), marks=pytest.mark.long),
    ],
    ids=["ja", "all", "all, 36 months"],
)
def test_nothing_is_printed_under_7_points(made):
    """pages.md: "Nothing under 7 pt on A4", texts below the row of links.

    What people print wherever they do, what is looked up where Calibri is there, as in Excel.
    """
    small = []
    for sheet in book_spec(made()).sheets:
        last = range_boundaries(sheet.print_area)[2] if sheet.print_area else 0
        printed = is_printed(sheet.key)
        held = (sheet.key in OWN or printed) and last and not sheet.hidden
        if held and (size := smallest(sheet, last, WIDE if printed else NARROW)) < SMALLEST:
            small.append((sheet.key, round(size, 2)))
        assert sheet.row_breaks == sorted(sheet.row_breaks)
    assert not small, small


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_year_of_the_default_plan_stands_on_one_page_across(lang):
    """With 7.9 digits a month 12 months are 1,534 pixels at most: 7 points; the charts of the tabs are in one piece."""
    tabs = [one for one in book_spec(template("default", lang)).sheets if one.key.startswith("tab:")]
    assert [one.fit_width for one in tabs] == [1] * 5
    assert {one.widths[1] for one in tabs} == {MARGIN}


def test_months_part_at_a_quarter():
    """12 months of 11.6 digits beside 64.6 in five columns and 1.7: 658.4 and 114.9 pixels."""
    names = [26.0, 8.0, 10.0, 10.6, 10.0]
    assert columns(names, 11.6) == 7  # (1074.24 × 10 ÷ 7 − 658.4) ÷ 114.9 = 7.6
    assert [months_a_page(12, most) for most in (12, 11, 5, 2)] == [12, 6, 3, 3]
    assert [months_a_page(months, 10) for months in (18, 24, 36, 8)] == [9, 9, 9, 8]


def test_the_first_page_of_the_settings_ends_between_two_sections():
    page = book_spec(template("default", "ja")).sheet("settings")
    (end,) = page.row_breaks
    assert page.cells[end + 1, 2].style == page.cells[end + 1, 6].style == "section"


def test_the_room_grows_as_the_columns_are_made_to_fit():
    one = page()
    one.widths = {1: 50.0, 2: 50.0, 3: 52.0}  # 2 × 355 + 369 pixels, 11.19 inches × 96 are 1074.24: nearly the whole
    whole = SURE * (8.27 - 1.1) * 72
    assert room(one, 3) == pytest.approx(whole * 1079 / 1074.24)
    assert room(one, 2) == pytest.approx(whole)  # never enlarged
    assert height(one, 1, 3) == 30


@pytest.mark.parametrize("words, found", [
    ("2026-06-30", "2026/06/30"), ("期限（2026-06-30）を過ぎています", "期限（2026/06/30）を過ぎています"),
    ("lotoftools.org 2026-04", "lotoftools.org 2026-04"), ("12026-06-301", "12026-06-301"), ("", ""),
])  # fmt: skip
def test_days_are_written_as_the_cells_write_them(words, found):
    assert as_on_sheets(words) == found
