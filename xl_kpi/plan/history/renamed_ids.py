"""Ids that were typed over: to the plan the row of the old id is gone and one of a new id has come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xl_kpi.errors import Fault, Words
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.keys import CHANNELS, KPIS, STAGES, EntryKey
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Value

_TABLES = (STAGES, CHANNELS, KPIS)
_NAMES = ("name", "name_ja", "name_en")

Rows = dict[tuple[str, str], dict[str, Value]]


def renamed(plan: Plan, last: Mapping[str, Value]) -> list[Fault]:
    """A warning for each row that looks like one that was there before under another id.

    Arguments: ``last`` the entries as the last command left them (empty: not known, nothing is said).
    Result: ``cell`` is the key of the new id.  A new row is like one that is gone when it has the same name, or
    everything else is the same.
    Special cases: a channel whose old id the KPI dictionary still mentions is told by the checks.
    """
    return list(_pairs(plan, last)) if last else []


def _pairs(plan: Plan, last: Mapping[str, Value]) -> Iterator[Fault]:
    before, now = _rows(last), _rows(entries_of(plan))
    gone = {row: columns for row, columns in before.items() if row not in now}
    mentioned = {kpi.channel for kpi in plan.kpis}
    for (table, new), columns in now.items():
        if (table, new) in before:
            continue
        old = next(
            (id_ for (of, id_), was in gone.items() if of == table and _alike(table, id_, was, new, columns)), ""
        )
        if not old:
            continue
        del gone[table, old]
        if table == CHANNELS and old in mentioned:
            continue
        ids = {"old": old.rpartition(".")[2], "new": new.rpartition(".")[2]}
        yield Fault(ids["new"], Words("renamed", **ids), cell=f"{table}[{new}].id", level="warning")


def _rows(entries: Mapping[str, Value]) -> Rows:
    rows: Rows = {}
    for key, value in entries.items():
        if key.partition("[")[0] not in _TABLES:
            continue
        entry = EntryKey.parse(key)
        if entry.table in _TABLES and entry.row is not None and entry.column:
            rows.setdefault((entry.table, entry.row), {})[entry.column] = value
    return rows


def _alike(table: str, old: str, was: Mapping[str, Value], new: str, columns: Mapping[str, Value]) -> bool:
    if table == KPIS and old.partition(".")[0] != new.partition(".")[0]:
        return False
    names = [(was.get(name), columns.get(name)) for name in _NAMES if name in was]
    if any(one == other != old for one, other in names):
        return True
    rest = [{key: value for key, value in row.items() if key not in _NAMES} for row in (was, columns)]
    return rest[0] == rest[1]
