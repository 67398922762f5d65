"""How much more often one group gets there than another."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Lift:
    """How many times as often those with something get there: ``ratio`` None where none without it did."""

    ratio: float | None
    low: float
    high: float


def lift(hits: float, count: float, other_hits: float, other_count: float, z: float) -> Lift | None:
    """The share of those with something ÷ the share of those without it, with its interval.

    Arguments: ``hits`` of ``count`` that have it, ``other_hits`` of ``other_count`` that do not; ``z`` the
    quantile of the normal distribution (1.96 for 95 %).
    Result: None where one of the groups is empty.
    Equation: (a/n) ÷ (b/m); the interval is that of the logarithm with half a hit and half a thing added to each group
    (Walter): ratio' × e^(±z √(1/(a+½) − 1/(n+½) + 1/(b+½) − 1/(m+½))).
    Special cases: with no hit in a group the interval is there still, which is wide.
    Example: 30 of 100 with, 10 of 100 without: three times as often.
    >>> found = lift(30, 100, 10, 100, 1.959963984540054)
    >>> [round(one, 2) for one in (found.ratio, found.low, found.high)]
    [3.0, 1.52, 5.53]

    Source: S1, S2, S7; S. D. Walter (1975).
    """
    if not count or not other_count:
        return None
    a, n, b, m = hits + 0.5, count + 0.5, other_hits + 0.5, other_count + 0.5
    middle = (a / n) / (b / m)
    spread = math.e ** (z * math.sqrt(max(0.0, 1 / a - 1 / n + 1 / b - 1 / m)))
    ratio = (hits / count) / (other_hits / other_count) if other_hits else None
    return Lift(ratio, middle / spread, middle * spread)
