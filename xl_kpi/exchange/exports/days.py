"""Which day or month each row of a download is about: told by its cells or by the file, else asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xl_kpi.calc.calendar import DAY, month_start
from xl_kpi.catalog.exports import signs
from xl_kpi.errors import BadFile, Words
from xl_kpi.exchange.exports.dates import DAY_FIRST, MONTH_FIRST, Dates, months_told, read_dates
from xl_kpi.exchange.exports.reading import Reading, one_line
from xl_kpi.exchange.exports.remarks import end_of, of_dates

if TYPE_CHECKING:
    import pandas as pd

DATE_ROLES = ("date", "month", "month_of_year", "period_start")
FIRST_YEAR, LAST_YEAR = 2000, 2099
ORDER, YEAR, MONTH = "day_order", "year", "month"
# The question about weeks in two months, and its answers; ``SINGLE``: where days may be the first ones of weeks.
WEEKS, BY_DAYS, LEAVE, SINGLE = "weeks", "days", "leave", "single"
_WEEK = dt.timedelta(days=6)  # from its first day to its last
_LEAST_WEEKS = 3  # days that are a week apart before they may be weeks
_MOST_SIGNS = 20  # of a cell that is shown
_OF_MONTHS = ("month", "month_of_year")

Period = tuple[dt.date, dt.date]


def days_of(reading: Reading, rows: pd.DataFrame, period: Period | None) -> Dates | None:
    """The days of a table's rows, None where no column tells them.

    Arguments: ``rows`` those that may count; ``period`` first and last day that the file names.
    Equation: the order of day and month is told by a row, else by the period, else asked; the year of months by the
    period, else asked for the first of them.
    Special cases: a column of months that holds the first day of each is one of months.
    Errors: BadFile where the period holds a month twice, so that its row is the sum of two years.
    """
    column = reading.block.column(*DATE_ROLES, "week")
    if column is None:
        return None
    cells = rows.iloc[:, column.place]
    reading.notes += of_dates(cells)
    plain = column.role not in ("date", "week")  # of a column of days 1 to 12 are no months
    dates = read_dates(cells, years=period or (), numbers=plain)
    if column.role == "week" and (dates.monthly or dates.bad.any()):
        return None  # the number of a week tells no day
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
    days = dates.days.dropna().unique()
    if column.role in _OF_MONTHS and len(days) and all(day.day == 1 for day in days):
        return replace(dates, monthly=True)
    return dates


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
        if _is_by_week(reading, dates) and period:  # of a week that begins before them the file holds its days alone
            first, last = period
            earliest = first if reading.likely_weeks else first - _WEEK
            inside = table["day"].map(lambda day: earliest <= day <= last, na_action="ignore").eq(True)
            table.loc[inside, "day"] = table.loc[inside, "day"].map(lambda day: max(day, first))
            table.loc[inside, "until"] = table.loc[inside, "until"].map(lambda day: min(day, last))
        known = table[["day", "until"]].dropna().drop_duplicates()
        for row, first, last in zip(known.index, known["day"], known["until"]):
            if month_start(first) != month_start(last) and last - first > _WEEK:
                raise BadFile("export_spans", file=reading.file, row=int(row))
    elif len(table) and (told := _told_by_file(reading, rows, period)):
        table["day"], table["until"] = told


def _ends(reading: Reading, dates: Dates, rows: pd.DataFrame) -> pd.Series[Any]:
    """The last day of each row."""
    if dates.monthly:
        return dates.days.map(end_of, na_action="ignore")
    column, start = reading.block.column("period_end"), reading.block.column(*DATE_ROLES)
    if _is_by_week(reading, dates):
        return dates.days.map(lambda day: day + _WEEK, na_action="ignore")
    if column is None or start is None or start.role != "period_start":
        return dates.days
    ends = read_dates(rows.iloc[:, column.place], order=reading.order).days
    return ends.where(ends.notna(), dates.days)


def _is_by_week(reading: Reading, dates: Dates) -> bool:
    """Whether a row is about the week that begins on its day: by the word above it, or as it seems by its days.

    Special cases: of days that are all a week apart, three or more, nobody knows; ``likely_weeks`` names their column.
    """
    column = reading.block.column(*DATE_ROLES, "week")
    if column is None or column.role == "week":
        return column is not None
    if column.role in _OF_MONTHS or reading.block.column("period_end") is not None:
        return False
    days = sorted(dates.days.dropna().unique())
    if len(days) < _LEAST_WEEKS or any(later - day != _WEEK + DAY for day, later in zip(days, days[1:])):
        return False
    reading.likely_weeks = column.word
    return True


def in_one_month_each(reading: Reading, table: pd.DataFrame) -> pd.DataFrame:
    """The rows, each about days of one month: a week in two months is split by its days, or left out, as is answered.

    Special cases: while nobody has answered, such a week has no day.
    """
    import pandas as pd

    first, last = (table[day].map(month_start, na_action="ignore") for day in ("day", "until"))
    spans = first.notna() & last.notna() & (first != last)
    likely = reading.likely_weeks
    if not spans.any():
        return table.assign(until=table["day"]) if likely else table
    about = {"count": int(spans.sum()), "row": int(spans.idxmax())}
    text = Words("export_ask_likely_weeks", column=likely, **about) if likely else Words("export_ask_weeks", **about)
    answer = reading.ask(WEEKS, text, BY_DAYS, LEAVE, *([SINGLE] if likely else []))
    if answer == SINGLE:
        return table.assign(until=table["day"])
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


def _told_by_file(reading: Reading, rows: pd.DataFrame, period: Period | None) -> Period | None:
    """The month that a table without days is about; None while that is open."""
    column = reading.block.column("week")
    if column and not (period and month_start(period[0]) == month_start(period[1])):
        cells = rows.iloc[:, column.place]
        odd = read_dates(cells, numbers=False).bad
        example = one_line(cells[odd.idxmax()])[:_MOST_SIGNS]
        raise BadFile("export_weeks", file=reading.file, column=column.word, example=example)
    if period is None:
        text = Words("export_ask_about", file=reading.file, text=Words("export_ask_month"))
        month = reading.asked.ask_month(reading.named(MONTH), text)
        return (month, end_of(month)) if month else None
    if month_start(period[0]) != month_start(period[1]):
        first, last = (f"{day:%Y/%m/%d}" for day in period)
        raise BadFile("export_no_days", file=reading.file, first=first, last=last)
    return period
