"""How the goal as it is stated becomes that of the plan's months."""

from __future__ import annotations

import calendar
import datetime as dt
from fractions import Fraction

from xl_kpi import calc
from xl_kpi.calc.calendar import months_from
from xl_kpi.plan.model import Plan


def goal_scale(plan: Plan) -> Fraction:
    """How many times the goal as it is stated makes the goal of this plan.

    Arguments: ``plan`` with its ``goal.months``, the months for which the goal is stated (None: those that count).
    Result: a Fraction; the months that count ÷ the months stated.
    Equation: months from the start to the deadline, the last one by its days, ÷ ``goal.months``.
    Example: a goal for 12 months in a plan of 18 counts 3/2 times; with a deadline half-way through June of a plan that
    begins in April, 5/2 months count.

    Source: K1.
    """
    if plan.goal.months is None:
        return Fraction(1)
    last = plan.goal.deadline or calc.month_start(plan.start, plan.months) - dt.timedelta(days=1)
    full = months_from(plan.start, last)
    return (full + Fraction(last.day, calendar.monthrange(last.year, last.month)[1])) / plan.goal.months
