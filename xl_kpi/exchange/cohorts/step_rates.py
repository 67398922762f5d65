"""What a cohort says of a step: plain share, at least after n days, expected, lag, and which of them may be taken."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from xl_kpi.calc.cohorts.cohort import Cohort, together
from xl_kpi.calc.cohorts.lags import MeasuredLag, measured_lag
from xl_kpi.calc.cohorts.reached import Reached, Watched, kaplan_meier
from xl_kpi.exchange.cohorts.ceiling import LEAST_FIT, Ceiling, fitted, interval

LEAST_GONE_ON = 30  # conversions for an expected rate, and for one that is taken
LEAST_FOR_LAG = 10
MOST_APART = 0.3  # of a standard error: two ceilings so near say the same
LIKELIER = 2.0  # difference of ln likelihood from which the other curve is out of the question …
LESS_LIKELY = 1.0  # … and from which the log-normal one is
MOST_DOUBT = 0.2  # of the rate, that another curve which fits about as well may say less or more
MOST_WIDTH = 3.0  # high ÷ low of an expected rate
LEAST_SEEN = 0.6  # of what is expected, that comes within the days that were watched
STILL_COMING = 0.01  # of what has gone on, in the second half of the days: less is the end

EXPECTED, AT_LEAST = "expected", "at_least"


@dataclass(frozen=True)
class Rate:
    """A rate with its interval of 95 %."""

    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class StepRates:
    """One step, all leads or those of a channel.

    ``plain`` gone on ÷ entered, ``early`` whether that is too early; ``at_least`` the share within the days watched;
    ``expected`` of those who ever go on, an estimate, or None with ``withheld`` why ("few": conversions, "unseen":
    most is still to come, "shape": the curve does not fit or others fit as well and say something else);
    ``lag`` of those who go on.
    ``takes`` is what a plan may take: "expected", "at_least" where hardly anything comes any more, or "".
    """

    entered: int
    gone_on: int
    plain: float | None = None
    early: bool = False
    at_least: Reached | None = None
    expected: Rate | None = None
    withheld: str = ""
    lag: MeasuredLag | None = None
    takes: str = ""

    @property
    def taken(self) -> Rate | None:
        """The rate that a plan may take, None where it is too early for any."""
        if self.takes == AT_LEAST and self.at_least:
            return Rate(self.at_least.rate, self.at_least.low, self.at_least.high)
        return self.expected if self.takes == EXPECTED else None


def step_rates(cohort: Cohort, steps: int = 6) -> StepRates:
    """What a cohort says of its step.

    Arguments: ``cohort`` those who entered; ``steps`` the most steps of 30 days of a curve for ファネル.
    Result: see StepRates.

    Source: K9.
    """
    if not cohort.entered:
        return StepRates(0, 0, withheld="few")
    watched = kaplan_meier(cohort)
    at_least = watched.reached()
    expected, withheld, curve = _expected(cohort, watched, at_least)
    ever = expected.rate if expected else at_least.rate
    later = (lambda days: expected.rate * curve.share(days)) if expected and curve else None
    lag = measured_lag(watched, ever, steps, later) if sum(cohort.gone.values()) >= LEAST_FOR_LAG else None
    takes = EXPECTED if expected else AT_LEAST if _over(cohort, watched) else ""
    return StepRates(
        cohort.entered,
        cohort.gone_on,
        cohort.plain,
        cohort.too_early(lag.p80 if lag else None),
        at_least,
        expected,
        withheld,
        lag,
        takes,
    )


def _over(cohort: Cohort, watched: Watched) -> bool:
    """Whether hardly anybody goes on any more at the end of the days watched.

    The second half of the days has brought at most 1 % of all that went on.
    """
    reached = watched.rate(watched.horizon)
    late = reached - watched.rate(watched.horizon // 2)
    return cohort.gone_on >= LEAST_GONE_ON and late <= STILL_COMING * reached


def _expected(cohort: Cohort, watched: Watched, at_least: Reached) -> tuple[Rate | None, str, Ceiling | None]:
    """The ceiling of a log-normal curve, where it can be told; else why not.

    A curve says more than the data: it is held against them, and against a Weibull curve, whose end is sooner.  Where
    both end at the same height, and where the share is that was seen, the shape does not matter.  Elsewhere the
    log-normal curve has to fit and not to be less likely than the other; while the other one fits about as well, the
    interval holds what that says, too, and where they are too far apart to say anything nothing is said.
    """
    if cohort.gone_on < LEAST_GONE_ON or len(cohort.gone) < 3:
        return None, "few", None
    curve = fitted(cohort, "log_normal", at_least.days)
    other = fitted(cohort, "weibull", at_least.days, (curve.edge,))
    if curve.share(at_least.days) < LEAST_SEEN:
        return None, "unseen", None
    low, high = interval(cohort, curve)
    error = (high - low) / 4
    apart = max(abs(curve.rate - other.rate), abs(curve.rate * curve.share(at_least.days) - at_least.rate))
    likelier = other.loss - curve.loss
    if apart > MOST_APART * error and (curve.fits < LEAST_FIT or likelier < -LESS_LIKELY):
        return None, "shape", None
    if likelier < LIKELIER and other.fits >= LEAST_FIT:
        if abs(curve.rate - other.rate) > MOST_DOUBT * curve.rate:
            return None, "shape", None
        low, high = min(low, low * other.rate / curve.rate), min(max(high, high * other.rate / curve.rate), 1.0)
    if high > MOST_WIDTH * low:
        return None, "shape", None
    return Rate(curve.rate, low, high), "", curve


def rates_by_part(parts: Mapping[str, Cohort], steps: int = 6) -> tuple[StepRates, dict[str, StepRates]]:
    """What the cohorts of all channels say of a step, each for itself and together.

    Arguments: ``parts`` channel → those who entered from it; ``steps`` as for ``step_rates``.
    Result: that of all, and that of each channel.  All as one cohort, but for the rate that is taken: where each
    channel has one, the mean of theirs by what entered from them.  A channel that came later has younger leads: as one
    cohort the late days would tell of the old channels alone.
    Equation: r = Σ n(i) × r(i) ÷ Σ n(i); each end of the interval lies √(Σ (n(i) × its distance in i)²) ÷ Σ n(i) away.
    Special cases: channels that say too little for themselves are taken as one; where that says too little as well, all
    are.
    """
    alone = {name: step_rates(part, steps) for name, part in parts.items()}
    whole = step_rates(together(list(parts.values())), steps)
    rest = together([parts[name] for name, one in alone.items() if not one.taken])
    found = [one for one in alone.values() if one.taken]
    if found and rest.entered:
        found.append(step_rates(rest, steps))
    several = sum(part.entered > 0 for part in parts.values()) > 1
    return _mean(whole, found) if several else whole, alone


def _mean(whole: StepRates, parts: Sequence[StepRates]) -> StepRates:
    rates = [(one.entered, rate) for one in parts if (rate := one.taken)]
    if not rates or len(rates) < len(parts):
        return whole
    total = sum(entered for entered, _ in rates)
    middle = sum(entered * one.rate for entered, one in rates) / total
    down = math.hypot(*(entered * (one.rate - one.low) for entered, one in rates)) / total
    up = math.hypot(*(entered * (one.high - one.rate) for entered, one in rates)) / total
    mean = Rate(middle, max(middle - down, 0.0), min(middle + up, 1.0))
    return replace(whole, expected=mean, withheld="", takes=EXPECTED)
