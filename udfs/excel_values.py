"""Between cells and calculations: arguments as Excel hands them over into checked values, results into cells.

A cell may hold a number, text, TRUE or FALSE, an error (as its text, "#N/A"), a date (as a date or as the number
of its day) or nothing; a range arrives as a single value, a list or a list of rows.  Text is never taken for a
number.  All arguments of a function are read before any is looked at closely, in their order, so that an error in
a cell is handed on before anything else is found wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import chain
from typing import Any

from xl_kpi.calc import KpiError
from xl_kpi.calc.errors import is_blank, is_error_value

EXCEL_EPOCH = dt.date(1899, 12, 30)  # day 0 of Excel's numbering from March 1900 on
# Excel counts a 29 February 1900 that never was; before it the numbers of the days are one off.
FIRST_DAY, LAST_DAY = 61, 2_958_465  # 1 March 1900 and 31 December 9999
LARGEST_INT = 2**31 - 1  # a longer int arrives in 32-bit Excel as an error; as a float it keeps its digits to 2⁵³

_NUMBERS, _ROWS = {int, float}, {list, tuple}


def rows(value: Any) -> list[Sequence]:
    """Any argument as a list of rows; a list of single values is one row."""
    if type(value) is not list:  # what every host sends for a range needs no closer look
        if hasattr(value, "tolist"):  # arrays and tables of other packages
            value = value.tolist()
        if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
            return [[value]]
    items = list(value)
    kinds = set(map(type, items))
    if kinds.isdisjoint(_ROWS):
        return [items]
    # rows are never changed, so that those of a large table need not be copied
    return items if kinds <= _ROWS else [row if isinstance(row, (list, tuple)) else [row] for row in items]


def are_rows(value: Any) -> bool:
    """Whether it is several rows as a host sends them; the first tells for all of them."""
    return type(value) is list and len(value) > 1 and isinstance(value[0], (list, tuple))


def one(value: Any, argument: str) -> Any:
    """The value of an argument that is one cell; KpiError for several cells and for an error in the cell."""
    table = rows(value)
    cells = list(chain.from_iterable(table))
    if len(cells) > 1:
        raise KpiError("#VALUE!", argument, None, _size(table), "one_cell")
    return _clean(cells[0], argument, None) if cells else None


def line(value: Any, argument: str) -> list:
    """A row, a column or one cell as a list; KpiError for a block and for an error in a cell.

    Blanks at the end are dropped; those in between stay, for the calculation to refuse.
    """
    table = rows(value)
    if len(table) > 1 and max(map(len, table)) > 1:
        raise KpiError("#VALUE!", argument, None, _size(table), "one_line")
    cells = list(chain.from_iterable(table))
    while cells and is_blank(cells[-1]):
        cells.pop()
    if set(map(type, cells)) <= _NUMBERS:
        return cells
    return [_clean(cell, argument, position) for position, cell in enumerate(cells, 1)]


def table(value: Any, width: int) -> list[Sequence]:
    """Rows of ``width`` cells as they came; blank rows at the end and blank columns beyond the width are ignored.

    One column of ``width`` cells counts as one row.
    """
    found = rows(value)
    while found and all(map(is_blank, found[-1])):
        found.pop()
    widths = set(map(len, found))
    if len(found) == width > 1 and widths == {1}:
        return [[row[0] for row in found]]
    if widths - {width}:
        return [row[:width] if all(map(is_blank, row[width:])) else row for row in found]
    return found


def cleaned(found: list[Sequence], argument: str) -> list[list]:
    """Every cell of a table as a calculation takes it; KpiError for an error in a cell."""
    return [
        [_clean(cell, argument, (number, column)) for column, cell in enumerate(row, 1)]
        for number, row in enumerate(found, 1)
    ]


def word(value: Any, argument: str, default: str) -> Any:
    """A choice in small letters, ``default`` for a blank."""
    found = one(value, argument)
    if is_blank(found):
        return default
    return found.strip().lower() if isinstance(found, str) else found


def day(value: Any, argument: str) -> Any:
    """A cell with a date as a date; what is none is left for the calculation to refuse."""
    cells = list(chain.from_iterable(rows(value)))
    return _day(cells[0], argument, None) if len(cells) == 1 else one(value, argument)


def days(value: Any, argument: str) -> list:
    """A row or column of dates; blanks stay, also at the end."""
    found = rows(value)
    line(found, argument)  # its shape and the errors in it
    return [_day(cell, argument, position) for position, cell in enumerate(chain.from_iterable(found), 1)]


def number(result: Fraction | float, argument: str, found: Any = None) -> float:
    """A result for a cell; KpiError #NUM!, about ``argument``, for what no cell can hold."""
    if isinstance(result, int) and -LARGEST_INT <= result <= LARGEST_INT:
        return result
    try:
        return float(result)
    except OverflowError:
        raise KpiError("#NUM!", argument, None, found, "result_range") from None


def numbers(results: Iterable, argument: str, found: Any = None) -> list[float]:
    """Several results for cells."""
    return [number(result, argument, found) for result in results]


def quotients(ratios: Iterable[tuple[int, int]], argument: str, found: Any = None) -> list[float]:
    """Several results that come as pairs of whole numbers, (above, below), for cells."""
    try:
        return [above / below for above, below in ratios]
    except OverflowError:
        raise KpiError("#NUM!", argument, None, found, "result_range") from None


def laid_out(results: Sequence, like: Any) -> list[list]:
    """Results below each other where the range ``like`` is a column, else beside each other."""
    return [[result] for result in results] if len(rows(like)) > 1 else [list(results)]


def date_cell(date: dt.date, argument: str) -> dt.datetime:
    """A date for a cell; KpiError #NUM! for one that Excel doesn't know."""
    if not FIRST_DAY <= (date - EXCEL_EPOCH).days:
        raise KpiError("#NUM!", argument, None, date, "excel_date")
    return dt.datetime(date.year, date.month, date.day)


def _clean(value: Any, argument: str, position: Any) -> Any:
    if type(value) in _NUMBERS:
        return value
    if hasattr(value, "item"):
        value = value.item()
    if is_error_value(value):
        raise KpiError(value, argument, position, value, "error_value")
    if isinstance(value, dt.datetime):  # a number in a cell that is shown as a date or a time
        days = (value.replace(tzinfo=None) - dt.datetime.combine(EXCEL_EPOCH, dt.time())) / dt.timedelta(days=1)
        return int(days) if days.is_integer() else days
    if isinstance(value, dt.date):
        return (value - EXCEL_EPOCH).days
    return value


def _day(value: Any, argument: str, position: int | None) -> Any:
    if isinstance(value, dt.datetime):
        value = value.date()
    if not isinstance(value, dt.date):
        value = _clean(value, argument, position)
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return None if is_blank(value) else value
        if not FIRST_DAY <= value < LAST_DAY + 1:
            raise KpiError("#NUM!", argument, position, value, "excel_date")
        return EXCEL_EPOCH + dt.timedelta(days=int(value))
    if value < EXCEL_EPOCH + dt.timedelta(days=FIRST_DAY):
        raise KpiError("#NUM!", argument, position, value, "excel_date")
    return value


def _size(table: list[Sequence]) -> str:
    return f"{len(table):,} × {max(map(len, table)):,}"
