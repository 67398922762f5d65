"""Where the rows and columns of one generated sheet are after it was made anew: found by ids, months and headers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from xl_kpi.catalog import keys_of
from xl_kpi.workbook.grid import BOXES, HEAD, Grid
from xl_kpi.workbook.references import Cells

Row = tuple[str, str, int]  # the table, the id, which of several rows with this id in this table


class SheetMove:
    """One sheet, before and after.

    Arguments: ``old`` and ``new`` what stands there; ``old_start`` and ``new_start`` the months from which the
    headers count; ``free`` a sheet without ids (the calculation sheet), whose cells are known by their formulas.
    Special cases: where the old and the new months have none in common, the plan went on to another period, and
    its second month takes the place of the old one's second month.
    """

    def __init__(self, old: Grid, new: Grid, old_start: dt.date, new_start: dt.date, free: bool = False):
        self.old, self.new, self.free = old, new, free
        if not _all_months(old, old_start) & _all_months(new, new_start):
            old_start = new_start
        self.old_start, self.new_start = old_start, new_start
        marked = [any(id_.startswith(HEAD) for id_ in grid.ids.values()) for grid in (old, new)]
        self._old_rows = _row_keys(old, all(marked))
        self._new_rows = {key: row for row, key in _row_keys(new, all(marked)).items()}
        self._old_heads = _heads(old, old_start, all(marked))
        self._new_heads = {name: row for row, name in _heads(new, new_start, all(marked)).items()}
        self._columns: dict[int, dict[int, int | None]] = {}

    def cell(self, row: int, column: int) -> tuple[int, int] | None:
        """Where a cell is now; None when it is gone."""
        if self.free:
            same = self.old.content(row, column) == self.new.content(row, column)
            return (row, column) if same else None
        if row in self._box_of:
            return self._in_box(row, column)
        now, beside = self.row(row), self.column(row, column)
        return None if now is None or beside is None else (now, beside)

    def row(self, row: int) -> int | None:
        """Where a row is now; None when it is gone."""
        key = self._old_rows.get(row)
        if key is not None:
            return self._new_rows.get(key)
        if row > self.old.rows:
            return self.new.rows + row - self.old.rows
        return next(self._by_neighbours(row), None)

    def column(self, row: int, column: int) -> int | None:
        """Where a column is now, as far as the table that ``row`` belongs to is concerned."""
        head = max((at for at in self._old_heads if at <= row), default=0)
        if head == 0:
            return column
        if head not in self._columns:
            self._columns[head] = self._columns_of(head)
        columns = self._columns[head]
        if column in columns:
            return columns[column]
        # beyond the table: as far from its last column as before
        last, now = self._last_columns(head)
        return column if last is None else column + now - last

    def area(self, area: Cells) -> tuple[Cells | None, bool]:
        """Where a rectangle (whole columns and rows too) is now, and whether others have come into it.

        What is gone at an edge makes it smaller; None when all of it is gone.
        """
        if self.free:
            return (area if self._same(area) else None), False
        if not area.column:
            rows = self._rows_of(area)
            hull = _hull(area, rows, [0])
            return hull, hull is not None and self._strangers(area, hull)
        if not area.row:
            head = next((row for row in self._old_heads if self._months_at(row)), max(self._old_heads, default=0))
            columns = [self.column(head or 1, column) for column in range(area.column, area.last_column + 1)]
            return _hull(area, [0], [one for one in columns if one is not None]), False
        if any(row in self._box_of for row in (area.row, area.last_row)):
            return self._boxes_area(area)
        rows = self._rows_of(area)
        heads = sorted({max((at for at in self._old_heads if at <= row), default=0) for row in self._old_span(area)})
        columns = [
            self.column(head or 1, column) for head in heads for column in range(area.column, area.last_column + 1)
        ]
        hull = _hull(area, rows, [one for one in columns if one is not None])
        return hull, hull is not None and self._strangers(area, hull)

    # ---- rows -------------------------------------------------------------------------------------------

    def _by_neighbours(self, row: int) -> Iterator[int]:
        """A row without an id, counted from the nearest one above (then below) that is still there."""
        known = [(at, self._new_rows[key]) for at, key in self._old_rows.items() if key in self._new_rows]
        above = [(0, 0), *(pair for pair in known if pair[0] < row)][-1:]
        below = [pair for pair in known if pair[0] > row][:1]
        taken = set(self._new_rows.values())
        for at, now in [*above, *below]:
            there = now + row - at
            if there > 0 and there not in taken and self._alike(row, there):
                yield there

    def _alike(self, row: int, there: int) -> bool:
        """Whether two rows without ids begin with the same words, in whichever language."""
        return _words_are_the_same(_label(self.old, row), _label(self.new, there))

    def _old_span(self, area: Cells) -> range:
        return range(area.row, min(area.last_row, max(self.old.rows, area.row)) + 1)

    def _rows_of(self, area: Cells) -> list[int]:
        rows = [self.row(row) for row in self._old_span(area)]
        if area.last_row > self.old.rows:
            rows.append(self.row(area.last_row))
        return [row for row in rows if row is not None]

    def _strangers(self, area: Cells, hull: Cells) -> bool:
        """Whether rows or months that stood outside now stand inside: the order has changed."""
        for row, key in self._old_rows.items():
            now = self._new_rows.get(key)
            if now is not None and hull.row <= now <= hull.last_row and not area.row <= row <= area.last_row:
                return True
        return False

    # ---- columns ----------------------------------------------------------------------------------------

    def _months_at(self, row: int) -> dict[int, dt.date]:
        return self.old.months(row, self.old_start)

    def _columns_of(self, head: int) -> dict[int, int | None]:
        there = self._new_heads.get(self._old_heads[head])
        if there is None:
            return {}
        old_months, new_months = self._months_at(head), self.new.months(there, self.new_start)
        by_month = {month: column for column, month in new_months.items()}
        found: dict[int, int | None] = {column: by_month.get(month) for column, month in old_months.items()}
        width = max((c for c in range(1, self.old.columns + 1) if self.old.formula(head, c)), default=0)
        for column in range(1, width + 1):
            if column not in found:
                found[column] = self._by_header(head, there, column, old_months, new_months)
        return found

    def _by_header(self, head: int, there: int, column: int, old_months: dict, new_months: dict) -> int | None:
        words = self.old.formula(head, column)
        if words and _times(self.old, head, words) == 1:
            named = [
                c for c in range(1, self.new.columns + 1) if _words_are_the_same(words, self.new.formula(there, c))
            ]
            if len(named) == 1:
                return named[0]
        if old_months and new_months and column > max(old_months):
            return column + max(new_months) - max(old_months)
        return column

    def _last_columns(self, head: int) -> tuple[int | None, int]:
        there = self._new_heads.get(self._old_heads[head])
        if there is None:
            return None, 0
        old, new = self._months_at(head), self.new.months(there, self.new_start)
        return (max(old), max(new)) if old and new else (None, 0)

    # ---- boxes ------------------------------------------------------------------------------------------

    @cached_property
    def _box_of(self) -> dict[int, tuple[int, int]]:
        """Row of the old sheet → the row in which its boxes begin, and how far below that it is."""
        starts = [row for row, id_ in self.old.ids.items() if id_.startswith(BOXES)]
        found = {}
        for row, following in zip(starts, [*starts[1:], self.old.rows + 1]):
            tall = min(following, starts[1] - starts[0] + row if len(starts) > 1 else following)
            found.update({at: (row, at - row) for at in range(row, tall)})
        return found

    @cached_property
    def _new_boxes(self) -> dict[str, tuple[int, int]]:
        return {
            id_: (row, column)
            for row, mark in self.new.ids.items()
            if mark.startswith(BOXES)
            for column, _, id_ in _boxes(mark)
            if id_
        }

    def _in_box(self, row: int, column: int) -> tuple[int, int] | None:
        start, below = self._box_of[row]
        for left, width, id_ in _boxes(self.old.ids[start]):
            if left <= column < left + width:
                now = self._new_boxes.get(id_) if id_ else None
                return None if now is None else (now[0] + below, now[1] + column - left)
        return row, column

    def _boxes_area(self, area: Cells) -> tuple[Cells | None, bool]:
        cells = [
            self.cell(row, column)
            for row in self._old_span(area)
            for column in range(area.column, area.last_column + 1)
            if self.old.formula(row, column)
        ]
        there = [cell for cell in cells if cell is not None]
        hull = _hull(area, [row for row, _ in there], [column for _, column in there])
        return hull, hull is not None and len(there) < len(cells)

    def _same(self, area: Cells) -> bool:
        rows = range(area.row or 1, (area.last_row or self.old.rows) + 1)
        columns = range(area.column or 1, (area.last_column or self.old.columns) + 1)
        return all(self.cell(row, column) for row in rows for column in columns)


def _boxes(mark: str) -> Iterator[tuple[int, int, str]]:
    """First column, width and id of each box in a row."""
    first, width, ids = mark.removeprefix(BOXES).split(":", 2)
    for k, id_ in enumerate(ids.split("|")):
        yield int(first) + k * int(width), int(width), id_


def _row_keys(grid: Grid, tables: bool) -> dict[int, Row]:
    """Row → what it is known by.  ``tables``: the ids count within their table, else within the sheet."""
    found, table, seen = {}, "", Counter()
    for row, id_ in grid.ids.items():
        if id_.startswith(HEAD):
            if not tables:
                continue
            table = id_
        key = (table, id_)
        seen[key] += 1
        found[row] = (*key, seen[key])
    return found


def _heads(grid: Grid, start: dt.date, marked: bool) -> dict[int, tuple[str, int]]:
    """Row of a header → what the table is called; without marks the rows that hold months, by their order."""
    if marked:
        return {row: (id_, 1) for row, id_ in grid.ids.items() if id_.startswith(HEAD)}
    rows = [row for row in range(1, grid.rows + 1) if grid.months(row, start)]
    return {row: ("", number) for number, row in enumerate(rows)}


def _all_months(grid: Grid, start: dt.date) -> set[dt.date]:
    return {month for row in range(1, grid.rows + 1) for month in grid.months(row, start).values()}


def _hull(area: Cells, rows: list[int], columns: list[int]) -> Cells | None:
    if not rows or not columns:
        return None
    return Cells(min(rows), min(columns), max(rows), max(columns), area.fixed, area.single)


def _label(grid: Grid, row: int) -> Any:
    return next((found for c in range(2, grid.columns + 1) if (found := grid.content(row, c)) != ""), "")


def _words_are_the_same(one: Any, other: Any) -> bool:
    words = isinstance(one, str) and isinstance(other, str)
    return one == other or words and bool(keys_of(one) & keys_of(other))


def _times(grid: Grid, row: int, words: str) -> int:
    return sum(grid.formula(row, column) == words for column in range(1, grid.columns + 1))
