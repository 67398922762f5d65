"""What the goal is made of: what existing customers bring of it, and what new orders must bring (K1)."""

from __future__ import annotations

from fractions import Fraction

from xl_kpi import calc
from xl_kpi.plan.goal.fees import price, times
from xl_kpi.plan.goal.scale import goal_scale
from xl_kpi.plan.model import Plan

EXISTING = ("existing_revenue", "existing_churn", "existing_upsell")  # the entries on 設定


def margin(plan: Plan) -> Fraction:
    """The gross margin that counts for the goal: the plan's for a goal of profit (0 while it is blank), else 1."""
    return calc.exact(plan.settings.get("gross_margin") or 0) if plan.goal.kind == "profit" else Fraction(1)


def order_brings(plan: Plan) -> Fraction | None:
    """What one order brings within the goal's months: in revenue, for a goal of profit in gross profit.

    Arguments: ``plan`` with its order value or monthly fee, in the unit of its money, and the margin from 0 to 1.
    Result: an amount, of monthly fees the average over all orders; None without a value or fee.
    Equation: order value × margin, or monthly fee × the months in which it is paid (``fees.times``) × margin.
    Example: an order of 500,000 with a margin of 40 % brings 200,000 of gross profit; one of 50,000 a month, in a year
    of even orders, 325,000 of revenue.

    Source: K1.
    """
    once = price(plan)
    return None if once is None else once * times(plan) * margin(plan)


def stated_existing(plan: Plan) -> Fraction:
    """What existing customers bring of the goal as it is stated, for as many months; the rest as ``existing_part``."""
    if not plan.goal.in_money:
        return Fraction(0)
    revenue, churn, more = (calc.exact(plan.settings.get(key) or 0) for key in EXISTING)
    return (revenue * (1 - churn) + more) * margin(plan)


def kept_revenue(plan: Plan) -> Fraction:
    """Revenue of the customers that are there at the start, in the plan's months that count.

    Arguments: ``plan``; its entries are for as many months as its goal is stated for.
    Result: an amount of revenue, also for a goal of profit; 0 for a goal that is counted.
    Equation: (revenue of existing customers × (1 − churn) + up- and cross-sell) × ``goal_scale``.
    Special cases: a blank entry is 0.
    Example: 80 million, 10 % of it lost, 5 million of cross-sell: 77 million.

    Source: K1.
    """
    if not plan.goal.in_money:
        return Fraction(0)
    revenue, churn, more = (calc.exact(plan.settings.get(key) or 0) for key in EXISTING)
    return (revenue * (1 - churn) + more) * goal_scale(plan)


def existing_part(plan: Plan) -> Fraction:
    """What existing customers bring of the goal, in its own unit.

    Equation: ``kept_revenue`` × margin.
    Example: 77 million of revenue with a margin of 40 % are 30.8 million of a goal of profit.
    """
    return kept_revenue(plan) * margin(plan)


def new_part(plan: Plan, goal: Fraction) -> Fraction:
    """What new orders must bring of a goal in the unit of the plan's KGI; 0 where existing customers bring all of it.

    Equation: max(0, goal − ``existing_part``).
    """
    return max(Fraction(0), goal - existing_part(plan))


def orders_for(plan: Plan, goal: Fraction) -> Fraction:
    """Orders that reach a goal in the unit of the plan's KGI; whole when they come from money.

    Equation: ceiling(``new_part`` ÷ ``order_brings``), or the goal itself where orders or customers are counted.
    """
    if plan.goal.in_money:
        return Fraction(calc.orders_from_revenue(new_part(plan, goal), order_brings(plan)))
    return goal
