"""Lists of leads among the files of an import: their figures, and what of them stands on リード一覧 afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xl_kpi.errors import Fault, InputFaults, Words
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.leads.rows import LEADS, TOUCHES
from xl_kpi.plan.leads.taking import others_typed, take_rows, take_totals, without_rows
from xl_kpi.plan.leads.totals import TOTALS, Total
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import MOST_LEADS

if TYPE_CHECKING:
    from xl_kpi.exchange.leads.taking import TakenList

TAKE, KEEP = "take", "keep"
QUESTION = "leads_totals"


@dataclass(frozen=True)
class ListedLeads:
    """What becomes of リード一覧: rows that came, changed and were there, or ``totals``: of how many leads."""

    plan: Plan
    added: int = 0
    changed: int = 0
    same: int = 0
    totals: int = 0

    @property
    def changes(self) -> bool:
        return bool(self.added or self.changed or self.totals)

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
    totals, and no rows.
    Errors: InputFaults where who they are is asked for and they are too many.
    """
    count = sum(one.leads for one in lists)
    if not count:
        return ListedLeads(plan)
    if with_leads and count > MOST_LEADS:
        about = {"count": f"{count:,}", "most": f"{MOST_LEADS:,}"}
        raise InputFaults([Fault("", Words("leads_too_many", **about), cell="--with-leads")])
    rows = [row for one in lists for row in one.listed]
    whole = all(not one.is_large and bool(one.listed or one.touches) for one in lists if one.leads)
    count = len(rows) if whole else count
    typed = others_typed(plan, [str(row["number"]) for row in rows])
    if len(rows) == count and count + typed <= MOST_LEADS:
        return _as_rows(plan, rows, [row for one in lists for row in one.touches], known_rows)
    totals = [total for one in lists for total in one.totals]
    if typed and totals:
        words = Words("leads_ask_totals", count=f"{count:,}", most=f"{MOST_LEADS:,}", typed=f"{typed:,}")
        if asked.ask(QUESTION, words, TAKE, KEEP) != TAKE:
            return ListedLeads(plan)
    return _as_totals(plan, totals, count, known_rows)


def _as_rows(
    plan: Plan, rows: Iterable[Mapping[str, object]], touches: Iterable[Mapping[str, object]],
    known_rows: Mapping[str, Collection[str]],
) -> ListedLeads:  # fmt: skip
    taken = take_rows(without_rows(plan, TOTALS), LEADS, rows, known_rows.get(LEADS, ()))
    did = list(touches)
    after = taken.plan
    if did and len(plan.tables.get(TOUCHES, {})) + len(did) <= 2 * MOST_LEADS:
        more = take_rows(after, TOUCHES, did, known_rows.get(TOUCHES, ()))
        if len(more.plan.tables.get(TOUCHES, {})) <= MOST_LEADS:
            after = more.plan
    return ListedLeads(after, taken.added, taken.changed, taken.same)


def _as_totals(
    plan: Plan, totals: Sequence[Total], count: int, known_rows: Mapping[str, Collection[str]]
) -> ListedLeads:
    if not totals:
        return ListedLeads(plan)
    taken = take_totals(without_rows(plan, LEADS, TOUCHES), totals, known_rows.get(TOTALS, ()))
    return ListedLeads(taken.plan, totals=count)
