"""The plan as it was when a version was sent: what the master has changed since is taken back for the comparison."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xl_kpi.plan.entries import entries_of, with_entries
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Records, Sent, Value
from xl_kpi.plan.same_value import same

# An entry that every row of these tables has: without it the row was not there.
_NAME = {"tbl_stages": "name", "tbl_channels": "name", "tbl_kpis": "unit"}
_ROW = re.compile(r"(tbl_stages|tbl_channels|tbl_kpis)\[([^\]]*)\]\.(\w+)")


def plan_as_sent(plan: Plan, records: Records, sent: Sent) -> Plan:
    """The master's plan with every entry as it was when ``sent`` went out.

    Arguments: ``plan`` as it is now; ``records`` with the history and the entries of the last command.
    Special cases: rows that were added since are not in it; of a row that was deleted since nothing is known.
    """
    before = changed_since(plan, records, sent)
    added = {(match[1], match[2]) for key, value in before.items()
             if value is None and (match := _ROW.fullmatch(key)) and match[3] == _NAME[match[1]]}  # fmt: skip
    plan = plan.with_(
        stages=tuple(row for row in plan.stages if ("tbl_stages", row.id) not in added),
        channels=tuple(row for row in plan.channels if ("tbl_channels", row.id) not in added),
        kpis=tuple(row for row in plan.kpis if ("tbl_kpis", f"{row.channel}.{row.id}") not in added),
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
