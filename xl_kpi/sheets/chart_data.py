"""The blocks that charts are drawn from: on the calculation sheet, one row a series, months in the first row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.workbook.spec import SheetSpec

COLUMNS, COLUMNS_A_STAGE = 30, 3  # of the day-by-day grids on the left
FIRST_ROW = 4
FEW_STAGES, SHORT = 7, 8  # of a chart that has room for their names; letters of East Asia, of others twice as many

Line = tuple[str, str, Sequence[Any], Sequence[str]]  # name, its Excel text, values, their Excel texts


def reserve(ctx: Context, lines: int, columns: int) -> ChartSource:
    """Room for a chart of so many series; to be asked for while the page is placed."""
    last = ctx.charts[-1] if ctx.charts else None
    top = last.top + last.lines + 2 if last else FIRST_ROW
    left = COLUMNS + COLUMNS_A_STAGE * len(ctx.plan.stages) + len(ctx.plan.lead_channels)
    ctx.charts.append(ChartSource(ctx.sheet_names["calc"], top, left, lines, columns))
    return ctx.charts[-1]


def by_month(ctx: Context, source: ChartSource, lines: Sequence[Line]) -> None:
    """Fill a block with the plan's months on top."""
    header = [(month, f"=EDATE(plan_start,{k})") for k, month in enumerate(ctx.months)]
    _fill(source, header, lines, "calc.month")


def by_stage(source: ChartSource, lines: Sequence[Line], names: Sequence[str], name_texts: Sequence[str]) -> None:
    """Fill a block with the stages on top."""
    _fill(source, list(zip(names, name_texts, strict=True)), lines, "calc")


def by_category(source: ChartSource, heads: Sequence[tuple[Any, str]], lines: Sequence[Line]) -> None:
    """Fill a block with words on top."""
    _fill(source, heads, lines, "calc")


def by_day(source: ChartSource, days: Sequence[tuple[Any, str]], lines: Sequence[Line]) -> None:
    """Fill a block with days on top."""
    _fill(source, days, lines, "calc.month")


def _fill(source: ChartSource, header: Sequence[tuple[Any, str]], lines: Sequence[Line], style: str) -> None:
    for k, (value, formula) in enumerate(header, 1):
        source.cells[0, k] = (value, formula, style)
    for row, (name, name_text, values, texts) in enumerate(lines, 1):
        source.cells[row, 0] = (name, name_text, "calc")
        for k, (value, text) in enumerate(zip(values, texts, strict=True), 1):
            source.cells[row, k] = (value, text, "calc")


def short_name(ctx: Context, name: str, cell: str) -> tuple[str, str]:
    """A stage's name as a chart of many stages has room for it, and its Excel text.

    Example: the second of twelve stages, "展示会後の個別相談会" → "展示会後の個別…".
    """
    most = SHORT if digits_wide(name) > len(name) else 2 * SHORT
    if len(ctx.plan.stages) <= FEW_STAGES or len(name) <= most:
        return name, cell
    return f"{name[: most - 1]}…", f'IF(LEN({cell})>{most},LEFT({cell},{most - 1})&"…",{cell})'


def write(ctx: Context, page: SheetSpec) -> None:
    """All blocks onto the calculation sheet."""
    for source in ctx.charts:
        for (row, column), (value, formula, style) in source.cells.items():
            page.put(source.top + row, source.left + column, value, style, formula=formula or None)
