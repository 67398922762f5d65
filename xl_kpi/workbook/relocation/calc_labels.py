"""Cells of the calculation sheet, which has no ids: known by the month, day or words of their row and column."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from typing import Any

from xl_kpi.catalog import keys_of
from xl_kpi.workbook.cells.grid import Grid
from xl_kpi.workbook.cells.references import Cells

_TITLE = 2  # rows that say what the sheet is
Label = tuple[Any, ...]


class Relabelled:
    """Where the cells of such a sheet are after it was made anew; ``old`` and ``new`` what stands there."""

    def __init__(self, old: Grid, new: Grid):
        self._old, self._new = old, new

    def cell(self, row: int, column: int) -> tuple[int, int] | None:
        """Of a cell without a label: its place while the same stands there, and nobody else's by its label."""
        before, after = self._labels
        if self._as_before and before.is_labelled(row, column) and (row, column) in self._new.filled:
            return row, column
        label, other = before.label(row, column), after.label(row, column)
        there = after.place(label) if label else None
        stands = self._old.content(row, column) == self._new.content(row, column)
        return there or ((row, column) if stands and not (other and before.place(other)) else None)

    def area(self, area: Cells) -> Cells | None:
        """Of a range: its place while each of its cells has it, else between the labels of its corners."""
        rows = range(area.row or 1, (area.last_row or self._old.rows) + 1)
        columns = range(area.column or 1, (area.last_column or self._old.columns) + 1)
        if all(self.cell(row, column) == (row, column) for row in rows for column in columns):
            return area
        labels = [self._labels[0].label(*at) for at in ((area.row, area.column), (area.last_row, area.last_column))]
        first, last = (self._labels[1].place(label) if label else None for label in labels)
        if first is None or last is None:
            return None
        (row, last_row), (column, last_column) = map(sorted, zip(first, last))
        return replace(area, row=row, last_row=last_row, column=column, last_column=last_column)

    @cached_property
    def _as_before(self) -> bool:
        """Whether every row and column is known by what it was known by."""
        before, after = self._labels
        return before.heads == after.heads

    @cached_property
    def _labels(self) -> tuple[Labelled, Labelled]:
        return Labelled(self._old), Labelled(self._new)


class Labelled:
    """The labels of one sheet's cells, as far as each is the only one of its kind."""

    def __init__(self, grid: Grid):
        self._grid = grid

    @property
    def heads(self) -> tuple[dict[int, Label], dict[int, Label]]:
        """What rows and columns are known by."""
        return self._of_rows, self._of_columns

    def is_labelled(self, row: int, column: int) -> bool:
        """Whether both the row and the column of a cell are known by something."""
        return self._label(row, column) is not None

    def label(self, row: int, column: int) -> Label | None:
        """What a cell is known by; None where nothing tells it from others."""
        found = self._label(row, column)
        return found if found and len(self._places[found]) == 1 else None

    def place(self, label: Label) -> tuple[int, int] | None:
        """The one cell with a label; None for none, or several."""
        places = self._places.get(label, ())
        return places[0] if len(places) == 1 else None

    @cached_property
    def _places(self) -> dict[Label, list[tuple[int, int]]]:
        found: dict[Label, list[tuple[int, int]]] = defaultdict(list)
        rows, columns = self._of_rows, self._of_columns
        for row, column in self._grid.filled:
            if row in rows and column in columns:
                found[rows[row], columns[column]].append((row, column))
        return found

    def _label(self, row: int, column: int) -> Label | None:
        beside, above = self._of_rows.get(row), self._of_columns.get(column)
        return (beside, above) if beside and above else None

    @cached_property
    def _of_rows(self) -> dict[int, Label]:
        """By the month or the words in the second column, else by the number of the day in the first."""
        found: dict[int, Label] = {}
        for row in range(_TITLE + 1, self._grid.rows + 1):
            words, number = self._grid.value(row, 2), self._grid.value(row, 1)
            if isinstance(words, dt.date):
                found[row] = "month", words.year, words.month
            elif isinstance(words, str) and words:
                found[row] = "words", _key(words)
            elif isinstance(number, (int, float)):
                found[row] = "day", float(number)
        return found

    @cached_property
    def _of_columns(self) -> dict[int, Label]:
        """By the words that stand in the column, told apart by a short mark: each cell is looked up by it."""
        words: dict[int, set[str]] = defaultdict(set)
        for (row, column), content in self._grid.filled.items():
            if row > _TITLE and isinstance(content, str) and content[0] != "=":
                words[column].add(_key(content))
        marks = {column: sha256("\0".join(sorted(found)).encode()).digest() for column, found in words.items()}
        return {column: (mark,) for column, mark in marks.items()}


def _key(words: str) -> str:
    """Words of ours by their key, the same in either language."""
    return min(keys_of(words), default=words)
