"""The scripts that write, as xlwings Lite runs them: their actions, applied, give what the command line makes of the
file."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from tests.closed_plans import small
from tests.kinds import all_typed, in_cell, quarter, typed_in
from tests.lite.workbook_parts import read_main_py
from tests.new_files import new_file
from tests.open_book.excel_side import Applied, opened
from tests.open_book.open_books import begun_file, contents_of, plan_of
from tests.open_book.typed_books import (
    NOW,
    another_language,
    by_file,
    channel_off,
    numbers,
    structure,
    workbook,
)
from tests.regenerate.typing_in import add_sheet, places, type_in
from xl_kpi.addin.lite.put_in import add_lite
from xl_kpi.commands import open_workbook
from xl_kpi.commands.close import close

pytestmark = [pytest.mark.pyodide, pytest.mark.host]

# The clock stands still, so that the times in the history can be compared.
RUN = """
import datetime, types, xlwings as xw
from xlwings.server import custom_scripts_call, custom_scripts_meta
from xl_kpi.open_book import regenerate as open_regenerate

class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromisoformat(NOW)

open_regenerate.dt = types.SimpleNamespace(datetime=Clock)
job["version"] = xw.__version__
book = xw.Book(json=job)
await custom_scripts_call(module, "SCRIPT", typehint_to_value={xw.Book: book})
json.dumps({"rest": book.json()["actions"],
            "scripts": [entry["function_name"] for entry in custom_scripts_meta(module)]})
""".replace("NOW", repr(NOW.isoformat()))


@pytest.fixture(scope="module")
def main_py() -> str:
    """The code as a user's workbook carries it."""
    return read_main_py(add_lite(begun_file("c1", "ja"), "ja"))


@pytest.fixture(scope="module")
def regenerated(pyodide, main_py):
    """``regenerated(data)``: the book after the script's actions, the actions, and the run's report."""

    def run(data: bytes, edit=None, notes=None, protected="", rules=None, script="regenerate"):
        sent, asked = opened(data, edit, notes)
        code = RUN.replace("SCRIPT", script)
        ran = pyodide(main_py, code, sent, protected=protected, rules=rules or {}, **asked)
        actions = ran["actions"] + ran["output"]["rest"]
        return Applied.of(sent, asked).apply(actions), actions, ran

    return run


@pytest.fixture
def path(tmp_path) -> Path:
    file = tmp_path / "plan.xlsx"
    file.write_bytes(add_lite(workbook(6), "ja"))  # where the script runs, the book carries the code
    return file


def all_at_once(path: Path) -> None:
    """A channel with actuals off, a longer plan, a stage, a channel, a KPI, a renamed channel, typed formulas."""
    channel_off(path)
    structure(path)


@pytest.mark.long
@pytest.mark.parametrize("change", [all_at_once, another_language], ids=lambda c: c.__name__)
def test_the_sheets_are_those_of_the_command_line(regenerated, path, change):
    change(path)
    as_the_command_line_makes_them(regenerated, path)


@pytest.mark.long
def test_every_kind_of_sheet_on_which_people_type_is_that_of_the_command_line(regenerated, path):
    path.write_bytes(add_lite(new_file(quarter(plan_of("default", "ja"))), "ja"))
    type_in(path, {key: in_cell(key, value) for key, value in all_typed().items()})
    as_the_command_line_makes_them(regenerated, path)
    assert typed_in(open_workbook(path, "ja").read.plan).items() >= all_typed().items()


def as_the_command_line_makes_them(regenerated, path: Path) -> None:
    """The book after the script's actions has the cells, looks and names of the file that the command line writes."""
    after, _, ran = regenerated(path.read_bytes())
    by_file(path)
    made = numbers(contents_of(path.read_bytes()))
    assert after.sheets == list(made)
    for sheet in made:
        assert numbers({sheet: after.cells[sheet]}) == {sheet: made[sheet]}, sheet
    looks_of(after, openpyxl.load_workbook(path))
    assert ran["output"]["scripts"] == ["check", "close", "guide", "import_files", "regenerate"]
    assert len(after.alerts) == 1 and re.search("再生成しました|Regenerated", after.alerts[0])


def test_close_closes_one_month_more_as_the_command_line_does(regenerated, tmp_path, monkeypatch):
    monkeypatch.setattr("xl_kpi.commands.rewrite.user_name", lambda: "")  # Lite does not know who works with it
    path = tmp_path / "plan.xlsx"
    path.write_bytes(add_lite(new_file(small(months=3, reached=2)), "ja"))
    close(path, "2026-04", words="ja", now=NOW)
    after, _, _ = regenerated(path.read_bytes(), script="close")
    close(path, "2026-05", words="ja", now=NOW)
    made = numbers(contents_of(path.read_bytes()))
    assert after.sheets == list(made)
    for sheet in made:
        assert numbers({sheet: after.cells[sheet]}) == {sheet: made[sheet]}, sheet
    looks_of(after, openpyxl.load_workbook(path))
    assert len(after.alerts) == 1 and after.alerts[0].startswith("2026/04から2026/05までを締めました")


def looks_of(after: Applied, file: openpyxl.Workbook) -> None:
    """Merged cells, links, charts and names, as far as actions tell them."""
    for ws in file.worksheets:
        if not ws["A1"].value or not str(ws["A1"].value).startswith("xl_kpi:"):
            continue  # the user's own
        merged = {(area.min_row, area.min_col, area.max_row, area.max_col) for area in ws.merged_cells.ranges}
        assert after.merged.get(ws.title, set()) == merged, ws.title
        links = {(cell.row, cell.column): f"#{cell.hyperlink.location}" for row in ws for cell in row if cell.hyperlink}
        assert after.links.get(ws.title, {}) == links, ws.title
        names = [name for name, *_ in after.charts.get(ws.title, [])]
        # by these a later regenerate of the file tells our charts from the user's
        assert names == [f"xl_kpi {number + 1}" for number in range(len(ws._charts))], ws.title
    assert after.names == {name: f"={defined.attr_text}" for name, defined in file.defined_names.items()}


@pytest.mark.long
def test_once_more_nothing_is_written(regenerated, path):
    channel_off(path)
    by_file(path)
    after, actions, _ = regenerated(path.read_bytes())
    assert [action["func"] for action in actions] == ["alert"]
    assert "変わったところはありません" in after.alerts[0]


@pytest.mark.long
def test_own_words_notes_and_looks_on_our_sheets_go_along_and_rules_that_read_them_are_told(regenerated, path):
    at = places(path)["actual[web:cv][2026-04]"]
    row = int(re.sub(r"\D", "", at[1]))
    add_sheet(path, "自分", {"A1": 1, "C9": 2})
    type_in(path, {"plan_months": 8})

    def edit(workbook) -> None:
        workbook["サービスサイト"].cell(row, 18, "確認済み")
        workbook["サービスサイト"].cell(row, 8).fill = PatternFill("solid", fgColor="FF00B0F0")
        workbook["サービスサイト"].cell(row, 9).number_format = '0"社"'

    notes = {("サービスサイト", at[1]): "広告代理店に確認"}
    rules = {"自分": {"address": "B2:B4", "source": "=設定!$C$7:$C$9"}}
    after, actions, _ = regenerated(path.read_bytes(), edit, notes, rules=rules)
    place = {"start_row": row - 1, "row_count": 1, "column_count": 1}

    def looks(func: str, column: int) -> list:
        wanted = place | {"start_column": column - 1}
        return [one["args"] for one in actions if one["func"] == func and wanted.items() <= one.items()]

    assert looks("setRangeColor", 8) == [["#00b0f0"]] and looks("setNumberFormat", 9) == [['0"社"']]
    assert after.alerts[0].endswith("ご確認ください。\n・自分: 入力規則")
    # two months more: what stands beside the table is two columns further, the first month where it was
    assert after.cells["サービスサイト"][row, 20] == "確認済み"
    (note,) = [action for action in actions if action["func"] == "addNote"]
    assert note["args"] == [f"${at[1][0]}${row}", "広告代理店に確認"]


@pytest.mark.long
def test_a_sheet_of_the_user_s_that_can_t_be_written_brings_everything_back(regenerated, path):
    channel_off(path)
    data = path.read_bytes()
    before = Applied.of(*opened(data))
    after, actions, _ = regenerated(data, protected="自分")
    assert {"addSheet", "sheetDelete"} <= {action["func"] for action in actions}
    assert (after.sheets, after.cells, after.names) == (before.sheets, before.cells, before.names)
    assert "自分" in after.alerts[0] and "ブックは元のままです" in after.alerts[0]


@pytest.mark.long
def test_a_wrong_entry_is_told_and_nothing_is_changed(regenerated):
    def wrong_rate(workbook) -> None:
        area = workbook.defined_names["tbl_stages"].attr_text  # 'ファネル'!$A$8:…: the row below the header
        row = int(area.rpartition("!")[2].split("$")[2].rstrip(":")) + 1
        header = {cell.value: cell.column for cell in workbook["ファネル"][row - 1]}
        workbook["ファネル"].cell(row, header["次の段階への転換率"]).value = 20

    after, actions, _ = regenerated(begun_file("c1", "ja"), wrong_rate)
    assert [action["func"] for action in actions] == ["alert"]
    assert "20% のことですか" in after.alerts[0] and "変更していません" in after.alerts[0]
