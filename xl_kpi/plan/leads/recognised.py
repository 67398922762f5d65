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
    alike = _alike(new, left)
    if alike:
        text = Words("leads_ask_same", count=f"{len(alike):,}")
        if asked.ask(QUESTION, text, SAME, OTHER) == SAME:
            found |= alike
    return _renumbered(plan, found) if found else plan


def _alike(rows: Sequence[Row], left: Mapping[str, Row]) -> dict[str, str]:
    """Number of a row that is there → that of the row which may say of the same lead what is known later; each once."""
    on_days: dict[tuple[object, ...], list[str]] = {}
    for number, there in left.items():
        for day in _days(there):
            on_days.setdefault(day, []).append(number)
    alike: dict[str, str] = {}
    for row in rows:
        near = (one for day in _days(row) for one in on_days.get(day, ()) if one not in alike)
        old = next((one for one in near if not _differs(left[one], row)), None)
        if old:
            alike[old] = str(row["number"])
    return alike


def _days(row: Row) -> list[tuple[object, ...]]:
    """Each day of a row with where its lead came from."""
    return [(row.get("source"), row.get("channel"), stage, row[stage]) for stage in LEAD_STAGES if row.get(stage)]


def _differs(there: Row, row: Row) -> bool:
    return any(there[stage] != row[stage] for stage in LEAD_STAGES if there.get(stage) and row.get(stage))


def _renumbered(plan: Plan, numbers: Mapping[str, str]) -> Plan:
    tables = {**plan.tables}
    for table in {LEADS, TOUCHES} & tables.keys():
        rows = tables[table].items()
        tables[table] = {
            id_: {**row, "number": numbers.get(str(row.get("number", "")), row.get("number", ""))} for id_, row in rows
        }
    return plan.with_(tables=tables)
