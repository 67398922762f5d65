"""逆算: 見込み / outlook (K14), below what is needed: the plan run forward, by month, beside the need of each month.

Months hold what counts for the goal, so that they add up to the total; what comes too late for it stands beside them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

from xl_kpi import calc, catalog
from xl_kpi.kpi.figures import nearest_excel, rounded_upto_excel
from xl_kpi.plan.needs.expected import InTime
from xl_kpi.plan.needs.reached import told_share
from xl_kpi.sheets.blocks.outlook_rows import ORDERS, REVENUE
from xl_kpi.sheets.calculation import outlook_months
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.places.backwards import BEFORE, NAME, SECOND, TOTAL, BackwardsAt, header, section
from xl_kpi.sheets.places.funnel import FunnelAt
from xl_kpi.sheets.plan_words import not_yet, told_of_orders
from xl_kpi.workbook.addresses import absolute, column_letters
from xl_kpi.workbook.spec import Condition, SheetSpec

NOISE = 6  # digits after the point: what is left of them is the noise of a sum
BELOW = "0.945"  # of the need: what is shown as 94 % or less is painted as an attainment is


def build(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Orders needed and expected; for a goal in money that as well."""
    section(ctx, page, rows, rows.outlook_header - 1, "section_outlook")
    header(ctx, page, rows, rows.outlook_header, "outlook", {
        NAME: "column_outlook", TOTAL: "column_in_time", SECOND: "column_of_goal", BEFORE: "column_before",
        rows.after: "column_next", rows.latest: "column_too_late", rows.owner: "stage_owner",
    })  # fmt: skip
    outlook_months.fill(ctx, rows.expected)
    _orders(ctx, page, rows)
    if rows.revenue:
        _revenue(ctx, page, rows)


def _orders(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    need, row, stage = rows.outlook, rows.outlook + 1, ctx.plan.stages[-1]
    name = ctx.at(FunnelAt).stages[-1].name
    _need(ctx, page, rows, need, rows.need + len(ctx.plan.stages) - 1, "outlook_need", stage.name, str(name))
    _label(ctx, page, row, "outlook_orders", stage.name, str(name))
    found, needed = ctx.outlook.share_of_orders or 0, ctx.targets.orders
    share = told_share(found, ctx.outlook.orders, needed, "orders")
    # of a goal in money the row below has it: closed months may ask for more orders than the goal, or fewer
    said = None if ctx.plan.goal.in_money else float(share)
    page.put(row, SECOND, said, "value.percent", formula=f'=IF({ctx.is_money},"",{told_of_orders()})')
    _expected(page, rows, row, ORDERS, ctx.outlook.orders_in_time, ctx.outlook.later)


def _revenue(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    money, unit = ctx.plan.currency_unit, ctx.unit_label("yen")
    need, row, kind = rows.outlook + 2, rows.outlook + 3, ctx.plan.goal.kind
    _need(ctx, page, rows, need, rows.revenue, f"outlook_need_{kind}", unit, money=money)
    _label(ctx, page, row, f"outlook_{kind}", unit)
    share = told_share(ctx.outlook.share or 0, ctx.outlook.orders, ctx.targets.orders, kind)
    page.put(row, SECOND, float(share), "value.percent", formula=f"={not_yet('outlook_share')}")
    found, later = ctx.outlook.reached_by_month, ctx.outlook.later_reached or Fraction(0)
    _expected(page, rows, row, REVENUE, found, later, money)


def _expected(page: SheetSpec, rows: BackwardsAt, row: int, line: int, found: InTime, later: Fraction,
              money: str = "") -> None:  # fmt: skip
    """What comes in time, rounded so that the months add up to the total; what comes too late beside it.

    Orders are rounded as those that are needed, what has come by the end of a month up: the same looks the same.
    """
    unit, digits = money or "whole", catalog.unit(money).digits if money else 0
    at, total = rows.expected, calc.nearest(found.total, digits)
    whole = calc.nearest_parts(found.parts, digits) if money else _whole(found.parts, total)
    page.put(row, TOTAL, float(total), f"value_strong.{unit}", formula=f"={nearest_excel(str(at.total(line)), digits)}")
    for k in range(rows.months):
        if money:
            text = rounded_upto_excel(lambda end: str(at.upto(line, end)), k, digits)
        else:
            text = "-".join(_reached(rows, row, line, end) for end in range(k, max(k - 2, -1), -1))
        page.put(row, rows.month(k), float(whole[k]), f"value.{unit}", formula=f"={text}")
    end = rows.months - 1
    upto_end = nearest_excel(f"SUM({at.upto(line, end)})", digits) if money else _reached(rows, row, line, end)
    page.put(row, rows.after, float(whole[-1]), f"value_grey.{unit}", formula=f"={absolute(row, TOTAL)}-{upto_end}")
    late = float(calc.nearest(later, digits))
    page.put(row, rows.latest, late, f"value_grey.{unit}", formula=f"={nearest_excel(str(at.late(line)), digits)}")
    for column in (BEFORE, rows.owner):
        page.put(row, column, None, "value")
    _mark(page, rows, row)


def _whole(parts: Sequence[Fraction], total: Fraction) -> list[Fraction]:
    """Whole orders in place of parts: those that have come by then, rounded up, and in all ``total``."""
    reached = [min(total, Fraction(math.ceil(round(upto, NOISE)))) for upto in accumulate(parts)]
    reached[-1] = total
    return [after - before for before, after in zip([Fraction(0), *reached], reached)]


def _reached(rows: BackwardsAt, row: int, line: int, end: int) -> str:
    """Excel's text of whole orders by the end of a month, from 0."""
    return f"MIN({absolute(row, TOTAL)},ROUNDUP(ROUND(SUM({rows.expected.upto(line, end)}),{NOISE}),0))"


def _need(ctx: Context, page: SheetSpec, rows: BackwardsAt, row: int, source: int, key: str, word: str, live: str = "",
          money: str = "") -> None:  # fmt: skip
    """What is needed, as it stands above: in all, before the start, month by month and after the plan."""
    unit = money or "whole"
    _label(ctx, page, row, key, word, live)
    page.put(row, TOTAL, page.cells[source, TOTAL].value, f"value.{unit}", formula=f"={absolute(source, TOTAL)}")
    page.put(row, SECOND, None, "value")
    for column in rows.parts():
        page.put(row, column, page.cells[source, column].value, f"value_grey.{unit}",
                 formula=f"={column_letters(column)}{source}")  # fmt: skip
    for column in (rows.latest, rows.owner):
        page.put(row, column, None, "value")


def _label(ctx: Context, page: SheetSpec, row: int, key: str, word: str, live: str = "") -> None:
    page.put(row, 1, key, "key")
    before, _, after = ctx.t(f"row_{key}").partition("{word}")
    formula = f'="{before}"&{live}&"{after}"' if live else None
    page.put(row, NAME, f"{before}{word}{after}", "label", formula=formula)


def _mark(page: SheetSpec, rows: BackwardsAt, row: int) -> None:
    """Paint the months in which less comes than is needed, and has come so far by more than rounding makes of it."""
    first = column_letters(rows.month(0))
    area = rows.span(row, dollar=False)
    here, need = f"{first}{row}", f"{first}{row - 1}"
    so_far = f"SUM(${here}:{here})<SUM(${need}:{need})-1"
    page.conditions.append(Condition(area, f"=AND({here}<{BELOW}*{need},{so_far})", "poor"))
