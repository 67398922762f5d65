"""当初計画 / the first plan (K15): beside the present one, on 逆算 and on each channel's sheet.  There once a month was
closed; attainment can be read against both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from xl_kpi import catalog
from xl_kpi.kpi.figures import (
    MonthRow,
    Number,
    attainment,
    attainment_excel,
    complete,
    count_where,
    count_where_excel,
    is_number,
    rounded_upto,
    rounded_upto_excel,
    sum_where,
    sum_where_excel,
)
from xl_kpi.plan.closed.closing import kpi_key, stage_key
from xl_kpi.plan.model import AMOUNT_ROWS, EXISTING_ROW
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.places.backwards import (
    BEFORE,
    NAME,
    SECOND,
    TOTAL,
    BackwardsAt,
    end_of_pair,
    header,
    section,
)
from xl_kpi.workbook.addresses import absolute, column_letters
from xl_kpi.workbook.spec import SheetSpec

FIRST, REACHED = "first", "first_attainment"  # rows: the first plan, and what has been reached of it


@dataclass(frozen=True)
class Reached:
    """A row of actuals to hold against the first plan.

    ``parts``: the rows whose sum it is, or itself; a month counts where each has a number, and where the first plan
    has one (it may have had fewer months).  ``missing``: for each month the Excel test that a part has none, () where
    the row is its own part.  ``firsts``: the first plans of the parts, where the row's own is that of more than these,
    because a channel has no KPI for it; ``first_cells`` the same month by month, as the arguments of SUM.
    """

    actual: MonthRow
    parts: tuple[MonthRow, ...]
    missing: Sequence[str] = ()
    firsts: tuple[MonthRow, ...] = ()
    first_cells: Sequence[str] = ()

    def months(self, first: MonthRow) -> list[Number]:
        """What each month has reached of the first plan; ``first`` is the row's own."""
        firsts = [one.values for one in self.firsts or (first,)]
        there = complete([*(part.values for part in self.parts), *firsts])
        asked = [sum(filter(is_number, month)) for month in zip(*firsts, strict=True)]
        both = zip(self.actual.values, asked, there, strict=True)
        return [attainment(actual, target) if counts else "" for actual, target, counts in both]

    def month_excel(self, month: int, actual: str, first: str) -> str:
        """The Excel text of a month of it, from the addresses of both cells."""
        tests = [self.missing[month]] if self.missing else []
        if self.firsts:
            cells = self.first_cells[month]
            tests.append(f"COUNT({cells})<{len(self.firsts)}")
            first = f"SUM({cells})"
        text = attainment_excel(actual, first)
        if not tests:
            return text
        missing = tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
        return f'=IF({missing},"",{text[1:]})'

    def to_date(self, first: MonthRow) -> tuple[Number, Number]:
        """The first plan and the actuals, added up over the months that count; blank where none does."""
        firsts = [one.values for one in self.firsts or (first,)]
        rows = [*(part.values for part in self.parts), *firsts]
        if not count_where(rows):
            return "", ""
        return sum(sum_where(rows, one) for one in firsts), sum_where(rows, self.actual.values)

    def to_date_excel(self, first: str) -> tuple[str, str]:
        """The Excel texts of both, without "="; ``first`` is the row of the first plan."""
        firsts = [one.span for one in self.firsts] or [first]
        rows = [*(part.span for part in self.parts), *firsts]
        asked = "+".join(sum_where_excel(rows, one) for one in firsts)
        return f'IF({count_where_excel(rows)}=0,"",{asked})', sum_where_excel(rows, self.actual.span)


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
    months, against = first_months(ctx, kpi_key(channel, kpi_id)), Reached(actual, (actual,))
    table.fill(row, kind=ctx.t("row_first"))
    table.fill(reached, kind=ctx.t("row_first_attainment"), unit="%")
    table.put_months(row, months, style, first_texts(ctx, kpi_key(channel, kpi_id)))
    span = str(table.span(row).in_column)
    total = sum(value for value in months if is_number(value))
    table.put(row, "total", total, style, formula=f"=SUM({span})")
    asked, brought = against.to_date(MonthRow(months, span))
    asked_text, brought_text = against.to_date_excel(span)
    table.put(row, "to_date", asked, style, formula=f"={asked_text}")
    for k, (column, value) in enumerate(zip(table.months, against.months(MonthRow(months, span)), strict=True)):
        both = table.cell(f"{kpi_id}:actual", column).free, table.cell(row, column).free
        table.put(reached, column, value, "value.attain", formula=against.month_excel(k, *both))
    cell = table.cell(row, "to_date").free
    table.put(reached, "to_date", attainment(brought, asked), "value.attain",
              formula=share_excel(brought_text, cell))  # fmt: skip
    table.put(reached, "total", None, "value")


def share_excel(brought: str, asked: str) -> str:
    """The Excel text of what a sum has reached of a cell that is blank where no month counts."""
    return f'=IF(ISNUMBER({asked}),IF({asked}>0,{brought}/{asked},""),"")'


def on_backwards(ctx: Context, page: SheetSpec, rows: BackwardsAt, actual: Callable[[str], Reached]) -> None:
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
        pairs.insert(0, (ctx.plan.goal.row, rows.revenue, rows.revenue_actual))
    if rows.existing_actual:
        pairs.insert(1, (EXISTING_ROW, rows.existing, rows.existing_actual))
    for place, (what, target, typed) in enumerate(pairs):
        unit = ctx.plan.currency_unit if what in AMOUNT_ROWS else "whole"
        _pair(ctx, page, rows, rows.first + 2 * place, what, target, typed, actual(what), unit)


def _pair(ctx: Context, page: SheetSpec, rows: BackwardsAt, row: int, what: str, target: int, typed: int,
          reached: Reached, unit: str) -> None:  # fmt: skip
    if what in AMOUNT_ROWS:
        months, texts = _money(ctx, what, catalog.unit(unit).digits)
    else:
        months, texts = first_months(ctx, what), first_texts(ctx, what)
    page.put(row, 1, f"{what}:{FIRST}", "key")
    page.put(row + 1, 1, f"{what}:{REACHED}", "key")
    page.put(row, NAME, page.cells[target, NAME].value, "label", formula=f"=$B{target}")
    page.put(row + 1, NAME, None, "label")
    page.put(row, BEFORE, ctx.t("row_first"), "value.center")
    page.put(row + 1, BEFORE, ctx.t("row_first_attainment"), "value.center")
    span = rows.span(row)
    attained = reached.months(MonthRow(months, span))
    for k in range(rows.months):
        column = rows.month(k)
        letter = column_letters(column)
        page.put(row, column, months[k], f"value.{unit}", formula=texts[k])
        page.put(row + 1, column, attained[k], "value.attain",
                 formula=reached.month_excel(k, f"{letter}{typed}", f"{letter}{row}"))  # fmt: skip
    page.put(row, TOTAL, sum(value for value in months if is_number(value)), f"value_strong.{unit}",
             formula=f"=SUM({span})")  # fmt: skip
    asked, brought = reached.to_date(MonthRow(months, span))
    asked_text, brought_text = reached.to_date_excel(span)
    page.put(row, SECOND, asked, f"value.{unit}", formula=f"={asked_text}")
    page.put(row + 1, TOTAL, None, "value")
    page.put(row + 1, SECOND, attainment(brought, asked), "value.attain",
             formula=share_excel(brought_text, absolute(row, SECOND)))  # fmt: skip
    end_of_pair(page, rows, row, target)
