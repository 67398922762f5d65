"""Addresses as text: column letters, A1, absolute and relative, a sheet name in quotes; decoded here as well."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

Place = tuple[int, int]  # row, column, both from 1
_CELL = re.compile(r"([A-Z]{1,3})([0-9]+)")
_AREA = re.compile(r"(?:^|[,!])([$A-Z\d:]+)(?=,|$)")


@lru_cache(maxsize=4096)
def column_letters(column: int) -> str:
    """1 -> A, 27 -> AA; "" for what is no column."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=4096)
def column_number(letters: str) -> int:
    """A -> 1, AA -> 27, in capitals or not; 0 for no letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def absolute(row: int, column: int) -> str:
    """``$B$3``"""
    return f"${column_letters(column)}${row}"


def relative(row: int, column: int) -> str:
    """``B3``"""
    return f"{column_letters(column)}{row}"


def plain_areas(areas: str) -> list[str]:
    """The areas of a print area without their sheet: ``'A,b'!$A$1:$C$9,'A,b'!$A$10`` → ``$A$1:$C$9`` and ``$A$10``."""
    return _AREA.findall(areas)


def quoted(sheet_name: str) -> str:
    """A sheet name as formulas need it, always in quotes."""
    return "'" + sheet_name.replace("'", "''") + "'"


@lru_cache(maxsize=65536)  # a workbook's parts name the same cells again and again
def place_of(name: str) -> Place | None:
    """Row and column of ``B3``."""
    match = _CELL.fullmatch(name)
    return (int(match[2]), column_number(match[1])) if match else None


class CellAt(NamedTuple):
    """One cell of one sheet; as text it is the address that any sheet may use: ``'逆算'!$C$5``."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"{quoted(self.sheet)}!{self.here}"

    @property
    def here(self) -> str:
        """The address on the sheet itself: ``$C$5``."""
        return absolute(self.row, self.column)

    @property
    def free(self) -> str:
        """The same without the dollars, for what follows when it is moved: ``C5``."""
        return relative(self.row, self.column)

    @property
    def far_free(self) -> str:
        """The same for another sheet: ``'逆算'!C5``."""
        return f"{quoted(self.sheet)}!{self.free}"

    @property
    def in_column(self) -> str:
        """For a rule of many rows: the column stays, the row follows: ``$C5``."""
        return f"${self.free}"

    def to(self, other: CellAt) -> RangeAt:
        """The cells from here to there."""
        return RangeAt(self, other)


class RangeAt(NamedTuple):
    """A rectangle of cells of one sheet, by its corners; as text ``'逆算'!$C$5:$H$5``."""

    first: CellAt
    last: CellAt

    def __str__(self) -> str:
        return f"{self.first}:{self.last.here}"

    @property
    def here(self) -> str:
        """``$C$5:$H$5``"""
        return f"{self.first.here}:{self.last.here}"

    @property
    def in_column(self) -> str:
        """``$C5:$H5``"""
        return f"{self.first.in_column}:{self.last.in_column}"

    @property
    def free(self) -> str:
        """``C5:H5``"""
        return f"{self.first.free}:{self.last.free}"
