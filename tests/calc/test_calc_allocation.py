"""Largest remainders by counting seats one by one, and the cheapest allocation against SciPy's linear programming."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.how_often import often as many
from xl_kpi.calc import KpiError, allocate_leads, spread

weights = st.lists(st.integers(0, 1000).map(lambda x: x / 8), min_size=1, max_size=30).filter(any)


def test_the_remainder_goes_to_the_largest_remainders_the_earlier_first():
    assert spread(100, [1, 1, 1]) == [34, 33, 33]
    assert spread(10, [5, 3, 1]) == [6, 3, 1]  # 5.56, 3.33, 1.11
    assert spread(7, [0.5, 0, 0.5]) == [4, 0, 3]
    assert spread(2, [1, 1, 1]) == [1, 1, 0]
    assert spread(0, [1, 2]) == [0, 0]
    assert spread(5, 3) == [5]  # one cell
    assert spread(300.0, [1, 1, None]) == [150, 150]


def test_c1_1800_leads_over_six_months_are_300_each():
    assert spread(1800, [1] * 6) == [300] * 6


@given(st.integers(0, 10**15), weights)
def test_the_parts_add_up_and_are_less_than_one_off(total, weights):
    parts = spread(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights):
        assert abs(part - total * Fraction(weight) / sum(map(Fraction, weights))) < 1
        assert weight or not part


@given(st.integers(0, 10**6), weights, st.integers(1, 10**6))
def test_only_the_proportion_matters(total, weights, factor):
    assert spread(total, [weight * factor for weight in weights]) == spread(total, weights)


@given(st.integers(0, 500), weights)
def test_nobody_with_a_smaller_remainder_was_preferred(total, weights):
    shares = [total * Fraction(weight) / sum(map(Fraction, weights)) for weight in weights]
    parts = spread(total, weights)
    up = [share % 1 for share, part in zip(shares, parts) if part > share]
    down = [share % 1 for share, part in zip(shares, parts) if part < share]
    assert not up or not down or min(up) >= max(down)


@pytest.mark.parametrize(
    ("total", "weights", "code", "argument", "position"),
    [
        (10, [0, 0], "#DIV/0!", "weights", None),
        (10, [1, -1], "#NUM!", "weights", 2),
        (10, [1, None, 1], "#VALUE!", "weights", 2),
        (10, [], "#VALUE!", "weights", None),
        (10.5, [1], "#NUM!", "total", None),
        (-1, [1], "#NUM!", "total", None),
        (1e300, [1], "#NUM!", "total", None),
    ],
)
def test_what_can_not_be_spread(total, weights, code, argument, position):
    with pytest.raises(KpiError) as caught:
        spread(total, weights)
    assert (caught.value.code, caught.value.argument, caught.value.position) == (code, argument, position)


def test_the_cheapest_channel_is_filled_first():
    # 300 of 400 from the cheap one, the rest from the next, none from the dearest
    assert allocate_leads(400, [8_000, 3_000, 9_000], [200, 300, 500]) == [100, 300, 0]
    assert allocate_leads(0, [8_000, 3_000], [200, 300]) == [0, 0]
    assert allocate_leads(500, [8_000, 3_000], [200, 300]) == [200, 300]  # exactly all there is
    assert allocate_leads(10, 5, 20) == [10]  # one channel in one cell
    assert allocate_leads(10, [5, 5], [8, 8]) == [8, 2]  # equal costs: the earlier one


def test_with_rates_the_cost_of_what_arrives_decides():
    # 5,000 ÷ 0.05 = 100,000 an SQL against 8,000 ÷ 0.1 = 80,000: 800 × 0.1 = 80, the other 20 ÷ 0.05 = 400
    assert allocate_leads(100, [5_000, 8_000], [1_000, 800], [0.05, 0.1]) == [400, 800]


def test_a_budget_that_is_just_enough():
    # 300 × 3,000 + 100 × 8,000 = 1,700,000
    assert allocate_leads(400, [8_000, 3_000], [200, 300], None, 1_700_000) == [100, 300]
    with pytest.raises(KpiError) as caught:
        allocate_leads(400, [8_000, 3_000], [200, 300], None, 1_660_000)
    assert caught.value.code == "#N/A"
    assert caught.value.message("ja") == (
        "budget（予算）: 「1,660,000」は使えません。最も安い配分でも 1,700,000 かかり、40,000 足りません。"
    )


def test_what_is_missing_is_said():
    with pytest.raises(KpiError) as caught:
        allocate_leads(620, [8_000, 3_000], [200, 300])
    assert caught.value.code == "#N/A"
    assert str(caught.value) == (
        "capacity: found '500'. 120 short of the required 620. Allowed: more capacity or a lower requirement."
    )


channels = st.integers(1, 6).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 50), min_size=n, max_size=n),  # cost
        st.lists(st.integers(0, 100), min_size=n, max_size=n),  # capacity
        st.lists(st.integers(1, 20).map(lambda x: x / 20), min_size=n, max_size=n),  # rate
    )
)


@settings(max_examples=many(20, 60))
@given(st.integers(0, 200), channels, st.one_of(st.none(), st.integers(0, 5_000)))
def test_no_allocation_is_cheaper(required, channels, budget):
    cost, capacity, rate = channels
    best = linprog(cost, A_eq=[rate], b_eq=[required], bounds=[(0, limit) for limit in capacity])
    try:
        leads = allocate_leads(required, cost, capacity, rate, budget)
    except KpiError as error:
        reach = sum(Fraction(str(r)) * limit for r, limit in zip(rate, capacity))
        if error.argument == "capacity":
            assert reach < required and best.status == 2  # infeasible
        else:
            assert budget < best.fun + 1e-6  # linprog works to about 1e-7
        return
    assert sum(Fraction(str(r)) * amount for r, amount in zip(rate, leads)) == required
    assert all(0 <= amount <= limit for amount, limit in zip(leads, capacity))
    spent = sum(price * amount for price, amount in zip(cost, leads))
    assert budget is None or spent <= budget
    assert best.status == 0
    assert float(spent) == pytest.approx(best.fun, rel=1e-7, abs=1e-6)  # linprog's own tolerance


@pytest.mark.parametrize("nothing", [None, "", [None, None], []])
def test_a_blank_rate_or_budget_is_none(nothing):
    assert allocate_leads(100, [5, 8], [80, 80], nothing, None) == [80, 20]
    assert allocate_leads(100, [5, 8], [80, 80], None, " ") == [80, 20]


@pytest.mark.parametrize(
    ("arguments", "code", "argument", "position"),
    [
        ((-1, [5], [5]), "#NUM!", "required", None),
        ((1, [5, -1], [5, 5]), "#NUM!", "cost", 2),
        ((1, [5, 5], [5]), "#VALUE!", "capacity", None),
        ((1, [5, 5], [5, None, 5]), "#VALUE!", "capacity", 2),
        ((1, [5, 5], [5, 5], [0.2]), "#VALUE!", "rate", None),
        ((1, [5, 5], [5, 5], [0.2, 0]), "#NUM!", "rate", 2),
        ((1, [5, 5], [5, 5], [0.2, 20]), "#NUM!", "rate", 2),
        ((1, [5, 5], [5, 5], [0.2, None, 0.2]), "#VALUE!", "rate", 2),
        ((1, [5, 5], [5, 5], None, -1), "#NUM!", "budget", None),
        ((1, [5, 5], [5, 5], None, "10万"), "#VALUE!", "budget", None),
    ],
)
def test_what_can_not_be_allocated(arguments, code, argument, position):
    with pytest.raises(KpiError) as caught:
        allocate_leads(*arguments)
    assert (caught.value.code, caught.value.argument, caught.value.position) == (code, argument, position)
