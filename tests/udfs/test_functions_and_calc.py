"""The Excel functions hand on exactly what calc computes, for ranges of every shape."""

from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.how_often import often as many
from udfs import functions
from udfs.excel_values import EXCEL_EPOCH
from xl_kpi import calc
from xl_kpi.calc import KpiError

FEW = settings(max_examples=many(30, 150))

decimals = st.decimals("0.0001", "1", places=4).map(float)
counts = st.one_of(st.integers(0, 10**6), st.decimals(0, 1000, places=2).map(float))
amounts = st.one_of(st.integers(1, 10**8), st.decimals("0.01", 10**5, places=2).map(float))
dates = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))


def outcome(function, *arguments):
    """The result, or the error's code and place."""
    try:
        return function(*arguments)
    except KpiError as error:
        return error.code, error.argument, error.position


def plain(value):
    """A result without its layout: floats."""
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        return value
    if isinstance(value, (list, tuple)):
        return [item for row in value for item in (plain(row) if isinstance(row, (list, tuple)) else [plain(row)])]
    return float(value) if isinstance(value, (int, Fraction)) else value


@st.composite
def ranges(draw, values, least=1, most=6):
    """(the plain list, the same as a row, a column or, for one value, a cell; with blanks at its end)."""
    found = draw(st.lists(values, min_size=least, max_size=most))
    tail = [None] * draw(st.integers(0, 2))
    shape = draw(st.sampled_from(("row", "rows", "column", "cell")))
    if shape == "cell" and len(found) == 1:
        return found, draw(st.sampled_from((found[0], [[found[0]]])))
    cells = [*found, *tail]
    return found, {"row": cells, "rows": [cells]}.get(shape, [[cell] for cell in cells])


def agree(name, calc_function, arguments, plain_arguments):
    assert plain(outcome(getattr(functions, name), *arguments)) == plain(outcome(calc_function, *plain_arguments))


@FEW
@given(counts, ranges(decimals), st.sampled_from(("total", "each")))
def test_backwards(goal, rates, rounding):
    plain_rates, cells = rates
    agree("required_leads", calc.required_leads, ([[goal]], cells, rounding), (goal, plain_rates, rounding))
    agree("required_stages", calc.required_stages, (goal, cells, [[rounding]]), (goal, plain_rates, rounding))
    agree("expected_orders", calc.expected_orders, (goal, cells), (goal, plain_rates))
    agree("required_rate", calc.required_rate, (1, goal, cells, 1), (1, goal, plain_rates, 1))


@FEW
@given(st.integers(0, 300), st.integers(0, 10**5), ranges(decimals, most=3), st.sampled_from((0.5, 0.9, 0.99)))
def test_chances(goal, leads, rates, wanted):
    plain_rates, cells = rates
    agree("goal_chance", calc.goal_chance, ([[goal]], leads, cells), (goal, leads, plain_rates))
    agree("leads_for_chance", calc.leads_for_chance, (goal, cells, [[wanted]]), (goal, plain_rates, wanted))
    agree("rate_interval", calc.rate_interval, (goal, leads, wanted), (goal, leads, wanted))
    agree("rate_interval", calc.rate_interval, (goal, leads, None), (goal, leads))


@FEW
@given(amounts, amounts, decimals, decimals, ranges(amounts))
def test_economics(revenue, other, churn, margin, costs):
    plain_costs, cells = costs
    agree("required_orders", calc.orders_from_revenue, (revenue, [[other]]), (revenue, other))
    agree("ltv", calc.ltv, ([[revenue]], churn, margin), (revenue, churn, margin))
    agree("ltv", calc.ltv, (revenue, churn), (revenue, churn))
    agree("payback_months", calc.payback_months, (revenue, other, [[margin]]), (revenue, other, margin))
    agree("ltv_cac", calc.ltv_cac, (revenue, [[other]]), (revenue, other))
    agree("cac", calc.cac, (cells, other), (plain_costs, other))


@FEW
@given(st.integers(0, 10**6), ranges(amounts), ranges(st.integers(0, 10), most=20))
def test_sharing_out_and_nps(total, weights, scores):
    plain_weights, cells = weights
    agree("spread", calc.spread, ([[total]], cells), (total, plain_weights))
    agree("nps", calc.nps, (scores[1],), (scores[0],))
    capacity = [1000] * len(plain_weights)
    agree("allocate_leads", calc.allocate_leads, (total, cells, capacity), (total, plain_weights, capacity))
    rates, budget = [0.5] * len(plain_weights), 10**9
    agree(
        "allocate_leads",
        calc.allocate_leads,
        (total, cells, [capacity], [rates], [[budget]]),
        (total, plain_weights, capacity, rates, budget),
    )


@FEW
@given(dates, ranges(st.integers(0, 90)), st.booleans(), st.lists(dates, max_size=3))
def test_dates_as_dates_and_as_numbers(deadline, lags, workdays, holidays):
    plain_lags, cells = lags
    number = (deadline - EXCEL_EPOCH).days
    wanted = calc.start_by(deadline, plain_lags, workdays, holidays)
    for given_as in (deadline, dt.datetime.combine(deadline, dt.time(9)), number, number + 0.375, [[float(number)]]):
        off = [[(day - EXCEL_EPOCH).days] for day in holidays] or None
        found = functions.start_by(given_as, cells, workdays, off)
        assert [day.date() for row in found for day in row] == wanted


@FEW
@given(dates, ranges(counts, most=4), st.integers(1, 3).flatmap(lambda n: st.lists(decimals, min_size=n, max_size=n)))
def test_monthly_required(start, goals, rates):
    first, lags = start.replace(day=1), [20] * len(rates)
    plain_goals, cells = goals
    agree(
        "monthly_required",
        calc.monthly_required,
        (cells, [[rate] for rate in rates], lags, (first - EXCEL_EPOCH).days),
        (plain_goals, rates, lags, first),
    )


@FEW
@given(st.integers(2, 5).flatmap(lambda n: st.tuples(*[st.lists(counts, min_size=n, max_size=n)] * 2)))
def test_review(volumes):
    plan, actual = volumes
    names = [f"stage {number}" for number in range(len(plan))]
    agree("gap_by_stage", calc.gap_by_stage, ([[volume] for volume in plan], [actual]), (plan, actual))
    assert outcome(functions.bottleneck, [names], [plan], actual) == outcome(calc.bottleneck, names, plan, actual)
    agree("forecast_total", calc.forecast_total, ([actual], [plan], 1.5), (actual, plan, 1.5))


@FEW
@given(st.lists(st.tuples(st.none() | dates, st.none() | dates), min_size=1, max_size=8))
def test_stage_days(pairs):
    came, left = ([pair[side] for pair in pairs] for side in (0, 1))
    serials = [[[None if day is None else (day - EXCEL_EPOCH).days] for day in column] for column in (came, left)]
    for statistic in ("median", "mean", "min", "max"):
        agree("stage_days", calc.stage_days, (*serials, statistic), (came, left, statistic))
    times = calc.stage_times(came, left)
    assert functions.stage_days(*serials, "blanks") == times.blanks
    assert functions.stage_days(*serials, "Negatives") == times.negatives


def test_scores_of_one_lead_and_of_many():
    # 3 × 2 + 5 × 1 and 4 × 2 + 1 × 1
    assert functions.lead_score([[3, 5], [4, 1]], [2, 1]) == [(11,), (9,)]
    for one in ([3, 5], [[3, 5]], [[3], [5]]):
        for factors in ([2, 1], [[2], [1]], [[2, 1, None]]):
            assert functions.lead_score(one, factors) == 11
    # blank rows and columns around the table are no leads and no qualities
    assert functions.action_score([[2, 1, None], [0, 3, ""], [None, None, None]], [[5, 10, None]]) == [(20,), (30,)]
    # a column is many leads where there is one factor
    assert functions.action_score([[2], [3]], 5) == [(10,), (15,)]


def test_ten_thousand_leads_at_once_are_the_same_as_one_by_one():
    leads = [[number % 7, number % 5, number % 3] for number in range(10_000)]
    found = functions.lead_score(leads, [2, 1.5, 0.25])
    assert found[:50] == [(functions.lead_score([lead], [2, 1.5, 0.25]),) for lead in leads[:50]]
    assert len(found) == 10_000


def test_results_lie_as_the_range_does():
    row, column = [[1000, 200, 40]], [[1000], [200], [40]]
    for name, others in (("spread", None), ("allocate_leads", ([9, 9, 9],)), ("gap_by_stage", ([1, 1, 1],))):
        function = getattr(functions, name)
        first, second = ((10, row), (10, column)) if others is None else ((row, *others), (column, *others))
        if name == "allocate_leads":
            first, second = (10, *first), (10, *second)
        assert len(function(*first)) == 1 and len(function(*first)[0]) == 3
        assert [len(line) for line in function(*second)] == [1, 1, 1]


def test_whole_numbers_stay_whole_as_long_as_every_excel_can_take_them():
    assert type(functions.required_leads(50, 0.5)) is int
    big = functions.required_leads(3_000_000_000, 1)
    assert (type(big), big) == (float, 3e9)


def test_numbers_of_other_packages_are_taken_by_their_values():
    class Array:
        def __init__(self, values):
            self.values = values

        def tolist(self):
            return self.values

    assert functions.required_leads(Array(6), Array([[0.5], [0.1]])) == 120


@pytest.mark.parametrize("value", [float("nan"), math.inf, -math.inf])
def test_what_is_no_number_is_never_a_result(value):
    assert outcome(functions.expected_orders, value, 0.5)[0] == "#NUM!"


def test_advice_in_both_languages():
    assert functions.kpi_advice("webinar", "registrations", 200, 120).startswith("集客")
    assert functions.kpi_advice([["webinar"]], "registrations", 200, 120, "EN").startswith("The invitation")
    assert functions.kpi_advice("webinar", "registrations", 200, 200) == ""
