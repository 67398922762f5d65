"""What whole targets leave of the exact ones (K15): a month closed exactly as shown is on plan, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate

from xl_kpi import calc
from xl_kpi.calc.economy import subscription
from xl_kpi.plan.closed.closing import fees_key, rate_key, rest_key, there_key
from xl_kpi.plan.goal.fees import is_monthly
from xl_kpi.plan.targets import Targets


def kept_rows(targets: Targets) -> Iterator[tuple[str, list[float]]]:
    """Rows to be remembered beside the targets: what the months up to each leave, should it be closed as shown.

    Result: of each stage rows by month, those of closed months as they were remembered.  ``there``: what the plan
    has in the stage on the day after, less what actuals as shown, each even over its month, come to
    (``calc.under_way``); of the orders, those of the exact plan less those shown.  ``rest``: the exact need so far less
    the whole one, 0 or less and more than -1.  ``rate``: that to the next stage, with which the targets were made.
    For a goal in money one row more, 0 without monthly fees: those of the exact orders so far less those of the orders
    shown.
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
        if index < last:
            yield rate_key(stage.id), [*_rates(targets, index)]
    if plan.goal.in_money:
        yield fees_key(plan.stages[last].id), [float(value) for value in _fees(targets)]


def _agreed(targets: Targets, what: str) -> list[Fraction]:
    """What was remembered of the closed months; 0 of those that were never."""
    months = targets.plan.agreed.months
    return [calc.exact(months.get((what, month), 0)) for month in range(targets.plan.closed_months)]


def _rates(targets: Targets, index: int) -> Iterator[float]:
    """``rate`` by month: of closed months that of then, of the others that of now."""
    plan, closing = targets.plan, targets.closing
    for month in range(plan.months):
        agreed = closing is not None and month < closing.months
        yield float(closing.rate_then(index, month) if closing and agreed else plan.rates[index] or 0)


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


def _fees(targets: Targets) -> list[Fraction]:
    """The fees within the goal's months: of the plan's exact orders by their days, less those of the orders shown.

    What is won before the start stands for the plan's earliest orders.
    """
    plan, closed, stage = targets.plan, targets.plan.closed_months, targets.plan.stages[-1].id
    if not is_monthly(plan):
        return [*_agreed(targets, fees_key(stage)), *[Fraction(0)] * (plan.months - closed)]
    last, delivery = targets.deadline, targets.delivery_days
    left = [Fraction(1), 1 - targets.shares[-1].before]
    left += [
        calc.orders_left(plan.start, end, deadline=last, season=plan.season, delivery_days=delivery)
        for end in range(1, plan.months + 1)
    ]
    left.append(Fraction(0))
    fees = [subscription.fees_after(part, plan.start, last, plan.season) for part in left]
    steps = zip(fees, fees[1:], left, left[1:])
    means = [(then - now) / (begun - ended) if begun > ended else Fraction(0) for then, now, begun, ended in steps]
    found, new = _agreed(targets, fees_key(stage)), targets.new[-1]
    if found:
        total = found[-1]
    else:
        covered = zip(targets.needed[-1].parts, new.parts, means, strict=True)
        total = sum(((needed - anew) * mean for needed, anew, mean in covered), Fraction(0))
        total -= calc.exact(plan.pipeline.get(stage) or 0) * subscription.fees_of_start(plan.start, last, delivery)
    for month in range(closed, plan.months):
        shown = targets.whole_new[-1].months[month] * subscription.fees_of_month(plan.start, month, last, delivery)
        total += new.months[month] * means[1 + month] - shown
        found.append(total)
    return found


def _rests(targets: Targets, index: int) -> list[Fraction]:
    """``rest`` by month; what the live row has before the open months was asked of the closed ones."""
    closed, needed, whole = targets.plan.closed_months, targets.needed[index], targets.whole_live[index]
    found = _agreed(targets, rest_key(targets.plan.stages[index].id))
    total = found[-1] if found else needed.before - whole.before
    for wanted, shown in zip(needed.months[closed:], whole.months[closed:], strict=True):
        total += wanted - shown
        found.append(min(Fraction(0), total))
    return found
