"""Places on a generated sheet: lists of references as parts write them (sqref), and where they are after the change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from xl_kpi.workbook.addresses import Place, quoted, relative
from xl_kpi.workbook.cells.references import LOST, Cells, cells_of, rewritten

_OUTSIDE = re.compile(
    r"(\](?:[^!'\[\]\"]|'')*'?!)(\$?[A-Z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?)(?![\w.(\[!])"
)
_MOST_LOOKED_AT = 5_000  # cells of a rectangle whose corners are gone


@dataclass(frozen=True)
class Rect:
    """A rectangle of cells."""

    row: int
    column: int
    last_row: int
    last_column: int

    def __contains__(self, place: Place) -> bool:
        return self.row <= place[0] <= self.last_row and self.column <= place[1] <= self.last_column

    def meets(self, other: Rect) -> bool:
        """Whether two rectangles have cells in common."""
        rows = self.row <= other.last_row and other.row <= self.last_row
        return rows and self.column <= other.last_column and other.column <= self.last_column

    def by(self, rows: int, columns: int) -> Rect:
        """The rectangle moved."""
        return Rect(self.row + rows, self.column + columns, self.last_row + rows, self.last_column + columns)

    @property
    def first(self) -> Place:
        return self.row, self.column

    @property
    def halves(self) -> list[Rect]:
        """The rectangle cut in two; a single cell has none."""
        if self.first == (self.last_row, self.last_column):
            return []
        if self.last_row - self.row > self.last_column - self.column:
            row = (self.row + self.last_row) // 2
            top = Rect(self.row, self.column, row, self.last_column)
            return [top, Rect(row + 1, self.column, self.last_row, self.last_column)]
        column = (self.column + self.last_column) // 2
        left = Rect(self.row, self.column, self.last_row, column)
        return [left, Rect(self.row, column + 1, self.last_row, self.last_column)]

    @property
    def text(self) -> str:
        first, last = relative(self.row, self.column), relative(self.last_row, self.last_column)
        return first if first == last else f"{first}:{last}"


def rect_of(text: str) -> Rect | None:
    """The rectangle of ``B3``, ``$B$3:$D$9``; None for whole columns and rows, and for anything else."""
    area = cells_of(text)
    return Rect(area.row, area.column, area.last_row, area.last_column) if area and area.row and area.column else None


def rects_of(sqref: str | None) -> list[Rect]:
    """The rectangles of a list of references."""
    return [rect for text in (sqref or "").split() if (rect := rect_of(text))]


@dataclass(frozen=True)
class Places:
    """Where the cells of one sheet go.  ``to(row, column)`` gives None for a cell that is gone."""

    to: Callable[[int, int], Place | None]

    def rect(self, old: Rect) -> Rect | None:
        """Where a rectangle goes; what is gone of it makes it smaller."""
        first, last = self.to(old.row, old.column), self.to(old.last_row, old.last_column)
        if first and last and first[0] <= last[0] and first[1] <= last[1]:
            return Rect(*first, *last)
        rows, columns = range(old.row, old.last_row + 1), range(old.column, old.last_column + 1)
        if len(rows) * len(columns) > _MOST_LOOKED_AT:
            return None
        there = [place for cell in product(rows, columns) if (place := self.to(*cell))]
        if not there:
            return None
        rows_now, columns_now = zip(*there)
        return Rect(min(rows_now), min(columns_now), max(rows_now), max(columns_now))

    def moved(self, old: Rect) -> Rect | None:
        """Where a rectangle goes in one piece; None when it comes apart."""
        new = self.rect(old)
        same = new and (new.last_row - new.row, new.last_column - new.column) == (
            old.last_row - old.row,
            old.last_column - old.column,
        )
        return new if same else None

    def sqref(self, text: str | None, avoid: Iterable[Rect] = ()) -> str:
        """A list of references after the change, without what is gone or meets ``avoid``; "" when nothing is left.

        Special cases: whole columns and rows stay as they are.
        """
        avoid = list(avoid)
        return " ".join(self._sqref(text or "", avoid))

    def _sqref(self, text: str, avoid: list[Rect]) -> Iterator[str]:
        for reference in text.split():
            old = rect_of(reference)
            if old is None:
                yield reference
                continue
            new = self.rect(old)
            if new and not any(new.meets(other) for other in avoid):
                yield new.text


def shifted(formula: str, rows: int, columns: int) -> str:
    """A formula as it reads in another cell, so many rows and columns away; names of sheets come out in quotes."""

    def shift(area: str) -> str:
        cells = cells_of(area)
        if cells is None:
            return area
        top, left, bottom, right = cells.fixed
        moved = (
            cells.row + rows * (not top and cells.row > 0),
            cells.column + columns * (not left and cells.column > 0),
            cells.last_row + rows * (not bottom and cells.last_row > 0),
            cells.last_column + columns * (not right and cells.last_column > 0),
        )
        if any(now < 1 for now, was in zip(moved, (cells.row, cells.column)) if was):
            return LOST
        return Cells(*moved, cells.fixed, cells.single).text()

    def on_sheets(sheets: str, area: str) -> str:
        return f"{quoted(sheets)}!{shift(area)}"

    here = rewritten(formula, on_sheets, shift, lambda word: None)
    return _OUTSIDE.sub(lambda match: match[1] + shift(match[2]), here)
