"""The tails of the binomial distribution, each to about 13 digits, for up to a thousand million trials.

The largest term of a tail is taken from Stirling's series in Loader's arrangement, in which no two large
numbers are subtracted (differences of ``lgamma`` lose eight digits at 10⁷ trials).  The other terms follow
from it by their ratios: all are positive, so the sum loses nothing.  The tail that does not hold the mean
is summed, and the other one is 1 less it: what is small is never the difference of two larger numbers.
"""

from __future__ import annotations

import math

ENOUGH = 1e-18  # a term this small beside the sum ends it; all that would follow are below a double's digits
STIRLING_FROM = 16  # from here on five terms of Stirling's series are exact to a double
NEAR = 0.1  # relative difference up to which the deviance is summed as a series


def tails(k: int, n: int, p: float, q: float) -> tuple[float, float]:
    """The probability of k or more successes in n trials, and that of fewer.

    Arguments: ``k`` successes, any whole number; ``n`` trials, 0 or more; ``p`` chance of a success and ``q``
    = 1 − p, given apart so that a p close to 1 keeps its digits.
    Result: (P(X ≥ k), P(X < k)), both between 0 and 1, the smaller one with full relative accuracy.
    Equation: Σ C(n, j) pʲ qⁿ⁻ʲ over j ≥ k, and over j < k.
    Example: at least one six in four throws.
    >>> [round(tail, 12) for tail in tails(1, 4, 1 / 6, 5 / 6)]
    [0.51774691358, 0.48225308642]

    Source: C. Loader, Fast and Accurate Computation of Binomial Probabilities (2000), for the term.
    """
    if k <= 0:
        return 1.0, 0.0
    if k > n or p == 0:
        return 0.0, 1.0
    if q == 0:
        return 1.0, 0.0
    if k > n * p:
        upper = min(term(k, n, p, q) * _ratios_up(k, n, p / q), 1.0)
        return upper, 1 - upper
    lower = min(term(k - 1, n, p, q) * _ratios_down(k - 1, n, q / p), 1.0)
    return 1 - lower, lower


def term(k: int, n: int, p: float, q: float) -> float:
    """The probability of exactly k successes in n trials, 0 ≤ k ≤ n, for 0 < p, q.

    Equation: √(n ÷ (2π k (n−k))) × exp(δ(n) − δ(k) − δ(n−k) − D(k, np) − D(n−k, nq)), with Stirling's
    correction δ and the deviance D(x, m) = x ln(x/m) + m − x.
    Example: two sixes in four throws, 150 of 1,296 cases.
    >>> round(term(2, 4, 1 / 6, 5 / 6) * 1296, 9)
    150.0
    """
    # ln(1 − x) is exact where the other of p and q is the smaller one
    if k == 0:
        return math.exp(n * (math.log1p(-p) if p < q else math.log(q)))
    if k == n:
        return math.exp(n * (math.log1p(-q) if q < p else math.log(p)))
    exponent = _stirling(n) - _stirling(k) - _stirling(n - k) - _deviance(k, n * p) - _deviance(n - k, n * q)
    return math.exp(exponent) * math.sqrt(n / (k * (n - k) * math.tau))


def _ratios_up(k: int, n: int, odds: float) -> float:
    """1 + t(k+1)/t(k) + t(k+2)/t(k) + … for k above the mean, where each term is below the one before."""
    total = part = 1.0
    while part > ENOUGH * total:
        part *= (n - k) / (k + 1) * odds
        total += part
        k += 1
    return total


def _ratios_down(k: int, n: int, odds: float) -> float:
    """1 + t(k−1)/t(k) + t(k−2)/t(k) + … for k below the mean."""
    total = part = 1.0
    while part > ENOUGH * total:
        part *= k / (n - k + 1) * odds
        total += part
        k -= 1
    return total


def _stirling(n: int) -> float:
    """ln n! − ln(√(2πn) (n/e)ⁿ)."""
    if n < STIRLING_FROM:
        return math.log(math.factorial(n)) - (n + 0.5) * math.log(n) + n - math.log(math.tau) / 2
    square = n * n
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n


def _deviance(x: int, mean: float) -> float:
    """x ln(x/m) + m − x without cancellation where x is near m."""
    if abs(x - mean) >= NEAR * (x + mean):
        return x * math.log(x / mean) + mean - x
    # x ln((1+v)/(1−v)) + m − x with v = (x−m)/(x+m): (x−m) v + 2x (v³/3 + v⁵/5 + …)
    v = (x - mean) / (x + mean)
    total, power, odd = (x - mean) * v, 2 * x * v, 1
    while True:
        power *= v * v
        odd += 2
        longer = total + power / odd
        if longer == total:
            return total
        total = longer
