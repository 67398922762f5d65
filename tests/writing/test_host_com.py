"""Excel for Windows, as far as its object model is called by name: members that exist, values that it takes.

Excel itself is not here: a stand-in notes every call and knows which members Excel's documentation lists.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.open_book.open_books import open_book, plan_of
from tests.open_book.typed_books import NOW, workbook
from tests.regenerate.typing_in import add_sheet, places, type_in
from xl_kpi import engine
from xl_kpi.engine.range import Range
from xl_kpi.engine.sheet import Sheet
from xl_kpi.open_book import regenerate as open_regenerate
from xl_kpi.open_book.snapshot import fetched
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.theme import style
from xl_kpi.workbook.writing.host import PlainHost
from xl_kpi.workbook.writing.host_com import ComHost
from xl_kpi.workbook.writing.hosts import host_of
from xl_kpi.workbook.writing.render import render

pytestmark = pytest.mark.slow  # whole workbooks are rendered

# Object → member → the object that it gives ("": a value; "()": a method), from the reference of Excel's object
# model (learn.microsoft.com/office/vba/api/overview/excel/object-model).
MODEL = {
    "Worksheet": {"Tab": "Tab", "PageSetup": "PageSetup", "HPageBreaks": "HPageBreaks", "VPageBreaks": "VPageBreaks",
                  "Cells": "Range", "Outline": "Outline", "Protect": "()"},
    "Tab": {"Color": ""},
    "PageSetup": dict.fromkeys(
        ["PaperSize", "Orientation", "Zoom", "FitToPagesWide", "FitToPagesTall", "PrintTitleRows",
         "PrintTitleColumns", "LeftFooter", "CenterFooter", "RightFooter", "Order"], ""),
    "HPageBreaks": {"Add": "()"},
    "VPageBreaks": {"Add": "()"},
    "Outline": {"SummaryRow": ""},
    "Range": {**dict.fromkeys(["Locked", "ShrinkToFit", "IndentLevel", "RowHeight", "HasArray", "HasSpill",
                               "FormulaArray"], ""),
              "Validation": "Validation", "CurrentArray": "Range", "AutoFilter": "()", "EntireRow": "Range",
              "Hidden": "", "Group": "()"},
    "Validation": dict.fromkeys(["ErrorTitle", "ErrorMessage", "InputTitle", "InputMessage", "ShowError"], ""),
    "Name": {"Comment": ""},
    "Chart": {"SeriesCollection": "()"},
    "Series": {"Formula": ""},
}  # fmt: skip
PROTECT = {
    "Password", "DrawingObjects", "Contents", "Scenarios", "UserInterfaceOnly", "AllowFormattingCells",
    "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns", "AllowInsertingRows",
    "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows", "AllowSorting", "AllowFiltering",
    "AllowUsingPivotTables",
}  # fmt: skip


@dataclass
class Noted:
    """Every call: (where, member, value); members that Excel does not have; what reading a value gives."""

    calls: list[tuple[Any, str, Any]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def of(self, member: str) -> dict[Any, Any]:
        return {where: value for where, name, value in self.calls if name == member}


class ComObject:
    """One of Excel's objects."""

    def __init__(self, noted: Noted, kind: str, where: Any):
        self.__dict__.update(_noted=noted, _kind=kind, _where=where)

    def __getattr__(self, member: str) -> Any:
        self._known(member)
        gives = MODEL[self._kind][member]
        if gives == "()":
            return lambda *values, **named: self._noted.calls.append((self._where, member, named or values))
        return ComObject(self._noted, gives, self._where) if gives else self._noted.values.get(member, False)

    def __setattr__(self, member: str, value: Any) -> None:
        self._known(member)
        self._noted.calls.append((self._where, member, value))

    def _known(self, member: str) -> None:
        if member not in MODEL[self._kind]:
            self._noted.unknown.append(f"{self._kind}.{member}")
            raise AttributeError(member)


class Windows(ComHost):
    """The host, but for the sheet in view: xlwings looks for a running Excel to show it."""

    def show(self, sheet):
        self.shown = sheet.name


@pytest.fixture
def noted(monkeypatch) -> Noted:
    """Excel's objects behind ``.api`` of sheets, ranges and names."""
    noted = Noted()
    monkeypatch.setattr(Sheet, "api", property(lambda sheet: ComObject(noted, "Worksheet", sheet.name)))
    monkeypatch.setattr(
        Range,
        "api",
        property(lambda area: ComObject(noted, "Range", (area.sheet.name, area.get_address(False, False)))),
    )
    monkeypatch.setattr("xl_kpi.engine.book.Name.__init__", named(noted))
    return noted


def named(noted: Noted):
    def init(name, book, ws, defined):
        name.book, name.ws, name.defined = book, ws, defined
        name.api = ComObject(noted, "Name", defined.name)

    return init


@pytest.fixture
def written(noted):
    spec = book_spec(plan_of("c1", "ja"))
    book = engine.new_book()
    host = Windows(book)
    render(spec, book, host=host)
    for sheet in spec.sheets:
        host.lock(book.sheets[sheet.name], sheet)
    return spec


def test_every_sheet_gets_what_a_file_has(written, noted):
    assert noted.unknown == []
    spec = written
    assert noted.of("Color")[spec.sheet("settings").name] == 0x00A8E0  # theme: E0A800; Excel counts blue first
    backwards = spec.sheet("backwards")
    page = {member: noted.of(member).get(backwards.name) for member in MODEL["PageSetup"]}
    assert (page["Zoom"], page["PaperSize"], page["Orientation"]) == (backwards.zoom or False, 9, 2)
    wide = {sheet.name: sheet.fit_width for sheet in spec.sheets if sheet.fit_width and not sheet.zoom}
    assert wide and {name: noted.of("FitToPagesWide")[name] for name in wide} == wide
    assert (page["LeftFooter"], page["CenterFooter"]) == (spec.title, "&A")
    rows = {sheet.name: sheet.print_title_rows for sheet in spec.sheets if sheet.print_title_rows}
    assert rows and {name: noted.of("PrintTitleRows")[name] for name in rows} == rows  # "$6:$6", as Excel has it
    assert {*noted.of("Order").values()} == {2}  # of sheets more than a page wide


def test_only_input_cells_are_open_and_the_sheets_are_protected(written, noted):
    locked: dict[tuple[str, str], bool] = noted.of("Locked")
    opened = {sheet for (sheet, _), closed in locked.items() if not closed}
    wanted = {s.name for s in written.sheets if any(not style(cell.style).locked for cell in s.cells.values())}
    assert opened == wanted
    protections = noted.of("Protect")
    assert protections.keys() == {sheet.name for sheet in written.sheets}
    assert all(set(named) <= PROTECT and named["Contents"] is True for named in protections.values())
    assert all("Password" not in named for named in protections.values())


def test_messages_stand_beside_the_cells(written, noted):
    rules = {(sheet.name, rule.ref): rule for sheet in written.sheets for rule in sheet.validations}
    said = noted.of("ErrorMessage")
    assert {place: said[place] for place in rules} == {place: rule.error[:255] for place, rule in rules.items()}
    prompts = noted.of("InputMessage")
    assert {place: prompts[place] for place in rules} == {place: rule.prompt[:255] for place, rule in rules.items()}


def test_the_functions_have_comments(written, noted):
    assert noted.of("Comment")["REQUIRED_LEADS"].startswith("REQUIRED_LEADS(")


def test_a_version_of_excel_that_knows_none_of_it_gets_the_sheets_all_the_same(monkeypatch):
    class Old:
        def __getattr__(self, member):
            raise OSError("member not found")

        def __setattr__(self, member, value):
            raise OSError("member not found")

    for kind in (Sheet, Range):
        monkeypatch.setattr(kind, "api", property(lambda one: Old()))
    spec, book = book_spec(plan_of("c1", "ja")), engine.new_book()
    render(spec, book, host=Windows(book))
    assert [sheet.name for sheet in book.sheets] == [sheet.name for sheet in spec.sheets]


# --- in an open book -------------------------------------------------------------------------------------


@pytest.fixture
def moved(tmp_path) -> tuple[Path, str]:
    """A plan with a sheet of the user's whose start was put a month back, and the row of the ads' cost."""
    path = tmp_path / "計画.xlsx"
    path.write_bytes(workbook(3))
    row = places(path)["actual[ads:cost][2026-04]"][1].lstrip("G")
    add_sheet(path, "自分", {"A1": 1})
    type_in(path, {"plan_start": "2026/03", "plan_months": 5})
    return path, row


def test_charts_of_the_user_s_follow_and_protection_comes_last(moved, noted):
    path, row = moved
    book = open_book(path.read_bytes())
    drawn = book.sheets["自分"].charts.add(name="グラフ 1")
    series = [
        SimpleNamespace(Formula=f"=SERIES(広告!$B${row},,広告!$G${row}:$H${row},1)"),
        SimpleNamespace(Formula=f"=SERIES(広告!$B${row},,広告!$G${row}:$I${row},3)"),
        SimpleNamespace(Formula="=SERIES(,,自分!$A$1:$A$3,2)"),
    ]
    drawn.impl.api = None, SimpleNamespace(SeriesCollection=lambda: series)
    host = Windows(book)
    done = open_regenerate.regenerate(book, fetched(book), host=host, now=NOW)
    assert noted.unknown == []
    # one month more in front: April and May stand a column further; all months stay all months
    assert [one.Formula for one in series] == [
        f"=SERIES(広告!$B${row},,広告!$H${row}:$I${row},1)",
        f"=SERIES(広告!$B${row},,広告!$G${row}:$K${row},3)",
        "=SERIES(,,自分!$A$1:$A$3,2)",
    ]
    assert "グラフ" not in done.message
    sheets = {sheet.name for sheet in done.spec.sheets}
    for sheet in sheets:
        mine = [
            member
            for where, member, _ in noted.calls
            if where == sheet or isinstance(where, tuple) and where[0] == sheet
        ]
        assert mine[-1] == "Protect", sheet


@pytest.mark.parametrize("array", [True, False])
def test_formulas_are_written_in_the_form_that_keeps_arrays(noted, array):
    book = engine.new_book()
    cell = book.sheets.add("a").range("B2")
    noted.values["HasArray"] = array
    Windows(book).put(cell, "=FILTER(A1:A9,A1:A9>0)")
    if array:  # one formula in several cells: written as a whole
        assert noted.of("FormulaArray") == {("a", "B2"): "=FILTER(A1:A9,A1:A9>0)"}
    else:
        assert cell.formula2 == "=FILTER(A1:A9,A1:A9>0)"


@pytest.mark.parametrize(
    ("name", "platform", "kind"),
    [("excel", "win32", ComHost), ("excel", "darwin", PlainHost), ("remote", "win32", PlainHost)],
)
def test_the_host_is_that_of_the_running_excel(monkeypatch, name, platform, kind):
    monkeypatch.setattr(sys, "platform", platform)
    book = SimpleNamespace(app=SimpleNamespace(engine=SimpleNamespace(name=name)))
    assert type(host_of(book)) is kind
