"""A page as somebody would add it: one input table, one result table by month, one chart, all from blocks.

What each channel may spend in a month is typed; what the plan's volumes cost by month is computed, in formulas
alone: the calculation engine gives the numbers, a test computes them another way.
"""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi.sheets.blocks.chart import ChartBlock, Drawn
from xl_kpi.sheets.blocks.head import Title
from xl_kpi.sheets.blocks.layout import Layout
from xl_kpi.sheets.blocks.table import Column, MonthTable, Rule, Table
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.workbook.spec import Series, SheetSpec


@dataclass(frozen=True)
class TrialAt:
    limits: Table
    costs: MonthTable
    layout: Layout


def place(ctx: Context) -> TrialAt:
    ids = [channel.id for channel in ctx.plan.channels_on]
    typed = Rule("decimal", "0", "Limit", "0 or more", operator="greater_than_or_equal")
    columns = [Column("name", "Channel", 22, "label"), Column("limit", "Limit", 14, "input.yen", typed)]
    limits = Table("limits", columns, ids, section="A month's limit", spare=2, name="tbl_trial", frozen_to="name")
    costs = MonthTable(ctx, "costs", [Column("name", "Channel"), Column("total", "Total")], ids, foot=["sum"])
    drawn = [Drawn(id, id, Series("column_stacked")) for id in ids]
    chart = ChartBlock("chart", "Cost by month", costs, drawn, axis_title="yen")
    title = Title(ctx.t("trial_title"), ctx.t("trial_subtitle"))
    return TrialAt(limits, costs, Layout(ctx, "trial", title, limits, costs, chart))


def build(ctx: Context) -> SheetSpec:
    at, backwards, channels = ctx.at(TrialAt), ctx.at(BackwardsAt), ctx.at(ChannelsAt)
    for channel in ctx.plan.channels_on:
        names, key = channels.rows[channel.id], channel.id
        at.limits.put(key, "name", channel.name, formula=f"={names.name}")
        at.limits.put(key, "limit", 1_000_000)
        at.costs.put(key, "name", channel.name, "label", formula=f"={names.name}")
        cost = channel.unit_cost or 0
        for k, month in enumerate(at.costs.months):  # formulas alone
            formula = f"={backwards.channel_month(key, k)}*{cost}"
            at.costs.put(key, month, style="value.yen", formula=formula)
        at.costs.put(key, "total", style="value_strong.yen", formula=f"=SUM({at.costs.span(key).here})")
    for column in ("total", *at.costs.months):
        at.costs.put("sum", column, style="total.yen", formula=f"=SUM({at.costs.down(column).here})")
    return at.layout.sheet()
