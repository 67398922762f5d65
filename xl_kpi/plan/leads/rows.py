"""The rows of リード一覧 and 行動履歴 as leads and what they did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xl_kpi.plan.leads.totals import AS_OF, totals_of
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import LEAD_PERSON, LEAD_STAGES, LEAD_TRAITS

LEADS, TOUCHES = "tbl_leads", "tbl_touches"
WON, LOST = "won", "lost"
ORDERS = LEAD_STAGES[-1]


@dataclass(frozen=True)
class Lead:
    """One lead.

    ``row`` the id of its row; ``number`` as in ``Touch``; ``channel`` the name of a channel, as typed; ``at`` the day
    on which it reached a stage, by the stage's id, without those that it has not reached; ``outcome`` "won", "lost" or
    "" while it is open; ``amount`` in yen; ``traits`` and ``who`` what is known, by column, blanks left out.
    """

    row: str
    number: str = ""
    channel: str = ""
    source: str = ""
    at: Mapping[str, dt.date] = field(default_factory=dict)
    outcome: str = ""
    closed: dt.date | None = None
    lost_reason: str = ""
    amount: float | None = None
    traits: Mapping[str, str] = field(default_factory=dict)
    who: Mapping[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """Where it came from: its source, else its channel; "" where neither is known."""
        return self.source or self.channel

    @property
    def is_won(self) -> bool:
        """Whether it ordered: it says so, or has the day of an order and does not say that it was lost."""
        return self.outcome == WON or (ORDERS in self.at and self.outcome != LOST)

    @property
    def is_lost(self) -> bool:
        return self.outcome == LOST

    @property
    def is_open(self) -> bool:
        """Whether neither an order nor a loss is known of it."""
        return not self.is_won and not self.is_lost


@dataclass(frozen=True)
class Touch:
    """One kind of action of a lead, or one content that it used: ``count`` times, the last time ``on``.

    ``number`` that of its lead; ``count`` 1 where a row says nothing; ``seconds`` all the time spent; ``scroll`` the
    highest share read, 0 to 1.
    """

    row: str
    number: str = ""
    kind: str = ""
    content: str = ""
    content_type: str = ""
    on: dt.date | None = None
    count: float = 1.0
    seconds: float | None = None
    scroll: float | None = None


def leads_of(plan: Plan) -> tuple[Lead, ...]:
    """The leads in the order of their rows; none where the data is too large for rows (``totals_of``)."""
    return tuple(_lead(id_, cells) for id_, cells in plan.tables.get(LEADS, {}).items())


def touches_of(plan: Plan) -> tuple[Touch, ...]:
    """What leads did, in the order of the rows."""
    return tuple(_touch(id_, cells) for id_, cells in plan.tables.get(TOUCHES, {}).items())


def as_of(plan: Plan) -> dt.date | None:
    """The day on which open leads are looked at.

    Result: as typed (``leads_as_of``), else the last day on which a lead reached a stage or did something, of totals
    the day that they were counted for; None without any.
    Special cases: the day of an outcome does not count: of an open deal it is often one to come.
    """
    typed = plan.settings.get("leads_as_of")
    if typed is not None:
        return typed
    days = [day for lead in leads_of(plan) for day in lead.at.values()]
    days += [touch.on for touch in touches_of(plan) if touch.on]
    days += [dt.date.fromisoformat(one.key) for one in totals_of(plan).parts(AS_OF)]
    return max(days, default=None)


def _lead(id_: str, cells: Mapping[str, Any]) -> Lead:
    return Lead(
        id_,
        at={stage: cells[stage] for stage in LEAD_STAGES if cells.get(stage)},
        closed=cells.get("closed"),
        amount=cells.get("amount"),
        traits=_texts(cells, LEAD_TRAITS, blanks=False),
        who=_texts(cells, LEAD_PERSON, blanks=False),
        **_texts(cells, ("number", "channel", "source", "outcome", "lost_reason")),
    )


def _touch(id_: str, cells: Mapping[str, Any]) -> Touch:
    number, kind, content, content_type = (
        str(cells.get(one, "")) for one in ("number", "kind", "content", "content_type")
    )
    count, seconds, scroll = float(cells.get("count", 1)), cells.get("seconds"), cells.get("scroll")
    return Touch(id_, number, kind, content, content_type, cells.get("on"), count, seconds, scroll)


def _texts(cells: Mapping[str, Any], columns: tuple[str, ...], *, blanks: bool = True) -> dict[str, str]:
    return {one: str(cells.get(one, "")) for one in columns if blanks or cells.get(one)}
