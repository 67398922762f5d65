"""What a plan without errors makes one doubt: every subject in turn."""

from __future__ import annotations

from collections.abc import Iterator

from xl_kpi.errors import Fault
from xl_kpi.plan.findings.capacity import above_limits
from xl_kpi.plan.findings.closed import after_closing
from xl_kpi.plan.findings.economics import of_economics
from xl_kpi.plan.findings.examples import examples
from xl_kpi.plan.findings.goal import covered, goal_twice, questions
from xl_kpi.plan.findings.money import amounts, unit_costs
from xl_kpi.plan.findings.outlook import of_outlook, too_dear
from xl_kpi.plan.model import Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.targets import Targets


def doubts(plan: Plan) -> Iterator[Fault]:
    """What a plan without errors makes one doubt.

    Arguments: ``plan``, sound.  Result: ``cell`` is a key of ``plan.checks``.
    """
    targets = Targets(plan)
    outlook = PlanOutlook(targets)
    yield from goal_twice(plan)
    yield from questions(plan)
    yield from covered(targets)
    yield from amounts(plan)
    yield from of_outlook(outlook)
    yield from too_dear(outlook)
    yield from unit_costs(plan)
    yield from of_economics(targets)
    yield from after_closing(targets)
    yield from above_limits(targets)
    yield from examples(plan)
