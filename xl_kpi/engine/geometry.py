"""Widths and heights: of rows and columns as typed, and in points where charts are placed by them."""

from __future__ import annotations

from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

# Excel measures columns in digits of the standard font; 7 pixels a digit and 5 of padding hold for Calibri 11
# and differ a little for others, which is why charts are tied to cells and not to points.
DIGIT, _PADDING = 7, 182 / 256
_USUAL_WIDTH = 8.43 + _PADDING
_USUAL_HEIGHT = 15.0
POINT_TO_EMU = 12_700
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384


def column_points(ws: Worksheet, column: int) -> float:
    """How wide a column is on the screen, in points; 0 when hidden."""
    dimension = _column(ws, column)
    if dimension is not None and dimension.hidden:
        return 0.0
    width = dimension.width if dimension is not None else ws.sheet_format.defaultColWidth or _USUAL_WIDTH
    return int((256 * width + 128 // DIGIT) / 256 * DIGIT) * 0.75


def row_points(ws: Worksheet, row: int) -> float:
    """How high a row is, in points; 0 when hidden."""
    dimension = ws.row_dimensions.get(row)
    if dimension is not None and dimension.hidden:
        return 0.0
    return (dimension.height if dimension is not None else None) or ws.sheet_format.defaultRowHeight or _USUAL_HEIGHT


class Corner:
    """A point of the sheet, tied to the cell it lies in, as Excel ties the corners of a chart."""

    def __init__(self, ws: Worksheet, left: float, top: float) -> None:
        self.ws = ws
        self.column, self.right_by = _cell_at(left, column_points, ws)
        self.row, self.down_by = _cell_at(top, row_points, ws)

    @property
    def left(self) -> float:
        return sum(column_points(self.ws, column) for column in range(1, self.column)) + self.right_by

    @property
    def top(self) -> float:
        return sum(row_points(self.ws, row) for row in range(1, self.row)) + self.down_by


def _cell_at(points: float, size_of: Any, ws: Worksheet) -> tuple[int, float]:
    """The row or column (from 1) that lies ``points`` from the edge, and how far inside it that is."""
    number = 1
    while points >= size_of(ws, number) and number < MAX_COLUMNS:
        points -= size_of(ws, number)
        number += 1
    return number, points


def _column(ws: Worksheet, column: int) -> Any:
    """The settings of a column, which in a file may be those of a whole run of columns; None when it has none."""
    exact = ws.column_dimensions.get(get_column_letter(column))
    if exact is not None:
        return exact
    for dimension in ws.column_dimensions.values():
        if dimension.min and dimension.max and dimension.min <= column <= dimension.max:
            return dimension
    return None


class RangeSizes:
    """The part of a Range that deals with widths, heights, hiding and folding."""

    sheet: Any
    row: int
    column: int

    def _clipped(self) -> tuple[int, int]:
        """The last row and column as far as the sheet is used."""
        raise NotImplementedError

    def _columns(self) -> range:
        return range(self.column, self._clipped()[1] + 1)

    def _rows(self) -> range:
        return range(self.row, self._clipped()[0] + 1)

    def _own(self, rows: bool) -> list[Any]:
        """The settings of each row or column, to be changed."""
        self.sheet.book.writable()
        ws = self.sheet.ws
        if rows:
            return [ws.row_dimensions[row] for row in self._rows()]
        return [ws.column_dimensions[get_column_letter(column)] for column in self._columns()]

    @property
    def column_width(self) -> float | None:
        """In characters, as Excel's dialogue has it (a file holds the padding on top); None when they differ."""
        found = [_column(self.sheet.ws, column) for column in self._columns()]
        widths = {dimension.width if dimension is not None else _USUAL_WIDTH for dimension in found}
        return round(widths.pop() - _PADDING, 6) if len(widths) == 1 else None

    @column_width.setter
    def column_width(self, value: float) -> None:
        for dimension in self._own(rows=False):
            dimension.width = value + _PADDING

    @property
    def row_height(self) -> float | None:
        """In points; None when they differ."""
        found = [self.sheet.ws.row_dimensions.get(row) for row in self._rows()]
        usual = self.sheet.ws.sheet_format.defaultRowHeight or _USUAL_HEIGHT
        heights = {dimension is not None and dimension.height or usual for dimension in found}
        return heights.pop() if len(heights) == 1 else None

    @row_height.setter
    def row_height(self, value: float) -> None:
        for dimension in self._own(rows=True):
            dimension.height = value

    @property
    def column_hidden(self) -> bool | None:
        found = [_column(self.sheet.ws, column) for column in self._columns()]
        hidden = {dimension is not None and bool(dimension.hidden) for dimension in found}
        return hidden.pop() if len(hidden) == 1 else None

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        for dimension in self._own(rows=False):
            dimension.hidden = value

    @property
    def row_hidden(self) -> bool | None:
        found = [self.sheet.ws.row_dimensions.get(row) for row in self._rows()]
        hidden = {dimension is not None and bool(dimension.hidden) for dimension in found}
        return hidden.pop() if len(hidden) == 1 else None

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        for dimension in self._own(rows=True):
            dimension.hidden = value

    def group(self, by: str) -> None:
        """Let the rows or columns fold: one level more than they have."""
        for dimension in self._own(rows=by.startswith("r")):
            dimension.outlineLevel += 1

    @property
    def left(self) -> float:
        return sum(column_points(self.sheet.ws, column) for column in range(1, self.column))

    @property
    def top(self) -> float:
        return sum(row_points(self.sheet.ws, row) for row in range(1, self.row))

    @property
    def width(self) -> float:
        return sum(column_points(self.sheet.ws, column) for column in self._columns())

    @property
    def height(self) -> float:
        return sum(row_points(self.sheet.ws, row) for row in self._rows())
