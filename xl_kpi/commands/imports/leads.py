"""Lists of leads among the files of an import: their figures, and what of them stands on リード一覧 afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xl_kpi.errors import Fault, InputFaults, Words
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.leads.content_paths import totals_of_rows
from xl_kpi.plan.leads.recognised import recognised
from xl_kpi.plan.leads.rows import LEADS, TOUCHES
from xl_kpi.plan.leads.taking import others_typed, take_rows, take_totals, without_rows
from xl_kpi.plan.leads.totals import AS_OF, TOTALS, Total
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import MOST_LEADS
from xl_kpi.plan.scoring.tested import BAND

if TYPE_CHECKING:
    from xl_kpi.exchange.leads.taking import TakenList

TAKE, KEEP = "take", "keep"
QUESTION = "leads_totals"


@dataclass(frozen=True)
class ListedLeads:
    """What becomes of リード一覧: rows that came, changed and were there, or ``totals``: of how many leads; ``notes``:
    what could not be written, and what to do.

    ``touches`` whether 行動履歴 or its totals change.
    """

    plan: Plan
    added: int = 0
    changed: int = 0
    same: int = 0
    totals: int = 0
    touches: bool = False
    notes: tuple[Words, ...] = ()

    @property
    def changes(self) -> bool:
        return bool(self.added or self.changed or self.totals or self.touches)

    @property
    def is_any(self) -> bool:
        return bool(self.added or self.changed or self.same or self.totals)


def listed(
    plan: Plan,
    lists: Sequence[TakenList],
    asked: Asked,
    *,
    with_leads: bool,
    known_rows: Mapping[str, Collection[str]],
) -> ListedLeads:
    """The plan with the leads of some lists on リード一覧 and 行動履歴.

    Arguments: ``with_leads``: who they are too; ``known_rows``: table → ids that rows of it have had.
    Equation: up to ``MOST_LEADS`` leads, those that stand there under other numbers among them, are rows; more are
    totals, and no rows.  Rows of one lead in several lists become one; lists of actions alone come last, and take no
    dates away.  More than ``MOST_LEADS`` rows of actions are totals for コンテンツ.
    Special cases: where totals stand in place of leads, a list of actions alone changes nothing; leads without ids
    keep their rows as ``recognised`` says.
    Errors: InputFaults where who they are is asked for and they are too many.
    """
    lists = sorted((one for one in lists if one.leads), key=lambda one: one.is_actions)
    if not lists:
        return ListedLeads(plan)
    about = [one for one in lists if not one.is_actions]
    if not about and _needs_leads(plan, lists):
        return ListedLeads(plan, notes=(Words("leads_actions_alone"),))
    numbers = {str(row["number"]) for one in about for row in one.listed}
    totals = [total for one in about for total in one.totals]
    if any(one.is_large for one in about):
        count = _count(totals) or sum(one.leads for one in about)
    else:
        count = len(numbers)
    if with_leads and count > MOST_LEADS:
        said = {"count": f"{count:,}", "most": f"{MOST_LEADS:,}"}
        raise InputFaults([Fault("", Words("leads_too_many", **said), cell="--with-leads")])
    before = {number: old for one in about for number, old in one.before.items()}
    unsure = [number for one in about for number in one.unsure]
    plan = recognised(plan, [row for one in about for row in one.listed], before, asked)
    typed = others_typed(plan, numbers) if about else 0
    if count + typed <= MOST_LEADS:
        found = _as_rows(plan, lists, known_rows)
        notes = (Words("leads_no_identity", count=f"{len(unsure):,}"),) if unsure else ()
        return replace(found, notes=(*found.notes, *notes))
    if not totals:
        said = {"count": f"{count:,}", "most": f"{MOST_LEADS:,}", "typed": f"{typed:,}"}
        return ListedLeads(plan, notes=(Words("leads_rows_kept", **said),))
    if typed:
        words = Words("leads_ask_totals", count=f"{count:,}", most=f"{MOST_LEADS:,}", typed=f"{typed:,}")
        if asked.ask(QUESTION, words, TAKE, KEEP) != TAKE:
            return ListedLeads(plan)
    return _as_totals(plan, totals, count, known_rows)


def _count(totals: Sequence[Total]) -> int:
    return next((int(one.count) for one in totals if one.figure == AS_OF), 0)


def _needs_leads(plan: Plan, lists: Sequence[TakenList]) -> bool:
    """Whether lists of actions alone find no rows of leads to stand beside, but totals, or are too many themselves."""
    if plan.tables.get(LEADS):
        return False
    return bool(plan.tables.get(TOTALS)) or any(one.is_large for one in lists)


def _as_rows(plan: Plan, lists: Sequence[TakenList], known_rows: Mapping[str, Collection[str]]) -> ListedLeads:
    found = ListedLeads(plan if plan.tables.get(LEADS) else without_rows(plan, TOTALS))
    for one in lists:
        taken = take_rows(found.plan, LEADS, one.listed, known_rows.get(LEADS, ()))
        found = ListedLeads(
            taken.plan, found.added + taken.added, found.changed + taken.changed, found.same + taken.same
        )
    return _with_touches(found, [one.touches for one in lists], known_rows)


def _with_touches(
    found: ListedLeads, touches: Iterable[Sequence[Mapping[str, object]]], known_rows: Mapping[str, Collection[str]]
) -> ListedLeads:
    """With what the leads did: rows, of more of them totals for コンテンツ and a note."""
    after = found.plan
    for did in touches:
        after = take_rows(after, TOUCHES, did, known_rows.get(TOUCHES, ())).plan
    count = len(after.tables.get(TOUCHES, {}))
    if after is found.plan:
        return found
    if count <= MOST_LEADS:
        return replace(found, plan=without_rows(after, TOTALS), touches=True)
    said = {"count": f"{count:,}", "most": f"{MOST_LEADS:,}"}
    if found.plan.tables.get(TOUCHES):
        return replace(found, notes=(Words("leads_touches_kept", **said),))
    totals = totals_of_rows(without_rows(after, TOTALS))
    taken = take_totals(found.plan, totals, known_rows.get(TOTALS, ()))
    return replace(found, plan=taken.plan, touches=taken.plan is not found.plan,
                   notes=(Words("leads_touches_totals", **said),))  # fmt: skip


def _as_totals(
    plan: Plan, totals: Sequence[Total], count: int, known_rows: Mapping[str, Collection[str]]
) -> ListedLeads:
    taken = take_totals(without_rows(plan, LEADS, TOUCHES), totals, known_rows.get(TOTALS, ()))
    scored = any(one.figure == BAND for one in totals)
    return ListedLeads(taken.plan, totals=count, notes=() if scored else (Words("leads_no_scores"),))
