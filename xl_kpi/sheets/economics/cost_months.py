"""採算, what the plan costs by month and channel, and the budget beside it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from xl_kpi import catalog
from xl_kpi.calc import nearest
from xl_kpi.kpi.figures import nearest_excel
from xl_kpi.plan.economics.figures import ChannelCost
from xl_kpi.plan.fields import find_field
from xl_kpi.plan.keys import EntryKey
from xl_kpi.sheets.blocks.chart import ChartBlock, Drawn
from xl_kpi.sheets.blocks.table import Column, MonthTable
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.economics.places import ALL, COMMON, EconomicsAt
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.workbook.spec import Series

BUDGET, LEFT = "budget:", "left:"
BUDGET_NAME = "budget"


def table(ctx: Context) -> MonthTable:
    """A row for each channel, one for what all use, their sum; the budget and what is left of it."""
    t, money = ctx.t, ctx.unit_label("yen")
    columns = [Column("name", t("channel_name"), 22), Column("total", t("econ_total", unit=money), 12)]
    rows = [*(one.id for one in ctx.plan.channels_on), COMMON]
    return MonthTable(ctx, "cost_months", columns, rows, width=9.6, above=2, header_height=32,
                      section=t("econ_months", unit=money),
                      foot=[ALL, *((BUDGET, LEFT) if has_budget() else ())])  # fmt: skip


def has_budget() -> bool:
    """Whether 設定 has a cell for it."""
    return find_field(EntryKey(BUDGET_NAME)) is not None


def chart(ctx: Context, table: MonthTable) -> ChartBlock:
    """The months as columns, one colour a channel."""
    drawn = [Drawn(one.id, one.name, Series("column_stacked")) for one in ctx.plan.channels_on]
    drawn.append(Drawn(COMMON, ctx.t("econ_common"), Series("column_stacked")))
    money = ctx.unit_label("yen")
    return ChartBlock("cost_chart", ctx.t("econ_months", unit=money), table, drawn, axis_title=money)


def build(ctx: Context, at: EconomicsAt) -> None:
    months = range(ctx.plan.months)
    for one in at.figures.costs:
        texts = _texts(ctx, at, one)
        name = f"={ctx.at(ChannelsAt).rows[one.channel.id].name}"
        _row(ctx, at, one.channel.id, one.channel.name, name, at.figures.by_month(one), texts)
    common = at.channels.cell(COMMON, "total").here
    upto = [f"{common}*{k + 1}/{ctx.plan.months}" for k in months]
    _row(ctx, at, COMMON, ctx.t("econ_common"), None, at.figures.common_by_month, _steps(ctx, upto))
    _totals(ctx, at)


def _texts(ctx: Context, at: EconomicsAt, one: ChannelCost) -> list[str]:
    """The months of a channel: marketing by volume (evenly where there is none), sales and systems evenly."""
    key, table, backwards, length = one.channel.id, at.channels, ctx.at(BackwardsAt), ctx.plan.months
    used, units = table.cell(key, "marketing").here, table.cell(key, "units").here
    fixed = f"({table.cell(key, 'sales').here}+{table.cell(key, 'systems').here})"
    brings = ctx.plan.brings(one.channel)
    upto = []
    for k in range(length):
        evenly = f"{k + 1}/{length}"
        if not brings:
            upto.append(f"({used}+{fixed})*{evenly}")
            continue
        volume = f"SUM({backwards.channel_month(key, 0).to(backwards.channel_month(key, k))})/{units}"
        upto.append(f"{used}*IF({units}>0,{volume},{evenly})+{fixed}*{evenly}")
    return _steps(ctx, upto)


def _steps(ctx: Context, upto: Sequence[str]) -> list[str]:
    """Running totals rounded to what the plan's money shows, each less the one before."""
    digits = catalog.unit(ctx.plan.currency_unit).digits
    rounded = [nearest_excel(text, digits) for text in upto]
    return [f"={rounded[0]}", *(f"={now}-{then}" for then, now in zip(rounded, rounded[1:]))]


def _row(ctx: Context, at: EconomicsAt, key: str, name: str, name_text: str | None, values: Sequence[Fraction],
         texts: Sequence[str]) -> None:  # fmt: skip
    look, table = ctx.plan.currency_unit, at.months
    table.put(key, "name", name, "label", formula=name_text)
    table.put_months(key, [float(value / ctx.money) for value in values], f"value.{look}", texts)
    total = sum(values, Fraction(0)) / ctx.money
    table.put(key, "total", float(total), f"value_strong.{look}", formula=f"=SUM({table.span(key).here})")


def _totals(ctx: Context, at: EconomicsAt) -> None:
    table, look, figures = at.months, ctx.plan.currency_unit, at.figures
    rows = [*(figures.by_month(one) for one in figures.costs), figures.common_by_month]
    sums = [sum(month, Fraction(0)) / ctx.money for month in zip(*rows)]
    table.put(ALL, "name", ctx.t("econ_all"), "label_strong")
    for column, value in zip(["total", *table.months], [sum(sums, Fraction(0)), *sums], strict=True):
        table.put(ALL, column, float(value), f"total.{look}", formula=f"=SUM({table.down(column).here})")
    if has_budget():
        _budget(ctx, at, sum(sums, Fraction(0)))


def _budget(ctx: Context, at: EconomicsAt, total: Fraction) -> None:
    """The budget, typed on 設定, spread evenly as running totals tell it: what is left of it month by month."""
    table, look, budget = at.months, ctx.plan.currency_unit, at.figures.inputs.budget
    table.put(BUDGET, "name", ctx.t("econ_budget"), "label")
    table.put(LEFT, "name", ctx.t("econ_left"), "label")
    digits = catalog.unit(look).digits
    shown = None if budget is None else nearest(Fraction(budget) / ctx.money, digits)
    in_cell, name = nearest_excel(f"N({BUDGET_NAME})", digits), BUDGET_NAME
    table.put(BUDGET, "total", "" if shown is None else float(shown), f"value.{look}",
              formula=f'=IF(ISNUMBER({name}),{in_cell},"")')  # fmt: skip
    own = table.cell(BUDGET, "total").here
    left = "" if shown is None else float(shown - total)
    spent = table.cell(ALL, "total").here
    table.put(LEFT, "total", left, f"value_strong.{look}", formula=f'=IF(ISNUMBER({own}),{own}-{spent},"")')
    running = Fraction(0)
    sums = [Fraction(cell.value) for key in table.months if (cell := table.at_cell(ALL, key))]
    for key, month in zip(table.months, sums, strict=True):
        running += month
        upto = table.across(ALL, table.months[0], key).here
        value = "" if shown is None else float(shown - running)
        table.put(LEFT, key, value, f"value.{look}", formula=f'=IF(ISNUMBER({own}),{own}-SUM({upto}),"")')
    table.blank(BUDGET, table.months, "value")
