"""A plan as it was known on a day: what was typed of later days is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from xl_kpi import calc
from xl_kpi.calc.calendar import DAY
from xl_kpi.plan.leads.totals import AS_OF, totals_of
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import LEAD_STAGES
from xl_kpi.plan.pages.tables import Rows

LEADS, LEAD_TOTALS = "tbl_leads", "tbl_lead_totals"
DAYS = ("tbl_touches", "tbl_surveys", "tbl_reviews", "tbl_mentions", "tbl_answers", "tbl_meetings", "tbl_feedback")
MONTHS = ("tbl_searches", "tbl_handover")  # whose rows are of a month
OUTCOME = ("closed", "outcome", "lost_reason")  # of a lead: what is known when it is over
LOOKED_AT = ("leads_as_of", "brand_date")  # days on which a page looks at what is open


def as_known(plan: Plan, as_of: dt.date | None) -> Plan:
    """A plan as it was known on a day.

    Arguments: ``as_of`` the day; None leaves the plan as it is.
    Result: without the actuals of months that were not over, none of these closed; without leads, actions, answers and
    mentions of later days, leads without what became of them later, and pages that look at what is open do so on the
    day at the latest.  Counted leads of a later day are left out: nobody knows how many there were.
    """
    if as_of is None:
        return plan
    count = plan.months_past(as_of)
    settings = {key: value for key, value in plan.settings.items() if key != "closed_until"}
    settings |= {key: min(settings[key], as_of) for key in LOOKED_AT if settings.get(key)}
    if closed := min(count, plan.closed_months):
        settings["closed_until"] = calc.month_start(plan.start, closed - 1)
    actuals = {(what, month): one for (what, month), one in plan.actuals.items() if month < count}
    tables = {key: _known(key, rows, as_of) for key, rows in plan.tables.items()}
    if any(dt.date.fromisoformat(one.key) > as_of for one in totals_of(plan).parts(AS_OF)):
        tables.pop(LEAD_TOTALS, None)
    return plan.with_(actuals=actuals, settings=settings, tables=tables)


def _known(table: str, rows: Rows, as_of: dt.date) -> Rows:
    """The rows of a table, as far as they were there on a day."""
    if table == LEADS:
        return {id_: known for id_, row in rows.items() if (known := _lead(row, as_of)) is not None}
    if table in DAYS:
        there = {id_: row for id_, row in rows.items() if not row.get("on") or row["on"] <= as_of}
        return {id_: _until(row, ("answered_on",), as_of) for id_, row in there.items()}
    if table in MONTHS:
        return {
            id_: row for id_, row in rows.items()
            if not row.get("month") or calc.month_start(row["month"], 1) - DAY <= as_of
        }  # fmt: skip
    return rows


def _lead(row: Mapping[str, Any], as_of: dt.date) -> Mapping[str, Any] | None:
    """A lead as it was known; None for one that came later."""
    days = [row[stage] for stage in LEAD_STAGES if row.get(stage)]
    if days and min(days) > as_of:
        return None
    known = dict(_until(row, LEAD_STAGES, as_of))
    if any(day > as_of for day in (*days, *filter(None, [row.get("closed")]))):  # what comes last is the outcome
        for one in OUTCOME:
            known.pop(one, None)
    return known


def _until(row: Mapping[str, Any], columns: tuple[str, ...], as_of: dt.date) -> Mapping[str, Any]:
    """A row without days that come later."""
    return {key: value for key, value in row.items() if key not in columns or not value or value <= as_of}
