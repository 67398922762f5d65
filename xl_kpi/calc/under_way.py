"""What is under way in a stage on a day: of what was open, and of what has entered since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from xl_kpi.calc.calendar import month_starts, read_month
from xl_kpi.calc.errors import KpiError
from xl_kpi.calc.inputs import numbers
from xl_kpi.calc.lag import Lag, as_lag, day_boxes
from xl_kpi.calc.number import exact
from xl_kpi.calc.outlook import AGES


def under_way(start: dt.date, lag: object, entries: Sequence, opened: object = 0, *, age: str = "new") -> Fraction:
    """How many are in a stage on the first day after some months.

    Arguments: ``start`` first of a month; ``lag`` of the stage (see ``as_lag``); ``entries`` how many entered it in
    each month from the start, even within the month; ``opened`` how many were in it at the start, and their ``age``:
    "new" (they had just entered) or "half" (half of each one's time had passed).
    Result: a Fraction.
    Equation: opened × P(R ≥ T) + Σ over the days d of the months of E(d) × P(L ≥ T − d), T the day after the months,
    R = L for "new" and ⌊L ÷ 2⌋ for "half".  Over a month that began n days before T and ended m days before it the
    sum is E ÷ (n − m) × (``mean_wait``(n) − ``mean_wait``(m)).
    Special cases: without a month everything that was open is there; with a lag of 0 nothing is after a month.
    Errors: KpiError for a bad start, lag, number or age.
    Example: 30 entered in April, one a day; whoever has entered more than 10 days ago has gone on.
    >>> int(under_way(dt.date(2026, 4, 1), 10, [30]))
    10

    Source: K15.
    """
    chain = as_lag(lag, "lag")
    counts = numbers(entries, "entries")
    edges = [day.toordinal() for day in month_starts(read_month(start), len(counts) + 1)]
    since = [edges[-1] - edge for edge in edges]
    boxes, scale = day_boxes(chain)
    waits = [_waits(boxes, days) for days in since]
    sums: dict[int, Fraction | int] = {}  # by the days of a month, so that whole numbers stay whole
    for count, begun, ended, wait, less in zip(counts, since, since[1:], waits, waits[1:]):
        days = begun - ended
        whole = count.numerator if count.denominator == 1 else count
        sums[days] = sums.get(days, 0) + whole * (wait - less)
    there = exact(opened, "opened") * still_there(chain, since[0], age=age)
    return sum((Fraction(entered, days * scale) for days, entered in sums.items()), there)


def mean_wait(lag: Lag, days: int) -> Fraction:
    """The mean of the days in a stage, of each at most ``days``: Σ over x from 1 to ``days`` of P(L ≥ x).

    Example: one half goes on after one day, the other after two, or is still there.
    >>> mean_wait(Lag(1, 2), 2), mean_wait(Lag(1, 2), 1)
    (Fraction(3, 2), Fraction(1, 1))

    Source: K15.
    """
    boxes, scale = day_boxes(lag)
    return Fraction(_waits(boxes, days), scale)


def _waits(boxes: Sequence[tuple[int, int, int]], days: int) -> int:
    """``mean_wait`` times the sum of all weights."""
    total = 0
    for begin, end, weight in boxes:
        middle = min(max(days, begin), end)  # from here on it is more than ``days``
        total += weight * ((middle - begin) * (begin + middle - 1) // 2 + (end - middle) * days)
    return total


def still_there(lag: Lag, days: int, *, age: str = "new") -> Fraction:
    """The part of what was open at the start that is still in its stage ``days`` later: P(R ≥ days).

    Example: half of the time of each had passed at the start.
    >>> still_there(Lag(10, 19), 7), still_there(Lag(10, 19), 7, age="half")
    (Fraction(1, 1), Fraction(3, 5))

    Source: K15.
    """
    if age not in AGES:
        raise KpiError("#VALUE!", "age", None, age, "age")
    shortest = 2 * days if age == "half" else days  # ⌊L ÷ 2⌋ ≥ days means L ≥ 2 × days
    boxes, scale = day_boxes(lag)
    return Fraction(sum(weight * max(0, end - max(begin, shortest)) for begin, end, weight in boxes), scale)
