"""Pages switched on and off: what was typed on one that goes stays in the workbook, hidden, and comes back with it."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from tests.regenerate.typing_in import type_in
from xl_kpi.catalog.messages import worded
from xl_kpi.commands import new, open_workbook
from xl_kpi.commands.pages import list_pages, switch_pages
from xl_kpi.errors import InputFaults
from xl_kpi.plan.pages.optional import OPTIONAL

ROW = {
    "tbl_actions[r1].found_on": dt.date(2027, 5, 10),
    "tbl_actions[r1].finding": "広告のCVRが低い",
    "tbl_actions[r1].state": "doing",
}


def states(path):
    return {sheet.title: sheet.sheet_state for sheet in openpyxl.load_workbook(path)}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    made = tmp_path_factory.mktemp("pages") / "plan.xlsx"
    new(made, template="small", lang="ja")
    return made


def test_a_small_plan_has_few_tabs(path):
    shown = [name for name, state in states(path).items() if state == "visible"]
    assert len(shown) <= 9, shown  # issue 10: a plan for a small company
    assert {page.id for page in list_pages(path, "ja")[0]} == {*OPTIONAL}


def test_what_was_typed_on_a_page_that_goes_comes_back(path):
    switch_pages(path, on=["見直し"], words="ja")
    assert states(path)["見直し"] == "visible"
    type_in(path, {**ROW, "tbl_actions[r1].state": "対応中"})
    switch_pages(path, off=["actions"], words="ja")
    assert states(path)["見直し"] == "hidden"
    plan = open_workbook(path, "ja").read.plan
    assert plan.tables == {"tbl_actions": {"r1": {key.rpartition(".")[2]: value for key, value in ROW.items()}}}
    switch_pages(path, on=["見直し"], words="ja")
    assert states(path)["見直し"] == "visible"
    assert open_workbook(path, "ja").read.plan.tables == plan.tables


def test_a_page_without_entries_is_gone(path):
    switch_pages(path, off=["tree"], words="ja")
    assert "KPIツリー" not in states(path)
    switch_pages(path, on=["tree"], words="ja")
    assert states(path)["KPIツリー"] == "visible"


def test_a_sheet_that_only_calculates_stays_hidden(path):
    switch_pages(path, on=["durations"], words="ja")
    assert {name: state for name, state in states(path).items() if name in ("所要日数", "日数計算", "リード一覧")} == {
        "所要日数": "visible", "日数計算": "hidden", "リード一覧": "visible",
    }  # fmt: skip


def test_all_that_is_wrong_is_told_at_once(path):
    with pytest.raises(InputFaults) as caught:
        switch_pages(path, on=["tree", "ツリ"], off=["KPIツリー"], words="ja")
    assert [(fault.cell, fault.found) for fault in caught.value.faults] == [("--on", "ツリ"), ("--off", "tree")]
    assert "KPIツリー" in worded(caught.value.faults[0].allowed, "ja")
