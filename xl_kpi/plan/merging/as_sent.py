"""The plan as it was when a version was sent or a command ran: what has changed since is taken back."""

from __future__ import annotations

from collections.abc import Mapping

from xl_kpi.plan.entries import entries_of, with_entries
from xl_kpi.plan.keys import CHANNELS, KPIS, STAGES, EntryKey
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Records, Sent, Value
from xl_kpi.plan.same_value import same

# An entry that every row of these tables has: without it the row was not there.
_NAMES = {f"{STAGES}.name", f"{CHANNELS}.name", f"{KPIS}.unit"}


def plan_as_sent(plan: Plan, records: Records, sent: Sent) -> Plan:
    """The master's plan with every entry as it was when ``sent`` went out.

    Arguments: ``plan`` as it is now; ``records`` with the history and the entries of the last command.
    Special cases: rows that were added since are not in it; of a row that was deleted since nothing is known.
    """
    return _taken_back(plan, changed_since(plan, records, sent))


def plan_as_left(plan: Plan, records: Records) -> Plan:
    """The plan as the last command left it, what was typed since taken back.

    Arguments and special cases: as for ``plan_as_sent``; where nothing is known of the last command, ``plan``.
    """
    return _taken_back(plan, dict(_differences(entries_of(plan), records.last))) if records.last else plan


def _taken_back(plan: Plan, before: Mapping[str, Value]) -> Plan:
    new = [EntryKey.parse(key) for key, value in before.items() if value is None]
    added = {(entry.table, entry.row) for entry in new if entry.kind in _NAMES}
    plan = plan.with_(
        stages=tuple(row for row in plan.stages if (STAGES, row.id) not in added),
        channels=tuple(row for row in plan.channels if (CHANNELS, row.id) not in added),
        kpis=tuple(row for row in plan.kpis if (KPIS, f"{row.channel}.{row.id}") not in added),
    )
    frame = {key: value for key, value in before.items() if key in ("plan_start", "plan_months")}
    plan, _ = with_entries(plan, frame)  # first, because actuals have their place by it
    plan, _ = with_entries(plan, {key: value for key, value in before.items() if key not in frame})
    return plan


def changed_since(plan: Plan, records: Records, sent: Sent) -> dict[str, Value]:
    """What the entries that have changed since ``sent`` went out were at that time: key → value."""
    before: dict[str, Value] = {}
    for change in sorted(records.history, key=lambda change: change.time):
        if change.time > sent.time and change.key:
            before.setdefault(change.key, change.old)
    if records.last:
        for key, value in _differences(entries_of(plan), records.last):
            before.setdefault(key, value)
    return before


def _differences(now: Mapping[str, Value], last: Mapping[str, Value]) -> list[tuple[str, Value]]:
    return [(key, last.get(key)) for key in {**last, **now} if not same(now.get(key), last.get(key))]
