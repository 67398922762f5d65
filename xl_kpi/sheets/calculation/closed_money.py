"""Money of closed months (K15) on the hidden sheet 計算: what came in beside what their orders bring."""

from __future__ import annotations

from xl_kpi.calc import month_start
from xl_kpi.plan.closed.closing import stage_key
from xl_kpi.plan.closed.revenue import delivered
from xl_kpi.plan.model import EXISTING_ROW
from xl_kpi.sheets.blocks.closed_rows import ClosedAt, block_cell
from xl_kpi.sheets.blocks.fees import is_monthly
from xl_kpi.sheets.calculation.calc_rows import LOW_ROW, ORDERS, REMAINING, on_day
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.sheets.places.funnel import FunnelAt
from xl_kpi.workbook.addresses import absolute

ONCE = "order_brings/paid_months"  # what an order brings at a time


def fill(ctx: Context, at: ClosedAt) -> None:
    """What closed months brought in money beside what their orders bring (``plan.closed.revenue``)."""
    plan, closing, cells, rows = ctx.plan, ctx.targets.closing, at.apart.cells, ctx.at(BackwardsAt)
    last, key = len(plan.stages) - 1, stage_key(plan.stages[-1].id)
    index = block_cell(at.entered, 1, 1).to(block_cell(at.entered, 1, plan.months)).here
    agreed = at.target(key, 0).to(at.target(key, plan.months - 1)).here
    more = f"({at.brought(last).here}-{agreed}*({index}<closed_months))"
    begins = block_cell(at.apart, 0, 1).to(block_cell(at.apart, 0, plan.months)).here
    won = closing.entered[-1] if closing else []
    beyond = [one - closing.agreed(key, k) for k, one in enumerate(won)] if closing else []
    cells[0, 0] = (ctx.t("calc_apart"), "", "calc_header")
    opened = ctx.at(FunnelAt).stages[-1].open
    for line, name in ((1, "calc_apart_orders"), (2, "calc_apart_money"), (4, "calc_apart_before")):
        cells[line, 0] = (ctx.t(name), "", "calc")
    for k in range(plan.months):
        offset = (month_start(plan.start, k) - plan.start).days
        cells[0, 1 + k] = (offset, f"=EDATE(plan_start,{k})-plan_start", "calc.day")
        end = f"(EDATE(plan_start,{k + 1})-plan_start-{absolute(LOW_ROW, ORDERS)})"
        part = f"(({end}-{begins})/{at.days.here})"
        upto = f"SUMPRODUCT({more}*({part}*({part}>0)*({part}<1)+({part}>=1)))"
        closed = closing is not None and k < closing.months
        number = float(delivered(plan, beyond, ctx.targets.delivery_days, k)) if closed else 0
        cells[1, 1 + k] = (number, f"=IF(closed_months>{k},{upto},0)", "calc")
        total, here = rows.cell(rows.revenue_actual, rows.month(k)), at.apart_of(1, k).here
        follows = f"{here}-IF({is_monthly(ctx)},0,{at.apart_of(1, k - 1).here})" if k else here
        delivery = absolute(LOW_ROW, ORDERS)
        left = on_day(ctx, REMAINING, f"MIN({delivery},EDATE(plan_start,{k + 1})-plan_start)")
        before = f"MAX(0,kgi_new*(1-N({left}))-N({opened})*{ONCE})"
        early = float(closing.before_upto[k]) if closing and closed else 0
        none = f"OR({delivery}=0,{is_monthly(ctx)})"
        cells[4, 1 + k] = (early, f"=IF(closed_months>{k},IF({none},0,{before}),0)", "calc")
        came = f"{at.apart_of(4, k).here}-{at.apart_of(4, k - 1).here}" if k else at.apart_of(4, k).here
        beside = f"{total}-{at.target(plan.goal.row, k)}-{ONCE}*({follows})+{came}"
        own = "0"
        if rows.existing_actual:
            cell = rows.cell(rows.existing_actual, rows.month(k))
            own = f"IF(ISNUMBER({cell}),{cell}-{at.target(EXISTING_ROW, k)},0)"
        money = float(closing.apart_by_month[k] + closing.before_by_month[k]) if closing and closed else 0
        cells[2, 1 + k] = (money, f"=IF(closed_months>{k},IF(ISNUMBER({total}),{beside},{own}),0)", "calc")
