"""Columns as wide as their numbers, rows as high as their texts; a long title keeps off the sheet's name below."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sheets.plans import template
from tests.sheets.test_fit import misfits
from xl_kpi.plan.model import Goal
from xl_kpi.sheets import book_spec
from xl_kpi.sheets.blocks.fitting import fit, lines, shown
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.theme import style
from xl_kpi.workbook.writing.host import beside_name


@pytest.mark.parametrize(
    "value, look, said",
    [
        (123_456_780_000.0, "value.yen", "123,456,780,000"),
        (-4_115_226_000.0, "value.yen", "-4,115,226,000"),
        (1234.5, "input.thousand_yen_typed", "1,234.5"),
        (1234.25, "input.thousand_yen_typed", "1,234.25"),
        (99.94, "value.count", "99.9"),
        (1234.4, "value.count", "1,234"),
        (1.01, "value.progress_en", "so far 101%"),
        (0.5, "value.rate", ""),
    ],
)
def test_how_a_number_is_shown(value, look, said):
    assert shown(value, style(look)) == said


@pytest.mark.parametrize(
    "text, room, count",
    [("", 10, 1), ("a b", 10, 1), ("Paid trial started", 10, 2), ("展示会後の個別相談会", 10, 2), ("a\nb", 10, 2),
     ("Internationalisation", 10, 2), ("展示会Tokyo", 10, 2)],
)  # fmt: skip
def test_how_many_lines_a_text_takes(text, room, count):
    assert lines(text, room) == count


def test_columns_and_rows_give_room_to_what_stands_there():
    page = SheetSpec("x", "x", widths={2: 16, 3: 8})
    page.put(2, 2, "コーポレートサイト・サービスサイト", "label")
    page.put(2, 3, 123_456_780_000.0, "total.yen")
    page.put(3, 2, "短い", "label")
    assert misfits(page)
    fit(page)
    assert misfits(page) == []
    assert page.cells[2, 2].style == "label_wrap" and page.heights == {2: 44.0}  # 34 digits, three lines of 14.3


def test_names_give_the_width_that_numbers_need_so_that_a_page_can_be_read():
    """26 + 16 × 7.9 characters are 1,509 pixels of 1,534; two numbers of 12 digits take 60 more."""
    page = SheetSpec("x", "x", widths={1: 1.7, 2: 26.0, **dict.fromkeys(range(3, 19), 7.6)})
    for column in range(5, 19):
        page.put(2, column, 1.0, "value.whole")
    page.put(2, 3, 123_456_780.0, "value.yen")
    page.put(2, 4, 123_456_780.0, "value.yen")
    fit(page)
    assert page.widths[3] > 9 and 16 <= page.widths[2] < 26


def large(lang):
    """1,234億円, an order of 3.4億円; long names."""
    plan = template("default", lang)
    said = "業界横断型の大規模展示会・共催" if lang == "ja" else "of enterprise accounts in all regions"
    stages = [replace(one, name=f"{one.name} {said}") for one in plan.stages]
    channels = [replace(one, name=f"{one.name} {said}"[:31]) for one in plan.channels]
    goal = Goal("revenue", 123_456_780_000.0, plan.goal.deadline)
    return plan.with_(goal=goal, order_value=345_670_000.0, stages=stages, channels=channels)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_milliards_and_long_names_are_read_in_full(lang):
    pages = book_spec(large(lang)).sheets
    found = [line for page in pages if page.key != "history" for line in misfits(page)]
    assert not found, "\n".join(found)


def test_a_long_title_ends_before_the_name_of_the_sheet():
    page, title = SheetSpec("x", "逆算", landscape=False), "グローバル企業向け基盤サービス事業の統合計画"  # 44 digits
    assert beside_name(title, SheetSpec("x", "逆算")) == title  # a page that lies has room for 53
    assert beside_name(title, page) == "グローバル企業向け基盤サービス事業…"  # 35 of 78, the middle being 4
    assert beside_name("計画", page) == "計画" and beside_name("", page) == ""
