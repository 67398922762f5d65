"""Months, and the goal split over them."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi.calc import GoalMonth, KpiError, goal_months, month_start, month_starts

APRIL = dt.date(2026, 4, 1)


@pytest.mark.parametrize(
    ("k", "first"),
    [
        (0, dt.date(2026, 4, 1)),
        (8, dt.date(2026, 12, 1)),
        (9, dt.date(2027, 1, 1)),
        (36, dt.date(2029, 4, 1)),
        (-4, dt.date(2025, 12, 1)),
    ],
)
def test_months_on_from_any_day_of_a_month(k, first):
    assert month_start(dt.date(2026, 4, 30), k) == first


def test_months_in_a_row_cross_the_year():
    assert month_starts(dt.date(2026, 11, 1), 3) == [dt.date(2026, 11, 1), dt.date(2026, 12, 1), dt.date(2027, 1, 1)]
    assert month_starts(dt.datetime(2026, 4, 1, 9, 30), 1) == [APRIL]


@pytest.mark.parametrize(
    ("start", "code"), [(dt.date(2026, 4, 2), "#NUM!"), ("2026-04", "#VALUE!"), (None, "#VALUE!"), (46113, "#VALUE!")]
)
def test_a_start_that_is_no_first_day_of_a_month(start, code):
    with pytest.raises(KpiError) as caught:
        month_starts(start, 3)
    assert (caught.value.code, caught.value.argument) == (code, "start")


def test_no_month_beyond_the_calendar():
    with pytest.raises(KpiError) as caught:
        month_start(dt.date(9999, 12, 1), 1)
    assert caught.value.code == "#NUM!"


def test_equal_months_are_equal_whatever_their_length():
    assert goal_months(APRIL, dt.date(2026, 6, 30)) == [
        GoalMonth(dt.date(2026, 4, 1), dt.date(2026, 5, 1), Fraction(1, 3)),
        GoalMonth(dt.date(2026, 5, 1), dt.date(2026, 6, 1), Fraction(1, 3)),
        GoalMonth(dt.date(2026, 6, 1), dt.date(2026, 7, 1), Fraction(1, 3)),
    ]


def test_the_deadline_counts_and_cuts_its_month():
    # April whole, 10 of May's 31 days: weights 1 and 10/31, so 31/41 and 10/41
    april, may = goal_months(APRIL, dt.date(2026, 5, 10))
    assert (april.share, may.share) == (Fraction(31, 41), Fraction(10, 41))
    assert may.end == dt.date(2026, 5, 11)


def test_a_deadline_on_the_first_day_leaves_one_day():
    assert goal_months(APRIL, APRIL) == [GoalMonth(APRIL, dt.date(2026, 4, 2), Fraction(1))]


def test_the_season_weighs_calendar_months_from_january():
    season = [0, 0, 3, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    parts = goal_months(dt.date(2026, 12, 1), dt.date(2027, 4, 30), season)
    # December 2, January 0, February 0, March 3, April 1: sum 6
    assert [part.share for part in parts] == [Fraction(1, 3), 0, 0, Fraction(1, 2), Fraction(1, 6)]


def test_a_leap_february_is_cut_by_29_days():
    february = goal_months(dt.date(2028, 1, 1), dt.date(2028, 2, 1))[1]
    assert february.share == Fraction(1, 30)  # 1/29 against 1 for January


@pytest.mark.parametrize(
    ("season", "code", "position"),
    [
        ([0] * 12, "#NUM!", None),
        ([1, 1, 1, 0, 0] + [1] * 7, "#NUM!", None),  # nothing left in April and May
        ([1] * 11, "#VALUE!", None),
        ([1] * 13, "#VALUE!", None),
        ([1, 1, None] + [1] * 9, "#VALUE!", 3),
        ([1, -1] + [1] * 10, "#NUM!", 2),
        (["1"] + [1] * 11, "#VALUE!", 1),
    ],
)
def test_a_bad_season(season, code, position):
    with pytest.raises(KpiError) as caught:
        goal_months(APRIL, dt.date(2026, 5, 31), season)
    assert (caught.value.code, caught.value.argument, caught.value.position) == (code, "season", position)


@pytest.mark.parametrize(
    ("deadline", "code"), [(dt.date(2026, 3, 31), "#NUM!"), (dt.date.max, "#NUM!"), (None, "#VALUE!"), (7, "#VALUE!")]
)
def test_a_bad_deadline(deadline, code):
    with pytest.raises(KpiError) as caught:
        goal_months(APRIL, deadline)
    assert (caught.value.code, caught.value.argument) == (code, "deadline")


@given(
    st.integers(0, 40).map(lambda k: month_start(APRIL, k)),
    st.integers(0, 1500),
    st.lists(st.floats(0.01, 100), min_size=12, max_size=12),
)
def test_the_shares_are_the_whole_goal_and_the_months_leave_no_gap(start, days, season):
    deadline = start + dt.timedelta(days=days)
    parts = goal_months(start, deadline, season)
    assert sum(part.share for part in parts) == 1
    assert parts[0].first == start
    assert parts[-1].end == deadline + dt.timedelta(days=1)
    assert all(a.end == b.first for a, b in zip(parts, parts[1:]))
