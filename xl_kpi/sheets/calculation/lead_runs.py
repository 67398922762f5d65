"""受注見込み by channel (K14) on the hidden sheet 計算: the orders and the revenue that each channel's leads bring.

All channels share the lags, so one run of all planned leads, as if each ordered, serves every channel: times its share
and its own rates.  A channel of which a month asks more than it can bring has a run of its own, of what it can bring:
nothing is subtracted, so that few of many leads keep their digits.  There is one for each that does when the sheets are
written.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from xl_kpi.plan.channels.lead_orders import LeadOrders
from xl_kpi.plan.goal.fees import price
from xl_kpi.plan.model import Channel
from xl_kpi.sheets.blocks import fees
from xl_kpi.sheets.blocks.brought_rows import FIRST, ORDERS, REVENUE, TOTAL
from xl_kpi.sheets.calculation.calc_rows import (
    COUNT_ROW,
    CURVE_ROW,
    EVER,
    FIRST_MONTH,
    HIGH_ROW,
    IN_TIME,
    LOW_ROW,
    MONTH_HEADER,
    ForwardAt,
    stage_column,
)
from xl_kpi.sheets.calculation.calc_rows import (
    ORDERS as ORDERS_COLUMN,
)
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.places.funnel import CURVE_STEPS
from xl_kpi.workbook.addresses import absolute, column_letters
from xl_kpi.workbook.spec import SheetSpec

STEP = 30  # days that one entry of a measured curve stands for
LEAST_EXCESS = "0.000000001"  # of a month's leads: less is nothing but the rounding of a cell


def limits(ctx: Context, page: SheetSpec, at: ForwardAt, month: int, leads: str) -> None:
    """The part of a month's leads that each channel with a run of its own brings, and of the others the part that each
    can't bring; ``leads`` Excel text of how many are planned."""
    row = FIRST_MONTH + month
    ids = [channel.id for channel in ctx.plan.channels]
    for channel in ctx.lead_orders.channels:
        share, limit = (absolute(FIRST_MONTH + ids.index(channel.id), at.channels + k) for k in (0, 1))
        above, value = f"{share}*{leads}>{limit}", 0.0
        text = f"=IF({above},{share}-{limit}/{leads},0)"
        if channel.id in at.chains:
            value = float(ctx.lead_orders.part_brought(channel, month))
            text = f"=IF({leads}>0,IF({above},{limit}/{leads},{share}),0)"
        page.put(row, at.excess[channel.id], value, "calc", formula=text)


def build(ctx: Context, page: SheetSpec, at: ForwardAt, unit: float) -> None:
    """The runs, and what each channel's leads bring of them.  ``unit``: in what the run counts."""
    if not at.excess:
        return
    orders = ctx.lead_orders
    for id_, column in at.excess.items():
        told = "calc_limited" if id_ in at.chains else "calc_excess"
        page.put(MONTH_HEADER, column, ctx.t(told, channel=_name(ctx, id_)), "calc_header")
        page.put(FIRST_MONTH + at.months, column, 0, "calc")
    _run(ctx, page, at, at.all_leads, orders.entered_by_day(at.days), unit)
    for id_, column in at.chains.items():
        _run(ctx, page, at, column, orders.entered_by_day(at.days, id_), unit, at.excess[id_])
    for channel in orders.channels:
        _channel(ctx, at, channel, orders)


def _name(ctx: Context, id_: str) -> str:
    return next(channel.name for channel in ctx.plan.channels if channel.id == id_)


def _run(ctx: Context, page: SheetSpec, at: ForwardAt, first: int, entered: list[list[float]], unit: float,
         part: int = 0) -> None:  # fmt: skip
    """Leads day by day, and what of them is in each next stage as if each went on; ``part`` the column of the part of
    them that counts (0: all)."""
    stages, day = ctx.plan.stages, column_letters(at.day)
    for index, stage in enumerate(stages):
        page.put(at.first - 2, first + index, stage.name, "calc_header")
    need, all_leads = at.whole(at.need), column_letters(at.all_leads)
    months = FIRST_MONTH + at.months
    for t in range(at.days + 1):
        row = at.first + t
        for index in range(len(stages)):
            letter = column_letters(first + index)
            if not t:
                page.put(row, first + index, 0, "calc")
                continue
            if index:
                more = _moved(ctx, at, first + index - 1, index - 1, f"${day}{row}")
            elif part:
                parts = f"${column_letters(part)}${FIRST_MONTH}:${column_letters(part)}${months}"
                match = f"MATCH(${day}{row - 1},$C${FIRST_MONTH}:$C${months})"
                more = f"(${all_leads}{row}-${all_leads}{row - 1})*INDEX({parts},{match})"
            else:
                grown = f"INDEX({need},{at.days + 1}-${day}{row})-INDEX({need},{at.days + 2}-${day}{row})"
                more = f"IF(${day}{row - 1}<closed_days,0,{grown})"
            page.put(row, first + index, entered[index][t] / unit, "calc", formula=f"={letter}{row - 1}+{more}")
    _edges(ctx, page, at, first, entered, unit)


def _moved(ctx: Context, at: ForwardAt, source: int, lag_index: int, now: str) -> str:
    """Excel text: what has gone on from a stage on a day."""
    back, whole = stage_column(ctx, lag_index), at.whole(source)
    low, high, count = (absolute(row, back) for row in (LOW_ROW, HIGH_ROW, COUNT_ROW))

    def came(days: str) -> str:
        return f"INDEX({whole},MAX(1,{now}+1-{days}))"

    moved = f"({came(low)}-{came(high)})/{count}"
    if not ctx.targets.lags[lag_index].curve:
        return moved
    curve = [absolute(CURVE_ROW + step, back) for step in range(CURVE_STEPS)]
    steps = [f"{curve[k]}*({came(str(STEP * k))}-{came(str(STEP * (k + 1)))})" for k in range(CURVE_STEPS)]
    return f"IF(SUM({curve[0]}:{curve[-1]})=0,{moved},({'+'.join(steps)})/{STEP})"


def _edges(ctx: Context, page: SheetSpec, at: ForwardAt, first: int, entered: list[list[float]], unit: float) -> None:
    """Orders of the run up to each month's first day, those paid by then, those in time, and its leads."""
    plan, targets, last = ctx.plan, ctx.targets, first + len(ctx.plan.stages) - 1
    orders, delivery = entered[-1], targets.delivery_days
    whole, paid_by = at.whole(last), absolute(LOW_ROW, ORDERS_COLUMN)
    for column, key in ((last, "orders"), (last + 1, "paid")):
        page.put(MONTH_HEADER, column, ctx.t(f"calc_forward_{key}"), "calc_header")
    for k in range(at.months + 1):
        row, day = FIRST_MONTH + k, ctx.outlook.edges[k]
        if k <= plan.months:
            page.put(row, last, orders[day] / unit, "calc", formula=f"=INDEX({whole},1+$C{row})")
        page.put(row, last + 1, orders[max(0, day - delivery)] / unit, "calc",
                 formula=f"=INDEX({whole},1+MAX(0,$C{row}-{paid_by}))")  # fmt: skip
    end = max(0, min(at.days, (targets.deadline - plan.start).days + 1 - delivery))
    days = f"MAX(0,MIN({at.days},deadline_used+1-plan_start-{paid_by}))"
    page.put(IN_TIME, last, orders[end] / unit, "calc", formula=f"=INDEX({whole},1+{days})")
    leads = f"{column_letters(first)}{at.first + at.days}"
    page.put(EVER, last, entered[0][at.days] / unit, "calc", formula=f"={leads}")


def _channel(ctx: Context, at: ForwardAt, channel: Channel, orders: LeadOrders) -> None:
    """Its two lines: orders and revenue, in all and by month."""
    plan, page, found = ctx.plan, ctx.at(ChannelsAt), orders.by_channel[channel.id]
    place, once = page.brought, price(plan) or Fraction(0)
    chain = page.mix.product(channel.id, page.mix.steps)
    share = page.mix.share(channel.id)
    waits = ""
    if channel.id not in at.chains:
        column = at.excess[channel.id]
        above = f"{absolute(FIRST_MONTH, column)}:{absolute(FIRST_MONTH + at.months, column)}"
        waits = f"SUM({above})>{LEAST_EXCESS}"
    for what, key, counted in ((ORDERS, "orders", found.orders), (REVENUE, "revenue", found.paid)):
        line, times = place.line(channel.id, what), once if what else 1
        money = f"*{fees.price(ctx)}" if what else ""

        def told(text: str, money: str = money) -> str:
            text = f"{chain.here}*({text})*{at.unit.here}{money}"
            return f'=IF({waits},"",{text})' if waits else f"={text}"

        cells = place.source.cells
        cells[line, 0] = (f"brought:{channel.id}:{key}", "", "calc")
        everything = _of(at, channel.id, str(share.here), _ever)
        if what:
            of_fees = _of(at, channel.id, str(share.here), _all_fees)
            everything = f"IF({fees.is_monthly(ctx)},{of_fees},{everything})"
        number = (found.times if what else found.total) * times
        cells[line, TOTAL] = (float(number), told(everything), "calc")
        for k, number in enumerate(counted.months):
            text = _of(at, channel.id, str(share.here), partial(_month, k, what))
            if what:
                of_fees = _of(at, channel.id, str(share.here), partial(_fees, k))
                text = f"IF({fees.is_monthly(ctx)},{of_fees},{text})"
            cells[line, FIRST + k] = (float(number * times), told(text), "calc")


def _of(at: ForwardAt, id_: str, share: str, part: Callable[[ForwardAt, int], str]) -> str:
    """Excel text: a part of the channel's own run, or of the run of all leads times its share."""
    return part(at, at.chains[id_]) if id_ in at.chains else f"{share}*({part(at, at.all_leads)})"


def _ever(at: ForwardAt, first: int) -> str:
    return absolute(EVER, first + len(at.stages) - 1)


def _all_fees(at: ForwardAt, first: int) -> str:
    """The monthly fees of all months up to the goal's last: of each month's orders so far, as far as they count."""
    last, months = first + len(at.stages) - 1, at.months
    upto = f"{absolute(FIRST_MONTH + 1, last + 1)}:{absolute(FIRST_MONTH + months, last + 1)}"
    counted = f"{absolute(FIRST_MONTH, fees.DAYS)}:{absolute(FIRST_MONTH + months - 1, fees.DAYS)}"
    in_time = absolute(IN_TIME, last)
    return f"SUMPRODUCT(({counted}>0)*(({upto}<{in_time})*{upto}+({upto}>={in_time})*{in_time}))"


def _fees(k: int, at: ForwardAt, first: int) -> str:
    """The monthly fees that come in a month."""
    last = first + len(at.stages) - 1
    upto = f"MIN({absolute(FIRST_MONTH + k + 1, last + 1)},{absolute(IN_TIME, last)})"
    return f"IF({absolute(FIRST_MONTH + k, fees.DAYS)}>0,{upto},0)"


def _month(k: int, what: int, at: ForwardAt, first: int) -> str:
    """What counts for the goal and comes in a month."""
    last = first + len(at.stages) - 1
    edges = [absolute(FIRST_MONTH + one, last + what) for one in (k, k + 1)]
    in_time = absolute(IN_TIME, last)
    return f"MIN({edges[1]},{in_time})-MIN({edges[0]},{in_time})"
