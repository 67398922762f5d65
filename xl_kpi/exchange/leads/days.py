"""A column of days in a list of leads: each cell counts that is one, the others are told, none is lost unsaid."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xl_kpi.catalog.exports import is_missing
from xl_kpi.errors import Words
from xl_kpi.exchange.exports.dates import DAY_FIRST, MONTH_FIRST, Dates, read_dates, without_year
from xl_kpi.exchange.exports.days import FIRST_YEAR, LAST_YEAR, ORDER, YEAR
from xl_kpi.exchange.exports.figures import LEAVE
from xl_kpi.exchange.exports.reading import Reading
from xl_kpi.plan.input.amounts import read_number
from xl_kpi.plan.input.raw_values import Unreadable

NO_DATE, SERIAL, NO_PERSON = "no_date", "serial_date", "no_person"
_EPOCH = dt.date(1899, 12, 30)  # of the numbers by which Excel counts days
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")
_OF_YEAR = 12


@dataclass(frozen=True)
class Unread:
    """Cells of a column that are no days (``no_date``) or numbers taken for days (``serial_date``), and events of
    nobody (``no_person``).

    ``column`` the word above it; ``count`` how many, ``rows`` those in which the first stand, ``example`` one of them.
    """

    kind: str
    column: str
    count: int
    rows: tuple[int, ...]
    example: str


@dataclass
class DayReader:
    """What the different cells of a column of days mean.

    ``word`` what stands above it; ``odd``: kind of ``Unread`` → cells that are one.
    """

    word: str
    reading: Reading
    odd: dict[str, list[str]] = field(default_factory=dict)

    def __call__(self, values: Sequence[str]) -> Mapping[str, dt.date | None]:
        """Cell → its day, None for what is none.

        Equation: what has a year counts by itself, whatever else stands in the column.
        Special cases: the order of day and month that nothing decides is asked (``day_order:<word>``), and so is the
        year of days without one (``year:<word>``: a year, or ``leave``); both are open until then.  A number of five
        digits is the day that Excel shows for it, where that lies in this century.
        """
        cells = [value for value in values if not is_missing(value)]
        serial = {cell: day for cell in cells if (day := _of_serial(cell))}
        yearless = {cell: told for cell in cells if (told := without_year(cell))}
        rest = [cell for cell in cells if cell not in serial and cell not in yearless]
        found = {**self._with_year(rest), **serial, **self._without_year(yearless)}
        if serial:
            self.odd[SERIAL] = sorted(serial)
        return found

    def _with_year(self, cells: Sequence[str]) -> dict[str, dt.date | None]:
        if not cells:
            return {}
        dates = self._dates(cells)
        if dates.open == ORDER:
            text = Words("export_ask_order", column=self.word, example=cells[0])
            order = self.reading.ask(f"{ORDER}:{self.word}", text, MONTH_FIRST, DAY_FIRST)
            if not order:
                return dict.fromkeys(cells)
            dates = self._dates(cells, order)
        found: dict[str, dt.date | None] = dict(zip(cells, dates.days))
        self._bad([cell for cell, day in found.items() if day is None])
        return found

    def _dates(self, cells: Sequence[str], order: str = "") -> Dates:
        import pandas as pd

        return read_dates(pd.Series(list(cells), dtype=object), order=order, numbers=False)

    def _without_year(self, cells: Mapping[str, tuple[int, int]]) -> dict[str, dt.date | None]:
        known = {cell: day for cell, day in cells.items() if 1 <= day[0] <= _OF_YEAR}
        if not known:
            self._bad(list(cells))
            return {}
        first, last = _run({month for month, _ in known.values()})
        year = self._year(next(iter(known)), first, last)
        if year is None:
            return {}
        found = {cell: _day(year + (month < first), month, day) for cell, (month, day) in known.items() if year}
        self._bad([cell for cell in cells if found.get(cell) is None])
        return found

    def _year(self, example: str, first: int, last: int) -> int | None:
        """The year of the first month, 0 where these days are left out, None while that is open."""
        text = Words("leads_ask_year", column=self.word, example=example, first=first, last=last)
        key = self.reading.named(f"{YEAR}:{self.word}")
        asked = Words("export_ask_about", file=self.reading.file, text=text)
        answer = self.reading.asked.ask(key, asked)
        if answer == LEAVE:
            return 0
        try:
            year = read_number(answer, low=FIRST_YEAR, high=LAST_YEAR) if answer else None
        except Unreadable:
            year = None
        if year is None:
            self.reading.asked.ask_number(key, asked, low=FIRST_YEAR, high=LAST_YEAR)  # keeps the question
            return None
        return int(year)

    def _bad(self, cells: Sequence[str]) -> None:
        if cells:
            self.odd[NO_DATE] = sorted({*self.odd.get(NO_DATE, ()), *cells})


def _of_serial(cell: str) -> dt.date | None:
    found = _SERIAL.fullmatch(cell)
    day = _EPOCH + dt.timedelta(int(found[1])) if found else None
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _run(months: set[int]) -> tuple[int, int]:
    """The first and last month of those that follow each other most closely, over the end of a year too.

    Example: 11, 12, 1 and 2 run from 11 to 2.
    """
    order = sorted(months)
    gaps = [(order[place] - order[place - 1]) % _OF_YEAR or _OF_YEAR for place in range(len(order))]
    start = max(range(len(order)), key=lambda place: (gaps[place], -place))
    return order[start], order[start - 1]


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
