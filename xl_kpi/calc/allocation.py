"""Sharing out: a whole total by weights, and leads over the channels at the least cost."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from math import ceil, floor, lcm

from xl_kpi.calc.errors import KpiError, is_blank
from xl_kpi.calc.inputs import numbers, rate_from, same_length, shown
from xl_kpi.calc.number import exact, nearest, whole, zero_or_more

MOST_CHANNELS = 1_000  # more are a wrong range
LARGEST_TOTAL = 10**15  # up to here a cell holds every whole number
NOISE = Fraction(123, 10**13)  # of a total that is counted whole, so much may be binary noise (no plain number)


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


def whole_parts(parts: Sequence, most: object, whole_total: int | None = None, rest: object = 0) -> list[int]:
    """Whole numbers in place of parts of things that are counted whole, without losing or adding any in all.

    Arguments: ``parts`` numbers, 0 or more, in the order of time; ``most`` the total that they were computed from, of
    whose size their binary noise is; ``whole_total`` what they add up to (None: their sum, rounded up);
    ``rest`` what parts before these were less than the whole ones in their place, 0 or less and above -1.
    Result: as many ints, 0 or more.
    Equation: the first k of them add up to rest + the sum of the first k parts less most × 1.23E-11, rounded up: at
    least so many by then; where nothing but noise is left of the parts, to ``whole_total``.
    Special cases: none where nothing is needed yet.
    Errors: KpiError for a part that is no number or below 0.
    Example: a third of a deal a month.
    >>> whole_parts([Fraction(1, 3)] * 6, 2)
    [1, 0, 0, 1, 0, 0]

    Source: K3.
    """
    exact_parts = [zero_or_more(part, "monthly", position) for position, part in enumerate(parts, 1)]
    noise, everything = zero_or_more(most, "required") * NOISE, sum(exact_parts, Fraction(0))
    nearly, shift = everything - noise, exact(rest, "rest") - noise
    reached = [
        whole_total if whole_total is not None and total > nearly else max(0, ceil(total + shift))
        for total in accumulate(exact_parts)
    ]
    return [after - before for before, after in zip([0, *reached], reached)]


def whole_rest(whole: Sequence[int], rest: Sequence, covered: object, most: object) -> list[int]:
    """What is left of whole parts once the earliest of them are covered, whole as well.

    Arguments: ``whole`` what ``whole_parts`` makes of parts; ``rest`` the same parts, exact, less what is ``covered``
    (below 0: so much was needed before them); ``most`` the total that they were computed from, of whose size their
    binary noise is.
    Result: as many ints, 0 or more; from the part on in which something is left they are those of ``whole``, so that
    what is covered, whole, and these add up to it.
    Equation: the first k add up to those of ``whole`` less ⌊covered + most × 1.23E-11⌋; to 0 while nothing is left.
    Errors: KpiError for a part below 0.
    Example: 3.5 and 4.2 are 4 and 4; of these 2.3 are covered, 2 whole ones.
    >>> whole_rest([4, 4], [1.2, 4.2], 2.3, 7.7)
    [2, 4]

    Source: K8.
    """
    noise = zero_or_more(most, "required") * NOISE
    taken = floor(exact(covered, "credit") + noise)
    left = accumulate(zero_or_more(part, "monthly", position) for position, part in enumerate(rest, 1))
    reached = [total - taken if so_far > noise else 0 for total, so_far in zip(accumulate(whole), left, strict=True)]
    return [after - before for before, after in zip([0, *reached], reached)]


def whole_table(totals: Sequence[int], asks: Sequence[Sequence[Fraction]]) -> list[list[int]]:
    """Whole totals by month shared out among channels, so that rows and columns add up and nothing is negative.

    Arguments: ``totals`` a whole number for each month; ``asks`` a row for each channel: what is exactly asked of it
    in each of these months, 0 or more; together they are what the totals stand for.
    Result: rows of ints as ``asks`` has them; each column adds up to its total.
    Equation: the channels up to the c-th should have S(k) × A(c, k) ÷ A(k) by month k, rounded, S being the totals
    and A the asks, both added up to that month; they get what is missing of it, at least what the ones before have
    got in this month, and at most the month's total.
    Special cases: a channel that is asked for nothing gets nothing.
    Example: two of three go to the first channel.
    >>> whole_table([1, 1, 1], [[Fraction(2, 3)] * 3, [Fraction(1, 3)] * 3])
    [[1, 0, 1], [0, 1, 0]]

    Source: K3.
    """
    result: list[list[int]] = [[] for _ in asks]
    asked = [Fraction(0)] * len(asks)
    got = [0] * len(asks)  # by the channels up to this one
    so_far = 0
    for month, total in enumerate(totals):
        so_far += total
        asked = [before + row[month] for before, row in zip(asked, asks)]
        upto = list(accumulate(asked))
        given = 0
        for place in range(len(asks)):
            now = given
            if total and upto[-1]:
                due = int(nearest(so_far * upto[place] / upto[-1]))
                now = max(given, min(total, due - got[place]))
            result[place].append(now - given)
            got[place] += now
            given = now
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
