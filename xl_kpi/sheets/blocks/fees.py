"""Excel's texts of ``plan.goal.fees``: whether orders bring monthly fees, what one brings at a time, how often."""

from __future__ import annotations

from xl_kpi.plan.goal.fees import expected_stay
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.sheets.context import FIRST_MONTH, Context, grid_months
from xl_kpi.workbook.addresses import absolute, quoted

DAYS, AFTER = 4, 8  # columns of the table of months: its days that count, the part of the goal after it


def is_monthly(ctx: Context) -> str:
    """Whether an order brings a fee each month."""
    return f'revenue_way="{ctx.t("revenue_way_monthly")}"'


def price(ctx: Context) -> str:
    """What an order brings at a time: its value, or the fee of a month; 0 where that is blank."""
    return f"IF({is_monthly(ctx)},N(monthly_fee),N(order_value))"


def paid_months(ctx: Context) -> str:
    """``plan.goal.fees.times``: 1, or in how many months an order is paid for on average."""
    counted, upto = (_months(ctx, column) for column in (DAYS, AFTER))
    return f"IF({is_monthly(ctx)},SUMPRODUCT(({counted}>0)*(1-{upto})),1)"


def fees_after(ctx: Context, left: str) -> str:
    """``calc.economy.subscription.fees_after`` of the part of the orders in a cell."""
    counted, after = (_months(ctx, column) for column in (DAYS, AFTER))
    return f"SUMPRODUCT(({counted}>0)*({left}>{after})*({left}-{after}))"


def upto_months(ctx: Context, months: int) -> str:
    """How many orders' fees have come by the end of so many months, for one order of the whole goal."""
    if not months:
        return "0"
    counted, after = (_months(ctx, column, months) for column in (DAYS, AFTER))
    return f"SUMPRODUCT(({counted}>0)*(1-{after}))"


def worth(ctx: Context) -> str:
    """What an order is worth: its value, or the fees of as many months as a customer stays; 0 where that is not known.

    The entries that tell how long that is stand on 採算; while that page is not to be seen they can't change.
    """
    if is_on(ctx.plan, "economics"):
        churn, months = "N(ltv_churn)", "N(ltv_contract)"
        stay = f"IF({churn}>0,IF({months}>0,1-(1-{churn})^{months},1)/{churn},{months})"
    else:
        stay = repr(float(expected_stay(ctx.plan) or 0))
    return f"IF({is_monthly(ctx)},N(monthly_fee)*{stay},N(order_value))"


def months_of_calc(ctx: Context, column: int) -> str:
    """All months of a column of the table of months."""
    return _months(ctx, column)


def _months(ctx: Context, column: int, count: int = 0) -> str:
    last = FIRST_MONTH + (count or grid_months(ctx)) - 1
    sheet = quoted(ctx.sheet_names["calc"])
    return f"{sheet}!{absolute(FIRST_MONTH, column)}:{absolute(last, column)}"
