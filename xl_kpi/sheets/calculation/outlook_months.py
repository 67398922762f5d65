"""見込み (K14) by month on the hidden sheet 計算, exact: what counts for the goal, and what comes too late for it.

逆算 shows whole orders, and money to what its unit shows; they are rounded from these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from xl_kpi.plan.needs.expected import InTime
from xl_kpi.sheets.blocks.fees import is_monthly
from xl_kpi.sheets.blocks.outlook_rows import FIRST, ORDERS, REVENUE, TOTAL, ExpectedAt
from xl_kpi.sheets.calculation.calc_rows import ForwardAt
from xl_kpi.sheets.calculation.calc_sheet import GOAL, share_after, share_of_goal
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.workbook.addresses import CellAt

NOISE = "1E-12"  # of the orders so far: a month with less has none


def fill(ctx: Context, expected: ExpectedAt) -> None:
    """Both lines, from the forward run."""
    at, cells, outlook = ctx.at(ForwardAt), expected.source.cells, ctx.outlook
    end = expected.months
    heads = ("section_outlook", "column_in_time")
    for column, key in enumerate(heads):
        cells[0, column] = (ctx.t(key), "", "calc_header")
    for k, month in enumerate(ctx.months):
        cells[0, FIRST + k] = (month, f"=EDATE(plan_start,{k})", "calc.month")
    for column, key in enumerate(("column_next", "column_too_late"), FIRST + end):
        cells[0, column] = (ctx.t(key), "", "calc_header")
    ordered = [at.orders(k) for k in range(end + 1)]
    _line(ctx, expected, ORDERS, "outlook:orders", outlook.orders_in_time, ordered, outlook.later)
    ctx.name("outlook_orders", str(expected.total(ORDERS)))
    if expected.source.lines > 1:
        paid, fees = [at.delivered(k) for k in range(end + 1)], [at.fees(k) for k in range(at.months)]
        after = str(fees[end].to(fees[-1])) if at.months > end else "0"
        monthly = [str(fees[0].to(fees[-1])), *map(str, fees[:end]), after]
        own = ["kgi_existing", *(f"kgi_existing*{share_of_goal(ctx, k)}" for k in range(end)),
               f"kgi_existing*{share_after(ctx, GOAL)}"]  # fmt: skip
        found, later = outlook.reached_by_month, outlook.later_reached or Fraction(0)
        _line(ctx, expected, REVENUE, f"outlook:{ctx.plan.goal.kind}", found, paid, later, own, monthly)


def _line(ctx: Context, expected: ExpectedAt, line: int, key: str, found: InTime, upto: Sequence[CellAt],
          later: Fraction, own: Sequence[str] = (), monthly: Sequence[str] = ()) -> None:  # fmt: skip
    """``upto``: what has come before the first day of each month, and of the one after the plan.

    Of a goal in money ``own``: what existing customers bring in all, in each month and after the plan; ``monthly``: the
    cells with the monthly fees of the same times, of which none comes too late.
    """
    at, cells, times = ctx.at(ForwardAt), expected.source.cells, "*order_brings" if own else ""
    counted = [f"MIN(MAX({upto[0].to(cell)}),{at.in_time})" for cell in upto]  # as ``in_time``
    steps = [_without_noise(f"{now}-{then}", str(at.in_time)) for then, now in zip(counted, counted[1:])]
    parts = [str(at.in_time), *steps, _without_noise(f"{at.in_time}-{counted[-1]}", str(at.in_time))]
    if own:
        parts = [f"IF({is_monthly(ctx)},SUM({fees})/paid_months,{part})" for fees, part in zip(monthly, parts)]
    late = f"IF({is_monthly(ctx)},0,outlook_later{times})" if own else "outlook_later"
    texts = [f"{part}*{at.unit}{times}" for part in parts] + [late]
    texts[: len(own)] = [f"{text}+{more}" for text, more in zip(texts, own)]
    if own:
        _actuals(ctx, texts[1 : 1 + expected.months])
        texts = [f"{text}+{shift}" for text, shift in zip(texts, _shifts(ctx))]
    cells[1 + line, 0] = (key, "", "calc")
    for column, (number, text) in enumerate(zip([found.total, *found.parts, later], texts, strict=True), TOTAL):
        cells[1 + line, column] = (float(number), f"={text}", "calc")


def _actuals(ctx: Context, months: Sequence[str]) -> None:
    """Of closed months, what the actual of a goal in money is above what ``months`` have (``PlanOutlook.apart``)."""
    rows, outlook, plan = ctx.at(BackwardsAt), ctx.outlook, ctx.plan
    closed, shifts = rows.closed, [*outlook.shifts, *[Fraction(0)] * plan.months]
    closed.apart.cells[3, 0] = (ctx.t("calc_apart_outlook"), "", "calc")
    for k, text in enumerate(months):
        total, own = rows.cell(rows.revenue_actual, rows.month(k)), "0"
        if rows.existing_actual:
            cell = rows.cell(rows.existing_actual, rows.month(k))
            own = f"IF(ISNUMBER({cell}),{cell}-kgi_existing*{share_of_goal(ctx, k)},0)"
        above = f"{total}-({text})"
        above = f"IF(ABS({above})<{NOISE}*kgi_goal,0,{above})"  # both may be the same, to the last binary digit
        formula = f"=IF(closed_months>{k},IF(ISNUMBER({total}),{above},{own}),0)"
        closed.apart.cells[3, 1 + k] = (float(shifts[k]), formula, "calc")


def _shifts(ctx: Context) -> Iterator[str]:
    """What is added to the total, to each month, to what comes after the plan, and to what is too late."""
    closed, months = ctx.at(BackwardsAt).closed, ctx.plan.months
    yield "outlook_apart"
    for k in range(months):
        before = f"SUM({closed.apart_of(3, 0).to(closed.apart_of(3, k - 1))})" if k else "0"
        rest = f"IF(AND(closed_months={k},closed_months>0),outlook_apart-{before},0)"
        yield f"{closed.apart_of(3, k)}+{rest}" if k else f"{closed.apart_of(3, k)}"
    yield f"IF(closed_months={months},outlook_apart-SUM({closed.apart_of(3, 0).to(closed.apart_of(3, months - 1))}),0)"
    yield "0"


def _without_noise(difference: str, total: str) -> str:
    return f"IF({difference}<{NOISE}*{total},0,{difference})"
