"""Numbers stated for the same goal that do not fit together (domain C5), with what would make them fit."""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterator
from fractions import Fraction

from xl_kpi import calc
from xl_kpi.calc.calendar import months_from
from xl_kpi.catalog import choice_ids
from xl_kpi.errors import Fault, Joined, Words
from xl_kpi.plan.goal.fees import FEE
from xl_kpi.plan.goal.parts import EXISTING, order_brings, stated_existing
from xl_kpi.plan.goal.scale import goal_scale
from xl_kpi.plan.input.amounts import LARGEST
from xl_kpi.plan.input.raw_values import number_of, shown
from xl_kpi.plan.input.wording import Money, goal_amount, percent
from xl_kpi.plan.model import MAX_MONTHS, Plan

# A stated number may be rounded: to three significant digits it is off by at most 0.5 %.
ROUNDED = Fraction(5, 1000)


def stated_goal(plan: Plan) -> Fraction | None:
    """The KGI in its own unit, typed or grown from the baseline; None when it can't be told."""
    goal = plan.goal
    value, baseline, growth = number_of(goal.value), number_of(goal.baseline), number_of(goal.growth)
    if value is not None:
        return value if value > 0 else None
    if baseline is None or growth is None or baseline <= 0 or growth <= -1:
        return None
    return baseline * (1 + growth)


def contradictions(plan: Plan) -> Iterator[Fault]:
    """The faults, level error, of all stated numbers that contradict the goal.

    Arguments: ``plan``, of which goal, months and order value may still be wrong (then there is nothing to
    compare).
    Equation: monthly × months = goal of the plan's months; customers × what an order brings = what
    new orders must bring.  Fits within 0.5 %, or when a count is the goal's share rounded up.  No volume that goal and
    rates ask for may be beyond what can be typed.
    """
    goal = stated_goal(plan)
    if goal is None or plan.goal.kind not in choice_ids("kind"):
        return
    yield from _growth(plan)
    counted = goal * _scale(plan)
    yield from _monthly(plan, counted)
    existing = _existing(plan)
    yield from _customers(plan, goal, existing)
    yield from _volumes(plan, counted, max(Fraction(0), counted - existing * _scale(plan)))


def _existing(plan: Plan) -> Fraction:
    """``stated_existing``; 0 where an entry is wrong, which is a fault of its own."""
    typed = (plan.settings.get(key) for key in (*EXISTING, "gross_margin"))
    return stated_existing(plan) if all(one is None or number_of(one) is not None for one in typed) else Fraction(0)


def _brings(plan: Plan) -> Fraction | None:
    """``order_brings``; None where an entry is wrong."""
    typed = (plan.order_value, plan.settings.get(FEE), plan.settings.get("gross_margin"))
    if not all(one is None or number_of(one) is not None for one in typed):
        return None
    try:
        return order_brings(plan)
    except (calc.KpiError, TypeError, ValueError, OverflowError):  # months, deadline or season: faults of their own
        return None


def _scale(plan: Plan) -> Fraction:
    """``goal_scale``; 1 where the months are wrong, which is a fault of its own."""
    months, stated = number_of(plan.months), number_of(plan.goal.months)
    if any(one is None or one.denominator > 1 or not 1 <= one <= MAX_MONTHS for one in (months, stated)):
        return Fraction(1)
    return goal_scale(plan) if plan.goal.deadline is None or plan.goal.deadline >= plan.start else Fraction(1)


def _fits(stated: Fraction, exact: Fraction, *, count: bool) -> bool:
    return abs(stated - exact) <= ROUNDED * exact or (count and stated == math.ceil(exact))


def _growth(plan: Plan) -> Iterator[Fault]:
    goal = plan.goal
    value, baseline, growth = number_of(goal.value), number_of(goal.baseline), number_of(goal.growth)
    if value is None or baseline is None or growth is None or baseline <= 0 or growth <= -1:
        return
    expected = baseline * (1 + growth)
    # Typed twice, so it must be the same to the yen; a count may be rounded up.
    if round(value) == round(expected) or (not goal.in_money and value == math.ceil(expected)):
        return
    shown = {name: goal_amount(amount, goal.kind) for name, amount in
             (("baseline", baseline), ("expected", expected), ("value", value))}  # fmt: skip
    sign = "+" if growth >= 0 else ""
    allowed = Words("plan_check_growth_value", growth=sign + percent(growth), **shown)
    yield Fault(shown["value"], allowed, cell="kgi_value")


def _monthly(plan: Plan, goal: Fraction) -> Iterator[Fault]:
    kind = plan.goal.kind
    monthly, months = number_of(plan.goal.monthly), number_of(plan.months)
    if monthly is None or monthly <= 0 or months is None or months.denominator != 1 or not 1 <= months <= MAX_MONTHS:
        return
    if any(_fits(monthly, goal / period, count=not plan.goal.in_money) for period in _periods(plan)):
        return
    shown = {"monthly": goal_amount(monthly, kind), "goal": goal_amount(goal, kind)}
    product = goal_amount(monthly * months, kind)
    allowed = Words("plan_monthly_differs", months=int(months), product=product, **shown)
    fitting = goal / monthly
    if fitting.denominator == 1 and fitting <= MAX_MONTHS:
        fits = Words("plan_monthly_fits_months", months=int(fitting))
    else:
        needed = goal / months if plan.goal.in_money else Fraction(math.ceil(goal / months))
        fits = Words("plan_monthly_fits_monthly", monthly=goal_amount(needed, kind))
    yield Fault(Words("plan_monthly_found", **shown), Joined((allowed, fits)), cell="kgi_monthly")


def _periods(plan: Plan) -> set[int]:
    """The numbers of months that the goal may be spread over: the plan's, and those up to the deadline."""
    periods = {int(plan.months)}
    deadline = plan.goal.deadline
    if deadline is not None and deadline >= plan.start:
        begun = months_from(plan.start, deadline) + 1
        cut = deadline.day < calendar.monthrange(deadline.year, deadline.month)[1]
        periods |= {begun, begun - 1} - {0} if cut else {begun}
    return periods


def _customers(plan: Plan, goal: Fraction, existing: Fraction) -> Iterator[Fault]:
    kind = plan.goal.kind
    customers, order_value = number_of(plan.goal.customers), _brings(plan)
    if customers is None or customers <= 0:
        return
    stated = goal_amount(customers, "customers")
    found = Words("plan_customers_found", customers=stated)
    if kind == "customers" and not _fits(customers, goal, count=True):
        shown = goal_amount(goal, kind)
        yield Fault(found, Words("plan_customers_goal_differ", goal=shown), cell="kgi_customers")
    if not plan.goal.in_money or order_value is None or order_value <= 0:
        return
    goal = max(Fraction(0), goal - existing)
    if not _fits(customers, goal / order_value, count=True):
        allowed = Words(
            "plan_customers_differ",
            customers=stated,
            order_value=Money(order_value),
            product=Money(customers * order_value),
            goal=Money(goal),
            what=Words("plan_goal_new" if existing else "plan_goal_whole"),
            needed=goal_amount(Fraction(math.ceil(goal / order_value)), "customers"),
            fitting=Money(goal / customers),
        )
        yield Fault(found, allowed, cell="kgi_customers")


def _volumes(plan: Plan, goal: Fraction, new: Fraction) -> Iterator[Fault]:
    """The first stage, seen from the goal, of which more would be needed than a cell can hold."""
    kind, price = plan.goal.kind, Fraction(1)
    if plan.goal.in_money:
        price = _brings(plan) or Fraction(0)
    typed = [*(stage.rate for stage in plan.stages[:-1]), *plan.channel_rates.values()]
    shares = [number_of(channel.share) for channel in plan.channels_on]
    if price <= 0 or not all(0 < (number_of(rate) or 0) <= 1 for rate in typed) or None in shares:
        return
    rates = [number_of(rate) or Fraction(0) for rate in plan.rates]
    volume = new / price
    if goal > LARGEST:  # typed it is refused earlier: it has grown to this
        allowed = Words("plan_check_goal_beyond", largest=f"{LARGEST:,}")
        yield Fault(goal_amount(goal, kind), allowed, cell="kgi_growth")
        return
    for stage, rate in reversed(list(zip(plan.stages, rates))):
        volume /= rate
        if volume > LARGEST:
            allowed = Words("plan_check_volume_beyond", stage=stage.name, largest=f"{LARGEST:,}")
            yield Fault(shown(stage.rate), allowed, cell=f"tbl_stages[{stage.id}].rate")
            return
