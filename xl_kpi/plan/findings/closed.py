"""What closed months leave open: blank actuals, money beside the orders, orders for which no day is left."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from xl_kpi.calc import clean_ceiling, exact, month_start
from xl_kpi.catalog.check_limits import check_limits
from xl_kpi.errors import Fault, Words
from xl_kpi.plan.closed.closing import Closing
from xl_kpi.plan.closed.revenue import brings_at_a_time
from xl_kpi.plan.findings.outlook import LEAST_SHORTAGE
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.goal.fees import is_monthly
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import Rounded, fixed
from xl_kpi.plan.keys import actual_key
from xl_kpi.plan.model import EXISTING_ROW
from xl_kpi.plan.targets import Targets


def after_closing(targets: Targets) -> Iterator[Fault]:
    """The first blank actual of closed months, and the orders that are missing after them."""
    closing, start = targets.closing, targets.plan.start
    if closing is None:
        return
    if closing.blanks:
        there = (one for one in closing.blanks if one in targets.plan.agreed.months)  # not of a stage that is new since
        what, month = next(there, closing.blanks[0])
        cell = actual_key(what, month_start(start, month))
        yield fault("plan_check_closed_blank", "", cell, count=len(closing.blanks))
    yield from _money_apart(targets, closing)
    if closing.too_late > LEAST_SHORTAGE:
        until = shown(targets.plan.settings["closed_until"])
        yield fault("plan_check_closed_late", until, "closed_until", count=fixed(clean_ceiling(closing.too_late)))


def _money_apart(targets: Targets, closing: Closing) -> Iterator[Fault]:
    """Money of closed months that clearly differs from what their orders and existing customers were to bring.

    Equation: |Σ ``Closing.apart_by_month``| > ``money_apart`` of what was agreed for these months.
    """
    plan, months = targets.plan, closing.apart_by_month
    apart, once = sum(months, Fraction(0)), brings_at_a_time(plan)
    if not plan.goal.in_money:
        return
    agreed = sum((closing.agreed(plan.goal.row, month) for month in range(closing.months)), Fraction(0))
    if abs(apart) <= exact(check_limits().money_apart) * agreed:
        return
    month = max(range(closing.months), key=lambda one: abs(months[one]))
    what = plan.goal.row if closing.actual(plan.goal.row, month) is not None else EXISTING_ROW
    orders = fixed(clean_ceiling(-apart / once)) if plan.carries_over and apart < 0 < once else None
    yield fault(
        "plan_check_money_apart",
        Rounded(exact(closing.actual(what, month) or 0)),
        actual_key(what, month_start(plan.start, month)),
        amount=Rounded(abs(apart)),
        way=Words("money_less" if apart < 0 else "money_more"),
        carried=Words("money_carried", orders=orders) if orders and not is_monthly(plan) else "",
    )
