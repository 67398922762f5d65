"""What a user changed in the looks of our sheets: cells, column widths and row heights stay as he made them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from tests.agreement.selected import often
from tests.graft.anew import made_anew
from tests.graft.plain import ADS, grafted, made
from tests.graft.test_our_charts import PLAN, month_more
from xl_kpi.plan.language import in_language
from xl_kpi.plan.model import Plan

pytestmark = pytest.mark.slow  # each test builds and grafts a whole workbook

MINT = "FF00FFAA"
PAPER = "FFFFFBEB"  # of all our input cells
# The tab 広告 of the default template: row 14 has the actual clicks, row 15 their attainment, column G April.
CLICKS, ATTAINED = 14, 15


@cache
def changed(change: Callable[[Any], None], data: bytes | None = None) -> bytes:
    """Our workbook after a user has changed it."""
    book = openpyxl.load_workbook(BytesIO(data or made()))
    change(book)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def read(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data))


def kpi_first() -> Plan:
    """広告 with the first two KPIs of its tab in the other order: the rows of the clicks come lower down."""
    kpis = list(PLAN.kpis)
    at = [number for number, kpi in enumerate(kpis) if kpi.channel == "ads" and kpi.on][:2]
    kpis[at[0]], kpis[at[1]] = kpis[at[1]], kpis[at[0]]
    return PLAN.with_(kpis=tuple(kpis))


def row_of(sheet: Any, id_: str) -> int:
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == id_)


def dressed(book: Any) -> None:
    """One input cell in everything that can be seen; the cell right of it in nothing."""
    cell = book[ADS].cell(CLICKS, 8)
    cell.fill = PatternFill("solid", fgColor=MINT)
    cell.font = Font(name="Meiryo", size=16, bold=True, color="FFFF0000")
    cell.border = Border(bottom=Side("double", color="FF0000FF"))
    cell.alignment = Alignment(horizontal="left", textRotation=45)
    cell.number_format = "0.000"


def look(cell: Any) -> tuple[Any, ...]:
    font, border, place = cell.font, cell.border.bottom, cell.alignment
    seen = font.name, font.sz, font.b, font.color.rgb, border.style, place.horizontal, place.textRotation
    return cell.fill.fgColor.rgb, *seen, cell.number_format


DRESSED = (MINT, "Meiryo", 16, True, "FFFF0000", "double", "left", 45, "0.000")


def unchanged():
    return PLAN


@pytest.mark.parametrize(
    "change", often([unchanged, month_more, kpi_first], [month_more]), ids=["nothing", "a month", "KPIs in turn"]
)
def test_a_cell_keeps_how_the_user_dressed_it(change):
    done = read(made_anew(changed(dressed), change()).data)
    sheet = done[ADS]
    row = row_of(sheet, "clicks:actual")
    assert look(sheet.cell(row, 8)) == DRESSED
    assert sheet.cell(row, 8).style == "kpi input.whole"
    assert sheet.cell(row, 9).fill.fgColor.rgb == PAPER
    assert [sheet.cell(row, column).protection.locked for column in (8, 9)] == [False, False]


def test_the_row_that_took_its_place_is_dressed_as_usual():
    done = read(made_anew(changed(dressed), kpi_first()).data)
    assert row_of(done[ADS], "clicks:actual") != CLICKS
    assert look(done[ADS].cell(CLICKS, 8)) != DRESSED
    assert done[ADS].cell(CLICKS, 8).fill.fgColor.rgb in (PAPER, "00000000")


@pytest.mark.long
def test_also_a_cell_of_which_there_is_but_one():
    """Of the two inputs in yen on 設定 one was coloured, and another format typed over a rate."""

    def colour(book: Any) -> None:
        book["設定"]["C9"].fill = PatternFill("solid", fgColor=MINT)
        book["設定"]["C10"].number_format = "0.00%"

    done = read(made_anew(changed(colour), PLAN).data)["設定"]
    assert (done["C8"].fill.fgColor.rgb, done["C9"].fill.fgColor.rgb) == (PAPER, MINT)
    assert done["C10"].number_format == "0.00%"
    assert done["C10"].fill.fgColor.rgb == PAPER


@pytest.mark.long
def test_protection_stays_ours():
    """Behind the protection somebody has unlocked a formula and locked an input."""

    def lock(book: Any) -> None:
        for row, locked in ((CLICKS, True), (CLICKS + 1, False)):
            cell = book[ADS].cell(row, 8)
            cell.protection = openpyxl.styles.Protection(locked=locked)
            cell.fill = PatternFill("solid", fgColor=MINT)

    done = read(made_anew(changed(lock), PLAN).data)[ADS]
    cells = done.cell(CLICKS, 8), done.cell(CLICKS + 1, 8)
    assert [cell.fill.fgColor.rgb for cell in cells] == [MINT, MINT]
    assert [cell.protection.locked for cell in cells] == [False, True]


@pytest.mark.long
def test_a_cell_with_another_role_looks_as_it_should():
    """An input of 設定 that was given the look of a title by its cell style: it is an input again."""

    def restyle(book: Any) -> None:
        cell = book["設定"]["C8"]
        cell.style = "kpi title"
        cell.fill = PatternFill("solid", fgColor=MINT)

    done = read(made_anew(changed(restyle), PLAN).data)["設定"]["C8"]
    assert (done.style, done.fill.fgColor.rgb) == ("kpi input.million_yen_typed", PAPER)


@pytest.mark.long
def test_looks_stay_in_another_language():
    plan = in_language(PLAN, "en")
    done = read(made_anew(changed(dressed), plan).data)
    assert look(done["Ads"].cell(CLICKS, 8)) == DRESSED


@pytest.mark.long
def test_nothing_grows_from_one_time_to_the_next():
    once = made_anew(changed(dressed), month_more())
    again = made_anew(once.data, month_more())
    assert again.changed == ()
    assert again.data == once.data


def test_an_untouched_workbook_gets_no_format_more():
    assert grafted(made()).changed == ()
    plain = changed(lambda book: None)
    formats = len(read(plain)._cell_styles)
    assert len(read(made_anew(plain, PLAN).data)._cell_styles) == formats


def sized(book: Any) -> None:
    """A month and the KPIs' names wider, a row without a height and one with a height taller."""
    sheet = book[ADS]
    sheet.column_dimensions["I"].width = 20
    sheet.column_dimensions["B"].width = 40
    sheet.row_dimensions[CLICKS].height = 48
    sheet.row_dimensions[2].height = 60


def test_widths_and_heights_of_the_users_stay():
    done = read(made_anew(changed(sized), PLAN).data)[ADS]
    plain = read(made())[ADS]
    assert [done.column_dimensions[name].width for name in "BI"] == [40, 20]
    assert [done.row_dimensions[row].height for row in (2, CLICKS, ATTAINED)] == [60, 48, None]
    for name in "CDEFGHJ":
        assert done.column_dimensions[name].width == plain.column_dimensions[name].width


def test_sizes_move_with_their_row_and_month():
    """Rows by their KPI; months by their name: a plan that has one month more at its end moves none of them."""
    done = read(made_anew(changed(sized), kpi_first()).data)[ADS]
    assert done.row_dimensions[row_of(done, "clicks:actual")].height == 48
    assert done.row_dimensions[CLICKS].height is None
    longer = read(made_anew(changed(sized), month_more()).data)[ADS]
    assert longer.column_dimensions["I"].width == 20
    assert longer.column_dimensions["S"].width == longer.column_dimensions["R"].width


@pytest.mark.long
def test_months_that_became_wider_with_their_numbers_are_not_the_users():
    """A goal a thousand times as high needs wider months than the 12 of before, of which none was touched."""
    high = PLAN.with_(goal=replace(PLAN.goal, value=PLAN.goal.value * 1000))
    widths = {
        each.width
        for name, each in read(made_anew(made(), high).data)[ADS].column_dimensions.items()
        if name in "GHIJKLMNOPQR"
    }
    before = read(made())[ADS].column_dimensions["G"].width
    assert len(widths) == 1
    assert widths.pop() > before


@pytest.mark.long
def test_a_program_that_writes_every_height_has_not_been_told_to():
    """Google Sheets gives each row a height of its own; rows of ours that have none stay without."""

    def all_rows(book: Any) -> None:
        for row in range(7, book[ADS].max_row + 1):
            book[ADS].row_dimensions[row].height = 15.75

    done = read(made_anew(changed(all_rows), PLAN).data)[ADS]
    assert done.row_dimensions[CLICKS].height is None


@pytest.mark.long
def test_a_row_with_other_words_is_as_tall_as_they_want_it():
    """A KPI's definition on its sheet went from short to long; nobody had touched the row."""
    first = PLAN.kpis[0]
    plan = PLAN.with_(kpis=(replace(first, definition="とても長い定義です。" * 30), *PLAN.kpis[1:]))
    name = "KPI辞書"
    row = row_of(read(made())[name], f"{first.channel}.{first.id}")
    assert (
        read(made_anew(made(), plan).data)[name].row_dimensions[row].height
        > read(made())[name].row_dimensions[row].height
    )
    assert dt.date(2026, 4, 1) == PLAN.start
