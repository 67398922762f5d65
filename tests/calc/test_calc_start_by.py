"""The latest dates in working days, against walking forward day by day."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi.calc import KpiError, latest_dates, start_by

# Japan's holidays of early May 2026: Constitution Day (observed on the 6th), Greenery Day, Children's Day
GOLDEN_WEEK = [dt.date(2026, 4, 29), *(dt.date(2026, 5, day) for day in (4, 5, 6))]
days = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))


def works(day: dt.date, holidays) -> bool:
    return day.weekday() < 5 and day not in holidays


def forward(day: dt.date, lag: int, holidays) -> dt.date:
    """The day on which a number of working days has passed."""
    while lag:
        day += dt.timedelta(days=1)
        lag -= works(day, holidays)
    return day


def test_calendar_days_are_the_latest_dates():
    assert start_by(dt.date(2027, 1, 31), [30, 20]) == [dt.date(2026, 12, 12), dt.date(2027, 1, 11)]
    assert start_by(dt.date(2027, 1, 31), [(10, 30), [0.5, 1]]) == latest_dates(
        dt.date(2027, 1, 31), [(10, 30), [0.5, 1]]
    )
    # holidays matter for working days only
    assert start_by(dt.date(2026, 5, 7), [1], False, GOLDEN_WEEK) == [dt.date(2026, 5, 6)]


def test_working_days_leave_out_weekends_and_holidays():
    # Friday 8 May − 1 = Thursday 7; − 2: the 6th, 5th, 4th and the weekend are off, so Friday 1 May, Thursday 30 April
    assert start_by(dt.date(2026, 5, 8), [2, 1], True, GOLDEN_WEEK) == [dt.date(2026, 4, 30), dt.date(2026, 5, 7)]
    # without holidays: Thursday 7, Tuesday 5
    assert start_by(dt.date(2026, 5, 8), [2, 1], True) == [dt.date(2026, 5, 5), dt.date(2026, 5, 7)]


def test_a_deadline_on_a_day_off_counts_as_the_working_day_before():
    # Sunday 10 May 2026 → Friday 8; one working day earlier is Thursday 7
    assert start_by(dt.date(2026, 5, 10), [0], True) == [dt.date(2026, 5, 8)]
    assert start_by(dt.date(2026, 5, 10), [1], True) == [dt.date(2026, 5, 7)]


@given(days, st.lists(st.integers(0, 40), min_size=1, max_size=4), st.lists(days, max_size=5))
def test_each_date_is_the_last_one_that_is_early_enough(deadline, lags, far):
    holidays = [*far, deadline - dt.timedelta(days=3), deadline - dt.timedelta(days=10)]
    dates = start_by(deadline, lags, True, holidays)
    for day, lag, following in zip(dates, lags, [*dates[1:], deadline]):
        assert works(day, holidays)
        assert forward(day, lag, holidays) <= following
        later = day + dt.timedelta(days=1)
        while not works(later, holidays):
            later += dt.timedelta(days=1)
        assert forward(later, lag, holidays) > following


def test_trailing_blanks_are_no_lags_and_no_holidays():
    assert start_by(dt.date(2026, 5, 8), [2, 1, None], True, [*GOLDEN_WEEK, None, ""]) == [
        dt.date(2026, 4, 30),
        dt.date(2026, 5, 7),
    ]


@pytest.mark.parametrize("workdays", [True, 1, 1.0])
def test_yes_in_the_forms_that_a_cell_has(workdays):
    assert start_by(dt.date(2026, 5, 11), [1], workdays) == [dt.date(2026, 5, 8)]  # Monday → Friday


@pytest.mark.parametrize("workdays", [False, 0, None, ""])
def test_no_in_the_forms_that_a_cell_has(workdays):
    assert start_by(dt.date(2026, 5, 11), [1], workdays) == [dt.date(2026, 5, 10)]


@pytest.mark.parametrize(
    ("arguments", "code", "argument", "position"),
    [
        ((dt.date(2026, 5, 8), [1], "yes"), "#VALUE!", "workdays", None),
        ((dt.date(2026, 5, 8), [1], 2), "#VALUE!", "workdays", None),
        ((dt.date(2026, 5, 8), [1], True, [GOLDEN_WEEK[0], "4 May"]), "#VALUE!", "holidays", 2),
        ((dt.date(2026, 5, 8), [1], True, [GOLDEN_WEEK[0], None, GOLDEN_WEEK[1]]), "#VALUE!", "holidays", 2),
        ((dt.date(2026, 5, 8), [1, -1], True), "#NUM!", "lags", 2),
        (("8 May", [1], True), "#VALUE!", "deadline", None),
        ((dt.date(1, 1, 5), [5], True), "#NUM!", "deadline", None),
        ((dt.date(2026, 5, 8), [36_500] * 30, True), "#NUM!", "deadline", None),
    ],
)
def test_what_can_not_be_counted(arguments, code, argument, position):
    with pytest.raises(KpiError) as caught:
        start_by(*arguments)
    assert (caught.value.code, caught.value.argument, caught.value.position) == (code, argument, position)
