"""A curve with a ceiling, fitted to a cohort: the share that ever goes on, and after how many days (a cure model)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xl_kpi.calc.cohorts.cohort import Cohort
from xl_kpi.calc.cohorts.reached import Z

# Dates are whole days.  Where they come from times of day, d days are d − ½ to d + ½ on average; where somebody has cut
# off the fraction of a day, d to d + 1; where it was rounded up, d − 1 to d.  In the first weeks that matters: the
# likeliest counts.
EDGES = (0.5, 1.0, 0.0)
LEAST_FIT = 0.01  # a curve that lies farther from the data than 99 in 100 of its own does not fit
BINS = (5, 20)  # fewest and most classes in which a curve is held against the data …
PER_BIN = 10  # … of at least about ten conversions
LEAST_ASKED = 0.5  # a class that is to hold less says nothing
STEPS = 12  # of the secant, at most
LONG = 40.0  # a logit beyond it is 0 or 1 to a double's digits

Share = Callable[[Any, float, float], Any]


def log_normal(days: Any, middle: float, width: float) -> Any:
    """P(lag ≤ days), ln(lag) normal with mean ``middle`` and deviation exp(``width``)."""
    import numpy as np
    from scipy.special import ndtr

    return ndtr((np.log(days) - middle) / np.exp(width))


def weibull(days: Any, middle: float, width: float) -> Any:
    """P(lag ≤ days) of the Weibull distribution with scale exp(``middle``) and shape exp(−``width``)."""
    import numpy as np

    return -np.expm1(-np.exp((np.log(days) - middle) / np.exp(width)))


SHAPES: dict[str, Share] = {"log_normal": log_normal, "weibull": weibull}


@dataclass(frozen=True)
class Counts:
    """A cohort as arrays: days and counts of each kind."""

    gone: Any
    went: Any
    within: Any
    were_within: Any
    waiting: Any
    waited: Any
    undated: int

    @classmethod
    def of(cls, cohort: Cohort) -> Counts:
        import numpy as np

        def columns(counts: Mapping[int, int]) -> tuple[Any, Any]:
            days = sorted(day for day in counts if counts[day])
            return np.array(days, float), np.array([counts[day] for day in days], float)

        return cls(*columns(cohort.gone), *columns(cohort.within), *columns(cohort.waiting), cohort.undated)


@dataclass(frozen=True)
class Ceiling:
    """A fitted curve: ``rate`` ever goes on; ``middle`` and ``width`` as its shape reads them.

    ``edge``: what is d days whole ends at d + edge; ``loss`` is −ln of the likelihood, ``fits`` the chance that data of
    this curve lie as far from it as these do.
    """

    shape: str
    edge: float
    rate: float
    middle: float
    width: float
    loss: float
    fits: float

    def share(self, days: float) -> float:
        """Of those who ever go on, the share that has by the end of so many days."""
        return float(SHAPES[self.shape](max(days + self.edge, 1e-9), self.middle, self.width))


def fitted(cohort: Cohort, shape: str, days: int, edges: Sequence[float] = EDGES) -> Ceiling:
    """The curve with a ceiling that makes a cohort most likely.

    Arguments: ``cohort`` with at least three different days on which somebody went on; ``shape`` one of SHAPES;
    ``days`` up to which it is held against the data; ``edges`` where a day may end.
    Equation: P(gone on by day d) = c × F(d + e), e an edge of EDGES.  Likelihood: c (F(d + e) − F(d + e − 1)) for each
    who went on on day d, c F(d + e) within d days, c without dates, 1 − c F(d + e) for each who has been watched for d
    days.
    Result: a Ceiling.
    """
    at_once = 0 in cohort.gone  # nobody goes on within less than no time
    fits = [_at_edge(cohort, shape, edge) for edge in edges if edge or not at_once]
    best = min(fits, key=lambda one: one.loss)
    return replace(best, fits=_fits(cohort, best, days))


def _at_edge(cohort: Cohort, shape: str, edge: float) -> Ceiling:
    import numpy as np
    from scipy.optimize import minimize

    counts = Counts.of(cohort)
    loss = _loss(counts, SHAPES[shape], edge)
    weight = counts.went.sum()
    logs = np.log(counts.gone + edge / 2)
    middle = counts.went @ logs / weight
    width = math.sqrt(max(counts.went @ (logs - middle) ** 2 / weight, 0.01))
    share = min(0.95, max(1.2 * (cohort.plain or 0), 1e-4))
    if shape == "weibull":
        middle, width = middle + 0.3 * width, 0.78 * width  # mean and deviation of the logarithm of a Weibull lag
    close = {"gtol": 1e-4 * max(1.0, math.sqrt(weight))}
    best = minimize(loss, [_logit(share), middle, math.log(width)], method="BFGS", options=close)
    again = minimize(loss, best.x, method="BFGS", options=close)
    best = again if again.fun <= best.fun else best
    at = (_share(best.x[0]), float(best.x[1]), float(best.x[2]), float(best.fun))
    return Ceiling(shape, edge, *at, fits=1.0)


def interval(cohort: Cohort, curve: Ceiling) -> tuple[float, float]:
    """The interval of 95 % of the ceiling of a fitted curve, by the profile likelihood.

    Equation: all c for which ln of the likelihood, with the best middle and width for that c, is at most 1.92 lower.
    """
    loss = _loss(Counts.of(cohort), SHAPES[curve.shape], curve.edge)
    return min(_end(loss, curve, -1, cohort), curve.rate), max(_end(loss, curve, 1, cohort), curve.rate)


def _loss(counts: Counts, shape: Share, edge: float) -> Callable[[Sequence[float]], float]:
    """−ln of the likelihood, of (logit of the ceiling, middle, width)."""
    import numpy as np

    at_start = counts.gone <= 1 - edge
    before = np.where(at_start, 1.0, counts.gone + edge - 1)
    ever = counts.went.sum() + counts.were_within.sum() + counts.undated

    def loss(at: Sequence[float]) -> float:
        with np.errstate(all="ignore"):
            middle, width = at[1], min(max(at[2], -5.0), 4.0)
            ceiling = _share(at[0])
            here = shape(counts.gone + edge, middle, width) - np.where(at_start, 0, shape(before, middle, width))
            sum_ = ever * math.log(max(ceiling, 1e-300)) + counts.went @ np.log(np.maximum(here, 1e-300))
            if counts.within.size:
                by = shape(counts.within + edge, middle, width)
                sum_ += counts.were_within @ np.log(np.maximum(by, 1e-300))
            still = 1 - ceiling * shape(counts.waiting + edge, middle, width)
            return -float(sum_ + counts.waited @ np.log(np.maximum(still, 1e-300)))

    return loss


def _end(loss: Callable[[Sequence[float]], float], curve: Ceiling, sign: int, cohort: Cohort) -> float:
    """One end of ``interval``.

    √(2 × how far the loss stands above its least) is nearly a straight line there, so that a few steps of the secant
    find it.
    """
    from scipy.optimize import minimize

    ceiling, start = _logit(curve.rate), [curve.middle, curve.width]
    close = {"gtol": 1e-3 * max(1.0, math.sqrt(cohort.gone_on))}
    step = 1.2 * Z / math.sqrt(max(cohort.gone_on * (1 - curve.rate), 1.0))
    for _ in range(STEPS):
        fixed = ceiling + sign * step
        at = minimize(lambda other, fixed=fixed: loss([fixed, *other]), start, method="BFGS", options=close)
        start, above = at.x, math.sqrt(max(2 * (at.fun - curve.loss), 1e-9))
        if abs(above - Z) < 0.005:
            break
        step *= min(max(Z / above, 0.4), 2.5)
        if step > LONG:
            return 0.0 if sign < 0 else 1.0
    return _share(ceiling + sign * step)


def _fits(cohort: Cohort, curve: Ceiling, days: int) -> float:
    """Pearson's χ² of conversions by classes of days, each to hold as many of them, as a chance.

    One degree of freedom is taken off: what was fitted was fitted to single days and takes off only a part of three.
    """
    import numpy as np
    from scipy.stats import chi2

    line = np.arange(days + 1)
    out, gone = np.zeros(days + 1), np.zeros(days + 1)
    for counts, target in ((cohort.waiting, None), (cohort.within, None), (cohort.gone, gone)):
        for day, count in counts.items():
            if day <= days:
                out[day] += count
                if target is not None:
                    target[day] += count
    dated = cohort.entered - cohort.undated
    risk = dated - np.concatenate([[0.0], out.cumsum()[:-1]])
    with np.errstate(divide="ignore"):
        by = SHAPES[curve.shape](line + curve.edge, curve.middle, curve.width)
    before = np.concatenate([[0.0], by[:-1]])
    hazard = curve.rate * (by - before) / np.maximum(1 - curve.rate * before, 1e-12)
    expected = risk * hazard
    bins = int(min(max(BINS[0], gone.sum() // PER_BIN), BINS[1]))
    sums = expected.cumsum()
    if not sums[-1] > 0:
        return 0.0
    place = np.minimum((sums / sums[-1] * bins - 1e-9).astype(int), bins - 1)
    asked, seen = np.bincount(place, expected, bins), np.bincount(place, gone, bins)
    used = asked > LEAST_ASKED
    far = ((seen - asked)[used] ** 2 / asked[used]).sum()
    return float(chi2.sf(far, max(int(used.sum()) - 1, 1)))


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-min(max(float(logit), -LONG), LONG)))


def _logit(share: float) -> float:
    share = min(max(share, 1e-15), 1 - 1e-15)
    return math.log(share / (1 - share))
