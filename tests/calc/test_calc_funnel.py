"""The funnel backwards and forwards, against plain fractions."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi.calc import (
    KpiError,
    expected_orders,
    forward_funnel,
    goal_from_growth,
    orders_from_revenue,
    read_rates,
    required_leads,
    required_stages,
    rounded_stages,
)

rates_in_per_mille = st.lists(st.integers(1, 1000), min_size=1, max_size=6)


def test_c1_fifty_customers_need_1800_leads():
    # Published case C1: 300 leads a month for 6 months gave the plan of 50 customers
    assert required_leads(50, [50 / 1800]) == 300 * 6
    assert required_leads(50, [0.0277777777777778]) == 300 * 6  # the rate as a cell holds it
    assert required_stages(50, [Fraction(50, 1800)]) == [1800, 50]


def test_k3_each_stage_is_the_next_one_divided_by_its_rate():
    # 60 ÷ 0.3 = 200, ÷ 0.5 = 400, ÷ 0.2 = 2,000
    assert required_stages(60, [0.2, 0.5, 0.3]) == [2000, 400, 200, 60]


def test_rounding_never_feeds_the_next_stage():
    # 1 ÷ 0.4 = 2.5 → 3; 2.5 ÷ 0.3 = 8.33… → 9
    assert required_stages(1, [0.3, 0.4]) == [Fraction(25, 3), Fraction(5, 2), 1]
    assert rounded_stages(1, [0.3, 0.4]) == [9, 3, 1]


def test_rounding_each_rounds_from_the_goal_upward():
    # 3 ÷ 0.3 = 10, where 2.5 ÷ 0.3 gave 9
    assert required_stages(1, [0.3, 0.4], "each") == [10, 3, 1]
    assert rounded_stages(1, [0.3, 0.4], "each") == [10, 3, 1]
    assert required_leads(1, [0.3, 0.4], "each") == 10
    assert required_stages(1.2, [0.5], "each") == [4, 2]  # the goal itself is rounded first


def test_a_goal_of_nothing_needs_nothing():
    assert required_stages(0, [0.2, 0.5]) == [0, 0, 0]
    assert rounded_stages(0, [0.2, 0.5], "each") == [0, 0, 0]
    assert required_leads(0, [0.2]) == 0
    assert expected_orders(0, [0.2]) == 0


def test_a_rate_of_one_passes_everybody_on():
    assert required_stages(5, [1, 1.0]) == [5, 5, 5]


def test_binary_noise_costs_no_lead():
    assert required_leads(7, [0.7, 0.1]) == 100  # 7 ÷ 0.07; floats give 100.00000000000001


def test_blank_cells_at_the_end_are_no_rates():
    assert read_rates([0.2, 0.5, None, ""]) == [Fraction(1, 5), Fraction(1, 2)]
    assert read_rates(0.2) == [Fraction(1, 5)]  # one cell instead of a range


@pytest.mark.parametrize(
    ("rates", "code", "position"),
    [
        ([0.2, None, 0.5], "#VALUE!", 2),
        (["  ", 0.5], "#VALUE!", 1),
        ([0.2, "0.5"], "#VALUE!", 2),
        ([True, 0.5], "#VALUE!", 1),
        ([0.2, 0], "#NUM!", 2),
        ([-0.2], "#NUM!", 1),
        ([0.2, 0.3, 1.3], "#NUM!", 3),
        ([20], "#NUM!", 1),
        ([101], "#NUM!", 1),
        ([math.nan, 0.2], "#NUM!", 1),
        ([], "#VALUE!", None),
        ([None], "#VALUE!", None),
    ],
)
def test_a_bad_rate_is_named_with_its_position(rates, code, position):
    for calculate in (required_stages, required_leads, forward_funnel, expected_orders):
        with pytest.raises(KpiError) as caught:
            calculate(50, rates)
        assert (caught.value.code, caught.value.argument, caught.value.position) == (code, "rates", position)


def test_20_for_a_rate_is_asked_back_never_guessed():
    with pytest.raises(KpiError) as caught:
        required_leads(50, [0.5, 20])
    assert str(caught.value) == (
        "rates, position 2: found 20. Did you mean 20%? Allowed: a rate above 0 and at most 1, so 20% or 0.2."
    )


@pytest.mark.parametrize("goal", [-1, -0.001])
def test_a_negative_goal_is_refused(goal):
    with pytest.raises(KpiError) as caught:
        required_stages(goal, [0.2])
    assert (caught.value.code, caught.value.argument) == ("#NUM!", "goal")


@pytest.mark.parametrize("goal", [None, "50", True])
def test_a_goal_that_is_no_number_is_refused(goal):
    with pytest.raises(KpiError) as caught:
        required_leads(goal, [0.2])
    assert (caught.value.code, caught.value.argument) == ("#VALUE!", "goal")


def test_an_unknown_rounding_is_refused():
    with pytest.raises(KpiError) as caught:
        required_leads(5, [0.5], "up")
    assert (caught.value.code, caught.value.argument) == ("#VALUE!", "rounding")


def test_forward_is_what_the_rates_leave():
    # 2,000 × 0.2 = 400, × 0.5 = 200, × 0.3 = 60
    assert forward_funnel(2000, [0.2, 0.5, 0.3]) == [2000, 400, 200, 60]
    assert expected_orders(2000, [0.2, 0.5, 0.3]) == 60


@given(st.fractions(0, 10**6), rates_in_per_mille)
def test_the_required_leads_give_the_goal_back(goal, per_mille):
    rates = [rate / 1000 for rate in per_mille]
    stages = required_stages(goal, rates)
    assert forward_funnel(stages[0], rates) == stages
    assert expected_orders(stages[0], rates) == goal


@given(st.integers(0, 10**4), rates_in_per_mille)
def test_each_stage_rounded_up_never_asks_for_less(goal, per_mille):
    rates = [rate / 1000 for rate in per_mille]
    total, each = rounded_stages(goal, rates), rounded_stages(goal, rates, "each")
    assert all(more >= less for more, less in zip(each, total))
    assert total == sorted(total, reverse=True)
    # each step has a whole number over at most 1000 thousandths, so no remainder of it is below the 14th digit
    if each[0] < 10**9:
        assert expected_orders(each[0], rates) >= goal


def test_100_000_random_funnels_agree_with_plain_fractions():
    """Rates of up to three decimals as floats; the oracle multiplies numerators and never sees a float."""
    draw = random.Random(20260401)
    cases = [
        (draw.randrange(0, 5_000), [draw.randrange(1, 1001) for _ in range(draw.randrange(1, 5))])
        for _ in range(100_000)
    ]
    inputs = [(goal, [rate / 1000 for rate in per_mille]) for goal, per_mille in cases]
    found = [required_leads(goal, rates) for goal, rates in inputs]
    for (goal, per_mille), leads in zip(cases, found):
        above, below = goal * 1000 ** len(per_mille), math.prod(per_mille)
        whole, rest = divmod(above, below)
        # with at most four such rates a remainder is at least 1e-12 of a lead: noise only for huge numbers
        noise = 2 * rest * 10**14 < 10 * above
        assert leads == whole + (rest > 0) or (noise and leads == whole)


@pytest.mark.parametrize(
    ("revenue", "order_value", "orders"),
    [
        (1_000_000_000, 5_000_000, 200),  # 10億円 ÷ 500万円
        (10_000_000, 450_000, 23),  # 22.2…
        (1.1, 0.1, 11),  # 11.000000000000002 in binary
        (0, 500_000, 0),
    ],
)
def test_orders_from_revenue(revenue, order_value, orders):
    assert orders_from_revenue(revenue, order_value) == orders


@pytest.mark.parametrize(
    ("revenue", "order_value", "code", "argument"),
    [
        (1000, 0, "#DIV/0!", "order_value"),
        (1000, -5, "#NUM!", "order_value"),
        (1000, None, "#VALUE!", "order_value"),
        (-1, 5, "#NUM!", "revenue"),
        (None, 5, "#VALUE!", "revenue"),
    ],
)
def test_revenue_that_can_not_be_divided(revenue, order_value, code, argument):
    with pytest.raises(KpiError) as caught:
        orders_from_revenue(revenue, order_value)
    assert (caught.value.code, caught.value.argument) == (code, argument)


def test_k1_growth_goals():
    assert goal_from_growth(200, 0.15) == 230  # 前年比 +15%
    assert goal_from_growth(200, 1) == 400  # 2倍
    assert goal_from_growth(200, 0.5) == 300  # 1.5倍
    assert goal_from_growth(200, -0.1) == 180


@pytest.mark.parametrize(
    ("baseline", "growth", "code", "argument"),
    [
        (None, 0.15, "#VALUE!", "baseline"),
        (0, 0.15, "#NUM!", "baseline"),
        (200, None, "#VALUE!", "growth"),
        (200, -1, "#NUM!", "growth"),
    ],
)
def test_a_growth_goal_needs_its_baseline(baseline, growth, code, argument):
    with pytest.raises(KpiError) as caught:
        goal_from_growth(baseline, growth)
    assert (caught.value.code, caught.value.argument) == (code, argument)
