"""A column of days or months as downloads write them; what it leaves open is told, never guessed."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.exports import is_missing
from xl_kpi.exchange.columns import Column

if TYPE_CHECKING:
    import pandas as pd

DAY_FIRST, MONTH_FIRST = "day_first", "month_first"
_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}  # the year before its first
_TIME = r"(?:[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?:Z|[+-][0-9:]{4,6})?)?"
_WHOLE = re.compile(rf"([12][0-9]{{3}})[-/.年]([01]?[0-9])[-/.月]([0-3]?[0-9])日?{_TIME}")
_CLOSE = re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])")
_MONTH = re.compile(r"([12][0-9]{3})[-/.年]([01]?[0-9])月?|((?:19|20)[0-9]{2})([01][0-9])")
_ERA = re.compile(r"(令和|平成|R|H)\s*([0-9]{1,2}|元)[.年/-]([01]?[0-9])(?:[.月/-](?:([0-3]?[0-9])日?)?)?")
_SHORT = re.compile(rf"([0-3]?[0-9])[/.-]([0-3]?[0-9])[/.-]([12][0-9]{{3}}){_TIME}")
_NAMED = re.compile(
    r"(?:([0-3]?[0-9])(?:st|nd|rd|th)?[ -])?([A-Za-z]{3,9})\.?[ -](?:([0-3]?[0-9])(?:st|nd|rd|th)?,? )?([12][0-9]{3})"
    + _TIME
)
_IN_LINES = re.compile(
    r"[12][0-9]{3}[-/.年][01]?[0-9][-/.月][0-3]?[0-9]日?"
    r"|(?<![0-9])(?:19|20)[0-9]{2}[01][0-9][0-3][0-9](?![0-9])"
    r"|[A-Z][a-z]{2,8}\.? [0-3]?[0-9], [12][0-9]{3}"
    r"|[0-3]?[0-9]/[0-3]?[0-9]/[12][0-9]{3}"
)
_ALONE = re.compile(r"([0-9]{1,2})(月)?")
_DAY_ALONE = re.compile(r"([01]?[0-9])月([0-3]?[0-9])日")
_NAME_ALONE = re.compile(r"[A-Za-z]{3,9}\.?")
_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


@dataclass(frozen=True)
class Dates:
    """What a column says.

    ``days``: a date a row, the first of the month where only the month is told, None where there is none.
    ``monthly``: every cell tells a month alone.  ``bad``: something that is no date.  ``missing``: nothing.
    ``open``: what nothing in the column decides: "day_order" (03/04/2026), "year" (a month without one), "" for
    nothing; then ``days`` are None.
    """

    days: pd.Series[Any]
    missing: pd.Series[bool]
    bad: pd.Series[bool]
    monthly: bool
    open: str = ""


def read_dates(cells: pd.Series[Any], *, order: str = "", years: Iterable[dt.date] = (), numbers: bool = True) -> Dates:
    """The days of a column.

    Arguments: ``cells`` as they stand in the file; ``order`` ``DAY_FIRST`` or ``MONTH_FIRST`` where the user or the
    system says it; ``years``: first and last day of the period that the file names, which gives months their year
    as long as the period holds each month once; ``numbers``: 1 to 12 may be months.
    Special cases: times are left out; eras are read; a row that decides the order of day and month (25/04/2026)
    decides it for all; two rows that contradict each other make both bad.  04/04/2026 leaves nothing open.
    Example: ``read_dates(pd.Series(["2026-04-01 00:00:00"])).days[0]`` is 1 April 2026.
    """
    column = Column(cells)
    told = {cell: _told(cell) for cell in column.kinds if not _is_missing(cell)}
    if not numbers or any(one is not None and one[0] == "number" and not 0 < one[2] < 13 for one in told.values()):
        told = {cell: None if one is not None and one[0] == "number" else one for cell, one in told.items()}
    said = {_order(one) for one in told.values()} - {""}
    agreed = said.pop() if len(said) == 1 else order if not said else ""
    doubtful = any(one is not None and one[0] == "short" and one[2] != one[3] for one in told.values()) and not agreed
    period = list(years)
    alone = any(one is not None and one[0] in WITHOUT_YEAR for one in told.values())
    of_month = _years_of(period) if alone else {}
    missing = column.each(_is_missing, bool)
    waits = "day_order" if doubtful and not said else "year" if alone and not of_month else ""
    by_cell = {cell: None if waits else _day(one, agreed, of_month) for cell, one in told.items()}
    bad = {cell for cell, one in told.items() if (one if waits else by_cell[cell]) is None}
    return Dates(
        column.each(by_cell.get),
        missing,
        column.each(bad.__contains__, bool),
        bool(told) and all(one is None or one[0] in ("month", "alone", "number") for one in told.values()),
        waits,
    )


Told = tuple[str, int, int, int]  # how (day, month, short: two numbers in either order, or without year); the rest
WITHOUT_YEAR = ("alone", "alone_day", "number")


def months_told(cells: pd.Series[Any]) -> list[int]:
    """The months without a year in the order in which they run, each once.

    Special cases: a list that begins with the newest is turned round; months that do not follow each other are put
    into the order of the year.
    Example: 10, 11, 12, 1, 2 is a list that goes on into the next year.
    """
    found: dict[int, None] = {}
    for cell in cells.unique():
        one = None if _is_missing(cell) else _told(cell)
        if one is not None and one[0] in WITHOUT_YEAR:
            found[one[2]] = None
    ways = list(found), list(found)[::-1]
    run_on = (months for months in ways if all((one % 12) + 1 == other for one, other in zip(months, months[1:])))
    return next(run_on, sorted(found))


def without_year(cell: str) -> tuple[int, int] | None:
    """The month and day of a cell that has no year, the first where only the month is told; None for any other cell."""
    told = _told(cell)
    return (told[2], told[3]) if told is not None and told[0] in ("alone", "alone_day") else None


def is_time(word: str) -> bool:
    """Whether a word is a day or a month, with its year or without."""
    told = _told(word)
    return told is not None and told[0] != "number"


def _is_missing(cell: Any) -> bool:
    return cell is None or isinstance(cell, str) and is_missing(cell)


def _told(cell: Any) -> Told | None:
    if isinstance(cell, dt.date):  # datetimes too
        return "day", cell.year, cell.month, cell.day
    if not isinstance(cell, str):
        return None
    words = unicodedata.normalize("NFKC", cell).strip()
    if found := _WHOLE.fullmatch(words) or _CLOSE.fullmatch(words):
        return "day", int(found[1]), int(found[2]), int(found[3])
    if found := _MONTH.fullmatch(words):
        return "month", int(found[1] or found[3]), int(found[2] or found[4]), 1
    if found := _ERA.fullmatch(words):
        year = _ERAS[found[1]] + (1 if found[2] == "元" else int(found[2]))
        return ("day" if found[4] else "month"), year, int(found[3]), int(found[4] or 1)
    if found := _SHORT.fullmatch(words):
        return "short", int(found[3]), int(found[1]), int(found[2])
    if (found := _NAMED.fullmatch(words)) and (month := _named(found[2])):
        day = found[1] or found[3]
        return ("day" if day else "month"), int(found[4]), month, int(day or 1)
    if found := _DAY_ALONE.fullmatch(words):
        return "alone_day", 0, int(found[1]), int(found[2])
    if found := _ALONE.fullmatch(words):
        return ("alone" if found[2] else "number"), 0, int(found[1]), 1
    if _NAME_ALONE.fullmatch(words) and (month := _named(words)):
        return "alone", 0, month, 1
    return None


def _named(word: str) -> int:
    """The month of a name or of its beginning (Apr, Sept.), 0 for another word."""
    word = word.rstrip(".").lower()
    return next((number for number, name in enumerate(_NAMES, 1) if len(word) > 2 and name.startswith(word)), 0)


def _order(told: Told | None) -> str:
    """The order of day and month as far as one cell decides it."""
    if told is None or told[0] != "short" or (told[2] > 12) == (told[3] > 12):
        return ""
    return DAY_FIRST if told[2] > 12 else MONTH_FIRST


def _years_of(period: list[dt.date]) -> dict[int, int]:
    """Month → its year in the period; empty where no period is known or it holds a month twice."""
    if len(period) != 2:
        return {}
    first, last = (day.year * 12 + day.month - 1 for day in period)
    if not 0 <= last - first < 12:
        return {}
    return {month % 12 + 1: month // 12 for month in range(first, last + 1)}


def _day(told: Told | None, order: str, of_month: dict[int, int]) -> dt.date | None:
    if told is None:
        return None
    how, year, month, day = told
    if how == "short":
        if not order and month != day:
            return None
        month, day = (day, month) if order == DAY_FIRST else (month, day)
    if how in WITHOUT_YEAR:
        year = of_month.get(month, 0)
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def period_in(lines: Iterable[str], order: str = "") -> tuple[dt.date, dt.date] | None:
    """First and last day that the lines above a table name: those that a report says it covers.

    Arguments: ``lines`` as written; ``order`` of day and month where the system always writes the same.
    Result: None unless exactly two days stand there, the first not after the last.
    Example: ``period_in(["# 20251001-20260228"])`` is 1 October 2025 to 28 February 2026.
    """
    import pandas as pd

    found = [day for line in lines for day in _IN_LINES.findall(unicodedata.normalize("NFKC", line))]
    if len(found) != 2:
        return None
    days = list(read_dates(pd.Series(found, dtype=object), order=order).days)
    return (days[0], days[1]) if None not in days and days[0] <= days[1] else None
