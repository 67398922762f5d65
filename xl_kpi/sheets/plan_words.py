"""The plan in one sentence, and pieces of it in words, as Excel text: amounts as people read them, where it lands."""

from __future__ import annotations

from xl_kpi import catalog
from xl_kpi.catalog.messages import worded
from xl_kpi.kpi.figures import nearest_excel
from xl_kpi.plan.closed.closing import stage_key
from xl_kpi.plan.findings import short
from xl_kpi.plan.input.wording import EXPECTED_WHOLE, SCALES, lowered
from xl_kpi.plan.model import Channel
from xl_kpi.plan.needs.reached import NEARLY, ROUNDED, WHOLE
from xl_kpi.plan.outlook import DEARER, LEAST_LATER
from xl_kpi.sheets.blocks.fees import is_monthly, worth
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import amount, digits_wide, words
from xl_kpi.sheets.places.backwards import BEFORE, SECOND, BackwardsAt

# Of a goal in money: what the orders in time bring, and existing customers.
SHORTAGE_DIGITS = 90  # of what falls short, for which the sentence has room
_REACHED = "outlook_paid*order_brings/paid_months+kgi_existing+outlook_apart"


def sentence(ctx: Context, nobody: str) -> str:
    """Goal, what must be newly won, what is there, what should be there already, and where that leads.

    ``nobody`` Excel's text of whether no channel is there to win it.
    """
    rows = ctx.at(BackwardsAt)
    new = str(rows.new_total(0))
    first = in_sentence(ctx, "first_stage_name", ctx.plan.stages[0].name)
    without_channel = words(ctx.t("outlook_nobody"), stage=first)[1:]
    said = words(
        ctx.t("plan_sentence"),
        y1="YEAR(plan_start)",
        m1=month(ctx, "plan_start"),
        y2="YEAR(deadline_used)",
        m2=month(ctx, "deadline_used"),
        d2=day(ctx, "deadline_used"),
        goal=goal(ctx, "kgi_goal"),
        orders=_made_of(ctx),
        stage=first,
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


def lines_of_shortage(ctx: Context, digits: int) -> int:
    """How many lines of so many digits the sentence takes beyond the usual ones: with many stages much falls short."""
    longer = digits_wide(worded(short(ctx.outlook), ctx.lang)) - SHORTAGE_DIGITS
    return max(0, -(-longer // digits))


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
    values = {
        "orders": "FIXED(orders_needed,0)",
        "existing": in_unit(ctx, "kgi_existing"),
        "new": in_unit(ctx, "kgi_new"),
    }

    def said(key: str, *names: str) -> str:
        return words(ctx.t(key), **{name: values[name] for name in names})[1:]

    partly = said("sentence_existing", "existing", "new", "orders")
    covered = f"IF(kgi_new<=0,{said('sentence_covered', 'existing')},{partly})"
    fees = words(
        ctx.t("sentence_fees"),
        fee=in_unit(ctx, "N(monthly_fee)"),
        times="FIXED(paid_months,1)",
        all_fees=in_unit(ctx, "orders_needed*N(monthly_fee)"),
    )[1:]
    monthly = f'IF(AND({is_monthly(ctx)},kgi_new>0),{fees},"")'
    return f'IF({ctx.is_money},IF(kgi_existing=0,{said("sentence_orders", "orders")},{covered})&{monthly},"")'


def goal(ctx: Context, value: str) -> str:
    """A goal in words: its kind, and how much of it, in money or in pieces."""
    kind, count = _kind(ctx), amount(value, ctx.money)
    money = words(ctx.t("goal_money"), kind=kind, amount=in_unit(ctx, value))[1:]
    return f"IF({ctx.is_money},{money},{words(ctx.t('goal_count'), kind=kind, number=count)[1:]})"


def in_unit(ctx: Context, value: str) -> str:
    """An amount in the plan's unit of money."""
    return words(ctx.t(f"goal_amount_{ctx.plan.currency_unit}"), number=amount(value, ctx.money))[1:]


def _kind(ctx: Context) -> str:
    """The kind of the goal as it stands within a sentence."""
    said = "kgi_kind"
    for one in catalog.choices("kind"):
        shown = one.words[ctx.lang]
        if lowered(shown, ctx.lang) != shown:
            said = f'IF({ctx.is_kind(one.id)},"{lowered(shown, ctx.lang)}",{said})'
    return said


def in_sentence(ctx: Context, cell: str, name: str) -> str:
    """A name within a sentence, without its capital while the cell says what it said when the sheets were made."""
    short = lowered(name, ctx.lang)
    if short == name:
        return cell
    typed, said = (one.replace('"', '""') for one in (name, short))
    return f'IF({cell}="{typed}","{said}",{cell})'


def month(ctx: Context, day: str) -> str:
    """The month of a date: in English with two digits, as headers have it."""
    return f"MONTH({day})" if ctx.lang == "ja" else f'IF(MONTH({day})<10,"0","")&MONTH({day})'


def day(ctx: Context, date: str) -> str:
    """The day of a date, likewise."""
    return f"DAY({date})" if ctx.lang == "ja" else f'IF(DAY({date})<10,"0","")&DAY({date})'


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
    return f"AND(NOT(AND({ctx.is_money},{is_monthly(ctx)})),{_is_rounding('apart_times')})"


def _is_rounding(apart: str = "0") -> str:
    """``apart``: orders for which money stands that closed months brought beside theirs."""
    most = f"IF(outlook_orders+{apart}<{EXPECTED_WHOLE},{ROUNDED[False]},{ROUNDED[True]})"
    return f"orders_needed-outlook_orders-{apart}<={most}"


def told_share(ctx: Context) -> str:
    """Excel text for ``plan.outlook.told_share`` in percent."""
    told = f"IF(AND(NOT({ctx.is_money}),outlook_share<1,{_is_rounding()}),1,{not_yet('outlook_share')})"
    return f"FIXED({told}*100,0)"


def told_of_orders() -> str:
    """The same of the orders, whatever the goal is."""
    share = "IF(orders_needed>0,outlook_orders/orders_needed,0)"
    return f"IF(AND({share}<1,{_is_rounding()}),1,{not_yet(share)})"


def not_yet(share: str) -> str:
    """A share that is never shown as 100 % while something lacks."""
    return f"IF(AND({share}>{float(NEARLY)},{share}<{float(WHOLE)!r}),{float(NEARLY)},{share})"


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
