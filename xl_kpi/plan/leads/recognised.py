"""Rows of リード一覧 found again for leads whose lists have no ids: under numbers that they had, else asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from xl_kpi.errors import Words
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.leads.rows import LEADS, TOUCHES
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import LEAD_STAGES

Row = Mapping[str, Any]
_MADE = re.compile(r"(?:deals-)?x[nt]?[0-9a-f]{12}(?:-[0-9]+)?")  # a number of a lead whose list has no ids
SAME, OTHER = "same", "other"
QUESTION = "leads_same"


def recognised(plan: Plan, rows: Sequence[Row], before: Mapping[str, Sequence[str]], asked: Asked) -> Plan:
    """The plan whose rows have the numbers under which a list knows their leads now.

    Arguments: ``rows`` of the list; ``before``: number of a lead → those that it had; ``asked`` gets the question, one
    for all leads.
    Equation: a row under a number that its lead had gets the new one.  A lead without an id that is still not there,
    and a row without one that the list does not know, of the same source and channel, with a day in common and none
    that differs, may be the same: asked.
    Special cases: what leads did goes with them; without an answer nothing is changed.
    Example: a lead of a list without ids reached MQL since: its row is changed, and no second one comes.
    """
    there = {str(row.get("number", "")): row for row in plan.tables.get(LEADS, {}).values()}
    now = {str(row["number"]) for row in rows}
    found: dict[str, str] = {}  # number of a row → the one that its lead has now
    for number, numbers in before.items():
        old = next((one for one in numbers if one in there and one not in now | found.keys()), None)
        if number not in there and old:
            found[old] = number
    known = there.keys() | {*found.values()}
    new = [row for row in rows if _MADE.fullmatch(str(row["number"])) and row["number"] not in known]
    left = {one: row for one, row in there.items() if _MADE.fullmatch(one) and one not in now | found.keys()}
    alike: dict[str, str] = {}
    for row in new if left else ():
        old = next((one for one in left if one not in alike and _may_be(left[one], row)), None)
        if old:
            alike[old] = str(row["number"])
    if alike:
        text = Words("leads_ask_same", count=f"{len(alike):,}")
        if asked.ask(QUESTION, text, SAME, OTHER) == SAME:
            found |= alike
    return _renumbered(plan, found) if found else plan


def _may_be(there: Row, row: Row) -> bool:
    """Whether a row may say of the same lead what another one says, later."""
    if any(there.get(one, "") != row.get(one, "") for one in ("source", "channel")):
        return False
    days = [(there.get(stage), row.get(stage)) for stage in LEAD_STAGES]
    return any(old and old == new for old, new in days) and not any(old and new and old != new for old, new in days)


def _renumbered(plan: Plan, numbers: Mapping[str, str]) -> Plan:
    tables = {**plan.tables}
    for table in {LEADS, TOUCHES} & tables.keys():
        rows = tables[table].items()
        tables[table] = {
            id_: {**row, "number": numbers.get(str(row.get("number", "")), row.get("number", ""))} for id_, row in rows
        }
    return plan.with_(tables=tables)
