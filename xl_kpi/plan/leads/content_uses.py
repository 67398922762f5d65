"""The rows of 行動履歴 as コンテンツ counts them: before the outcome of their lead, and what followed on them (S7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from xl_kpi.plan.leads.content_inputs import ContentInputs
from xl_kpi.plan.leads.rows import ORDERS, Lead, Touch


@dataclass(frozen=True)
class Use:
    """One row of 行動履歴 as it counts.

    ``lead`` the place of its lead in the list, from 1, 0 where it is not there; ``times`` 0 where the row does not
    count; ``new_lead``, ``new_content``, ``new_type``: the first row with a content of its lead, of its lead and
    content, of its lead and type; ``action``: of a kind that is a next step; ``followed``: the lead took such a step on
    its day or later, in another row.
    """

    number: str = ""
    lead: int = 0
    won: bool = False
    on: dt.date | None = None
    times: float = 0
    content: str = ""
    type: str = ""
    seconds: float | None = None
    scroll: float | None = None
    new_lead: bool = False
    new_content: bool = False
    new_type: bool = False
    action: bool = False
    followed: bool = False

    @property
    def has_content(self) -> bool:
        """Whether it counts as a use of some content."""
        return self.times > 0 and bool(self.content or self.type)


def uses_of(leads: Sequence[Lead], touches: Iterable[Touch], inputs: ContentInputs) -> list[Use]:
    """The rows of 行動履歴 as they count, in their order."""
    places: dict[str, int] = {}
    for place, lead in enumerate(leads, 1):
        if lead.number:
            places.setdefault(lead.number.lower(), place)
    found = [_use(touch, places.get(touch.number.lower(), 0), leads, inputs) for touch in touches]
    days: dict[int, list[dt.date]] = {}
    for use in found:
        if use.action and use.on:
            days.setdefault(use.lead, []).append(use.on)
    # of a lead's actions the last two decide: one may be the row itself
    return _marked(found, {lead: sorted(all_of)[-2:] for lead, all_of in days.items()})


def _use(touch: Touch, place: int, leads: Sequence[Lead], inputs: ContentInputs) -> Use:
    lead = leads[place - 1] if place else None
    won = lead is not None and lead.is_won
    until = ended_on(lead) if lead else None
    if lead is None or touch.on is None or touch.count <= 0 or (until is not None and touch.on >= until):
        return Use(touch.number, place, won, touch.on)
    return Use(
        touch.number, place, won, touch.on, touch.count, touch.content, touch.content_type, touch.seconds,
        touch.scroll, action=inputs.is_action(touch.kind),
    )  # fmt: skip


def _marked(uses: Sequence[Use], latest: Mapping[int, Sequence[dt.date]]) -> list[Use]:
    """Which rows are the first of their kind, and which were followed."""
    seen: set[tuple[int, str, str]] = set()
    marked = []
    for use in uses:
        if not use.has_content or use.on is None:
            marked.append(use)
            continue
        lead, content, type_ = (
            (use.lead, "", ""), (use.lead, "content", use.content.lower()), (use.lead, "type", use.type.lower())
        )  # fmt: skip
        after = sum(day >= use.on for day in latest.get(use.lead, ()))
        marked.append(
            replace(
                use,
                new_lead=lead not in seen,
                new_content=bool(use.content) and content not in seen,
                new_type=bool(use.type) and type_ not in seen,
                followed=after > use.action,
            )
        )
        seen.update((lead, content, type_))
    return marked


def ended_on(lead: Lead) -> dt.date | None:
    """The day from which on a lead's uses bring nothing: of its order, or on which it was lost; None: not yet.

    Special cases: the first day there is for one that ordered nobody knows when.
    """
    if lead.is_won:
        return lead.at.get(ORDERS) or lead.closed or dt.date.min
    return lead.closed if lead.is_lost else None


def is_undated(lead: Lead) -> bool:
    """Whether it ordered and nobody knows when: what it used before can't be told, so it counts nowhere."""
    return ended_on(lead) == dt.date.min
