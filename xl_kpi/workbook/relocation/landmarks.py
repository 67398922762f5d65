"""Cells of a generated sheet described so that it outlives addresses: rows by id, columns by month or header."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from xl_kpi.catalog import keys_of
from xl_kpi.workbook.addresses import Place
from xl_kpi.workbook.cells.blocks import Span, row_blocks
from xl_kpi.workbook.cells.grid import HEAD, Grid
from xl_kpi.workbook.cells.rectangles import Rect
from xl_kpi.workbook.cells.references import Cells
from xl_kpi.workbook.relocation.row_keys import heads_of, row_keys
from xl_kpi.workbook.relocation.tree_boxes import Boxes

# A description is made of lists, texts and numbers alone, so that it can be kept as JSON.
Described = list[Any]
_FIRST, _LAST, _BOX = "<", ">", "box"


class Landmarks:
    """What on one sheet can be known again on the same sheet of another day.

    Arguments: ``grid`` what stands there; ``start`` the month from which its headers count; ``area`` what of it is
    printed, which is ours (None: not known); ``tables`` name of a table in which somebody types → its rows.
    """

    def __init__(self, grid: Grid, start: dt.date, area: Rect | None = None, tables: Mapping[str, Span] | None = None):
        self._grid, self._start, self._area = grid, start, area
        marked = any(id_.startswith(HEAD) for id_ in grid.ids.values())
        self._keys = row_keys(grid, marked)
        self._rows = {key: row for row, key in self._keys.items()}
        self._heads = heads_of(grid, start, marked)
        self._boxes = Boxes(grid, grid)
        self._blocks: dict[tuple, Span] = {**row_blocks(grid.ids, self._heads)}
        self._blocks |= {(name,): span for name, span in (tables or {}).items()}

    def describe(self, area: Cells) -> Described | None:
        """A reference in words that outlive its address; None where it is none of our cells.

        Special cases: an end of a whole block (all months, all rows of a table) is described as such.
        """
        corners = [(area.row, area.column), (area.last_row, area.last_column)]
        if self._area and any(row > self._area.last_row or column > self._area.last_column for row, column in corners):
            return None  # beside ours: what the user had typed there is no part of our sheets
        rows = [self._row_words(*corner) if corner[0] else None for corner in corners]
        columns = [self._column_words(*corner) if corner[1] else None for corner in corners]
        if not area.single:
            self._whole_rows(area, rows)
            self._whole_months(area, columns)
        return [rows, columns, list(area.fixed), area.single]

    def find(self, described: Described) -> Cells | None:
        """Where a described reference is on this sheet; None where it is not there, or only a part of it."""
        rows, columns, fixed, single = described
        first, last = map(self._corner, rows, columns)
        if first is None or last is None:
            return None
        (row, last_row), (column, last_column) = map(sorted, zip(first, last))
        return Cells(row, column, last_row, last_column, tuple(fixed), single)

    def _corner(self, row: Described | None, column: str | list | int | None) -> Place | None:
        if row and row[0] == _BOX:
            return self._boxes.found(row[1], *row[2:])
        at = self._row(row) if row else 0
        beside = 0 if at is None or column is None else self._column(at, column)
        return None if at is None or beside is None else (at, beside)

    # ---- to words ---------------------------------------------------------------------------------------

    def _row_words(self, row: int, column: int) -> Described:
        if row in self._boxes and column:
            box = self._boxes.described(row, column)
            if box:
                return [_BOX, *box]
        above = max((at for at in self._keys if at <= row), default=0)
        key = self._keys.get(above, ("", "", 0))
        return [*key, row - above]

    def _column_words(self, row: int, column: int) -> str | list | int:
        head = self._head(row)
        months = self._months(head)
        if column in months:
            return f"{months[column]:%Y-%m}"
        words = self._grid.content(head, column) if head else ""
        if isinstance(words, str) and words and self._columns_called(head, words) == [column]:
            return [words]
        return column

    def _whole_rows(self, area: Cells, rows: list) -> None:
        for name, span in self._blocks.items():
            one_row = span.first == span.last and area.column != area.last_column  # it is no block by itself
            if area.row and area.row <= span.first and area.last_row >= span.last and not one_row:
                if area.row == span.first:
                    rows[0] = [_FIRST, list(name)]
                if area.last_row == span.last:
                    rows[1] = [_LAST, list(name)]

    def _whole_months(self, area: Cells, columns: list) -> None:
        span = Span.of(self._months(self._head_of_months(area.row, area.last_row)))
        if span and area.column and area.column <= span.first and area.last_column >= span.last:
            if area.column == span.first:
                columns[0] = _FIRST
            if area.last_column == span.last:
                columns[1] = _LAST

    # ---- from words -------------------------------------------------------------------------------------

    def _row(self, words: Described) -> int | None:
        if words[0] in (_FIRST, _LAST) and len(words) == 2:
            span = self._blocks.get(tuple(words[1]))
            if span is None:
                return None
            return span.first if words[0] == _FIRST else span.last
        *key, below = words
        above = self._rows.get(tuple(key)) if key[1] else 0
        if above is None:
            return None
        return above + below if not below or above + below not in self._keys else None

    def _column(self, row: int, words: str | list | int) -> int | None:
        if isinstance(words, int):
            return words
        head = self._head(row)
        if isinstance(words, list):
            there = self._columns_called(head, words[0]) if head else []
            return there[0] if len(there) == 1 else None
        if words in (_FIRST, _LAST):
            months = self._months(head) or self._months(self._head_of_months(row, self._grid.rows))
            return (min if words == _FIRST else max)(months, default=None)
        months = self._months(head)
        return next((column for column, month in months.items() if f"{month:%Y-%m}" == words), None)

    # ---- tables -----------------------------------------------------------------------------------------

    def _head(self, row: int) -> int:
        """The header of the table to which a row belongs (0, a whole column: the first one of months)."""
        return max((at for at in self._heads if at <= row), default=0) if row else self._head_of_months(0, 0)

    def _head_of_months(self, row: int, last_row: int) -> int:
        """The first header of months for any of these rows."""
        last = last_row or self._grid.rows
        inside = [at for at in self._heads if row <= at <= last]
        return next((at for at in [self._head(row) if row else 0, *inside] if self._months(at)), 0)

    def _months(self, head: int) -> dict[int, dt.date]:
        return self._grid.months(head, self._start) if head else {}

    def _columns_called(self, head: int, words: str) -> list[int]:
        """The columns with this header, in whichever language."""
        wanted = keys_of(words)
        found = []
        for column in range(1, self._grid.columns + 1):
            there = self._grid.content(head, column)
            if there == words or isinstance(there, str) and bool(wanted & keys_of(there)):
                found.append(column)
        return found
