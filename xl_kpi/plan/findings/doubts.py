"""What a plan without errors makes one doubt: every subject in turn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from xl_kpi.errors import Fault
from xl_kpi.plan.findings.capacity import above_limits
from xl_kpi.plan.findings.closed import after_closing
from xl_kpi.plan.findings.dates import next_steps, overdue, passed, to_come, too_long, unsigned
from xl_kpi.plan.findings.digits import assumed_digits
from xl_kpi.plan.findings.economics import of_economics
from xl_kpi.plan.findings.from_leads.content import of_content
from xl_kpi.plan.findings.from_leads.scores import of_scores
from xl_kpi.plan.findings.goal import covered, fees, goal_twice, growth_large, margin_none, questions, too_easy
from xl_kpi.plan.findings.money import amounts, over_budget, unit_costs
from xl_kpi.plan.findings.origin import examples, guesses, without_basis
from xl_kpi.plan.findings.outlook import of_outlook, too_dear
from xl_kpi.plan.findings.pages.relations import leads, relations
from xl_kpi.plan.findings.pages.weeks import of_weeks
from xl_kpi.plan.findings.paths import counted_twice, factors, off_the_path
from xl_kpi.plan.findings.published import outside_published
from xl_kpi.plan.findings.rates import outside_history, raised_to_fit
from xl_kpi.plan.findings.smart import smart
from xl_kpi.plan.model import Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.records import Records
from xl_kpi.plan.targets import Targets


def doubts(plan: Plan, *, records: Records | None = None, today: dt.date | None = None) -> Iterator[Fault]:
    """What a plan without errors makes one doubt.

    Arguments: ``plan``, sound; ``records`` what its workbook remembers, where it is known; ``today`` the day on which
    is asked (None: nothing is said of days that have passed).
    Result: ``cell`` is a key of ``plan.checks``.
    """
    targets = Targets(plan)
    outlook = PlanOutlook(targets)
    yield from goal_twice(plan)
    yield from fees(plan)
    yield from growth_large(plan)
    yield from margin_none(plan)
    yield from questions(plan)
    yield from covered(targets)
    yield from amounts(plan)
    yield from of_outlook(outlook)
    yield from too_dear(outlook)
    yield from unit_costs(plan)
    yield from of_economics(targets)
    yield from over_budget(targets)
    yield from after_closing(targets)
    yield from above_limits(targets)
    yield from too_long(targets, today)
    if today:
        yield from passed(targets, today)
    yield from off_the_path(plan)
    yield from counted_twice(plan)
    yield from outside_history(targets)
    if records:
        yield from raised_to_fit(plan, outlook, records.last, records.history)
    yield from too_easy(outlook)
    yield from outside_published(plan)
    yield from assumed_digits(plan)
    yield from guesses(outlook)
    yield from without_basis(plan)
    yield from smart(plan)
    yield from relations(plan, today)
    yield from leads(plan)
    yield from of_scores(plan)
    yield from of_content(plan)
    yield from factors(plan)
    yield from of_weeks(plan)
    yield from overdue(plan, today)
    yield from unsigned(plan)
    if today:
        yield from to_come(plan, today)
        yield from next_steps(plan, today)
    yield from examples(plan)
