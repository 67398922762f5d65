"""Sharing out: a whole total by weights, and leads over the channels at the least cost."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from xl_kpi.calc.errors import KpiError, is_blank
from xl_kpi.calc.inputs import numbers, rate_from, same_length, shown
from xl_kpi.calc.number import whole, zero_or_more

MOST_CHANNELS = 1_000  # more are a wrong range
LARGEST_TOTAL = 10**15  # up to here a cell holds every whole number


def spread(total: object, weights: object) -> list[int]:
    """A whole total in whole parts that are as near to the weights' proportion as they can be.

    Arguments: ``total`` a whole number, 0 or more; ``weights`` n numbers, 0 or more, not all 0.
    Result: n ints that add up to the total.
    Equation: largest remainder: each part rounded down, what is left goes to the largest remainders.
    Special cases: of equal remainders the earlier one gets more; a weight of 0 gets nothing.
    Errors: KpiError for a bad total or weight; #DIV/0! where all weights are 0.
    Example: 100 leads over three months of equal weight.
    >>> spread(100, [1, 1, 1])
    [34, 33, 33]

    Source: K3.
    """
    whole_total = whole(total, "total", low=0, high=LARGEST_TOTAL)
    factors = numbers(weights, "weights")
    scale = lcm(*(factor.denominator for factor in factors))
    sizes = [int(factor * scale) for factor in factors]
    everything = sum(sizes)
    if not everything:
        raise KpiError("#DIV/0!", "weights", None, 0, "weights_zero")
    parts, remainders = zip(*(divmod(whole_total * size, everything) for size in sizes))
    result = list(parts)
    # sorting is stable: of equal remainders the earlier one comes first
    by_remainder = sorted(range(len(sizes)), key=lambda place: -remainders[place])
    for place in by_remainder[: whole_total - sum(parts)]:
        result[place] += 1
    return result


def allocate_leads(
    required: object, cost: object, capacity: object, rate: object = None, budget: object = None
) -> list[Fraction]:
    """How many leads each channel should bring so that the whole costs least.

    Arguments: ``required`` how many are needed, 0 or more; ``cost`` n costs of one lead, one for each
    channel, 0 or more; ``capacity`` n largest numbers of leads, 0 or more; ``rate`` n rates, above 0 and at
    most 1, the channel's quality: how many of its leads arrive where ``required`` is counted (None: all);
    ``budget`` what may be spent, 0 or more (None: no limit).
    Result: n Fractions: the leads of each channel, before its rate.
    Equation: the smallest Σ cost × leads with Σ leads × rate = required and leads ≤ capacity: channels are
    filled in the order of cost ÷ rate, the last one in part.
    Special cases: of equal costs the earlier channel comes first.
    Errors: KpiError for a bad number or lists of different length; #N/A where the capacity or the budget
    is not enough, with how much is missing.
    Example: 100 SQL; the dearer channel is the better one, a tenth of its leads against a twentieth.
    >>> [int(leads) for leads in allocate_leads(100, [5_000, 8_000], [1_000, 800], [0.05, 0.1])]
    [400, 800]

    Source: K9 (against capacity), S6 (budget to profitable channels).
    """
    wanted = zero_or_more(required, "required")
    prices = numbers(cost, "cost", at_most=MOST_CHANNELS)
    limits = same_length(numbers(capacity, "capacity", at_most=MOST_CHANNELS), "capacity", len(prices))
    if _is_missing(rate):
        rates = [Fraction(1)] * len(prices)
    else:
        rates = same_length(numbers(rate, "rate", rate_from, at_most=MOST_CHANNELS), "rate", len(prices))
    money = None if is_blank(budget) else zero_or_more(budget, "budget")
    result = [Fraction(0)] * len(prices)
    left = wanted
    for place in sorted(range(len(prices)), key=lambda place: prices[place] / rates[place]):
        result[place] = min(limits[place], left / rates[place])
        left -= result[place] * rates[place]
        if not left:
            break
    if left:
        reach = shown(wanted - left)
        raise KpiError("#N/A", "capacity", None, reach, "capacity_short", missing=shown(left), required=shown(wanted))
    needed = sum((leads * price for leads, price in zip(result, prices)), Fraction(0))
    if money is not None and needed > money:
        missing = shown(needed - money)
        raise KpiError("#N/A", "budget", None, shown(money), "budget_short", needed=shown(needed), missing=missing)
    return result


def _is_missing(rate: object) -> bool:
    """None and an empty cell or range; a single rate is a list of one."""
    return is_blank(rate) or (isinstance(rate, (list, tuple)) and all(map(is_blank, rate)))
