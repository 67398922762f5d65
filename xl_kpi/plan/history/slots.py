"""Which entries have a place in the workbook of a plan: cells into which they are typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xl_kpi.plan.agreement import items
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.goal.parts import existing_part
from xl_kpi.plan.keys import AGREEMENT, CHANNELS, KPIS, PIPELINE, RATES, SEASON, STAGES, EntryKey
from xl_kpi.plan.model import EXISTING_ROW, MONEY_ROWS, Channel, Kpi, Plan, Stage
from xl_kpi.plan.pages.tables import find_table

INPUT = "input"


def typed_series(
    stages: Sequence[Stage],
    channels: Sequence[Channel],
    kpis: Sequence[Kpi],
    kind: str = "",
    existing: bool = True,
) -> dict[str, str]:
    """Every row of actuals that is typed month by month, with its unit: ``stage:mql``, ``web:cv``.

    Arguments: ``kind`` that of the goal ("": of any): revenue or profit is typed where it is the goal; ``existing``
    whether existing customers are planned to bring a part of it.
    Special cases: the first stage is none of them where its channels have a KPI for it: there it is their sum.
    Rows of channels that are off, and KPIs that are off, are among them; they stand on no sheet.
    """
    anchored = {
        channel.stage
        for channel in channels
        if channel.on
        for kpi in kpis
        if kpi.channel == channel.id and kpi.target.strip() == channel.stage
    }
    units = {f"stage:{stage.id}": "count" for k, stage in enumerate(stages) if k or stage.id not in anchored}
    units.update({row: "yen" for money, row in MONEY_ROWS.items() if kind in ("", money)})
    if existing and kind in ("", *MONEY_ROWS):
        units[EXISTING_ROW] = "yen"
    units.update({f"{kpi.channel}:{kpi.id}": kpi.unit for kpi in kpis if kpi.actual == INPUT})
    return units


def has_place(plan: Plan) -> Callable[[str], bool]:
    """A test for many stable keys: is there a cell for this entry in the workbook of the plan?"""
    shown = {f"{kpi.channel}:{kpi.id}" for channel in plan.channels_on for kpi in shown_kpis(plan, channel)}
    typed = {
        what
        for what in typed_series(plan.stages, plan.channels, plan.kpis, plan.goal.kind, bool(existing_part(plan)))
        if what.startswith("stage:") or what in shown
    }
    stages = [stage.id for stage in plan.stages]
    rows = {
        STAGES: set(stages),
        PIPELINE: set(stages),
        CHANNELS: {channel.id for channel in plan.channels},
        KPIS: {f"{kpi.channel}.{kpi.id}" for kpi in plan.kpis},
        RATES: {f"{channel.id}.{stage}" for channel in plan.channels for stage in stages[:-1]},
        SEASON: {str(month) for month in range(1, 13)},
        AGREEMENT: {item.key for item in items(plan)},
    }
    first = plan.start.year * 12 + plan.start.month

    def test(key: str) -> bool:
        entry = EntryKey.parse(key)
        month = entry.month
        if month is not None:
            return entry.row in typed and 0 <= month.year * 12 + month.month - first < plan.months
        if entry.row is None:
            return True
        if table := find_table(entry.table):
            return table.find(entry.column) is not None
        if entry.kind in (f"{STAGES}.rate", f"{STAGES}.lag") and stages[-1:] == [entry.row]:
            return False  # nothing comes after the last stage
        return entry.row in rows.get(entry.table, ())

    return test
