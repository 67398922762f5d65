"""The plan run forward, against every day and every lag one by one (K14)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calc.day_by_day import by_month, run_forward
from xl_kpi.calc import KpiError
from xl_kpi.calc.outlook import outlook

START = dt.date(2026, 4, 1)


LAGS = st.one_of(
    st.integers(0, 70),
    st.tuples(st.integers(0, 20), st.integers(0, 25)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    st.sampled_from([[0.5, 0.85, 1], [1], [0, 0.3, 1]]),
)


@given(st.data())
def test_every_plan_runs_as_it_does_day_by_day(data):
    months, count = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    rates = data.draw(st.lists(st.sampled_from([0.2, 0.45, 0.6, 1]), min_size=count, max_size=count))
    lags = data.draw(st.lists(LAGS, min_size=count, max_size=count))
    leads = data.draw(st.lists(st.sampled_from([0, 1, 12.5, 40]), min_size=1, max_size=28))
    opened = data.draw(st.lists(st.sampled_from([0, 3, 120]), min_size=count + 1, max_size=count + 1))
    age, delivery = data.draw(st.sampled_from(["new", "half"])), data.draw(st.sampled_from([0, 30, (10, 40)]))
    last = data.draw(st.none() | st.integers(0, 200).map(lambda day: START + dt.timedelta(day)))
    run = outlook(START, months, rates, lags, leads, opened, age=age, deadline=last, delivery_days=delivery)
    entered = {START.toordinal() + day: count for day, count in enumerate(leads)}
    stages, paid = run_forward(START, entered, rates, lags, opened, age=age, delivery=delivery)
    assert [list(row) for row in run.entries] == [by_month(days, START, months)[1:-1] for days in stages]
    assert list(run.delivered) == by_month(paid, START, months)[1:-1]
    if last is None:
        assert run.in_time == sum(by_month(paid, START, months)[1:-1])
    else:
        assert run.in_time == sum(count for day, count in paid.items() if day <= last.toordinal())


def test_one_lead_a_day_becomes_one_order_in_ten_a_month_later():
    """30 leads in April; those of 1 April order on 1 May: 30 × 10 % = 3 orders, all in May."""
    run = outlook(START, 3, [0.1], [30], [1] * 30, [0, 0])
    assert [int(month) for month in run.entries[0]] == [30, 0, 0]
    assert [int(month) for month in run.orders] == [0, 3, 0]


def test_what_is_won_already_counts_on_the_first_day():
    run = outlook(START, 1, [0.5], [10], [0], [0, 7])
    assert (run.orders, run.in_time) == ((7,), 7)


def test_open_items_half_way_need_half_the_time():
    """20 open leads of 40 days: new ones order on 11 May, half-way ones on 21 April."""
    new, half = (outlook(START, 2, [0.5], [40], [0], [20, 0], age=age).orders for age in ("new", "half"))
    assert ([*map(int, new)], [*map(int, half)]) == ([0, 10], [10, 0])


def test_revenue_after_the_deadline_is_not_in_time():
    """10 orders on 1 April are paid on 1 May; the deadline is 30 April."""
    run = outlook(START, 2, [1], [0], [10], [0, 0], deadline=dt.date(2026, 4, 30), delivery_days=30)
    assert ([*map(int, run.orders)], [*map(int, run.delivered)], run.in_time) == ([10, 0], [0, 10], 0)


@pytest.mark.parametrize(
    ("changed", "argument", "code"),
    [
        ({"age": "old"}, "age", "#VALUE!"),
        ({"lags": [1]}, "lags", "#VALUE!"),
        ({"open_by_stage": [1, 2]}, "open_by_stage", "#VALUE!"),
        ({"open_by_stage": [1, -2, 0]}, "open_by_stage", "#NUM!"),
        ({"leads_by_day": [5, -1]}, "leads_by_day", "#NUM!"),
        ({"rates": [0.5, 20]}, "rates", "#NUM!"),
        ({"start": dt.date(2026, 4, 2)}, "start", "#NUM!"),
        ({"delivery_days": -1}, "delivery_days", "#NUM!"),
    ],
)
def test_bad_input_names_the_argument(changed, argument, code):
    given = {"start": START, "rates": [0.5, 0.5], "lags": [1, 2], "leads_by_day": [5], "open_by_stage": [0, 0, 0]}
    given |= changed
    start, rates, lags, leads, opened = (given.pop(key) for key in list(given)[:5])
    with pytest.raises(KpiError) as error:
        outlook(start, 2, rates, lags, leads, opened, **given)
    assert (error.value.argument, error.value.code) == (argument, code)
