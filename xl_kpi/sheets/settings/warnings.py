"""確認すること on 設定: a line for each thing that does not fit, alive: it comes and goes with every input."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from xl_kpi.plan import fields
from xl_kpi.plan.findings import YEAR, of_sheet
from xl_kpi.plan.input.amounts import least_as_yen
from xl_kpi.plan.input.field import MONEY
from xl_kpi.plan.money.cells import YEN
from xl_kpi.plan.money.unit_costs import stated_twice
from xl_kpi.plan.needs.reached import WHOLE
from xl_kpi.plan.periods.next_period import is_on
from xl_kpi.sheets import plan_words
from xl_kpi.sheets.blocks.fees import is_monthly
from xl_kpi.sheets.channel_tab.page import TabsAt
from xl_kpi.sheets.channels import ChannelsAt, channels_on, cost_amounts, costs_differ, first_stage_channels, waiting
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import amount, ceiling, words
from xl_kpi.sheets.places import funnel as funnel_rows
from xl_kpi.sheets.places.backwards import NAME, BackwardsAt
from xl_kpi.sheets.review.rows import ReviewRowsAt
from xl_kpi.sheets.settings import text_cells
from xl_kpi.workbook.sheet_kinds import EXAMPLES_LEFT, tab_key

EXAMPLE, AS_TEXT, BEYOND, _AMOUNTS = "warn_example", "warn_as_text", "warn_beyond", "warn_amounts"
# The goal as it is typed: for the months that `goal_months` says.
STATED = "IF(ISNUMBER(kgi_value),kgi_value,N(kgi_baseline)*(1+N(kgi_growth)))"
# What new orders must bring of it, for as many months.
_NEW = f"MAX(0,{STATED}-IF(kgi_goal>0,kgi_existing*{STATED}/kgi_goal,0))"


def keys(ctx: Context) -> list[str]:
    """The texts of all warnings in their order; several findings may have the same one."""
    found = dict.fromkeys([AS_TEXT, BEYOND, *(one.words for one in of_sheet("settings"))])
    without = {EXAMPLE: ctx.examples, _AMOUNTS: ctx.money > 1}
    return [key for key in found if without.get(key, True)]


def lines(ctx: Context) -> Iterator[str]:
    """Excel's text of each of them, as many as ``keys``: words and a line's end, or nothing where all is well."""
    conditions, made = _conditions(ctx), {"warn_too_dear": "=too_dear", "warn_unit_cost": _unit_costs(ctx)}
    for key in keys(ctx):
        if key in made:
            yield made[key]
            continue
        condition, expressions = conditions[key]
        said_if = f'=IF({condition},{words(ctx.t(key), **expressions)[1:]}&CHAR(10),"")'
        if key == "warn_outlook":
            said_if = f'=IF(ISERROR(outlook_share),"{ctx.t("warn_unknown")}"&CHAR(10),{said_if[1:]})'
        yield said_if


def nobody(ctx: Context) -> str:
    """Excel's text of whether no channel is on, and none waits for its sheets."""
    return f"AND({channels_on(ctx)}=0,{waiting(ctx)}=0)"


def nobody_wins(ctx: Context) -> str:
    """Excel's text of whether no channel wins leads (``PlanOutlook.nobody_wins``), and none waits for its sheets."""
    return f"AND(share_sum<=0,{waiting(ctx)}=0)"


def _conditions(ctx: Context) -> dict[str, tuple[str, dict[str, str]]]:
    """By the text: when it is told, and what stands in it."""
    t, months = ctx.t, ctx.plan.months
    monthly = is_monthly(ctx)
    brings = f'IF({monthly},"{t("tree_order_fees")}","{t("label_order_value")}")'
    profit, has_existing = ctx.is_kind("profit"), ctx.at(BackwardsAt).existing > 0
    money = partial(amount, money=ctx.money)
    low = f"kgi_goal>0,orders_needed>0,outlook_share<{float(WHOLE)},NOT({plan_words.is_rounding(ctx)})"
    only_late = f'AND(outlook_short="",outlook_ever>={float(WHOLE)})'
    stage = plan_words.in_sentence(ctx, "first_stage_name", ctx.plan.stages[0].name)
    beyond, where = text_cells.beyond(ctx)
    landed = {"outlook": "outlook_landing", "share": plan_words.told_share(ctx)}
    return {
        "warn_goal": ("kgi_goal<=0", {}),
        "warn_goal_twice": ("AND(ISNUMBER(kgi_value),ISNUMBER(kgi_growth))", {}),
        BEYOND: (beyond, {"names": where}),
        AS_TEXT: (text_cells.stands(ctx), {"names": text_cells.names(ctx)}),
        "warn_order_value": (f"AND({ctx.is_money},NOT({monthly}),N(order_value)<=0)", {}),
        "warn_monthly_fee": (f"AND({monthly},N(monthly_fee)<=0)", {}),
        "warn_fee_unused": (f"AND(NOT({monthly}),N(monthly_fee)>0)", {}),
        "warn_fee_counted": (f"AND({monthly},NOT({ctx.is_money}))", {}),
        "warn_margin": (f"AND({profit},N(gross_margin)<=0)", {}),
        "warn_growth_large": (
            "AND(NOT(ISNUMBER(kgi_value)),ISNUMBER(kgi_baseline),N(kgi_growth)>1)",
            {"growth": "ROUND(kgi_growth*100,2)", "times": "ROUND(kgi_growth+1,4)", "meant": "ROUND(kgi_growth,4)",
             "less": "ROUND((kgi_growth-1)*100,2)"},
        ),
        "warn_margin_none": (
            f"AND(NOT({profit}),ISNUMBER(gross_margin),N(gross_margin)<=0)", {"margin": "FIXED(gross_margin*100,1)"},
        ),
        "warn_covered": (
            f"AND({ctx.is_money},kgi_goal>0,kgi_existing>=kgi_goal)",
            {"existing": plan_words.in_yen(ctx, _in_yen(ctx, "kgi_existing")),
             "goal": plan_words.in_yen(ctx, _in_yen(ctx, "kgi_goal"))},
        ),
        "warn_existing": ("FALSE" if has_existing else "kgi_existing>0", {}),
        "warn_delivery": (f"AND({ctx.is_money},NOT(ISNUMBER(delivery_days)))", {}),
        "warn_goal_months": (
            f"AND(plan_months>{YEAR},N(goal_months)=0,NOT(ISNUMBER(kgi_deadline)),N(kgi_monthly)=0)",
            {"months": "plan_months"},
        ),
        "warn_months": (f"plan_months<>{months}", {"months": str(months)}),
        "warn_start_moved": (
            f"AND(plan_start<>made_start,OR(ISNUMBER(closed_until),{ctx.at(ReviewRowsAt).count}>0))", {},
        ),
        "warn_kind_changed": (f"NOT({ctx.is_kind(ctx.plan.goal.kind)})", {"kind": "kgi_kind"}),
        "warn_unit_changed": (f'currency_unit<>"{t(f"currency_{ctx.plan.currency_unit}")}"', {"unit": "currency_unit"}),
        "warn_shares": (
            "AND(share_sum>0,ABS(share_sum-1)>0.0001)", {"sum": "FIXED(share_sum*100,1)"},
        ),
        "warn_shares_zero": (f"AND({first_stage_channels(ctx)}>0,share_sum<=0)", {"stage": stage}),
        "warn_outlook": (f"AND({low},NOT({only_late}))", {**landed, "look": plan_words.look(ctx)}),
        "warn_late": (f"AND({low},{only_late})", {**landed, "late": plan_words.too_late(ctx)}),
        "warn_shortage": ('outlook_short<>""', {"when": plan_words.when(ctx), "stages": "outlook_short"}),
        "warn_capacity": ('limits_exceeded<>""', {"channels": "limits_exceeded"}),
        _AMOUNTS: _amounts(ctx),
        "warn_digits": _digits(ctx),
        "warn_curve": ("curve_pending>0", {}),
        "warn_monthly": (
            _monthly_differs(ctx),
            {"monthly": money("N(kgi_monthly)"), "product": money(f"N(kgi_monthly)*{months}"),
             "months": str(months), "goal": money("kgi_goal")},
        ),
        "warn_customers": (
            f"AND({ctx.is_money},N(kgi_customers)>0,order_brings>0,"
            f"ABS(N(kgi_customers)*order_brings-{_NEW})>0.005*{_NEW},"
            f"N(kgi_customers)<>IF(order_brings>0,{ceiling(f'{_NEW}/order_brings')},0))",
            {"customers": "FIXED(N(kgi_customers),0)", "product": money("N(kgi_customers)*order_brings"),
             "goal": money(_NEW), "what": f'IF(kgi_existing=0,"{t("plan_goal_whole")}","{t("plan_goal_new")}")',
             "brings": f'IF({profit},"{t("tree_order_profit")}",{brings})'},
        ),
        "warn_customers_goal": (
            f'AND(kgi_kind="{t("kind_customers")}",N(kgi_customers)>0,'
            f"ABS(N(kgi_customers)-{STATED})>0.005*{STATED},N(kgi_customers)<>{ceiling(STATED)})",
            {"customers": "FIXED(N(kgi_customers),0)", "goal": f"FIXED({STATED},0)"},
        ),
        "warn_next": ("next_pending>0" if is_on(ctx.plan) else f'next_period<>"{t("next_period_off")}"', {}),
        "warn_stages": (funnel_rows.changed(ctx), {}),
        "warn_waiting": (f"{waiting(ctx)}>0", {"count": f"FIXED({waiting(ctx)},0)"}),
        "warn_no_channel": (nobody(ctx), {}),
        "warn_no_leads": (
            f"AND({channels_on(ctx)}>0,{first_stage_channels(ctx)}=0,{waiting(ctx)}=0)", {"stage": stage},
        ),
        "warn_orders_pending": (f"IF(ISERROR(outlook_share),FALSE,{ctx.at(ChannelsAt).brought.pending})", {}),
        "warn_closed_blank": ("closed_blank>0", {"count": "FIXED(closed_blank,0)"}),
        "warn_closed_late": ("closed_late>0.0000001", {"count": f"FIXED({ceiling('closed_late')},0)"}),
        EXAMPLE: (f"{EXAMPLES_LEFT}>0", {"count": f"FIXED({EXAMPLES_LEFT},0)"}),
    }  # fmt: skip


def _unit_costs(ctx: Context) -> str:
    """A line for each channel that says twice what one thing costs, and not the same."""
    parts = []
    for one in stated_twice(ctx.plan):
        name = str(ctx.at(ChannelsAt).rows[one.channel.id].name)
        said = words(ctx.t("warn_unit_cost"), channel=name, **cost_amounts(ctx, one))[1:]
        parts.append(f'IF({costs_differ(ctx, one)},{said}&CHAR(10),"")')
    return "=" + ("&".join(parts) or '""')


def _amounts(ctx: Context) -> tuple[str, dict[str, str]]:
    """Whether an amount was more likely typed in yen than in the unit of its header, and the labels of such."""
    least = least_as_yen(ctx.money)
    large = {
        one.words("label", ctx.lang): f"N({one.key})>={least}"
        if one.unit == MONEY
        else f"AND({ctx.is_money},N({one.key})>={least})"
        for one in fields.SINGLES
        if one.in_money(YEN)
    }
    names = "&".join(f'IF({condition},"{label} ","")' for label, condition in large.items())
    return f"OR({','.join(large.values())})", {"unit": f'"{ctx.unit_label(YEN)}"', "names": f"TRIM({names})"}


def _in_yen(ctx: Context, amount_in_cells: str) -> str:
    return amount_in_cells if ctx.money == 1 else f"{amount_in_cells}*{ctx.money}"


def _digits(ctx: Context) -> tuple[str, dict[str, str]]:
    """Whether the rows of actuals on some page ask about a figure, and the names of these pages."""
    rows, tabs, asked = ctx.at(BackwardsAt), ctx.at(TabsAt).tabs, ctx.t("check_digits")
    areas = {ctx.sheet_names["backwards"]: rows.cell(rows.actual_header, NAME).to(rows.cell(rows.last, NAME))}
    areas.update({ctx.sheet_names[tab_key(key)]: tab.table.down("unit") for key, tab in tabs.items()})
    found = {name: f'COUNTIF({area},"{asked}")' for name, area in areas.items()}
    names = (f'IF({count}>0,"{name.replace(chr(34), chr(34) * 2)} ","")' for name, count in found.items())
    return f"{'+'.join(found.values())}>0", {"pages": f"TRIM({'&'.join(names)})"}


def _monthly_differs(ctx: Context) -> str:
    """Excel's text of ``plan.goal.contradictions`` about the monthly goal: it fits no period over which that is spread.

    That is the plan's months, or the months up to a deadline: with the last one, and where it is cut without it.
    """
    typed = "N(kgi_monthly)"
    begun = "((YEAR(kgi_deadline)-YEAR(plan_start))*12+MONTH(kgi_deadline)-MONTH(plan_start)+1)"
    cut = "DAY(kgi_deadline)<DAY(DATE(YEAR(kgi_deadline),MONTH(kgi_deadline)+1,0))"
    whole = f"({begun}-1)"

    def fits(months: str) -> str:
        near = f"ABS({typed}*{months}-kgi_goal)<=0.005*kgi_goal"
        up = f"{typed}=INT({typed}),{typed}*{months}>=kgi_goal,({typed}-1)*{months}<kgi_goal"  # a count is rounded up
        return f"OR({near},AND(NOT({ctx.is_money}),{up}))"

    by_deadline = f"OR({fits(begun)},IF({cut},IF({whole}>0,{fits(whole)},FALSE),FALSE))"
    by_deadline = f"IF(ISNUMBER(kgi_deadline),IF(kgi_deadline>=plan_start,{by_deadline},FALSE),FALSE)"
    return f"IF({typed}>0,NOT(OR({fits(str(ctx.plan.months))},{by_deadline})),FALSE)"
