"""Rectangles of a sheet that was fetched whole: what ``workbook.reading`` asks of names and ranges, without a host.

A sheet here is anything with ``name`` and the matrices ``values`` and ``formulas``, row 1 and column A first;
a book anything with ``sheets`` by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from xl_kpi.workbook.addresses import absolute, column_number, relative

Matrix = Sequence[Sequence[Any]]
_REFERENCE = re.compile(
    r"=?(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?([0-9]+)(?::\$?([A-Z]{1,3})\$?([0-9]+))?", re.IGNORECASE
)


@dataclass(frozen=True)
class Reference:
    """A rectangle on a sheet, as a formula names it."""

    sheet: str
    row: int
    column: int
    last_row: int
    last_column: int


def reference(text: str | None) -> Reference | None:
    """The one rectangle that a defined name refers to; None for formulas, constants, several areas."""
    found = _REFERENCE.fullmatch(text or "")
    if not found:
        return None
    quoted, plain, letters, row, last_letters, last_row = found.groups()
    first = int(row), column_number(letters)
    last = (int(last_row), column_number(last_letters)) if last_row else first
    return Reference(quoted.replace("''", "'") if quoted else plain, *first, *last)


def rectangle(address: str) -> Reference:
    """The rectangle of an address, with its sheet or without one; ValueError where it is none."""
    found = reference(address if "!" in address else f"x!{address}")
    if found is None:
        raise ValueError(f"no rectangle of cells: {address}")
    return found


class NamedArea:
    """A defined name: its own, and the rectangle behind it."""

    def __init__(self, book: Any, name: str, refers_to: str | None):
        self.book, self.name, self.refers_to = book, name, refers_to
        self.reference = reference(refers_to)

    @property
    def refers_to_range(self) -> Area | None:
        place = self.reference
        sheets = {name.casefold(): sheet for name, sheet in self.book.sheets.items()}
        sheet = place and sheets.get(place.sheet.casefold())
        if not place or not sheet:
            return None
        return Area(sheet, place.row, place.column, place.last_row, place.last_column)


def area_of(sheet: Any, first: Any, last: Any = None) -> Area:
    """The rectangle of a sheet by address, (row, column), or two corners."""
    if isinstance(first, str):
        place = rectangle(first)
        return Area(sheet, place.row, place.column, place.last_row, place.last_column)
    return Area(sheet, *first, *(last or first))


@dataclass(frozen=True)
class Area:
    """A rectangle of a sheet; what lies outside the used cells is blank."""

    sheet: Any
    row: int
    column: int
    last_row: int
    last_column: int
    matrix: bool = False  # a single cell as a matrix, too

    @property
    def shape(self) -> tuple[int, int]:
        return self.last_row - self.row + 1, self.last_column - self.column + 1

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __getitem__(self, place: tuple[int, int]) -> Area:
        row, column = self.row + place[0], self.column + place[1]
        return Area(self.sheet, row, column, row, column)

    def options(self, ndim: int) -> Area:
        return Area(self.sheet, self.row, self.column, self.last_row, self.last_column, matrix=ndim == 2)

    @property
    def value(self) -> Any:
        return self._cut(self.sheet.values, None)

    @property
    def formula(self) -> Any:
        return self._cut(self.sheet.formulas, "")

    @property
    def number_format(self) -> str:
        """Of the first cell; only those in ``FORMATTED`` are known."""
        return self.sheet.formats[self.sheet.name, self.row, self.column]

    def get_address(self, row_absolute: bool = True, column_absolute: bool = True) -> str:
        """The address of the first cell, both parts absolute or both relative."""
        return (absolute if row_absolute and column_absolute else relative)(self.row, self.column)

    def _cut(self, matrix: Matrix, blank: Any) -> Any:
        found = list(self._lines(matrix, blank))
        return found if self.matrix or len(self) > 1 else found[0][0]

    def _lines(self, matrix: Matrix, blank: Any) -> Iterator[list[Any]]:
        width = self.shape[1]
        for row in range(self.row - 1, self.last_row):
            line = list(matrix[row][self.column - 1 : self.last_column]) if row < len(matrix) else []
            yield line + [blank] * (width - len(line))


MOST_ROWS, MOST_COLUMNS = 3_000, 300  # of a table; a name over whole columns would fill the memory
