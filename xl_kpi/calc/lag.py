"""How long a stage takes: fixed, spread over days, or a measured curve."""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm

from xl_kpi.calc.errors import KpiError
from xl_kpi.calc.number import exact, whole

CURVE_STEP = 30  # days that one entry of a measured curve stands for
LONGEST_DAYS = 36_500  # a hundred years: a longer lag is a slip (a date typed as a number, say)


@dataclass(frozen=True)
class Lag:
    """Days from entering a stage to entering the next one.

    ``low == high`` is a fixed lag; ``low < high`` a spread in which every day is equally likely;
    ``curve`` a measured curve: the share that has gone on within 30, 60, 90 … days of entering, rising
    to 1 (then ``low`` and ``high`` are 0).
    """

    low: int = 0
    high: int = 0
    curve: tuple[float, ...] = ()

    @property
    def earliest(self) -> int:
        """The shortest that anybody takes, in days."""
        return CURVE_STEP * sum(share == 0 for share in self.curve) if self.curve else self.low

    @property
    def latest(self) -> int:
        """The longest that anybody takes, in days."""
        return CURVE_STEP * len(self.curve) if self.curve else self.high


def as_lag(value: object, argument: str = "lags", position: int | None = None) -> Lag:
    """Any way to give a lag, as a checked Lag.

    Arguments: ``value`` a whole number of days, a tuple (first day, last day), a list of cumulative shares
    by 30 days (a measured curve), or a Lag; ``argument`` and ``position`` are for the message.
    Result: a Lag.
    Special cases: a curve may stand still; it begins at 0 or above and ends at exactly 1.
    Errors: KpiError: #VALUE! for blank and text, #NUM! for negative, broken or more than 36,500 days, a
    pair in the wrong order, a curve that falls or does not end at 1.
    Example:
    >>> as_lag((10, 30)), as_lag([0.4, 1]).latest
    (Lag(low=10, high=30, curve=()), 60)
    """
    if isinstance(value, Lag):
        value = list(value.curve) if value.curve else (value.low, value.high)
    if isinstance(value, list):
        return Lag(curve=_curve(value, argument, position))
    if isinstance(value, tuple):
        if len(value) != 2:
            raise KpiError("#VALUE!", argument, position, value, "lag")
        low, high = (whole(day, argument, position, low=0, high=LONGEST_DAYS) for day in value)
        if low > high:
            raise KpiError("#NUM!", argument, position, f"{low}..{high}", "lag_order")
        return Lag(low, high)
    if isinstance(value, (str, type(None))):
        raise KpiError("#VALUE!", argument, position, value, "lag")
    days = whole(value, argument, position, low=0, high=LONGEST_DAYS)
    return Lag(days, days)


def day_boxes(lag: Lag) -> tuple[list[tuple[int, int, int]], int]:
    """The lag as a distribution over whole days, in whole numbers.

    Arguments: ``lag`` a checked Lag.
    Result: boxes (first day, day after the last, weight of every day in between) and the sum of all
    weights: P(day) = weight ÷ sum.
    Special cases: a fixed lag is one box of one day; of a curve, the days 0…29 share its first entry, the
    days 30…59 what the second adds.
    Example:
    >>> day_boxes(Lag(10, 30)), day_boxes(Lag(curve=(0.25, 1.0)))
    (([(10, 31, 1)], 21), ([(0, 30, 1), (30, 60, 3)], 120))
    """
    if not lag.curve:
        return [(lag.low, lag.high + 1, 1)], lag.high + 1 - lag.low
    shares = [exact(share) for share in lag.curve]
    scale = lcm(*(share.denominator for share in shares))
    boxes, reached = [], 0
    for step, share in enumerate(shares):
        weight = int(share * scale) - reached
        reached += weight
        if weight:
            boxes.append((step * CURVE_STEP, (step + 1) * CURVE_STEP, weight))
    return boxes, scale * CURVE_STEP


def _curve(shares: list, argument: str, position: int | None) -> tuple:
    reached = exact(0)
    for share in shares:
        value = exact(share, argument, position, "curve")
        if not reached <= value <= 1:
            raise KpiError("#NUM!", argument, position, share, "curve")
        reached = value
    if reached != 1 or len(shares) * CURVE_STEP > LONGEST_DAYS:
        raise KpiError("#NUM!", argument, position, ", ".join(map(str, shares)), "curve")
    return tuple(shares)
