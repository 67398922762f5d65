"""openpyxl as it is, in half the time: a fifth of a run's time went into reading whole workbooks with it.

The program reads no file with openpyxl, only tests do.  What is computed anew for each merged area (its borders, added
up cell by cell) is remembered for the same formats; cells are parsed by Python itself, not by defusedxml, which guards
against strange files: these are our own.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import iterparse

from openpyxl.cell.cell import MergedCell
from openpyxl.reader import strings
from openpyxl.styles import Border
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet import _reader
from openpyxl.worksheet.merge import MergedCellRange

_EDGES = ("top", "left", "right", "bottom")


def _style(cell: Any) -> StyleArray:
    if not cell._style:
        cell._style = StyleArray()
    return cell._style


def _added(area: MergedCellRange, cell: Any, other: Any, *edges: str) -> None:
    """Put some borders of another cell onto a cell of the same workbook."""
    known = area.ws.parent.__dict__.setdefault("_borders_added", {})
    asked = _style(cell).borderId, _style(other).borderId, edges
    if asked not in known:
        cell.border += Border(**{edge: getattr(other.border, edge) for edge in edges})
        known[asked] = cell._style.borderId
    cell._style.borderId = known[asked]


def _get_borders(self: MergedCellRange) -> None:
    cells = self.ws._cells
    self.start_cell = cells.get((self.min_row, self.min_col)) or self.ws.cell(self.min_row, self.min_col)
    if end := cells.get((self.max_row, self.max_col)):
        _added(self, self.start_cell, end, "right", "bottom")


def _format(self: MergedCellRange) -> None:
    cells = self.ws._cells

    def cell(place: tuple[int, int]) -> Any:
        if place not in cells:
            cells[place] = MergedCell(self.ws, *place)
        return cells[place]

    for edge in _EDGES:
        side = getattr(self.start_cell.border, edge)
        if not side or side.style is not None:
            for place in getattr(self, edge):
                _added(self, cell(place), self.start_cell, edge)
    for place in self.cells:
        _style(cell(place)).protectionId = _style(self.start_cell).protectionId


def make_quick() -> None:
    """From now on in this process."""
    MergedCellRange._get_borders, MergedCellRange.format = _get_borders, _format
    _reader.iterparse = strings.iterparse = iterparse
