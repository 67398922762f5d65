"""The funnel: from a goal back to every stage, from leads forward to orders, and goals from revenue or growth."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import prod

from xl_kpi.calc.errors import KpiError, plain
from xl_kpi.calc.inputs import percent
from xl_kpi.calc.number import (
    SIGNIFICANT_DIGITS,
    above_zero,
    ceiling_of_ratio,
    clean_ceiling,
    decimal_ratio,
    exact,
    listed,
    whole,
    zero_or_more,
)

ROUNDINGS = ("total", "each")
NOISE = Fraction(1, 10 ** (SIGNIFICANT_DIGITS - 1))  # as far above 1 as binary noise takes a rate
MOST_STAGES = 100  # a longer list of rates is a wrong range, and its exact product would take for ever


def read_rates(rates: object) -> list[Fraction]:
    """The stage rates as exact fractions, checked one by one.

    Arguments: ``rates`` share that goes on, in funnel order, a list or one number; each 0 < r ≤ 1.
    Result: a list of Fractions.
    Special cases: blanks at the end are ignored, a blank in between is an error (never 1).
    Errors: KpiError with the position from 1: #VALUE! for blank, text and more than 100 rates, #NUM! for 0,
    negative and above 1; a number up to 100 comes with the question whether percent was meant.
    Example:
    >>> read_rates([0.2, 0.5, None])
    [Fraction(1, 5), Fraction(1, 2)]

    Source: K5.
    """
    return [
        _typed_rate(rate) if type(rate) is float and 0 < rate <= 1 else _checked_rate(rate, position)
        for position, rate in enumerate(_rate_list(rates), 1)
    ]


def required_stages(goal: object, rates: object, rounding: str = "total") -> list[Fraction]:
    """How many must enter each stage so that the goal is reached.

    Arguments: ``goal`` orders, 0 or more; ``rates`` n rates in funnel order; ``rounding`` "total" (exact
    numbers, nothing is rounded on the way) or "each" (every stage is rounded up before the next one).
    Result: n+1 Fractions, first stage first, the orders last.
    Equation: V(n) = goal, V(i) = V(i+1) ÷ r(i).
    Special cases: a goal of 0 gives zeros.
    Errors: KpiError for a bad goal, rate or rounding.
    Example: 6 orders of 10 % of 50 %.
    >>> [int(volume) for volume in required_stages(6, [0.5, 0.1])]
    [120, 60, 6]

    Source: K3.
    """
    return [Fraction(above, below) for above, below in stage_ratios(goal, rates, rounding)]


def stage_ratios(goal: object, rates: object, rounding: str = "total") -> list[tuple[int, int]]:
    """``required_stages`` as pairs (above, below) of whole numbers, exact but not reduced to lowest terms.

    Arguments, special cases and errors: as for ``required_stages``.  For a sheet full of funnels: reducing takes
    most of the time, and above ÷ below is the same double either way.
    Result: n+1 pairs, first stage first, the orders last; below is above 0.
    Example: 6 orders of 10 % of 50 %.
    >>> stage_ratios(6, [0.5, 0.1])
    [(600, 5), (60, 1), (6, 1)]

    Source: K3.
    """
    volume = zero_or_more(goal, "goal")
    above, below = volume.numerator, volume.denominator
    factors = _rate_ratios(rates)
    each = _is_each(rounding)
    if each:
        above, below = ceiling_of_ratio(above, below), 1
    volumes = [(above, below)]
    for numerator, denominator in reversed(factors):
        above, below = above * denominator, below * numerator
        if each:
            above, below = ceiling_of_ratio(above, below), 1
        volumes.append((above, below))
    volumes.reverse()
    return volumes


def rounded_stages(goal: object, rates: object, rounding: str = "total") -> list[int]:
    """``required_stages`` as whole numbers: each stage's own clean ceiling, which never feeds another stage.

    Arguments, special cases and errors: as for ``required_stages``.
    Result: n+1 ints.
    Example: the two roundings differ when stages are small.
    >>> rounded_stages(1, [0.3, 0.4]), rounded_stages(1, [0.3, 0.4], "each")
    ([9, 3, 1], [10, 3, 1])

    Source: K3.
    """
    return [ceiling_of_ratio(above, below) for above, below in stage_ratios(goal, rates, rounding)]


def required_leads(goal: object, rates: object, rounding: str = "total") -> int:
    """How many must enter the first stage, rounded up.

    Arguments, special cases and errors: as for ``required_stages``.
    Result: an int.
    Equation: ceiling(goal ÷ Π r).
    Example: the published case C1, 50 customers at 50 in 1,800.
    >>> required_leads(50, [50 / 1800])
    1800

    Source: K3, C1.
    """
    if _is_each(rounding):
        return rounded_stages(goal, rates, rounding)[0]
    return clean_ceiling(zero_or_more(goal, "goal") / prod(read_rates(rates)))


def forward_funnel(leads: object, rates: object) -> list[Fraction]:
    """How many reach each stage out of a number of leads.

    Arguments: ``leads`` entries into the first stage, 0 or more; ``rates`` n rates in funnel order.
    Result: n+1 Fractions, first stage first, the orders last.
    Equation: V(1) = leads, V(i+1) = V(i) × r(i).
    Errors: KpiError for bad leads or rates.
    Example:
    >>> [int(volume) for volume in forward_funnel(120, [0.5, 0.1])]
    [120, 60, 6]

    Source: K3.
    """
    volumes = [zero_or_more(leads, "leads")]
    for rate in read_rates(rates):
        volumes.append(volumes[-1] * rate)
    return volumes


def expected_orders(leads: object, rates: object) -> Fraction:
    """How many orders a number of leads gives; the last entry of ``forward_funnel``, with its arguments.

    Example:
    >>> expected_orders(1800, [0.5, 0.1])
    Fraction(90, 1)

    Source: K3.
    """
    return zero_or_more(leads, "leads") * prod(read_rates(rates))


def required_rate(goal: object, leads: object, rates: object, position: object) -> Fraction:
    """The rate that one stage needs so that the leads give the goal, the other rates unchanged.

    Arguments: ``goal`` orders, 0 or more; ``leads`` entries into the first stage, above 0; ``rates`` n rates
    in funnel order, the present one of the stage in question among them; ``position`` which of them, from 1.
    Result: a Fraction from 0 to 1.
    Equation: goal ÷ (leads × Π of the other rates).
    Special cases: a goal of 0 gives 0; a result above 1 by nothing but binary noise (the 14th digit) is 1.
    Errors: KpiError for a bad goal, rate or position; #DIV/0! for 0 leads; #NUM! "not reachable" with the
    rate in question where it would be above 1.
    Example: 1,200 leads for 60 orders, 10 % of 40 % order today.
    >>> required_rate(60, 1200, [0.4, 0.1], 2)
    Fraction(1, 8)

    Source: K3.
    """
    wanted = zero_or_more(goal, "goal")
    entries = above_zero(leads, "leads")
    factors = read_rates(rates)
    stage = whole(position, "position", low=1, high=len(factors))
    rate = wanted / (entries * prod(factors[: stage - 1] + factors[stage:]))
    if rate > 1 + NOISE:
        raise KpiError("#NUM!", "goal", None, goal, "not_reachable", percent=percent(rate))
    return min(rate, Fraction(1))


def orders_from_revenue(revenue: object, order_value: object) -> int:
    """How many orders a revenue goal takes.

    Arguments: ``revenue`` 0 or more and ``order_value`` above 0, in the same currency unit.
    Result: an int.
    Equation: ceiling(revenue ÷ order value).
    Errors: KpiError; #DIV/0! for an order value of 0.
    Example: ten million at 450,000 an order.
    >>> orders_from_revenue(10_000_000, 450_000)
    23

    Source: K3.
    """
    return clean_ceiling(zero_or_more(revenue, "revenue") / above_zero(order_value, "order_value"))


def goal_from_growth(baseline: object, growth: object) -> Fraction:
    """The goal that a growth over a baseline means.

    Arguments: ``baseline`` what was reached, above 0, in the goal's unit; ``growth`` 0.15 for +15 %, 1 for
    twice as much, above −1.
    Result: a Fraction in the baseline's unit.
    Equation: baseline × (1 + growth).
    Errors: KpiError; a growth goal without its baseline is #VALUE!.
    Example:
    >>> goal_from_growth(200, 0.15)
    Fraction(230, 1)

    Source: K1.
    """
    start = exact(baseline, "baseline", None, "above_zero")
    if start <= 0:
        raise KpiError("#NUM!", "baseline", None, baseline, "above_zero")
    rise = exact(growth, "growth", None, "above_minus_one")
    if rise <= -1:
        raise KpiError("#NUM!", "growth", None, growth, "above_minus_one")
    return start * (1 + rise)


def _rate_list(rates: object) -> list:
    items = listed(rates)
    if not items:
        raise KpiError("#VALUE!", "rates", None, None, "rates")
    if len(items) > MOST_STAGES:
        raise KpiError("#VALUE!", "rates", None, len(items), "at_most", count=MOST_STAGES)
    return items


def _checked_rate(rate: object, position: int) -> Fraction:
    value = exact(rate, "rates", position, "rate")
    if value <= 0 or value > 100:
        raise KpiError("#NUM!", "rates", position, rate, "rate")
    if value > 1:
        decimal = plain(float(value / 100))
        raise KpiError("#NUM!", "rates", position, rate, "rate_percent", percent=f"{plain(rate)}%", decimal=decimal)
    return value


def _rate_ratios(rates: object) -> list[tuple[int, int]]:
    """``read_rates`` as pairs (above, below), not reduced."""
    return [
        decimal_ratio(rate)
        if type(rate) is float and 0 < rate <= 1
        else _checked_rate(rate, position).as_integer_ratio()
        for position, rate in enumerate(_rate_list(rates), 1)
    ]


# A rate as a cell holds it; cached, because a workbook asks for the same few rates again and again.
_typed_rate = lru_cache(maxsize=1024)(exact)


def _is_each(rounding: str) -> bool:
    if rounding not in ROUNDINGS:
        raise KpiError("#VALUE!", "rounding", None, rounding, "rounding")
    return rounding == "each"
