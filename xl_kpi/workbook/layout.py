"""Where the rows and columns of one generated sheet are after it was made anew: found by ids, months and headers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from xl_kpi.catalog import keys_of
from xl_kpi.workbook.beside import Beside
from xl_kpi.workbook.blocks import Span, row_blocks, stretched_columns, stretched_rows
from xl_kpi.workbook.boxes import Boxes
from xl_kpi.workbook.graft_places import Rect
from xl_kpi.workbook.grid import HEAD, Grid
from xl_kpi.workbook.known_rows import heads_of, row_keys, typed_rows
from xl_kpi.workbook.references import Cells


class SheetMove:
    """One sheet, before and after.

    Arguments: ``old`` and ``new`` what stands there; ``old_start`` and ``new_start`` the months from which the
    headers count; ``free`` a sheet without ids (the calculation sheet), whose cells are known by their formulas;
    ``area`` and ``new_area`` what of it is printed, which is ours (None: not known).
    Special cases: where the old and the new months have none in common, the plan went on to another period, and
    its second month takes the place of the old one's second month.
    """

    def __init__(
        self,
        old: Grid,
        new: Grid,
        old_start: dt.date,
        new_start: dt.date,
        free: bool = False,
        area: Rect | None = None,
        new_area: Rect | None = None,
    ):
        self.old, self.new, self.free = old, new, free
        if not _all_months(old, old_start) & _all_months(new, new_start):
            old_start = new_start
        self.old_start, self.new_start = old_start, new_start
        marked = [any(id_.startswith(HEAD) for id_ in grid.ids.values()) for grid in (old, new)]
        self._old_rows = row_keys(old, all(marked))
        self._new_rows = {key: row for row, key in row_keys(new, all(marked)).items()}
        self._old_rows = dict(sorted((self._old_rows | typed_rows(old, new, self._old_rows, self._new_rows)).items()))
        self._old_heads = heads_of(old, old_start, all(marked))
        self._new_heads = {name: row for row, name in heads_of(new, new_start, all(marked)).items()}
        self._columns: dict[int, dict[int, int | None]] = {}
        self._boxes = Boxes(old, new)
        known = area is not None and new_area is not None
        self._edge = (area, new_area) if known else None
        self._beside = Beside(self._known, area, new_area, old.ids.keys()) if known else None

    def cell(self, row: int, column: int) -> tuple[int, int] | None:
        """Where a cell is now; None when it is gone."""
        if self.free:
            same = self.old.content(row, column) == self.new.content(row, column)
            return (row, column) if same else None
        return self._beside.to(row, column) if self._beside else self._known(row, column)

    def _known(self, row: int, column: int) -> tuple[int, int] | None:
        """Where a cell is now, as far as ids, months and headers tell."""
        if row in self._boxes:
            there = self._boxes.cell(row, column)
            return there and (there[0], there[1] + self._wider(column))
        now, beside = self.row(row), self.column(row, column)
        return None if now is None or beside is None else (now, beside)

    def row(self, row: int) -> int | None:
        """Where a row is now; None when it is gone."""
        key = self._old_rows.get(row)
        if key is not None:
            return self._new_rows.get(key)
        last, now = (each.last_row for each in self._edge) if self._edge else (self.old.rows, self.new.rows)
        return now + row - last if row > last else next(self._by_neighbours(row), None)

    def column(self, row: int, column: int) -> int | None:
        """Where a column is now, as far as the table that ``row`` belongs to is concerned."""
        if row == 1 and _words_are_the_same(self.old.content(1, column), self.new.content(1, column) or None):
            return column  # a link to another sheet of ours
        if self._edge and column > self._edge[0].last_column:
            return column + self._wider(column)
        head = self._head(row)
        if head == 0:
            return column + (0 if self._edge else self._wider(column))
        if head not in self._columns:
            self._columns[head] = self._columns_of(head)
        columns = self._columns[head]
        if column in columns:
            return columns[column]
        # beyond the table: as far from its last column as before
        last, now = self._last_columns(head)
        if last is not None:
            return column + now - last
        return self._inside(column) if self._edge else column + self._wider(column)

    def area(self, area: Cells) -> tuple[Cells | None, bool]:
        """Where a rectangle (whole columns and rows too) is now, and whether others have come into it.

        What is gone at an edge makes it smaller; None when all of it is gone.
        """
        if self.free:
            return (area if self._same(area) else None), False
        if not area.column:
            rows = self._rows_of(area)
            hull = self._stretched(area, _hull(area, rows, [0]), ())
            return hull, hull is not None and self._strangers(area, hull)
        if not area.row:
            head = next((row for row in self._old_heads if self._months_at(row)), max(self._old_heads, default=0))
            columns = [self.column(head or 2, column) for column in range(area.column, area.last_column + 1)]
            hull = _hull(area, [0], [one for one in columns if one is not None])
            return self._stretched(area, hull, [head]), False
        if any(row in self._boxes for row in (area.row, area.last_row)):
            return self._boxes_area(area)
        rows = self._rows_of(area)
        heads = sorted({self._head(row) for row in self._old_span(area)})
        columns = [
            self.column(head or 2, column) for head in heads for column in range(area.column, area.last_column + 1)
        ]
        hull = _hull(area, rows, [one for one in columns if one is not None])
        hull = self._stretched(area, hull, heads)
        return hull, hull is not None and self._strangers(area, hull)

    # ---- whole blocks -----------------------------------------------------------------------------------

    def _stretched(self, area: Cells, hull: Cells | None, heads: Iterable[int]) -> Cells | None:
        """A range over all months of a table, or over all rows, is one over all that there are now."""
        if hull is None:
            return None
        if area.column:
            first, last = stretched_columns(area, hull, self._month_spans(heads))
            hull = replace(hull, column=first, last_column=last)
        if area.row:
            first, last = stretched_rows(area, hull, self._row_spans)
            hull = replace(hull, row=first, last_row=last)
        return hull

    def _month_spans(self, heads: Iterable[int]) -> Iterator[tuple[Span, Span]]:
        """The months of tables before and after."""
        for head in heads:
            there = self._new_heads.get(self._old_heads.get(head))
            if there is not None:
                spans = Span.of(self._months_at(head)), Span.of(self.new.months(there, self.new_start))
                if None not in spans:
                    yield spans

    @cached_property
    def _row_spans(self) -> list[tuple[Span, Span]]:
        """The rows of tables before and after; rows that the user has just typed are new ones."""
        old = row_blocks(self.old.ids, self._old_heads)
        new = row_blocks(self.new.ids, {row: name for name, row in self._new_heads.items()})
        return [(span, new[name]) for name, span in old.items() if name in new]

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
        last = self._edge[0].last_column if self._edge else self.old.columns
        return _words_are_the_same(_label(self.old, row, last), _label(self.new, there, self.new.columns))

    def _old_span(self, area: Cells) -> range:
        return range(area.row, min(area.last_row, max(self.old.rows, area.row)) + 1)

    def _rows_of(self, area: Cells) -> list[int]:
        rows = [self._row_at(row, area.column) for row in self._old_span(area)]
        if area.last_row > self.old.rows:
            rows.append(self._row_at(area.last_row, area.column))
        return [row for row in rows if row is not None]

    def _row_at(self, row: int, column: int) -> int | None:
        """Where a row is now, for what stands in a column: beside our area a row is only gone with one of ours."""
        if self._beside is None or column <= self._edge[0].last_column:
            return self.row(row)
        there = self._beside.to(row, column)
        return there and there[0]

    def _strangers(self, area: Cells, hull: Cells) -> bool:
        """Whether rows or months that stood outside now stand inside: the order has changed."""
        for row, key in self._old_rows.items():
            now = self._new_rows.get(key)
            if now is not None and hull.row <= now <= hull.last_row and not area.row <= row <= area.last_row:
                return True
        return False

    # ---- columns ----------------------------------------------------------------------------------------

    def _head(self, row: int) -> int:
        """The header of the table to which a row belongs; 0 for none."""
        if self._edge and row > self._edge[0].last_row and row not in self._old_rows:
            return 0
        return max((at for at in self._old_heads if at <= row), default=0)

    def _wider(self, column: int) -> int:
        """By how many columns what stands beside our area, or beside the months, goes to the right."""
        if self._edge:
            old, new = (each.last_column for each in self._edge)
            return new - old if column > old else 0
        span = next(self._month_spans(self._old_heads), None)
        return span[1].last - span[0].last if span and column > span[0].last else 0

    def _inside(self, column: int) -> int | None:
        """A column of a table that is as wide as the sheet; None where the sheet has become narrower."""
        return None if self._edge and column > self._edge[1].last_column else column

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
        return self._inside(column)

    def _last_columns(self, head: int) -> tuple[int | None, int]:
        there = self._new_heads.get(self._old_heads[head])
        if there is None:
            return None, 0
        old, new = self._months_at(head), self.new.months(there, self.new_start)
        return (max(old), max(new)) if old and new else (None, 0)

    # ---- boxes ------------------------------------------------------------------------------------------

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


def _all_months(grid: Grid, start: dt.date) -> set[dt.date]:
    return {month for row in range(1, grid.rows + 1) for month in grid.months(row, start).values()}


def _hull(area: Cells, rows: list[int], columns: list[int]) -> Cells | None:
    if not rows or not columns:
        return None
    return Cells(min(rows), min(columns), max(rows), max(columns), area.fixed, area.single)


def _label(grid: Grid, row: int, last: int) -> Any:
    return next((found for c in range(2, last + 1) if (found := grid.content(row, c)) != ""), "")


def _words_are_the_same(one: Any, other: Any) -> bool:
    words = isinstance(one, str) and isinstance(other, str)
    return one == other or words and bool(keys_of(one) & keys_of(other))


def _times(grid: Grid, row: int, words: str) -> int:
    return sum(grid.formula(row, column) == words for column in range(1, grid.columns + 1))
