"""The same leads in several lists: rows linked by an address, and whole lists as one, a row a lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xl_kpi.exchange.leads.engine import rows_of
from xl_kpi.exchange.leads.rows import number_of_mail, prefix_of
from xl_kpi.exchange.leads.source import ROW
from xl_kpi.exchange.leads.table import Leads
from xl_kpi.exchange.leads.typed import BY_MAIL, UNNAMED
from xl_kpi.plan.leads.rows import LEADS
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import MOST_LEADS

Row = Mapping[str, Any]
_DEALS = "deals"
_MOST_ROWS = 10**10  # of one list: keeps the rows of the next one behind it


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


def merged(lists: Sequence[Leads]) -> Leads:
    """The leads of all lists, and what they did.

    Arguments: ``lists`` at least one, in the order in which they count; lists of actions alone (``is_actions``) say
    what leads of the others did.
    Equation: of each column the last list counts that says something of the lead.
    Special cases: a deal is no lead of the same number; leads without an id are one lead in no two lists;
    actions known by an address are of the lead that has it.
    """
    about = [one for one in lists if not one.is_actions] or lists[:1]
    first, touches = about[0], _union([one.touches for one in lists if one.touches is not None])
    if touches is not None:
        for one in about:
            touches = _of_addresses(one, touches)
    if len(about) == 1:
        return replace(first, touches=touches)
    tables = [_placed(one, place) for place, one in enumerate(about)]
    whole = _union(tables)
    said = {
        name: whole[name].argmax(whole["place"], where=whole[name].notnull())
        for name in first.table.columns
        if name not in ("lead", ROW)
    }
    table = whole.group_by("lead").aggregate(**{ROW: whole[ROW].min()}, **said)
    dated = tuple(stage for stage in first.stages if any(stage in one.dated for one in about))
    return replace(first, table=table, touches=touches, dated=dated, kind="leads")


def _of_addresses(leads: Leads, touches: Any) -> Any:
    """Actions with the number of the lead that has their address; the first of several."""
    table = leads.table
    own = table.filter(
        ~(table["lead"].startswith(UNNAMED) | table["lead"].startswith(BY_MAIL)) & table["mail"].notnull()
    )
    if leads.kind == _DEALS:
        return touches
    known = own.group_by(key_=BY_MAIL + own["mail"].lower()).aggregate(own_=own["lead"].argmin(own[ROW]))
    joined = touches.left_join(known, touches["lead"] == known["key_"])
    return joined.mutate(lead=joined["own_"].fill_null(joined["lead"])).select(*touches.columns)


def _placed(leads: Leads, place: int) -> Any:
    """A table of leads whose numbers hold among others, with the place of its list."""
    import ibis

    table = leads.table
    named = ibis.literal(prefix_of(leads.kind)) + table["lead"]
    lead = table["lead"].startswith(UNNAMED).ifelse(ibis.literal(f"{UNNAMED}{place}-") + table["lead"], named)
    row = table[ROW].cast("int64") + place * _MOST_ROWS
    return table.mutate(**{"lead": lead, ROW: row, "place": ibis.literal(place, "int64")})


def _union(tables: Sequence[Any]) -> Any:
    if not tables:
        return None
    whole, *others = tables
    for other in others:
        whole = whole.union(other)
    return whole
