"""The goal and what was stated about it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from xl_kpi.calc import exact
from xl_kpi.errors import Fault, Phrase, Words
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.goal.fees import FEE, WAY, is_monthly
from xl_kpi.plan.goal.parts import EXISTING, order_brings
from xl_kpi.plan.input.raw_values import shown, shown_number
from xl_kpi.plan.input.wording import Rounded, fixed, goal_amount, percent
from xl_kpi.plan.model import Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.targets import Targets

YEAR = 12
NOTHING = Fraction(1, 10**7)  # to be won anew: less is the rounding of a cell


def goal_twice(plan: Plan) -> Iterator[Fault]:
    """A goal and a growth that are both typed: they say the same, else it is an error."""
    if plan.goal.value is not None and plan.goal.growth is not None:
        yield fault("plan_check_goal_twice", shown(plan.goal.growth), "kgi_growth")


def growth_large(plan: Plan) -> Iterator[Fault]:
    """A growth of more than 100 %: 150 % is two and a half times as much, and may have been meant for 1.5 times."""
    goal = plan.goal
    if goal.value is not None or goal.growth is None or goal.baseline is None or goal.growth <= 1:
        return
    growth = exact(goal.growth)
    said: dict[str, Phrase] = {
        "growth": percent(growth),
        "times": shown_number(1 + growth),
        "meant": shown_number(growth),
        "less": percent(growth - 1),
        "goal": goal_amount(exact(goal.baseline) * (1 + growth), goal.kind),
    }
    yield fault("plan_check_growth_large", percent(growth), "kgi_growth", **said)


def margin_none(plan: Plan) -> Iterator[Fault]:
    """A gross margin of 0 or less; with a goal of gross profit it is an error of its own."""
    margin = plan.settings.get("gross_margin")
    if margin is not None and margin <= 0 and plan.goal.kind != "profit":
        yield fault("plan_check_margin_none", percent(margin), "gross_margin", margin=percent(margin))


def covered(targets: Targets) -> Iterator[Fault]:
    """A goal in money that existing customers bring alone."""
    plan = targets.plan
    if plan.goal.in_money and targets.goal <= targets.existing:
        amounts = {"existing": Rounded(targets.existing), "goal": Rounded(targets.goal)}
        yield fault("plan_check_covered", shown(plan.settings.get(EXISTING[0])), EXISTING[0], **amounts)


def fees(plan: Plan) -> Iterator[Fault]:
    """A monthly fee that counts nowhere, since revenue comes at once; fees that change nothing of a goal in orders."""
    typed = plan.settings.get(FEE)
    if typed is not None and not is_monthly(plan):
        yield fault("plan_check_fee_unused", shown(typed), FEE)
    if is_monthly(plan) and not plan.goal.in_money:
        yield fault("plan_check_fee_counted", shown(typed), WAY)


def questions(plan: Plan) -> Iterator[Fault]:
    """What is asked for where a plan does not say it, since a guess may be wrong; `new` asks it as well.

    The days from order to revenue; and whether a goal is a year's, where the plan is longer and neither months nor
    deadline nor monthly goal say so.
    """
    goal = plan.goal
    if goal.in_money and plan.delivery_days is None:
        yield fault("plan_check_delivery", "", "delivery_days")
    if plan.months > YEAR and goal.months is None and goal.deadline is None and not goal.monthly:
        yield fault("plan_check_goal_months", "", "goal_months", months=str(plan.months))


def too_easy(outlook: PlanOutlook) -> Iterator[Fault]:
    """A goal that is not above what there was, or that what is open reaches by itself.

    Special cases: of a plan that is under way, with closed months, nothing is said: its goal was agreed; nor of one so
    short that no lead of its months comes in time.

    Source: K9 (not too easy either).
    """
    targets, plan, goal = outlook.targets, outlook.plan, outlook.plan.goal
    if goal.growth is not None and goal.value is None and goal.growth <= 0:
        yield fault("plan_check_goal_no_growth", percent(goal.growth), "kgi_growth")
    wanted = sum(targets.needed[0].months)  # leads of the plan's own months, which come in time
    in_time = outlook.is_reached and max(outlook.shortage) <= NOTHING
    if not plan.closed_months and wanted > NOTHING >= targets.new[0].total and in_time:
        cell = "kgi_growth" if goal.value is None else "kgi_value"
        said: dict[str, Phrase] = {"goal": goal_amount(targets.goal, goal.kind), "orders": "", "digits": ""}
        brings = order_brings(plan)
        if goal.in_money and brings is not None:  # of an order value with a digit too many hardly an order is needed
            said["orders"] = Words("check_covered_orders", orders=fixed(targets.orders), brings=Rounded(brings))
            said["digits"] = Words("check_covered_digits")
        yield fault("plan_check_goal_covered", goal_amount(targets.goal, goal.kind), cell, **said)
