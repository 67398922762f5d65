"""Reading a workbook by its defined names: single cells, and tables whose columns are known by their headers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xl_kpi import catalog
from xl_kpi.catalog.messages import worded
from xl_kpi.catalog.texts import keys_of
from xl_kpi.errors import BadFile, Joined, Words
from xl_kpi.workbook.addresses import relative
from xl_kpi.workbook.cells.areas import MOST_COLUMNS, MOST_ROWS
from xl_kpi.workbook.cells.grid import HEAD

MANY_TIMES = 10  # as many rows as a table takes are looked at
OPEN_ROWS = 200  # how far below a table rows are looked for
_OURS = re.compile(rf"{HEAD}.*|\w+:")  # ids of headers and totals
_BLANKS = " \t\r\n\u3000\u00a0"


@dataclass(frozen=True)
class CellAddress:
    """A cell: the name of its sheet and its address."""

    sheet: str
    cell: str


def named_range(book: Any, name: str, file: str, most_rows: int = MOST_ROWS) -> Any:
    """The range behind a defined name; BadFile when the workbook is not one of ours."""
    for defined in _called(book, name):
        try:
            found = defined.refers_to_range
        except Exception:  # each host has its own error for "#REF!"
            break
        if found is None:
            break
        rows, columns = found.shape
        if rows > most_rows or columns > MOST_COLUMNS:
            allowed = {"rows": f"{most_rows:,}", "columns": MOST_COLUMNS}
            raise BadFile("reader_too_wide", file=file, name=name, **allowed)
        return found
    raise BadFile("reader_no_name", file=file, name=name)


def has_name(book: Any, name: str) -> bool:
    """Whether the workbook has this defined name at all."""
    return next(_called(book, name), None) is not None


def _called(book: Any, name: str) -> Iterator[Any]:
    """The defined names that are called so, in whatever letters, in the workbook or on a sheet of their own."""
    whole = name.casefold()
    local = f"!{whole}"
    for defined in book.names:
        known = defined.name.casefold()
        if known == whole or known.endswith(local):
            yield defined


def points_at_cells(book: Any, name: str, file: str) -> bool:
    """Whether the workbook has this name and its cells: a sheet that somebody deletes leaves its names behind."""
    try:
        named_range(book, name, file)
    except BadFile as problem:
        if problem.key != "reader_no_name":
            raise
        return False
    return True


def named_value(book: Any, name: str, file: str) -> tuple[Any, CellAddress]:
    """The value of the one cell behind a name, and where it stands."""
    found = named_range(book, name, file)
    cell = found[0, 0] if len(found) > 1 else found
    return cell.value, CellAddress(found.sheet.name, relative(found.row, found.column))


class Table:
    """A table with its header in the first row of a named range.

    ``columns``: column key → text key of its header; a header is recognised in both languages and as it was, so that a
    column may be moved and a sheet may be in either language.  Column A of the range holds the stable ids.
    Rows typed directly below the range belong to it when ``open_end`` of their cells or more are filled (0: none do),
    up to the first that is blank or one of ours; what else a sheet has there are titles and notes of one cell.  In
    workbooks from before rows of ours had ids their totals stand there with a name and a sum, so that one cell more
    has to be filled.  ``newer``: columns that earlier workbooks do not have; nothing stands in one that is missing.
    """

    def __init__(
        self,
        book: Any,
        name: str,
        columns: Mapping[str, str],
        file: str,
        open_end: int = 0,
        most_rows: int = 0,
        newer: Collection[str] = (),
    ):
        area = named_range(book, name, file, max(MOST_ROWS, MANY_TIMES * most_rows))
        self.sheet = area.sheet.name
        self.first_row, self.first_column = area.row, area.column
        rows, width = area.shape
        extra = OPEN_ROWS if open_end else 0
        if most_rows:  # pasted below, however many: that there are too many is told with their number
            used = area.sheet.used_range
            extra = max(extra, min(used.row + used.shape[0] - area.row - rows, MANY_TIMES * most_rows))
        end = (area.row + rows - 1 + extra, area.column + width - 1)
        self._block = area.sheet.range((area.row, area.column), end)
        self.values = self._block.options(ndim=2).value
        marked = str(self.values[0][0] or "").startswith(HEAD)
        self.inside, self.open_end = rows, open_end + (open_end > 0 and not marked and not most_rows)
        self.columns = self._find(columns, name, file, newer)

    def _find(self, columns: Mapping[str, str], name: str, file: str, newer: Collection[str]) -> dict[str, int]:
        header = [str(value).strip() if value is not None else "" for value in self.values[0]]
        found, missing = {}, []
        for key, text_key in columns.items():
            wanted = {worded(_header(text_key), language) for language in catalog.LANGUAGES}
            wanted |= _former(text_key)
            position = next((k for k, word in enumerate(header) if word in wanted), None)
            if position is None and key not in newer:
                missing.append(_header(text_key))
            elif position is not None:
                found[key] = position
        if missing:
            place = f"{self.sheet}!{relative(self.first_row, self.first_column)}"
            raise BadFile("reader_no_column", file=file, place=place, name=name, columns=Joined(tuple(missing), ", "))
        return found

    def formulas(self) -> Any:
        """What was typed in each cell: formulas with their "=", constants as text."""
        found = self._block.formula
        return found if isinstance(found, (tuple, list)) else ((found,),)

    def has_value(self, column: str, word: str) -> bool:
        """Whether a row has this text in a column, upper and lower case counting as the same."""
        return any(row.text(column).casefold() == word.casefold() for row in self.rows())

    @property
    def first_cell(self) -> str:
        """The address of the first header."""
        return relative(self.first_row, self.first_column + min(self.columns.values()))

    def rows(self) -> Iterator[Row]:
        """The rows in which something is typed; below the named range up to the first blank row."""
        for offset, values in enumerate(self.values[1:], 1):
            row = Row(self, offset, values)
            if offset >= self.inside and not row.follows:
                return
            if row.is_blank:
                continue
            yield row


@dataclass
class Row:
    """One row of a table."""

    table: Table
    offset: int
    values: list[Any]

    @property
    def is_blank(self) -> bool:
        return all(_blank(self.values[position]) for position in self.table.columns.values())

    @property
    def follows(self) -> bool:
        """Whether a row below the table was typed as one of it; a note of ours that stands there was not.

        A note is known by its words: what somebody types or pastes over it is a row.
        """
        filled = [value for value in map(self.values.__getitem__, self.table.columns.values()) if not _blank(value)]
        if len(filled) == 1 and any("_note" in key for key in keys_of(str(filled[0]))):
            return False
        return len(filled) >= max(1, self.table.open_end) and not _OURS.fullmatch(str(self.values[0] or ""))

    def is_blank_at(self, column: str) -> bool:
        return _blank(self[column])

    def has(self, column: str) -> bool:
        """Whether the table has this column at all."""
        return column in self.table.columns

    def __getitem__(self, column: str) -> Any:
        return self.values[self.table.columns[column]] if self.has(column) else None

    def text(self, column: str) -> str:
        value = self[column]
        if isinstance(value, float) and value == int(value):
            value = int(value)
        return "" if value is None else str(value).strip()

    def place(self, column: str) -> CellAddress:
        table = self.table
        return CellAddress(
            table.sheet,
            relative(table.first_row + self.offset, table.first_column + table.columns[column]),
        )


def _blank(value: Any) -> bool:
    """Nothing typed; ``strip`` takes the full-width space away as well."""
    return value is None or (isinstance(value, str) and not value.strip())


def _header(text_key: str) -> Words:
    """``stage_curve@30`` is the text ``stage_curve`` for 30 days."""
    key, _, days = text_key.partition("@")
    return Words(key, days=days) if days else Words(key)


def _former(text_key: str) -> set[str]:
    """What the same header said in earlier versions."""
    key, _, days = text_key.partition("@")
    return {words.replace("{days}", days) for words in catalog.former_words().get(key, ())}
