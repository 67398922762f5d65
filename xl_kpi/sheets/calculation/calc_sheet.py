"""計算 / Calculation (hidden): the goal by month, and day by day what is still to come at each stage.

The grid holds, for each stage and day t, the sum over the days from t on of "share of the goal that has not
yet entered the stage when t days have passed".  A stage's share at day t is the next stage's, averaged over
the days of its lag: with such sums that is one difference of two look-ups a cell, whatever the lag.  The last
day stands on top: the sums grow from it, so that a thin end of the plan keeps its digits.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from itertools import accumulate

from xl_kpi import __version__
from xl_kpi.calc import goal_months, month_start, remaining_by_day
from xl_kpi.plan.goal.fees import revenue_parts
from xl_kpi.plan.periods.next_period import is_on
from xl_kpi.sheets.blocks.fees import is_monthly, upto_months
from xl_kpi.sheets.calculation import channel_mix, closed_months, example_figures, forward_grid, next_grid
from xl_kpi.sheets.calculation.calc_rows import (
    COUNT_ROW,
    CURVE_ROW,
    FIRST_MONTH,
    GOAL,
    HIGH_ROW,
    LOW_ROW,
    MONTH_HEADER,
    ORDERS,
    POSITION,
    REMAINING,
    ForwardAt,
    grid_days,
    placed,
    stage_column,
)
from xl_kpi.sheets.context import Context, grid_months
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.sheets.places.funnel import CURVE_STEPS, FunnelAt
from xl_kpi.workbook.addresses import column_letters, quoted
from xl_kpi.workbook.spec import SheetSpec

VERSION_ROW = 3
NOISE = "1E-12"
REVENUE = REMAINING  # beside the months: what remains of a goal in money, by the days on which it comes


def place(ctx: Context) -> ForwardAt:
    return placed(ctx)


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("calc", hidden=True, fit_height=0)
    page.widths[1] = 7
    page.put(1, 2, ctx.t("calc_title"), "title")
    page.put(2, 2, ctx.t("calc_note"), "note_line")
    page.put(VERSION_ROW, 2, ctx.t("calc_version"), "calc")
    page.put(VERSION_ROW, 3, __version__, "calc")
    ctx.name("made_version", page.ref(VERSION_ROW, 3))
    months = grid_months(ctx)
    columns = [GOAL, ORDERS, *range(ORDERS + 1, ORDERS + len(ctx.plan.stages))]
    header = FIRST_MONTH + months + 2  # after the months and the row that ends them
    first_day = header + 1  # the day after the last one: nothing is left
    days = grid_days(ctx)
    last_day = first_day + days + 1
    _month_table(ctx, page, months)
    _parameters(ctx, page, columns)
    _boundaries(ctx, page, months, columns, first_day, last_day)
    _grid(ctx, page, columns, header, first_day, days)
    channel_mix.fill(ctx)
    forward_grid.build(ctx, page)
    closed_months.fill(ctx, ctx.at(BackwardsAt).closed, ctx.at(BackwardsAt).actuals(ctx))
    if is_on(ctx.plan):
        next_grid.build(ctx, page)
    example_figures.build(ctx)
    return page


def _month_table(ctx: Context, page: SheetSpec, months: int) -> None:
    plan, targets = ctx.plan, ctx.targets
    keys = ("index", "month", "offset", "days", "weight", "share", "per_day", "after", "end")
    for column, key in enumerate(keys, 1):
        page.put(MONTH_HEADER, column, ctx.t(f"calc_{key}"), "calc_header")
    first, last = FIRST_MONTH, FIRST_MONTH + months - 1
    shares = {month.first: float(month.share) for month in goal_months(plan.start, targets.deadline, plan.season)}
    for k in range(months + 1):
        row = FIRST_MONTH + k
        start, following = month_start(plan.start, k), month_start(plan.start, k + 1)
        page.put(row, 1, k, "calc")
        page.put(row, 2, start, "calc.month", formula=f"=EDATE(plan_start,A{row})")
        page.put(row, 3, (start - plan.start).days, "calc", formula=f"=B{row}-plan_start")
        if k == months:  # ends the table: nothing remains from here on
            for column in (7, 8, 9):
                page.put(row, column, 0, "calc")
            break
        counted = max(0, (min(following, targets.deadline + dt.timedelta(days=1)) - start).days)
        weight = plan.season[start.month - 1] * counted / (following - start).days if counted else 0.0
        share = shares.get(start, 0.0)
        page.put(row, 4, counted, "calc", formula=f"=MAX(0,MIN(EDATE(plan_start,A{row}+1),deadline_used+1)-B{row})")
        page.put(
            row,
            5,
            weight,
            "calc",
            formula=f"=N(INDEX(season_weights,MONTH(B{row})))*D{row}/(EDATE(plan_start,A{row}+1)-B{row})",
        )
        page.put(row, 6, share, "calc", formula=f"=E{row}/SUM(E${first}:E${last})")
        page.put(row, 7, share / counted if counted else 0.0, "calc", formula=f"=IF(D{row}>0,F{row}/D{row},0)")
        after = sum(value for first_day, value in shares.items() if first_day > start)
        page.put(row, 8, after, "calc", formula=f"=SUM(F{row + 1}:F${last + 1})")
        offset = (start - plan.start).days
        page.put(row, 9, offset + counted, "calc", formula=f"=C{row}+D{row}")


def _parameters(ctx: Context, page: SheetSpec, columns: list[int]) -> None:
    """Where each column looks: first and last day of the lag, how many days, the steps of a curve."""
    for row, key in ((LOW_ROW, "calc_low"), (HIGH_ROW, "calc_high"), (COUNT_ROW, "calc_count")):
        page.put(row, 2, ctx.t(key), "calc")
    page.put(CURVE_ROW, 2, ctx.t("calc_curve"), "calc")
    targets = ctx.targets
    delivery = targets.delivery_days
    page.put(LOW_ROW, ORDERS, delivery, "calc", formula=f"=IF({ctx.is_money},N(delivery_days),0)")
    page.put(HIGH_ROW, ORDERS, delivery + 1, "calc", formula=f"=L{LOW_ROW}+1")
    page.put(COUNT_ROW, ORDERS, 1, "calc", formula=f"=L{HIGH_ROW}-L{LOW_ROW}")
    pending = []
    for index, lag in enumerate(targets.lags):
        column = stage_column(ctx, index)
        letter = column_letters(column)
        stage = ctx.at(FunnelAt).stages[index]
        low_cell, high_cell = stage.low, stage.high
        high = max(lag.low, lag.high)
        page.put(LOW_ROW, column, lag.low, "calc", formula=f"=N({low_cell})")
        page.put(
            HIGH_ROW,
            column,
            high + 1,
            "calc",
            formula=f"=IF(COUNT({high_cell})=1,MAX(N({high_cell}),N({low_cell})),N({low_cell}))+1",
        )
        page.put(COUNT_ROW, column, high - lag.low + 1, "calc", formula=f"={letter}{HIGH_ROW}-{letter}{LOW_ROW}")
        cells = stage.curve
        if not lag.curve:
            pending.append(f"COUNT({cells})")
            continue
        for step in range(CURVE_STEPS):
            cell = cells.first._replace(column=cells.first.column + step)
            before = cells.first.to(cell._replace(column=cell.column - 1))
            value = lag.curve[step] - (lag.curve[step - 1] if step else 0) if step < len(lag.curve) else 0.0
            earlier = f"-MAX({before})" if step else ""
            page.put(CURVE_ROW + step, column, value, "calc", formula=f"=IF(COUNT({cell})=1,N({cell}){earlier},0)")
    page.put(COUNT_ROW, 8, 0, "calc", formula="=" + ("+".join(pending) or "0"))
    ctx.name("curve_pending", page.ref(COUNT_ROW, 8))


def _boundaries(ctx: Context, page: SheetSpec, months: int, columns: list[int], first: int, last: int) -> None:
    """What remains of each stage at the start of each month: one difference of the sums."""
    remaining = _remaining(ctx, months)
    positions = last - first + 1
    for order, column in enumerate(columns):
        letter = column_letters(column)
        page.put(MONTH_HEADER, column, _column_title(ctx, column), "calc_header")
        whole = f"{letter}${first}:{letter}${last}"
        for k in range(ctx.plan.months + 1):
            row = FIRST_MONTH + k
            offset = (month_start(ctx.plan.start, k) - ctx.plan.start).days
            formula = f"=INDEX({whole},{positions}-$C{row})-INDEX({whole},{positions - 1}-$C{row})"
            page.put(row, column, remaining[order][offset], "calc", formula=formula)
    _revenue(ctx, page)


def _revenue(ctx: Context, page: SheetSpec) -> None:
    """What remains of a goal in money at the start of each month: of monthly fees by those that have come."""
    page.put(MONTH_HEADER, REVENUE, ctx.t("calc_revenue_left"), "calc_header")
    parts = revenue_parts(ctx.plan, ctx.targets.goal, ctx.targets.by_new_orders)
    goal = column_letters(GOAL)
    for k in range(ctx.plan.months + 1):
        row = FIRST_MONTH + k
        fees = f"{goal}{row}+kgi_new/kgi_goal*(1-{upto_months(ctx, k)}/paid_months-{goal}{row})"
        left = float(sum(parts[k:], Fraction(0)))
        page.put(row, REVENUE, left, "calc", formula=f"=IF(AND({is_monthly(ctx)},kgi_goal>0),{fees},{goal}{row})")


def share_of_month(ctx: Context, column: int, month: int) -> str:
    """Excel text: the share of a stage that falls into the plan's month ``month`` (from 0), 0 in closed ones."""
    share = f"{_boundary(ctx, column, month)}-{_boundary(ctx, column, month + 1)}"
    return f"IF(OR(closed_months>{month},ABS({share})<{NOISE}),0,{share})"


def goal_upto(ctx: Context, month: int) -> str:
    """Excel text: the part of the goal itself from the start to the end of a month (from 0), whatever is closed."""
    return f"({_boundary(ctx, GOAL, 0)}-{_boundary(ctx, GOAL, month + 1)})"


def share_of_goal(ctx: Context, month: int) -> str:
    """Excel text: the part of the goal itself in the plan's month, also in a closed one."""
    share = f"{_boundary(ctx, GOAL, month)}-{_boundary(ctx, GOAL, month + 1)}"
    return f"IF(ABS({share})<{NOISE},0,{share})"


def share_before(ctx: Context, column: int) -> str:
    """Excel text: the share of a stage that lies before the start, or before the first open month."""
    if column in (GOAL, REVENUE):
        return "0"  # what is reached in money has its days within the plan
    first, last = (_boundary(ctx, column, month) for month in (0, ctx.plan.months))
    return _without_noise(f"orders_left-INDEX({first}:{last.rpartition('!')[2]},closed_months+1)")


def share_after(ctx: Context, column: int) -> str:
    """Excel text: the share of a stage that lies after the plan's end."""
    return _without_noise(_boundary(ctx, column, ctx.plan.months))


def _without_noise(share: str) -> str:
    """A share so small that only binary noise makes it is 0: else a month without need shows an attainment."""
    return f"IF(ABS({share})<{NOISE},0,{share})"


def _boundary(ctx: Context, column: int, month: int) -> str:
    return f"{quoted(ctx.sheet_names['calc'])}!{column_letters(column)}${FIRST_MONTH + month}"


def _column_title(ctx: Context, column: int) -> str:
    if column == GOAL:
        return ctx.t("calc_goal")
    return ctx.plan.stages[ORDERS + len(ctx.plan.stages) - 1 - column].name


def _remaining(ctx: Context, months: int) -> list[list[float]]:
    """Per grid column the share still to come after day t = 0, 1, …, from ``calc`` (not from the grid)."""
    plan, targets = ctx.plan, ctx.targets
    stages = remaining_by_day(
        plan.start,
        31 * months + 2,
        targets.lags,
        deadline=targets.deadline,
        season=plan.season,
        delivery_days=targets.delivery_days,
        closed=plan.closed_months,
    )
    return [[float(value) for value in stage] for stage in reversed(stages)]


def _grid(ctx: Context, page: SheetSpec, columns: list[int], header: int, first: int, days: int) -> None:
    remaining = _remaining(ctx, (days - 1) // 31)
    page.put(header, 1, ctx.t("calc_day"), "calc_header")
    page.put(header, POSITION, ctx.t("calc_position"), "calc_header")
    page.put(header, REMAINING, ctx.t("calc_goal_left"), "calc_header")
    for column in columns:
        page.put(header, column, _column_title(ctx, column), "calc_header")
    month_first, month_last = FIRST_MONTH, FIRST_MONTH + (days - 1) // 31
    offsets, per_day, after, ends = (f"{letter}${month_first}:{letter}${month_last}" for letter in "CGHI")
    last = first + days + 1
    curved = {stage_column(ctx, index) for index, lag in enumerate(ctx.targets.lags) if lag.curve}
    page.put(first, 1, days + 1, "calc")
    page.put(first, POSITION, 1, "calc")
    for column in columns:
        page.put(first, column, 0, "calc")
    sums = [list(accumulate(reversed(series[: days + 1]))) for series in remaining]
    for step in range(days + 1):
        row, day = first + 1 + step, days - step
        page.put(row, 1, day, "calc")
        page.put(row, POSITION, step + 2, "calc")
        match = f"MATCH(A{row},{offsets})"
        formula = f"=INDEX({after},{match})+INDEX({per_day},{match})*MAX(0,INDEX({ends},{match})-A{row})"
        page.put(row, REMAINING, remaining[0][day], "calc", formula=formula)
        page.put(row, GOAL, sums[0][step], "calc", formula=f"=K{row - 1}+J{row}")
        for order, column in enumerate(columns[1:], 1):
            letter, source = column_letters(column), column_letters(column - 1)
            whole = f"{source}${first}:{source}${last}"
            average = (
                f"(INDEX({whole},MAX(1,$I{row}-{letter}${LOW_ROW}))"
                f"-INDEX({whole},MAX(1,$I{row}-{letter}${HIGH_ROW})))/{letter}${COUNT_ROW}"
            )
            if column in curved:
                shares = f"SUM({letter}${CURVE_ROW}:{letter}${CURVE_ROW + CURVE_STEPS - 1})"
                average = f"IF({shares}=0,{average},{_curve_average(whole, letter, row)})"
            if column == ORDERS:  # of the closed months' orders nothing is asked of the stages any more
                average = f"MIN({average},orders_left)"
            page.put(row, column, sums[order][step], "calc", formula=f"={letter}{row - 1}+{average}")


def _curve_average(whole: str, letter: str, row: int) -> str:
    """The same average, over the 30-day steps of a measured curve."""
    terms = []
    for step in range(CURVE_STEPS):
        near = f"INDEX({whole},MAX(1,$I{row}-{30 * step}))"
        far = f"INDEX({whole},MAX(1,$I{row}-{30 * (step + 1)}))"
        terms.append(f"{letter}${CURVE_ROW + step}*({near}-{far})")
    return "(" + "+".join(terms) + ")/30"
