"""The plan in one sentence, and pieces of it in words, as Excel text: amounts as people read them, where it lands."""

from __future__ import annotations

from xl_kpi.kpi.figures import nearest_excel
from xl_kpi.plan.closed.closing import stage_key
from xl_kpi.plan.input.wording import EXPECTED_WHOLE, SCALES
from xl_kpi.plan.model import Channel
from xl_kpi.plan.outlook import DEARER, LEAST_LATER, ROUNDED
from xl_kpi.sheets.backwards_rows import BEFORE, SECOND, BackwardsAt
from xl_kpi.sheets.blocks.fees import is_monthly, worth
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import amount, words

# Of a goal in money: what the orders in time bring, and existing customers.
_REACHED = "outlook_paid*order_brings/paid_months+kgi_existing"


def sentence(ctx: Context, nobody: str) -> str:
    """Goal, what must be newly won, what is there, what should be there already, and where that leads.

    ``nobody`` Excel's text of whether no channel is there to win it.
    """
    rows = ctx.at(BackwardsAt)
    yen, count = ctx.t(f"unit_goal_{ctx.plan.currency_unit}"), ctx.t("unit_goal_count")
    new = str(rows.new_total(0))
    without_channel = words(ctx.t("outlook_nobody"), stage="first_stage_name")[1:]
    said = words(
        ctx.t("plan_sentence"),
        y1="YEAR(plan_start)",
        m1="MONTH(plan_start)",
        y2="YEAR(deadline_used)",
        m2="MONTH(deadline_used)",
        d2="DAY(deadline_used)",
        kind="kgi_kind",
        goal=amount("kgi_goal", ctx.money),
        unit=f'IF({ctx.is_money},"{yen}","{count}")',
        orders=_made_of(ctx),
        stage="first_stage_name",
        new=f"FIXED({new},0)",
        pace=_pace(ctx),
        covered=f"FIXED(MIN({_covered(ctx)},{rows.cell(rows.need, SECOND)}),0)",
        when=when(ctx),
        short=f'IF(outlook_short="","{ctx.t("short_none")}",outlook_short)',
        outlook="outlook_landing",
        share=told_share(ctx),
        later="outlook_later_said",
        nobody=f'IF({new}>0,IF({nobody},{without_channel},""),"")',
    )
    return f'=IF(ISERROR(outlook_share),"{ctx.t("warn_unknown")}",{said[1:]})'


def _pace(ctx: Context) -> str:
    """How many leads a month that is, over the months that need any, and how many the month takes that needs most.

    Special cases: no word of the most where every month needs as many, and none at all where nothing is needed.
    """
    rows = ctx.at(BackwardsAt)
    span = rows.cell(rows.new, rows.month(0)).to(rows.cell(rows.new, rows.month(rows.months - 1)))
    count, most = f'COUNTIF({span},">0")', f"MAX({span})"
    average = f"SUM({span})/MAX(1,{count})"
    even = words(ctx.t("pace_even"), average=f"FIXED({average},0)")[1:]
    said = {"months": f"FIXED({count},0)", "average": f"FIXED({average},0)", "peak": f"FIXED({most},0)"}
    peak = words(ctx.t("pace_peak"), **said)[1:]
    return f'IF({count}=0,"",IF(AND({count}={ctx.plan.months},MIN({span})={most}),{even},{peak}))'


def _made_of(ctx: Context) -> str:
    """How many orders a goal in money takes, what existing customers bring of it, and how often fees are paid."""
    unit = ctx.t(f"unit_goal_{ctx.plan.currency_unit}")
    values = {
        "orders": "FIXED(orders_needed,0)",
        "existing": amount("kgi_existing", ctx.money) + f'&"{unit}"',
        "new": amount("kgi_new", ctx.money) + f'&"{unit}"',
    }

    def said(key: str, *names: str) -> str:
        return words(ctx.t(key), **{name: values[name] for name in names})[1:]

    partly = said("sentence_existing", "existing", "new", "orders")
    covered = f"IF(kgi_new<=0,{said('sentence_covered', 'existing')},{partly})"
    fees = words(
        ctx.t("sentence_fees"),
        fee=amount("N(monthly_fee)", ctx.money) + f'&"{unit}"',
        times="FIXED(paid_months,1)",
        all_fees=amount("orders_needed*N(monthly_fee)", ctx.money) + f'&"{unit}"',
    )[1:]
    monthly = f'IF(AND({is_monthly(ctx)},kgi_new>0),{fees},"")'
    return f'IF({ctx.is_money},IF(kgi_existing=0,{said("sentence_orders", "orders")},{covered})&{monthly},"")'


def when(ctx: Context) -> str:
    """Until when what is short should have been there (``plan.findings.when``)."""
    return f'IF(closed_months=0,"{ctx.t("short_start")}","{ctx.t("short_closed")}")'


def look(ctx: Context) -> str:
    """What to look at where the plan falls short (``plan.findings.look``)."""
    return f'IF(closed_months=0,"{ctx.t("look_start")}","{ctx.t("look_closed")}")'


def _covered(ctx: Context) -> str:
    """How many leads of those still needed what is open, or under way after closed months, stands for."""
    rows, first = ctx.at(BackwardsAt), ctx.plan.stages[0]
    new = rows.cell(rows.new, BEFORE).to(rows.cell(rows.new, rows.after))
    return f"{rows.closed.whole_needed(0)}-SUM({new})+{rows.closed.kept_sum(stage_key(first.id))}"


def landing(ctx: Context) -> str:
    """Where the plan lands, in the goal's own unit: money or orders."""
    money = in_yen(ctx, f"({_REACHED}){'' if ctx.money == 1 else f'*{ctx.money}'}")
    return f"IF({ctx.is_money},{money},{expected(ctx, 'outlook_orders')})"


def later(ctx: Context) -> str:
    """What comes too late for the goal, as a clause of the sentence; nothing where nothing worth a word does."""
    said = words(ctx.t("outlook_later"), later=too_late(ctx))[1:]
    return f'IF(outlook_later<{float(LEAST_LATER)},"",{said})'


def too_late(ctx: Context) -> str:
    """What comes too late, in the goal's own unit; orders with monthly fees by their number (``later_reached``)."""
    money = in_yen(ctx, f"(outlook_later*order_brings){'' if ctx.money == 1 else f'*{ctx.money}'}")
    return f"IF(AND({ctx.is_money},NOT({is_monthly(ctx)})),{money},{expected(ctx, 'outlook_later')})"


def expected(ctx: Context, orders: str) -> str:
    """Excel text for ``plan.input.wording.expected``: whole, or "about" with a decimal where they are few."""
    tenth, whole = nearest_excel(orders, 1), nearest_excel(orders)
    few = words(ctx.t("outlook_few"), number=f"FIXED({tenth},1)")[1:]
    count = words(ctx.t("outlook_count"), number=f"FIXED({whole},0)")[1:]
    return f"IF(AND({orders}<{EXPECTED_WHOLE},{tenth}<>{whole}),{few},{count})"


def is_rounding(ctx: Context) -> str:
    """Excel text for ``plan.outlook.is_rounding`` of the plan's own outlook; never so of monthly fees."""
    return f"AND(NOT(AND({ctx.is_money},{is_monthly(ctx)})),{_is_rounding()})"


def _is_rounding() -> str:
    return f"orders_needed-outlook_orders<=IF(outlook_orders<{EXPECTED_WHOLE},{ROUNDED[False]},{ROUNDED[True]})"


def told_share(ctx: Context) -> str:
    """Excel text for ``plan.outlook.told_share`` in percent."""
    counted = f"NOT({ctx.is_money}),outlook_share<1,{_is_rounding()}"
    return f"FIXED(IF(AND({counted}),1,outlook_share)*100,0)"


def share_of_goal(ctx: Context, orders: str, more: str = "") -> str:
    """How much of the goal these orders are, also when another kind of goal has been chosen since.

    Of a goal in money what comes of those in time, and ``more``.
    """
    money = f"IF(kgi_goal>0,({_REACHED}{more})/kgi_goal,0)"
    count = f"IF(orders_needed>0,{orders}/orders_needed,0)"
    return f"IF({ctx.is_money},{money},{count})"


def in_yen(ctx: Context, value: str) -> str:
    """Excel text for ``plan.input.wording.Rounded``: an amount in yen in the words of its size."""
    formula = words(ctx.t("amount_small"), number=f"FIXED({value},0)")[1:]
    for key, (size, digits) in reversed(SCALES[ctx.lang].items()):
        said = words(ctx.t(f"amount_{key}"), number=f"FIXED({value}/{size},{digits})")[1:]
        formula = f"IF({value}>={size},{said},{formula})"
    return formula


def cost_of_order(ctx: Context, channel: Channel) -> str:
    """What a channel spends for one order, in yen; 0 where that is not known or it is off."""
    return f"INDEX(order_costs,{ctx.plan.channels.index(channel) + 1})"


def too_dear(ctx: Context, channel: Channel) -> str:
    """Whether that is more than an order brings."""
    return f"AND({worth(ctx)}>0,{cost_of_order(ctx, channel)}>{float(DEARER)}*{_order_value(ctx)})"


def order_amounts(ctx: Context, channel: Channel) -> dict[str, str]:
    """Both amounts in words."""
    return {"cost": in_yen(ctx, cost_of_order(ctx, channel)), "brings": in_yen(ctx, _order_value(ctx))}


def _order_value(ctx: Context) -> str:
    """What an order is worth, in yen."""
    return worth(ctx) if ctx.money == 1 else f"{worth(ctx)}*{ctx.money}"
