"""Assumptions of KPIs that the plan's own closed months have always beaten, or always missed (K9)."""

from __future__ import annotations

from collections.abc import Iterator

from xl_kpi.catalog.check_limits import check_limits
from xl_kpi.errors import Fault
from xl_kpi.formulas.formula import is_input
from xl_kpi.kpi.figures import attainment, is_number
from xl_kpi.plan.closed.channel_actuals import actual_rows
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.findings import fault
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import percent
from xl_kpi.plan.keys import KPIS
from xl_kpi.plan.model import Plan


def against_own_actuals(plan: Plan) -> Iterator[Fault]:
    """A hint for each assumption that is too easy or out of reach by what the closed months have brought.

    Arguments: ``plan``, sound.  Result: ``cell`` is the key of the assumption.
    Equation: the attainment of each closed month is 1.5 and more, or a half and less (where less is better the other
    way round); nothing is said of fewer than three months, or where one is blank.

    Source: K9 (achievable, against history; not too easy either).
    """
    limits, closed = check_limits(), plan.closed_months
    if closed < limits.least_months:
        return
    for channel in plan.channels_on:
        rows = actual_rows(plan, channel)
        for kpi in shown_kpis(plan, channel):
            if not is_input(kpi.target) or not kpi.value:
                continue
            reached = [attainment(month, kpi.value, kpi.better) for month in rows[kpi.id][:closed]]
            parts = [float(month) for month in reached if is_number(month)]
            if len(parts) < closed:
                continue
            values = {"name": {"ja": kpi.name_ja, "en": kpi.name_en}, "months": closed}
            found = percent(kpi.value) if kpi.unit == "rate" else shown(kpi.value)
            cell = f"{KPIS}[{kpi.channel}.{kpi.id}].value"
            if min(parts) >= limits.too_easy:
                yield fault("plan_check_kpi_easy", found, cell, times=f"{limits.too_easy:g}", **values)
            elif max(parts) <= limits.too_hard:
                yield fault("plan_check_kpi_hard", found, cell, share=percent(limits.too_hard), **values)
