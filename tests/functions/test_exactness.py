"""The Excel functions against arithmetic in fractions and in 40 digits, over the whole range that is promised."""

from __future__ import annotations

import math
import random
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import mpmath
import pytest

from tests.calc.test_calc_chance import tails_in_40_digits, wide_cases
from tests.how_often import often as many
from udfs import functions
from xl_kpi.calc import KpiError

pytestmark = pytest.mark.slow

FUNNELS = many(8_000, 100_000)
TEN_DIGITS = 1e-10  # what is promised for chances and intervals
MOST_LEADS = 10**7  # up to where it is promised
FOURTEEN_DIGITS = Context(prec=14, rounding=ROUND_HALF_UP, Emax=10**6, Emin=-(10**6))


def typed(value: float) -> Fraction:
    """The number that a person typed: 0.1 is a tenth."""
    return Fraction(Decimal(repr(value)))


def clean_ceiling(volume: Fraction) -> int:
    """Up to the next whole number, after rounding to 14 digits; with decimals, which the functions do not use."""
    digits = FOURTEEN_DIGITS.divide(Decimal(volume.numerator), Decimal(volume.denominator))
    return int(digits.to_integral_value(ROUND_CEILING))


def funnels(seed: str) -> list[tuple[float, list[float]]]:
    """(goal, rates) as cells hold them: percentages, measured ratios with 16 digits, tiny ones, ones."""
    chance = random.Random(seed)
    single = (
        lambda: chance.randint(1, 100) / 100,
        lambda: chance.randint(1, 1000) / 1000,
        lambda: chance.randint(1, (many := chance.randint(1, 5000))) / many,
        lambda: 1 - chance.random(),
        lambda: 10 ** chance.uniform(-6, 0),
        lambda: 1,
    )
    goal = (lambda: chance.randint(0, 5000), lambda: round(chance.uniform(0, 500), 2), lambda: chance.randint(0, 10**9))
    return [
        (chance.choice(goal)(), [chance.choice(single)() for _ in range(chance.randint(1, 8))]) for _ in range(FUNNELS)
    ]


def test_required_leads_is_the_ceiling_of_the_fraction():
    for goal, rates in funnels("leads"):
        expected = clean_ceiling(typed(goal) / math.prod(map(typed, rates)))
        # above 2³¹ a cell gets a double, which has 53 bits
        assert functions.required_leads([[goal]], [rates]) == float(expected), (goal, rates)


def test_required_stages_are_the_doubles_nearest_to_the_fractions():
    for goal, rates in funnels("stages"):
        volume = typed(goal)
        expected = [float(volume)]
        for rate in reversed(rates):
            volume /= typed(rate)
            expected.append(float(volume))
        assert functions.required_stages([[goal]], [rates]) == [expected[::-1]], (goal, rates)


def test_required_stages_rounded_at_each_stage():
    for goal, rates in funnels("each"):
        volume = clean_ceiling(typed(goal))
        expected = [float(volume)]
        for rate in reversed(rates):
            volume = clean_ceiling(volume / typed(rate))
            expected.append(float(volume))
        assert functions.required_stages([[goal]], [rates], [["each"]]) == [expected[::-1]], (goal, rates)


def test_seven_orders_at_70_and_10_per_cent_take_a_hundred_leads():
    # 7 ÷ (0.7 × 0.1) is 100.00000000000001 in binary
    for rates in ([[0.7, 0.1]], [[0.7], [0.1]]):
        assert functions.required_leads(7, rates) == 100
        assert functions.required_leads(7, rates, "each") == 100
    assert functions.required_stages(7, [[0.7, 0.1]]) == [[100, 70, 7]]


def test_goal_chance_in_40_digits():
    for goal, leads, rate in wide_cases(many(100, 300), 31):
        expected = tails_in_40_digits(goal, leads, rate)[0]
        found = functions.goal_chance([[goal]], [[leads]], [[rate]])
        assert abs(found - expected) <= TEN_DIGITS, (goal, leads, rate)


def test_leads_for_chance_in_40_digits():
    """The chance in 40 digits is reached by the result and missed by one lead less."""
    chance, tried = random.Random(32), 0
    while tried < many(80, 200):
        rate = 10 ** chance.uniform(-6, 0)
        goal = math.ceil(MOST_LEADS ** chance.random() * rate)
        wanted = chance.choice((0.5, 0.9, 0.99, 0.999999, 0.001, chance.random()))
        leads = functions.leads_for_chance([[goal]], [[rate]], [[wanted]])
        if leads > MOST_LEADS:
            continue
        tried += 1
        slack = TEN_DIGITS * min(wanted, 1 - wanted)
        assert tails_in_40_digits(goal, leads, rate)[0] >= wanted - slack, (goal, rate, wanted)
        if leads > goal:
            assert tails_in_40_digits(goal, leads - 1, rate)[0] <= wanted + slack, (goal, rate, wanted)


def test_rate_interval_in_40_digits():
    chance = random.Random(33)
    for _ in range(many(600, 2_000)):
        trials = math.ceil(MOST_LEADS ** chance.random())
        rate = chance.choice((10 ** chance.uniform(-6, 0), 1 - 10 ** chance.uniform(-6, 0), 0, 1))
        successes = min(round(trials * rate), trials)
        level = chance.choice((0.8, 0.95, 0.99, 0.999999, round(chance.uniform(0.01, 0.99), 4)))
        found = functions.rate_interval([[successes]], [[trials]], [[level]])[0]
        with mpmath.workdps(40):
            p, n = mpmath.mpf(successes) / trials, trials
            z = mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf(str(level)))
            middle, half = p + z**2 / (2 * n), z * mpmath.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
            expected = [(middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)]
        for have, want in zip(found, expected, strict=True):
            # 1e-35: what the subtraction in 40 digits leaves where the lower end is 0
            assert abs(have - want) <= TEN_DIGITS * abs(want) + 1e-35, (successes, trials, level)


def test_the_parts_of_a_gap_add_up_also_with_zeros():
    chance = random.Random(34)
    with_zero, tried = 0, many(5_000, 20_000)
    for _ in range(tried):
        count = chance.randint(1, 8)
        top = 10 ** chance.uniform(0, 6)
        plan, actual = (
            [
                chance.choice((0, round(chance.uniform(0, top), 2), chance.randint(0, math.ceil(top))))
                for _ in range(count)
            ]
            for _ in range(2)
        )
        with_zero += 0 in plan or 0 in actual
        parts = functions.gap_by_stage(plan, [[volume] for volume in actual])[0]
        gap = typed(actual[-1]) - typed(plan[-1])
        assert abs(math.fsum(parts) - gap) <= 1e-9 * max(1, abs(gap)), (plan, actual)
    assert with_zero > tried / 2


def test_what_is_spread_always_adds_up():
    chance = random.Random(35)
    for _ in range(many(5_000, 20_000)):
        total = chance.choice((chance.randint(0, 100), chance.randint(0, 10**6), 10**15))
        weights = [
            chance.choice((0, 1, chance.random(), chance.randint(1, 10**6))) for _ in range(chance.randint(1, 24))
        ]
        if not any(weights):
            with pytest.raises(KpiError, match="above 0"):
                functions.spread(total, weights)
            continue
        parts = functions.spread(total, weights)[0]
        assert sum(parts) == total and all(part == int(part) >= 0 for part in parts), (total, weights)
        assert all(part == 0 for part, share in zip(parts, weights) if share == 0)
