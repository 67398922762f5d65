"""The rate that one stage needs, by putting the answer back into the funnel."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi.calc import KpiError, expected_orders, required_rate


def test_the_other_rates_stay_as_they_are():
    # 1,200 × 0.4 = 480 opportunities; 60 ÷ 480 = 0.125, whatever the present last rate is
    assert required_rate(60, 1200, [0.4, 0.1], 2) == required_rate(60, 1200, [0.4, 0.9], 2) == Fraction(1, 8)
    assert required_rate(60, 1200, [0.4, 0.1], 1) == Fraction(1, 2)  # 60 ÷ (1,200 × 0.1)
    assert required_rate(60, 1200, 0.4, 1) == Fraction(1, 20)  # a funnel of one rate in one cell


@given(st.integers(1, 1000), st.integers(1, 10**6), st.lists(st.integers(1, 1000), min_size=1, max_size=6), st.data())
def test_the_rate_put_back_gives_the_goal(goal, leads, per_mille, data):
    rates = [rate / 1000 for rate in per_mille]
    position = data.draw(st.integers(1, len(rates)))
    try:
        rate = required_rate(goal, leads, rates, position)
    except KpiError as error:
        assert error.allowed_key == "not_reachable"
        best = [*rates[: position - 1], 1, *rates[position:]]
        assert expected_orders(leads, best) < goal
        return
    assert expected_orders(leads, [*rates[: position - 1], rate, *rates[position:]]) == goal


def test_a_goal_of_nothing_needs_a_rate_of_nothing():
    assert required_rate(0, 100, [0.2], 1) == 0


def test_exactly_everybody_is_reachable_and_one_more_is_not():
    assert required_rate(20, 100, [0.2, 0.5], 2) == 1
    with pytest.raises(KpiError) as caught:
        required_rate(50, 100, [0.2, 0.5], 2)
    assert caught.value.code == "#NUM!"
    # 50 ÷ (100 × 0.2) = 2.5
    assert str(caught.value) == ("goal: found 50. Not reachable by this stage alone: it would need a rate of 250%.")
    assert caught.value.message("ja") == (
        "goal（目標）: 「50」は使えません。この段階の率を上げるだけでは届きません（必要な率: 250%）。"
    )


def test_binary_noise_does_not_make_a_goal_unreachable():
    assert 49 * (1 / 49) < 1  # the float that a cell holds for 1/49 is a hair too small
    assert required_rate(1, 49, [1 / 49, 0.5], 2) == 1


@pytest.mark.parametrize("position", [0, 3, -1, 1.5])
def test_a_position_is_one_of_the_rates(position):
    with pytest.raises(KpiError) as caught:
        required_rate(1, 100, [0.2, 0.5], position)
    assert (caught.value.code, caught.value.argument) == ("#NUM!", "position")


def test_no_leads_give_no_rate():
    with pytest.raises(KpiError) as caught:
        required_rate(1, 0, [0.2], 1)
    assert (caught.value.code, caught.value.argument) == ("#DIV/0!", "leads")
