"""The next period (K16) on the hidden sheet 計算: its months, and day by day what has entered each stage for it.

Below the grid that works backwards, in its columns.  A stage's row r is the day that lies r days after the first one on
which an entry may count: so all stages begin in one row, what enters a stage is the mean of what enters the next one in
the days of its lag up to this row, and as many rows do as the longest way takes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import accumulate

from xl_kpi.calc import entered_for_goal, month_start
from xl_kpi.plan.outlook import LEAST_TO_COME
from xl_kpi.plan.periods.next_period import CARRIED_NOISE, NextPeriod
from xl_kpi.sheets.blocks.fees import is_monthly
from xl_kpi.sheets.calculation.calc_rows import (
    COUNT_ROW,
    CURVE_ROW,
    EVER,
    FIRST_MONTH,
    HIGH_ROW,
    LOW_ROW,
    ORDERS,
    ForwardAt,
    stage_column,
)
from xl_kpi.sheets.calculation.next_at import (
    AMOUNT,
    CARRIED,
    DEADLINE,
    ENTERED,
    GOAL,
    GOING_ON,
    HEADER,
    LABEL,
    MONTHS,
    PENDING,
    POSITION,
    REQUIRED,
    SPAN,
    START,
    STEP,
    TIMES,
    VALUE,
    WEIGHTS,
    NextAt,
    placed,
)
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import ceiling, goal_times
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.sheets.places.funnel import CURVE_STEPS, FunnelAt
from xl_kpi.workbook.addresses import absolute, column_letters
from xl_kpi.workbook.spec import SheetSpec


def build(ctx: Context, page: SheetSpec) -> None:
    """The block, and the name ``next_pending``: above 0 while what it says needs the sheets made anew."""
    at, period = placed(ctx), NextPeriod(ctx.targets, ctx.outlook)
    page.put(at.top, LABEL, ctx.t("calc_next"), "calc_header")
    _singles(ctx, page, at, period)
    for index in range(len(ctx.plan.stages) - 1, -1, -1):
        _stage(ctx, page, at, period, index)
    _months(ctx, page, at, period)
    _edges(ctx, page, at, period)
    _grid(ctx, page, at, period)


def _singles(ctx: Context, page: SheetSpec, at: NextAt, period: NextPeriod) -> None:
    off = ctx.t("next_period_off")
    begun = "(YEAR(deadline_used)-YEAR(plan_start))*12+MONTH(deadline_used)-MONTH(plan_start)+1"
    months, start = (absolute(at.row(offset), VALUE) for offset in (MONTHS, START))
    leads = absolute(at.row(SPAN), stage_column(ctx, 0))
    singles: dict[int, tuple[str, object, str, str]] = {
        MONTHS: ("months", period.months, "calc", f"=MAX({ctx.plan.months},{begun})"),
        START: ("start", period.start, "calc.month", f"=EDATE(plan_start,{months})"),
        DEADLINE: ("deadline", period.deadline, "calc.date", f"=EDATE(deadline_used+1,{months})-1"),
        AMOUNT: (
            "amount", float(period.goal), "calc",
            f"=IF(ISNUMBER(next_value),next_value*{goal_times()},kgi_goal)",
        ),
        PENDING: ("pending", 0, "calc", f'=IF(OR(next_period="{off}",{leads}>{at.days}),1,0)'),
        CARRIED: ("carried", float(period.carried), "calc", f"={_carried(ctx, at)}"),
        TIMES: ("times", float(period.times), "calc", f"={_times(ctx, at)}"),
        GOING_ON: ("going", float(period.going_on), "calc", f"={_going_on(ctx, at)}"),
    }  # fmt: skip
    for offset, (key, value, style, formula) in singles.items():
        page.put(at.row(offset), LABEL, ctx.t(f"calc_next_{key}"), "calc")
        page.put(at.row(offset), VALUE, value, style, formula=formula)
    ctx.name("next_pending", page.ref(at.row(PENDING), VALUE))
    for offset, key in ((SPAN, "span"), (REQUIRED, "required"), (WEIGHTS, "curve")):
        page.put(at.row(offset), POSITION, ctx.t(f"calc_next_{key}"), "calc")


def _carried(ctx: Context, at: NextAt) -> str:
    """Excel text of ``NextPeriod.carried``: from the forward run, in whose rows the next period's first day lies."""
    run = ctx.at(ForwardAt)
    ever, unit = absolute(EVER, run.stages[-1]), run.unit.here
    orders, leads = (
        f"{column_letters(column)}${run.first}:{column_letters(column)}${run.first + run.days}"
        for column in (run.stages[-1], run.stages[0])
    )
    before = f"INDEX({orders},1+MAX(0,$C${FIRST_MONTH + run.months}-{absolute(LOW_ROW, ORDERS)}))"
    beyond = f"{ever}*{unit}-orders_needed"
    more = f"IF(closed_days<{run.days},{ctx.at(BackwardsAt).closed.beyond(0)}/{unit},0)"  # under way, not to come
    to_come = f"{absolute(run.first + run.days, run.stages[0])}-INDEX({leads},1+closed_days)-{more}"
    begins = f"IF({to_come}>{float(LEAST_TO_COME)},deadline_used,plan_start+closed_days)"
    last = f"{begins}+{absolute(at.row(SPAN), stage_column(ctx, 0))}"
    amount = absolute(at.row(AMOUNT), VALUE)
    most = _orders(ctx, at, amount)
    late = f"MAX(0,MIN({beyond},({ever}-{before})*{unit},{most}))"
    none = [
        f"{beyond}<={float(CARRIED_NOISE)}*{ever}*{unit}",
        f"{ever}-{before}<={float(CARRIED_NOISE)}*{ever}",
        f"{last}>{absolute(at.row(DEADLINE), VALUE)}",
    ]
    return f"IF(OR({','.join(none)}),0,{late})"


def _times(ctx: Context, at: NextAt) -> str:
    """Excel text of ``NextPeriod.times``."""
    days, per_day, before = (f"${one}${at.month(0)}:${one}${at.month(at.months - 1)}" for one in "DGH")
    return f"IF({is_monthly(ctx)},SUMPRODUCT(({days}>0)*({before}+{per_day}*{days})),1)"


def _going_on(ctx: Context, at: NextAt) -> str:
    """Excel text of ``NextPeriod.going_on``."""
    days = f"$D${at.month(0)}:$D${at.month(at.months - 1)}"
    fees = f"orders_needed*order_brings/paid_months*SUMPRODUCT(({days}>0)*1)*(1-N(existing_churn))"
    return f"IF(AND({ctx.is_money},{is_monthly(ctx)}),{fees},0)"


def _orders(ctx: Context, at: NextAt, goal: str) -> str:
    """Excel text of ``NextPeriod.orders``."""
    times, going_on = (absolute(at.row(offset), VALUE) for offset in (TIMES, GOING_ON))
    left = f"MAX(0,{goal}-kgi_existing-{going_on})"
    orders = ceiling(f"{left}/(order_brings/paid_months*{times})")
    return f"IF({ctx.is_money},IF(order_brings>0,{orders},0),{goal})"


def _stage(ctx: Context, page: SheetSpec, at: NextAt, period: NextPeriod, index: int) -> None:
    """How long the way from a stage is, and what it needs in all."""
    column, targets = stage_column(ctx, index), ctx.targets
    letter, following = column_letters(column), column_letters(column - 1)
    funnel = ctx.at(FunnelAt)
    last = index == len(ctx.plan.stages) - 1
    span, required = f"={letter}${LOW_ROW}", ""
    if last:
        left = f"({_orders(ctx, at, absolute(at.row(AMOUNT), VALUE))}-{absolute(at.row(CARRIED), VALUE)})"
        required = f'=IF(rounding="{ctx.t("rounding_each")}",{ceiling(left)},{left})'
    else:
        longest, lag = f"{letter}${HIGH_ROW}-1", targets.lags[index]
        if lag.curve:
            weights = f"SUM({letter}${CURVE_ROW}:{letter}${CURVE_ROW + CURVE_STEPS - 1})"
            cells = funnel.stages[index].curve
            longest = f"IF({weights}=0,{longest},{STEP}*COUNT({cells})-1)"
            _weights(page, at, lag.curve, column, str(cells))
        span = f"={following}{at.row(SPAN)}+{longest}"
        ratio = f"{following}{at.row(REQUIRED)}/{funnel.stages[index].rate}"
        required = f'=IF(rounding="{ctx.t("rounding_each")}",{ceiling(f"({ratio})")},{ratio})'
    page.put(at.row(SPAN), column, period.spans[index], "calc", formula=span)
    page.put(at.row(REQUIRED), column, float(period.required[index]), "calc", formula=required)


def _weights(page: SheetSpec, at: NextAt, curve: Sequence[float], column: int, cells: str) -> None:
    """The steps of a measured curve, the last one first."""
    letter = column_letters(column)
    steps = [after - before for before, after in zip([0.0, *curve], curve)]
    whole = f"{letter}${CURVE_ROW}:{letter}${CURVE_ROW + CURVE_STEPS - 1}"
    for place in range(CURVE_STEPS):
        value = steps[-1 - place] if place < len(steps) else 0.0
        page.put(at.row(WEIGHTS + place), column, value, "calc",
                 formula=f"=IF(COUNT({cells})>{place},INDEX({whole},MAX(1,COUNT({cells})-{place})),0)")  # fmt: skip


def _months(ctx: Context, page: SheetSpec, at: NextAt, period: NextPeriod) -> None:
    """The goal's share of each month of the next period, a day, and up to it."""
    keys = ("index", "month", "offset", "days", "season", "weight", "per_day", "before")
    for column, key in enumerate(keys, 1):
        page.put(at.row(HEADER), column, ctx.t(f"calc_{key}" if key not in NEW_HEADS else f"calc_next_{key}"),
                 "calc_header")  # fmt: skip
    first, last = at.month(0), at.month(at.months - 1)
    start, deadline = (absolute(at.row(offset), VALUE) for offset in (START, DEADLINE))
    starts = [month_start(period.start, k) for k in range(at.months + 1)]
    end = period.deadline + dt.timedelta(days=1)
    counted = [max(0, (min(close, end) - begin).days) for begin, close in zip(starts, starts[1:])]
    season = [float(ctx.plan.season[begin.month - 1]) if days else 0.0 for begin, days in zip(starts, counted)]
    some = sum(season) > 0
    lengths = [(close - begin).days for begin, close in zip(starts, starts[1:])]
    weights = [(one if some else 1.0) * days / length for one, days, length in zip(season, counted, lengths)]
    before = 0.0
    for k in range(at.months):
        row = at.month(k)
        per_day = weights[k] / sum(weights) / counted[k] if counted[k] else 0.0
        following = f"EDATE({start},A{row}+1)"
        page.put(row, 1, k, "calc")
        page.put(row, 2, starts[k], "calc.month", formula=f"=EDATE({start},A{row})")
        page.put(row, 3, (starts[k] - period.start).days, "calc", formula=f"=B{row}-{start}")
        page.put(row, 4, counted[k], "calc", formula=f"=MAX(0,MIN({following},{deadline}+1)-B{row})")
        page.put(row, 5, season[k], "calc", formula=f"=IF(D{row}>0,N(INDEX(season_weights,MONTH(B{row}))),0)")
        page.put(row, 6, weights[k], "calc",
                 formula=f"=IF(SUM(E${first}:E${last})>0,E{row},1)*D{row}/({following}-B{row})")  # fmt: skip
        page.put(row, 7, per_day, "calc", formula=f"=IF(D{row}>0,F{row}/SUM(F${first}:F${last})/D{row},0)")
        page.put(row, 8, before, "calc", formula=f"=H{row - 1}+G{row - 1}*D{row - 1}" if k else "=0")
        before += per_day * counted[k]


NEW_HEADS = ("season", "before")


def _edges(ctx: Context, page: SheetSpec, at: NextAt, period: NextPeriod) -> None:
    """What must have been won for it at each stage before each month of the plan begins, and by the plan's end."""
    start = absolute(at.row(START), VALUE)
    page.put(at.row(HEADER), POSITION, ctx.t("calc_offset"), "calc_header")
    for k in range(ctx.plan.months + 1):
        row, day = at.month(k), month_start(ctx.plan.start, k)
        # In a general cell LibreOffice takes these days for a date.
        page.put(row, POSITION, (day - period.start).days, "calc.day", formula=f"=EDATE(plan_start,{k})-{start}")
    for index, stage in enumerate(ctx.plan.stages):
        column = stage_column(ctx, index)
        letter, source = column_letters(column), column_letters(GOAL if column == ORDERS else column)
        page.put(at.row(HEADER), column, stage.name, "calc_header")
        whole = f"{source}${at.first}:{source}${at.last}"
        volumes = period.new[index]
        for k, value in enumerate(accumulate(volumes.months, initial=volumes.before)):
            row = at.month(k)
            reach = f"MIN({at.days},$I{row}+{letter}${at.row(SPAN)})"
            entered = f"INDEX({whole},1+MAX(1,{reach}))-INDEX({whole},MAX(1,{reach}))"
            needed = f"{letter}${at.row(REQUIRED)}*IF({reach}>0,{entered},0)"
            page.put(row, column, float(value), "calc", formula=f"={needed}")


def _grid(ctx: Context, page: SheetSpec, at: NextAt, period: NextPeriod) -> None:
    """Running totals of what has entered each stage by each day."""
    entered = _entered(ctx, at, period)
    page.put(at.first - 1, POSITION, ctx.t("calc_position"), "calc_header")
    page.put(at.first - 1, ENTERED, ctx.t("calc_next_entered"), "calc_header")
    page.put(at.first - 1, GOAL, ctx.t("calc_goal"), "calc_header")
    months = [f"{letter}${at.month(0)}:{letter}${at.month(at.months - 1)}" for letter in "CDGH"]
    offsets, counted, per_day, before = months
    totals = list(accumulate(entered[-1]))
    for r in range(at.days + 1):
        row = at.first + r
        page.put(row, POSITION, r + 1, "calc")
        if not r:
            page.put(row, ENTERED, 0, "calc")
            page.put(row, GOAL, 0, "calc")
            continue
        month = f"MATCH(I{row}-1,{offsets})"
        days = f"MIN(INDEX({counted},{month}),I{row}-1-INDEX({offsets},{month}))"
        page.put(row, ENTERED, entered[-1][r], "calc",
                 formula=f"=INDEX({before},{month})+INDEX({per_day},{month})*{days}")  # fmt: skip
        page.put(row, GOAL, totals[r], "calc", formula=f"=K{row - 1}+J{row}")
    for index in range(len(ctx.plan.stages) - 2, -1, -1):
        _column(ctx, page, at, index, list(accumulate(entered[index])))


def _column(ctx: Context, page: SheetSpec, at: NextAt, index: int, totals: list[float]) -> None:
    column = stage_column(ctx, index)
    letter, source = column_letters(column), column_letters(GOAL if column - 1 == ORDERS else column - 1)
    whole = f"{source}${at.first}:{source}${at.last}"
    page.put(at.first - 1, column, ctx.plan.stages[index].name, "calc_header")
    page.put(at.first, column, 0, "calc")
    count = f"{letter}${COUNT_ROW}"
    weights = [f"{letter}${at.row(WEIGHTS + place)}" for place in range(CURVE_STEPS)]
    for r in range(1, at.days + 1):
        row = at.first + r
        mean = f"({source}{row}-INDEX({whole},MAX(1,$I{row}-{count})))/{count}"
        if ctx.targets.lags[index].curve:
            near = [f"INDEX({whole},MAX(1,$I{row}-{STEP * place}))" for place in range(CURVE_STEPS + 1)]
            terms = [f"{one}*({near[k]}-{near[k + 1]})" for k, one in enumerate(weights)]
            mean = f"IF(SUM({weights[0]}:{weights[-1]})=0,{mean},({'+'.join(terms)})/{STEP})"
        page.put(row, column, totals[r], "calc", formula=f"={letter}{row - 1}+{mean}")


def _entered(ctx: Context, at: NextAt, period: NextPeriod) -> list[list[float]]:
    """For each stage, the orders and the goal: the part that has entered it by each row, from ``calc``."""
    early = month_start(period.start, -(period.spans[0] // 28 + 1))
    wait = (period.start - early).days
    parts = entered_for_goal(
        early,
        wait + at.days,
        ctx.targets.lags,
        goal_from=period.start,
        deadline=period.deadline,
        season=period.season,
        delivery_days=ctx.targets.delivery_days,
    )
    return [row[wait - span :][: at.days + 1] for row, span in zip(parts, [*period.spans, 0], strict=True)]
