"""The rates of a whole whose parts have rates of their own: how many of all go on, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from xl_kpi.calc.errors import KpiError
from xl_kpi.calc.funnel import read_rates
from xl_kpi.calc.inputs import numbers


def mixed_rates(shares: Sequence, rates: Sequence[Sequence]) -> list[Fraction]:
    """The rate of each step over all parts.

    Arguments: ``shares`` how large each part is where the funnel begins, 0 or more, one of them above 0 (they need not
    add up to 1); ``rates`` for each part its n rates in funnel order, each 0 < r ≤ 1.
    Result: n Fractions, each 0 < r ≤ 1; their product is how many of one in the first stage reach the last.
    Equation: r(k) = Σ s(i) × Π r(i, 1…k) ÷ Σ s(i) × Π r(i, 1…k−1): those who reach step k, of those who reached the one
    before it.  Not a mean of the rates: the part that loses more has less to lose later.
    Special cases: parts with a share of 0 have no weight; parts with the same rates have just these.
    Errors: KpiError for a bad share or rate, where the counts do not match, and where all shares are 0.
    Example: of 100 leads 60 go on with 50 %, 40 with 25 %: 40 of 100; then 20 % of 30 and all of 10: 16 of 40.
    >>> mixed_rates([0.6, 0.4], [[0.5, 0.2], [0.25, 1]])
    [Fraction(2, 5), Fraction(2, 5)]

    Source: K3.
    """
    there = numbers(shares, "shares")
    chains = [read_rates(one) for one in rates]
    if len(chains) != len(there):
        raise KpiError("#VALUE!", "rates", None, len(chains), "count", count=len(there))
    if not any(there):
        raise KpiError("#NUM!", "shares", None, 0, "weights_zero")
    found = []
    for step in range(len(chains[0])):
        after = [share * chain[step] for share, chain in zip(there, chains, strict=True)]
        found.append(sum(after, Fraction(0)) / sum(there, Fraction(0)))
        there = after
    return found
