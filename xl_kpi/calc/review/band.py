"""A band around a number of events that is expected, so wide that the number lies in it as often as is said."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import count
from statistics import NormalDist

MANY = 400  # events: beyond, single ones do not count any more and the curve is smooth
MOST = 10**6


def event_band(mean: float, variance: float, level: float = 0.8) -> tuple[float, float]:
    """From where to where a number of events lies.

    Arguments: ``mean`` how many are expected, 0 or more; ``variance`` of it, all that is uncertain together: what is
    less than ``mean`` counts as ``mean``, that of events that come one by one; ``level`` how often, 0 < level < 1.
    Result: low and high, 0 or more, as often below as above.
    Equation: quantiles (1 ∓ level) ÷ 2 of the gamma-Poisson distribution with this mean and variance, each whole number
    spread evenly over the unit around it (beyond 400 by Wilson and Hilferty's cube).
    Special cases: nothing is expected: 0 and 0.
    Example: 10 events that come one by one.
    >>> low, high = event_band(10, 10)
    >>> round(low, 1), round(high, 1)
    (6.0, 14.2)

    Source: K14, R10.
    """
    if mean <= 0:
        return 0.0, 0.0
    variance, tail = max(variance, mean), (1 - level) / 2
    if mean > MANY:
        return _smooth(mean, variance, tail), _smooth(mean, variance, 1 - tail)
    found, below = [], 0.0
    wanted = [tail, 1 - tail]
    for number, chance in enumerate(_chances(mean, variance)):
        while wanted and below + chance >= wanted[0]:
            found.append(max(0.0, number - 0.5 + (wanted.pop(0) - below) / chance))
        below += chance
        if not wanted or number > MOST:
            break
    return found[0], found[-1]


def _chances(mean: float, variance: float) -> Iterator[float]:
    """The chance of 0, 1, 2, … events."""
    more = variance - mean
    if more <= 1e-9 * mean:
        logs = (-mean + k * math.log(mean) - math.lgamma(k + 1) for k in count())
    else:
        shape, part = mean * mean / more, mean / variance
        logs = (
            math.lgamma(shape + k) - math.lgamma(shape) - math.lgamma(k + 1)
            + shape * math.log(part) + k * math.log1p(-part)
            for k in count()
        )  # fmt: skip
    return map(math.exp, logs)


def _smooth(mean: float, variance: float, chance: float) -> float:
    shape = mean * mean / variance
    cube = 1 - 1 / (9 * shape) + NormalDist().inv_cdf(chance) / (3 * math.sqrt(shape))
    return mean * max(0.0, cube) ** 3
