"""When reviews are held (K13): the next one, the series, and never a weekend."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi.plan.review.rhythm import meetings, next_review

DAYS = st.dates(dt.date(2001, 1, 1), dt.date(2150, 1, 1))


# Expected days: read off a calendar.
@pytest.mark.parametrize("rhythm, day, following", [
    ("weekly", "2026-12-28", "2027-01-04"),
    ("weekly", "2026-12-26", "2027-01-04"),  # a Saturday; seven days later is one again
    ("weekly", "2026-12-27", "2027-01-04"),  # a Sunday
    ("monthly", "2026-05-15", "2026-06-15"),
    ("monthly", "2026-07-15", "2026-08-17"),  # 15 August is a Saturday
    ("monthly", "2026-01-29", "2026-02-27"),  # no 29 February; the 28th is a Saturday, Monday is in March
    ("monthly", "2027-01-31", "2027-02-26"),  # a Sunday, the month's last day
    ("monthly", "2026-02-27", "2026-03-31"),  # the last weekday of February
    ("monthly", "2026-04-30", "2026-05-29"),  # the last day; 31 May is a Sunday
    ("monthly", "2028-02-29", "2028-03-31"),
    ("monthly", "2026-12-15", "2027-01-15"),
])  # fmt: skip
def test_the_next_review(rhythm, day, following):
    assert next_review(dt.date.fromisoformat(day), rhythm) == dt.date.fromisoformat(following)


@given(DAYS, st.sampled_from(["weekly", "monthly"]))
def test_never_on_a_weekend_and_in_the_right_month(day, rhythm):
    found = next_review(day, rhythm)
    assert found.weekday() < 5
    if rhythm == "weekly":
        assert 7 <= (found - day).days <= 9
    else:
        assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == 1


@given(DAYS)
def test_a_series_does_not_drift(day):
    """Each review of a monthly series by Python's own calendar: its day, else the weekday next to it in its month."""
    last = max(d for d in range(1, calendar.monthrange(day.year, day.month)[1] + 1)
               if calendar.weekday(day.year, day.month, d) < 5)  # fmt: skip
    for count, one in enumerate(meetings(day, "monthly", day + dt.timedelta(days=800)), 1):
        year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
        length = calendar.monthrange(year, month + 1)[1]
        weekdays = [d for d in range(1, length + 1) if calendar.weekday(year, month + 1, d) < 5]
        wanted = length if day.day >= last else min(day.day, length)
        later = [d for d in weekdays if d >= wanted] or weekdays[-1:]
        assert one.held == dt.date(year, month + 1, later[0])
    assert next(meetings(day, "monthly", dt.date.max)).held == next_review(day, "monthly")
    assert next(meetings(day, "weekly", dt.date.max)).held == next_review(day, "weekly")


def test_a_series_ends():
    found = [*meetings(dt.date(2026, 4, 6), "weekly", dt.date(2026, 4, 27), first=0)]
    assert [one.held.day for one in found] == [6, 13, 20, 27]
    assert [*meetings(dt.date(2026, 4, 30), "monthly", dt.date(2026, 5, 28))] == []
