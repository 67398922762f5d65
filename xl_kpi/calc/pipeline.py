"""The open pipeline: what it already stands for at each stage, and what must still be newly won."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from xl_kpi.calc.errors import KpiError, is_blank
from xl_kpi.calc.funnel import read_rates
from xl_kpi.calc.number import zero_or_more


class Need(NamedTuple):
    """How many must enter one stage before the start, in each month, and after the plan's end."""

    before: Fraction
    months: tuple[Fraction, ...]
    next: Fraction


def credit(rates: object, open_by_stage: Sequence) -> list[Fraction]:
    """How many entries into each stage the open pipeline already stands for.

    Arguments: ``rates`` n rates in funnel order; ``open_by_stage`` n+1 counts of what is open in each stage
    at the start, first stage first, 0 or more; at the orders' place what is already won.
    Result: n+1 Fractions, first stage first.
    Equation: A(i) = Σ over k ≥ i of open(k) ÷ (r(i) × … × r(k−1)), so A(i) = open(i) + A(i+1) ÷ r(i).
    Special cases: a blank count is 0.
    Errors: KpiError for a bad rate or count (with its position), or another number of counts than n+1.
    Example: 3 open opportunities, each worth 10 leads, and 5 open leads.
    >>> credit([0.1, 0.5], [5, 3, 0])
    [Fraction(35, 1), Fraction(3, 1), Fraction(0, 1)]

    Source: K8.
    """
    factors = read_rates(rates)
    counts = _counts(open_by_stage, len(factors) + 1)
    worth = [counts[-1]]
    for rate, count in zip(reversed(factors), reversed(counts[:-1])):
        worth.append(count + worth[-1] / rate)
    return worth[::-1]


def pipeline_orders(rates: object, open_by_stage: Sequence) -> Fraction:
    """How many orders the open pipeline is expected to give, what is already won included.

    Arguments, special cases and errors: as for ``credit``.
    Result: a Fraction.
    Equation: Σ open(k) × r(k) × … × r(n).
    Example:
    >>> pipeline_orders([0.1, 0.5], [100, 4, 1])
    Fraction(8, 1)

    Source: K8.
    """
    factors = read_rates(rates)
    counts = _counts(open_by_stage, len(factors) + 1)
    orders = Fraction(0)
    for count, rate in zip(counts, factors):
        orders = (orders + count) * rate
    return orders + counts[-1]


def net(before: object, months: Sequence, next_: object, credit: object) -> Need:
    """What must still be newly won at one stage, when the open pipeline covers the earliest need first.

    Arguments: ``before``, ``months`` and ``next_`` the stage's need before the start, in each month and
    after the plan's end, 0 or more; ``credit`` the stage's entry of the function ``credit``.
    Result: a Need of the same shape.  Its ``before`` is the shortage that existed at the start.
    Equation: N(t) = max(0, C(t) − A), C the running total of the need; the result is N's steps.
    Special cases: a credit larger than the whole need leaves zeros.
    Errors: KpiError for a bad number (months with their position).
    Example: 4 before the start and 10 a month, 9 are there.
    >>> net(4, [10, 10], 0, 9)
    Need(before=Fraction(0, 1), months=(Fraction(5, 1), Fraction(10, 1)), next=Fraction(0, 1))

    Source: K8.
    """
    need = [
        zero_or_more(before, "before"),
        *(zero_or_more(month, "monthly", position) for position, month in enumerate(months, 1)),
        zero_or_more(next_, "next"),
    ]
    there = zero_or_more(credit, "credit")
    won = [max(Fraction(0), total - there) for total in accumulate(need)]
    steps = [b - a for a, b in zip([Fraction(0), *won], won)]
    return Need(steps[0], tuple(steps[1:-1]), steps[-1])


def _counts(open_by_stage: Sequence, expected: int) -> list[Fraction]:
    if len(open_by_stage) != expected:
        raise KpiError("#VALUE!", "open_by_stage", None, len(open_by_stage), "count", count=expected)
    return [
        Fraction(0) if is_blank(count) else zero_or_more(count, "open_by_stage", position)
        for position, count in enumerate(open_by_stage, 1)
    ]
