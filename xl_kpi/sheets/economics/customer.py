"""採算, what a customer brings: the entries of the detailed LTV, and the LTV in parts (S4)."""

from __future__ import annotations

from fractions import Fraction

from xl_kpi import catalog
from xl_kpi.plan.fields import Field, field_of, find_field
from xl_kpi.plan.keys import EntryKey
from xl_kpi.sheets.blocks.fees import is_monthly
from xl_kpi.sheets.blocks.table import Column, Rule, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.economics.places import EconomicsAt

TYPED = ("ltv_first", "ltv_frequency", "ltv_value", "ltv_more", "ltv_churn", "ltv_contract", "ltv_ratio")
FIGURES = ("margin", "ratio", "months", "first", "repeats", "more", "ltv", "monthly")  # rows below
HINT_SPAN = 8
MARGIN = "gross_margin"


def typed(key: str) -> str:
    """The name of an entry on 設定, for a formula."""
    return key if find_field(EntryKey(key)) else '""'


def table(ctx: Context) -> Table:
    """Entry or figure, its cell, and what it is."""
    t = ctx.t
    columns = [
        Column("name", t("econ_item"), 22, "label"),
        Column("value", t("econ_number"), 12, "input.yen"),
        Column("hint", t("econ_hint"), None, "unit", span=HINT_SPAN, link=False),
    ]
    return Table("customer", columns, [*TYPED, *(f"figure:{key}" for key in FIGURES)], section=t("econ_customer"))


def cell(at: EconomicsAt, figure: str) -> str:
    """The cell of a figure, as formulas of this page name it."""
    return at.customer.cell(f"figure:{figure}", "value").here


def build(ctx: Context, at: EconomicsAt) -> None:
    for key in TYPED:
        one = field_of(key)
        at.customer.put(key, "name", one.words("label", ctx.lang))
        at.customer.put(key, "value", one.get(ctx.in_yen), f"input.{one.format}")
        at.customer.put(key, "hint", one.words("hint", ctx.lang))
        ctx.name(key, str(at.customer.cell(key, "value")))
    _figures(ctx, at)


def rules(ctx: Context, at: EconomicsAt) -> list:
    """What may be typed."""
    found = []
    for key in TYPED:
        place = at.customer.cell(key, "value")
        found.append(rule_of_single(ctx, field_of(key)).on(place.to(place)))
    return found


def rule_of_single(ctx: Context, one: Field) -> Rule:
    """What may be typed into the cell of a single entry."""
    low, high = ("" if one.bounds.get(side) is None else f"{one.bounds[side]:g}" for side in ("low", "high"))
    title, allowed = one.words("label", ctx.lang), one.words("allowed", ctx.lang)
    if one.format.startswith("rate"):
        return Rule("decimal", "0", title, allowed, "1")
    kind = "whole" if one.bounds.get("whole") else "decimal"
    if high:
        return Rule(kind, low, title, allowed, high)
    return Rule(kind, low, title, allowed, operator="greater_than" if one.positive else "greater_than_or_equal")


def _figures(ctx: Context, at: EconomicsAt) -> None:
    """What follows from the entries; all amounts in yen."""
    figures, own = at.figures, {key: at.of_customer(key).here for key in TYPED}
    life, profit = figures.lifetime, figures.profit
    money = "" if ctx.money == 1 else f"*{ctx.money}"
    fees = is_monthly(ctx)
    first = f"IF(ISNUMBER({own['ltv_first']}),{own['ltv_first']},IF({fees},0,N(order_value){money}))"
    frequency = f"IF(AND({fees},NOT(ISNUMBER({own['ltv_frequency']}))),1,N({own['ltv_frequency']}))"
    amount = f"IF(AND({fees},NOT(ISNUMBER({own['ltv_value']}))),N(monthly_fee){money},N({own['ltv_value']}))"
    repeated = f"{frequency}*{amount}"
    monthly = f"({repeated}+N({own['ltv_more']}))"
    known = f"OR(COUNT({own['ltv_first']})>0,AND(NOT({fees}),COUNT(order_value)>0),{monthly}>0)"
    churn, contract = f"N({own['ltv_churn']})", own["ltv_contract"]
    stays = (
        f"IF({churn}>0,IF(ISNUMBER({contract}),(1-(1-{churn})^{contract})/{churn},1/{churn}),"
        f'IF(ISNUMBER({contract}),{contract},IF({monthly}>0,"",0)))'
    )
    margin, months = cell(at, "margin"), cell(at, "months")
    is_known, wanted = f"ISNUMBER({months})", own["ltv_ratio"]
    rows: dict[str, tuple[Fraction | float | None, str, str]] = {
        "margin": (float(figures.margin), f"IF(ISNUMBER({typed(MARGIN)}),{typed(MARGIN)},1)", "rate"),
        "ratio": (float(figures.inputs.ratio), f"IF(N({wanted})>0,{wanted},{catalog.economics().ratio:g})", "decimal"),
        "months": (life.months if life else None, f'IF({known},{stays},"")', "decimal"),
        "first": (profit.first if profit else None, f'IF({known},{first}*{margin},"")', "yen"),
        "repeats": (life.repeats if life else None, f'IF({is_known},N({months})*{repeated}*{margin},"")', "yen"),
        "more": (life.more if life else None, f'IF({is_known},N({months})*N({own["ltv_more"]})*{margin},"")', "yen"),
        "ltv": (
            life.total if life else None,
            f'IF({is_known},{cell(at, "first")}+{cell(at, "repeats")}+{cell(at, "more")},"")',
            "yen",
        ),
        "monthly": (profit.monthly if profit else None, f'IF({known},{monthly}*{margin},"")', "yen"),
    }  # fmt: skip
    for key, (value, formula, look) in rows.items():
        row, role = f"figure:{key}", "value_strong" if key == "ltv" else "value"
        at.customer.put(row, "name", ctx.t(f"econ_figure_{key}"), "label_strong" if key == "ltv" else "label")
        shown = "" if value is None else float(value)
        at.customer.put(row, "value", shown, f"{role}.{look}", formula=f"={formula}")
        if key != "months":
            at.customer.put(row, "hint", ctx.t(f"econ_hint_{key}"))
    hint, endless = ctx.t("econ_hint_months"), ctx.t("econ_hint_endless")
    text = f'=IF({is_endless(at)},"{endless}","{hint}")'
    at.customer.put("figure:months", "hint", endless if figures.is_endless else hint, formula=text)


def is_endless(at: EconomicsAt) -> str:
    """Excel's text of whether customers buy again and nothing says until when."""
    return f"AND(ISNUMBER({cell(at, 'first')}),NOT(ISNUMBER({cell(at, 'months')})))"
