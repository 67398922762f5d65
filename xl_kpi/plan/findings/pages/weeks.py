"""週次実績: rows that can't be added up, and weeks that are not in the actuals of their months yet."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from xl_kpi.calc.calendar import month_start
from xl_kpi.catalog import LANGUAGES, text
from xl_kpi.errors import Fault, Words
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.imported.figures import SOURCES, Figure, is_alike
from xl_kpi.plan.imported.weeks import PAGE, WEEKS, pieces, weekly, weekly_faults
from xl_kpi.plan.input.wording import fixed
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.kpi_links import KpiLinks
from xl_kpi.plan.pages.optional import is_on

MOST_NAMED = 10  # rows that are wrong, each in a line


def of_weeks(plan: Plan) -> Iterator[Fault]:
    """What `import --weeks` would refuse, else what it has not taken in as it stands now.

    Special cases: nothing of a page that is off, and of months that are closed: what comes late for them is a choice.
    """
    if not is_on(plan, PAGE) or not plan.tables.get(WEEKS):
        return
    if wrong := weekly_faults(plan):
        rest = len(wrong) - MOST_NAMED
        more = Words("plan_check_weeks_more", count=fixed(rest)) if rest > 0 else ""
        for place, row in enumerate(wrong[:MOST_NAMED], 1):
            last = more if place == MOST_NAMED else ""
            yield fault("plan_check_weeks_wrong", row.found, str(row.cell), why=row.allowed, more=last)
        return
    first = month_start(plan.start, plan.closed_months)
    end = month_start(plan.start, plan.months)
    taken = _taken(plan)
    waiting = [
        one
        for one in weekly(plan).batch.figures
        if first <= one.month < end
        and not any(is_alike(value, float(one.value)) for value in taken.get((one.link, one.month), ()))
    ]
    if waiting:
        one, name = waiting[0], KpiLinks.of(plan).words.get(waiting[0].link, waiting[0].link)
        about = {"count": fixed(len(waiting)), "name": name, "month": f"{one.month:%Y/%m}"}
        yield fault("plan_check_weeks_waiting", "", _cell(plan, one), **about)


def _taken(plan: Plan) -> dict[tuple, list[float | None]]:
    """By KPI and month the sums that データ元 has of this page, used or not."""
    names = {text(f"sheet_{PAGE}", lang) for lang in LANGUAGES}
    found: dict[tuple, list[float | None]] = {}
    for row in plan.tables.get(SOURCES, {}).values():
        if row.get("system") in names:
            found.setdefault((row.get("kpi"), row.get("month")), []).append(row.get("value"))
    return found


def _cell(plan: Plan, one: Figure) -> str:
    """The first row of a KPI that is in a month, be it in part."""
    rows = plan.tables[WEEKS].items()
    id_ = next(
        id_
        for id_, row in rows
        if row["kpi"] == one.link and one.month in {piece.month for piece in pieces(row["week"], Fraction(0))}
    )
    return f"{WEEKS}[{id_}].value"
