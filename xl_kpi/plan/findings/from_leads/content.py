"""コンテンツ: actions of leads that are not in the list, a score of which no part counts."""

from __future__ import annotations

from collections.abc import Iterator

from xl_kpi.errors import Fault
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.wording import fixed
from xl_kpi.plan.leads.content import content_of
from xl_kpi.plan.leads.content_inputs import inputs_of, weight_of
from xl_kpi.plan.leads.rows import leads_of, touches_of
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import is_on


def of_content(plan: Plan) -> Iterator[Fault]:
    """What the page says is wrong with what it counts, as far as it is on."""
    if not is_on(plan, "content"):
        return
    if not sum(inputs_of(plan).weights):
        yield fault("plan_check_content_weights", "0", weight_of("dwell"))
    if count := content_of(plan).base.unknown:
        known = {lead.number.lower() for lead in leads_of(plan)}
        first = next((one for one in touches_of(plan) if one.number and one.number.lower() not in known), None)
        cell, number = (f"tbl_touches[{first.row}].number", first.number) if first else ("leads_as_of", "")
        yield fault("plan_check_touch_unknown", number, cell, count=fixed(float(count), 0))
