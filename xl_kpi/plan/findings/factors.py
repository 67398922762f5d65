"""Success factors without a KPI that is in use, and actions whose day has passed."""

from __future__ import annotations

from collections.abc import Iterator

from xl_kpi.errors import Fault
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.kpi_links import KpiLinks
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.pages.tables import KSF_KPIS

_CLOSED = ("done", "dropped")  # actions of which nothing is expected any more


def factors(plan: Plan) -> Iterator[Fault]:
    """What the page KSF says in its column 確認, while it is on.

    Source: K2.
    """
    if not is_on(plan, "ksf"):
        return
    links = KpiLinks.of(plan)
    for id_, row in plan.tables.get("tbl_ksf", {}).items():
        linked = {key: row[key] for key in KSF_KPIS if key in row}
        name, place = str(row.get("factor", "")), f"tbl_ksf[{id_}]"
        if not linked and name:
            yield fault("plan_check_ksf_none", name, f"{place}.{KSF_KPIS[0]}", name=name)
        for key, link in linked.items():
            if link not in links.active:
                said = links.words.get(link, link)
                yield fault("plan_check_ksf_gone", said, f"{place}.{key}", name=name, kpi=said)


def overdue(plan: Plan) -> Iterator[Fault]:
    """Actions that were due before the day of the review and are not done; none while no day is typed.

    Source: K13.
    """
    as_of = plan.settings.get("review_as_of")
    if as_of is None or not is_on(plan, "actions"):
        return
    for id_, row in plan.tables.get("tbl_actions", {}).items():
        due = row.get("due")
        if due and due < as_of and row.get("state") not in _CLOSED:
            name = str(row.get("action") or row.get("finding") or "")
            yield fault("plan_check_action_late", shown(due), f"tbl_actions[{id_}].due", name=name, due=shown(due))
