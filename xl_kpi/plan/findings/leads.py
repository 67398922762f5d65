"""Leads: stages that take longer than their standard, in which too many wait, and the reason for most losses."""

from __future__ import annotations

from collections.abc import Iterator

from xl_kpi.errors import Fault
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.wording import fixed, percent
from xl_kpi.plan.leads.durations import SLOW, Durations, Step, reason_of
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import is_on


def leads(plan: Plan) -> Iterator[Fault]:
    """What the page 所要日数 warns about, as far as it is on and has leads enough."""
    if not is_on(plan, "durations"):
        return
    found = Durations(plan)
    for step in found.steps:
        standard, days = found.standard(step), found.days(step)
        if isinstance(standard, str):
            continue
        cell, name = f"standard_{step.start}", _name(plan, step)
        limit = fixed(standard, 1)
        if found.verdict(step) == SLOW and not isinstance(days.median, str):
            median, count = fixed(days.median, 1), fixed(days.count, 0)
            yield fault("plan_check_stage_slow", limit, cell, name=name, median=median, standard=limit, count=count)
        if found.too_many_wait(step):
            waiting, opened = fixed(float(found.waiting(step)), 0), fixed(found.open(step), 0)
            yield fault("plan_check_leads_wait", limit, cell, name=name, open=opened, waiting=waiting, standard=limit)
    if reason := found.dominating:
        share = percent(found.reasons[0][1] / sum(count for _, count in found.reasons))
        row = next((one.row for one in found.leads if reason_of(one) == reason), "")
        cell = f"tbl_leads[{row}].lost_reason" if row else "leads_as_of"
        yield fault("plan_check_lost_reason", reason, cell, reason=reason, share=share)


def _name(plan: Plan, step: Step) -> str:
    names = {stage.id: stage.name for stage in plan.stages}
    return f"{names[step.start]} → {names[step.end]}"
