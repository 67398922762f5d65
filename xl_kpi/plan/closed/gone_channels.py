"""What channels that are off now brought in closed months: it stays what these months reached (K15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from xl_kpi.calc.calendar import months_from
from xl_kpi.formulas.fault import FormulaFault
from xl_kpi.plan.closed.closing import came_key, lead_row
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Kept


def with_gone(plan: Plan, archive: Mapping[str, Kept]) -> Plan:
    """The plan which remembers what its closed months had from channels that are off now.

    Arguments: ``archive`` what lies on 保管: the actuals of these channels are there.
    Special cases: what is remembered already stays though its lines on 保管 are deleted; it goes once the channel is
    on again, since its actuals are back on its sheet.
    Example: ads brought 400 leads in the closed April and are switched off: April keeps them.
    """
    until, first = max(plan.agreed.ever, plan.closed_months), plan.stages[0].id
    on = {came_key(channel.id) for channel in plan.channels_on}
    months = {key: value for key, value in plan.agreed.months.items() if key[0] not in on}
    entries = [(EntryKey.parse(key), kept.value) for key, kept in archive.items()]
    then = plan.with_(
        actuals={
            (entry.row or "", months_from(plan.start, entry.month)): value
            for entry, value in entries
            if entry.month is not None and isinstance(value, (int, float))
        }
    )
    for channel in plan.channels:
        if channel.stage != first or came_key(channel.id) in on:
            continue
        try:
            row = lead_row(then, channel) or []
        except FormulaFault:
            continue
        came = {(came_key(channel.id), month): value for month, value in enumerate(row[: max(0, until)])}
        months |= {key: value for key, value in came.items() if value is not None}
    return plan if months == plan.agreed.months else plan.with_(agreed=replace(plan.agreed, months=months))
