"""Credit for the open pipeline (K8)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi.calc import KpiError, Need, credit, expected_orders, net, pipeline_orders, required_stages

volumes = st.fractions(0, 1000, max_denominator=60)
rates_and_counts = st.lists(st.integers(1, 100), min_size=1, max_size=5).flatmap(
    lambda percent: st.tuples(
        st.just([Fraction(rate, 100) for rate in percent]),
        st.lists(st.integers(0, 300), min_size=len(percent) + 1, max_size=len(percent) + 1),
    )
)


def test_an_open_opportunity_stands_for_the_leads_it_took():
    # rates 10 % and 50 %: 3 opportunities took 30 leads; with the 5 open leads 35
    assert credit([0.1, 0.5], [5, 3, 0]) == [35, 3, 0]


def test_what_is_won_counts_too():
    # 2 orders took 4 opportunities and these 40 leads
    assert credit([0.1, 0.5], [0, 0, 2]) == [40, 4, 2]


def test_an_empty_pipeline_gives_nothing():
    assert credit([0.1, 0.5], [0, None, ""]) == [0, 0, 0]
    assert pipeline_orders([0.1, 0.5], [0, 0, 0]) == 0


def test_orders_that_the_pipeline_will_give():
    # 100 × 5 % + 4 × 50 % + 1
    assert pipeline_orders([0.1, 0.5], [100, 4, 1]) == 8


@given(rates_and_counts)
def test_credit_is_the_sum_of_its_definition(case):
    rates, counts = case
    for i, found in enumerate(credit(rates, counts)):
        expected = Fraction(0)
        for k in range(i, len(counts)):
            product = Fraction(1)
            for j in range(i, k):
                product *= rates[j]
            expected += counts[k] / product
        assert found == expected


@given(rates_and_counts)
def test_the_leads_that_the_pipeline_stands_for_give_its_orders(case):
    rates, counts = case
    assert expected_orders(credit(rates, counts)[0], rates) == pipeline_orders(rates, counts)


@given(rates_and_counts)
def test_a_goal_that_the_pipeline_just_reaches_needs_nothing_new(case):
    rates, counts = case
    needed = required_stages(pipeline_orders(rates, counts), rates)[0]
    assert sum([*net(0, [needed], 0, credit(rates, counts)[0]).months]) == 0


@pytest.mark.parametrize(
    ("rates", "counts", "argument", "position"),
    [
        ([0.1, 0], [0, 0, 0], "rates", 2),
        ([0.1, 0.5], [0, 0], "open_by_stage", None),
        ([0.1, 0.5], [0, 0, 0, 0], "open_by_stage", None),
        ([0.1, 0.5], [0, -1, 0], "open_by_stage", 2),
        ([0.1, 0.5], [0, "x", 0], "open_by_stage", 2),
    ],
)
def test_a_bad_pipeline(rates, counts, argument, position):
    for calculate in (credit, pipeline_orders):
        with pytest.raises(KpiError) as caught:
            calculate(rates, counts)
        assert (caught.value.argument, caught.value.position) == (argument, position)


@pytest.mark.parametrize(
    ("there", "left"),
    [
        (0, Need(4, (10, 10), 6)),
        (3, Need(1, (10, 10), 6)),  # 1 was short at the start
        (9, Need(0, (5, 10), 6)),
        (14, Need(0, (0, 10), 6)),
        (26.5, Need(0, (0, 0), Fraction(7, 2))),
        (30, Need(0, (0, 0), 0)),
        (99, Need(0, (0, 0), 0)),  # more than is needed is not a negative need
    ],
)
def test_the_pipeline_covers_the_earliest_need_first(there, left):
    assert net(4, [10, 10], 6, there) == left


@given(volumes, st.lists(volumes, min_size=1, max_size=12), volumes, volumes)
def test_what_is_left_to_win_is_the_need_less_the_credit(before, months, next_, there):
    left = net(before, months, next_, there)
    need = [before, *months, next_]
    steps = [left.before, *left.months, left.next]
    assert sum(steps) == max(0, sum(need) - there)
    # month by month with what is left of the credit in hand
    for wanted, still in zip(need, steps):
        used = min(wanted, there)
        there -= used
        assert still == wanted - used


@pytest.mark.parametrize(
    ("values", "argument", "position"),
    [
        ((-1, [1], 0, 0), "before", None),
        ((0, [1, None], 0, 0), "monthly", 2),
        ((0, [1], "x", 0), "next", None),
        ((0, [1], 0, -1), "credit", None),
    ],
)
def test_a_bad_need(values, argument, position):
    with pytest.raises(KpiError) as caught:
        net(*values)
    assert (caught.value.argument, caught.value.position) == (argument, position)
