"""Intervals of taken rates hold a known truth in 95 of 100 draws, young cohorts included; plain shares do not."""

from __future__ import annotations

import math

import pytest

from benchmarks.rates import coverage

DRAWS = {"log_normal": 500, "by_months": 80, "gamma": 80, "weibull": 80, "uniform": 80}


def together(found):
    """Draws, taken, held, plain over all sources and steps."""
    return [sum(getattr(one, name) for one in found.values()) for name in ("draws", "taken", "held", "plain")]


def test_a_few_draws():
    """5 draws of 28 rates: 95 % less or more 3.5 standard errors of so many throws, as if they were independent."""
    draws, taken, held, plain = together(coverage("log_normal", 5))
    band = 3.5 * math.sqrt(0.95 * 0.05 / taken)
    assert taken > 0.9 * draws
    assert abs(held / taken - 0.95) < band
    assert plain / draws < 0.5


@pytest.mark.long
@pytest.mark.parametrize("law", DRAWS)
def test_many_draws(law):
    found = coverage(law, DRAWS[law])
    draws, taken, held, plain = together(found)
    assert abs(held / taken - 0.95) < 0.02
    assert plain / draws < 0.5
    for one in found.values():
        # of one rate: two in a hundred less or more, and what so many throws add to that (3.5 standard errors)
        if one.taken > 0.8 * DRAWS[law]:
            assert abs(one.held / one.taken - 0.95) < 0.02 + 3.5 * math.sqrt(0.95 * 0.05 / one.taken)
