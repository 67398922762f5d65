"""Chances against SciPy, against sums in 40 digits, and against plain counting in fractions."""

import math
import random
from fractions import Fraction
from statistics import NormalDist

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from xl_kpi.calc import KpiError, goal_chance, leads_for_chance, rate_interval, required_leads
from xl_kpi.calc.binomial import tails, term

# Ten digits are promised. The largest error measured on 40,000 random cases up to 10**7 leads was 4e-12.
TEN_DIGITS = 1e-10
# Chances below are no longer held to ten digits of their own: a double ends near 1e-308.
SMALLEST = 1e-290


def tails_in_40_digits(k: int, n: int, rate: float) -> tuple[mpmath.mpf, mpmath.mpf]:
    """(P(X >= k), P(X < k)): the terms of the tail without the mean, added up in 40 digits."""
    with mpmath.workdps(40):
        p = mpmath.mpf(rate)
        q = 1 - p
        upper = k > n * p
        j = k if upper else k - 1
        log = mpmath.loggamma(n + 1) - mpmath.loggamma(j + 1) - mpmath.loggamma(n - j + 1)
        part = mpmath.exp(log + j * mpmath.log(p) + (n - j) * mpmath.log(q))
        total = mpmath.mpf(0)
        while 0 <= j <= n and part > total * mpmath.mpf(10) ** -20:
            total += part
            if upper:
                part *= (n - j) * p / ((j + 1) * q)
                j += 1
            else:
                part *= j * q / ((n - j + 1) * p)
                j -= 1
        return (total, 1 - total) if upper else (1 - total, total)


def counted(k: int, n: int, p: Fraction) -> Fraction:
    """P(X >= k) as an exact fraction, term by term."""
    return sum((math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(max(k, 0), n + 1)), Fraction(0))


def wide_cases(count: int, seed: int) -> list[tuple[int, int, float]]:
    """(k, n, rate) with up to 10**7 leads and rates down to 1e-6, near the mean and 30 deviations away."""
    draw = random.Random(seed)
    cases = []
    while len(cases) < count:
        n = int(10 ** draw.uniform(0, 7))
        rate = draw.choice([10 ** draw.uniform(-6, 0), draw.uniform(0.01, 0.99)])
        deviation = max(math.sqrt(n * rate * (1 - rate)), 1)
        k = int(n * rate + draw.uniform(-1, 1) * draw.choice([1, 5, 30]) * deviation)
        if 1 <= k <= n:
            cases.append((k, n, rate))
    return cases


@pytest.mark.parametrize("seed", range(4))
def test_both_tails_have_ten_digits_over_the_whole_range(seed):
    for k, n, rate in wide_cases(40, seed):
        found, expected = tails(k, n, rate, 1 - rate), tails_in_40_digits(k, n, rate)
        for have, want in zip(found, expected):
            assert abs(have - want) <= TEN_DIGITS * want or want < SMALLEST, (k, n, rate)


def test_goal_chance_is_scipys_survival_function():
    # SciPy 1.17 itself is up to 2e-10 away from the 40 digits at small rates and millions of leads: where the
    # two differ by more than ten digits, the 40 digits decide
    decided = 0
    cases = wide_cases(3_000, 2026)
    for k, n, rate in cases:
        found = goal_chance(k, n, [rate])
        if abs(found - binom.sf(k - 1, n, rate)) > TEN_DIGITS:
            decided += 1
            assert abs(found - tails_in_40_digits(k, n, rate)[0]) <= TEN_DIGITS, (k, n, rate)
    assert decided < len(cases) / 100


@pytest.mark.parametrize("rate", [1e-6, 1e-3, 0.0277, 0.5, 0.97, 0.999999])
@pytest.mark.parametrize("leads", [1, 2, 17, 1_000, 123_456, 10**7])
def test_the_corners_of_the_range_on_a_grid(leads, rate):
    mean = leads * rate
    for goal in {1, 2, leads // 2, leads - 1, leads, *(int(mean * f) for f in (0.99, 1, 1.01, 1.2))}:
        if 1 <= goal <= leads:
            want = tails_in_40_digits(goal, leads, rate)[0]
            # 0.999999 is 999999/1000000 here and a double there: 1 - rate differs in its 11th digit
            assert abs(goal_chance(goal, leads, [rate]) - want) <= TEN_DIGITS


@given(st.integers(0, 60), st.integers(0, 50), st.integers(1, 1000))
def test_small_numbers_equal_plain_counting(goal, leads, per_mille):
    exact = counted(goal, leads, Fraction(per_mille, 1000))
    # a double's 16 digits less what adding up to 50 terms costs
    assert goal_chance(goal, leads, [per_mille / 1000]) == pytest.approx(float(exact), rel=1e-13, abs=1e-300)


def test_goals_that_need_no_calculation():
    assert goal_chance(0, 0, [0.5]) == goal_chance(0, 100, [0.5]) == 1  # nothing is always reached
    assert goal_chance(101, 100, [0.5]) == 0  # more orders than leads
    assert goal_chance(100, 100, [1, 1]) == 1  # everybody orders
    assert goal_chance(1, 0, [1]) == 0
    assert goal_chance(1e300, 100, [0.5]) == 0
    assert goal_chance(1, 10**9, [1e-300, 1e-300]) == 0  # a rate below the smallest double


def test_all_or_nothing_is_a_power():
    assert goal_chance(1, 2, [0.5]) == pytest.approx(0.75, rel=1e-15)  # 1 - 0.5 ** 2
    assert goal_chance(3, 3, [0.1]) == pytest.approx(0.001, rel=1e-14)
    # 1 - (1 - 1e-6) ** 10: ten times a millionth less 45 times its square
    assert goal_chance(1, 10, [1e-6]) == pytest.approx(1e-5 - 45e-12 + 120e-18, rel=1e-13)


def test_rates_are_multiplied_and_a_broken_goal_is_rounded_up():
    assert goal_chance(5, 100, [0.2, 0.5]) == goal_chance(5, 100, [0.1])
    assert goal_chance(4.2, 100, [0.1]) == goal_chance(5, 100, [0.1])


def test_c1_the_expected_orders_are_a_toss_up():
    # binom.sf(49, 1800, 50/1800) of SciPy 1.17: 0.519603491063654
    assert goal_chance(50, required_leads(50, [50 / 1800]), [50 / 1800]) == pytest.approx(0.519603491063654, rel=1e-12)


def test_one_term_is_scipys_probability_mass():
    for k, n, rate in wide_cases(300, 7):
        if k < n:
            want = binom.pmf(k, n, rate)
            # relative 1e-10: SciPy is that far from the 40 digits at 10**7
            assert term(k, n, rate, 1 - rate) == pytest.approx(want, rel=2e-10, abs=SMALLEST)


@given(st.integers(1, 12), st.integers(50, 1000), st.integers(1, 99))
def test_leads_for_chance_is_the_first_number_that_is_enough(goal, per_mille, per_cent):
    rate, wanted = Fraction(per_mille, 1000), Fraction(per_cent, 100)
    leads = leads_for_chance(goal, [per_mille / 1000], per_cent / 100)
    assert counted(goal, leads, rate) >= wanted
    assert counted(goal, leads - 1, rate) < wanted


@given(st.integers(1, 10**5), st.floats(1e-5, 1), st.floats(1e-6, 1 - 1e-9))
def test_leads_for_chance_turns_at_its_result(goal, rate, wanted):
    try:
        leads = leads_for_chance(goal, [rate], wanted)
    except KpiError as error:
        assert error.allowed_key == "leads_beyond" and goal / rate > 10**8
        return
    # the promise holds to 12 digits of the chance or of its opposite, whichever is smaller
    slack = 2e-12 * min(wanted, 1 - wanted)
    assert goal_chance(goal, leads, [rate]) >= wanted - slack
    assert leads == goal or goal_chance(goal, leads - 1, [rate]) <= wanted + slack


def test_a_chance_that_is_met_exactly_counts():
    assert leads_for_chance(1, [0.5], 0.5) == 1
    assert leads_for_chance(1, [0.5], 0.75) == 2
    assert leads_for_chance(1, [0.1], 0.271) == 3  # 1 - 0.9 ** 3
    assert leads_for_chance(3, [0.1], 0.001) == 3  # 0.1 ** 3


def test_chances_close_to_one_keep_their_digits():
    # 1 - 0.5 ** n >= 1 - 1e-12 from n = 40 on: 2 ** -40 is 9.1e-13
    assert leads_for_chance(1, [0.5], Fraction(10**12 - 1, 10**12)) == 40
    assert leads_for_chance(1, [0.5], Fraction(10**30 - 1, 10**30)) == 100  # 2 ** -100 is 7.9e-31


def test_leads_for_chance_without_a_search():
    assert leads_for_chance(0, [0.2], 0.9) == 0
    assert leads_for_chance(50, [1, 1], 0.99) == 50


def test_more_than_a_thousand_million_leads_are_refused():
    for goal, rates in ((10**10, [0.5]), (50, [1e-6, 1e-6]), (1, [1e-300, 1e-300]), (6 * 10**8, [0.5])):
        with pytest.raises(KpiError) as caught:
            leads_for_chance(goal, rates, 0.9)
        assert (caught.value.code, caught.value.allowed_key) == ("#NUM!", "leads_beyond")


@pytest.mark.parametrize(("goal", "rate"), [(5_000_000, 0.5), (9_000_000, 0.9), (100_000, 0.01), (10, 1e-6)])
def test_ten_million_leads_are_found(goal, rate):
    leads = leads_for_chance(goal, [rate], 0.9)
    assert 0.99e7 < leads < 1.5e7  # the case is as large as it claims to be


@given(
    st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from([0.8, 0.95, 0.999]),
)
def test_rate_interval_is_scipys_wilson_interval(counts, level):
    low, high = rate_interval(*counts, level)
    want = binomtest(*counts).proportion_ci(level, method="wilson")
    assert low == pytest.approx(want.low, rel=TEN_DIGITS, abs=1e-15)  # SciPy subtracts for a low one
    assert high == pytest.approx(want.high, rel=TEN_DIGITS)


def test_the_ends_of_the_interval():
    # z = 1.959963984540054: z² ÷ (10 + z²) = 3.841458820694124 ÷ 13.841458820694124
    assert rate_interval(0, 10) == (0, pytest.approx(0.27753279986288926, rel=1e-14))
    assert rate_interval(10, 10) == (pytest.approx(1 - 0.27753279986288926, rel=1e-14), 1)
    # nothing of 10**9: z² ÷ (10**9 + z²), a tiny number with all its digits
    z = NormalDist().inv_cdf(0.975)
    assert rate_interval(0, 10**9)[1] == pytest.approx(z * z / (10**9 + z * z), rel=1e-12)


@given(st.integers(1, 1000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_the_failures_is_the_mirror(counts):
    successes, trials = counts
    low, high = rate_interval(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1
    assert rate_interval(trials - successes, trials) == pytest.approx((1 - high, 1 - low), abs=1e-15)


@pytest.mark.parametrize(
    ("arguments", "code", "argument"),
    [
        ((6, 5), "#NUM!", "successes"),
        ((-1, 5), "#NUM!", "successes"),
        ((0, 0), "#DIV/0!", "trials"),
        ((1, 2.5), "#NUM!", "trials"),
        ((1, 2, 1), "#NUM!", "level"),
        ((1, 2, 95), "#NUM!", "level"),
    ],
)
def test_counts_that_are_none(arguments, code, argument):
    with pytest.raises(KpiError) as caught:
        rate_interval(*arguments)
    assert (caught.value.code, caught.value.argument) == (code, argument)


@pytest.mark.parametrize("chance", [0, 1, -0.1, 100])
def test_a_chance_lies_between_never_and_always(chance):
    with pytest.raises(KpiError) as caught:
        leads_for_chance(50, [0.2], chance)
    assert (caught.value.code, caught.value.allowed_key) == ("#NUM!", "chance")


def test_90_for_a_chance_is_asked_back():
    with pytest.raises(KpiError) as caught:
        leads_for_chance(50, [0.2], 90)
    assert str(caught.value) == (
        "chance: found 90. Did you mean 90%? Allowed: a probability above 0 and below 1, so 90% or 0.9."
    )


@pytest.mark.parametrize("leads", [-1, 1.5, 10**9 + 1])
def test_leads_are_whole_and_not_too_many(leads):
    with pytest.raises(KpiError) as caught:
        goal_chance(1, leads, [0.2])
    assert (caught.value.code, caught.value.argument) == ("#NUM!", "leads")
