"""当初計画 / the first plan (K15): beside the present one, on 逆算 and on each channel's sheet.  There once a month was
closed; attainment can be read against both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from xl_kpi import catalog
from xl_kpi.kpi.figures import (
    MonthRow,
    attainment,
    attainment_excel,
    is_number,
    rounded_upto,
    rounded_upto_excel,
    sum_where,
    sum_where_excel,
)
from xl_kpi.plan.closed.closing import REVENUE, kpi_key, stage_key
from xl_kpi.sheets.backwards_rows import BEFORE, FIRST_MONTH, NAME, SECOND, TOTAL, BackwardsAt, header, section
from xl_kpi.sheets.context import Context, mark_attainment
from xl_kpi.workbook.addresses import absolute, column_letters
from xl_kpi.workbook.spec import SheetSpec

FIRST, REACHED = "first", "first_attainment"  # rows: the first plan, and what has been reached of it

Put = Callable[..., None]


def rows_of(ctx: Context, kpi_id: str) -> list[str]:
    """The rows that a channel's sheet has for its anchor; none while nothing was ever closed."""
    return [f"{kpi_id}:{FIRST}", f"{kpi_id}:{REACHED}"] if ctx.has_first_plan else []


def first_months(ctx: Context, what: str) -> list[float | str]:
    """The first plan of a row by month; "" where it had none."""
    return [ctx.agreed.first.get((what, month), "") for month in range(ctx.plan.months)]


def first_texts(ctx: Context, what: str) -> list[str]:
    """The Excel texts of the same."""
    closed = ctx.at(BackwardsAt).closed
    cells = [closed.first_target(what, month) for month in range(ctx.plan.months)]
    return ['=""' if cell is None else f'=IF(ISNUMBER({cell}),{cell},"")' for cell in cells]


def _money(ctx: Context, what: str, digits: int) -> tuple[list[float | str], list[str]]:
    """Months and Excel texts of money, to so many digits, so that the months add up to the total."""
    closed, months = ctx.at(BackwardsAt).closed, rounded_upto(first_months(ctx, what), digits)
    cells = [closed.first_target(what, month) for month in range(ctx.plan.months)]
    there = [cell for cell in cells if cell is not None]  # the first ones: it may have had fewer months
    texts = ['=""'] * len(cells)
    for month, cell in enumerate(there):
        upto = rounded_upto_excel(lambda end: str(there[0].to(there[end])), month, digits)
        texts[month] = f'=IF(ISNUMBER({cell}),{upto},"")'
    return ["" if month is None else month for month in months], texts


def on_tab(ctx: Context, table: Any, channel: str, kpi_id: str, actual: MonthRow, style: str) -> None:
    """Both rows of a channel's sheet: the anchor's first plan, and its actuals against that."""
    row, reached = rows_of(ctx, kpi_id)
    months, actuals = first_months(ctx, kpi_key(channel, kpi_id)), list(actual.values)
    table.fill(row, kind=ctx.t("row_first"))
    table.fill(reached, kind=ctx.t("row_first_attainment"), unit="%")
    table.put_months(row, months, style, first_texts(ctx, kpi_key(channel, kpi_id)))
    span = str(table.span(row).in_column)
    total = sum(value for value in months if is_number(value))
    table.put(row, "total", total, style, formula=f"=SUM({span})")
    to_date = sum_where([actuals], months) if any(map(is_number, actuals)) else ""
    table.put(row, "to_date", to_date, style,
              formula=f'=IF(COUNT({actual.span})=0,"",{sum_where_excel([actual.span], span)})')  # fmt: skip
    for k, column in enumerate(table.months):
        against = [table.cell(f"{kpi_id}:actual", column).free, table.cell(row, column).free]
        table.put(reached, column, attainment(actuals[k], months[k]), "value.attain",
                  formula=attainment_excel(*against))  # fmt: skip
    both = [table.cell(f"{kpi_id}:actual", "total").free, table.cell(row, "to_date").free]
    reached_now = sum(value for value in actuals if is_number(value)) if to_date != "" else ""
    table.put(reached, "to_date", attainment(reached_now, to_date), "value.attain", formula=attainment_excel(*both))
    table.put(reached, "total", None, "value")


def on_backwards(ctx: Context, page: SheetSpec, rows: BackwardsAt, actual: Callable[[str], Sequence[Any]]) -> None:
    """The block below the actuals: of each stage the first plan, and what has been reached of it."""
    if not rows.first:
        return
    section(ctx, page, rows, rows.first - 2, "section_first")
    header(ctx, page, rows, rows.first - 1, "first", {
        NAME: "column_stage", TOTAL: "column_total", SECOND: "column_to_date", BEFORE: "column_kind",
        rows.after: "column_blank", rows.latest: "column_blank", rows.owner: "stage_owner",
    })  # fmt: skip
    pairs = [(stage_key(stage.id), rows.new + index, rows.actual[index]) for index, stage in enumerate(ctx.plan.stages)]
    if rows.revenue_actual:
        pairs.insert(0, (REVENUE, rows.revenue, rows.revenue_actual))
    for place, (what, target, typed) in enumerate(pairs):
        unit = ctx.plan.currency_unit if what == REVENUE else "whole"
        _pair(ctx, page, rows, rows.first + 2 * place, what, target, typed, actual(what), unit)


def _pair(ctx: Context, page: SheetSpec, rows: BackwardsAt, row: int, what: str, target: int, typed: int,
          actuals: Sequence[Any], unit: str) -> None:  # fmt: skip
    if what == REVENUE:
        months, texts = _money(ctx, what, catalog.unit(unit).digits)
    else:
        months, texts = first_months(ctx, what), first_texts(ctx, what)
    page.put(row, 1, f"{what}:{FIRST}", "key")
    page.put(row + 1, 1, f"{what}:{REACHED}", "key")
    page.put(row, NAME, page.cells[target, NAME].value, "label", formula=f"=$B{target}")
    page.put(row + 1, NAME, None, "label")
    page.put(row, BEFORE, ctx.t("row_first"), "value.center")
    page.put(row + 1, BEFORE, ctx.t("row_first_attainment"), "value.center")
    for k in range(rows.months):
        column = rows.month(k)
        letter = column_letters(column)
        page.put(row, column, months[k], f"value.{unit}", formula=texts[k])
        page.put(row + 1, column, attainment(actuals[k], months[k]), "value.attain",
                 formula=attainment_excel(f"{letter}{typed}", f"{letter}{row}"))  # fmt: skip
    span, reached = rows.span(row), rows.span(typed)
    page.put(row, TOTAL, sum(value for value in months if is_number(value)), f"value_strong.{unit}",
             formula=f"=SUM({span})")  # fmt: skip
    there = [value for value in actuals if is_number(value)]
    to_date = sum_where([actuals], months) if there else ""
    page.put(row, SECOND, to_date, f"value.{unit}",
             formula=f'=IF(COUNT({reached})=0,"",{sum_where_excel([reached], span)})')  # fmt: skip
    page.put(row + 1, TOTAL, None, "value")
    page.put(row + 1, SECOND, attainment(sum(there) if there else "", to_date), "value.attain",
             formula=attainment_excel(absolute(typed, TOTAL), absolute(row, SECOND)))  # fmt: skip
    for column in (rows.after, rows.latest):
        page.put(row, column, None, "value")
        page.put(row + 1, column, None, "value")
    owner = page.cells[target, rows.owner].value or ""
    page.put(row, rows.owner, owner, "label", formula=f'=""&${column_letters(rows.owner)}{target}')
    page.put(row + 1, rows.owner, None, "label")
    mark_attainment(page, rows.span(row + 1, dollar=False), f"{column_letters(FIRST_MONTH)}{row + 1}")
    mark_attainment(page, f"D{row + 1}", f"D{row + 1}")
