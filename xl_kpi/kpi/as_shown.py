"""What whole targets leave of the exact ones (K15): a month closed exactly as shown is on plan, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate

from xl_kpi import calc
from xl_kpi.plan.closed.closing import rest_key, there_key
from xl_kpi.plan.targets import Targets


def kept_rows(targets: Targets) -> Iterator[tuple[str, list[float]]]:
    """Rows to be remembered beside the targets: what the months up to each leave, should it be closed as shown.

    Result: of each stage two rows by month, those of closed months as they were remembered.  ``there``: what the plan
    has in the stage on the day after, less what actuals as shown, each even over its month, come to
    (``calc.under_way``); of the orders, those of the exact plan less those shown.  ``rest``: the exact need so far less
    the whole one, 0 or less and more than -1.
    Equation: what the plan has in a stage = what is in it + Σ new(i) − Σ new(i + 1) ÷ r(i), Σ from the shortage on.
    """
    plan, closed, last = targets.plan, targets.plan.closed_months, len(targets.plan.stages) - 1
    for index, stage in enumerate(plan.stages):
        there = [*_agreed(targets, there_key(stage.id))]
        if index == last:
            upto = [there[-1] if there else Fraction(0)]
            new, whole = targets.new[index].months[closed:], targets.whole_new[index].months[closed:]
            upto += [exact - shown for exact, shown in zip(new, whole, strict=True)]
            there += [*accumulate(upto)][1:]
        else:
            there += _stock(targets, index)
        yield there_key(stage.id), [float(value) for value in there]
        yield rest_key(stage.id), [float(value) for value in _rests(targets, index)]


def _agreed(targets: Targets, what: str) -> list[Fraction]:
    """What was remembered of the closed months; 0 of those that were never."""
    months = targets.plan.agreed.months
    return [calc.exact(months.get((what, month), 0)) for month in range(targets.plan.closed_months)]


def _stock(targets: Targets, index: int) -> Iterator[Fraction]:
    """``there`` of the open months."""
    plan, closing, closed = targets.plan, targets.closing, targets.plan.closed_months
    stage, rate = plan.stages[index], calc.exact(plan.rates[index])
    opened = plan.pipeline.get(stage.id) or 0
    shown = [Fraction(count) for count in targets.whole_new[index].months]
    if closing:
        shown[:closed] = closing.entered[index]
    here, following = targets.new[index], targets.new[index + 1]
    planned = closing.under_way[index] if closing else calc.exact(opened)
    planned += here.before - following.before / rate
    age = plan.settings.get("outlook_age") or "new"
    for month in range(closed, plan.months):
        planned += here.months[month] - following.months[month] / rate
        yield planned - calc.under_way(plan.start, stage.lag, shown[: month + 1], opened, age=age)


def _rests(targets: Targets, index: int) -> list[Fraction]:
    """``rest`` by month; what the live row has before the open months was asked of the closed ones."""
    closed, needed, whole = targets.plan.closed_months, targets.needed[index], targets.whole_live[index]
    found = _agreed(targets, rest_key(targets.plan.stages[index].id))
    total = found[-1] if found else needed.before - whole.before
    for wanted, shown in zip(needed.months[closed:], whole.months[closed:], strict=True):
        total += wanted - shown
        found.append(min(Fraction(0), total))
    return found
