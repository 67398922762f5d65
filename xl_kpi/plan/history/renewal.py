"""One step in a workbook's life: every entry in its place, the changes written down, the state remembered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from xl_kpi.catalog import text
from xl_kpi.catalog.messages import worded
from xl_kpi.plan.closed.gone_channels import with_gone
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.history.archive_moves import settle
from xl_kpi.plan.history.log import TYPED, Writer
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.labels import label
from xl_kpi.plan.language import after_switch
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Change, Kept, Records, Value
from xl_kpi.plan.same_value import same


@dataclass(frozen=True)
class Renewed:
    """The plan and the records as they are to be written, and what is new in them."""

    plan: Plan
    records: Records
    changes: tuple[Change, ...] = ()
    kept: tuple[Kept, ...] = ()
    returned: tuple[Kept, ...] = ()


def renew(
    typed: Plan,
    plan: Plan,
    records: Records,
    *,
    command: str,
    who: str,
    now: dt.datetime,
    homeless: Mapping[str, Value] | None = None,
    cleared: Sequence[Kept] = (),
) -> Renewed:
    """The next state of a plan.

    Arguments: ``typed`` the plan as it was read from the workbook, ``homeless`` what was read besides (see
    ``settle``), ``plan`` what the command has made of it, ``records`` as the command leaves them (``last`` still
    those of the command before), ``cleared`` what somebody has taken off 保管; ``command`` its id, ``who`` ran it,
    ``now`` the local time.
    Result: the first change lines are what was typed since the last command, then the command's own.
    Special cases: where nothing changed there is no line, so that a second run gives the same records.  Where the
    command itself changed no entry a line says that it wrote.  A workbook without any memory gets one line for the
    command instead of one for each of its entries.
    """
    plan = after_switch(plan, records.last.get("plan_lang"))
    settled = settle(plan, records, homeless or {}, now.date())
    settled = replace(settled, plan=with_gone(settled.plan, settled.records.archive))
    found, after = {**(homeless or {}), **entries_of(typed)}, entries_of(settled.plan)
    writer = Writer(settled.plan, who, now.replace(microsecond=0), records.last)
    lines: list[Change] = []
    if records.last:
        lines += writer.differences(TYPED, records.last, found)
    else:
        lines.append(writer.line(command, "", text("log_first", plan.lang)))
    for one in cleared:
        actual = EntryKey.parse(one.key).is_actual
        named = worded(label(one.key, settled.plan, records.last), plan.lang) if actual else one.label
        lines.append(writer.line(TYPED, one.key, text("log_cleared", plan.lang, label=named), one.value))
    lines += writer.differences(
        command,
        found,
        after,
        kept=settled.records.archive.keys(),
        returned={one.key for one in settled.returned},
        records=records,
    )
    for one in settled.replaced:
        words = text("log_replaced", plan.lang, label=worded(label(one.key, settled.plan, records.last), plan.lang))
        lines.append(writer.line(command, one.key, words, one.value))
    # Lines of what was typed do not say which command found them, nor who ran it.
    own = [one for one in (*records.history, *lines) if one.command == command and one.time == writer.time]
    if lines and not own:
        lines.append(writer.line(command, "", text("log_wrote", plan.lang)))
    kept_digits = {key: old for key, old in records.last.items() if key in after and same(old, after[key])}
    renewed = settled.records.with_(history=(*records.history, *lines), last={**after, **kept_digits})
    return Renewed(settled.plan, renewed, tuple(lines), settled.kept, settled.returned)


def first_state(plan: Plan, *, plan_id: str, who: str, now: dt.datetime) -> Renewed:
    """A new workbook's plan and records: one line in 履歴, and nothing in it without a place."""
    settled = settle(plan, Records(plan_id=plan_id), {}, now.date())
    writer = Writer(settled.plan, who, now, {})
    line = writer.line("new", "", text("log_new", plan.lang))
    records = settled.records.with_(history=(line,), last=entries_of(settled.plan))
    return Renewed(settled.plan, records, (line,), settled.kept)


def with_more(
    renewed: Renewed,
    *,
    command: str,
    who: str,
    now: dt.datetime,
    lost: Sequence[Kept] = (),
    told: Sequence[tuple[str, str, Value, Value]] = (),
    archive: Mapping[str, Kept] | None = None,
    kept: Sequence[Kept] = (),
    returned: Sequence[Kept] = (),
) -> Renewed:
    """The same with more lines in 履歴 about what is no entry.

    Arguments: ``lost`` what has no place on the new sheets and goes to 保管; ``told`` key, words, old and new of
    other lines; ``archive`` what 保管 holds besides ``lost`` (None: as it was), of which ``kept`` is new, and
    ``returned`` what it holds no more.
    """
    writer = Writer(renewed.plan, who, now, renewed.records.last)
    lines = [writer.line(command, *one) for one in told]
    for one in lost:
        lines.append(writer.line(command, one.key, text("log_kept", renewed.plan.lang, label=one.label), one.value))
    archive = {**(renewed.records.archive if archive is None else archive), **{one.key: one for one in lost}}
    records = renewed.records.with_(archive=archive, history=(*renewed.records.history, *lines))
    changes, gone = (*renewed.changes, *lines), (*renewed.kept, *kept, *lost)
    return Renewed(renewed.plan, records, changes, gone, (*renewed.returned, *returned))
