"""References in the text of a formula: which sheet, which cells; everything else is passed on as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from xl_kpi.workbook.addresses import column_letters, column_number, quoted

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
LOST = "#REF!"

_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"
_PLAIN = r"""[^\s"'!=+\-*/^&(),;:<>{}\[\]$#@%]+"""  # a sheet's name that needs no quotes
_QUOTED = r"'(?:[^']|'')+'"
# The second corner may bear the sheet's name again: that is how some programs write it.
_AREA = (
    rf"(?:{_CELL}(?::(?:(?:{_QUOTED}|{_PLAIN})!)?{_CELL})?"
    r"|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?[0-9]{1,7}:\$?[0-9]{1,7})(?![\w.(\[!])"
)
_TOKEN = re.compile(
    rf"""
      (?P<text>"(?:[^"]|"")*")
    | (?P<error>\#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA))
    | (?P<outside>(?:'[^'\[]*\[(?:[^']|'')*'|(?:\[[^\[\]]*\]){_PLAIN}(?::{_PLAIN})?)!(?:{_AREA})?)  # another workbook
    | (?P<table>\[(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*\])                      # columns of a table
    | (?P<sheets>{_QUOTED}|{_PLAIN}(?::{_PLAIN})?)!(?P<area>{_AREA})?
    | (?P<here>{_AREA})
    | (?P<word>[\w.\\?]+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_AREA_PARTS = re.compile(
    rf"(\$?)([A-Za-z]{{0,3}})(\$?)([0-9]*)(?:(:)(?:(?:{_QUOTED}|{_PLAIN})!)?(\$?)([A-Za-z]{{0,3}})(\$?)([0-9]*))?"
)


@dataclass(frozen=True)
class Cells:
    """One reference to cells: corners counted from 1 (0: a whole column or row), and where the $ stand."""

    row: int
    column: int
    last_row: int
    last_column: int
    fixed: tuple[bool, bool, bool, bool] = (False,) * 4  # row, column, last row, last column
    single: bool = False

    def text(self) -> str:
        """As a formula writes it."""
        rows, columns = (self.row, self.last_row), (self.column, self.last_column)
        corners = [
            ("$" * self.fixed[1 + 2 * k] + column_letters(columns[k]) if columns[k] else "")
            + ("$" * self.fixed[2 * k] + str(rows[k]) if rows[k] else "")
            for k in (0, 1)
        ]
        return corners[0] if self.single else ":".join(corners)


def cells_of(text: str) -> Cells | None:
    """``$B$3``, ``B3:D9``, ``B:D`` or ``3:9`` taken apart; None where no sheet has such cells."""
    match = _AREA_PARTS.fullmatch(text)
    if not match:
        return None
    first, last = _corner(*match.groups()[:4]), _corner(*match.groups()[5:]) if match[5] else None
    if first is None or (match[5] and last is None):
        return None
    single = last is None
    row, column, fixed_row, fixed_column = first
    last_row, last_column, last_fixed_row, last_fixed_column = last or first
    if bool(row) != bool(last_row) or bool(column) != bool(last_column) or single and not (row and column):
        return None
    fixed = (fixed_row, fixed_column, last_fixed_row, last_fixed_column)
    return Cells(row, column, last_row, last_column, fixed, single)


def _corner(before: str, letters: str, between: str, digits: str) -> tuple[int, int, bool, bool] | None:
    row, column = int(digits or 0), column_number(letters)
    if row > LAST_ROW or column > LAST_COLUMN or digits and not row:
        return None
    fixed_row = bool(between) if letters else bool(before)
    return row, column, fixed_row, bool(before and letters)


def rewritten(
    formula: str,
    on_sheets: Callable[[str, str], str | None],
    here: Callable[[str], str | None],
    word: Callable[[str], str | None],
) -> str:
    """A formula with each reference replaced by what the callers say; None leaves it as it stands.

    Arguments: ``on_sheets(sheets, area)`` is asked for ``'sheet'!B2`` (names without quotes; ``first:last`` for a
    reference through several sheets; ``area`` "" before a name of one sheet) and gives the whole new text,
    ``here(area)`` for references without a sheet, ``word(name)`` for names and functions.
    Special cases: texts in quotes, references to other workbooks and columns of tables are passed on.
    """

    def replace(match: re.Match[str]) -> str:
        new = None
        if match["sheets"]:
            sheets = match["sheets"]
            if sheets.startswith("'"):
                sheets = sheets[1:-1].replace("''", "'")
            new = on_sheets(sheets, match["area"] or "")
        elif match["here"]:
            new = here(match["here"])
        elif match["word"]:
            new = word(match["word"])
        return match[0] if new is None else new

    return _TOKEN.sub(replace, formula)


def sheet_words(name: str, written: str) -> str:
    """A sheet's name as it stands in a formula: as it was written where it still is the same, else in quotes."""
    plain = written.replace("_", "").isalnum() and not written[0].isdigit()
    return written if name == written and plain else quoted(name)


def without_sheet(area: str) -> str:
    """``A1:Plan!B2`` as ``A1:B2``."""
    first, colon, last = area.partition(":")
    return first + colon + last.rpartition("!")[2]
