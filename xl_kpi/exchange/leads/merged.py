"""Several lists of the same leads as one: a row a lead, what a later list says in place of what an earlier one says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from xl_kpi.exchange.leads.rows import prefix_of
from xl_kpi.exchange.leads.source import ROW
from xl_kpi.exchange.leads.table import Leads
from xl_kpi.exchange.leads.typed import BY_MAIL, UNNAMED

_MOST_ROWS = 10**10  # of one list: keeps the rows of the next one behind it


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
    tables = [_numbered(one, place) for place, one in enumerate(about)]
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
    if leads.kind == "deals":
        return touches
    known = own.group_by(key_=BY_MAIL + own["mail"].lower()).aggregate(own_=own["lead"].argmin(own[ROW]))
    joined = touches.left_join(known, touches["lead"] == known["key_"])
    return joined.mutate(lead=joined["own_"].fill_null(joined["lead"])).select(*touches.columns)


def _numbered(leads: Leads, place: int) -> Any:
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
