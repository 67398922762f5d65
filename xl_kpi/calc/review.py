"""The review: days in a stage, which stage costs how many orders, and where the year will end."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from xl_kpi.calc.calendar import read_day
from xl_kpi.calc.errors import KpiError, is_blank, is_error_value, plain
from xl_kpi.calc.funnel import MOST_STAGES
from xl_kpi.calc.inputs import as_float, numbers, same_length
from xl_kpi.calc.number import exact
from xl_kpi.calc.schedule import LONGEST_MONTHS

STATISTICS: dict[str, Callable[[Sequence[Fraction]], Fraction]] = {
    "median": statistics.median,
    "mean": statistics.mean,
    "min": min,
    "max": max,
}
NOISE = 1e-12  # a part this small beside the orders is binary noise, no loss


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
    came, left = _column(from_dates), _column(to_dates)
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


def gap_by_stage(plan: object, actual: object) -> list[float]:
    """How many orders each stage gives (above 0) or costs (below 0) against the plan.

    Arguments: ``plan`` and ``actual`` n+1 volumes of the stages, first stage first, the orders last, each 0
    or more.
    Result: n+1 floats that add up to actual orders − planned orders: first what the number of leads gives,
    then what each rate gives, at the place of the stage into which it leads.
    Equation: logarithmic mean Divisia: part = L × ln(actual factor ÷ planned factor), the factors being the
    leads and the rates V(i) ÷ V(i−1), with L = (a − p) ÷ (ln a − ln p) of the orders a and p.
    Special cases: orders of 0 on one side are the limit of ever fewer: the whole gap falls to the stage from
    which on nothing is left.  A stage of 0 with orders behind it (they come from elsewhere) has no rate:
    its part is 0 and the next stage answers for both.  Nothing on both sides is no gap.
    Errors: KpiError for a bad volume (with its position) and lists of different length.
    Example: a tenth more leads, but the last rate fell from a fifth to a tenth.
    >>> [round(part, 2) for part in gap_by_stage([1000, 200, 40], [1100, 220, 22])]
    [2.87, 0.0, -20.87]

    Source: R10; B. W. Ang, The LMDI approach to decomposition analysis (2005).
    """
    planned = numbers(plan, "plan", at_most=MOST_STAGES + 1)
    real = same_length(numbers(actual, "actual", at_most=MOST_STAGES + 1), "actual", len(planned))
    gap = as_float(real[-1] - planned[-1], "actual", len(real))
    parts = [0.0] * len(planned)
    if not real[-1] and not planned[-1]:
        return parts
    if not gap:
        mean = as_float(real[-1], "actual", len(real))
    elif not planned[-1] or not real[-1]:
        parts[_dries_up(real if planned[-1] else planned)] = gap
        return parts
    else:
        mean = gap / _log_ratio(real[-1], planned[-1])
    before = 0.0
    for place, (now, then) in enumerate(zip(real, planned)):
        if now and then:
            here = _log_ratio(now, then)
            parts[place] = mean * (here - before)
            before = here
    # what rounding left over goes to the largest part, where it is smallest beside what stands there
    largest = max(range(len(parts)), key=lambda place: abs(parts[place]))
    parts[largest] += gap - math.fsum(parts)
    return parts


def bottleneck(names: object, plan: object, actual: object) -> str:
    """The stage that costs most orders against the plan.

    Arguments: ``names`` n+1 names of what ``gap_by_stage`` gives (leads, then the rates); ``plan`` and
    ``actual`` as there.
    Result: one of the names; "" where no stage costs anything.
    Special cases: of equal losses the earlier one.
    Errors: as for ``gap_by_stage``; KpiError for a blank name or another number of names.
    Example:
    >>> bottleneck(["leads", "SQL rate", "win rate"], [1000, 200, 40], [1100, 220, 22])
    'win rate'

    Source: R10.
    """
    parts = gap_by_stage(plan, actual)
    labels = [_name(name, position) for position, name in enumerate(_column(names), 1)]
    while len(labels) > len(parts) and not labels[-1]:
        labels.pop()
    same_length(labels, "names", len(parts))
    for position, label in enumerate(labels, 1):
        if not label:
            raise KpiError("#VALUE!", "names", position, None, "name")
    worst = min(range(len(parts)), key=lambda place: parts[place])
    return labels[worst] if parts[worst] < -NOISE * math.fsum(map(abs, parts)) else ""


def forecast_total(actual: object, season: object, months_elapsed: object) -> Fraction:
    """Where the figure will end if the rest goes as the months so far.

    Arguments: ``actual`` what was reached so far, one number or one a month, added up; ``season`` the weights
    of all months of the period, in order, each 0 or more; ``months_elapsed`` how many of them are over,
    above 0, also in parts (2.5).
    Result: a Fraction in the unit of ``actual``.
    Equation: actual ÷ (Σ of the weights so far ÷ Σ of all weights).
    Special cases: of a month that is over in part, that part of its weight counts.
    Errors: KpiError for a bad number; #NUM! for more months than weights; #DIV/0! where the weights so far
    are 0.
    Example: 30 orders in the first quarter, which usually holds a fifth of the year.
    >>> forecast_total(30, [0.2, 0.3, 0.2, 0.3], 1)
    Fraction(150, 1)

    Source: K13.
    """
    reached = sum(numbers(actual, "actual", exact, at_most=LONGEST_MONTHS))
    weights = numbers(season, "season", at_most=LONGEST_MONTHS)
    over = exact(months_elapsed, "months_elapsed", None, "number")
    if not 0 < over <= len(weights):
        raise KpiError("#NUM!", "months_elapsed", None, months_elapsed, "elapsed", count=len(weights))
    full = int(over)
    so_far = sum(weights[:full])
    if full < over:
        so_far += weights[full] * (over - full)
    if not so_far:
        raise KpiError("#DIV/0!", "season", None, 0, "elapsed_zero")
    return reached * sum(weights) / so_far


def _column(values: object) -> list:
    """One value or several as a list, blanks kept."""
    return list(values) if isinstance(values, (list, tuple)) else [values]


def _name(value: object, position: int) -> str:
    """A name as text, "" for a blank."""
    if is_blank(value):
        return ""
    if is_error_value(value) or not isinstance(value, (str, int, float)) or isinstance(value, bool):
        raise KpiError("#VALUE!", "names", position, value, "name")
    return value if isinstance(value, str) else plain(value)


def _dries_up(volumes: list[Fraction]) -> int:
    """The first place from which on all volumes are 0."""
    place = len(volumes) - 1
    while place and not volumes[place - 1]:
        place -= 1
    return place


def _log_ratio(a: Fraction, b: Fraction) -> float:
    """ln(a ÷ b), with all digits where they are nearly equal, and for numbers beyond a double too."""
    change = (a - b) / b
    if abs(change) < 0.5:
        return math.log1p(change)
    ratio = a / b
    return math.log(ratio.numerator) - math.log(ratio.denominator)
