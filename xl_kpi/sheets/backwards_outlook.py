"""逆算: 見込み / outlook (K14), below what is needed: the plan run forward, by month, beside the need of each month."""

from __future__ import annotations

from fractions import Fraction

from xl_kpi import calc
from xl_kpi.sheets.backwards_rows import BEFORE, NAME, SECOND, TOTAL, BackwardsAt, header, section
from xl_kpi.sheets.calculation.calc_rows import ForwardAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.funnel import FunnelAt
from xl_kpi.sheets.plan_words import share_of_goal
from xl_kpi.workbook.addresses import absolute, column_letters
from xl_kpi.workbook.spec import Condition, SheetSpec

NOISE = "1E-12"  # of the orders so far: a month with less has none
BELOW = "0.945"  # of the need: what is shown as 94 % or less is painted as an attainment is


def build(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Orders needed and expected; for a goal in money its revenue as well."""
    section(ctx, page, rows, rows.outlook_header - 1, "section_outlook")
    header(ctx, page, rows, rows.outlook_header, "outlook", {
        NAME: "column_outlook", TOTAL: "column_in_time", SECOND: "column_of_goal", BEFORE: "column_blank",
        rows.after: "column_blank", rows.latest: "column_blank", rows.owner: "stage_owner",
    })  # fmt: skip
    _orders(ctx, page, rows)
    if rows.revenue:
        _revenue(ctx, page, rows)


def _orders(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    outlook, at = ctx.outlook, ctx.at(ForwardAt)
    need, row, stage = rows.outlook, rows.outlook + 1, ctx.plan.stages[-1]
    name = ctx.at(FunnelAt).stages[-1].name
    _need(ctx, page, rows, need, rows.need + len(ctx.plan.stages) - 1, "outlook_need", stage.name, str(name))
    _label(ctx, page, row, "outlook_orders", stage.name, str(name))
    page.put(row, TOTAL, float(outlook.orders), "value_strong.count", formula=f"={at.in_time}*{at.unit}")
    page.put(row, SECOND, float(outlook.share or 0), "value.rate", formula=f"={share_of_goal(ctx, 'outlook_orders')}")
    for k, orders in enumerate(outlook.run.orders):
        came = _without_noise(f"{at.orders(k + 1)}-{at.orders(k)}", str(at.orders(k + 1)))
        page.put(row, rows.month(k), float(orders), "value.count", formula=f"={came}*{at.unit}")
    _blanks(page, rows, row)
    _mark(page, rows, row)
    ctx.name("outlook_orders", page.ref(row, TOTAL))
    ctx.name("outlook_share", page.ref(row, SECOND))


def _revenue(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    outlook, at, money = ctx.outlook, ctx.at(ForwardAt), ctx.plan.currency_unit
    need, row, unit = rows.outlook + 2, rows.outlook + 3, ctx.unit_label("yen")
    value = calc.exact(ctx.plan.order_value)
    _need(ctx, page, rows, need, rows.revenue, "outlook_need_revenue", unit, money=money)
    _label(ctx, page, row, "outlook_revenue", unit)
    revenue = float(outlook.revenue or 0)
    page.put(row, TOTAL, revenue, f"value_strong.{money}", formula="=outlook_orders*N(order_value)")
    page.put(row, SECOND, float(outlook.share or 0), "value.rate", formula="=outlook_share")
    for k, paid in enumerate(outlook.run.delivered):
        came = _without_noise(f"{at.delivered(k + 1)}-{at.delivered(k)}", str(at.delivered(k + 1)))
        page.put(row, rows.month(k), float(Fraction(paid) * value), f"value.{money}",
                 formula=f"={came}*{at.unit}*N(order_value)")  # fmt: skip
    _blanks(page, rows, row)
    _mark(page, rows, row)


def _need(ctx: Context, page: SheetSpec, rows: BackwardsAt, row: int, source: int, key: str, word: str, live: str = "",
          money: str = "") -> None:  # fmt: skip
    """What is needed, month by month, as it stands above."""
    unit = money or "whole"
    _label(ctx, page, row, key, word, live)
    page.put(row, TOTAL, page.cells[source, TOTAL].value, f"value.{unit}", formula=f"={absolute(source, TOTAL)}")
    page.put(row, SECOND, None, "value")
    for k in range(rows.months):
        column = rows.month(k)
        page.put(row, column, page.cells[source, column].value, f"value_grey.{unit}",
                 formula=f"={column_letters(column)}{source}")  # fmt: skip
    _blanks(page, rows, row)


def _label(ctx: Context, page: SheetSpec, row: int, key: str, word: str, live: str = "") -> None:
    page.put(row, 1, key, "key")
    before, _, after = ctx.t(f"row_{key}").partition("{word}")
    formula = f'="{before}"&{live}&"{after}"' if live else None
    page.put(row, NAME, f"{before}{word}{after}", "label", formula=formula)


def _without_noise(difference: str, total: str) -> str:
    return f"IF({difference}<{NOISE}*{total},0,{difference})"


def _blanks(page: SheetSpec, rows: BackwardsAt, row: int) -> None:
    for column in (BEFORE, rows.after, rows.latest, rows.owner):
        page.put(row, column, None, "value")


def _mark(page: SheetSpec, rows: BackwardsAt, row: int) -> None:
    """Paint the months in which less comes than is needed."""
    first = column_letters(rows.month(0))
    area = rows.span(row, dollar=False)
    page.conditions.append(Condition(area, f"={first}{row}<{BELOW}*{first}{row - 1}", "poor"))
