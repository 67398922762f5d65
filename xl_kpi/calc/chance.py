"""How likely a plan is: the chance of the goal, the leads for a chance, and how sure a measured rate is."""

from __future__ import annotations

import math
from fractions import Fraction
from math import prod
from statistics import NormalDist

from xl_kpi.calc.binomial import tails
from xl_kpi.calc.errors import KpiError
from xl_kpi.calc.funnel import read_rates
from xl_kpi.calc.inputs import chance as read_chance
from xl_kpi.calc.number import clean_ceiling, whole, zero_or_more

MOST_LEADS = 10**9  # beyond it the sums take seconds; no funnel is that wide
TOLERANCE = 1e-12  # the chance itself is known to about 13 digits; a chance met to 12 counts as met


def goal_chance(goal: object, leads: object, rates: object) -> float:
    """The probability that the goal is reached or exceeded.

    Arguments: ``goal`` orders, 0 or more; ``leads`` whole number that enter the first stage, up to
    1,000,000,000; ``rates`` n rates in funnel order, the chance that a lead goes on.
    Result: a float from 0 to 1, to at least 10 digits.
    Equation: P(X ≥ goal), X ~ Binomial(leads, Π r): every lead orders or not, on its own.
    Special cases: 1 for a goal of 0; 0 for a goal above the leads; a broken goal is rounded up.
    Errors: KpiError for a bad goal, number of leads or rate.
    Example: the expected number of orders is reached in little more than half of all years.
    >>> round(goal_chance(50, 1800, [50 / 1800]), 4)
    0.5196

    Source: K9 (achievable).
    """
    orders = clean_ceiling(zero_or_more(goal, "goal"))
    entries = whole(leads, "leads", low=0, high=MOST_LEADS)
    rate = prod(read_rates(rates))
    return tails(orders, entries, float(rate), float(1 - rate))[0]


def leads_for_chance(goal: object, rates: object, chance: object) -> int:
    """The smallest number of leads with which the goal is reached with a probability.

    Arguments: ``goal`` orders, 0 or more; ``rates`` n rates in funnel order; ``chance`` the probability
    wanted, above 0 and below 1.
    Result: an int.
    Equation: the smallest n with goal_chance(goal, n, rates) ≥ chance.
    Special cases: a goal of 0 takes no leads; a chance that is met to 12 digits counts as met.
    Errors: KpiError for a bad goal, rate or chance; #NUM! where more than 1,000,000,000 leads are needed.
    Example: to be nine tenths sure of the 50 customers that 1,800 leads give on average.
    >>> leads_for_chance(50, [50 / 1800], 0.9)
    2128

    Source: K9 (achievable).
    """
    orders = clean_ceiling(zero_or_more(goal, "goal"))
    rate = prod(read_rates(rates))
    wanted = read_chance(chance, "chance")
    if orders == 0:
        return 0
    p, q = float(rate), float(1 - rate)
    beyond = KpiError("#NUM!", "goal", None, goal, "leads_beyond", count=f"{MOST_LEADS:,}")
    if orders > MOST_LEADS or p == 0:
        raise beyond
    # the smaller one of the chance and its opposite is compared: 99.9999999999 % keeps its digits
    if wanted <= Fraction(1, 2):
        least = float(wanted) * (1 - TOLERANCE)

        def enough(leads: int) -> bool:
            return tails(orders, leads, p, q)[0] >= least
    else:
        most = float(1 - wanted) * (1 + TOLERANCE)

        def enough(leads: int) -> bool:
            return tails(orders, leads, p, q)[1] <= most

    # from where the normal distribution has it, in steps of the leads behind one order, twice as long each
    guess = min(max(_normal_leads(orders, p, q, float(wanted)), orders), MOST_LEADS)
    step = math.ceil(min(1 / p, MOST_LEADS))
    low, high = guess - 1, guess
    while low >= orders and enough(low):
        low, high, step = max(low - step, orders - 1), low, step * 2
    while not enough(high):
        if high >= MOST_LEADS:
            raise beyond
        low, high, step = high, min(high + step, MOST_LEADS), step * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def rate_interval(successes: object, trials: object, level: object = 0.95) -> tuple[float, float]:
    """How far the true rate may lie from the measured one (Wilson's score interval).

    Arguments: ``successes`` whole number of those that went on, 0 to ``trials``; ``trials`` whole number of
    all, 1 to 1,000,000,000; ``level`` the confidence, above 0 and below 1.
    Result: (low, high), both from 0 to 1.
    Equation: the two solutions x of (s/n − x)² = z² x (1−x) ÷ n, with z the normal quantile of (1+level)/2.
    Special cases: low is 0 for no success, high is 1 where all went on.
    Errors: KpiError for bad counts or level; #DIV/0! for 0 trials.
    Example: 5 orders out of 100 leads.
    >>> [round(rate, 4) for rate in rate_interval(5, 100)]
    [0.0215, 0.1118]

    Source: K9 (achievable, against history).
    """
    n = whole(trials, "trials", low=0, high=MOST_LEADS)
    if n == 0:
        raise KpiError("#DIV/0!", "trials", None, trials, "whole", low="1", high=f"{MOST_LEADS:,}")
    s = whole(successes, "successes", low=0, high=n)
    z = -NormalDist().inv_cdf(float((1 - read_chance(level, "level")) / 2))
    # both ends by additions alone, the lower one from the product of the two, so that a small one keeps its digits
    upper = s + z * z / 2 + z * math.sqrt(s * (n - s) / n + z * z / 4)
    return 0.0 if s == 0 else s * s / n / upper, 1.0 if s == n else upper / (n + z * z)


def _normal_leads(orders: int, p: float, q: float, wanted: float) -> int:
    """The leads by the normal distribution: np − z √(npq) = orders − ½, solved for √n."""
    z = NormalDist().inv_cdf(min(max(wanted, 1e-300), 1 - 1e-16))
    spread = z * math.sqrt(p * q)
    root = (spread + math.sqrt(spread * spread + 4 * p * (orders - 0.5))) / (2 * p)
    return math.ceil(min(root * root, MOST_LEADS))
