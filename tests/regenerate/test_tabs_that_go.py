"""Channels switched off and on again: no sheet stays behind for nothing, and a tab comes back as it was called."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.new_files import few_pages, new_file
from tests.regenerate.described import template
from xl_kpi.catalog import text
from xl_kpi.commands import open_workbook
from xl_kpi.commands.rewrite import rewrite
from xl_kpi.errors import Fault
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.history.structure_changes import structure
from xl_kpi.regenerate.change_report import change_report

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

NOW = dt.datetime(2026, 6, 3, 9, 0, 0)


def written(path: Path, lang: str, months: int) -> Path:
    plan = few_pages(template(lang=lang)).with_(months=months)
    path.write_bytes(new_file(plan))
    return path


def switch(path: Path, **on: bool) -> tuple[Fault, ...]:
    """What the command tells of it."""
    opened = open_workbook(path, "ja")
    plan = opened.read.plan
    channels = tuple(replace(one, on=on.get(one.id, one.on)) for one in plan.channels)
    return rewrite(opened, plan.with_(channels=channels), command="channels", who="鈴木", now=NOW).warnings


def rename(path: Path, old: str, new: str) -> None:
    """Another name on the tab, as Excel writes it: in the list of sheets and in all that names the sheet."""
    with zipfile.ZipFile(path) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    for part, data in parts.items():
        if part.endswith(".xml"):
            xml = data.decode("utf-8").replace(f'name="{old}"', f'name="{new}"')
            parts[part] = re.sub(rf"'{re.escape(old)}'!|(?<![\w'])\b{re.escape(old)}!", f"'{new}'!", xml).encode()
    with zipfile.ZipFile(path, "w") as package:
        for part, data in parts.items():
            package.writestr(part, data)


def sheets(path: Path) -> list[str]:
    return openpyxl.load_workbook(path, read_only=True).sheetnames


def test_no_sheet_stays_behind_for_our_own_links_beside_what_is_printed(tmp_path):
    path = written(tmp_path / "plan.xlsx", "en", 1)  # few months: the links go on beside the last column
    before = sheets(path)
    plan = open_workbook(path, "en").read.plan
    gone = {channel.name for channel in plan.channels_on if channel.id != "web"}
    # Nothing of the user's stands on these tabs: no rule, link or shape of ours that goes with one is told.
    told = switch(path, ads=False, webinar=False, trade_show=False, inside_sales=False)
    assert not [one for one in told if one.allowed.key.startswith("graft_")]
    assert sheets(path) == [name for name in before if name not in gone]


@pytest.mark.long
def test_a_tab_comes_back_under_the_name_that_the_user_gave_it(tmp_path):
    path = written(tmp_path / "plan.xlsx", "ja", 3)
    rename(path, "広告", "Web広告")
    before = sheets(path)
    switch(path, ads=False)  # three months: some of the links stand beside what is printed here too
    assert sheets(path) == [name for name in before if name != "Web広告"]
    switch(path, ads=True)
    assert sheets(path) == before
    assert open_workbook(path, "ja").records.names == {}


@pytest.mark.long
def test_a_copy_of_a_tab_is_the_user_s_also_when_the_tab_goes_and_comes_back(tmp_path):
    """The copy says in A1 that it is the tab, as any copy does, but no name of ours points to it."""
    path = written(tmp_path / "plan.xlsx", "ja", 3)
    book = openpyxl.load_workbook(path)
    copy = book.copy_worksheet(book["広告"])
    copy.title = "広告 (2)"
    copy["G10"] = 99_999  # an actual that nobody typed
    book.save(path)
    switch(path, ads=False)
    switch(path, ads=True)
    assert {"広告", "広告 (2)"} <= set(sheets(path))
    done = openpyxl.load_workbook(path)
    assert (done["広告 (2)"]["G10"].value, done["広告"]["G10"].value) == (99_999, None)


def test_what_stays_of_a_tab_is_told_before_anything_is_written(tmp_path):
    path = written(tmp_path / "plan.xlsx", "ja", 12)
    book = openpyxl.load_workbook(path)
    book["広告"]["T30"], book["広告"]["T31"] = "グラフの右", "=1+1"
    book.save(path)
    opened = open_workbook(path, "ja")
    plan = opened.read.plan
    off = plan.with_(channels=tuple(replace(one, on=one.on and one.id != "ads") for one in plan.channels))
    told = rewrite(opened, off, command="channels", who="鈴木", now=NOW, dry_run=True)
    (gone,) = (change for change in told.sheets if change.sheet == "広告")
    assert (gone.gone, gone.rest, gone.left) == (True, "広告（残り）", 2)
    lines = list(change_report(told.structure, told.sheets, told.kept, told.returned, told.formulas, "ja", 40))
    words = "シート 広告: なくなります。ご自身で加えたもの（セル2個）はシート「広告（残り）」に残ります"
    assert words in lines


def test_a_period_without_a_month_of_the_one_before_is_told_in_one_line():
    plan = template()  # twelve months from April 2026

    def told(start: dt.date) -> bool:
        before, after = entries_of(plan), entries_of(plan.with_(start=start))
        return text("structure_other_months", "ja") in structure(before, after, plan)

    assert [told(start) for start in (dt.date(2027, 4, 1), dt.date(2025, 4, 1))] == [True, True]
    assert [told(start) for start in (dt.date(2027, 3, 1), dt.date(2026, 10, 1), plan.start)] == [False, False, False]


@pytest.mark.long
def test_months_that_the_plan_has_left_come_back_into_a_sum_with_them(tmp_path):
    """April to June 2026 are G to I; a plan from October has none of them."""
    path = written(tmp_path / "plan.xlsx", "ja", 12)
    book = openpyxl.load_workbook(path)
    book.create_sheet("自分")["A1"] = "=SUM('広告'!G9:I9)"
    book.save(path)
    for start, formula in ((dt.date(2026, 10, 1), "=SUM(#REF!)"), (dt.date(2026, 4, 1), "=SUM('広告'!G9:I9)")):
        opened = open_workbook(path, "ja")
        rewrite(opened, opened.read.plan.with_(start=start), command="regenerate", who="鈴木", now=NOW)
        assert openpyxl.load_workbook(path)["自分"]["A1"].value.replace("=SUM(広告!", "=SUM('広告'!") == formula
