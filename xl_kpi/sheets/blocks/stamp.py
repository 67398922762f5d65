"""What Python computed bears its date, and is grey with a word beside it once inputs have changed since."""

from __future__ import annotations

from xl_kpi.sheets.context import Context
from xl_kpi.workbook.addresses import CellAt, RangeAt
from xl_kpi.workbook.sheet_kinds import REVIEW_MARK, REVIEW_SAID
from xl_kpi.workbook.spec import Condition, SheetSpec


def stamp(ctx: Context, page: SheetSpec, row: int, column: int, style: str = "note_line") -> None:
    """The line that says of which day the numbers are, and that inputs have changed since if they have."""
    formula = f'={REVIEW_SAID}&IF({REVIEW_MARK}<>"","{ctx.t("stamp_old")}","")'
    page.put(row, column, None, style, formula=formula)
    area = CellAt(page.name, row, column)
    once_old(page, area.to(area), "old_word")


def as_of(ctx: Context) -> str:
    """Of which day the numbers are."""
    to_date = ctx.review.to_date
    return ctx.t("stamp_as_of", day=f"{to_date.as_of:%Y/%m/%d}") if to_date.months else ctx.t("stamp_plan")


def grey(page: SheetSpec, area: RangeAt) -> None:
    """Cells of which Python computed the numbers: grey once inputs have changed."""
    once_old(page, area, "old")


def once_old(page: SheetSpec, area: RangeAt, style: str) -> None:
    """Another style of cells, once inputs have changed."""
    page.conditions.append(Condition(area.free, f'={REVIEW_MARK}<>""', style))
