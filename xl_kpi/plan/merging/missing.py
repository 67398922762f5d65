"""What recipients of a distributed plan have not answered: actuals of months that are over, answers on 合意, pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace

from xl_kpi.calc.calendar import month_starts
from xl_kpi.plan.closed.closing import first_stage_actuals, stage_key
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.keys import AGREEMENT, STATE, actual_key
from xl_kpi.plan.merging.merge import latest_versions
from xl_kpi.plan.merging.pending import heard
from xl_kpi.plan.merging.permissions import DEPARTMENT, is_same_name, opened_actuals, opened_answers, opened_tables
from xl_kpi.plan.model import Answer, Plan
from xl_kpi.plan.pages.tables import TypedTable
from xl_kpi.plan.records import Records, Sent, Value

OWNER = "owner"
_FILLED_BY_REVIEWS = ("tbl_actions", "tbl_advice")
_OVER = ("done", "dropped")  # states of rows of which nothing is expected any more

Blank = tuple[str, tuple[dt.date, ...]]  # a row ("web:sessions", "stage:sql") and its months


@dataclass(frozen=True)
class Missing:
    """What one recipient has not answered of the latest version that they got.

    ``actuals`` by row; ``answers``: rows of 合意; ``pages``: keys of the pages with rows of their own, where nothing at
    all came back; ``heard``: something did; ``due`` until when answers were asked for; ``earlier`` a version before of
    which something came back ("": of none).
    """

    version: str
    sent_on: dt.date
    heard: bool
    actuals: tuple[Blank, ...] = ()
    answers: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    due: dt.date | None = None
    earlier: str = ""

    @property
    def count(self) -> int:
        """How many entries are waited for; a page is one."""
        return sum(len(months) for _, months in self.actuals) + len(self.answers) + len(self.pages)


def missing(
    plan: Plan,
    records: Records,
    as_of: dt.date,
    back: Mapping[str, Mapping[str, Value]] | None = None,
    names: Mapping[str, str] | None = None,
) -> dict[str, Missing]:
    """What each recipient has not answered, by mail address as it was sent to.

    Arguments: ``plan``, sound; ``as_of``: actuals are waited for of the months that are over by then; ``back`` what
    stands in replies that were not collected yet (recipient in folded letters → entries); ``names`` likewise what
    each is called, as owners of rows are.
    Special cases: what came back and waits for a choice on 統合 is answered.  Of a first stage that its channels add up
    to nobody types the actuals.  A page on which rows have owners is waited for from these alone.
    """
    back, latest, known = back or {}, latest_versions(records), heard(records)
    found = {}
    for sent in records.sent:
        for person, ids in sent.opened.items():
            folded = person.casefold()
            if latest[folded] != sent.version:
                continue
            said = {one.key for one in records.proposals if one.person.casefold() == folded and not one.withdrawn}
            said |= {key for key, value in back.get(folded, {}).items() if value is not None}
            is_heard = (sent.version, folded) in known or bool(back.get(folded))
            one = _of(plan, sent, ids, as_of, said, is_heard, (names or {}).get(folded, ""))
            before = [version for version, who in known if who == folded and version != sent.version]
            earlier = max(before, key=lambda version: (len(version), version), default="")
            found[person] = replace(one, due=dt.date.fromisoformat(sent.due) if sent.due else None, earlier=earlier)
    return found


def _of(
    plan: Plan, sent: Sent, ids: tuple[str, ...], as_of: dt.date, said: Set[str], is_heard: bool, name: str
) -> Missing:
    answers = tuple(
        row
        for row in _in_order(plan, opened_answers(plan, ids))
        if not plan.answers.get(row, Answer()).state and f"{AGREEMENT}[{row}].{STATE}" not in said
    )
    asks = [] if is_heard else [table for table in opened_tables(ids) if _asks(plan, table, ids, name)]
    pages = tuple(dict.fromkeys(table.page for table in asks))
    return Missing(sent.version, sent.time.date(), is_heard, tuple(_actuals(plan, ids, as_of, said)), answers, pages)


def _asks(plan: Plan, table: TypedTable, ids: tuple[str, ...], name: str) -> bool:
    """Whether there is anything in a table to act on: where its rows have owners, an open one that is the person's, of
    their department or about their channels; a blank table, other than those that reviews fill, asks for its first."""
    if not any(column.key == f"{table.key}.{OWNER}" for column in table.columns):
        return True
    rows = [row for row in plan.tables.get(table.key, {}).values() if row]
    if not rows:
        return table.key not in _FILLED_BY_REVIEWS
    mine = {name, *(id_.removeprefix(DEPARTMENT) for id_ in ids if id_.startswith(DEPARTMENT))}
    for row in rows:
        about = str(row.get("kpi") or row.get("figure") or "").partition(".")[0]
        owned = about in ids or any(is_same_name(str(row.get(OWNER) or ""), one) for one in mine)
        if owned and row.get(STATE) not in _OVER:
            return True
    return False


def _actuals(plan: Plan, ids: tuple[str, ...], as_of: dt.date, said: Set[str]) -> Iterator[Blank]:
    over = [*enumerate(month_starts(plan.start, plan.months_past(as_of)))]
    rows = opened_actuals(plan, ids)
    if first_stage_actuals(plan) is not None:
        rows.discard(stage_key(plan.stages[0].id))
    for row in _in_order(plan, rows):
        blank = tuple(
            month for place, month in over if (row, place) not in plan.actuals and actual_key(row, month) not in said
        )
        if blank:
            yield row, blank


def _in_order(plan: Plan, rows: Set[str]) -> list[str]:
    """Rows channel by channel, then those of the stages and what else stands with them."""
    known = [f"{kpi.channel}:{kpi.id}" for channel in plan.channels_on for kpi in shown_kpis(plan, channel)]
    known += [stage_key(stage.id) for stage in plan.stages]
    known += [f"channel:{channel.id}" for channel in plan.channels]
    return [*(row for row in known if row in rows), *sorted(rows - {*known})]
