"""In which months somebody has typed an actual: Python's own, and in Excel's words."""

from __future__ import annotations

from xl_kpi.kpi.channel_figures import ACTUAL
from xl_kpi.plan.model import EXISTING_ROW, Kpi
from xl_kpi.sheets.channel_tab.page import TabAt, TabsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.places.backwards import BackwardsAt

MOST_IN_COUNT = 200  # arguments of one COUNT; Excel takes 255


def months_typed(ctx: Context) -> set[int]:
    """The months, from 0, in which somebody has typed an actual."""
    whats = {key for key, _ in ctx.at(BackwardsAt).actuals(ctx)} | {EXISTING_ROW}
    whats |= {f"{id_}:{kpi.id}" for id_, tab in ctx.at(TabsAt).tabs.items() for kpi in _typed_kpis(tab)}
    return {k for what, k in ctx.plan.actuals if what in whats and k < ctx.plan.months}


def typed_in(ctx: Context, month: int) -> str:
    """Excel text: how many actuals are typed in a month, of stages, of the goal and on the channels' sheets."""
    rows, tabs = ctx.at(BackwardsAt), ctx.at(TabsAt)
    areas = [area for key, area in rows.actuals(ctx) if key not in tabs.sums]
    counted = [area.first._replace(column=area.first.column + month).far_free for area in areas]
    if rows.existing_actual:
        counted.append(rows.cell(rows.existing_actual, rows.month(month)).far_free)
    for tab in tabs.tabs.values():
        counted += [tab.table.month(f"{kpi.id}:{ACTUAL}", month).far_free for kpi in _typed_kpis(tab)]
    runs = [counted[first : first + MOST_IN_COUNT] for first in range(0, len(counted), MOST_IN_COUNT)]
    return "+".join(f"COUNT({','.join(run)})" for run in runs)


def _typed_kpis(tab: TabAt) -> list[Kpi]:
    return [kpi for kpi in tab.figures.kpis if tab.figures.formulas[ACTUAL][kpi.id] is None]
