"""Days in a stage, lead by lead, and their median."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from xl_kpi.calc.calendar import read_day
from xl_kpi.calc.errors import KpiError, is_blank
from xl_kpi.calc.inputs import as_listed, same_length

STATISTICS: dict[str, Callable[[Sequence[Fraction]], Fraction]] = {
    "median": statistics.median,
    "mean": statistics.mean,
    "min": min,
    "max": max,
}


class StageTimes(NamedTuple):
    """The days of every lead that left a stage, and how many rows could not be measured."""

    days: list[int]
    blanks: int  # one of the two dates is missing: still in the stage, or not noted
    negatives: int  # left before it came


def stage_times(from_dates: Sequence, to_dates: Sequence) -> StageTimes:
    """The days between two dates, row by row, with what had to be left out.

    Arguments: ``from_dates`` when each lead came into a stage and ``to_dates`` when it left, two lists of
    the same length; a time of day does not count.
    Result: a StageTimes.
    Special cases: rows at the end in which both are blank are ignored.
    Errors: KpiError for what is no date (with its position) and lists of different length.
    Example: the second lead is still there.
    >>> import datetime as dt
    >>> stage_times([dt.date(2026, 4, 1), dt.date(2026, 4, 2)], [dt.date(2026, 4, 11), None])
    StageTimes(days=[10], blanks=1, negatives=0)

    Source: S3.
    """
    came, left = as_listed(from_dates), as_listed(to_dates)
    same_length(left, "to_dates", len(came))
    while came and is_blank(came[-1]) and is_blank(left[-1]):
        came.pop()
        left.pop()
    days, blanks, negatives = [], 0, 0
    for position, (begin, end) in enumerate(zip(came, left), 1):
        first = None if is_blank(begin) else read_day(begin, "from_dates", position)
        last = None if is_blank(end) else read_day(end, "to_dates", position)
        if first is None or last is None:
            blanks += 1
        elif last < first:
            negatives += 1
        else:
            days.append((last - first).days)
    return StageTimes(days, blanks, negatives)


def stage_days(from_dates: Sequence, to_dates: Sequence, statistic: str = "median") -> Fraction:
    """How many days leads take for a stage.

    Arguments: dates as for ``stage_times``, which also tells how many rows were left out; ``statistic``
    "median", "mean", "min" or "max".
    Result: a Fraction of days.
    Special cases: rows with a blank or with the dates reversed are left out.
    Errors: as for ``stage_times``; #N/A where no row is left, with the number of rows of either kind.
    Example:
    >>> import datetime as dt
    >>> april = [dt.date(2026, 4, day) for day in (1, 1, 1)]
    >>> stage_days(april, [dt.date(2026, 4, day) for day in (3, 8, 30)])
    Fraction(7, 1)

    Source: S3.
    """
    name = statistic.strip().lower() if isinstance(statistic, str) else statistic
    if not isinstance(name, str) or name not in STATISTICS:
        raise KpiError("#VALUE!", "statistic", None, statistic, "statistic")
    times = stage_times(from_dates, to_dates)
    if not times.days:
        counts = {"blanks": times.blanks, "negatives": times.negatives}
        raise KpiError("#N/A", "to_dates", None, None, "no_days", **counts)
    return STATISTICS[name]([Fraction(days) for days in times.days])
