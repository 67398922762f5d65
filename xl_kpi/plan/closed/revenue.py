"""What closed months brought in money beside what their orders bring (K15): dearer orders, existing customers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from fractions import Fraction

from xl_kpi import calc
from xl_kpi.plan.goal.fees import is_monthly, price
from xl_kpi.plan.goal.parts import existing_part, margin
from xl_kpi.plan.model import EXISTING_ROW, Plan

Told = Callable[[str, int], float | None]  # the actual of a row in a month
Agreed = Callable[[str, int], Fraction]  # its target


def brings_at_a_time(plan: Plan) -> Fraction:
    """What an order brings of the goal at a time: its value or a monthly fee, of profit its margin; 0 where unknown."""
    return (price(plan) or Fraction(0)) * margin(plan)


def apart_by_month(
    plan: Plan, more: Sequence[Fraction], delivery_days: int, told: Told, agreed: Agreed
) -> list[Fraction]:
    """Of each closed month, what came in more (below 0: less) than its orders account for, in the unit of the goal.

    Arguments: ``more`` orders won in each closed month beyond its target, even over its days; ``delivery_days`` from
    order to revenue; ``told`` and ``agreed`` what the rows of money have.
    Equation: actual − target − what an order brings × the ``more`` orders that are delivered in the month (of monthly
    fees: by its end).
    Special cases: where the goal's row is blank and that of existing customers is not, their actual − target; where
    both are, or the goal is counted, 0.
    Example: 15 million came in a month of 20 million, on as many orders as planned: -5 million.  With an order of 3
    million missing and 17 million: 0.

    Source: K15.
    """
    found, once = [], brings_at_a_time(plan)
    for month, follows in enumerate(delivered_by_month(plan, more, delivery_days)):
        total, own = (told(what, month) for what in (plan.goal.row, EXISTING_ROW))
        if not plan.goal.in_money:
            found.append(Fraction(0))
        elif total is not None:
            found.append(calc.exact(total) - agreed(plan.goal.row, month) - once * follows)
        elif own is not None and existing_part(plan):
            found.append(calc.exact(own) - agreed(EXISTING_ROW, month))
        else:
            found.append(Fraction(0))
    return found


def before_upto(plan: Plan, deadline: dt.date, delivery_days: int, new: Fraction) -> list[Fraction]:
    """What the targets up to each closed month have of orders won before the start of which nobody has typed how many.

    Arguments: ``new`` what orders bring of the goal; ``deadline`` and ``delivery_days`` as they count.
    Result: amounts in the unit of the goal.  Where a month's money is typed it came in, though no order that is known
    of has brought it.
    Equation: new × the goal's part up to the ``delivery_days``-th day of the plan, less what orders that are typed as
    won before the start bring; 0 or more.
    Special cases: 0 for a goal that is counted, and with monthly fees.
    Example: 12 million in a year, 45 days from order to revenue: 1 million up to the end of April, 1.5 of May.

    Source: K15.
    """
    if not plan.goal.in_money or is_monthly(plan):
        return [Fraction(0)] * plan.closed_months
    known, found = calc.exact(plan.won_before) * brings_at_a_time(plan), []
    for end in calc.month_starts(plan.start, plan.closed_months + 1)[1:]:
        days = min(delivery_days, (end - plan.start).days)  # what comes in by then was ordered so long before, at least
        (orders,) = calc.shares(plan.start, plan.months, [], deadline=deadline, season=plan.season, delivery_days=days)
        found.append(max(Fraction(0), new * orders.before - known))
    return found


def delivered_by_month(plan: Plan, orders: Sequence[Fraction], delivery_days: int) -> list[Fraction]:
    """How many of the orders of each month are paid in each of these months: delivered in it, of monthly fees by it."""
    upto = [delivered(plan, orders, delivery_days, month) for month in range(len(orders))]
    return upto if is_monthly(plan) else [now - before for before, now in zip([Fraction(0), *upto], upto)]


def delivered(plan: Plan, orders: Sequence[Fraction], delivery_days: int, month: int) -> Fraction:
    """How many of the orders of each month, even over its days, are delivered by the end of a month."""
    edges: list[dt.date] = [calc.month_start(plan.start, k) for k in range(len(orders) + 1)]
    found = Fraction(0)
    for count, begin, end in zip(orders, edges, edges[1:]):
        part = Fraction((edges[month + 1] - begin).days - delivery_days, (end - begin).days)
        found += count * max(Fraction(0), min(Fraction(1), part))
    return found
