"""締めた月 / closed months (K15) on the hidden sheet 計算: what was agreed, what they brought, what is left to be won.

The targets that were agreed are numbers, not formulas: those of a closed month are shown on the other pages in place of
what would be computed now.  While nothing is closed everything here comes to what the plan has anyway.  Closed months
that have left the plan, which starts later now or ends earlier, stay at the right end of their tables, under their own
dates, so that no other month takes their targets and they have them again when they come back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xl_kpi import calc
from xl_kpi.calc import month_start
from xl_kpi.calc.economy import subscription
from xl_kpi.calc.under_way import mean_wait, still_there
from xl_kpi.plan.closed.closing import NONE, Closing, fees_key, rate_key, rest_key, there_key
from xl_kpi.plan.goal.fees import is_monthly
from xl_kpi.sheets.blocks.closed_rows import SINGLES, ClosedAt, block_cell
from xl_kpi.sheets.blocks.fees import DAYS, fees_after, months_of_calc
from xl_kpi.sheets.blocks.fees import is_monthly as fees_monthly
from xl_kpi.sheets.calculation import closed_money
from xl_kpi.sheets.calculation.calc_rows import (
    COUNT_ROW,
    CURVE_ROW,
    FIRST_MONTH,
    GOAL,
    HIGH_ROW,
    LOW_ROW,
    ORDERS,
    REMAINING,
    on_day,
    stage_column,
)
from xl_kpi.sheets.calculation.closed_money import ONCE
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.sheets.excel_text import ceiling
from xl_kpi.sheets.places.backwards import SECOND, BackwardsAt
from xl_kpi.sheets.places.funnel import CURVE_STEPS, FunnelAt
from xl_kpi.workbook.addresses import RangeAt, absolute, column_letters
from xl_kpi.workbook.sheet_kinds import AGREED, FIRST_PLAN

ENDS = 9  # column of the table of months: the day after its days that count
NONE_IN_CELL = f"{float(NONE):.0E}"
STEP = 30  # days that one entry of a measured curve stands for
REVENUE = REMAINING  # above the days: of a goal in money, what remains of it at the start of each month


def fill(ctx: Context, at: ClosedAt, actuals: Sequence[tuple[str, RangeAt]]) -> None:
    """All blocks.  ``actuals``: of each stage, and of the goal where it is money, the cells of its actuals."""
    agreed, months = ctx.agreed, ctx.plan.months
    _table(ctx, at.agreed, AGREED, at.whats, agreed.months, months, months + 1)  # the sums stand behind the months
    if agreed.ever > 0 or any(month < 0 for _, month in agreed.months):
        at.agreed.cells[0, 0] = (month_start(ctx.plan.start, agreed.ever - 1), "", "calc.month")
    if at.first is not None:
        _table(ctx, at.first, FIRST_PLAN, at.firsts, agreed.first, at.first.columns, at.first.columns)
    _sums(ctx, at)
    _singles(ctx, at, actuals)
    _entered(ctx, at, actuals)
    _fees(ctx, at)
    _waits(ctx, at)
    _volumes(ctx, at)
    _rates(ctx, at)
    if ctx.plan.goal.in_money:
        closed_money.fill(ctx, at)


def _table(
    ctx: Context,
    source: ChartSource,
    name: str,
    whats: Sequence[str],
    known: Mapping[tuple[str, int], float],
    months: int,
    used: int,
) -> None:
    """Targets as numbers under the first days of their months: those of the plan, behind ``used`` columns the others.

    The corner is for the last month that was ever closed.
    """
    left = sorted({month for _, month in known if not 0 <= month < months})
    columns = {month: 1 + month for month in range(months)} | {month: used + k for k, month in enumerate(left, 1)}
    source.cells[0, 0] = (None, "", "calc.month")
    for month, column in columns.items():
        source.cells[0, column] = (month_start(ctx.plan.start, month), "", "calc.month")
    for line, what in enumerate(whats, 1):
        source.cells[line, 0] = (what, "", "calc")
        for month, column in columns.items():
            if (what, month) in known:
                source.cells[line, column] = (known[what, month], "", "calc")
    ctx.name(name, str(block_cell(source, 0, 0).to(block_cell(source, len(whats), max(columns.values())))))


def _sums(ctx: Context, at: ClosedAt) -> None:
    """What was agreed for the closed months in all, beside each row."""
    plan, closed = ctx.plan, ctx.plan.closed_months
    index = block_cell(at.entered, 1, 1).to(block_cell(at.entered, 1, plan.months)).here
    at.agreed.cells[0, 1 + plan.months] = (ctx.t("calc_closed"), "", "calc_header")
    for what in at.whats:
        cell = at.kept_sum(what)
        row = at.target(what, 0).to(at.target(what, plan.months - 1)).here
        total = sum(ctx.agreed.months.get((what, month), 0) for month in range(closed))
        place = cell.row - at.agreed.top, cell.column - at.agreed.left
        at.agreed.cells[place] = (total, f'=SUMIF({index},"<"&closed_months,{row})', "calc")


def _singles(ctx: Context, at: ClosedAt, actuals: Sequence[tuple[str, RangeAt]]) -> None:
    plan, closing, goal = ctx.plan, ctx.targets.closing, ctx.plan.goal.row
    last = len(plan.stages) - 1
    until = "(YEAR(closed_until)-YEAR(plan_start))*12+MONTH(closed_until)-MONTH(plan_start)+1"
    index = block_cell(at.entered, 1, 1).to(block_cell(at.entered, 1, at.entered.columns))
    filled = "-".join(f'COUNTIFS({cells},">-9E+99",{index},"<"&closed_months)' for key, cells in actuals
                      if key != goal)  # fmt: skip
    stages = len(plan.stages)
    monthly = f"AND({ctx.is_money},{fees_monthly(ctx)})"
    carried = f'carry_over="{ctx.t("carry_over_yes")}"'
    missing, planned = "orders_missing", "orders_needed*orders_left"
    won = f"N({ctx.at(FunnelAt).stages[last].open})+SUM({at.brought(last)})+{at.beyond(last)}"
    revenue = f"SUM({at.brought(last + 1)})" if any(key == goal for key, _ in actuals) else "0"
    left = _boundary(REVENUE, plan.months)
    needed = "orders_needed*paid_months"
    fees = f"{needed}-fees_won-apart_times"
    apart = f"SUM({at.apart_of(2, 0).to(at.apart_of(2, plan.months - 1))})" if plan.goal.in_money else "0"
    left_fees = f"orders_left/{fees_after(ctx, 'orders_left')}"
    fees_missing = f"IF({fees}>1E-12*{needed},{fees},0)*IF(orders_left>0,{left_fees},1/paid_months)"
    shifts = f"SUM({at.apart_of(3, 0).to(at.apart_of(3, plan.months - 1))})" if plan.goal.in_money else "0"
    over = f"AND({ctx.is_money},closed_months>0,deadline_used-plan_start<closed_days)"
    texts = {
        "closed_months": f"=IF(ISNUMBER(closed_until),MAX(0,MIN({plan.months},{until})),0)",
        "closed_days": "=EDATE(plan_start,closed_months)-plan_start",
        "orders_left": f"=IF(closed_months=0,1,{_left_of_orders(ctx)})",
        "orders_won": f"=IF(closed_months=0,0,{won})",
        "fees_won": f"=IF(AND(closed_months>0,{monthly}),{_fees_won(ctx, at)},0)",
        "revenue_apart": f"=IF({ctx.is_money},{apart},0)",
        "outlook_apart": f"=IF(OR({over},{monthly}),{shifts},revenue_apart)",
        "apart_times": f"=IF(N({ONCE})>0,revenue_apart/({ONCE}),0)",
        "orders_missing": f"=IF(closed_months=0,0,IF({monthly},{fees_missing},"
                          "MAX(0,orders_needed-orders_won-apart_times)))",
        "orders_open": f"=IF(closed_months=0,orders_needed,IF(orders_left>0,IF({carried},{missing},"
                       f"{planned}),0))",
        "closed_blank": f"=closed_months*{stages}-{filled}",
        "closed_late": f"=IF(AND(closed_months>0,orders_left<=0,{carried}),{missing},0)",
        "orders_carried": f"=IF(closed_months=0,0,orders_open-{planned})",
        "revenue_open": f"=IF(closed_months=0,kgi_goal,IF({left}>0,IF({carried},MAX(0,kgi_goal-{revenue})/{left},"
                        "kgi_goal),0))",
    }  # fmt: skip
    values = _single_values(ctx, closing)
    at.single.cells[0, 0] = (ctx.t("calc_closed"), "", "calc_header")
    for line, key in enumerate(SINGLES, 1):
        at.single.cells[line, 0] = (ctx.t(f"calc_{key}"), "", "calc")
        # In a general cell LibreOffice takes the days for a date.
        style = "calc.day" if key == "closed_days" else "calc"
        at.single.cells[line, 1] = (values[key], texts[key], style)
        ctx.name(key, str(at.value(key)))


def _single_values(ctx: Context, closing: Closing | None) -> dict[str, float]:
    plan, targets = ctx.plan, ctx.targets
    nothing = {
        "closed_months": 0, "closed_days": 0, "orders_left": 1, "orders_won": 0, "fees_won": 0, "orders_missing": 0,
        "revenue_apart": 0, "apart_times": 0, "outlook_apart": 0,
        "orders_open": float(targets.orders),
        "closed_blank": 0, "closed_late": 0, "orders_carried": 0, "revenue_open": float(targets.goal),
    }  # fmt: skip
    if closing is None:
        return nothing
    return {
        "closed_months": closing.months,
        "closed_days": (month_start(plan.start, closing.months) - plan.start).days,
        "orders_left": float(closing.orders_left),
        "orders_won": float(closing.won),
        "fees_won": float(closing.fees_won) if plan.goal.in_money and is_monthly(plan) else 0,
        "revenue_apart": float(closing.apart),
        "apart_times": float(closing.apart_times),
        "outlook_apart": float(ctx.outlook.apart),
        "orders_missing": float(closing.missing),
        "orders_open": float(closing.orders),
        "closed_blank": len(closing.blanks),
        "closed_late": float(closing.too_late),
        "orders_carried": float(closing.orders - closing.planned),
        "revenue_open": float(closing.revenue_volume),
    }


def _fees_won(ctx: Context, at: ClosedAt) -> str:
    """Excel text of ``Closing.fees_won``."""
    last = ctx.plan.stages[-1].id
    opened = f"N({ctx.at(FunnelAt).stages[-1].open})"
    rest = at.upto_closed(fees_key(last)) if fees_key(last) in at.whats else "0"
    counted, ends = (months_of_calc(ctx, column) for column in (DAYS, ENDS))
    before = f"SUMPRODUCT(({counted}>0)*({ends}>{absolute(LOW_ROW, ORDERS)}))"
    return f"{opened}*{before}+SUMPRODUCT({at.brought(len(ctx.plan.stages) - 1)}*{at.fees})+{rest}"


def _fees(ctx: Context, at: ClosedAt) -> None:
    """How often an order of each month is paid for within the goal's months, with monthly fees."""
    plan, cells = ctx.plan, at.fee_months.cells
    counted, ends = (months_of_calc(ctx, column) for column in (DAYS, ENDS))
    when = ctx.targets.deadline, ctx.targets.delivery_days
    cells[0, 0] = (ctx.t("calc_fees"), "", "calc_header")
    cells[1, 0] = (ctx.t("calc_fee_months"), "", "calc")
    for k in range(plan.months):
        offset, days = absolute(FIRST_MONTH + k, 3), at.days.first._replace(column=at.days.first.column + k).here
        part = f"(({ends}-{absolute(LOW_ROW, ORDERS)}-{offset})/{days})"
        text = f"SUMPRODUCT(({counted}>0)*({part}*({part}>0)*({part}<1)+({part}>=1)))"
        number = float(subscription.fees_of_month(plan.start, k, *when)) if is_monthly(plan) else 0
        cells[0, 1 + k] = (k, "", "calc")
        cells[1, 1 + k] = (number, f"=IF({fees_monthly(ctx)},{text},0)", "calc")


def _left_of_orders(ctx: Context) -> str:
    """The orders' own days after the closed ones: the goal's, the days of delivery earlier.

    With one number of days that is what remains of the goal on one day; as a difference of sums over all days it would
    have noise that a ceiling takes for one order more (60 × 15 ÷ 18).
    """
    low, high, count = (absolute(row, ORDERS) for row in (LOW_ROW, HIGH_ROW, COUNT_ROW))
    near, far = (on_day(ctx, GOAL, f"(closed_days+{edge})") for edge in (low, high))
    return f"IF({count}=1,N({on_day(ctx, REMAINING, f'(closed_days+{low})')}),({near}-{far})/{count})"


def _boundary(column: int, months: int) -> str:
    """What remains of the goal or of a stage on the first open day."""
    letter = column_letters(column)
    return f"INDEX(${letter}${FIRST_MONTH}:${letter}${FIRST_MONTH + months},closed_months+1)"


def _entered(ctx: Context, at: ClosedAt, actuals: Sequence[tuple[str, RangeAt]]) -> None:
    """What entered each stage in the closed months: the actual, where it is blank what was agreed."""
    plan, closing, cells = ctx.plan, ctx.targets.closing, at.entered.cells
    cells[0, 0] = (ctx.t("calc_entered"), "", "calc_header")
    cells[1, 0] = (ctx.t("calc_index"), "", "calc")
    cells[2, 0] = (ctx.t("calc_days"), "", "calc")
    for k in range(plan.months):
        cells[1, 1 + k] = (k, "", "calc")
        length = (month_start(plan.start, k + 1) - month_start(plan.start, k)).days
        cells[2, 1 + k] = (length, f"=EDATE(plan_start,{k + 1})-EDATE(plan_start,{k})", "calc")
    for line, (what, area) in enumerate(actuals, 3):
        cells[line, 0] = (what, "", "calc")
        brought = closing.counted(what) if closing else []
        for k in range(plan.months):
            cell = area.first._replace(column=area.first.column + k)
            value = float(brought[k]) if k < len(brought) else 0
            text = f"=IF(closed_months>{k},IF(ISNUMBER({cell}),{cell},{at.target(what, k)}),0)"
            cells[line, 1 + k] = (value, text, "calc")


def _waits(ctx: Context, at: ClosedAt) -> None:
    """Mean days in a stage, each at most those from the first of a month to the first open day."""
    plan, cells, months = ctx.plan, at.waits.cells, ctx.plan.months
    since = (month_start(plan.start, plan.closed_months) - plan.start).days
    cells[0, 0] = (ctx.t("calc_waits"), "", "calc_header")
    for k in range(months + 1):
        offset = (month_start(plan.start, k) - plan.start).days
        text = f"=MAX(0,closed_days-(EDATE(plan_start,{k})-plan_start))"
        cells[0, 1 + k] = (max(0, since - offset), text, "calc")
        for index, lag in enumerate(ctx.targets.lags):
            cells[1 + index, 0] = (plan.stages[index].name, "", "calc")
            days = block_cell(at.waits, 0, 1 + k).here
            value = float(mean_wait(lag, max(0, since - offset)))
            cells[1 + index, 1 + k] = (value, f"={_mean_wait(ctx, index, days)}", "calc")


def _mean_wait(ctx: Context, index: int, days: str) -> str:
    """Excel text of ``calc.under_way.mean_wait``."""
    low, high, count = _lag(ctx, index)

    def box(low: str, high: str, count: str) -> str:
        inside = f"MAX(0,MIN({days},{high})-{low})"
        return f"(MIN({days},{low})+{inside}-{inside}*({inside}+1)/(2*{count}))"

    return _by_curve(ctx, index, box(low, high, count), lambda begin: box(str(begin), str(begin + STEP), str(STEP)))


def _still(ctx: Context, index: int) -> str:
    """Excel text of ``calc.under_way.still_there``."""
    days = f'(closed_days*IF(outlook_age="{ctx.t("outlook_age_half")}",2,1))'
    _, high, count = _lag(ctx, index)

    def box(high: str, count: str) -> str:
        return f"MIN(1,MAX(0,{high}-{days})/{count})"

    return _by_curve(ctx, index, box(high, count), lambda begin: box(str(begin + STEP), str(STEP)))


def _lag(ctx: Context, index: int) -> list[str]:
    """First day of a lag, the day after its last, and how many days."""
    return [absolute(row, stage_column(ctx, index)) for row in (LOW_ROW, HIGH_ROW, COUNT_ROW)]


def _by_curve(ctx: Context, index: int, plain: str, step: Callable[[int], str]) -> str:
    """The same over the steps of a measured curve, where the stage has one."""
    if not ctx.targets.lags[index].curve:
        return plain
    letter = column_letters(stage_column(ctx, index))
    shares = [f"${letter}${CURVE_ROW + k}" for k in range(CURVE_STEPS)]
    terms = "+".join(f"{share}*{step(k * STEP)}" for k, share in enumerate(shares))
    return f"IF(SUM({shares[0]}:{shares[-1]})=0,{plain},{terms})"


def _volumes(ctx: Context, at: ClosedAt) -> None:
    """What each stage has to get for the orders still to be won, and what is under way: last stage first."""
    plan, targets, closing, cells = ctx.plan, ctx.targets, ctx.targets.closing, at.volumes.cells
    required = closing.required if closing else targets.required
    left = float(closing.orders_left) if closing else 1.0
    last, each = len(plan.stages) - 1, f'rounding="{ctx.t("rounding_each")}"'
    heads = (
        "calc_volumes",
        "calc_left",
        "calc_volume",
        "calc_still",
        "calc_under_way",
        "calc_left_whole",
        "calc_even",
        "calc_covered",
        "calc_rest_needed",
        "calc_beyond",
        "calc_times",
    )
    for column, key in enumerate(heads):
        cells[0, column] = (ctx.t(key), "", "calc_header")
    days, needs = at.days.here, ctx.at(BackwardsAt).exact.need
    for index, stage in enumerate(plan.stages):
        line = 1 + index
        rest, due = at.upto_closed(rest_key(stage.id)), f"IF(closed_months=0,0,{needs.cell(index, 0).here})"
        cells[line, 8] = (float(targets.covered[index][0]), f"={rest}-{due}", "calc")
        credit = f"{ctx.at(BackwardsAt).exact.credit(index).here}-{due}"
        asked = ctx.at(BackwardsAt).cell(ctx.at(BackwardsAt).need + index, SECOND)
        more = f"IF({credit}>{asked}*1.23E-11,{rest},0)"
        cells[line, 7] = (float(targets.covered[index][1]), f"={credit}+{more}", "calc")
        beyond = float(closing.beyond[index]) if closing else 0.0
        funnel = ctx.at(FunnelAt).stages[index]
        needed = block_cell(at.volumes, line, 1).here
        cells[line, 0] = (stage.name, "", "calc")
        if index == last:
            text = f"=IF({each},{ceiling('orders_open')},orders_open)"
        else:
            whole = f"({block_cell(at.volumes, line + 1, 1).here}/{funnel.rate})"
            text = f"=IF({each},{ceiling(whole)},{whole})"
        cells[line, 1] = (float(required[index]), text, "calc")
        cells[line, 5] = (calc.clean_ceiling(required[index]), f"={ceiling(needed)}", "calc")
        volume = float(required[index]) / left if left else 0.0
        cells[line, 2] = (volume, f"=IF(orders_left>0,{needed}/orders_left,0)", "calc")
        if index == last:
            cells[line, 9] = (beyond, f"=MAX({at.upto_closed(there_key(stage.id))},-SUM({at.brought(index)}))", "calc")
            opened = 0 if closing else plan.pipeline.get(stage.id) or 0
            cells[line, 4] = (opened, f"=IF(closed_months=0,N({funnel.open}),0)", "calc")
            continue
        since = (month_start(plan.start, plan.closed_months) - plan.start).days
        age = plan.settings.get("outlook_age") or "new"
        still = float(still_there(targets.lags[index], since, age=age))
        cells[line, 3] = (still, f"={_still(ctx, index)}", "calc")
        wait = [block_cell(at.waits, line, column) for column in (1, plan.months, 2, plan.months + 1)]
        then, now = wait[0].to(wait[1]).here, wait[2].to(wait[3]).here
        opened = plan.pipeline.get(stage.id) or 0
        value = float(closing.under_way[index]) if closing else opened
        evenly = float(closing.even[index]) if closing else opened
        even = (
            f"=N({funnel.open})*{block_cell(at.volumes, line, 3).here}"
            f"+SUMPRODUCT({at.brought(index).here}*({then}-{now})/{days})"
        )
        even_cell, now = block_cell(at.volumes, line, 6).here, block_cell(at.volumes, line, 4).here
        cells[line, 6] = (evenly, even, "calc")
        cells[line, 4] = (value, f"=MAX(0,{even_cell}+{at.upto_closed(there_key(stage.id))})", "calc")
        cells[line, 9] = (beyond, f"=IF({even_cell}>{NONE_IN_CELL},0,{now})", "calc")
        times = float(closing.times[index]) if closing else 1
        cells[line, 10] = (times, f"=IF({even_cell}>{NONE_IN_CELL},{now}/{even_cell},1)", "calc")


def _rates(ctx: Context, at: ClosedAt) -> None:
    """The rate of each stage with which the targets of a month were made: of closed months that of then."""
    plan, closing, cells = ctx.plan, ctx.targets.closing, at.rates.cells
    cells[0, 0] = (ctx.t("calc_rates"), "", "calc_header")
    for index, stage in enumerate(plan.stages[:-1]):
        cells[1 + index, 0] = (stage.name, "", "calc")
        live = str(ctx.at(FunnelAt).stages[index].rate)
        for k in range(plan.months):
            then = closing is not None and k < closing.months
            value = closing.rate_then(index, k) if closing and then else plan.rates[index] or 0
            text = f"={at.kept_or_blank(rate_key(stage.id), k, live)}"
            cells[1 + index, 1 + k] = (float(value), text, "calc")
