"""Which stage costs how many orders against the plan, and the one that costs most."""

from __future__ import annotations

import math
from fractions import Fraction

from xl_kpi.calc.errors import KpiError, is_blank, is_error_value, plain
from xl_kpi.calc.funnel import MOST_STAGES
from xl_kpi.calc.inputs import as_float, as_listed, numbers, same_length

NOISE = 1e-12  # a part this small beside the orders is binary noise, no loss


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
        mean = gap / log_ratio(real[-1], planned[-1])
    before = 0.0
    for place, (now, then) in enumerate(zip(real, planned)):
        if now and then:
            here = log_ratio(now, then)
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
    labels = [_name(name, position) for position, name in enumerate(as_listed(names), 1)]
    while len(labels) > len(parts) and not labels[-1]:
        labels.pop()
    same_length(labels, "names", len(parts))
    for position, label in enumerate(labels, 1):
        if not label:
            raise KpiError("#VALUE!", "names", position, None, "name")
    worst = min(range(len(parts)), key=lambda place: parts[place])
    return labels[worst] if parts[worst] < -NOISE * math.fsum(map(abs, parts)) else ""


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


def log_ratio(a: Fraction, b: Fraction) -> float:
    """ln(a ÷ b), with all digits where they are nearly equal, and for numbers beyond a double too."""
    change = (a - b) / b
    if abs(change) < 0.5:
        return math.log1p(change)
    ratio = a / b
    return math.log(ratio.numerator) - math.log(ratio.denominator)
