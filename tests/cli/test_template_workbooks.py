"""``--template`` with a workbook: what a person typed, restyled and added is in the new one."""

from __future__ import annotations

import zipfile
from copy import copy

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from tests.cli.terminal import Edit, edited, xl
from tests.reading.sound_plans import read_plan
from xl_kpi import engine
from xl_kpi.catalog import text
from xl_kpi.commands import SetOption, plan_from
from xl_kpi.workbook.writing.stored_values import evaluate

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

TARGET, ACTUAL = text("kpi_target", "ja"), text("kpi_actual", "ja")


def new_from(template, out, *options):
    answer = xl("new", out, "--template", template, *options)
    assert answer.code == 0, answer
    return answer


def plan_in(path):
    return read_plan(engine.open_book(path), path.name).plan


def actual_cell(edit, name: str, key: str, month: int):
    """The cell of an actual: the row with this key in a block of actuals, the n-th month from 0."""
    sheet, top, left, bottom, right = edit.area(name)
    row = next(row for row in range(top, bottom + 1) if sheet.cell(row, left).value == key)
    header = next(c for c in range(left, right + 1) if sheet.cell(top, c).value == "=EDATE(plan_start,0)")
    return sheet.cell(row, header + month)


def test_everything_typed_is_taken_over(quarter_book, tmp_path):
    def fill(edit):
        edit.cell("kgi_value").value = 72
        edit.cell("plan_title").value = "来年度の計画"
        edit.entry("tbl_stages", "mql", text("stage_rate", "ja")).value = "４１％"
        edit.entry("tbl_pipeline", "sql", text("pipeline_open", "ja")).value = 9
        edit.entry("tbl_channels", "ads", text("channel_cost", "ja")).value = "２万円"
        sheet, top, left, _, _ = edit.area("tbl_season")
        sheet.cell(top + 4, left + 1).value = 2  # April
        actual_cell(edit, "act_web", "cv:actual", 0).value = 180
        actual_cell(edit, "act_stages", "stage:mql:actual", 1).value = 66

    template = edited(quarter_book, tmp_path / "t.xlsx", fill)
    new_from(template, tmp_path / "new.xlsx")
    made = plan_in(tmp_path / "new.xlsx")
    assert made == plan_in(template)
    assert (made.goal.value, made.title, made.stages[1].rate, made.pipeline["sql"]) == (72, "来年度の計画", 0.41, 9)
    assert made.channels[1].unit_cost == 20_000 and made.season[3] == 2
    assert made.actuals == {("web:cv", 0): 180, ("stage:mql", 1): 66}


def test_a_kpi_row_added_below_the_table_has_working_formulas_in_its_tab(small_book, tmp_path):
    def add(edit):
        edit.add_below("tbl_kpis", **{
            "チャネル": "web", "ID": "bounces", "名前（日本語）": "直帰数", "単位": "回", TARGET: "sessions * 0.4",
            ACTUAL: "sessions / 2",
        })  # fmt: skip
        actual_cell(edit, "act_web", "sessions:actual", 0).value = 9000

    template = edited(small_book, tmp_path / "t.xlsx", add)
    new_from(template, tmp_path / "new.xlsx")
    edit = Edit((tmp_path / "new.xlsx").read_bytes())
    values = evaluate((tmp_path / "new.xlsx").read_bytes())
    target, actual = (actual_cell(edit, "act_web", f"bounces:{side}", 0) for side in ("target", "actual"))
    assert target.value.startswith("=") and actual.value.startswith("=")
    sheet = target.parent.title
    # C1 in one month: 60,000 visits, of them 40 %; half of the 9,000 that came
    assert values[sheet, target.row, target.column] == pytest.approx(24_000, rel=1e-9)
    assert values[sheet, actual.row, actual.column] == 4500
    names = [cell.value for row in target.parent.iter_rows() for cell in row]
    assert "直帰数" in names


def test_a_row_inserted_by_excel_in_the_middle_of_a_table(small_book, tmp_path):
    # Excel moves what is below and widens the name; here two rows of the dictionary trade places
    def swap(edit):
        sheet, top, left, _, right = edit.area("tbl_kpis")
        for column in range(left, right + 1):
            one, other = sheet.cell(top + 1, column), sheet.cell(top + 2, column)
            one.value, other.value = other.value, one.value

    template = edited(small_book, tmp_path / "t.xlsx", swap)
    assert [kpi.id for kpi in plan_in(template).kpis] == ["cv", "sessions", "cvr"]
    new_from(template, tmp_path / "new.xlsx")
    assert [kpi.id for kpi in plan_in(tmp_path / "new.xlsx").kpis] == ["cv", "sessions", "cvr"]


def test_renamed_and_reordered_sheets(small_book, tmp_path):
    path = tmp_path / "t.xlsx"
    moved = edited(small_book, tmp_path / "moved.xlsx", lambda edit: edit.book.move_sheet("KPI辞書", -3))
    with zipfile.ZipFile(path, "w") as package, zipfile.ZipFile(moved) as old:
        for name in old.namelist():  # as Excel does it: the tab and every reference to it
            package.writestr(name, old.read(name).replace("設定".encode(), "前提".encode()))
    plan = plan_in(path)
    assert (plan.goal.value, plan.months) == (50, 1)
    assert new_from(path, tmp_path / "new.xlsx").err == ""


def test_a_restyled_template_keeps_its_look(small_book, tmp_path):
    blue = PatternFill("solid", fgColor="FF123456")

    def paint(edit):
        for sheet in edit.book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.style == "kpi title":
                        cell.fill = copy(blue)

    template = edited(small_book, tmp_path / "t.xlsx", paint)
    new_from(template, tmp_path / "new.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "new.xlsx")["設定"]
    assert sheet["B2"].style == "kpi title" and sheet["B2"].fill.fgColor.rgb == "FF123456"
    assert sheet["B3"].fill.fgColor.rgb != "FF123456"


def test_sheets_of_the_users_own_are_named(small_book, tmp_path):
    def add(edit):
        edit.book.create_sheet("打ち合わせ")
        edit.book["使い方"].title = "はじめに"
        edit.book["KPIツリー"].title = "分解"

    template = edited(small_book, tmp_path / "t.xlsx", add)
    answer = new_from(template, tmp_path / "new.xlsx")
    assert answer.faults == ["次のシートは引き継がれません（テンプレートにご自身で追加されたものです）: 打ち合わせ"]
    assert "打ち合わせ" not in openpyxl.load_workbook(tmp_path / "new.xlsx").sheetnames


def test_a_template_with_sheets_of_its_own_is_not_replaced_by_itself(small_book, tmp_path):
    template = edited(small_book, tmp_path / "t.xlsx", lambda edit: edit.book.create_sheet("打ち合わせ"))
    before = template.read_bytes()
    answer = xl("new", template, "--template", template, "--force")
    assert answer.code == 3 and "打ち合わせ" in answer.err and template.read_bytes() == before


def test_a_workbook_with_macros_is_read_without_them(small_book, tmp_path):
    path = tmp_path / "t.xlsm"
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    with (
        zipfile.ZipFile(path, "w") as package,
        zipfile.ZipFile(edited(small_book, tmp_path / "t.xlsx", lambda _: None)) as old,
    ):
        for name in old.namelist():
            content = old.read(name)
            package.writestr(name, content.replace(plain, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"))
    answer = new_from(path, tmp_path / "new.xlsx")
    assert answer.faults == ["t.xlsm のマクロは引き継がれません（出力は .xlsx です）。"]
    assert plan_in(tmp_path / "new.xlsx") == plan_in(tmp_path / "t.xlsx")


def test_next_years_plan_from_this_years_workbook(small_book, tmp_path):
    def report(edit):
        actual_cell(edit, "act_web", "cv:actual", 0).value = 310

    template = edited(small_book, tmp_path / "t.xlsx", report)
    said = []
    plan, _ = plan_from(template, None, [SetOption("plan_start", "2027-04")], tell=said.append)
    assert plan.actuals == {}
    assert said == ["計画の期間の外になる実績 1 個は引き継がれません。"]


def test_actuals_stay_with_their_calendar_month_when_the_start_moves(quarter_book, tmp_path):
    def report(edit):
        for month, value in enumerate((180, 190, 200)):  # April, May, June 2026
            actual_cell(edit, "act_web", "cv:actual", month).value = value

    template = edited(quarter_book, tmp_path / "t.xlsx", report)
    said = []
    plan, _ = plan_from(template, None, [SetOption("plan_start", "2026-05")], tell=said.append)
    assert plan.actuals == {("web:cv", 0): 190, ("web:cv", 1): 200}
    assert [line for line in said if "実績" in line] == said[:1] and len(said) == 2  # the other of the open pipeline
    earlier, _ = plan_from(template, None, [SetOption("plan_start", "2026-03"), SetOption("plan_months", "4")])
    assert earlier.actuals == {("web:cv", 1): 180, ("web:cv", 2): 190, ("web:cv", 3): 200}


def test_a_japanese_workbook_becomes_an_english_one(small_book, tmp_path):
    def rename(edit):
        edit.entry("tbl_stages", "orders", text("stage_name", "ja")).value = "ご成約"

    template = edited(small_book, tmp_path / "t.xlsx", rename)
    new_from(template, tmp_path / "new.xlsx", "--lang", "en")
    plan = plan_in(tmp_path / "new.xlsx")
    assert plan.lang == "en"
    # what the catalog named is named anew, what a person named stays
    assert [stage.name for stage in plan.stages] == ["Leads", "ご成約"]
    assert [channel.name for channel in plan.channels] == ["Website"]
    assert "Settings" in openpyxl.load_workbook(tmp_path / "new.xlsx").sheetnames
