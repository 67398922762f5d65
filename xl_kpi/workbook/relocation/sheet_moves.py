"""Where the rows and columns of one generated sheet are after it was made anew: found by ids, months and headers."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from xl_kpi.catalog import keys_of
from xl_kpi.workbook.cells.blocks import Head, Span, row_blocks, stretched_columns, stretched_rows
from xl_kpi.workbook.cells.grid import HEAD, Grid
from xl_kpi.workbook.cells.rectangles import Rect
from xl_kpi.workbook.cells.references import Cells
from xl_kpi.workbook.relocation.calc_labels import Relabelled
from xl_kpi.workbook.relocation.row_keys import heads_of, row_keys, typed_rows
from xl_kpi.workbook.relocation.surroundings import Beside
from xl_kpi.workbook.relocation.tree_boxes import Boxes

_TITLE = 2  # the row in which each page has its title, in column B
_AT_TITLE = _TITLE, 2


class SheetMove:
    """One sheet, before and after.

    Arguments: ``old`` and ``new`` what stands there; ``old_start`` and ``new_start`` the months from which the
    headers count; ``free`` a sheet without ids (the calculation sheet), whose cells are known by their formulas;
    ``area`` and ``new_area`` what of it is printed, which is ours (None: not known); ``tables`` the rows of tables in
    which somebody types, before and after, blank ones among them.
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
        tables: Sequence[tuple[Span, Span]] = (),
        typed: Mapping[int, str] | None = None,
    ):
        self.old, self.new, self.free = old, new, free
        if not _all_months(old, old_start) & _all_months(new, new_start):
            old_start = new_start
        self._tables = tables
        marked = [any(id_.startswith(HEAD) for id_ in grid.ids.values()) for grid in (old, new)]
        self._old_rows = row_keys(old, all(marked))
        self._new_rows = {key: row for row, key in row_keys(new, all(marked)).items()}
        self._old_rows = dict(
            sorted((self._old_rows | typed_rows(old, new, self._old_rows, self._new_rows, typed or {})).items())
        )
        self._old_heads = heads_of(old, old_start, all(marked))
        self._new_heads = {name: row for row, name in heads_of(new, new_start, all(marked)).items()}
        self._boxes = Boxes(old, new)
        self._by_label = Relabelled(old, new)
        self._edge = (area, new_area) if area is not None and new_area is not None else None
        starts, heads = (old_start, new_start), (self._old_heads, self._new_heads)
        self._columns = Columns(old, new, starts, *heads, self._old_rows.keys(), self._edge)
        self._beside = Beside(self._known, *self._edge, old.ids.keys()) if self._edge else None

    def cell(self, row: int, column: int) -> tuple[int, int] | None:
        """Where a cell is now; None when it is gone."""
        if self.free:
            return self._by_label.cell(row, column)
        return self._beside.to(row, column) if self._beside else self._known(row, column)

    def _known(self, row: int, column: int) -> tuple[int, int] | None:
        """Where a cell is now, as far as ids, months and headers tell."""
        if row in self._boxes:
            there = self._boxes.cell(row, column)
            return there and (there[0], there[1] + self._columns.wider(column))
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
        return self._columns.column(row, column)

    def area(self, area: Cells) -> tuple[Cells | None, bool]:
        """Where a rectangle (whole columns and rows too) is now, and whether others have come into it.

        What is gone at an edge makes it smaller; None when all of it is gone.
        """
        if self.free:
            return self._by_label.area(area), False
        if not area.column:
            rows = self._rows_of(area)
            hull = self._stretched(area, _hull(area, rows, [0]), ())
            return hull, hull is not None and self._strangers(area, hull)
        if not area.row:
            head = next(
                (row for row in self._old_heads if self._columns.months_at(row)), max(self._old_heads, default=0)
            )
            columns = [self.column(head or 2, column) for column in range(area.column, area.last_column + 1)]
            hull = _hull(area, [0], [one for one in columns if one is not None])
            return self._stretched(area, hull, [head]), False
        if any(row in self._boxes for row in (area.row, area.last_row)):
            return self._boxes_area(area)
        rows = self._rows_of(area)
        heads = sorted({self._columns.head(row) for row in self._old_span(area)})
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
            first, last = stretched_columns(area, hull, self._columns.month_spans(heads))
            hull = replace(hull, column=first, last_column=last)
        if area.row:
            first, last = stretched_rows(area, hull, self._row_spans)
            hull = replace(hull, row=first, last_row=last)
        return hull

    @cached_property
    def _row_spans(self) -> list[tuple[Span, Span]]:
        """The rows of tables before and after; rows that the user has just typed are new ones."""
        old = row_blocks(self.old.ids, self._old_heads)
        new = row_blocks(self.new.ids, {row: name for name, row in self._new_heads.items()})
        return [*((span, new[name]) for name, span in old.items() if name in new), *self._table_spans()]

    def _table_spans(self) -> Iterator[tuple[Span, Span]]:
        """Tables in which somebody types, as they were made, and with what has been typed directly below them."""
        now = {row: self._new_rows.get(key) for row, key in self._old_rows.items()}
        for old, new in self._tables:
            yield old, new
            last = old.last
            while new.first <= (now.get(last + 1) or 0) <= new.last:
                last += 1
            if last > old.last:
                yield Span(old.first, last), new

    # ---- rows -------------------------------------------------------------------------------------------

    def _by_neighbours(self, row: int) -> Iterator[int]:
        """A row without an id, counted from the nearest one above (then below) that is still there."""
        below = bisect_right(self._still_there, (row, 0))
        for at, now in self._still_there[below - 1 : below + 1]:
            there = now + row - at
            if there > 0 and there not in self._taken and self._alike(row, there):
                yield there

    @cached_property
    def _still_there(self) -> list[tuple[int, int]]:
        """The edge above the sheet, then the rows with an id that the new sheet has too, and where."""
        there = [(at, self._new_rows[key]) for at, key in self._old_rows.items() if key in self._new_rows]
        return [(0, 0), *there]

    @cached_property
    def _taken(self) -> set[int]:
        return set(self._new_rows.values())

    def _alike(self, row: int, there: int) -> bool:
        """Whether two rows without ids begin with the same words, in whichever language.

        Where ours begins with a formula, as a row to type into does, formulas are no words: an older workbook has none
        there, and in another row or language they read otherwise.
        """
        last = self._edge[0].last_column if self._edge else self.old.columns
        if row == there == _TITLE and all(grid.content(*_AT_TITLE) for grid in (self.old, self.new)):
            return True  # it names the plan, a channel or the page: whatever it says, it is the title
        typed = _is_formula(_label(self.new, there, self.new.columns))
        return same_words(_label(self.old, row, last, typed), _label(self.new, there, self.new.columns, typed))

    def _old_span(self, area: Cells) -> range:
        return range(area.row, min(area.last_row, max(self.old.rows, area.row)) + 1)

    def _rows_of(self, area: Cells) -> list[int]:
        rows = [self._row_at(row, area.column) for row in self._old_span(area)]
        if area.last_row > self.old.rows:
            rows.append(self._row_at(area.last_row, area.column))
        return [row for row in rows if row is not None]

    def _row_at(self, row: int, column: int) -> int | None:
        """Where a row is now, for what stands in a column: beside our area a row is only gone with one of ours."""
        if not self._beside or not self._edge or column <= self._edge[0].last_column:
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


def _all_months(grid: Grid, start: dt.date) -> set[dt.date]:
    return {month for row in range(1, grid.rows + 1) for month in grid.months(row, start).values()}


def _hull(area: Cells, rows: list[int], columns: list[int]) -> Cells | None:
    if not rows or not columns:
        return None
    return Cells(min(rows), min(columns), max(rows), max(columns), area.fixed, area.single)


def _label(grid: Grid, row: int, last: int, constant: bool = False) -> Any:
    """The first content of a row, "" where it is blank; ``constant``: the first that is no formula."""
    found = (grid.content(row, c) for c in range(2, last + 1))
    return next((one for one in found if one != "" and not (constant and _is_formula(one))), "")


def _is_formula(content: Any) -> bool:
    return isinstance(content, str) and content.startswith("=")


class Columns:
    """The columns of one sheet, before and after.

    Arguments: ``old`` and ``new`` what stands there; ``starts`` the months from which the headers of both count;
    ``heads`` row of a header of the old sheet → what its table is called, ``new_heads`` the other way round for the
    new one; ``rows`` those of the old sheet that have ids; ``areas`` what of both is printed (None: not known).
    """

    def __init__(
        self,
        old: Grid,
        new: Grid,
        starts: tuple[dt.date, dt.date],
        heads: Mapping[int, Head],
        new_heads: Mapping[Head, int],
        rows: Collection[int],
        areas: tuple[Rect, Rect] | None,
    ):
        self._old, self._new, self._starts, self._rows = old, new, starts, rows
        self._heads, self._new_heads, self._areas = heads, new_heads, areas
        self._in_order = sorted(heads)
        self._found: dict[int, dict[int, int | None]] = {}

    def column(self, row: int, column: int) -> int | None:
        """Where a column is now, as far as the table that ``row`` belongs to is concerned."""
        if row == 1 and column in self._links:
            return self._links[column]
        there = self._beyond_links(row, column)
        return None if row == 1 and there in self._links.values() else there

    @cached_property
    def _links(self) -> dict[int, int]:
        """The columns of the links in the first row, before and after; of several that say the same, the first."""
        old, new = ({c: grid.content(1, c) for c in range(1, grid.columns + 1)} for grid in (self._old, self._new))
        found: dict[int, int] = {}
        for column, words in old.items():
            there = next((c for c, one in new.items() if one and same_words(words, one)), None)
            if there is not None and there not in found.values():
                found[column] = there
        return found

    def _beyond_links(self, row: int, column: int) -> int | None:
        if self._areas and column > self._areas[0].last_column:
            return column + self.wider(column)
        head = self.head(row)
        if head == 0:
            return column + (0 if self._areas else self.wider(column))
        if head not in self._found:
            self._found[head] = self._columns_of(head)
        columns = self._found[head]
        if column in columns:
            return columns[column]
        # beyond the table: as far from its last column as before
        last, now = self._last_columns(head)
        if last is not None:
            return column + now - last
        return self._inside(column) if self._areas else column + self.wider(column)

    def head(self, row: int) -> int:
        """The header of the table to which a row belongs; 0 for none."""
        if self._areas and row > self._areas[0].last_row and row not in self._rows:
            return 0
        before = bisect_right(self._in_order, row)
        return self._in_order[before - 1] if before else 0

    def wider(self, column: int) -> int:
        """By how many columns what stands beside our area, or beside the months, goes to the right."""
        if self._areas:
            old, new = (each.last_column for each in self._areas)
            return new - old if column > old else 0
        span = next(self.month_spans(self._heads), None)
        return span[1].last - span[0].last if span and column > span[0].last else 0

    def month_spans(self, heads: Iterable[int]) -> Iterator[tuple[Span, Span]]:
        """The months of tables before and after."""
        for head in heads:
            there = self._new_heads.get(self._heads[head]) if head in self._heads else None
            if there is not None:
                old, new = Span.of(self.months_at(head)), Span.of(self._new.months(there, self._starts[1]))
                if old is not None and new is not None:
                    yield old, new

    def months_at(self, row: int) -> dict[int, dt.date]:
        """Column → month, of a header of the old sheet."""
        return self._old.months(row, self._starts[0])

    def _columns_of(self, head: int) -> dict[int, int | None]:
        there = self._new_heads.get(self._heads[head])
        if there is None:
            return {}
        old_months, new_months = self.months_at(head), self._new.months(there, self._starts[1])
        by_month = {month: column for column, month in new_months.items()}
        found: dict[int, int | None] = {column: by_month.get(month) for column, month in old_months.items()}
        width = max((c for c in range(1, self._old.columns + 1) if self._old.formula(head, c)), default=0)
        rest = [column for column in range(1, width + 1) if column not in found]
        found |= {column: at for column in rest if (at := self._by_header(head, there, column)) is not None}
        taken = set(found.values())
        for column in rest:
            if column not in found:
                at = self._by_place(column, old_months, new_months)
                # a header that is there no more does not stand for another that has moved to its place
                found[column] = None if at in taken and self._old.formula(head, column) else at
        return found

    def _by_header(self, head: int, there: int, column: int) -> int | None:
        words = self._old.formula(head, column)
        if not words or _times(self._old, head, words) != 1:
            return None
        named = [c for c in range(1, self._new.columns + 1) if same_words(words, self._new.formula(there, c))]
        return named[0] if len(named) == 1 else None

    def _by_place(self, column: int, old_months: dict, new_months: dict) -> int | None:
        if old_months and new_months and column > max(old_months):
            return column + max(new_months) - max(old_months)
        return self._inside(column)

    def _last_columns(self, head: int) -> tuple[int | None, int]:
        there = self._new_heads.get(self._heads[head])
        if there is None:
            return None, 0
        old, new = self.months_at(head), self._new.months(there, self._starts[1])
        return (max(old), max(new)) if old and new else (None, 0)

    def _inside(self, column: int) -> int | None:
        """A column of a table that is as wide as the sheet; None where the sheet has become narrower."""
        return None if self._areas and column > self._areas[1].last_column else column


def same_words(one: Any, other: Any) -> bool:
    """Whether two contents are the same, in whichever language."""
    words = isinstance(one, str) and isinstance(other, str)
    return one == other or words and bool(keys_of(one) & keys_of(other))


def _times(grid: Grid, row: int, words: str) -> int:
    return sum(grid.formula(row, column) == words for column in range(1, grid.columns + 1))
