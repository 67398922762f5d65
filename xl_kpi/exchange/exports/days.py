"""Which day or month each row of a download is about: told by its cells or by the file, else asked."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xl_kpi.calc.calendar import month_start
from xl_kpi.catalog.exports import signs
from xl_kpi.errors import BadFile, Words
from xl_kpi.exchange.exports.dates import DAY_FIRST, MONTH_FIRST, Dates, months_told, read_dates
from xl_kpi.exchange.exports.reading import Reading
from xl_kpi.exchange.exports.remarks import end_of, of_dates

if TYPE_CHECKING:
    import pandas as pd

DATE_ROLES = ("date", "month", "month_of_year", "period_start")
FIRST_YEAR, LAST_YEAR = 2000, 2099
ORDER, YEAR, MONTH = "day_order", "year", "month"
WEEKS, BY_DAYS, LEAVE = "weeks", "days", "leave"  # the question about weeks in two months, and its answers
_WEEK = dt.timedelta(days=6)  # from its first day to its last

Period = tuple[dt.date, dt.date]


def days_of(reading: Reading, rows: pd.DataFrame, period: Period | None) -> Dates | None:
    """The days of a table's rows, None where no column tells them.

    Arguments: ``rows`` those that may count; ``period`` first and last day that the file names.
    Equation: the order of day and month is told by a row, else by the period, else asked; the year of months by the
    period, else asked for the first of them.
    Errors: BadFile where the period holds a month twice, so that its row is the sum of two years.
    """
    column = reading.block.column(*DATE_ROLES)
    if column is None:
        return _weeks(reading, rows)
    cells = rows.iloc[:, column.place]
    reading.notes += of_dates(cells)
    plain = column.role != "date"  # of a column of days 1 to 12 are no months
    dates = read_dates(cells, years=period or (), numbers=plain)
    if dates.open == ORDER:
        order = _order_of(cells, period)
        if not order:
            example = next(str(cell) for cell in cells if str(cell).strip())
            text = Words("export_ask_order", column=column.word, example=example)
            order = reading.ask(f"{ORDER}:{column.word}", text, MONTH_FIRST, DAY_FIRST)
        reading.order = order
        if order:
            dates = read_dates(cells, order=order, years=period or ())
    elif dates.open == YEAR:
        if period:
            raise BadFile("export_month_twice", file=reading.file, column=column.word)
        months = months_told(cells)
        key = f"{YEAR}:{column.word}"
        text = Words("export_ask_year", column=column.word, first=months[0], last=months[-1])
        named = Words("export_ask_about", file=reading.file, text=text)
        year = reading.asked.ask_number(reading.named(key), named, low=FIRST_YEAR, high=LAST_YEAR)
        if year is not None:
            first = dt.date(int(year), months[0], 1)
            last = dt.date(first.year + (first.month > 1), (first.month - 2) % 12 + 1, 1)
            dates = read_dates(cells, years=(first, last), numbers=plain)
    return dates


def _weeks(reading: Reading, rows: pd.DataFrame) -> Dates | None:
    """The first days of weeks; None where no column has them: the number of a week tells no day."""
    column = reading.block.column("week")
    dates = read_dates(rows.iloc[:, column.place], numbers=False) if column else None
    return None if dates is None or dates.open or dates.monthly or dates.bad.any() else dates


def _order_of(cells: pd.Series[Any], period: Period | None) -> str:
    """The order of day and month with which alone all days lie in the period that the file names."""
    fitting = []
    for order in (MONTH_FIRST, DAY_FIRST) if period else ():
        days = read_dates(cells, order=order).days.dropna()
        if period and len(days) and all(period[0] <= day <= period[1] for day in days):
            fitting.append(order)
    return fitting[0] if len(fitting) == 1 else ""


def set_days(
    reading: Reading, table: pd.DataFrame, dates: Dates | None, rows: pd.DataFrame, period: Period | None
) -> None:
    """``day`` and ``until``, the first and last day of each row: of its cells, else of the file where that is about
    one month, else asked.

    Errors: BadFile for rows about more than a week in two months.
    """
    table["day"] = table["until"] = None
    if dates is not None:
        table["day"] = dates.days
        table["until"] = _ends(reading, dates, rows)
        known = table[["day", "until"]].dropna().drop_duplicates()
        for row, first, last in zip(known.index, known["day"], known["until"]):
            if month_start(first) != month_start(last) and last - first > _WEEK:
                raise BadFile("export_spans", file=reading.file, row=int(row))
    elif len(table) and (told := _told_by_file(reading, period)):
        table["day"], table["until"] = told


def _ends(reading: Reading, dates: Dates, rows: pd.DataFrame) -> pd.Series[Any]:
    """The last day of each row."""
    if dates.monthly:
        return dates.days.map(end_of, na_action="ignore")
    column, start = reading.block.column("period_end"), reading.block.column(*DATE_ROLES)
    if start is None and reading.block.column("week"):
        return dates.days.map(lambda day: day + _WEEK, na_action="ignore")
    if column is None or start is None or start.role != "period_start":
        return dates.days
    ends = read_dates(rows.iloc[:, column.place], order=reading.order).days
    return ends.where(ends.notna(), dates.days)


def in_one_month_each(reading: Reading, table: pd.DataFrame) -> pd.DataFrame:
    """The rows, each about days of one month: a week in two months is split by its days, or left out, as is answered.

    Special cases: while nobody has answered, such a week has no day.
    """
    import pandas as pd

    first, last = (table[day].map(month_start, na_action="ignore") for day in ("day", "until"))
    spans = first.notna() & last.notna() & (first != last)
    if not spans.any():
        return table
    text = Words("export_ask_weeks", count=int(spans.sum()), row=int(spans.idxmax()))
    answer = reading.ask(WEEKS, text, BY_DAYS, LEAVE)
    if answer == LEAVE:
        return reading.leave("weeks", table, spans)
    if answer != BY_DAYS:
        return table.assign(day=table["day"].where(~spans, None), until=table["until"].where(~spans, None))
    summed = [role for role in table.columns if role in (*signs().counts, *signs().money)]
    before, after = table[spans].copy(), table[spans].copy()
    ends = before["day"].map(lambda day: end_of(month_start(day)))
    share = [
        Fraction((end - first).days + 1, (last - first).days + 1)
        for first, end, last in zip(before["day"], ends, before["until"], strict=True)
    ]
    before["until"], after["day"] = ends, ends.map(lambda day: day + dt.timedelta(days=1))
    for role in summed:
        whole = table.loc[spans, role]
        before[role] = [None if pd.isna(n) else n * part for n, part in zip(whole, share, strict=True)]
        after[role] = [None if pd.isna(n) else n - n * part for n, part in zip(whole, share, strict=True)]
    after.index = after.index + 0.5  # beside the row of the file that both are of
    return pd.concat([table[~spans], before, after]).sort_index()


def _told_by_file(reading: Reading, period: Period | None) -> Period | None:
    """The month that a table without days is about; None while that is open."""
    if column := reading.block.column("week"):
        raise BadFile("export_weeks", file=reading.file, column=column.word)
    if period is None:
        text = Words("export_ask_about", file=reading.file, text=Words("export_ask_month"))
        month = reading.asked.ask_month(reading.named(MONTH), text)
        return (month, end_of(month)) if month else None
    if month_start(period[0]) != month_start(period[1]):
        first, last = (f"{day:%Y/%m/%d}" for day in period)
        raise BadFile("export_no_days", file=reading.file, first=first, last=last)
    return period
