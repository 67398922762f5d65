"""Actions of which only an address is known, given to the leads that have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xl_kpi.exchange.leads.engine import rows_of
from xl_kpi.exchange.leads.rows import number_of_mail
from xl_kpi.exchange.leads.source import ROW
from xl_kpi.exchange.leads.table import Leads
from xl_kpi.exchange.leads.typed import BY_MAIL, UNNAMED
from xl_kpi.plan.leads.rows import LEADS
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import MOST_LEADS

Row = Mapping[str, Any]
_DEALS = "deals"


@dataclass(frozen=True)
class Rows:
    """The leads of a list and what they did; ``by_mail`` as ``numbers_by_mail`` says."""

    listed: Sequence[Row]
    touches: Sequence[Row]
    by_mail: Mapping[str, str]


def numbers_by_mail(leads: Leads) -> dict[str, str]:
    """Number that is made of an address → the lead's own one, of leads that have both; the first of several.

    Special cases: none of deals, which are no leads, nor of more leads than are listed.
    """
    if leads.kind == _DEALS:
        return {}
    table = leads.table
    own = ~(table["lead"].startswith(UNNAMED) | table["lead"].startswith(BY_MAIL))
    rows = rows_of(table.filter(own & table["mail"].notnull()).order_by(ROW).limit(MOST_LEADS).select("mail", "lead"))
    return {number_of_mail(str(mail)): str(lead) for mail, lead in reversed(rows)}


def linked(lists: Sequence[Rows], plan: Plan) -> tuple[Rows, ...]:
    """Lists whose leads have the number under which the other lists and リード一覧 know their address.

    Equation: what is known of such a lead stays, and gets what only its actions say; it stands in one list alone.
    """
    there = {str(row["number"]): row for row in plan.tables.get(LEADS, {}).values() if row.get("number")}
    known = {number_of_mail(str(row["mail"]).lower()): number for number, row in there.items() if row.get("mail")}
    for one in lists:
        known |= one.by_mail
    if not known:
        return tuple(lists)
    named = {str(row["number"]) for one in lists for row in one.listed} - known.keys()
    more: dict[str, Row] = {}  # number of a lead in another list → what its actions say
    found = []
    for one in lists:
        listed, says_more = list[Row](), False
        for row, number in _numbered(one.listed):
            own = known.get(number, number)
            if own == number:
                listed.append(row)
            elif own in named:
                more[own] = {**row, "number": own}
            elif len(row) > 1:
                listed.append({**row, **there.get(own, {}), "number": own})
                says_more = True
        if says_more:
            listed = [{**there.get(number, {}), **row} for row, number in _numbered(listed)]  # takes nothing away
        touches = [{**row, "number": known.get(number, number)} for row, number in _numbered(one.touches)]
        found.append(replace(one, listed=listed, touches=touches))
    return tuple(
        replace(one, listed=[{**more.get(number, {}), **row} for row, number in _numbered(one.listed)]) for one in found
    )


def _numbered(rows: Iterable[Row]) -> Iterable[tuple[Row, str]]:
    return ((row, str(row["number"])) for row in rows)
