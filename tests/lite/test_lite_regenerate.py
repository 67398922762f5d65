"""Regenerate in xlwings' remote engine, inside Pyodide: the actions, applied, give the command line's file."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from tests.lite.excel_side import Applied, opened, serial
from tests.lite.open_books import file_of
from xl_kpi.addin.lite import add_lite, read_main_py

pytestmark = [pytest.mark.pyodide, pytest.mark.host]

REGENERATE = """
import time, xlwings as xw
from xlwings.server import custom_scripts_call, custom_scripts_meta
job["version"] = xw.__version__
book = xw.Book(json=job)
began = time.perf_counter()
await custom_scripts_call(module, "regenerate", typehint_to_value={xw.Book: book})
json.dumps({"rest": book.json()["actions"], "seconds": time.perf_counter() - began,
            "scripts": [entry["function_name"] for entry in custom_scripts_meta(module)]})
"""


@pytest.fixture(scope="module")
def main_py() -> str:
    """The code as a user's workbook carries it."""
    return read_main_py(add_lite(file_of("c1", "ja"), "ja"))


@pytest.fixture(scope="module")
def regenerated(pyodide, main_py):
    """``regenerated(data, edit)``: the book after the script's actions, what was sent, and the run's report."""

    def run(data: bytes, edit=None):
        sent, asked = opened(data, edit)
        ran = pyodide(main_py, REGENERATE, sent, **asked)
        actions = ran["actions"] + ran["output"]["rest"]
        return Applied.of(sent, asked).apply(actions), actions, ran

    return run


def own_sheet(workbook) -> None:
    """A sheet of the user's own, with formulas that point at ours."""
    sheet = workbook.create_sheet("メモ", 0)
    sheet["A1"], sheet["A2"], sheet["B3"] = "=逆算!$C$6*2", "='逆算'!C7+設定!C10", "='逆算' は文字"
    workbook.defined_names["my_cell"] = openpyxl.workbook.defined_name.DefinedName("my_cell", attr_text="'設定'!$C$9")


@pytest.mark.parametrize(("template", "lang"), [("default", "ja"), ("c2", "en")])
def test_the_sheets_are_those_of_the_command_line(regenerated, template, lang):
    data = file_of(template, lang)
    after, actions, ran = regenerated(data)
    file = openpyxl.load_workbook(BytesIO(data))
    assert after.sheets == file.sheetnames
    for ws in file.worksheets:
        ours = {place: serial(cell.value) for place, cell in ws._cells.items() if cell.value is not None}
        assert after.cells[ws.title] == ours, ws.title
        merged = {(area.min_row, area.min_col, area.max_row, area.max_col) for area in ws.merged_cells.ranges}
        assert after.merged.get(ws.title, set()) == merged, ws.title
        links = {(cell.row, cell.column): f"#{cell.hyperlink.location}" for row in ws for cell in row if cell.hyperlink}
        assert after.links.get(ws.title, {}) == links, ws.title
        assert len(after.charts.get(ws.title, [])) == len(ws._charts), ws.title
    assert after.names == {name: f"={defined.attr_text}" for name, defined in file.defined_names.items()}
    assert ran["output"]["scripts"] == ["regenerate"]
    assert len(after.alerts) == 1 and str(len(after.sheets)) in after.alerts[0]


def test_own_sheets_and_names_stay_and_point_where_they_did(regenerated):
    after, _, _ = regenerated(file_of("c1", "ja"), own_sheet)
    assert after.sheets[-1] == "メモ"  # ours come first, in their order
    assert after.cells["メモ"] == {
        (1, 1): "='逆算'!$C$6*2",
        (2, 1): "='逆算'!C7+'設定'!C10",
        (3, 2): "='逆算' は文字",
    }
    assert after.names["my_cell"] == "='設定'!$C$9"


def test_a_wrong_entry_is_told_and_nothing_is_changed(regenerated):
    def wrong_rate(workbook) -> None:
        area = workbook.defined_names["tbl_stages"].attr_text  # 'ファネル'!$A$8:…: the row below the header
        row = int(area.rpartition("!")[2].split("$")[2].rstrip(":")) + 1
        header = {cell.value: cell.column for cell in workbook["ファネル"][row - 1]}
        workbook["ファネル"].cell(row, header["次の段階への転換率"]).value = 20

    after, actions, _ = regenerated(file_of("c1", "ja"), wrong_rate)
    assert [action["func"] for action in actions] == ["alert"]
    assert "20% のことですか" in after.alerts[0] and "変更していません" in after.alerts[0]
