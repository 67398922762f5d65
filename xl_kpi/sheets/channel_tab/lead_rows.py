"""On a channel's tab: the orders and the revenue that its leads bring (K14), by month and in all."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

from xl_kpi import calc, catalog
from xl_kpi.kpi.figures import nearest_excel
from xl_kpi.plan.goal.fees import price
from xl_kpi.plan.model import Channel
from xl_kpi.plan.needs.expected import InTime
from xl_kpi.sheets.blocks.brought_rows import ORDERS, REVENUE
from xl_kpi.sheets.blocks.table import MonthTable
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import number_width

NOTHING, OF_ALL = 1e-6, 1e-12  # what is left to come, and the part of all, that are the digits of a cell


def rows_of(ctx: Context, channel: Channel) -> list[str]:
    """The keys of the rows: two for the orders, two for the revenue where it is known what an order brings."""
    if channel not in ctx.plan.lead_channels:
        return []
    kinds = ["orders"] if price(ctx.plan) is None else ["orders", "revenue"]
    return [f"brought:{kind}{part}" for kind in kinds for part in ("", ":after")]


def widths(ctx: Context, channel: Channel) -> tuple[float, float]:
    """How wide a month and the total are, so that their revenue can be read; 0 where none is told."""
    once = price(ctx.plan)
    if channel not in ctx.plan.lead_channels or not once:
        return 0, 0
    found = ctx.lead_orders.by_channel[channel.id]
    amounts = [max(found.paid.months) * once, found.times * once]
    digits = catalog.unit(ctx.plan.currency_unit).digits
    month, total = (f"{float(amount):,.{digits}f}" for amount in amounts)
    return number_width(month), number_width(total, 10.2)  # it is bold


def on_tab(ctx: Context, table: MonthTable, channel: Channel) -> None:
    """All of it; the totals are those of チャネル, and what comes after the months has a row of its own."""
    rows = rows_of(ctx, channel)
    if not rows:
        return
    orders, place = ctx.lead_orders, [one.id for one in ctx.plan.lead_channels].index(channel.id)
    found = orders.by_channel[channel.id]
    _rows(ctx, table, channel, ORDERS, found.orders, orders.whole[place], Fraction(1))
    if len(rows) > 2:
        digits = catalog.unit(ctx.plan.currency_unit).digits
        value = price(ctx.plan) or Fraction(0)
        _rows(ctx, table, channel, REVENUE, found.paid, orders.money(digits)[place], value)


def _rows(ctx: Context, table: MonthTable, channel: Channel, what: int, found: InTime, total: Fraction | int,
          value: Fraction) -> None:  # fmt: skip
    t, kind, money = ctx.t, ("orders", "revenue")[what], ctx.plan.currency_unit
    row, after, page = f"brought:{kind}", f"brought:{kind}:after", ctx.at(ChannelsAt)
    look, digits = (money, catalog.unit(money).digits) if what else ("whole", 0)
    table.fill(
        row, kpi=t(f"row_brought_{kind}"), kind=t("row_outlook"), unit=ctx.unit_label("yen" if what else "count")
    )
    table.fill(after, kpi=t("row_brought_after"), kind=t("row_outlook"))
    whole = table.cell(row, "total").in_column
    brought = ctx.lead_orders.by_channel[channel.id]
    every = (brought.times if what else brought.total) * value
    shown = _shown([month * value for month in found.months], Fraction(total), every, digits)
    closed = ctx.plan.closed_months
    months = [None if k < closed else float(number) for k, number in enumerate(shown)]
    upto = [nearest_excel(f"SUM({page.brought.upto(channel.id, what, k)})", digits) for k in range(ctx.plan.months)]
    all_ = str(page.brought.total(channel.id, what))
    least = f"MAX({NOTHING:.0E},{OF_ALL:.0E}*{all_})"
    left = [f"{all_}-SUM({page.brought.upto(channel.id, what, k)})" for k in range(ctx.plan.months)]
    steps = [f"IF({rest}<{least},{whole},MIN({whole},{end}))" for rest, end in zip(left, upto, strict=True)]
    texts = [f"{now}-{then}" if then else now for then, now in zip(["", *steps], steps)]
    formulas = [f'=IF(OR(closed_months>{k},NOT(ISNUMBER({whole}))),"",{text})' for k, text in enumerate(texts)]
    table.put_months(row, ["" if month is None else month for month in months], f"value_grey.{look}", formulas)
    table.put(row, "total", float(total), f"value_strong.{look}", formula=f"={page.rates.cell(channel.id, kind)}")
    rest = f'=IF(ISNUMBER({whole}),{whole}-SUM({table.span(row).in_column}),"")'
    table.put(after, "total", float(total - sum(shown)), f"value_grey.{look}", formula=rest)
    table.put(row, "to_date", None, "value")


def _shown(months: Sequence[Fraction], total: Fraction, every: Fraction, digits: int) -> list[Fraction]:
    """The first k months rounded, no more than the total in all; all of it once nothing is left to come.

    The totals are rounded so that the channels add up to the plan's: what that gives or takes comes
    in no month after the end.
    """
    ends = accumulate(months)
    least = max(calc.exact(NOTHING), calc.exact(OF_ALL) * every)
    upto = [total if every - end < least else min(total, calc.nearest(end, digits)) for end in ends]
    return [now - then for then, now in zip([Fraction(0), *upto], upto)]
