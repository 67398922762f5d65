"""When the reviews are held (K13): every week or every month, never on a Saturday or Sunday.

Public holidays are not known here: a review that falls on one is moved by those who hold it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from xl_kpi.calc.calendar import DAY, days_of_month, month_start

WEEKLY, MONTHLY = "weekly", "monthly"
WEEK = dt.timedelta(days=7)
WORKDAYS = 5  # Monday to Friday


def next_review(day: dt.date, rhythm: str) -> dt.date:
    """The day of the review after one on ``day``.

    Equation: weekly ``day`` + 7 days, monthly the same day of the next month, or its last one where it has no such day.
    Special cases: Saturday and Sunday become the Monday after; where that is in another month already, the Friday
    before.  After a review on or after its month's last weekday the next one is on the next month's last weekday.
    Example: monthly, from Friday 2026-05-15 to Monday 2026-06-15; from Sunday 2027-01-31 to Friday 2027-02-26.
    """
    if rhythm == WEEKLY:
        return _on_weekday(day + WEEK)
    return _held(day, 1)


@dataclass(frozen=True)
class Meeting:
    """One review of a series: the day that the rhythm gives (``planned``) and the one on which it is held."""

    planned: dt.date
    held: dt.date


def meetings(since: dt.date, rhythm: str, until: dt.date, *, first: int = 1) -> Iterator[Meeting]:
    """The reviews of a series up to a day.

    Arguments: ``since`` a review, of which the others take their day of the week or month; ``first`` 1: the one after
    it is the first of the series, 0: it is itself.
    Result: of a series that is held on the last weekdays, and of a weekly one, ``planned`` is ``held``.
    """
    count, begin = first, _on_weekday(since)
    while True:
        if rhythm == WEEKLY:
            held = planned = begin + count * WEEK
        else:
            held = _held(since, count)
            planned = held if is_at_end(since) else _same_day(since, count)
        if max(planned, held) > until:
            return
        yield Meeting(planned, held)
        count += 1


def is_at_end(day: dt.date) -> bool:
    """Whether a day is the last weekday of its month, or one behind it."""
    return day >= last_weekday(day)


def last_weekday(day: dt.date, months: int = 0) -> dt.date:
    """The last Monday to Friday of the month that lies some months after that of a day."""
    last = month_start(day, months + 1) - DAY
    return last - max(0, last.weekday() - WORKDAYS + 1) * DAY


def _held(since: dt.date, months: int) -> dt.date:
    last = last_weekday(since, months)
    return last if is_at_end(since) else min(_on_weekday(_same_day(since, months)), last)


def _same_day(day: dt.date, months: int) -> dt.date:
    month = month_start(day, months)
    return month.replace(day=min(day.day, days_of_month(month)))


def _on_weekday(day: dt.date) -> dt.date:
    return day if day.weekday() < WORKDAYS else day + (7 - day.weekday()) * DAY
