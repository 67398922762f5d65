"""An open book as it stands, for the reader of plans: values and formulas of whole sheets, fetched in few calls.

xlwings Lite gives formulas only to those who wait for them (``await``), the reader asks for them cell by cell:
the snapshot stands between the two, and on the desktop it saves thousands of calls into Excel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from xl_kpi.workbook.spec import absolute, relative

Matrix = Sequence[Sequence[Any]]
FORMATTED = ("kgi_growth",)  # names of cells of which the reader asks the number format
_REFERENCE = re.compile(
    r"=?(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?([0-9]+)(?::\$?([A-Z]{1,3})\$?([0-9]+))?", re.IGNORECASE
)


def used(sheet: Any) -> Any:
    """The range from A1 to the last cell of an xlwings sheet in which anything stands."""
    area = sheet.used_range
    rows, columns = area.shape
    return sheet.range((1, 1), (area.row + rows - 1, area.column + columns - 1)).options(ndim=2)


@dataclass
class Fetched:
    """What a host does not send with every book: formulas of each sheet, number formats of a few cells."""

    formulas: dict[str, Matrix] = field(default_factory=dict)
    formats: dict[tuple[str, int, int], str] = field(default_factory=dict)


def fetched(book: Any) -> Fetched:
    """From a host that tells formulas at once (constants stand there as they are)."""
    found = Fetched()
    for sheet in book.sheets:
        formulas = used(sheet).formula
        found.formulas[sheet.name] = formulas if isinstance(formulas, (list, tuple)) else ((formulas,),)
    for place, cell in _formatted(book):
        found.formats[place] = cell.number_format
    return found


async def awaited(book: Any) -> Fetched:
    """The same from xlwings Lite."""
    found = Fetched()
    for sheet in book.sheets:
        found.formulas[sheet.name] = await used(sheet).get_formula()
    for place, cell in _formatted(book):
        found.formats[place] = await cell.get_number_format()
    return found


def _formatted(book: Any) -> Iterator[tuple[tuple[str, int, int], Any]]:
    """The cells whose number format says how what is typed there was meant."""
    sheets = {sheet.name.casefold(): sheet for sheet in book.sheets}
    for name in book.names:
        place = reference(name.refers_to) if name.name in FORMATTED else None
        sheet = place and sheets.get(place.sheet.casefold())
        if place and sheet:
            yield (sheet.name, place.row, place.column), sheet.range((place.row, place.column))


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
    first = int(row), _column(letters)
    last = (int(last_row), _column(last_letters)) if last_row else first
    return Reference(quoted.replace("''", "'") if quoted else plain, *first, *last)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


class Snapshot:
    """What ``workbook.reader`` asks of a book: ``names`` and ``sheets``."""

    def __init__(self, book: Any, found: Fetched):
        self.name = book.name
        self.sheets = {sheet.name: SnapshotSheet(sheet, found) for sheet in book.sheets}
        self.names = [SnapshotName(self, name.name, name.refers_to) for name in book.names]


class SnapshotName:
    """A defined name: its own, and the rectangle behind it."""

    def __init__(self, book: Snapshot, name: str, refers_to: str | None):
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


class SnapshotSheet:
    """One sheet; its values are fetched when first asked for."""

    def __init__(self, sheet: Any, found: Fetched):
        self.name, self._sheet = sheet.name, sheet
        self.formulas, self.formats = found.formulas[sheet.name], found.formats

    @cached_property
    def values(self) -> Matrix:
        return used(self._sheet).value

    def range(self, first: Any, last: Any = None) -> Area:
        """By address, (row, column), or two corners."""
        if isinstance(first, str):
            place = reference(f"x!{first}")
            return Area(self, place.row, place.column, place.last_row, place.last_column)
        return Area(self, *first, *(last or first))


@dataclass(frozen=True)
class Area:
    """A rectangle of a sheet; what lies outside the used cells is blank."""

    sheet: SnapshotSheet
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
