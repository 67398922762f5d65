"""目標に届いていないKPI: each KPI worse than its target to date, live from its tab; which ones is as of the review."""

from __future__ import annotations

from xl_kpi.kpi.channel_figures import ACTUAL, TARGET
from xl_kpi.kpi.figures import attainment
from xl_kpi.kpi.review.attainment import Attained, kpis_below
from xl_kpi.sheets.blocks.table import Column, Table
from xl_kpi.sheets.channel_tab.page import ATTAINMENT, TabsAt
from xl_kpi.sheets.context import Context, mark_attainment, number_style
from xl_kpi.sheets.review.columns import NAME, NUMBER, WIDE, row_of
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.theme import attained_style

MOST = 10  # rows: the furthest from their target first


def table(ctx: Context) -> Table | None:
    """A row for each, with the target and the actual of the months in which it has one; None where there is none."""
    t, tabs, found = ctx.t, ctx.at(TabsAt).tabs, shown(ctx)
    if not found:
        return None
    columns = [
        Column("kpi", t("reviewpage_kpi"), NAME, "label_wrap"),
        Column("channel", t("reviewed_channel"), NUMBER, "label", span=4, link=False),
        Column("target", t("reviewpage_planned"), NUMBER, "value", span=2, link=False),
        Column("actual", t("reviewpage_reached"), NUMBER, "value", span=2, link=False),
        Column("attained", t("reviewed_attained"), NUMBER, "value.attain", span=2, link=False),
        Column("owner", t("actions_owner"), WIDE, "label"),
    ]
    made = Table("below", columns, [row_of(_key(one)) for one in found], section=t("reviewed_kpis"), header_height=32)
    for one in found:
        tab, key = tabs[one.channel], _key(one)
        kpi = tab.figures.by_id[one.id]
        channel = tab.figures.channel
        made.fill(key, kpi=kpi.name(ctx.lang), channel=channel.name, owner=kpi.owner or channel.owner or None)
        style = number_style("value", kpi.unit, ctx.plan)
        target, actual = tab.figures.target[kpi.id].to_date, tab.figures.actual[kpi.id].to_date
        for column, side, value in (("target", TARGET, target), ("actual", ACTUAL, actual)):
            made.put(key, column, value, style, formula=f"={tab.table.cell(f'{kpi.id}:{side}', 'to_date')}")
        better = tab.figures.better(kpi)
        reached, style = attainment(actual, target, better), attained_style(ctx.lang, "value", better)
        made.put(key, "attained", reached, style, formula=f"={tab.table.cell(f'{kpi.id}:{ATTAINMENT}', 'to_date')}")
    return made


def mark(ctx: Context, page: SheetSpec, made: Table) -> None:
    """Paint each attainment."""
    for one in shown(ctx):
        cell = made.cell(_key(one), "attained").free
        mark_attainment(page, cell, cell, one.to_date.better)


def shown(ctx: Context) -> list[Attained]:
    """Those that have a row, of channels with a tab."""
    tabs = ctx.at(TabsAt).tabs
    found = [one for one in kpis_below(ctx.review.attainment) if one.channel in tabs]
    return [one for one in found if one.id in tabs[one.channel].figures.by_id][:MOST]


def _key(one: Attained) -> str:
    return f"below:{one.channel}.{one.id}"
