"""The Excel side of xlwings Lite: an open workbook as the add-in sends it, and its actions applied to a book."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.utils.cell import coordinate_to_tuple

from xl_kpi.workbook.writing.render import chart_name

EPOCH = dt.datetime(1899, 12, 30)

# Actions that change how a book looks, or who it is shown to, but no content.
LOOKS = {
    "setFontProperty", "setRangeColor", "setNumberFormat", "setHorizontalAlignment", "setVerticalAlignment",
    "setWrapText", "setBorderProperty", "setColumnWidth", "setRowHeight", "setShowGridlines", "freezePaneAtRange",
    "setPrintArea", "setSheetVisibility", "activateSheet", "addConditionalFormat", "setDataValidationList",
    "setDataValidationRule", "setChartTitle", "setChartSeries", "setChartLegend", "setChartAxis", "setChartStyle",
    "addNote",
}  # fmt: skip


def serial(value: Any) -> Any:
    """A date as Excel's number of its day, with the time as its fraction to the second; anything else as it is."""
    if isinstance(value, dt.datetime):
        seconds = round((value - EPOCH).total_seconds())
        return seconds // 86_400 if seconds % 86_400 == 0 else seconds / 86_400
    return value


def opened(data: bytes, edit=None, notes: dict[tuple[str, str], str] | None = None) -> tuple[dict, dict]:
    """(what the add-in sends for an open workbook, what it can be asked for).

    "formulas", "formats" (of numbers) and "colors" (of fills) are rows from A1 on for each sheet; "notes" stand under
    "sheet!A1".

    ``edit(workbook)`` changes the stored values and the formulas first, as a user would have; ``notes`` (sheet,
    cell) → what a note says.
    """
    notes = notes or {}
    values, formulas = (openpyxl.load_workbook(BytesIO(data), data_only=only) for only in (True, False))
    if edit is not None:
        edit(values)
        edit(formulas)
    sheets = [_sheet(ws, [cell for sheet, cell in notes if sheet == ws.title]) for ws in values.worksheets]
    names = [_name(name, defined.attr_text, values.sheetnames) for name, defined in values.defined_names.items()]
    book = {"name": "plan.xlsx", "active_sheet_index": 0, "selection": "A1", "calculation": "Automatic"}
    sent = {"client": "Office.js", "version": "0", "book": book, "names": names, "sheets": sheets}
    asked = {ws.title: [[_formula(cell) for cell in row] for row in _rows(ws)] for ws in formulas.worksheets}
    formats = {ws.title: [[cell.number_format for cell in row] for row in _rows(ws)] for ws in values.worksheets}
    colors = {ws.title: [[_color(cell) for cell in row] for row in _rows(ws)] for ws in values.worksheets}
    said = {f"{sheet}!{cell}": words for (sheet, cell), words in notes.items()}
    return sent, {"formulas": asked, "formats": formats, "colors": colors, "notes": said}


def _rows(ws):
    return ws.iter_rows(min_row=1, min_col=1, max_row=ws.max_row, max_col=ws.max_column)


def _color(cell) -> str | None:
    return f"#{cell.fill.fgColor.rgb[2:]}" if cell.fill.fill_type == "solid" else None


def _sheet(ws, notes: list[str]) -> dict:
    def sent(cell):
        if isinstance(cell.value, dt.datetime):
            return cell.value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return "" if cell.value is None else cell.value

    return {
        "name": ws.title,
        "visibility": "Visible" if ws.sheet_state == "visible" else "Hidden",
        "values": [[sent(cell) for cell in row] for row in _rows(ws)],
        "used_range_address": ws.dimensions.split(":")[0] + ":" + ws.dimensions.split(":")[-1],
        "pictures": [], "shapes": [], "charts": [{"name": chart_name(k + 1)} for k in range(len(ws._charts))],
        "notes": [{"address": cell} for cell in notes], "tables": [], "pivot_tables": [],
        "print_area": ws.print_area.rpartition("!")[2] or None, "show_gridlines": False,
    }  # fmt: skip


def _name(name: str, refers_to: str, sheets: list[str]) -> dict:
    sheet, _, address = refers_to.rpartition("!")
    sheet = sheet.strip("'").replace("''", "'")
    return {
        "name": name,
        "refers_to": f"={refers_to}",
        "sheet_index": sheets.index(sheet) if sheet in sheets else None,
        "address": address.replace("$", "") if sheet in sheets else None,
        "book_scope": True, "scope_sheet_name": None, "scope_sheet_index": None,
    }  # fmt: skip


def _formula(cell) -> Any:
    value = serial(cell.value)
    return "" if value is None else value


@dataclass
class Applied:
    """A book to which actions are applied; only what counts as content is kept."""

    sheets: list[str]
    cells: dict[str, dict[tuple[int, int], Any]]
    names: dict[str, str]
    merged: dict[str, set[tuple[int, int, int, int]]] = field(default_factory=dict)
    charts: dict[str, list[tuple]] = field(default_factory=dict)
    links: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict)
    alerts: list[str] = field(default_factory=list)
    deleted_names: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, sent: dict, asked: dict) -> Applied:
        cells = {
            name: {(r, c): value for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1) if value != ""}
            for name, rows in asked["formulas"].items()
        }
        return cls(list(cells), cells, {name["name"]: name["refers_to"] for name in sent["names"]})

    def apply(self, actions: list[dict]) -> Applied:
        for action in actions:
            if action["func"] not in LOOKS:
                getattr(self, f"_{action['func']}")(action, *action["args"])
        return self

    def _at(self, action: dict) -> str:
        return self.sheets[action["sheet_position"]]

    def _addSheet(self, action, position, name):
        assert name not in self.sheets and len(name) <= 31
        self.sheets.insert(position, name)
        self.cells[name] = {}

    def _setSheetName(self, action, name):
        old = self._at(action)
        assert name not in self.sheets
        self.sheets[action["sheet_position"]] = name
        self.cells[name] = self.cells.pop(old)
        for part in (self.merged, self.charts, self.links):
            if old in part:
                part[name] = part.pop(old)

    def _sheetDelete(self, action, *_):
        name = self.sheets.pop(action["sheet_position"])
        for part in (self.cells, self.merged, self.charts, self.links):
            part.pop(name, None)

    def _copyRange(self, action, position, address):
        assert action["row_count"] == action["column_count"] == 1
        source = action["start_row"] + 1, action["start_column"] + 1
        row, column = coordinate_to_tuple(address.replace("$", ""))
        self.cells[self.sheets[position]][row, column] = self.cells[self._at(action)][source]

    def _setFormula(self, action, *_):
        assert not self._at(action).startswith("~"), "the old sheets are protected"
        cells, values = self.cells[self._at(action)], action["values"]
        if not isinstance(values, list):
            values = [[values] * action["column_count"]] * action["row_count"]
        assert (len(values), len(values[0])) == (action["row_count"], action["column_count"])
        for down, row in enumerate(values):
            for right, value in enumerate(row):
                place = action["start_row"] + down + 1, action["start_column"] + right + 1
                if value in ("", None):
                    cells.pop(place, None)
                else:  # Excel takes a first quote mark as "this is text"
                    cells[place] = value[1:] if isinstance(value, str) and value.startswith("'") else value

    _setValues = _setFormula

    def _rangeMerge(self, action, across):
        top, left = action["start_row"] + 1, action["start_column"] + 1
        box = top, left, top + action["row_count"] - 1, left + action["column_count"] - 1
        self.merged.setdefault(self._at(action), set()).add(box)

    def _addHyperlink(self, action, address, shown, tip):
        place = action["start_row"] + 1, action["start_column"] + 1
        self.links.setdefault(self._at(action), {})[place] = address
        assert self.cells[self._at(action)].get(place) == shown

    def _namesAdd(self, action, name, refers_to):
        assert name not in self.names
        self.names[name] = refers_to

    def _setNameRefersTo(self, action, name, book_scope, scope, refers_to):
        assert name in self.names
        self.names[name] = refers_to

    def _nameDelete(self, action, name, *_):
        del self.names[name]
        self.deleted_names.append(name)

    def _addChart(self, action, name, kind, sheet, address, *rest):
        self.charts.setdefault(self._at(action), []).append((name, sheet, address.replace("$", "")))

    def _setChartType(self, action, *_):
        pass

    def _alert(self, action, prompt, title, *_):
        self.alerts.append(prompt)
