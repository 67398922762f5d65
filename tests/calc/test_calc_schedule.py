"""The monthly plan against a simulation of every single day."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc import day_by_day
from tests.how_often import often as many
from xl_kpi.calc import KpiError, Lag, Share, as_lag, latest_dates, month_start, monthly_required, shares

APRIL = dt.date(2026, 4, 1)
TWELFTH = Fraction(1, 12)

starts = st.integers(0, 30).map(lambda k: month_start(APRIL, k))
# short ones, so that the simulation, which walks every pair of days, ends in time
lag_values = st.one_of(
    st.integers(0, 70),
    st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    st.integers(0, 4).map(lambda quarter: [quarter / 4, 1]),
)
seasons = st.lists(st.integers(0, 5), min_size=12, max_size=12)  # months of 0 too


def columns(share: Share) -> list[Fraction]:
    return [share.before, *share.months, share.next]


def test_without_lags_every_stage_has_the_months_of_the_goal():
    season = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    expected = Share(Fraction(0), (Fraction(4, 15), Fraction(5, 15), Fraction(6, 15)), Fraction(0))  # 4 + 5 + 6 = 15
    assert shares(APRIL, 3, [0, 0], season=season) == [expected] * 3


def test_a_fixed_lag_moves_the_days_back():
    # half of the goal in April (30 days), half in May (31); 10 days earlier: 10 of April's days fall into
    # March, 10 of May's into April
    leads, orders = shares(APRIL, 2, [10])
    assert orders.months == (Fraction(1, 2), Fraction(1, 2))
    assert leads.before == Fraction(10, 60)
    assert leads.months == (Fraction(20, 60) + Fraction(10, 62), Fraction(21, 62))


def test_a_spread_is_the_mean_of_its_days():
    fixed = [columns(shares(APRIL, 3, [days])[0]) for days in (9, 10, 11, 12)]
    spread = columns(shares(APRIL, 3, [(9, 12)])[0])
    assert spread == [sum(column) / 4 for column in zip(*fixed)]


def test_a_curve_is_a_mixture_of_spreads_of_30_days():
    first, second = (columns(shares(APRIL, 4, [(low, low + 29)])[0]) for low in (0, 30))
    curve = columns(shares(APRIL, 4, [[0.4, 1]])[0])
    assert curve == [Fraction(2, 5) * a + Fraction(3, 5) * b for a, b in zip(first, second)]


def test_k7_revenue_of_the_fiscal_year_with_two_months_of_delivery():
    """10億円 from April 2026 to March 2027, delivered 60 days after the order: all orders in by January."""
    leads, orders = shares(APRIL, 12, [30], delivery_days=60)
    # delivered by 31 March means ordered by 30 January: February, March and later are empty
    assert orders.months[10:] == (0, 0)
    assert orders.next == 0
    # January's 30 order days (1st to 30th) are delivered from 2 to 31 March: 30 of its 31 days
    assert orders.months[9] == TWELFTH * Fraction(30, 31)
    # delivered in the first 60 days (April, and 30 of May's 31 days) means ordered before the start
    assert orders.before == TWELFTH + TWELFTH * Fraction(30, 31)
    assert sum(columns(orders)) == 1
    # the leads are another 30 days earlier: the first 90 days, April, May and 29 of June's 30 days
    assert leads.before == 2 * TWELFTH + TWELFTH * Fraction(29, 30)
    assert latest_dates(dt.date(2027, 3, 31), [30, 60]) == [dt.date(2026, 12, 31), dt.date(2027, 1, 30)]


def test_a_deadline_within_the_plan_leaves_the_months_behind_it_empty():
    assert shares(APRIL, 3, [], deadline=dt.date(2026, 4, 30)) == [
        Share(Fraction(0), (Fraction(1), Fraction(0), Fraction(0)), Fraction(0))
    ]


def test_a_deadline_after_the_plan_leaves_a_part_for_the_next_period():
    # four months, the plan shows three; leads enter 30 days earlier, so all but 1 of July's days are in June
    leads, orders = shares(APRIL, 3, [30], deadline=dt.date(2026, 7, 31))
    assert orders.next == Fraction(1, 4)
    assert leads.next == Fraction(1, 4) * Fraction(1, 31)


def test_a_lag_longer_than_everything_puts_all_before_the_start():
    assert shares(APRIL, 2, [36_500])[0] == Share(Fraction(1), (Fraction(0), Fraction(0)), Fraction(0))


@settings(max_examples=many(20, 60), deadline=None)
@given(starts, st.integers(1, 4), st.lists(lag_values, max_size=3), st.integers(0, 150), st.integers(0, 70), seasons)
def test_the_plan_agrees_with_the_simulation_of_every_day(start, months, lags, length, delivery, season):
    season[start.month - 1] += 1  # so that the goal has at least one month
    deadline = start + dt.timedelta(days=length)
    found = shares(start, months, lags, deadline=deadline, season=season, delivery_days=delivery)
    goal = day_by_day.earlier(day_by_day.goal_days(start, deadline, season), delivery)
    assert [columns(share) for share in found] == day_by_day.plan(goal, lags, start, months)


@settings(deadline=None)
@given(
    starts,
    st.integers(1, 36),
    st.lists(st.one_of(st.integers(0, 400), st.tuples(st.integers(0, 90), st.integers(90, 400))), max_size=6),
    st.integers(0, 1800),
    st.integers(0, 400),
)
def test_nothing_is_lost_and_earlier_stages_are_never_later(start, months, lags, length, delivery):
    deadline = start + dt.timedelta(days=length)
    rows = [columns(s) for s in shares(start, months, lags, deadline=deadline, delivery_days=delivery)]
    assert len(rows) == len(lags) + 1
    for row in rows:
        assert sum(row) == 1
        assert min(row) >= 0
        assert len(row) == months + 2
    for earlier, later in zip(rows, rows[1:]):
        assert all(sum(earlier[:k]) >= sum(later[:k]) for k in range(1, months + 2))


def test_36_months_and_six_wide_spreads_lose_nothing():
    rows = shares(
        APRIL, 36, [(10, 99)] * 6, deadline=dt.date(2031, 3, 31), season=[1.1, 0.7, 1.3] * 4, delivery_days=60
    )
    assert [sum(columns(row)) for row in rows] == [1] * 7


@settings(max_examples=many(15, 40), deadline=None)
@given(
    starts,
    st.lists(st.integers(0, 50), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(1, 100), lag_values), min_size=1, max_size=3),
)
def test_monthly_required_agrees_with_the_simulation_of_every_day(start, goals, stages):
    rates = [Fraction(percent, 100) for percent, _ in stages]
    lags = [lag for _, lag in stages]
    days = {}
    for k, goal in enumerate(goals):
        first, end = month_start(start, k).toordinal(), month_start(start, k + 1).toordinal()
        days |= {day: Fraction(goal, end - first) for day in range(first, end)}
    expected = day_by_day.plan(days, lags, start, len(goals))
    needed = Fraction(1)
    for i in range(len(rates), -1, -1):
        needed = needed / rates[i] if i < len(rates) else needed
        expected[i] = [amount * needed for amount in expected[i]]
    found = monthly_required(goals, [float(rate) for rate in rates], lags, start)
    assert [row + [0] for row in found] == expected  # nothing comes after the last month


def test_monthly_required_in_numbers():
    # 31 orders in May, one a day, every second lead orders, 10 days later: 2 leads a day from 21 April on
    assert monthly_required([0, 31], [0.5], [10], APRIL) == [[0, 20, 42], [0, 0, 31]]


def test_every_way_to_give_a_lag():
    fixed = monthly_required([30], [1], [5], APRIL)
    assert monthly_required([30], [1], [5.0], APRIL) == fixed
    assert monthly_required([30], [1], [(5, 5)], APRIL) == fixed
    assert monthly_required([30], [1], [Lag(5, 5)], APRIL) == fixed
    assert monthly_required([30, None], 1, 5, APRIL) == fixed  # one cell, and a blank at the end
    curve = [0.4, 0.7, 1]
    assert monthly_required([9], [1], [curve], APRIL) == monthly_required([9], [1], [Lag(curve=tuple(curve))], APRIL)


def test_goals_of_nothing_need_nothing():
    assert monthly_required([0, 0], [0.5], [(0, 90)], APRIL) == [[0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("lag", "code"),
    [
        (None, "#VALUE!"),
        ("10..30", "#VALUE!"),
        (True, "#VALUE!"),
        (-1, "#NUM!"),
        (2.5, "#NUM!"),
        (36_501, "#NUM!"),
        ((30, 10), "#NUM!"),
        ((10,), "#VALUE!"),
        ((-5, 10), "#NUM!"),
        ([0.4, 0.3, 1], "#NUM!"),
        ([0.4, 0.9], "#NUM!"),
        ([-0.1, 1], "#NUM!"),
        ([0.5, 1.5], "#NUM!"),
        (["x", 1], "#VALUE!"),
        ([], "#NUM!"),
    ],
)
def test_a_bad_lag_is_named_with_its_position(lag, code):
    for calculate in (
        lambda lags: shares(APRIL, 3, lags),
        lambda lags: monthly_required([5], [0.5, 0.5, 0.5], lags, APRIL),
        lambda lags: latest_dates(APRIL, lags),
    ):
        with pytest.raises(KpiError) as caught:
            calculate([0, lag, 0])
        assert (caught.value.code, caught.value.argument, caught.value.position) == (code, "lags", 2)


@pytest.mark.parametrize(
    ("change", "code", "argument"),
    [
        ({"months": 0}, "#NUM!", "months"),
        ({"months": 1.5}, "#NUM!", "months"),
        ({"months": "12"}, "#VALUE!", "months"),
        ({"start": dt.date(2026, 4, 15)}, "#NUM!", "start"),
        ({"start": dt.date(9999, 12, 1)}, "#NUM!", "months"),
        ({"deadline": dt.date(2026, 3, 31)}, "#NUM!", "deadline"),
        ({"delivery_days": -1}, "#NUM!", "delivery_days"),
        ({"season": [0] * 12}, "#NUM!", "season"),
    ],
)
def test_a_plan_that_can_not_be_reckoned(change, code, argument):
    with pytest.raises(KpiError) as caught:
        shares(**({"start": APRIL, "months": 3, "lags": [5]} | change))
    assert (caught.value.code, caught.value.argument) == (code, argument)


def test_bad_goals_and_missing_lags():
    for goals, rates, lags, argument, position in [
        ([5, None, 5], [0.5], [5], "goals", 2),
        ([5, -1], [0.5], [5], "goals", 2),
        ([], [0.5], [5], "goals", None),
        ([5], [0.5, 0], [5, 5], "rates", 2),
        ([5], [0.5, 0.5], [5], "lags", None),
        ([5], [0.5], [5, 5], "lags", None),
    ]:
        with pytest.raises(KpiError) as caught:
            monthly_required(goals, rates, lags, APRIL)
        assert (caught.value.argument, caught.value.position) == (argument, position)


def test_latest_dates_reckon_with_the_slowest():
    # 31 January − 20 = 11 January; − 30 = 12 December; a curve of two entries is 60 days: 13 October
    lags = [[0.5, 1], (10, 30), 20]
    expected = [dt.date(2026, 10, 13), dt.date(2026, 12, 12), dt.date(2027, 1, 11)]
    assert latest_dates(dt.date(2027, 1, 31), lags) == expected
    assert latest_dates(dt.date(2027, 1, 31), [0]) == [dt.date(2027, 1, 31)]
    assert latest_dates(dt.date(2027, 1, 31), []) == []


def test_no_latest_date_before_the_calendar():
    with pytest.raises(KpiError) as caught:
        latest_dates(dt.date(1, 1, 31), [31])
    assert caught.value.code == "#NUM!"
    assert latest_dates(dt.date(1, 1, 31), [30]) == [dt.date(1, 1, 1)]


def test_a_checked_lag_stays_as_it_is():
    for lag in (Lag(), Lag(5, 5), Lag(10, 30), Lag(curve=(0.4, 0.7, 1.0))):
        assert as_lag(lag) == lag
