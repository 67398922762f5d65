"""Kaplan–Meier: the share that has gone on within n days of entering, young entries counted for the days they had."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from xl_kpi.calc.chance import rate_interval
from xl_kpi.calc.cohorts.cohort import Cohort, checked
from xl_kpi.calc.errors import KpiError

WATCHED_SHARE = 0.05  # the share is told for as many days as 5 % of the entries have been watched …
LEAST_WATCHED = 30  # … and at least 30 of them, or half where there are fewer than 60
Z = 1.959963984540054  # of the normal distribution, for an interval of 95 %


@dataclass(frozen=True)
class Reached:
    """The share that has gone on within ``days``, with an interval of 95 %; a share of those who ever go on is more."""

    days: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class Watched:
    """The Kaplan–Meier curve of a cohort.

    ``days`` on which somebody went on or was seen last, rising; for each of them ``at_risk`` who had not gone on
    before, ``left`` the share that has not gone on by its end, and ``spread`` Greenwood's sum up to it.
    """

    entered: int
    days: tuple[int, ...]
    at_risk: tuple[int, ...]
    left: tuple[float, ...]
    spread: tuple[float, ...]

    def rate(self, days: float) -> float:
        """The share that has gone on within so many days."""
        at = bisect_right(self.days, days) - 1
        return 1 - self.left[at] if at >= 0 else 0.0

    @cached_property
    def horizon(self) -> int:
        """The most days for which the share is told: enough have been watched for as long.

        How many were, with those who had gone on before: at risk ÷ share left the day before.
        """
        least = max(min(LEAST_WATCHED, (self.entered + 1) // 2), WATCHED_SHARE * self.entered)
        before = (1.0, *self.left)
        long = [
            day for day, risk, left in zip(self.days, self.at_risk, before) if left > 0 and risk / left >= least - 1e-9
        ]
        return max(long, default=0)

    def reached(self, days: int | None = None) -> Reached:
        """The share within ``days`` (None: ``horizon``) and its interval: see ``kaplan_meier``."""
        days = self.horizon if days is None else days
        at = bisect_right(self.days, days) - 1
        left = self.left[at] if at >= 0 else 1.0
        if 0 < left < 1:
            width = Z * math.sqrt(self.spread[at]) / -math.log(left)
            return Reached(days, 1 - left, 1 - left ** math.exp(-width), 1 - left ** math.exp(width))
        watched = max(1, round(self.at_risk[min(at + 1, len(self.days) - 1)])) if left else self.entered
        low, high = rate_interval(0 if left else watched, watched)
        return Reached(days, 1 - left, float(low), float(high))


def kaplan_meier(cohort: Cohort) -> Watched:
    """The share that has gone on within n days, for each n.

    Arguments: ``cohort`` of at least one entry.
    Result: a Watched; ``reached(n)`` gives the share within n days with an interval of 95 %.
    Equation: S(n) = Π over days d ≤ n of 1 − gone(d) ÷ at risk(d); the interval is S to the power of exp(±1.96 ×
    √(Σ gone ÷ (at risk × (at risk − gone))) ÷ ln S), after Greenwood, of log(−log S).
    Special cases: who went on within some days counts on the last of them, so that the share is no less than said;
    who went on without dates counts on day 0.  Somebody who is lost is watched until the end like all others: taken
    out of the count, or as watched for ever, the lost of the young cohorts would weigh more than those who are still
    to go on.  While nobody or everybody has gone on the interval is Wilson's.
    Errors: KpiError for a bad count, and where nobody entered.
    Example: of 4, one goes on on day 1; one is watched for 1 day only; of the other two one goes on on day 2.
    >>> one = kaplan_meier(Cohort(gone={1: 1, 2: 1}, waiting={1: 1, 9: 1}))
    >>> one.rate(1), one.rate(2)
    (0.25, 0.625)
    """
    checked(cohort)
    if not cohort.entered:
        raise KpiError("#NUM!", "leads", None, 0, "above_zero")
    gone = dict(cohort.gone)
    for until, count in [*cohort.within.items(), (0, cohort.undated)]:
        gone[until] = gone.get(until, 0) + count
    days = sorted(day for day in {*gone, *cohort.waiting} if gone.get(day) or cohort.waiting.get(day))
    risk, left, spread = cohort.entered, 1.0, 0.0
    at_risk, lefts, spreads = [], [], []
    for day in days:
        went = gone.get(day, 0)
        left *= (risk - went) / risk
        spread += went / (risk * (risk - went)) if went < risk else 0.0
        at_risk.append(risk)
        lefts.append(left)
        spreads.append(spread)
        risk -= went + cohort.waiting.get(day, 0)
    return Watched(cohort.entered, tuple(days), tuple(at_risk), tuple(lefts), tuple(spreads))
