"""One shape for every list: a row a lead with the day of each stage, where it came from, how it ended.

Columns: ``lead`` (its id), ``row`` (where it stands in its file), ``channel`` (id of the plan's), ``source``, ``stage``
(where it stands now, in lists that say so), ``at_<stage id>`` for each stage of the plan, ``outcome`` (won, lost),
``closed``, ``lost_reason``, ``amount``, traits, ``person``, ``company``, ``mail``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xl_kpi.exchange.exports.figures import LEAVE
from xl_kpi.exchange.leads.channels import ChannelReader
from xl_kpi.exchange.leads.days import NO_PERSON, Unread
from xl_kpi.exchange.leads.engine import Engine, rows_of
from xl_kpi.exchange.leads.roles import AT, EVENT, TRAITS, Roles, shape_of
from xl_kpi.exchange.leads.source import ROW, RawTable
from xl_kpi.exchange.leads.typed import LOST, UNNAMED, WON, typed
from xl_kpi.exchange.leads.values import MOST_SHOWN
from xl_kpi.plan.model import Plan

if TYPE_CHECKING:
    import ibis.expr.types as ir

PERSONAL = ("person", "company", "mail")
_KEPT = ("source", "channel", "stage", "outcome", "lost_reason", *TRAITS, *PERSONAL)
_ORDERS = "orders"


@dataclass(frozen=True)
class Leads:
    """Leads in one shape.

    ``table`` as the module says; ``touches``: what they did (lead, at, kind, content, content_type, seconds, scroll),
    None where the list says nothing of it.  ``stages`` of the plan in their order, ``dated`` those of which the list
    knows days.  ``system`` the id of what has made the list, ``kind`` what its rows are, ``file`` its name;
    ``unread`` its cells of days that are none; ``is_actions``: it says only what leads did.  ``sourced``: a table and
    source → channel in it, where nothing else tells a channel; it holds for no other table.
    """

    table: ir.Table
    touches: ir.Table | None
    stages: tuple[str, ...]
    dated: tuple[str, ...]
    system: str
    kind: str
    file: str
    unread: tuple[Unread, ...] = ()
    is_actions: bool = False
    sourced: tuple[ir.Table, Mapping[str, str]] | None = None

    @property
    def by_source(self) -> Mapping[str, str] | None:
        """Source → channel where the channel of each lead follows from its source, which is quicker to count by."""
        return self.sourced[1] if self.sourced and self.sourced[0] is self.table else None

    @property
    def first(self) -> str:
        """The stage with which its leads begin; "" where it knows no days."""
        return self.dated[0] if self.dated else ""

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """Each stage with the next one of which days are known."""
        return tuple(zip(self.dated, self.dated[1:]))


def canonical(engine: Engine, raw: RawTable, roles: Roles, plan: Plan, channel: ChannelReader | str = "") -> Leads:
    """The leads of a table.

    Arguments: ``raw`` the table, ``roles`` what its columns mean;
    ``channel`` reads the channel of each source; text: the id of that to which all belong.
    Equation: a lead reached a stage on the first day that its rows name; of what several rows say otherwise, that of
    the first row counts.
    Special cases: a deal's first stage is that of opportunities, and the day that closes it is that of its order if it
    was won: while it is open that day is only expected.  A stage that a person is said to be in now, without a day,
    has none.  Leads of sources that are left out are not there.
    """
    of_types = typed(engine, raw, roles, plan, channel)
    table, unread, by_source = of_types.table, of_types.unread, of_types.by_source
    ids = tuple(stage.id for stage in plan.stages)
    shape = shape_of(raw, roles, of_types.repeats)
    touches = None
    if shape == EVENT or of_types.repeats:  # the first row that names a source need not be the one that names a channel
        by_source = None
    if shape == EVENT:
        table, unread = _of_somebody(engine, table, unread)
        table, touches = _of_events(table, ids), _touches(table)
    else:
        table = _of_persons(table, roles, ids)
        table = _of_several(table, ids) if of_types.repeats else table
    made = table.select("lead", ROW, *_KEPT, "closed", "amount", *(AT + id_ for id_ in ids))
    if isinstance(channel, ChannelReader) and channel.leaves:
        made = made.filter((made["channel"] != LEAVE).fill_null(True))
    made = engine.settled(made, keep=raw.is_text)
    dated = _with_days(made, ids)
    return Leads(
        made, touches, ids, dated, roles.system, roles.kind, raw.file, unread,
        is_actions=of_types.is_actions and touches is not None,
        sourced=None if by_source is None else (made, by_source),
    )  # fmt: skip


def _with_days(table: ir.Table, ids: tuple[str, ...]) -> tuple[str, ...]:
    """The stages of which some lead has a day."""
    found = table.aggregate(**{id_: table[AT + id_].count() for id_ in ids}).execute()
    return tuple(id_ for id_ in ids if found[id_][0])


def _of_persons(table: ir.Table, roles: Roles, ids: tuple[str, ...]) -> ir.Table:
    import ibis

    begins = "opportunities" if roles.kind == "deals" else "leads"
    days = {id_: table[AT + id_] for id_ in ids}
    if begins in days:
        days[begins] = days[begins].fill_null(table["day_created"])
    if _ORDERS in days:
        won = (table["outcome"] == WON).ifelse(table["day_closed"], ibis.null("date"))
        days[_ORDERS] = days[_ORDERS].fill_null(won)
    return _ended(table.mutate(**{AT + id_: day for id_, day in days.items()}))


def _ended(table: ir.Table) -> ir.Table:
    """With how a lead ended and when: won on the day of its order, lost on that day, or as words or a reason say."""
    import ibis

    order = table[AT + _ORDERS] if AT + _ORDERS in table.columns else ibis.null("date")
    is_won = (order.notnull() | (table["outcome"] == WON)).fill_null(False)
    said = table["day_lost"].notnull() | (table["outcome"] == LOST) | table["lost_reason"].notnull()
    is_lost = ~is_won & said.fill_null(False)
    outcome = ibis.cases((is_won, WON), (is_lost, LOST), else_=ibis.null("string"))
    lost = table["day_lost"].fill_null(table["day_closed"])
    closed = ibis.cases((is_won, order.fill_null(table["day_closed"])), (is_lost, lost), else_=ibis.null("date"))
    return table.mutate(outcome=outcome, closed=closed)


def _of_several(table: ir.Table, ids: tuple[str, ...]) -> ir.Table:
    """One row for each lead of rows of persons."""
    days = {AT + id_: table[AT + id_].min() for id_ in ids}
    texts = {name: _first(table, name, table[ROW]) for name in _KEPT}
    return table.group_by("lead").aggregate(
        **{ROW: table[ROW].min()}, **texts, **days, closed=table["closed"].min(), amount=table["amount"].max()
    )


def _first(table: ir.Table, name: str, order: Any) -> Any:
    return table[name].argmin(order, where=table[name].notnull())


def _of_events(table: ir.Table, ids: tuple[str, ...]) -> ir.Table:
    """One row for each lead of rows of events: of each stage the first day."""
    import ibis

    day = table["day_event"]
    order = day.delta(ibis.date(1970, 1, 1), unit="day") * 10**10 + table[ROW]
    days = {AT + id_: day.min(where=table["stage"] == id_) for id_ in ids}
    kept = [name for name in _KEPT if name not in ("stage", "outcome")]
    found = table.group_by("lead").aggregate(
        **{ROW: table[ROW].min()},
        **{name: _first(table, name, order) for name in kept},
        **days,
        day_lost=day.min(where=table["outcome"] == LOST),
        amount=table["amount"].max(),
    )
    found = found.mutate(stage=ibis.null("string"), outcome=ibis.null("string"), day_closed=ibis.null("date"))
    return _ended(found)


def _of_somebody(engine: Engine, table: ir.Table, odd: tuple[Unread, ...]) -> tuple[ir.Table, tuple[Unread, ...]]:
    """Events of which it is known who did them; the others are told."""
    nobody = table["lead"].startswith(UNNAMED)
    first = rows_of(table.filter(nobody).select(ROW).order_by(ROW).limit(MOST_SHOWN))
    if not first:
        return table, odd
    count = int(table.filter(nobody).count().execute())
    return table.filter(~nobody), (*odd, Unread(NO_PERSON, "", count, tuple(int(row) for (row,) in first), ""))


def _touches(table: ir.Table) -> ir.Table:
    """Events that are no stage and no end: what people did."""
    did = table.filter(table["stage"].isnull() & table["outcome"].isnull() & table["event"].notnull())
    return did.select(
        "lead", ROW, "content", "content_type", "seconds", "scroll", at=did["day_event"], kind=did["event"]
    )
