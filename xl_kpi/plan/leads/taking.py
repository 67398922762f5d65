"""リード一覧 and 行動履歴 after rows have come in: by the number of the lead, and what a person typed stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xl_kpi.plan.leads.rows import LEADS, TOUCHES
from xl_kpi.plan.leads.totals import TOTALS, Total
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import LEAD_PERSON
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.plan.pages.tables import row_ids

PAGE = "lead_list"
Row = Mapping[str, Any]
Key = tuple[str, ...]
KEYS = {LEADS: ("number",), TOUCHES: ("number", "kind", "content"), TOTALS: ("figure", "step", "channel", "key")}


@dataclass(frozen=True)
class TakenRows:
    """A plan with rows of a list in it: how many came, changed and were there already."""

    plan: Plan
    added: int
    changed: int
    same: int


def take_rows(plan: Plan, table: str, rows: Iterable[Row], known_rows: Collection[str] = ()) -> TakenRows:
    """The plan after the rows of a list.

    Arguments: ``table`` one of ``KEYS``; ``rows`` column → value, blanks left out; ``known_rows`` ids that rows of the
    table have had.
    Equation: of a row that is there under the same number the columns that the list has are replaced; the others, its
    id and its place stay; new rows come below.
    Special cases: a column that no row of the list fills is not one of its columns: a list of what leads did takes no
    dates away.  Who a lead is stays where a row does not say it; rows of other numbers stay, for a person may have
    typed them.  A lead of which only the number is said is no new row beside others that say more.
    """
    rows = list(rows)
    before = dict(plan.tables.get(table, {}))
    columns = {column for row in rows for column in row}
    places = {_key(table, row): id_ for id_, row in reversed(before.items())}
    after, new = dict(before), []
    changed = same = 0
    for row in rows:
        id_ = places.get(_key(table, row))
        if id_ is None:
            if len(row) > 1 or not before:
                new.append(dict(row))
            continue
        kept = {one: value for one, value in before[id_].items() if one not in columns or one in LEAD_PERSON}
        after[id_] = {**kept, **row}
        changed, same = (changed, same + 1) if after[id_] == before[id_] else (changed + 1, same)
    for id_, row in zip(row_ids([*before, *known_rows], len(new)), new, strict=True):
        after[id_] = row
    if not changed and not new:
        return TakenRows(plan, 0, 0, same)
    taken = with_pages(plan.with_(tables={**plan.tables, table: after}), {PAGE: True})
    return TakenRows(taken, len(new), changed, same)


def without_rows(plan: Plan, *tables: str) -> Plan:
    """The plan without any row of these tables."""
    left = {key: rows for key, rows in plan.tables.items() if key not in tables}
    return plan if left.keys() == plan.tables.keys() else plan.with_(tables=left)


def take_totals(plan: Plan, totals: Sequence[Total], known_rows: Collection[str] = ()) -> TakenRows:
    """The plan with totals in place of those that are there."""
    rows = [_total(one) for one in totals]
    taken = take_rows(plan, TOTALS, rows, known_rows)
    wanted = {_key(TOTALS, row) for row in rows}
    left = {id_: row for id_, row in taken.plan.tables.get(TOTALS, {}).items() if _key(TOTALS, row) in wanted}
    if left.keys() == taken.plan.tables.get(TOTALS, {}).keys():
        return taken
    plan = taken.plan.with_(tables={**taken.plan.tables, TOTALS: left})
    return TakenRows(plan, taken.added, taken.changed, taken.same)


def others_typed(plan: Plan, numbers: Collection[str]) -> int:
    """How many rows stand in リード一覧 under other numbers."""
    known = set(numbers)
    return sum(str(row.get("number", "")) not in known for row in plan.tables.get(LEADS, {}).values())


def _total(one: Total) -> Row:
    texts = {"figure": one.figure, "step": one.step, "channel": one.channel, "key": one.key}
    row: dict[str, Any] = {key: value for key, value in texts.items() if value}
    if one.value is not None:
        row["value"] = one.value
    return row | {"count": one.count}


def _key(table: str, row: Row) -> Key:
    return tuple(str(row.get(column, "")) for column in KEYS[table])
