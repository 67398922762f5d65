"""Months: their first days, and the goal split over them by the weights of the season."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from xl_kpi.calc.errors import KpiError
from xl_kpi.calc.number import listed, zero_or_more

DAY = dt.timedelta(days=1)
YEAR_BEGINS = 4  # April: business years in Japan
NEAR = 6  # months from now in which a year that is to begin is waited for


@dataclass(frozen=True)
class GoalMonth:
    """The part of the goal that belongs to one calendar month: from ``first`` up to, without, ``end``."""

    first: dt.date
    end: dt.date
    share: Fraction  # of the whole goal; spread evenly over the days


def read_day(value: object, argument: str, position: int | None = None) -> dt.date:
    """The value as a date; a date with a time of day loses the time.  KpiError #VALUE! for all else."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    raise KpiError("#VALUE!", argument, position, value, "date")


def read_month(value: object, argument: str = "start") -> dt.date:
    """The value as the first day of a month; KpiError #NUM! for another day of the month."""
    day = read_day(value, argument)
    if day.day != 1:
        raise KpiError("#NUM!", argument, None, day, "month_start")
    return day


def month_start(date: dt.date, k: int = 0) -> dt.date:
    """The first day of the month that lies k months after the month of a date.

    Arguments: ``date`` any day; ``k`` months, negative for earlier ones.
    Result: a date whose day is 1.
    Errors: KpiError #NUM! outside the years 1 to 9999.
    Example:
    >>> month_start(dt.date(2026, 11, 30), 3)
    datetime.date(2027, 2, 1)
    """
    year, month = divmod(date.year * 12 + date.month - 1 + k, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise KpiError("#NUM!", "months", None, k, "date_range")
    return dt.date(year, month + 1, 1)


def months_from(start: dt.date, date: dt.date) -> int:
    """How many months the month of a date lies after that of another; negative before it.

    Example:
    >>> months_from(dt.date(2026, 4, 1), dt.date(2027, 1, 31))
    9
    """
    return (date.year - start.year) * 12 + date.month - start.month


def month_starts(start: dt.date, months: int) -> list[dt.date]:
    """The first days of a number of months in a row.

    Arguments: ``start`` the first of a month; ``months`` how many.
    Result: ``months`` dates, the start first.
    Errors: KpiError where the start is not the first of a month, or outside the years 1 to 9999.
    Example:
    >>> [first.month for first in month_starts(dt.date(2026, 11, 1), 3)]
    [11, 12, 1]
    """
    first = read_month(start)
    return [month_start(first, k) for k in range(months)]


def coming_start(today: dt.date) -> dt.date:
    """The month in which a plan that is made today begins: never one that has begun.

    Arguments: ``today`` any day.
    Result: the first day of the next April where that is at most six months off, else of the next month.
    Errors: KpiError outside the years 1 to 9999.
    Examples:
    >>> coming_start(dt.date(2026, 11, 29))
    datetime.date(2027, 4, 1)
    >>> coming_start(dt.date(2026, 4, 1))
    datetime.date(2026, 5, 1)
    """
    next_month = month_start(today, 1)
    months = (YEAR_BEGINS - today.month) % 12 or 12
    return month_start(today, months) if months <= NEAR else next_month


def goal_months(start: dt.date, deadline: dt.date, season: Sequence | None = None) -> list[GoalMonth]:
    """The goal, split over the calendar months up to its deadline.

    Arguments: ``start`` the first of a month; ``deadline`` the last day that counts; ``season`` the weight
    of each calendar month, 12 numbers from January on, 0 or more (None: all equal).
    Result: one GoalMonth for each month from the start to the deadline; the shares add up to exactly 1.
    Equation: share = w(month) × days that count ÷ days of the month, over the sum of all of these.
    Special cases: the last month ends with the deadline, its weight is cut in the same proportion.
    Errors: KpiError for a deadline before the start, a bad weight (with its position), weights that leave
    no month above 0.
    Example: half of April counts half.
    >>> [str(part.share) for part in goal_months(dt.date(2026, 3, 1), dt.date(2026, 4, 15))]
    ['2/3', '1/3']

    Source: K1, K7.
    """
    first = read_month(start)
    last = read_day(deadline, "deadline")
    if last < first:
        raise KpiError("#NUM!", "deadline", None, last, "not_before_start", start=first.isoformat())
    if last == dt.date.max:  # its following day can't be written
        raise KpiError("#NUM!", "deadline", None, last, "date_range")
    weights = read_season(season)
    count = months_from(first, last) + 1
    pieces = []
    for begin in month_starts(first, count):
        whole_month = days_of_month(begin)
        days = min(whole_month, (last - begin).days + 1)
        pieces.append((begin, begin + days * DAY, weights[begin.month - 1] * Fraction(days, whole_month)))
    total = sum(weight for _, _, weight in pieces)
    if total == 0:
        raise KpiError("#NUM!", "season", None, 0, "season_zero")
    return [GoalMonth(begin, end, weight / total) for begin, end, weight in pieces]


def days_of_month(first: dt.date) -> int:
    """How many days the month has that begins on ``first``."""
    if first.month == 12:
        return 31
    return (first.replace(month=first.month + 1) - first).days


def read_season(season: Sequence | None) -> list[Fraction]:
    """The 12 weights as Fractions, all 1 for None; KpiError for a bad weight, another count or all zeros."""
    if season is None:
        return [Fraction(1)] * 12
    items = listed(season)
    if len(items) != 12:
        raise KpiError("#VALUE!", "season", None, len(items), "season")
    weights = [zero_or_more(weight, "season", position) for position, weight in enumerate(items, 1)]
    if not any(weights):
        raise KpiError("#NUM!", "season", None, 0, "season_zero")
    return weights
