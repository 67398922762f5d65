"""Values in and out of cells: what a written text becomes, and what a stored result reads as."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from copy import copy
from functools import lru_cache
from typing import Any

from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.numbers import is_date_format
from openpyxl.worksheet.worksheet import Worksheet

LONGEST_TEXT = 32_767  # Excel's limits for the text and for the formula of one cell
LONGEST_FORMULA = 8_192
_DATE_FORMATS = {dt.datetime: "yyyy-mm-dd hh:mm:ss", dt.date: "yyyy-mm-dd", dt.time: "hh:mm:ss", dt.timedelta: "[h]:mm"}
# A text that Excel would read as something else when it is typed again needs the quote mark to stay a text.
_NEEDS_QUOTE = re.compile(r"[=+\-@']|[\d/\-.,:% ]+$")
_is_date_format = lru_cache(maxsize=512)(is_date_format)


def write_matrix(ws: Worksheet, row: int, column: int, matrix: Iterable[Sequence[Any]]) -> None:
    """Write rows of values from (row, column) on; None and "" make a cell blank and keep its format.

    The hot path of every workbook: one dictionary look-up and one branch per cell, past openpyxl's own
    guessing, which would also change a style that other cells share.
    """
    cells = ws._cells
    for r, line in enumerate(matrix, row):
        for c, value in enumerate(line, column):
            cell = cells.get((r, c))
            if cell is None:
                if value is None or value == "":
                    continue
                cell = cells[r, c] = Cell(ws, r, c)
            kind = type(value)
            if kind is str:
                _bind_text(cell, value)
            elif kind is float or kind is int or value is None:
                cell._value, cell.data_type = value, "n"
            elif kind is bool:
                cell._value, cell.data_type = value, "b"
            elif isinstance(value, (dt.date, dt.time, dt.timedelta)):
                cell._value, cell.data_type = value, "d"
                _show_as_date(cell, value)
            else:
                raise TypeError(f"{ws.title}!{cell.coordinate}: a {kind.__name__} can't be written into a cell")


def _bind_text(cell: Cell, text: str) -> None:
    """A formula after "=", a text after an apostrophe, an error value as such, anything else a text."""
    first = text[:1]
    if first == "=" and len(text) > 1:
        if len(text) > LONGEST_FORMULA:
            raise ValueError(f"{cell.parent.title}!{cell.coordinate}: formula of {len(text)} characters")
        cell._value, cell.data_type = text, "f"
        return
    if first == "'":
        text = text[1:]
        if _NEEDS_QUOTE.match(text):
            own_style(cell).quotePrefix = 1
    elif text in ERROR_CODES:
        cell._value, cell.data_type = text, "e"
        return
    if len(text) > LONGEST_TEXT or ILLEGAL_CHARACTERS_RE.search(text):
        raise ValueError(f"{cell.parent.title}!{cell.coordinate}: text too long or with control characters")
    cell._value, cell.data_type = text.replace("\r\n", "\n") or None, "s" if text else "n"


def own_style(cell: Cell) -> StyleArray:
    """A style of the cell's own, free to change: the one it had may be shared with other cells."""
    cell._style = StyleArray() if cell._style is None else copy(cell._style)
    return cell._style


def _show_as_date(cell: Cell, value: Any) -> None:
    """Give a date a date format, unless the cell has one already."""
    if cell._style is None or not _is_date_format(cell.number_format):
        own_style(cell)
        kind = next(kind for kind in _DATE_FORMATS if isinstance(value, kind))
        cell.number_format = _DATE_FORMATS[kind]


def read_value(cell: Any, errors_as_text: bool) -> Any:
    """What a cell holds, as Excel would hand it over: numbers as float, error values as None unless asked."""
    value = cell._value if cell is not None else None
    if value is None or cell.data_type == "f":  # a formula of a book in memory has no result yet
        return None
    if cell.data_type == "e":
        return value if errors_as_text else None
    if type(value) is int:
        return float(value)
    if type(value) is dt.date:
        return dt.datetime(value.year, value.month, value.day)
    return value


def read_formula(cell: Any) -> str:
    """What stands in the formula bar: the formula, the text, the number with a point, or ""."""
    value = cell.value if cell is not None else None
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(getattr(value, "text", value))  # an array formula keeps its text there
