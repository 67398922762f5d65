"""Targets that were revised (K13): the former value, the day and the reason stand on the channel's own sheet."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from tests.agreement.books import Built
from tests.agreement.comparison import against_python
from tests.regenerate.typing_in import type_in, type_in_cells
from tests.sheets.plans import template
from xl_kpi.build import build
from xl_kpi.commands import SetOption, new, open_workbook
from xl_kpi.commands.rewrite import rewrite
from xl_kpi.plan.history.revisions import change_id, is_revision, revisions
from xl_kpi.plan.records import Change, Records
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.writing.stored_values import evaluate

PLAN = template("default", "ja")
START = dt.datetime(2026, 5, 1, 9, 0, 0)


def change(day: int, key: str, old: object, new: object) -> Change:
    return Change(START + dt.timedelta(days=day), "佐藤", "typed", key, key, old, new)


HISTORY = (
    change(0, "", None, None),
    change(1, "tbl_kpis[web.cvr].value", 0.03, 0.025),
    change(2, "tbl_kpis[ads.cvr].value", 0.02, 0.015),
    change(3, "tbl_stages[opportunities].rate", 0.5, 0.4),
    change(4, "kgi_value", 60.0, 50.0),
    change(5, "tbl_channels[web].share", 0.4, 0.5),
    change(6, "tbl_channels[web].owner", "佐藤", "鈴木"),
    change(7, "actual[web:cv][2026-04]", 30.0, 31.0),
    change(8, "tbl_kpis[web.cvr].value", None, 0.03),
    change(9, "tbl_stages[leads].rate", 0.25, 0.2),
)


def keys(channel: str, history: tuple[Change, ...] = HISTORY) -> list[str]:
    channels = {one.id: one for one in PLAN.channels}
    return [one.key for one in revisions(PLAN, Records(history=history), channels[channel])]


def test_a_sheet_has_its_own_revisions_those_of_its_stages_and_the_goal_newest_first():
    stage, goal = "tbl_stages[opportunities].rate", "kgi_value"
    assert keys("web") == ["tbl_stages[leads].rate", "tbl_channels[web].share", goal, stage, "tbl_kpis[web.cvr].value"]
    assert keys("ads") == ["tbl_stages[leads].rate", goal, stage, "tbl_kpis[ads.cvr].value"]
    # inside sales brings opportunities: what becomes of leads before them does not change its targets
    assert keys("inside_sales") == [goal, stage]


@pytest.mark.parametrize("number", [6, 7, 8])
def test_owners_actuals_and_first_values_are_no_revision(number):
    assert not is_revision(HISTORY[number])


def test_ids_of_changes_differ_and_stay():
    ids = [change_id(one) for one in HISTORY]
    assert len(set(ids)) == len(ids) and ids == [change_id(Change(**vars(one))) for one in HISTORY]


def rows_of(page: SheetSpec) -> list[list[object]]:
    found = [row for (row, column), cell in sorted(page.cells.items()) if column == 1
             and str(cell.value).startswith("revised:")]  # fmt: skip
    return [[cell.value for (at, column), cell in sorted(page.cells.items())
             if at == row and column > 1 and cell.value is not None] for row in found]  # fmt: skip


def test_the_newest_five_stand_below_the_words_with_their_reason():
    many = (*HISTORY, change(10, "order_value", 1e6, 2e6))
    reasons = {change_id(HISTORY[5]): {"reason": "広告より安く取れたため"}}
    plan = PLAN.with_(tables={"tbl_reasons": reasons})
    spec = book_spec(plan, Records(history=many))
    found = rows_of(spec.sheet("tab:web"))
    assert [row[0] for row in found] == [(START + dt.timedelta(days=day)).date() for day in (10, 9, 5, 4, 3)]
    assert found[2][1:] == ["サービスサイト › 割合", 0.4, 0.5, "広告より安く取れたため"]
    assert rows_of(book_spec(PLAN).sheet("tab:web")) == []


def test_reasons_are_formulas_that_follow_the_change_log():
    records = Records(history=HISTORY)
    plan = PLAN.with_(tables={"tbl_reasons": {change_id(HISTORY[4]): {"reason": "予算が減ったため"}}})
    book = Built(plan, book_spec(plan, records), build(plan, records=records))
    assert against_python(book, evaluate(book.data), "IronCalc") == []


def test_without_the_change_log_the_value_and_the_day_stand_there_all_the_same():
    plan = PLAN.with_(settings={**PLAN.settings, "page_history": "off"})
    spec = book_spec(plan, Records(history=HISTORY))
    assert "history" not in [sheet.key for sheet in spec.sheets] and len(rows_of(spec.sheet("tab:web"))) == 5
    typed = plan.with_(tables={"tbl_reasons": {change_id(HISTORY[4]): {"reason": "予算が減ったため"}}})
    spec = book_spec(typed, Records(history=HISTORY))
    assert spec.sheet("history").hidden and "予算が減ったため" in rows_of(spec.sheet("tab:web"))[2]


def test_a_reason_lives_through_regenerates(tmp_path):
    """Typed on 変更履歴 beside the line; a line more on top takes nothing away."""
    path, days = tmp_path / "plan.xlsx", iter(range(1, 9))
    new(path, lang="ja", changes=[SetOption("page_history", "on"), SetOption("plan_months", "3")], who="佐藤")

    def regenerated() -> None:
        now = dt.datetime(2026, 6, next(days), 10, 0, 0)
        rewrite(open_workbook(path, "ja"), command="regenerate", now=now, who="佐藤")

    def shown() -> list[object]:
        sheet = openpyxl.load_workbook(path, data_only=True)["サービスサイト"]
        rows = [row for row in range(1, sheet.max_row + 1) if str(sheet.cell(row, 1).value).startswith("revised:")]
        return [next(cell.value for cell in reversed(sheet[row]) if cell.value is not None) for row in rows]

    type_in(path, {"tbl_kpis[web.cvr].value": 0.025})
    regenerated()
    log = openpyxl.load_workbook(path)["変更履歴"]
    row = next(row for row in range(1, log.max_row + 1) if "CVR" in str(log.cell(row, 5).value))
    assert not log.cell(row, 8).protection.locked and log.protection.sheet
    type_in_cells(path, {"変更履歴": {f"H{row}": "フォームを変えたため"}})
    regenerated()
    assert shown() == ["フォームを変えたため"]
    type_in(path, {"tbl_stages[mql].rate": 0.3})
    regenerated()
    assert len(shown()) == 2 and shown()[1] == "フォームを変えたため"
    history = open_workbook(path, "ja").records.history
    assert not [line for line in history if line.key.startswith("tbl_reasons")]  # it is no line of its own
