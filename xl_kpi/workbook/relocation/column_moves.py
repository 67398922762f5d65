"""Where the columns of the tables on one generated sheet are after it was made anew: by their months and headers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from xl_kpi.catalog import keys_of
from xl_kpi.workbook.cells.blocks import Head, Span
from xl_kpi.workbook.cells.grid import Grid
from xl_kpi.workbook.cells.rectangles import Rect


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
        self._found: dict[int, dict[int, int | None]] = {}

    def column(self, row: int, column: int) -> int | None:
        """Where a column is now, as far as the table that ``row`` belongs to is concerned."""
        if row == 1 and same_words(self._old.content(1, column), self._new.content(1, column) or None):
            return column  # a link to another sheet of ours
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
        return max((at for at in self._heads if at <= row), default=0)

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
        for column in range(1, width + 1):
            if column not in found:
                found[column] = self._by_header(head, there, column, old_months, new_months)
        return found

    def _by_header(self, head: int, there: int, column: int, old_months: dict, new_months: dict) -> int | None:
        words = self._old.formula(head, column)
        if words and _times(self._old, head, words) == 1:
            named = [c for c in range(1, self._new.columns + 1) if same_words(words, self._new.formula(there, c))]
            if len(named) == 1:
                return named[0]
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
