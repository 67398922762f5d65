"""Addresses as text: column letters, A1, absolute and relative, a sheet name in quotes; decoded here as well."""

from __future__ import annotations

import re
from functools import lru_cache

Place = tuple[int, int]  # row, column, both from 1
_CELL = re.compile(r"([A-Z]{1,3})([0-9]+)")


def column_letters(column: int) -> str:
    """1 -> A, 27 -> AA."""
    letters = ""
    while column:
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


def quoted(sheet_name: str) -> str:
    """A sheet name as formulas need it, always in quotes."""
    return "'" + sheet_name.replace("'", "''") + "'"


def place_of(name: str) -> Place | None:
    """Row and column of ``B3``."""
    match = _CELL.fullmatch(name)
    return (int(match[2]), column_number(match[1])) if match else None
