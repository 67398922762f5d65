"""Detailed LTV, CAC by kind, allowed costs, budget moves and people: published examples, other ways of computing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from xl_kpi.calc import KpiError, cac, ltv, ltv_cac, nps, payback_months
from xl_kpi.calc.economy import (
    Move,
    acquisition_cost,
    allowed_costs,
    budget_moves,
    busiest,
    churn_rate,
    cost_of_order,
    expected_months,
    lifetime,
    months_over,
    payback,
    people_needed,
)

amounts = st.integers(0, 10**8)
per_mille = st.integers(1, 1000).map(lambda x: Fraction(x, 1000))

# ---- published worked examples: what was published stands on the right -------------------------------------------

# (revenue a month, margin, churn) → LTV
SHORT_FORM = [
    (500, 0.75, 0.025, 15_000),  # mhq-gatsby.pages.dev/difference/ltv-to-cac-vs-magic-number
    (250, 0.80, 0.04, 5_000),  # callculator.cc, seed stage LTV: lifetime 25 months
    (50, 0.90, 0.10, 450),  # abracalc.com, customer lifetime value: $50 ARPA
    (100, 0.80, 0.05, 1_600),  # the same: $100 ARPA
    (500, 0.70, 0.02, 17_500),  # the same: $500 ARPA
]

# (spent, customers, revenue a month, margin) → CAC, payback in months to one decimal: calculatey.pages.dev
PAYBACKS = [
    (50_000, 100, 100, 0.70, 500, 7.1),
    (100_000, 200, 75, 0.80, 500, 8.3),
    (30_000, 50, 200, 0.65, 600, 4.6),
    (200_000, 100, 150, 0.75, 2_000, 17.8),
    (25_000, 500, 30, 0.85, 50, 2.0),
]


@pytest.mark.parametrize(("revenue", "margin", "churn", "published"), SHORT_FORM)
def test_s4_published_ltv_is_the_short_form_of_the_detailed_one(revenue, margin, churn, published):
    detailed = lifetime(frequency=1, value=revenue, churn=churn, margin=margin)
    assert detailed.total == ltv(revenue, churn, margin) == published
    assert lifetime(more=revenue, churn=churn, margin=margin).total == published


def test_s4_published_ltv_that_is_not_whole():
    assert round(lifetime(frequency=1, value=200, churn=0.03, margin=0.85).total) == 5_667  # abracalc.com: $200 ARPA


@pytest.mark.parametrize(
    ("value", "a_month", "months", "margin", "published"),
    [
        (500_000, Fraction(2, 12), 60, 0.5, 2_500_000),  # harmonic-society.co.jp: 50万円 × 50% × 年2回 × 5年
        (200_000, 1, 60, 0.5, 6_000_000),  # prompt.eng-para.com: 20万円 × 0.5 × 年12回 × 5年
        (5_000, 2, 18, 1, 180_000),  # jobing.jp: 5,000円 × 月2回 × 18か月
        (1_000, 1, 24, 1, 24_000),  # artnasekai.com, example 1
        (5_000, Fraction(4, 12), 36, 1, 60_000),  # artnasekai.com, example 2
    ],
)
def test_s4_published_ltv_by_value_frequency_and_length(value, a_month, months, margin, published):
    assert lifetime(frequency=a_month, value=value, contract=months, margin=margin).total == published


def test_s4_published_first_order_that_brings_less_than_it_cost_to_win():
    # webase.jp: a razor for 500 (cost 300), advertising 800, then blades with 800 of profit a month for three months
    razor = lifetime(500, 1, 1_200, churn=0, contract=3, margin=Fraction(2, 3), first_margin=0.4)
    assert (razor.first, razor.repeats) == (200, 2_400)
    assert razor.first - 800 == -600
    assert razor.total - 800 == 1_800
    assert payback(800, razor.first, razor.monthly) == Fraction(3, 4)


@pytest.mark.parametrize(("spent", "customers", "revenue", "margin", "each", "months"), PAYBACKS)
def test_s5_s6_published_cac_and_payback(spent, customers, revenue, margin, each, months):
    cost = acquisition_cost(spent, 0, 0, customers)
    assert cost.total == cac(spent, customers) == each
    monthly = lifetime(frequency=1, value=revenue, margin=margin, churn=1).monthly
    assert payback(cost.total, 0, monthly) == payback_months(each, revenue, margin)
    assert round(float(payback(cost.total, 0, monthly)), 1) == months


def test_s6_published_ratios():
    assert ltv_cac(15_000, 6_000) == 2.5  # mhq-gatsby.pages.dev: below 3
    assert round(float(ltv_cac(5_000, 750)), 2) == 6.67  # callculator.cc
    assert payback(600, 0, 150) == 4  # digitalshiftmedia.com
    assert payback(300, 0, 100) == 3  # kpiexamples.operately.com


def test_s6_published_allowed_cost_of_a_click():
    # dreamteller.biz: LTV 30,000, 30 % of it may be spent: 9,000 for a customer; at a CVR of 2 % 180 for a click
    assert allowed_costs(30_000, Fraction(10, 3), [0.02]) == [180, 9_000]


def test_s6_may_a_lead_cost_20556_yen():
    """By hand: 2,220,000 ÷ 3 = 740,000 an order; × 50/1800 (C1) = 20,555.56 a lead."""
    lead, order = allowed_costs(2_220_000, 3, [Fraction(50, 1800)])
    assert order == 740_000
    assert lead < 20_556 and round(lead) == 20_556
    assert cost_of_order(20_556, [Fraction(50, 1800)]) > order


def test_published_churn_and_nps():
    assert round(float(churn_rate(45, 98)), 2) == 0.46  # online-calculator.org
    assert nps([10] * 30 + [8] * 50 + [6] * 20) == 10  # dela.nl, annual report 2018: 30 % less 20 %
    assert nps([6] * 7) == -100
    assert nps([9] * 7) == 100


# ---- by other ways of computing ----------------------------------------------------------------------------------


@given(per_mille, st.integers(1, 60))
def test_the_months_are_those_of_a_customer_followed_month_by_month(churn, contract):
    there, months = Fraction(1), Fraction(0)
    for _ in range(contract):
        months += there
        there *= 1 - churn
    assert expected_months(churn, contract) == months <= min(contract, 1 / churn)
    assert expected_months(0, contract) == contract
    assert expected_months(churn) == 1 / churn


@given(amounts, per_mille, amounts, amounts, per_mille, per_mille)
def test_the_parts_of_an_ltv_add_up(first, frequency, value, more, churn, margin):
    found = lifetime(first, frequency, value, more, churn=churn, margin=margin)
    assert found.total == margin * first + ltv(frequency * value + more, churn, margin)
    assert found.monthly * found.months == found.repeats + found.more


@given(st.lists(amounts, min_size=3, max_size=3), st.integers(1, 500))
def test_the_kinds_of_cost_add_up(costs, customers):
    found = acquisition_cost(*costs, customers)
    assert found.total == cac(costs, customers)
    assert found.total * customers == sum(costs)


@given(st.integers(1, 10**8), st.integers(1, 50), st.lists(per_mille, min_size=1, max_size=5))
def test_a_stage_at_its_allowed_cost_makes_exactly_the_ratio(value, ratio, rates):
    for place, cost in enumerate(allowed_costs(value, ratio, rates)):
        assert ltv_cac(value, cost_of_order(cost, rates[place:])) == ratio


channels = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=5)


@given(channels, st.integers(1, 40))
def test_the_moves_bring_the_most_orders_that_any_moves_could(rows, least):
    """Against linear programming, where a customer of each channel brings the same: 40."""
    costs, spends, rooms = ([row[k] for row in rows] for k in range(3))
    ratios = [Fraction(40, cost) for cost in costs]
    moves = budget_moves(ratios, costs, spends, rooms, least)
    out = [sum((move.amount for move in moves if move.giver == k), Fraction(0)) for k in range(len(rows))]
    into = [sum((move.amount for move in moves if move.taker == k), Fraction(0)) for k in range(len(rows))]
    for k, (_, spend, room) in enumerate(rows):
        assert out[k] == 0 or (ratios[k] < least and out[k] <= spend)
        assert into[k] == 0 or (ratios[k] >= least and into[k] <= room)
    pairs = [(i, j) for i in range(len(rows)) for j in range(len(rows)) if ratios[i] < least <= ratios[j]]
    if not pairs:
        assert moves == []
        return
    limits, most = [], []
    for k in range(len(rows)):
        limits.append([float(i == k) for i, _ in pairs])
        most.append(spends[k])
        limits.append([float(j == k) for _, j in pairs])
        most.append(rooms[k])
    gains = [1 / costs[j] - 1 / costs[i] for i, j in pairs]
    best = linprog([-gain for gain in gains], A_ub=limits, b_ub=most)
    assert float(sum(move.orders for move in moves)) == pytest.approx(-best.fun, abs=1e-7)


def test_a_move_says_what_it_brings():
    """By hand: an order for 600,000 at a value of 1.5 million is 2.5 times, one for 400,000 3.75 times."""
    ratios, costs = [2.5, 3.75], [600_000, 400_000]
    (move,) = budget_moves(ratios, costs, [1_200_000, 0], [0, 9_000_000], 3)
    assert (move.giver, move.taker, move.amount, move.orders) == (0, 1, 1_200_000, 1)  # two orders become three
    assert budget_moves(ratios, costs, [1_200_000, 0], [9, 0], 3) == []  # no room
    assert budget_moves(ratios, costs, [1_200_000, 1], [9, 9], 2) == []  # none too dear
    assert budget_moves(ratios, costs, [1, 1], [5, 5], 4) == []  # nobody to take it
    # equal to nine decimals: the earlier one first
    first, *_ = budget_moves([2, 3 + 1e-12, 3 + 2e-12], [1, 1, 1], [5, 0, 0], [0, 9, 9], 3)
    assert (first.taker, first.amount) == (1, 5)


def test_people_by_month():
    # by hand: 40 calls a day, 20 days: 800 a month.  2,000 ÷ 800 = 2.5; in 16 days 640: 3.125
    assert people_needed([2_000, 2_000, 0], 800, [20, 16, 0], 20) == [Fraction(5, 2), Fraction(25, 8), 0]
    assert months_over([Fraction(5, 2), Fraction(25, 8), 0], 3) == [(1, 1)]
    assert months_over([Fraction(5, 2), Fraction(25, 8), 0], 0) == [(0, 3), (1, 4)]
    assert months_over([3.0000000000000004], 3) == []  # a cell's last digit is nobody
    assert busiest([[Fraction(1), Fraction(4)], [Fraction(2), Fraction(3)]]) == [2, 4]


# ---- edges and bad input -----------------------------------------------------------------------------------------


def test_edges():
    assert lifetime(500_000, margin=0.5).total == 250_000  # bought once: no churn is asked for
    assert lifetime(500_000, margin=0.5).months == 0
    assert lifetime(frequency=1, value=10, churn=0, contract=12).total == 120  # nobody leaves: the contract ends it
    assert lifetime(frequency=1, value=10, churn=1).total == 10  # all leave after a month
    assert lifetime(frequency=1, value=10, churn=0.5, margin=0).total == 0
    # sold below cost: (100 + 20 × 10) × -10 %
    assert lifetime(100, 1, 10, churn=0.05, margin=-0.1).total == -30
    assert budget_moves([-1, 4], [5, 5], [10, 0], [0, 10], 3) == [Move(0, 1, 10, 0)]
    assert lifetime(100, first_margin=-0.5).total == -50  # sold below cost
    assert payback(100, -50, 30) == 5
    assert payback(100, 100, 0) == 0
    assert allowed_costs(0, 3, [0.5]) == [0, 0]
    assert cost_of_order(5, []) == 5


@pytest.mark.parametrize(
    ("calculate", "code", "argument", "position"),
    [
        (lambda: lifetime(frequency=1, value=10, churn=0), "#DIV/0!", "churn", None),
        (lambda: lifetime(frequency=1, value=10), "#DIV/0!", "churn", None),
        (lambda: lifetime(frequency=1, value=10, churn=0.1, margin=-1.2), "#NUM!", "margin", None),
        (lambda: lifetime(1, first_margin=1.2), "#NUM!", "first_margin", None),
        (lambda: lifetime(-1), "#NUM!", "first", None),
        (lambda: expected_months(0.1, 0), "#NUM!", "contract", None),
        (lambda: expected_months(0.1, 1.5), "#NUM!", "contract", None),
        (lambda: expected_months(2), "#NUM!", "churn", None),
        (lambda: churn_rate(1, 0), "#DIV/0!", "at_start", None),
        (lambda: churn_rate(5, 4), "#NUM!", "lost", None),
        (lambda: acquisition_cost(1, 1, 1, 0), "#DIV/0!", "customers", None),
        (lambda: acquisition_cost(1, -1, 1, 1), "#NUM!", "sales", None),
        (lambda: payback(100, 0, 0), "#DIV/0!", "monthly_profit", None),
        (lambda: allowed_costs(1, 0, [0.5]), "#DIV/0!", "ratio", None),
        (lambda: allowed_costs(1, 3, [0]), "#NUM!", "rates", 1),
        (lambda: budget_moves([1, 2], [1, 0], [1, 1], [1, 1], 1), "#DIV/0!", "costs", 2),
        (lambda: budget_moves([1, 2], [1, 1], [1, 1], [1, -1], 1), "#NUM!", "rooms", 2),
        (lambda: budget_moves([1, 2], [1, 1], [1], [1, 1], 1), "#VALUE!", "spends", None),
        (lambda: budget_moves([1, 2], [1, 1], [1, 1], [None, 1], 1), "#VALUE!", "rooms", 1),
        (lambda: people_needed([5], 0, [20], 20), "#DIV/0!", "per_person", None),
        (lambda: people_needed([5], 10, [0], 20), "#DIV/0!", "days", 1),
        (lambda: people_needed([5], 10, [20, 20], 20), "#VALUE!", "days", None),
        (lambda: months_over([1], -1), "#NUM!", "present", None),
        (lambda: nps([]), "#VALUE!", "scores", None),
    ],
)
def test_what_can_not_be_computed(calculate, code, argument, position):
    with pytest.raises(KpiError) as caught:
        calculate()
    assert (caught.value.code, caught.value.argument, caught.value.position) == (code, argument, position)
    assert caught.value.message("ja")
