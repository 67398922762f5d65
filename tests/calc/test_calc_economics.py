"""LTV (S4), CAC (S5), their ratio and the payback time (S6), by hand and by putting results into one another."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi.calc import KpiError, cac, ltv, ltv_cac, payback_months

amounts = st.integers(1, 10**9)
per_mille = st.integers(1, 1000).map(lambda x: Fraction(x, 1000))


def test_s4_a_customer_stays_one_over_churn_months():
    assert ltv(50_000, 0.02) == 2_500_000  # 50 months
    assert ltv(50_000, 0.02, 0.6) == 1_500_000  # 60 % of it
    assert ltv(50_000, 1) == 50_000  # everybody leaves after a month
    assert ltv(0, 0.02) == 0
    assert ltv(50_000, 0.02, 0) == 0


def test_s5_costs_are_added_up():
    assert cac([3_000_000, 5_000_000, 1_000_000], 20) == 450_000  # marketing, sales, systems
    assert cac(9_000_000, 20) == 450_000  # one cell
    assert cac([0.1, 0.2], 3) == Fraction(1, 10)  # typed decimals, not 0.30000000000000004
    assert cac(0, 20) == 0


def test_s6_three_times_is_the_bar():
    assert ltv_cac(1_500_000, 500_000) == 3
    assert payback_months(450_000, 50_000, 0.6) == 15  # 30,000 of profit a month
    assert payback_months(450_000, 50_000) == 9
    assert payback_months(0, 50_000) == 0


@given(amounts, per_mille, per_mille, amounts)
def test_the_ratio_is_the_lifetime_over_the_payback_time(revenue, churn, margin, cost):
    # LTV ÷ CAC = (1 ÷ churn months) ÷ payback months
    assert ltv_cac(ltv(revenue, churn, margin), cost) == 1 / churn / payback_months(cost, revenue, margin)


@given(st.lists(amounts, min_size=1, max_size=5), st.integers(1, 1000))
def test_customers_times_cac_are_the_costs(costs, customers):
    assert cac(costs, customers) * customers == sum(costs)


@pytest.mark.parametrize(
    ("calculate", "code", "argument", "position"),
    [
        (lambda: ltv(50_000, 0), "#DIV/0!", "churn", None),
        (lambda: ltv(50_000, -0.02), "#NUM!", "churn", None),
        (lambda: ltv(-1, 0.02), "#NUM!", "revenue", None),
        (lambda: ltv(50_000, 0.02, 1.5), "#NUM!", "margin", None),
        (lambda: ltv(50_000, 0.02, -0.1), "#NUM!", "margin", None),
        (lambda: cac([1, -1], 20), "#NUM!", "costs", 2),
        (lambda: cac([1, None, 1], 20), "#VALUE!", "costs", 2),
        (lambda: cac([], 20), "#VALUE!", "costs", None),
        (lambda: cac([1], 0), "#DIV/0!", "customers", None),
        (lambda: ltv_cac(1, 0), "#DIV/0!", "cac", None),
        (lambda: payback_months(1, 0), "#DIV/0!", "revenue", None),
        (lambda: payback_months(1, 5, 0), "#DIV/0!", "margin", None),
    ],
)
def test_what_can_not_be_divided(calculate, code, argument, position):
    with pytest.raises(KpiError) as caught:
        calculate()
    assert (caught.value.code, caught.value.argument, caught.value.position) == (code, argument, position)


@pytest.mark.parametrize(
    ("calculate", "message"),
    [
        (
            lambda: ltv(50_000, 2),
            "churn: found 2. Did you mean 2%? Allowed: a rate above 0 and at most 1, so 2% or 0.02.",
        ),
        (
            lambda: ltv(50_000, 0.02, 60),
            "margin: found 60. Did you mean 60%? Allowed: a share from 0 to 1, so 60% or 0.6.",
        ),
    ],
)
def test_a_percentage_without_its_sign_is_asked_back(calculate, message):
    with pytest.raises(KpiError) as caught:
        calculate()
    assert str(caught.value) == message
