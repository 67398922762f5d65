"""The split of a gap against a second computation: the integral of each factor's effect along the path between the two
states on which every factor grows by a constant rate, of which the logarithmic mean Divisia is the closed form.

Source: B. W. Ang, The LMDI approach to decomposition analysis (2005), on the Divisia line integral.
"""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.kpi.test_hundred_worlds import world
from tests.sheets.plans import template, with_actuals
from xl_kpi.calc import gap_by_channel, gap_by_stage
from xl_kpi.kpi.review.review import Review

POINTS, WEIGHTS = np.polynomial.legendre.leggauss(40)


def along_the_path(before: list[float], after: list[float]) -> list[float]:
    """What each factor of a product gives, by Gauss and Legendre: ∫ V(t) × d ln x(t), x(t) = x0 × (x1 ÷ x0)^t."""
    first, last = np.array(before), np.array(after)
    found = np.zeros(len(first))
    for point, weight in zip((POINTS + 1) / 2, WEIGHTS / 2):
        factors = first ** (1 - point) * last**point
        found += weight * np.prod(factors) * (np.log(last) - np.log(first))
    return list(found)


def factors(row: list[float], whole: float | None = None) -> list[float]:
    """All leads, the share of them, and the rates; without ``whole`` the leads and the rates."""
    rates = [later / here for here, later in zip(row, row[1:])]
    return [row[0], *rates] if whole is None else [whole, row[0] / whole, *rates]


@pytest.mark.parametrize("seed", range(40))
def test_r10_stages_against_the_path(seed):
    rng = random.Random(seed)
    count = rng.randint(2, 6)
    plan, actual = ([rng.uniform(0.1, 2000) for _ in range(count)] for _ in range(2))
    expected = along_the_path(factors(plan), factors(actual))
    assert gap_by_stage(plan, actual) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_r10_channels_with_their_mix_against_the_path(seed):
    rng = random.Random(seed)
    count = rng.randint(2, 5)
    plan, actual = ([[rng.uniform(0.1, 500) for _ in range(count)] for _ in range(3)] for _ in range(2))
    whole = [sum(row[0] for row in side) for side in (plan, actual)]
    expected = [
        part
        for then, now in zip(plan, actual)
        for part in along_the_path(factors(then, whole[0]), factors(now, whole[1]))
    ]
    assert [part.orders for part in gap_by_channel(plan, actual)] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("months", [1, 4, 12])
def test_r10_a_review_of_a_plan_against_the_path(months):
    """The stages of the default plan as typed in a year, over all channels."""
    review = Review(with_actuals(template("default", "ja"), months))
    planned, actual = (list(map(float, row)) for row in (review.to_date.planned, review.to_date.actual))
    expected = along_the_path(factors(planned), factors(actual))
    assert [part.orders for part in review.gap.by_stage] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_r10_a_review_with_leads_of_channels_against_the_path(seed):
    review = Review(world(seed)[0])
    rows = [
        [list(map(float, row)) for row in side]
        for side in (review.to_date.planned_of_channels, review.to_date.actual_of_channels)
    ]
    whole = [sum(row[0] for row in side) for side in rows]
    expected = [
        part for then, now in zip(*rows) for part in along_the_path(factors(then, whole[0]), factors(now, whole[1]))
    ]
    told = [part.orders for part in review.gap.parts if part.channel]
    assert told == pytest.approx(expected, rel=1e-9, abs=1e-9)
