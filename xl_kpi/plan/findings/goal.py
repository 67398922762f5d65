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
from xl_kpi.plan.input.wording import Money, Rounded, fixed, goal_amount, percent
from xl_kpi.plan.model import Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.targets import Targets

YEAR = 12
MAN = 10_000  # the 万 that may be missing behind a number
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

    The days from order to revenue; an order value that is too small to be one; and whether a goal is a year's, where
    the plan is longer and neither months nor deadline nor monthly goal say so.
    """
    goal = plan.goal
    if goal.in_money and plan.delivery_days is None:
        yield fault("plan_check_delivery", "", "delivery_days")
    yield from order_small(plan)
    if plan.months > YEAR and goal.months is None and goal.deadline is None and not goal.monthly:
        yield fault("plan_check_goal_months", "", "goal_months", months=str(plan.months))


def order_small(plan: Plan) -> Iterator[Fault]:
    """An order value under 10,000 yen for which 万 may have been forgotten: 500 for 500万円.

    Equation: below 10,000 yen, and below what the cheapest lead costs; where no cost of a lead is known, such that
    10,000 times as much is not above the goal.
    Special cases: nothing of a goal in pieces, or where an order pays monthly fees.
    """
    value, goal = plan.order_value, plan.goal
    if not goal.in_money or not value or is_monthly(plan) or value >= MAN:
        return
    costs = [channel.unit_cost for channel in plan.channels_on if channel.unit_cost]
    if value < min(costs) if costs else goal.value is not None and value * MAN <= goal.value:
        amounts = {"value": Money(value), "meant": Money(exact(value) * MAN)}
        yield fault("plan_check_order_small", shown(value), "order_value", **amounts)


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
