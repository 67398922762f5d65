"""見直し / Review log (K13): the rhythm, what is open by the day of the review, what is overdue."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.agreement.books import Built, built
from tests.agreement.comparison import against_python
from tests.regenerate.typing_in import type_in_cells
from tests.sheets.plans import template
from xl_kpi import engine
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.model import Plan
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.reading.plan_reader import read_with_faults
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.writing.stored_values import evaluate

DAY = dt.date(2026, 8, 31)
ROWS = {
    "r1": {"finding": "CVRが低い", "kpi": "web.cvr", "due": dt.date(2026, 8, 30), "state": "doing"},
    "r2": {"finding": "期限の日", "due": DAY},  # due on the day itself is not late
    "r3": {"finding": "済んだ", "due": dt.date(2026, 8, 1), "state": "done"},
    "r4": {"finding": "やめた", "due": dt.date(2026, 8, 1), "state": "dropped"},
    "r5": {"finding": "返事なし", "due": dt.date(2026, 7, 1)},  # a blank state is open
    "r6": {"finding": "期限なし", "state": "open"},
}


def plan_of(rows: dict = ROWS, lang: str = "ja", **settings) -> Plan:
    return template("default", lang).with_(settings={"page_actions": "on", **settings}, tables={"tbl_actions": rows})


def row_of(page: SheetSpec, id_: str) -> list[object]:
    row = next(row for (row, column), cell in page.cells.items() if column == 1 and cell.value == id_)
    return [cell.value for (at, _), cell in sorted(page.cells.items()) if at == row][1:]


@pytest.fixture(scope="module")
def book() -> Built:
    return built(plan_of(review_as_of=DAY))


def test_what_is_open_and_overdue_on_the_day_of_the_review():
    page = book_spec(plan_of(review_as_of=DAY)).sheet("actions")
    # proposed and decided: none; open: r2, r5, r6; under way r1; done r3; dropped r4; late: r1 and r5
    assert row_of(page, "review") == [DAY, "毎月", dt.date(2026, 9, 30), 0, 0, 3, 1, 1, 1, 2]
    assert [row_of(page, f"r{k}")[10] != "" for k in range(1, 7)] == [True, False, False, False, True, False]


def test_nothing_is_overdue_while_no_day_is_typed():
    page = book_spec(plan_of()).sheet("actions")
    assert row_of(page, "review") == [None, "毎月", "", 0, 0, 3, 1, 1, 1, 0]
    assert {row_of(page, f"r{k}")[10] for k in range(1, 7)} == {""}


@pytest.mark.parametrize("rhythm, day, following", [
    ("weekly", dt.date(2026, 12, 28), dt.date(2027, 1, 4)),
    ("weekly", dt.date(2026, 12, 26), dt.date(2027, 1, 4)),  # a Saturday: then on Mondays
    ("monthly", dt.date(2027, 1, 31), dt.date(2027, 2, 26)),  # the last day: the next month's last weekday
])  # fmt: skip
def test_the_next_review_follows_the_rhythm(rhythm, day, following):
    page = book_spec(plan_of({}, review_as_of=day, review_rhythm=rhythm)).sheet("actions")
    assert row_of(page, "review")[2] == following


def test_cells_are_what_python_says(book):
    assert against_python(book, evaluate(book.data), "IronCalc") == []
    weekly = built(plan_of({}, "en", review_as_of=dt.date(2027, 1, 31), review_rhythm="weekly"))
    assert against_python(weekly, evaluate(weekly.data), "IronCalc") == []


def test_the_day_and_the_rhythm_are_read_back(book, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(book.data)
    read = read_with_faults(engine.open_book(path), path.name, entries_of(book.plan))
    assert read.plan == book.plan
    type_in_cells(path, {"見直し": {"B6": "来週", "C6": "年1回"}})
    read = read_with_faults(engine.open_book(path), path.name, entries_of(book.plan))
    errors = [(fault.sheet, fault.cell, fault.found) for fault in read.faults if fault.level == "error"]
    assert sorted(errors) == [("見直し", "B6", "来週"), ("見直し", "C6", "年1回")]


def test_a_day_typed_on_a_page_that_is_off_keeps_the_page():
    off = template("default", "ja").with_(settings={"review_as_of": DAY})
    assert book_spec(off).sheet("actions").hidden


def test_what_a_row_is_about_is_told_in_words_and_units_and_its_id_is_not_shown():
    """A rate's figure is a percentage; no id of ours is to be read or typed over, on paper and in copies."""
    rows = {
        "r1": {"finding": "率", "kpi": "funnel.mql_rate", "then": 0.276, "figure": "funnel.mql_rate"},
        "r2": {"finding": "数", "kpi": "inside_sales.volume", "then": 110.0, "figure": "inside_sales.volume"},
        "r3": {"finding": "単独", "then": 3.5},
    }
    page = book_spec(plan_of(rows)).sheet("actions")
    place = {cell.value: at for at, cell in page.cells.items()}
    assert "段階: MQL→SQLの転換率" in place and any(str(one).endswith(": 商談の数") for one in place)
    assert page.cells[place[0.276]].style == "input.rate" and page.cells[place[3.5]].style == "input.raw"
    (_, column), id_ = place["funnel.mql_rate"], page.cells[place["funnel.mql_rate"]]
    styles = {cell.style for (_, at), cell in page.cells.items() if at == column and _ >= place["指標ID"][0]}
    assert id_.style == "unknown" and styles == {"unknown"}  # shows nothing, and is locked


def test_how_often_a_channel_earns_its_cost_stands_with_one_decimal():
    """LTV ÷ CAC is no KPI of the dictionary, and no figure of a stage."""
    page = book_spec(plan_of({"r1": {"finding": "低い", "then": 1.64949, "figure": "ads.ltv_cac"}})).sheet("actions")
    assert [cell.style for cell in page.cells.values() if cell.value == 1.64949] == ["input.decimal"]
