"""What has gone from our sheets is told: whole sheets, columns, rows, and ids that somebody typed over."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import MergedCell

from tests.agreement.selected import often
from tests.new_files import few_pages, new_file
from tests.regenerate.described import template
from tests.regenerate.typing_in import plan_entries, type_in
from tests.told import raises_saying
from xl_kpi.catalog.messages import line, worded
from xl_kpi.commands import open_workbook
from xl_kpi.commands.examine import check
from xl_kpi.commands.plans.new import new
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.errors import BadFile, InputFaults
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.history.renamed_ids import renamed
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import with_pages

NOW = dt.datetime(2026, 6, 3, 9, 0, 0)
ACTUALS = {("ads:clicks", 0): 900, ("ads:clicks", 1): 901, ("ads:cost", 1): 120_000, ("stage:mql", 1): 66}


@pytest.fixture(scope="module")
def begun() -> bytes:
    return new_file(sound())


def sound() -> Plan:
    # Open proposals cover all of the need and reach the goal, so that no check has anything to say about the
    # plan itself.
    plan = few_pages(template()).with_(months=3, actuals=ACTUALS, pipeline={"leads": 9000, "sql": 3, "proposals": 9000})
    return plan.with_(channels=tuple(replace(channel, capacity=None) for channel in plan.channels))


@pytest.fixture
def path(begun, tmp_path) -> Path:
    file = tmp_path / "計画.xlsx"
    file.write_bytes(begun)
    return file


def regenerate(path: Path) -> Rewritten:
    return rewrite(open_workbook(path, "ja"), command="regenerate", who="鈴木", now=NOW)


def without(path: Path, *sheets: str, names: str = "dangling") -> Path:
    """Delete sheets as other programs do: their names stay and point nowhere, or go along."""
    book = openpyxl.load_workbook(path)
    for sheet in sheets:
        del book[sheet]
        for name, area in list(book.defined_names.items()):
            if f"'{sheet}'!" in area.attr_text or area.attr_text.startswith(f"{sheet}!"):
                if names == "gone":
                    del book.defined_names[name]
                elif names == "#REF!":
                    area.attr_text = "#REF!"
    book.save(path)
    return path


def emptied(path: Path, sheet: str, *, row: int = 0, column: int = 0) -> Path:
    """A row or a column of which nothing is left."""
    book = openpyxl.load_workbook(path)
    for cells in book[sheet]:
        for cell in cells:
            if cell.row == row or (cell.column == column and cell.row >= 6):
                if not isinstance(cell, MergedCell):
                    cell.value = None
    book.save(path)
    return path


def row_of(path: Path, sheet: str, key: str) -> int:
    return next(row[0].row for row in openpyxl.load_workbook(path)[sheet].iter_rows() if row[0].value == key)


def refused(path: Path) -> list[str]:
    """The lines with which every command refuses; the file is as it was."""
    data = path.read_bytes()
    with pytest.raises(InputFaults) as told:
        regenerate(path)
    with pytest.raises(InputFaults) as again:
        check(path, "ja")
    assert told.value.faults == again.value.faults and path.read_bytes() == data
    return [line(fault, told.value.lang) for fault in told.value.faults]


# --- sheets ----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("names", often(["dangling", "gone", "#REF!"], ["dangling"]))
@pytest.mark.parametrize(
    "sheet", often(["設定", "ファネル", "チャネル", "KPI辞書", "逆算", "合意"], ["設定", "チャネル", "逆算"])
)
def test_a_sheet_in_which_somebody_types_must_be_there(path, sheet, names):
    (line,) = refused(without(path, sheet, names=names))
    assert line.startswith(f"計画.xlsx: 「{sheet}」 → 入力用のこのシートがない")
    assert "xl-kpi restore 計画.xlsx" in line


@pytest.mark.slow
@pytest.mark.parametrize("names", often(["dangling", "gone", "#REF!"], ["gone"]))
def test_the_sheet_of_a_channel_must_be_there(path, names):
    (line,) = refused(without(path, "広告", names=names))
    # three actuals of ads; the row of ads is the second one on チャネル
    assert line.startswith("計画.xlsx: 「広告」 → このチャネルのシートがない") and "実績が3件" in line
    assert "チャネル!D8 を ×" in line


@pytest.mark.slow
def test_all_missing_sheets_are_told_together(path):
    assert [line.split("」")[0] for line in refused(without(path, "設定", "逆算"))] == [
        "計画.xlsx: 「設定", "計画.xlsx: 「逆算",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("names", often(["dangling", "gone", "#REF!"], ["#REF!"]))
def test_without_its_memory_a_workbook_can_be_taken_as_a_template(path, tmp_path, names):
    entries = plan_entries(path)
    (line,) = refused(without(path, "控え", names=names))
    assert line.startswith("計画.xlsx: 「控え」") and "--template 計画.xlsx" in line
    made = new(tmp_path / "新.xlsx", template=path)
    assert entries_of(made.plan) == entries


@pytest.mark.slow
def test_sheets_that_are_only_read_are_made_anew(path):
    # its reference pages as well, which the plan's template has off
    path.write_bytes(new_file(with_pages(sound(), {"history": True, "glossary": True, "functions": True})))
    sheets = openpyxl.load_workbook(path).sheetnames
    without(path, "使い方", "KPIツリー", "点検", "変更履歴", "用語", "関数", "計算")
    assert check(path, "ja") == []
    entries, done = plan_entries(path), regenerate(path)
    assert [change.key for change in done.changes] == [""] and not done.kept
    assert plan_entries(path) == entries
    assert sorted(openpyxl.load_workbook(path).sheetnames) == sorted(sheets)
    assert regenerate(path).unchanged


@pytest.mark.slow
def test_a_channel_that_is_off_may_lose_its_sheet_and_keeps_its_actuals(path):
    without(type_in(path, {"tbl_channels[ads].on": "×"}), "広告")
    done = regenerate(path)
    assert {one.key: one.value for one in done.kept} == {
        "actual[ads:clicks][2026-04]": 900, "actual[ads:clicks][2026-05]": 901, "actual[ads:cost][2026-05]": 120_000,
    }  # fmt: skip
    regenerate(type_in(path, {"tbl_channels[ads].on": "○"}))
    assert plan_entries(path)["actual[ads:cost][2026-05]"] == 120_000


@pytest.mark.slow
def test_a_channel_that_was_just_added_has_no_sheet_yet(path):
    channel = {"B": "seo", "C": "SEO", "D": "○", "E": "leads", "F": 0.1, "G": 5000}
    book = openpyxl.load_workbook(path)
    for column, value in channel.items():
        book["チャネル"][f"{column}12"] = value
    book.save(path)
    regenerate(path)
    assert "SEO" in openpyxl.load_workbook(path).sheetnames
    assert regenerate(path).unchanged  # without KPIs there is nothing on its sheet that could be missing


@pytest.mark.slow
def test_a_sheet_whose_name_is_gone_is_not_taken_for_another(path):
    book = openpyxl.load_workbook(path)
    del book.defined_names["act_ads"]
    book.save(path)
    (line,) = refused(path)
    assert line.startswith("計画.xlsx 広告: 「広告」") and "名前 act_ads" in line


@pytest.mark.slow
def test_some_other_workbook_is_told_as_such(tmp_path):
    book = openpyxl.Workbook()
    book.save(tmp_path / "別.xlsx")
    with raises_saying(BadFile, "計画ブックではありません"):
        check(tmp_path / "別.xlsx", "ja")


@pytest.mark.slow
def test_a_column_that_was_deleted_is_named_with_the_cure(path):
    book = openpyxl.load_workbook(path)
    book["チャネル"]["H6"] = None
    book.save(path)
    with raises_saying(BadFile, r"月間の上限.*列を削除したときは xl-kpi restore 計画\.xlsx"):
        check(path, "ja")


# --- rows and columns ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_month_that_was_deleted_from_a_sheet_comes_back_with_its_actuals(path):
    entries = plan_entries(path)
    emptied(path, "広告", column=8)  # the months begin in G: H is May
    (told,) = check(path, "ja")
    assert (told.level, told.sheet) == ("warning", "広告")
    assert worded(told.found, "ja") == "2026/05 広告 › クリック › 実績、広告 › 広告費 › 実績"
    said = worded(told.allowed, "ja")
    assert "2件" in said and "xl-kpi restore 計画.xlsx" in said
    done = regenerate(path)
    assert done.warnings == (told,)
    assert plan_entries(path) == entries
    assert check(path, "ja") == [] and regenerate(path).unchanged


@pytest.mark.long
@pytest.mark.slow
def test_a_row_that_was_deleted_from_a_sheet_comes_back_with_its_actuals(path):
    entries = plan_entries(path)
    emptied(path, "広告", row=row_of(path, "広告", "clicks:actual"))
    emptied(path, "逆算", row=row_of(path, "逆算", "stage:mql:actual"))
    found = {(one.sheet, worded(one.found, "ja")) for one in check(path, "ja")}
    assert found == {
        ("広告", "2026/04、2026/05 広告 › クリック › 実績"),
        ("逆算", "2026/05 MQL › 実績"),
    }
    regenerate(path)
    assert plan_entries(path) == entries


@pytest.mark.long
@pytest.mark.slow
def test_what_is_cleared_cell_by_cell_is_a_change_like_any_other(path):
    type_in(path, {"actual[ads:clicks][2026-05]": None})
    assert check(path, "ja") == []
    done = regenerate(path)
    assert [(one.key, one.old, one.new) for one in done.changes][:1] == [("actual[ads:clicks][2026-05]", 901, None)]
    assert "actual[ads:clicks][2026-05]" not in plan_entries(path)


# --- 保管 -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_number_typed_over_a_sum_is_kept_once_and_can_be_cleared(path):
    book = openpyxl.load_workbook(path)
    at = f"F{row_of(path, '逆算', 'stage:leads:actual')}"  # April; the first stage is the sum of its channels
    book["逆算"][at] = 500
    book.save(path)
    done = regenerate(path)
    assert [(one.key, one.value) for one in done.kept] == [("actual[stage:leads][2026-04]", 500)]
    book = openpyxl.load_workbook(path)
    assert [cell.value for cell in book["保管"][7]][5] == "消す" and book["保管"]["A8"].value == done.kept[0].key
    book["保管"]["F8"] = "○"
    book.save(path)
    done = regenerate(path)
    assert [(one.key, one.label, one.old, one.new) for one in done.changes][0] == (
        "actual[stage:leads][2026-04]", "リード › 2026/04 実績（保管から削除）", 500, None,
    )  # fmt: skip
    assert done.records.archive == {} and "保管" not in openpyxl.load_workbook(path).sheetnames
    assert regenerate(path).unchanged


# --- ids that were typed over ----------------------------------------------------------------------------


def test_an_id_typed_over_is_asked_about():
    plan = template()
    last = entries_of(plan)
    stages = tuple(
        stage if stage.id != "sql" else type(stage)("sal", "SAL", stage.owner, stage.rate, stage.lag)
        for stage in plan.stages
    )
    (told,) = renamed(plan.with_(stages=stages), last)
    assert (told.cell, told.found, told.level) == ("tbl_stages[sal].id", "sal", "warning")
    said = worded(told.allowed, "ja")
    assert "「sql」を消して「sal」を加えた" in said and "IDを sql に戻して" in said
    assert renamed(plan, last) == [] and renamed(plan.with_(stages=stages), {}) == []


@pytest.mark.slow
def test_a_stage_whose_id_was_typed_over_is_told_at_its_cell(path):
    type_in(path, {"tbl_stages[sql].id": "sal"})
    (told,) = check(path, "ja")
    assert (told.sheet, told.cell, told.found) == ("ファネル", "B9", "sal")
    done = regenerate(path)
    assert done.warnings == (told,)
    assert [(one.key, one.value) for one in done.kept] == [("tbl_pipeline[sql]", 3)]
    assert check(path, "ja") == []  # it is the plan's now


@pytest.mark.slow
def test_a_channel_whose_id_was_typed_over_is_told_once(path):
    type_in(path, {"tbl_channels[ads].id": "ads2"})
    errors = [fault for fault in check(path, "ja") if fault.level == "error"]
    assert [(one.sheet, one.cell, one.found) for one in errors] == [("KPI辞書", "B17", "ads")]
    assert all(words in worded(errors[0].allowed, "ja") for words in ("ads2 のことですか", "15行", "ads に戻して"))
    with pytest.raises(InputFaults):
        regenerate(path)


@pytest.mark.slow
def test_all_channels_off_is_told_where_one_can_be_switched_on(path):
    channels = ("web", "ads", "webinar", "trade_show", "inside_sales")
    type_in(path, {f"tbl_channels[{channel}].on": "×" for channel in channels})
    (told,) = [fault for fault in check(path, "ja") if "チャネルがありません" in worded(fault.allowed, "ja")]
    assert (told.sheet, told.cell, told.level) == ("チャネル", "D7", "warning")


@pytest.mark.slow
def test_the_open_pipeline_of_a_template_is_told(path, tmp_path):
    from xl_kpi.commands.plans.set_options import SetOption

    told: list[str] = []
    new(tmp_path / "来期.xlsx", template=path, changes=[SetOption("plan_start", "2027-04")], tell=told.append)
    assert [line for line in told if "進行中の案件" in line] == [
        "進行中の案件（リード、SQL、案件・提案）は元のブックの値をそのまま引き継ぎました。新しい開始時点の件数に書き換えてください。"
    ]
