"""The blocks that charts are drawn from: on the calculation sheet, one row a series, months in the first row."""

from __future__ import annotations

from xl_kpi.kpi.figures import Number
from xl_kpi.sheets.context import Context

FIRST_COLUMN = 30  # right of the day-by-day grid
FIRST_ROW = 4

Line = tuple[str, str, list[Number], list[str]]  # name, its Excel text, values, their Excel texts


def by_month(ctx: Context, lines: list[Line]) -> str:
    """Write a block with the plan's months on top and return its address."""
    header = [(month, f"=EDATE(plan_start,{k})") for k, month in enumerate(ctx.months)]
    return _write(ctx, header, lines, "calc.month")


def by_stage(ctx: Context, lines: list[Line], names: list[str], name_texts: list[str]) -> str:
    """Write a block with the stages on top and return its address."""
    return _write(ctx, list(zip(names, name_texts, strict=True)), lines, "calc")


def _write(ctx: Context, header: list[tuple], lines: list[Line], style: str) -> str:
    page = ctx.places["calc_page"]
    top = ctx.places.get("chart_row", FIRST_ROW)
    ctx.places["chart_row"] = top + len(lines) + 2
    for k, (value, formula) in enumerate(header, 1):
        page.put(top, FIRST_COLUMN + k, value, style, formula=formula)
    for row, (name, name_text, values, texts) in enumerate(lines, top + 1):
        page.put(row, FIRST_COLUMN, name, "calc", formula=name_text)
        for k, (value, text) in enumerate(zip(values, texts, strict=True), 1):
            page.put(row, FIRST_COLUMN + k, value, "calc", formula=text)
    return page.ref(top, FIRST_COLUMN, top + len(lines), FIRST_COLUMN + len(header))
