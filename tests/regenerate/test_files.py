"""Regenerate on real files: what is typed stays, what is the user's stays, formulas follow, and twice is once."""

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
from tests.regenerate.typing_in import add_sheet, parts_of, places, plan_entries, type_in
from tests.told import raises_saying
from xl_kpi.catalog.messages import worded
from xl_kpi.commands import open_workbook
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.errors import BadFile, InputFaults, Refused
from xl_kpi.workbook.package.save import backups

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

NOW = dt.datetime(2026, 6, 3, 9, 0, 0)


def plan(**changes):
    """The default plan of three months, with a few actuals."""
    actuals = {("ads:cost", 0): 120_000, ("ads:cost", 2): 90_000, ("stage:mql", 1): 66, ("web:cv", 0): 180}
    return few_pages(template()).with_(months=3, actuals=actuals, pipeline={"mql": 12}, **changes)


@pytest.fixture(scope="module")
def begun() -> bytes:
    return new_file(plan())


@pytest.fixture
def path(begun, tmp_path) -> Path:
    file = tmp_path / "計画.xlsx"
    file.write_bytes(begun)
    return file


def regenerate(path: Path, **options) -> Rewritten:
    options = {"command": "regenerate", "who": "鈴木", "now": NOW, **options}
    return rewrite(open_workbook(path, "ja"), **options)


def own(path: Path, sheet: str = "自分") -> dict[str, object]:
    """What stands on a sheet of the user's: formulas and constants."""
    return {cell.coordinate: cell.value for row in openpyxl.load_workbook(path)[sheet] for cell in row if cell.value}


def contents(path: Path) -> dict[str, dict[str, object]]:
    book = openpyxl.load_workbook(path)
    return {ws.title: {c.coordinate: c.value for row in ws for c in row if c.value is not None} for ws in book}


# --- what stays ------------------------------------------------------------------------------------------


def test_an_untouched_file_is_not_written(path):
    data = path.read_bytes()
    done = regenerate(path)
    assert (done.changes, done.kept, done.backup, done.unchanged) == ((), (), None, True)
    assert path.read_bytes() == data


@pytest.mark.long
def test_a_file_that_was_written_is_the_same_from_then_on(path):
    type_in(path, {"kgi_value": 72})
    assert not regenerate(path).unchanged
    data = path.read_bytes()
    again = regenerate(path)
    assert again.unchanged and again.backup is None and path.read_bytes() == data


def test_everything_typed_is_there_afterwards_and_in_the_history(path):
    typed = {
        "kgi_value": 72, "plan_title": "上期の計画", "tbl_stages[mql].rate": 0.41, "tbl_season[4]": 2,
        "tbl_channels[ads].unit_cost": 15000, "actual[web:cv][2026-06]": 210, "tbl_pipeline[sql]": 9,
    }  # fmt: skip
    type_in(path, {"page_history": "○"})  # off in a new plan
    regenerate(path, now=NOW - dt.timedelta(hours=1))
    type_in(path, typed)
    done = regenerate(path)
    assert {key: plan_entries(path)[key] for key in typed} == typed
    *found, last = done.changes
    assert {line.key: line.new for line in found} == typed
    assert {line.command for line in found} == {"typed"}
    assert (last.command, last.key) == ("regenerate", "")  # who found them
    history = [row[4].value for row in openpyxl.load_workbook(path)["変更履歴"].iter_rows(min_row=7)]
    assert {line.label for line in found} <= set(history)  # column E: what was changed


def test_formulas_in_input_cells_stay_formulas(path):
    add_sheet(path, "自分", {"A1": 0.2, "A2": 150000})
    typed = {
        "tbl_stages[mql].rate": ("=1/3", 1 / 3),
        "tbl_channels[ads].unit_cost": ("=自分!A2/10", 15000.0),
        "actual[ads:cost][2026-05]": ("=SUM(自分!A2,1)", 150001.0),
    }
    type_in(path, typed)
    type_in(path, {"plan_months": 4, "tbl_channels[web].on": "×"})
    regenerate(path)
    book, where = openpyxl.load_workbook(path), places(path)
    for key, (formula, result) in typed.items():
        sheet, cell = where[key]
        assert book[sheet][cell].value == formula
        assert plan_entries(path)[key] == pytest.approx(result, rel=1e-15)
    data = path.read_bytes()
    assert regenerate(path).unchanged and path.read_bytes() == data


def test_formulas_on_own_sheets_follow_their_cells(path):
    def cells() -> tuple[str, str]:
        at = places(path)
        mql, cost = at["actual[stage:mql][2026-05]"], at["actual[ads:cost][2026-06]"]
        return "!".join(mql), "!".join(cost)

    mql, cost = cells()
    add_sheet(path, "自分", {"A1": (f"={mql}*2", 132.0), "A2": (f"=SUM({cost},1)", 90001.0)})
    type_in(path, {"plan_start": dt.date(2026, 3, 1), "plan_months": 5, "tbl_channels[web].on": "×"})
    done = regenerate(path)
    new_mql, new_cost = cells()
    assert new_mql != mql and new_cost != cost
    assert own(path) == {"A1": f"={new_mql}*2", "A2": f"=SUM({new_cost},1)"}
    assert {(one.place, one.new, one.lost) for one in done.formulas} == {
        ("自分!A1", f"={new_mql}*2", False), ("自分!A2", f"=SUM({new_cost},1)", False)
    }  # fmt: skip
    assert plan_entries(path)["actual[stage:mql][2026-05]"] == 66


@pytest.mark.long
def test_a_sheet_of_the_user_s_that_is_not_concerned_stays_byte_for_byte(path):
    add_sheet(path, "広告費メモ", {"A1": "広告!H12 の値", "B2": ("=1+1", 2.0)})
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    part = parts_of(parts)["広告費メモ"]
    type_in(path, {"tbl_channels[ads].on": "×"})
    regenerate(path)
    with zipfile.ZipFile(path) as package:
        assert package.read(part) == parts[part]


# --- what changes ----------------------------------------------------------------------------------------


def test_a_channel_off_and_on_again(path):
    before = plan_entries(path)
    type_in(path, {"tbl_channels[ads].on": "×"})
    done = regenerate(path)
    assert "広告" not in openpyxl.load_workbook(path).sheetnames
    assert {one.key: one.value for one in done.kept} == {
        "actual[ads:cost][2026-04]": 120_000, "actual[ads:cost][2026-06]": 90_000
    }  # fmt: skip
    archive = contents(path)["保管"]
    assert "広告 › 広告費 › 実績" in archive.values() and 120_000 in archive.values()
    type_in(path, {"tbl_channels[ads].on": "○"})
    back = regenerate(path)
    assert plan_entries(path) == before and back.records.archive == {}
    assert {one.key for one in back.returned} == {one.key for one in done.kept}
    assert "保管" not in openpyxl.load_workbook(path).sheetnames


def test_a_channel_whose_rows_were_deleted_leaves_nothing_behind_but_what_was_typed(path):
    at = places(path)
    rows = [at["tbl_channels[ads].id"], *(at[key] for key in at if re.fullmatch(r"tbl_kpis\[ads\.\w+\]\.id", key))]
    cells = {
        f"{sheet}!{column}{cell[1:]}": None
        for sheet, cell in rows
        for column in ("ABCDEFGHI" if sheet == "チャネル" else "ABCDEFGHIJKLMNOPQRST")
    }
    type_in(path, cells)
    done = regenerate(path)
    assert "広告" not in openpyxl.load_workbook(path).sheetnames
    assert {one.label for one in done.kept} == {"広告 › 広告費 › 実績"}
    assert done.structure[0] == "チャネルを削除: 広告"


def test_another_language(path):
    in_english(path)


@pytest.mark.long
def test_another_language_and_the_first_again(path):
    before = plan_entries(path)
    in_english(path)
    type_in(path, {"plan_lang": "日本語"})
    regenerate(path)
    assert plan_entries(path) == before
    assert own(path)["A1"] == "='設定'!C7"


def in_english(path: Path) -> None:
    """The workbook in the other language, the user's formulas and all."""
    add_sheet(path, "自分", {"A1": ("=設定!C7", "受注件数"), "A2": ("='KPIツリー'!C7", 60.0)})
    type_in(path, {"plan_lang": "English"})
    done = regenerate(path)
    names = openpyxl.load_workbook(path).sheetnames
    assert names[:3] == ["Start here", "Settings", "Funnel"]
    assert "Ads" in names and names[-1] == "自分"
    assert own(path) == {"A1": "='Settings'!C7", "A2": "='KPI tree'!C7"}
    assert done.plan.lang == "en" and done.plan.channels[1].name == "Ads"


def test_sheets_that_the_user_renamed_keep_their_names(path):
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():  # as Excel does it: the tab and every reference to it
            package.writestr(name, content.replace("逆算".encode(), "月別計画".encode()))
    type_in(path, {"plan_months": 4})
    regenerate(path)
    assert "月別計画" in openpyxl.load_workbook(path).sheetnames
    assert plan_entries(path)["plan_months"] == 4


@pytest.mark.long
def test_one_of_ours_makes_way_for_a_sheet_of_the_user_s_that_bears_its_name(path):
    type_in(path, {"tbl_channels[ads].on": "×"})
    regenerate(path)
    add_sheet(path, "広告", {"A1": "代理店の見積もり"})
    type_in(path, {"tbl_channels[ads].on": "○"})
    regenerate(path)
    names = openpyxl.load_workbook(path).sheetnames
    assert own(path, "広告") == {"A1": "代理店の見積もり"} and "広告 (2)" in names
    data = path.read_bytes()
    assert regenerate(path).unchanged and path.read_bytes() == data


# --- another start ---------------------------------------------------------------------------------------


def test_actuals_stay_with_their_months_when_the_plan_moves_on(path):
    type_in(path, {"plan_start": dt.date(2026, 5, 1)})
    done = regenerate(path)
    entries = plan_entries(path)
    assert (entries["actual[ads:cost][2026-06]"], entries["actual[stage:mql][2026-05]"]) == (90_000, 66)
    assert {one.key for one in done.kept} == {"actual[ads:cost][2026-04]", "actual[web:cv][2026-04]"}
    type_in(path, {"plan_start": dt.date(2026, 4, 1)})
    regenerate(path)
    assert plan_entries(path) == {**entries, "plan_start": dt.date(2026, 4, 1), "actual[ads:cost][2026-04]": 120_000,
                                  "actual[web:cv][2026-04]": 180}  # fmt: skip


@pytest.mark.long
def test_the_next_year_begins_empty_and_keeps_the_old_one(path):
    add_sheet(path, "自分", {"A1": ("=広告!G10", 120000.0)})
    type_in(path, {"plan_start": dt.date(2027, 4, 1)})
    done = regenerate(path)
    assert done.plan.actuals == {} and len(done.kept) == 4
    assert own(path) == {"A1": "=広告!G10"}  # the first month stays the first month
    assert regenerate(path).unchanged


def test_an_actual_typed_under_a_moved_start_is_asked_about(path):
    at = places(path)["actual[web:cv][2026-05]"]
    type_in(path, {"plan_start": dt.date(2026, 5, 1), f"{at[0]}!{at[1]}": 200})
    before = path.read_bytes()
    with pytest.raises(InputFaults) as problem:
        regenerate(path)
    (fault,) = problem.value.faults
    assert (fault.file, fault.sheet, fault.cell, fault.found) == ("計画.xlsx", *at, "200")
    said = worded(fault.allowed, "ja")
    assert "2026/05の値か2026/06の値か" in said and "開始月を2026/04に戻して" in said
    assert path.read_bytes() == before and backups(path) == []


# --- safety ----------------------------------------------------------------------------------------------


def test_wrong_entries_are_told_in_one_pass_and_nothing_is_written(path):
    type_in(path, {"kgi_value": "たくさん", "tbl_stages[mql].rate": 20})
    before = path.read_bytes()
    with pytest.raises(InputFaults) as problem:
        regenerate(path)
    assert [fault.found for fault in problem.value.faults] == ["たくさん", "20"]
    assert path.read_bytes() == before and backups(path) == []


@pytest.mark.long
def test_a_dry_run_writes_nothing_and_says_what_a_run_does(path):
    type_in(path, {"tbl_channels[ads].on": "×", "plan_months": 4})
    before = path.read_bytes()
    tried = regenerate(path, dry_run=True)
    assert path.read_bytes() == before and backups(path) == []
    done = regenerate(path)
    assert replace(tried, backup=done.backup) == done and tried.sheets == done.sheets
    assert tried.structure == ("月数: 3 → 4", "チャネルを使わない: 広告")


@pytest.mark.long
def test_another_file_is_written_and_the_plan_stays(path, tmp_path):
    type_in(path, {"plan_months": 4})
    before = path.read_bytes()
    done = regenerate(path, out=tmp_path / "写し.xlsx")
    assert path.read_bytes() == before and done.backup is None
    assert plan_entries(tmp_path / "写し.xlsx")["plan_months"] == 4


@pytest.mark.long
def test_a_file_that_is_open_elsewhere_is_left_alone(path):
    type_in(path, {"plan_months": 4})
    before = path.read_bytes()
    path.with_name("~$計画.xlsx").write_bytes(b"")
    with pytest.raises(Refused, match="Excelで開かれています"):
        regenerate(path)
    assert path.read_bytes() == before


def test_what_does_not_read_back_is_never_saved(path, monkeypatch):
    """A graft that loses an entry is played; the file that it gives is whole, and still not taken."""
    type_in(path, {"kgi_value": 72})
    from xl_kpi.commands import rewrite as module

    real = module.graft

    def losing(user, made, sheets, **options):
        result = real(user, made, sheets, **options)
        spoilt = path.with_name("spoilt.xlsx")
        spoilt.write_bytes(result.data)
        type_in(spoilt, {"kgi_value": 61})
        data = spoilt.read_bytes()
        spoilt.unlink()
        return replace(result, data=data)

    monkeypatch.setattr(module, "graft", losing)
    before = path.read_bytes()
    with raises_saying(Refused, "kgi_value"):
        regenerate(path)
    assert path.read_bytes() == before and backups(path) == []


def test_a_file_that_is_none_of_ours(tmp_path):
    path = tmp_path / "x.xlsx"
    openpyxl.Workbook().save(path)
    with raises_saying(BadFile, "計画ブックではありません"):
        regenerate(path)
