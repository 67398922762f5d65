"""週次実績: rows that can't be added up, and weeks that are not in the actuals of their months yet."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from xl_kpi.calc.calendar import month_start
from xl_kpi.catalog import LANGUAGES, text
from xl_kpi.errors import Fault
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.imported.figures import SOURCES, Figure
from xl_kpi.plan.imported.weeks import PAGE, WEEKS, pieces, weekly, weekly_faults
from xl_kpi.plan.input.wording import fixed
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.kpi_links import KpiLinks
from xl_kpi.plan.pages.optional import is_on


def of_weeks(plan: Plan) -> Iterator[Fault]:
    """What `import --weeks` would refuse, else what it has not taken in as it stands now.

    Special cases: nothing of a page that is off, and of months that are closed: what comes late for them is a choice.
    """
    if not is_on(plan, PAGE) or not plan.tables.get(WEEKS):
        return
    if wrong := weekly_faults(plan):
        yield fault("plan_check_weeks_wrong", wrong[0].found, str(wrong[0].cell), count=fixed(len(wrong)),
                    why=wrong[0].allowed)  # fmt: skip
        return
    first = month_start(plan.start, plan.closed_months)
    end = month_start(plan.start, plan.months)
    taken = _taken(plan)
    waiting = [
        one
        for one in weekly(plan).batch.figures
        if first <= one.month < end and (one.link, one.month, float(one.value)) not in taken
    ]
    if waiting:
        one, name = waiting[0], KpiLinks.of(plan).words.get(waiting[0].link, waiting[0].link)
        about = {"count": fixed(len(waiting)), "name": name, "month": f"{one.month:%Y/%m}"}
        yield fault("plan_check_weeks_waiting", "", _cell(plan, one), **about)


def _taken(plan: Plan) -> set[tuple]:
    """KPI, month and sum of what データ元 has of this page, used or not."""
    names = {text(f"sheet_{PAGE}", lang) for lang in LANGUAGES}
    rows = plan.tables.get(SOURCES, {}).values()
    return {(row.get("kpi"), row.get("month"), row.get("value")) for row in rows if row.get("system") in names}


def _cell(plan: Plan, one: Figure) -> str:
    """The first row of a KPI that is in a month, be it in part."""
    rows = plan.tables[WEEKS].items()
    id_ = next(
        id_
        for id_, row in rows
        if row["kpi"] == one.link and one.month in {piece.month for piece in pieces(row["week"], Fraction(0))}
    )
    return f"{WEEKS}[{id_}].value"
