"""The goal and what was stated about it."""

from __future__ import annotations

from collections.abc import Iterator

from xl_kpi.errors import Fault
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.goal.parts import EXISTING
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import Rounded
from xl_kpi.plan.model import Plan
from xl_kpi.plan.targets import Targets

YEAR = 12


def goal_twice(plan: Plan) -> Iterator[Fault]:
    """A goal and a growth that are both typed: they say the same, else it is an error."""
    if plan.goal.value is not None and plan.goal.growth is not None:
        yield fault("plan_check_goal_twice", shown(plan.goal.growth), "kgi_growth")


def covered(targets: Targets) -> Iterator[Fault]:
    """A goal in money that existing customers bring alone."""
    plan = targets.plan
    if plan.goal.in_money and targets.goal <= targets.existing:
        amounts = {"existing": Rounded(targets.existing), "goal": Rounded(targets.goal)}
        yield fault("plan_check_covered", shown(plan.settings.get(EXISTING[0])), EXISTING[0], **amounts)


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
