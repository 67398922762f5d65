"""The rates of a whole whose parts have their own (K3): against people counted one by one."""

from __future__ import annotations

import random
from fractions import Fraction
from math import prod

import pytest

from xl_kpi.calc.errors import KpiError
from xl_kpi.calc.mixed_rates import mixed_rates


def test_counted_by_hand():
    """100 leads: of 60 half go on, of 40 a quarter: 30 + 10 of 100.  Then a fifth of the 30 and all of the 10: 16."""
    assert mixed_rates([0.6, 0.4], [[0.5, 0.2], [0.25, 1]]) == [Fraction(40, 100), Fraction(16, 40)]


@pytest.mark.parametrize("seed", range(20))
def test_of_random_parts_as_many_arrive_as_of_each_by_itself(seed):
    dice = random.Random(seed)
    parts, steps = dice.randint(1, 5), dice.randint(1, 5)
    shares = [dice.randint(0, 9) for _ in range(parts - 1)] + [3]
    rates = [[Fraction(dice.randint(1, 100), 100) for _ in range(steps)] for _ in range(parts)]
    found = mixed_rates(shares, rates)
    arrived = sum(share * prod(chain) for share, chain in zip(shares, rates))
    assert sum(shares) * prod(found) == arrived
    low, high = (pick([pick(chain[k] for chain in rates) for k in range(steps)]) for pick in (min, max))
    assert all(low <= rate <= high for rate in found)


def test_equal_rates_and_parts_without_weight_change_nothing():
    assert mixed_rates([0.3, 0.7], [[0.2, 0.4]] * 2) == [Fraction(1, 5), Fraction(2, 5)]
    assert mixed_rates([0, 2], [[1, 1], [0.2, 0.4]]) == [Fraction(1, 5), Fraction(2, 5)]


@pytest.mark.parametrize(
    ("shares", "rates", "code"),
    [
        ([0, 0], [[0.5], [0.5]], "#NUM!"),
        ([1], [[0.5], [0.5]], "#VALUE!"),
        ([-1, 2], [[0.5], [0.5]], "#NUM!"),
        ([1], [[0]], "#NUM!"),
        ([1], [[20]], "#NUM!"),
    ],
)
def test_bad_input_is_an_error(shares, rates, code):
    with pytest.raises(KpiError) as caught:
        mixed_rates(shares, rates)
    assert caught.value.code == code
