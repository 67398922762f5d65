"""The forward run (K14) on the hidden sheet 計算: leads to come and what is open, day by day, to the orders.

Right of the grid that works backwards, in its rows but with the first day on top.  A column for each stage holds how
many have entered it before day t, as parts of the leads that are needed in all (so a huge plan computes like a small
one).  What enters a stage on a day is what entered the one before it within the days of the lag: one difference of two
look-ups, whatever the lag.  A column looks at the one on its left only.  What is open at the start leaves its stage
within its lag, or at twice the pace where it is taken to be half way through.  What comes of all this whenever, less
what comes in time, comes too late.
"""

from __future__ import annotations

from xl_kpi.plan.findings import LEAST_EXCESS, over
from xl_kpi.plan.goal import fees as of_plan
from xl_kpi.sheets import plan_words
from xl_kpi.sheets.blocks.fees import is_monthly
from xl_kpi.sheets.calculation import lead_runs
from xl_kpi.sheets.calculation.calc_rows import (
    COUNT_ROW,
    CREDIT,
    CURVE_ROW,
    EVER,
    FEES,
    FIRST_MONTH,
    HIGH_ROW,
    IN_TIME,
    LANDING,
    LATER,
    LATER_SAID,
    LOW_ROW,
    MONTH_HEADER,
    OPEN,
    ORDERS,
    PACE,
    PER_ORDER,
    RATE,
    SHARE,
    SHARE_EVER,
    SHORT,
    TOO_DEAR,
    UNIT,
    ForwardAt,
    stage_column,
)
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import words
from xl_kpi.sheets.places.backwards import BEFORE, NAME, BackwardsAt
from xl_kpi.sheets.places.funnel import CURVE_STEPS, FunnelAt
from xl_kpi.workbook.addresses import absolute, column_letters
from xl_kpi.workbook.spec import SheetSpec

LEAST = "0.0000001"  # what is short by less is nothing but the rounding of a cell
NOISE = "1E-12"  # of shares of 1
RUN_NOISE = "1E-11"  # of the orders of a run over many days
NO_LIMIT = 1e99
DELIVERY = absolute(LOW_ROW, ORDERS)  # days from order to revenue, where they count
STEP = 30  # days that one entry of a measured curve stands for


def build(ctx: Context, page: SheetSpec) -> None:
    """The whole run: single cells on top, then the months, then the days."""
    at = ctx.at(ForwardAt)
    entered = ctx.outlook.entered_by_day(at.days)
    _single_cells(ctx, page, at)
    _later(ctx, page, at)
    _channels(ctx, page, at)
    _months(ctx, page, at)
    _needed(ctx, page, at)
    _leads(ctx, page, at, entered[0])
    for index in range(1, len(at.stages)):
        _stage(ctx, page, at, index, entered[index])
    lead_runs.build(ctx, page, at, _unit(ctx))


def _single_cells(ctx: Context, page: SheetSpec, at: ForwardAt) -> None:
    plan, targets, outlook = ctx.plan, ctx.targets, ctx.outlook
    funnel, rows = ctx.at(FunnelAt), ctx.at(BackwardsAt)
    keys = ("rate", "open", "per_order", "pace", "unit", "credit", "in_time", "short", "too_dear", "landing", "ever")
    for row, key in zip(range(RATE, EVER + 1), keys, strict=True):
        page.put(row, at.need, ctx.t(f"calc_forward_{key}"), "calc")
    unit = _unit(ctx)
    per_order = 1.0
    for index in range(len(at.stages) - 1, -1, -1):
        column, letter = at.stages[index], column_letters(at.stages[index])
        if index:
            before = funnel.stages[index - 1]
            page.put(RATE, column, plan.rates[index - 1], "calc", formula=f"=N({before.rate})")
            opened = float(outlook.open_going_on[index - 1]) / unit
            times = ctx.at(BackwardsAt).closed.times(index - 1)
            page.put(OPEN, column, opened, "calc", formula=f"=N({before.open})*{times}/{at.unit.here}")
        following = column_letters(column + 1)
        formula = f"=IF({following}{RATE}>0,{following}{PER_ORDER}/{following}{RATE},0)"
        if index == len(at.stages) - 1:
            page.put(PER_ORDER, column, 1, "calc")
        else:
            per_order /= float(plan.rates[index] or 1)
            page.put(PER_ORDER, column, per_order, "calc", formula=formula)
    first, letter = at.stages[0], column_letters(at.stages[-1])
    pace = 2 if outlook.age == "half" else 1
    page.put(PACE, first, pace, "calc", formula=f'=IF(outlook_age="{ctx.t("outlook_age_half")}",2,1)')
    needed = rows.closed.volume(0).here
    page.put(UNIT, first, unit, "calc", formula=f"=IF({needed}>0,{needed},1)")
    credit = float(targets.credit[0]) / unit
    page.put(CREDIT, first, credit, "calc", formula=f"={rows.exact.credit(0)}/{at.unit.here}")
    days = f"MAX(0,MIN({at.days},deadline_used+1-plan_start-{DELIVERY}))"
    in_time = float(outlook.orders) / unit
    page.put(IN_TIME, first, in_time, "calc", formula=f"=INDEX({_whole(at, letter)},1+{days})")
    page.put(SHORT, first, None, "calc", formula=_short(ctx))
    ctx.name("outlook_short", page.ref(SHORT, first))
    page.put(LANDING, first, None, "calc", formula=f"={plan_words.landing(ctx)}")
    ctx.name("outlook_landing", page.ref(LANDING, first))


def _later(ctx: Context, page: SheetSpec, at: ForwardAt) -> None:
    """What goes through each stage in all, and the orders among them that come too late: their number, all orders and
    those in time as shares of the goal, the words."""
    outlook, closed, unit = ctx.outlook, ctx.at(BackwardsAt).closed, _unit(ctx)
    last = len(at.stages) - 1
    for index, column in enumerate(at.stages):
        letter, there = column_letters(column), f"{closed.under_way(index)}/{at.unit.here}"
        if index:
            before = f"{column_letters(column - 1)}{EVER}*{letter}{RATE}"
        else:
            leads = _whole(at, letter)
            more = f"{closed.beyond(0)}/{at.unit.here}"  # in the run it enters on the first open day
            come = f"{letter}{at.first + at.days}-INDEX({leads},1+closed_days)-IF(closed_days<{at.days},{more},0)"
            before = f"IF({come}<{NOISE},0,{come})"
        won = f"+orders_won/{at.unit.here}" if index == last else ""
        page.put(EVER, column, float(outlook.ever[index]) / unit, "calc", formula=f"={before}+{there}{won}")
    ever, in_time = absolute(EVER, at.stages[-1]), at.in_time.here
    texts: dict[int, tuple[str, str, object, str]] = {
        LATER: ("later", "outlook_later", float(outlook.later),
                f"=IF({ever}-{in_time}<{RUN_NOISE}*{ever},0,{ever}-{in_time})*{at.unit.here}"),
        SHARE_EVER: ("share_ever", "outlook_ever", float(outlook.share_ever or 0),
                     f"={plan_words.share_of_goal(ctx, f'({ever}*{at.unit.here})', '+outlook_later*order_brings')}"),
        SHARE: ("share_in_time", "outlook_share", float(outlook.share or 0),
                f"={plan_words.share_of_goal(ctx, 'outlook_orders')}"),
        LATER_SAID: ("later_said", "outlook_later_said", None, f"={plan_words.later(ctx)}"),
    }  # fmt: skip
    fees = f"SUM({at.fees(0).to(at.fees(at.months - 1)).here})*{at.unit.here}"
    texts[FEES] = ("fees_total", "outlook_paid", float(outlook.paid_times.total),
                   f"=IF({is_monthly(ctx)},{fees},outlook_orders)")  # fmt: skip
    for row, (key, name, value, text) in texts.items():
        page.put(row, at.paid + 1, ctx.t(f"calc_forward_{key}"), "calc")
        page.put(row, at.paid, value, "calc", formula=text)
        ctx.name(name, page.ref(row, at.paid))


def _short(ctx: Context) -> str:
    """The stages that are short before the start, in words, with the whole numbers of 逆算."""
    rows = ctx.at(BackwardsAt)
    pieces = []
    for index in range(len(ctx.plan.stages)):
        count = rows.exact.new.cell(index, 0)
        before = rows.exact.new.cell(0, 0).to(rows.exact.new.cell(index - 1, 0)) if index else ""
        comma = f'IF(SUM({before})>{LEAST},"{ctx.t("list_comma")}","")&' if before else ""
        name = plan_words.in_sentence(ctx, str(rows.cell(rows.new + index, NAME)), ctx.plan.stages[index].name)
        said = words(ctx.t("short_stage"), stage=name,
                     count=f"FIXED({rows.cell(rows.new + index, BEFORE)},0)")  # fmt: skip
        pieces.append(f'IF({count}>{LEAST},{comma}{said[1:]},"")')
    return "=" + "&".join(pieces)


def _channels(ctx: Context, page: SheetSpec, at: ForwardAt) -> None:
    """Of each channel its share of the leads, the limit of a month, what it spends for one order, also in words, and
    how many months ask for more than the limit."""
    plan, table = ctx.plan, ctx.at(ChannelsAt).table
    word, id_ = ctx.stage_words[plan.stages[0].id], plan.stages[0].id
    for place, key in enumerate(("share", "limit", "cost", "too_dear", "over", "over_said")):
        page.put(MONTH_HEADER, at.channels + place, ctx.t(f"calc_forward_{key}"), "calc_header")
    for place, channel in enumerate(plan.channels):
        row = FIRST_MONTH + place
        on, stage, cost, capacity, used = (
            table.cell(channel.id, key) for key in ("on", "stage", "cost", "capacity", "used")
        )
        leads = channel.stage == id_
        share = float(ctx.targets.used_share(channel)) if leads else 0.0
        page.put(row, at.channels, share, "calc", formula=f'=IF(OR({stage}="{word}",{stage}="{id_}"),{used},0)')
        limit = NO_LIMIT if channel.capacity is None else channel.capacity
        page.put(row, at.channels + 1, limit, "calc", formula=f"=IF(ISNUMBER({capacity}),{capacity},{NO_LIMIT:.0E})")
        spent = ctx.outlook.cost_of_order(channel) if channel.on and plan.brings(channel) else None
        brings = plan.brings(channel)  # else it costs no order anything
        per_order = absolute(PER_ORDER, at.stages[ctx.targets.stage_index(channel.stage)]) if brings else ""
        if leads:  # with rates of its own
            mix = ctx.at(ChannelsAt).mix
            product = mix.product(channel.id, mix.steps)
            per_order = f"IF({product}>0,1/{product},0)"
        page.put(row, at.channels + 2, float(spent or 0), "calc",
                 formula=f'=IF({on}="○",N({cost})*{per_order},0)' if brings else None)  # fmt: skip
        name = table.cell(channel.id, "name")
        said = words(ctx.t("warn_too_dear"), channel=str(name), **plan_words.order_amounts(ctx, channel))
        page.put(row, at.channels + 3, None, "calc",
                 formula=f'=IF({plan_words.too_dear(ctx, channel)},{said[1:]}&CHAR(10),"")')  # fmt: skip
    first, last = FIRST_MONTH, FIRST_MONTH + len(plan.channels) - 1
    lines = "&".join(absolute(row, at.channels + 3) for row in range(first, last + 1)) or '""'
    page.put(TOO_DEAR, at.stages[0], None, "calc", formula=f"={lines}")
    ctx.name("too_dear", page.ref(TOO_DEAR, at.stages[0]))
    _over(ctx, page, at)
    if plan.channels:
        ctx.name("order_costs", page.ref(first, at.channels + 2, last))


def _over(ctx: Context, page: SheetSpec, at: ForwardAt) -> None:
    """How many months ask a channel for more than its limit, by channel and all of them in words."""
    plan, table, rows = ctx.plan, ctx.at(ChannelsAt).table, ctx.at(BackwardsAt)
    column, comma = at.channels + 4, ctx.t("list_comma")
    for row, channel in enumerate(plan.channels, FIRST_MONTH):
        capacity, used, name = (table.cell(channel.id, key) for key in ("capacity", "used", "name"))
        index = ctx.targets.stage_index(channel.stage) if plan.brings(channel) else 0  # of which none is used
        asked = f"{used}*{rows.exact.new.row(index)}"
        above = f"SUMPRODUCT(({asked}>N({capacity})+{float(LEAST_EXCESS):f})*1)"
        page.put(row, column, over(ctx.targets, channel), "calc", formula=f"=IF(ISNUMBER({capacity}),{above},0)")
        count, before = absolute(row, column), f"{absolute(MONTH_HEADER, column)}:{absolute(row - 1, column)}"
        said = words(ctx.t("channel_over"), channel=str(name), count=f"FIXED({count},0)")[1:]
        page.put(row, column + 1, None, "calc", formula=f'=IF({count}>0,IF(SUM({before})>0,"{comma}","")&{said},"")')
    last = FIRST_MONTH + len(plan.channels)
    all_said = "&".join(absolute(row, column + 1) for row in range(FIRST_MONTH, last)) or '""'
    page.put(MONTH_HEADER - 1, column + 1, None, "calc", formula=f"={all_said}")
    ctx.name("limits_exceeded", page.ref(MONTH_HEADER - 1, column + 1))


def _months(ctx: Context, page: SheetSpec, at: ForwardAt) -> None:
    """Which part of a month's leads the channels can bring; orders, and those paid, up to its first day.

    What a channel can't bring counts by the orders that it would bring (``PlanOutlook.leads``).
    """
    plan, rows, unit = ctx.plan, ctx.at(BackwardsAt), _unit(ctx)
    part, orders, paid = at.need, at.stages[-1], at.paid
    for column, key in ((part, "part"), (orders, "orders"), (paid, "paid")):
        page.put(MONTH_HEADER, column, ctx.t(f"calc_forward_{key}"), "calc_header")
    first, last = FIRST_MONTH, FIRST_MONTH + max(0, len(plan.channels) - 1)
    share, limit = (f"{absolute(first, column)}:{absolute(last, column)}" for column in (at.channels, at.channels + 1))
    mix = ctx.at(ChannelsAt).mix
    weight = mix.column(mix.weights) if plan.channels else ""
    whole = _whole(at, column_letters(orders))
    run = ctx.outlook.all_months
    page.put(MONTH_HEADER, paid + 1, ctx.t("calc_forward_fees"), "calc_header")
    fees = of_plan.fees_in(plan, run.delivered, ctx.outlook.orders) if of_plan.is_monthly(plan) else []
    ordered = delivered = 0.0
    for k in range(at.months + 1):
        row = FIRST_MONTH + k
        if k < at.months:
            leads = str(rows.exact.new.cell(0, k + 1)) if k < plan.months else _leads_after(ctx, page, at, k)
            above = f"({share}*{leads}>{limit})*({share}*{leads}-{limit})*{weight}"
            over = f"SUMPRODUCT({above})" if plan.channels else "0"
            lead_runs.limits(ctx, page, at, k, leads)
            text = f"=IF(AND({leads}>0,share_sum>0),1-{over}/{leads},0)"
            page.put(row, part, float(ctx.outlook.parts[k]), "calc", formula=text)
        else:
            page.put(row, part, 0, "calc")
        page.put(row, paid, float(delivered) / unit, "calc",
                 formula=f"=INDEX({whole},1+MAX(0,$C{row}-{DELIVERY}))")  # fmt: skip
        if k <= plan.months:
            page.put(row, orders, float(ordered) / unit, "calc", formula=f"=INDEX({whole},1+$C{row})")
        if k < at.months:
            ordered, delivered = ordered + run.orders[k], delivered + run.delivered[k]
            fee = float(fees[k]) / unit if k < len(fees) else 0
            text = f"IF($D{row}>0,MIN({absolute(row + 1, paid)},{at.in_time.here}),0)"
            page.put(row, paid + 1, fee, "calc", formula=f"=IF({is_monthly(ctx)},{text},0)")


def _leads_after(ctx: Context, page: SheetSpec, at: ForwardAt, k: int) -> str:
    """The cell with the leads to be won anew in a month from the plan's end to a deadline that lies later."""
    row, need = FIRST_MONTH + k, _whole(at, column_letters(at.need))
    if k == ctx.plan.months:
        page.put(MONTH_HEADER, at.day, ctx.t("calc_forward_leads"), "calc_header")
    grown = "-".join(f"INDEX({need},{at.days + 1}-$C{edge})" for edge in (row + 1, row))
    page.put(row, at.day, float(ctx.outlook.planned[k]), "calc", formula=f"=({grown})*{at.unit.here}")
    return absolute(row, at.day)


def _needed(ctx: Context, page: SheetSpec, at: ForwardAt) -> None:
    """Leads needed anew, added up to each day; in the rows of the grid that works backwards, its last day on top."""
    letter, unit = column_letters(stage_column(ctx, 0)), _unit(ctx)
    page.put(at.first - 2, at.need, ctx.t("calc_forward_need"), "calc_header")
    credit, volume = absolute(CREDIT, at.stages[0]), ctx.at(BackwardsAt).closed.volume(0).here
    needed = ctx.outlook.needed_by_day
    for step in range(at.days + 1):
        row, day = at.first + step, at.days - step
        value = float(needed[min(day, len(needed) - 1)]) / unit
        beyond = f"orders_left-({letter}{row}-{letter}{row - 1})-{credit}"
        page.put(row, at.need, value, "calc", formula=f"=IF(OR({volume}<=0,{beyond}<{NOISE}),0,{beyond})")


def _leads(ctx: Context, page: SheetSpec, at: ForwardAt, entered: list[float]) -> None:
    """Leads won before each day: what the need grows by, as far as the month's channels can bring it."""
    column, unit = at.stages[0], _unit(ctx)
    letter, day = column_letters(column), column_letters(at.day)
    months = FIRST_MONTH + at.months
    offsets, parts = (f"{one}${FIRST_MONTH}:{one}${months}" for one in ("$C", f"${column_letters(at.need)}"))
    need = _whole(at, column_letters(at.need))
    page.put(at.first - 2, at.day, ctx.t("calc_day"), "calc_header")
    page.put(at.first - 2, column, ctx.plan.stages[0].name, "calc_header")
    for t, value in enumerate(entered):
        row = at.first + t
        page.put(row, at.day, t, "calc")
        if not t:
            page.put(row, column, 0, "calc")
            continue
        grown = f"INDEX({need},{at.days + 1}-${day}{row})-INDEX({need},{at.days + 2}-${day}{row})"
        part = f"INDEX({parts},MATCH(${day}{row - 1},{offsets}))"
        came = _or_known(ctx, at, 0, f"{day}{row - 1}", f"({grown})*{part}")
        page.put(row, column, value / unit, "calc", formula=f"={letter}{row - 1}+{came}")


def _stage(ctx: Context, page: SheetSpec, at: ForwardAt, index: int, entered: list[float]) -> None:
    """Entries into a stage before each day, from those into the stage before it and from what was open there."""
    column, unit = at.stages[index], _unit(ctx)
    letter, source, day = column_letters(column), column_letters(column - 1), column_letters(at.day)
    lag, opened = ctx.targets.lags[index - 1], absolute(OPEN, column)
    rate, pace = absolute(RATE, column), absolute(PACE, at.stages[0])
    back = stage_column(ctx, index - 1)
    low, high, count = (absolute(row, back) for row in (LOW_ROW, HIGH_ROW, COUNT_ROW))
    curve = [absolute(CURVE_ROW + step, back) for step in range(CURVE_STEPS)]
    whole = _whole(at, source)
    won = f"+N({ctx.at(FunnelAt).stages[index].open})/{at.unit.here}" if index == len(at.stages) - 1 else ""
    page.put(at.first - 2, column, ctx.plan.stages[index].name, "calc_header")
    for t, value in enumerate(entered):
        row = at.first + t
        if not t:
            page.put(row, column, 0, "calc")
            continue
        now, then = f"${day}{row}", f"${day}{row - 1}"

        def came(days: str, now: str = now) -> str:
            return f"INDEX({whole},MAX(1,{now}+1-{days}))"

        left = f"{opened}*(MAX(0,MIN({count},{pace}*{now}-{low}))-MAX(0,MIN({count},{pace}*{then}-{low})))"
        moved = f"({came(low)}-{came(high)}+{left})/{count}"
        if lag.curve:
            steps = [f"{curve[k]}*({came(str(STEP * k))}-{came(str(STEP * (k + 1)))})" for k in range(CURVE_STEPS)]
            of_open = (
                f"IF({pace}*{then}<{STEP * CURVE_STEPS},INDEX({curve[0]}:{curve[-1]},1+INT({pace}*{then}/{STEP})),0)"
            )
            measured = f"({'+'.join(steps)}+{opened}*{pace}*{of_open})/{STEP}"
            moved = f"IF(SUM({curve[0]}:{curve[-1]})=0,{moved},{measured})"
        came_now = _or_known(ctx, at, index, f"{day}{row - 1}", f"{rate}*{moved}")
        formula = f"={letter}{row - 1}+{came_now}{won if t == 1 else ''}"
        page.put(row, column, value / unit, "calc", formula=formula)


def _or_known(ctx: Context, at: ForwardAt, index: int, day: str, run: str) -> str:
    """What enters a stage on a day: in closed months what did, even over the month's days and times as many as are in
    the stage after them; then what the run brings."""
    closed = ctx.at(BackwardsAt).closed
    month = f"MATCH(${day},$C${FIRST_MONTH}:$C${FIRST_MONTH + at.months})"
    known = f"INDEX({closed.brought(index).here},{month})/INDEX({closed.days.here},{month})/{at.unit.here}"
    known += f"*{closed.times(index)}" if index < len(at.stages) - 1 else ""
    since = "closed_days-1" if index == len(at.stages) - 1 else "closed_days"
    more = f"IF(${day}={since},{closed.beyond(index)}/{at.unit.here},0)"
    return f"IF(${day}<closed_days,{known},{run})+{more}"


def _unit(ctx: Context) -> float:
    """In what the run counts: the leads that are needed for the orders still to be won."""
    closing = ctx.targets.closing
    if closing is None:
        return float(ctx.targets.required[0]) or 1.0
    return float(closing.required[0] / closing.orders_left if closing.orders_left else 0) or 1.0


def _whole(at: ForwardAt, letter: str) -> str:
    return f"{letter}${at.first}:{letter}${at.first + at.days}"
