"""The days that a step takes, of those who ever take it: median, 80 % and the curve by 30 days for ファネル."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xl_kpi.calc.cohorts.reached import Watched
from xl_kpi.calc.lag import CURVE_STEP

NEARLY_ALL = 0.995  # of those who go on: a curve ends where so many have
DIGITS = 4  # of a share of the curve: 0.8123 is 81.23 %


@dataclass(frozen=True)
class MeasuredLag:
    """Days within which half and 80 % of those who ever go on have done so; ``curve`` the shares by 30 days.

    ``curve`` ends at 1; ``put_forward`` is the share that takes longer than the curve is long and was put into its last
    step: at most 0.5 %, unless the curve may not be longer.
    """

    median: int
    p80: int
    curve: tuple[float, ...]
    put_forward: float


def measured_lag(
    watched: Watched, ever: float, steps: int, later: Callable[[float], float] | None = None
) -> MeasuredLag | None:
    """The lag of a step out of leads that were watched for different times.

    Arguments: ``watched`` their Kaplan–Meier curve; ``ever`` the share of all entries that ever goes on; ``steps`` the
    most steps of 30 days that a curve may have; ``later``: days → the share of all entries that has gone on by then,
    for days beyond those that were watched (None: nothing comes later).
    Result: None where nobody has gone on.
    Equation: the share by day d is reached(d) ÷ ever; the first entry of the curve holds the days 0…29, as
    ``calc.lag.day_boxes`` reads it.
    Special cases: the plain median of those who have gone on is too short, as the slow ones of the young cohorts are
    not there yet; reached(d) has them.
    Example: half go on on day 10, half on day 40.
    >>> from xl_kpi.calc.cohorts.cohort import Cohort
    >>> from xl_kpi.calc.cohorts.reached import kaplan_meier
    >>> measured_lag(kaplan_meier(Cohort(gone={10: 5, 40: 5}, waiting={300: 10})), 0.5, 6)
    MeasuredLag(median=10, p80=40, curve=(0.5, 1.0), put_forward=0.0)
    """
    last = watched.horizon
    if watched.rate(last) <= 0 or ever <= 0:
        return None

    def share(day: int) -> float:
        reached = watched.rate(min(day, last))
        if day > last and later is not None:
            reached = max(reached, later(day))
        return min(1.0, reached / ever)

    curve: list[float] = []
    while len(curve) < steps and (not curve or curve[-1] < NEARLY_ALL):
        curve.append(round(share(CURVE_STEP * (len(curve) + 1) - 1), DIGITS))
    put_forward, curve[-1] = 1 - curve[-1], 1.0
    return MeasuredLag(_first(share, 0.5, last), _first(share, 0.8, last), tuple(curve), round(put_forward, DIGITS))


def _first(share: Callable[[int], float], wanted: float, last: int) -> int:
    """The first day by which so large a share has gone on."""
    low, high = -1, max(last, 1)
    while share(high) < wanted - 1e-12 and high < 100 * max(last, 1):
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if share(middle) >= wanted - 1e-12 else (middle, high)
    return high
