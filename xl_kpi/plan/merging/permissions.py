"""Who may type what in a distributed workbook: the entries that stand open for some ids.

An id is a channel's (``ads``: its actuals and its answer on 合意), ``stage:<id>`` (the stage's actuals and its
answer), ``page:<key>`` (the rows of the tables on this page; nobody else gets the page), ``dept:<name>`` (the answers
about every number that this department owns) or ``who:outside``: somebody at another company, who can't know what
departments other than the channel's own count there (商談数 of a trade show).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.goal.parts import existing_part
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.model import EXISTING_ROW, Plan
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.pages.tables import TABLES, TypedTable

_ANSWER = ("state", "by", "on", "comment")  # what a person may type of an answer
_STAGE, _CHANNEL, DEPARTMENT = "stage:", "channel:", "dept:"
PAGE = "page:"
OUTSIDE = "who:outside"
_BY_ROWS = tuple(
    table for table in TABLES if table.spare and not table.at_home
)  # without spare rows: ours to write beside


def ids_of(plan: Plan, channels: Iterable[str], department: str, outside: bool = False) -> tuple[str, ...]:
    """The ids that are open to a person of ``department`` who looks after ``channels``, in the plan's order.

    Among the channels may be pages, as ``page:<key>``.  ``outside``: the person works at another company; it is told
    where that closes something.
    """
    mine = set(channels)
    ids = [channel.id for channel in plan.channels_on if channel.id in mine]
    ids += [f"{_STAGE}{stage.id}" for stage in plan.stages if is_same_name(stage.owner, department)]
    ids += [one for one in map(page_id, pages_of_rows(plan)) if one in mine]
    ids += [f"{DEPARTMENT}{department}"] if department else []
    closes = outside and opened_actuals(plan, ids) != opened_actuals(plan, [*ids, OUTSIDE])
    return (*ids, OUTSIDE) if closes else tuple(ids)


def page_id(key: str) -> str:
    """The id that opens the page with this key."""
    return f"{PAGE}{key}"


def pages_of_rows(plan: Plan | None = None) -> list[str]:
    """The keys of the pages on which people type row by row: those that the plan shows, or all of them."""
    keys = dict.fromkeys(table.page for table in _BY_ROWS)
    return [key for key in keys if plan is None or is_on(plan, key)]


def opened_tables(ids: Iterable[str]) -> list[TypedTable]:
    """The tables whose rows are open."""
    given = set(ids)
    return [table for table in _BY_ROWS if page_id(table.page) in given]


def owners(plan: Plan) -> list[str]:
    """The departments that own a number of the plan, in its order."""
    found = [stage.owner for stage in plan.stages] + [channel.owner for channel in plan.channels_on]
    return list(dict.fromkeys(owner for owner in found if owner))


def owns_nothing(plan: Plan, departments: Iterable[str]) -> list[str]:
    """Those of these departments that own no number of the plan; often they are only written another way."""
    known = {_plain(owner) for owner in owners(plan)}
    return [name for name in dict.fromkeys(departments) if name and _plain(name) not in known]


def is_open(key: str, ids: Iterable[str], plan: Plan) -> bool:
    """Whether the entry ``key`` (as in ``plan.entries``) stands open for somebody with these ids."""
    return opened_keys(plan, ids)(key)


def opened_keys(plan: Plan, ids: Iterable[str]) -> Callable[[str], bool]:
    """A test for many keys: does the entry stand open for somebody with these ids?

    Open are the actuals that are typed (not those that a formula gives) within the plan's months, of the
    channels and stages among the ids, state, name, date and comment of their answers, and every entry of the tables
    on their pages.  Revenue or profit is typed by those who type the orders.
    """
    ids = tuple(ids)
    typed, answers = opened_actuals(plan, ids), opened_answers(plan, ids)
    tables = {table.key for table in opened_tables(ids)}
    last = (plan.start.year * 12 + plan.start.month - 1) + plan.months

    def test(key: str) -> bool:
        entry = EntryKey.parse(key)
        month = entry.month
        if month is not None:
            return entry.row in typed and plan.start <= month and month.year * 12 + month.month - 1 < last
        if entry.table in tables:
            return True
        return entry.is_answer and entry.column in _ANSWER and entry.row in answers

    return test


def opened_actuals(plan: Plan, ids: Iterable[str]) -> set[str]:
    """The rows of actuals that are open: ``<channel>:<kpi>``, ``stage:<id>``, ``stage:revenue`` …"""
    given = set(ids)
    found = {f"{_STAGE}{stage.id}" for stage in plan.stages} & given
    if plan.goal.in_money and plan.stages and f"{_STAGE}{plan.stages[-1].id}" in given:
        found |= {plan.goal.row, *([EXISTING_ROW] if existing_part(plan) else [])}
    departments = _departments(given)
    for channel in plan.channels_on:
        if channel.id not in given:
            continue
        known = [channel.owner, *departments]
        others = [one for one in owners(plan) if not _is_any(one, known)] if OUTSIDE in given else []
        kpis = (kpi for kpi in shown_kpis(plan, channel) if kpi.actual == "input")
        found |= {f"{kpi.channel}:{kpi.id}" for kpi in kpis if not _is_any(kpi.owner, others)}
    return found


def opened_answers(plan: Plan, ids: Iterable[str]) -> set[str]:
    """The rows on 合意 that are open: ``stage:<id>``, ``channel:<id>``."""
    given = set(ids)
    departments = _departments(given)
    rows = [(f"{_STAGE}{stage.id}", f"{_STAGE}{stage.id}", stage.owner) for stage in plan.stages]
    rows += [(f"{_CHANNEL}{channel.id}", channel.id, channel.owner) for channel in plan.channels_in_funnel]
    return {
        row for row, own_id, owner in rows if own_id in given or _is_any(owner, departments)
    }  # fmt: skip


def _departments(ids: Iterable[str]) -> list[str]:
    return [one.removeprefix(DEPARTMENT) for one in ids if one.startswith(DEPARTMENT)]


def _is_any(name: str, others: Iterable[str]) -> bool:
    return any(is_same_name(name, other) for other in others)


def is_same_name(one: str, other: str) -> bool:
    """The same department or person, however wide its letters are typed."""
    return bool(one) and _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
