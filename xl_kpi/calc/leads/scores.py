"""The two scores of a lead: how well it fits (S1), and what it did (S2), each from 0 to 100."""

from __future__ import annotations

import math
from collections.abc import Sequence

FULL = 100.0  # the highest score
PLACES = 6  # of the parts of a score: equal parts are equal in every engine, so that the larger one is found


def rounded(number: float) -> float:
    """A part of a score, to six places, a half up, as ROUND in a cell."""
    return math.floor(number * 10.0**PLACES + 0.5) / 10.0**PLACES


def fit_share(points: float, weight: float, weights: Sequence[float], most: float) -> float:
    """What one quality of a lead adds to its fit.

    Arguments: ``points`` of its answer, 0 to ``most``; ``weight`` of the quality, ``weights`` those of all of them.
    Result: 0 to 100, to six places; the fit is the sum over all qualities.
    Equation: 100 × weight × points ÷ (most × Σ weights).
    Special cases: 0 where no quality weighs anything.
    Example: one of two qualities that weigh the same, half of the points.
    >>> fit_share(5, 1, [1, 1], 10)
    25.0

    Source: S1.
    """
    total = sum(weights)
    return rounded(FULL * weight * points / (most * total)) if total > 0 else 0.0


def action_points(times: Sequence[tuple[float, float]], points: float, most: float | None, half: float | None) -> float:
    """The points of a lead for one kind of action.

    Arguments: ``times`` how often, and how many days ago the last of them was, one for each content; ``points`` for
    once, any number; ``most`` times count at most (None: all do); ``half`` days after which an action counts half
    (None: it counts in full for ever).
    Result: the points, to six places.
    Equation: points × min(most, Σ times × ½^(days ÷ half)).
    Example: three white papers, two of them 90 days ago, with a half-life of 90 days: 5 × (1 + 2 × ½).
    >>> action_points([(1, 0), (2, 90)], 5, None, 90)
    10.0

    Source: S2.
    """
    counted = 0.0
    for count, days in times:
        counted += count * (0.5 ** (days / half) if half else 1.0)
    return rounded(points * (counted if most is None else min(most, counted)))


def scaled(points: float, full: float) -> float:
    """Points of actions as a score.

    Arguments: ``points`` any number; ``full`` above 0, the points that are 100.
    Result: 0 to 100.
    Equation: 100 × points ÷ full, at least 0 and at most 100.
    Example: 15 points, where 30 are full.
    >>> scaled(15, 30)
    50.0

    Source: S2.
    """
    return max(0.0, min(FULL, FULL * points / full)) if math.isfinite(points) else FULL
