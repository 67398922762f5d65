"""Targets that were revised (K13): which lines of 履歴 are about one, and the reason that was typed beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from xl_kpi.plan.fields import SINGLES
from xl_kpi.plan.keys import CHANNELS, KPIS, RATES, STAGES, EntryKey
from xl_kpi.plan.model import Channel, Plan
from xl_kpi.plan.records import Change, Records
from xl_kpi.plan.same_value import told

REASONS, REASON = "tbl_reasons", "reason"

_SECTIONS = ("section_goal", "section_existing")  # what the goal is, and what of it is there already
_KINDS = {f"{KPIS}.value", f"{STAGES}.rate", f"{STAGES}.lag", f"{CHANNELS}.share", RATES}
_KINDS |= {one.key for one in SINGLES if one.section in _SECTIONS}


def change_id(change: Change) -> str:
    """The id of a line of 履歴: the same for as long as the line is there."""
    said = (change.time.isoformat(), change.key, told(change.old), told(change.new))
    return f"c{hashlib.sha256(repr(said).encode()).hexdigest()[:12]}"


def is_revision(change: Change) -> bool:
    """Whether a target, or an assumption behind targets, had a value and got another one."""
    return EntryKey.parse(change.key).kind in _KINDS and change.old is not None


def revisions(plan: Plan, records: Records, channel: Channel) -> Iterator[Change]:
    """Those that change the targets of a channel's sheet, the newest first.

    Result: its own KPIs, its share and its own rates, the rates and days of the stages from its own on (what comes
    before them it does not work for), and the goal.
    Source: K13.
    """
    ids = [stage.id for stage in plan.stages]
    served = set(ids[ids.index(channel.stage) :]) if channel.stage in ids else set()
    for change in reversed(records.history):
        if is_revision(change):
            entry = EntryKey.parse(change.key)
            own = {KPIS: entry.owner, RATES: entry.owner, CHANNELS: entry.row}.get(entry.table)
            if own == channel.id or own is None and (entry.table != STAGES or entry.row in served):
                yield change


def reason_of(plan: Plan, change: Change) -> str:
    """The reason that was typed for a line; "" for none."""
    return str(plan.tables.get(REASONS, {}).get(change_id(change), {}).get(REASON, ""))
