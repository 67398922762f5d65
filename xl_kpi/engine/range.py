"""A rectangle of cells: values, formulas, addresses, merging, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.formula.translate import Translator
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from xlwings import base_classes

from xl_kpi.engine.format import RangeFormat
from xl_kpi.engine.geometry import RangeSizes
from xl_kpi.engine.values import read_formula, read_value, write_matrix

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d*)(?::\$?([A-Za-z]{1,3})\$?([1-9]\d*))?")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_ROWS = re.compile(r"\$?([1-9]\d*):\$?([1-9]\d*)")
# xlwings' own English hint, which it adds where none was asked for; Excel shows one in the user's language.
_DEFAULT_TIP = " - Click once to follow. Click and hold to select this cell."


def parse_address(text: str) -> tuple[int, int, int, int] | None:
    """ "B2:C5", "$A$1", "A:C" or "1:3" as (first row, first column, last row, last column); None otherwise."""
    if match := _ADDRESS.fullmatch(text):
        letters, row, last_letters, last_row = match.groups()
        first = int(row), column_index_from_string(letters)
        last = (int(last_row), column_index_from_string(last_letters)) if last_row else first
        box = min(first[0], last[0]), min(first[1], last[1]), max(first[0], last[0]), max(first[1], last[1])
    elif match := _COLUMNS.fullmatch(text):
        box = 1, column_index_from_string(match[1]), MAX_ROWS, column_index_from_string(match[2])
    elif match := _ROWS.fullmatch(text):
        box = int(match[1]), 1, int(match[2]), MAX_COLUMNS
    else:
        return None
    return box if box[2] <= MAX_ROWS and box[3] <= MAX_COLUMNS else None


class Range(RangeFormat, RangeSizes, base_classes.Range):
    """The cells from (row, column) to ``last``, on one sheet."""

    max_cells_per_read = max_cells_per_write = None  # all in memory: nothing to cut into chunks

    def __init__(
        self, sheet: Any, row: int, column: int, last_row: int, last_column: int, address: str | None = None
    ) -> None:
        self.sheet = sheet
        self.row, self.column, self.last = row, column, (last_row, last_column)
        self.options: dict[str, Any] = {}
        self.arg1_input = address or self.address  # how it was written, for group()

    # Plain attributes, not the base's properties.
    row: int = 1
    column: int = 1
    sheet: Any = None

    @property
    def api(self) -> Range:
        return self

    @property
    def shape(self) -> tuple[int, int]:
        return self.last[0] - self.row + 1, self.last[1] - self.column + 1

    @property
    def coords(self) -> tuple[str, int, int, int, int]:
        return (self.sheet.name, self.row, self.column, *self.shape)

    def __len__(self) -> int:
        rows, columns = self.shape
        return rows * columns

    def __call__(self, row: int, column: int | None = None) -> Range:
        if column is None:
            row, column = divmod(row - 1, self.shape[1])
            row, column = row + 1, column + 1
        return Range(self.sheet, *(self.row + row - 1, self.column + column - 1) * 2)

    def _clipped(self) -> tuple[int, int]:
        """The last row and column, of a whole column or row only as far as the sheet is used."""
        row, column = self.last
        ws = self.sheet.ws
        row = max(self.row, ws.max_row) if row == MAX_ROWS else row
        return row, max(self.column, ws.max_column) if column == MAX_COLUMNS else column

    def cells(self, create: bool = False) -> Iterator[Cell]:
        """The openpyxl cells, those that exist or (to be written) all of them."""
        last_row, last_column = self._clipped()
        ws, found = self.sheet.ws, self.sheet.ws._cells
        for row in range(self.row, last_row + 1):
            for column in range(self.column, last_column + 1):
                cell = found.get((row, column))
                if cell is None and create:
                    cell = found[row, column] = Cell(ws, row, column)
                if cell is not None:
                    yield cell

    # ---- values ---------------------------------------------------------------------------------------

    def _matrix(self, ws: Any, read: Any) -> list[list[Any]]:
        last_row, last_column = self._clipped()
        get, columns = ws._cells.get, range(self.column, last_column + 1)
        return [[read(get((row, column))) for column in columns] for row in range(self.row, last_row + 1)]

    @property
    def raw_value(self) -> Any:
        as_text = bool(self.options.get("err_to_str"))
        return self._matrix(self.sheet.ws, lambda cell: read_value(cell, as_text))

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        self._write(value)

    @property
    def formula(self) -> Any:
        found = self._matrix(self.sheet.formulas, read_formula)
        return found[0][0] if len(self) == 1 else tuple(map(tuple, found))

    @formula.setter
    def formula(self, value: Any) -> None:
        self._write(value)

    formula2 = formula

    def _write(self, value: Any) -> None:
        self.sheet.book.writable()
        if not isinstance(value, (list, tuple)):
            if isinstance(value, str) and value.startswith("=") and len(self) > 1:
                raise NotImplementedError("one formula for many cells: write a formula for each")
            last_row, last_column = self._clipped()
            value = [[value] * (last_column - self.column + 1)] * (last_row - self.row + 1)
        elif not value or not isinstance(value[0], (list, tuple)):
            value = [value]
        write_matrix(self.sheet.ws, self.row, self.column, value)

    has_array = False  # none are written, and none are told apart on reading

    def clear_contents(self) -> None:
        self.sheet.book.writable()
        for cell in self.cells():
            cell._value, cell.data_type = None, "n"

    def clear_formats(self) -> None:
        self.sheet.book.writable()
        for cell in self.cells():
            cell._style = None

    def clear(self) -> None:
        self.sheet.book.writable()
        for cell in list(self.cells()):
            del self.sheet.ws._cells[cell.row, cell.column]

    def copy(self, destination: Any = None) -> None:
        """Contents and formats to another place of the book; what a formula says relatively shifts along."""
        if destination is None:
            raise NotImplementedError("there is no clipboard: name the place to copy to")
        target = destination.impl
        target.sheet.book.writable()
        for cell in list(self.cells()):
            row, column = target.row + cell.row - self.row, target.column + cell.column - self.column
            there = Cell(target.sheet.ws, row, column)
            there._value, there.data_type, there._style = cell._value, cell.data_type, copy(cell._style)
            if cell.data_type == "f":
                there._value = Translator(cell._value, cell.coordinate).translate_formula(there.coordinate)
            target.sheet.ws._cells[row, column] = there

    # ---- place ----------------------------------------------------------------------------------------

    def get_address(self, row_absolute: bool = True, col_absolute: bool = True, external: bool = False) -> str:
        """The address, with or without dollar signs; ``external`` puts book and sheet before it."""
        r, c = "$" if row_absolute else "", "$" if col_absolute else ""
        (last_row, last_column), first, last = self.last, get_column_letter(self.column), ""
        if last_row == MAX_ROWS and self.row == 1 and last_column < MAX_COLUMNS:
            text = f"{c}{first}:{c}{get_column_letter(last_column)}"
        elif last_column == MAX_COLUMNS and self.column == 1 and last_row < MAX_ROWS:
            text = f"{r}{self.row}:{r}{last_row}"
        else:
            if len(self) > 1:
                last = f":{c}{get_column_letter(last_column)}{r}{last_row}"
            text = f"{c}{first}{r}{self.row}{last}"
        if not external:
            return text
        place = f"[{self.sheet.book.name}]{self.sheet.name}".replace("'", "''")
        return f"'{place}'!{text}"

    @property
    def address(self) -> str:
        return self.get_address()

    @property
    def ref(self) -> str:
        """The address as the file format has it, without dollar signs."""
        return self.get_address(False, False)

    def end(self, direction: str) -> Range:
        """The last filled cell before the first blank one, as Ctrl+arrow goes from a filled cell."""
        steps = {"down": (1, 0), "up": (-1, 0), "right": (0, 1), "left": (0, -1)}
        down, right = steps[{"d": "down", "u": "up", "r": "right", "l": "left"}.get(direction, direction)]
        cells, row, column = self.sheet.ws._cells, self.row, self.column
        while (cell := cells.get((row + down, column + right))) is not None and cell._value is not None:
            row, column = row + down, column + right
        return Range(self.sheet, row, column, row, column)

    @property
    def name(self) -> Any:
        for _, name in self.sheet.book.names.snapshot():
            sheet, _, address = name.defined.attr_text.rpartition("!")
            if address == self.address and sheet.strip("'").replace("''", "'") == self.sheet.name:
                return name
        return None

    @name.setter
    def name(self, value: str) -> None:
        place = self.sheet.name.replace("'", "''")
        self.sheet.book.names.add(value, f"='{place}'!{self.address}")

    # ---- merging and links ----------------------------------------------------------------------------

    def merge(self, across: bool = False) -> None:
        """Make one cell of the range (``across``: one of each row); the other cells keep their format only."""
        self.sheet.book.writable()
        rows, last_column = range(self.row, self.last[0] + 1), self.last[1]
        parts = [Range(self.sheet, row, self.column, row, last_column) for row in rows] if across else [self]
        for part in parts:
            if any(part._overlaps(other) for other in self.sheet.ws.merged_cells.ranges):
                raise ValueError(f"{self.sheet.name}!{part.ref} overlaps cells that are merged already")
            for cell in part.cells():
                if (cell.row, cell.column) != (part.row, part.column):
                    cell._value, cell.data_type = None, "n"
            self.sheet.ws.merged_cells.add(part.ref)

    def _overlaps(self, other: Any) -> bool:
        return (
            self.row <= other.max_row
            and other.min_row <= self.last[0]
            and self.column <= other.max_col
            and other.min_col <= self.last[1]
        )

    def unmerge(self) -> None:
        self.sheet.book.writable()
        for other in [other for other in self.sheet.ws.merged_cells.ranges if self._overlaps(other)]:
            self.sheet.ws.merged_cells.remove(other)

    @property
    def merge_area(self) -> Range:
        first = Range(self.sheet, *(self.row, self.column) * 2)
        for other in self.sheet.ws.merged_cells.ranges:
            if first._overlaps(other):
                return Range(self.sheet, other.min_row, other.min_col, other.max_row, other.max_col)
        return first

    @property
    def merge_cells(self) -> bool:
        return any(self._overlaps(other) for other in self.sheet.ws.merged_cells.ranges)

    @property
    def hyperlink(self) -> str:
        cell = self.sheet.ws._cells.get((self.row, self.column))
        link = cell.hyperlink if cell is not None else None
        if link is None:
            raise ValueError(f"{self.sheet.name}!{self.address}: the cell holds no link")
        return link.target or f"#{link.location}"

    def add_hyperlink(self, address: str, text_to_display: str | None = None, screen_tip: str | None = None) -> None:
        """Link the first cell to a page, or to a place in the book written "#'sheet'!A1".

        What the cell shows stays, unless it is blank or another text is given.
        """
        self.sheet.book.writable()
        cell = next(Range(self.sheet, *(self.row, self.column) * 2).cells(create=True))
        if text_to_display and (text_to_display != address or cell._value is None):
            write_matrix(self.sheet.ws, self.row, self.column, [[text_to_display]])
        place = {"location": address[1:]} if address.startswith("#") else {"target": address}
        tip = None if screen_tip is None or screen_tip.endswith(_DEFAULT_TIP) else screen_tip
        cell._hyperlink = Hyperlink(ref=cell.coordinate, tooltip=tip, **place)
