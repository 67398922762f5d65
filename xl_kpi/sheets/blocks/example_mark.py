"""The line above a block in which figures of a template stand yet; it goes with the last of them."""

from __future__ import annotations

from collections.abc import Mapping

from xl_kpi.catalog.messages import worded
from xl_kpi.plan.examples.figures import remaining, table_of
from xl_kpi.plan.labels import label
from xl_kpi.plan.records import Value
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.sheet_kinds import EXAMPLE_LINES
from xl_kpi.workbook.spec import SheetSpec


def mark(ctx: Context, page: SheetSpec, row: int, column: int, table: str, style: str = "example") -> None:
    """Put the line into a cell, if the workbook knows example figures of the block.

    Arguments: ``table`` of the block's entries, "" for those of 設定.
    """
    if block_of(ctx, table):
        page.put(row, column, line(ctx, table), style, formula=f"={EXAMPLE_LINES[table]}")


def block_of(ctx: Context, table: str) -> Mapping[str, Value]:
    """The example figures of a block, those that are not in use among them."""
    return {key: value for key, value in ctx.examples.items() if table_of(key) == table}


def line(ctx: Context, table: str) -> str:
    """What the line says now: how many figures are left and which is the first of them; "" when none is."""
    left = [key for key in remaining(ctx.in_yen) if table_of(key) == table]
    if not left:
        return ""
    more = ctx.t("example_more") if len(left) > 1 else ""
    return ctx.t("example_mark", count=len(left), first=name_of(ctx, left[0]), more=more)


def name_of(ctx: Context, key: str) -> str:
    """An entry in the words of the workbook."""
    return str(worded(label(key, ctx.in_yen), ctx.lang))
