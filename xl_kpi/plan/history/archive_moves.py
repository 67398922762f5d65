"""What lost its place in the workbook goes to 保管, and comes back from it as soon as it has a place again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real

from xl_kpi.calc import month_start
from xl_kpi.catalog.messages import worded
from xl_kpi.plan.entries import entries_of, with_entries
from xl_kpi.plan.history.slots import has_place
from xl_kpi.plan.keys import AGREEMENT, PIPELINE, RATES, STAGES, EntryKey, actual_key, rate_key
from xl_kpi.plan.labels import label
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Kept, Records, Value

_NUMBERS = (PIPELINE, RATES, STAGES)  # of these only numbers come back (a lag is told by its own reader)


@dataclass(frozen=True)
class Settled:
    """A plan that holds nothing without a place, and the records with what was taken out of it.

    ``kept`` what went to 保管, ``returned`` what came back, ``replaced`` what 保管 held for the same entry before.
    """

    plan: Plan
    records: Records
    kept: tuple[Kept, ...] = ()
    returned: tuple[Kept, ...] = ()
    replaced: tuple[Kept, ...] = ()


def settle(plan: Plan, records: Records, homeless: Mapping[str, Value], today: dt.date) -> Settled:
    """Every entry where it belongs: in the plan, or on 保管.

    Arguments: ``homeless`` entries that were read in places of which the plan knows nothing (a channel's sheet
    whose row was deleted, months before the start); ``today`` the date that 保管 shows for new lines.
    Result: nothing is lost: each entry of plan, ``homeless`` and 保管 is in the new plan or on the new 保管.
    Special cases: where something else was typed in a place that has come back, what was kept stays on 保管; where
    the same was typed, its line goes.  An entry that loses its place a second time takes the place of its older
    line, which is told in ``replaced``.
    """
    fits = has_place(plan)
    entries = entries_of(plan)
    leaving = {key: value for key, value in entries.items() if not fits(key)}
    waiting = dict(records.archive)
    coming = {}
    for key, value in homeless.items():
        if value is None or value == "":
            continue
        if fits(key) and key not in entries and _usable(key, value):
            coming[key] = value
        elif entries.get(key) != value or key in leaving:
            leaving[key] = value
    plan = _without(plan, leaving)
    returning = {
        key: kept
        for key, kept in waiting.items()
        if fits(key) and key not in coming and key not in entries and _usable(key, kept.value)
    }
    plan, left = with_entries(plan, {**coming, **{key: kept.value for key, kept in returning.items()}})
    leaving.update({key: value for key, value in left.items() if key in coming})
    returned = tuple(kept for key, kept in returning.items() if key not in left)
    there = entries_of(plan)
    archive = {key: kept for key, kept in waiting.items() if key not in there or there[key] != kept.value}
    kept, replaced = [], []
    for key, value in sorted(leaving.items()):
        earlier = archive.get(key)
        if earlier is not None and earlier.value == value:
            continue
        if earlier is not None:
            replaced.append(earlier)
        archive[key] = Kept(key, worded(label(key, plan, records.last, month=False), plan.lang), value, today)
        kept.append(archive[key])
    return Settled(plan, records.with_(archive=archive), tuple(kept), returned, tuple(replaced))


def _usable(key: str, value: Value) -> bool:
    """Whether an entry may go back into the plan as it is: text that was typed for a number may not."""
    number = isinstance(value, Real) and not isinstance(value, bool)
    entry = EntryKey.parse(key)
    return number or not (entry.is_actual or entry.table in _NUMBERS and entry.column != "lag")


def _without(plan: Plan, keys: Mapping[str, Value]) -> Plan:
    """The plan without the entries that have no place: actuals, open pipeline, answers, rates."""
    single = entries_of(plan).keys() & keys.keys()
    if not single:
        return plan
    fits = has_place(plan)
    actuals = {
        (what, month): value
        for (what, month), value in plan.actuals.items()
        if fits(actual_key(what, month_start(plan.start, month)))
    }  # fmt: skip
    pipeline = {stage: value for stage, value in plan.pipeline.items() if fits(f"{PIPELINE}[{stage}]")}
    rates = {row: rate for row, rate in plan.channel_rates.items() if fits(rate_key(*row))}
    answers = {what: answer for what, answer in plan.answers.items() if fits(f"{AGREEMENT}[{what}].state")}
    plan = plan.with_(actuals=actuals, pipeline=pipeline, channel_rates=rates, answers=answers)
    gone = {key: None for key in single if EntryKey.parse(key).table == STAGES}
    return with_entries(plan, gone)[0] if gone else plan
