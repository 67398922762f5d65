"""Shares with their interval, lift, and the two scores of a lead: against what defines them."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest

from xl_kpi.calc import rate_interval
from xl_kpi.calc.leads import action_points, fit_share, lift, scaled
from xl_kpi.calc.scoring import action_score, lead_score

Z = 1.959963984540054


@pytest.mark.parametrize(("hits", "count"), [(0, 1), (1, 1), (0, 7), (3, 40), (20, 40), (40, 40), (999, 5000)])
def test_the_ends_of_an_interval_are_where_the_share_is_z_deviations_away(hits, count):
    """What defines the interval of Wilson: (p − end)² = z² end (1 − end) ÷ n."""
    share = hits / count
    low, high = rate_interval(hits, count)
    for end in (low, high):
        assert (share - end) ** 2 == pytest.approx(Z * Z * end * (1 - end) / count, rel=1e-9, abs=1e-15)
    assert 0 <= low <= share <= high <= 1
    assert (low == 0) == (hits == 0) and (high == 1) == (hits == count)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    random.seed(5)
    truth, count, draws = 0.12, 60, 2000
    held = 0
    for _ in range(draws):
        low, high = rate_interval(sum(random.random() < truth for _ in range(count)), count)
        held += low <= truth <= high
    assert 0.92 < held / draws < 0.98


def test_lift_is_the_ratio_of_the_shares_and_lies_in_its_interval():
    found = lift(30, 100, 10, 100, Z)
    assert found.ratio == pytest.approx(3)
    assert found.low < 3 < found.high
    spread = math.log(found.high / found.low) / 2
    squares = [Fraction(2, 61), -Fraction(2, 201), Fraction(2, 21), -Fraction(2, 201)]  # halves added, by hand
    assert spread == pytest.approx(Z * math.sqrt(float(sum(squares))))


def test_lift_the_other_way_round_is_its_inverse():
    one, other = lift(12, 80, 30, 300, Z), lift(30, 300, 12, 80, Z)
    assert (one.low, one.high) == (pytest.approx(1 / other.high), pytest.approx(1 / other.low))


@pytest.mark.parametrize("groups", [(0, 0, 3, 10), (3, 10, 0, 0)])
def test_no_lift_without_a_group(groups):
    assert lift(*groups, Z) is None


def test_without_a_hit_the_interval_is_wide_and_there():
    assert lift(2, 5, 0, 50, Z).ratio is None
    none = lift(0, 5, 10, 50, Z)
    assert none.ratio == 0 and none.low < 0.1 < 1 < none.high


def test_S1_the_fit_is_lead_score_brought_to_a_hundred():
    points, weights, most = [10, 5, 0, 7], [2, 1, 1, 0], 10
    fit = sum(fit_share(point, weight, weights, most) for point, weight in zip(points, weights))
    assert fit == pytest.approx(100 * lead_score(points, weights) / (most * sum(weights)))
    assert fit_share(10, 0, [0, 0], most) == 0


def test_S2_without_cap_and_half_life_the_points_are_action_score():
    kinds = [([(2, 400)], 5.0), ([(1, 0), (3, 7)], 10.0)]
    got = sum(action_points(times, points, None, None) for times, points in kinds)
    assert got == action_score([2, 4], [5, 10])


@pytest.mark.parametrize(
    ("times", "most", "half", "points"),
    [
        ([], None, None, 0), ([(0, 0)], 5, 30, 0), ([(9, 0)], 5, None, 25), ([(9, 30)], 5, 30, 22.5),
        ([(2, 30), (2, 60)], None, 30, 7.5), ([(1, 0)], 0, None, 0),
    ],
)  # fmt: skip
def test_S2_caps_and_half_life(times, most, half, points):
    """Five points once; by hand."""
    assert action_points(times, 5, most, half) == points


@pytest.mark.parametrize(("points", "score"), [(-5, 0), (0, 0), (15, 50), (30, 100), (300, 100)])
def test_points_as_a_score(points, score):
    assert scaled(points, 30) == score
