"""The blocks that charts are drawn from: on the calculation sheet, one row a series, months in the first row."""

from __future__ import annotations

from collections.abc import Sequence

from xl_kpi.sheets.context import ChartBlock, Context, Line
from xl_kpi.workbook.addresses import CellAt
from xl_kpi.workbook.spec import SheetSpec

FIRST_COLUMN = 30  # right of the day-by-day grid
FIRST_ROW = 4


def by_month(ctx: Context, lines: Sequence[Line]) -> str:
    """Reserve a block with the plan's months on top and return its address."""
    header = [(month, f"=EDATE(plan_start,{k})") for k, month in enumerate(ctx.months)]
    return _reserved(ctx, header, lines, "calc.month")


def by_stage(ctx: Context, lines: Sequence[Line], names: Sequence[str], name_texts: Sequence[str]) -> str:
    """Reserve a block with the stages on top and return its address."""
    return _reserved(ctx, list(zip(names, name_texts, strict=True)), lines, "calc")


def write(ctx: Context, page: SheetSpec) -> None:
    """All blocks onto the calculation sheet, which is built after the pages that have charts."""
    for block in ctx.charts:
        for k, (value, formula) in enumerate(block.header, 1):
            page.put(block.top, FIRST_COLUMN + k, value, block.style, formula=formula)
        for row, (name, name_text, values, texts) in enumerate(block.lines, block.top + 1):
            page.put(row, FIRST_COLUMN, name, "calc", formula=name_text)
            for k, (value, text) in enumerate(zip(values, texts, strict=True), 1):
                page.put(row, FIRST_COLUMN + k, value, "calc", formula=text)


def _reserved(ctx: Context, header: list[tuple], lines: Sequence[Line], style: str) -> str:
    last = ctx.charts[-1] if ctx.charts else None
    top = last.top + len(last.lines) + 2 if last else FIRST_ROW
    ctx.charts.append(ChartBlock(top, header, lines, style))
    sheet = ctx.sheet_names["calc"]
    return str(CellAt(sheet, top, FIRST_COLUMN).to(CellAt(sheet, top + len(lines), FIRST_COLUMN + len(header))))
