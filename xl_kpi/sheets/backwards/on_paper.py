"""逆算 on paper: as many months side by side as can be read, parted at a quarter; no block is cut."""

from __future__ import annotations

from xl_kpi.sheets.blocks import paper
from xl_kpi.sheets.blocks.paper import LEAST_ZOOM
from xl_kpi.sheets.calculation import next_rows
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.places.backwards import CHART_ROWS, FIRST_MONTH, HEADER_ROW, NAME, TOTAL, BackwardsAt
from xl_kpi.workbook.addresses import column_letters
from xl_kpi.workbook.spec import SheetSpec

CHART_LINES = (12.5, 10.0, 7.5)  # points: the chart is lower where that saves a page


def chunk(page: SheetSpec, rows: BackwardsAt) -> int:
    """How many months stand on a printed page: all, or whole quarters, fewer on the last; pages are as few as can be.

    What stands before the months is on the first page, what follows them on the last, the names on each.
    """

    def fits(months: int) -> bool:
        return paper.widest(page, _pages(rows, months)) * LEAST_ZOOM / 100 <= paper.across(page)

    return paper.months_that_fit(rows.months, fits)


def _pages(rows: BackwardsAt, months: int) -> list[list[int]]:
    """The columns of each page."""
    ends = [*range(FIRST_MONTH + months, rows.after, months), rows.owner + 1]
    return [
        [*(range(1, NAME + 1) if begin > 1 else ()), *range(begin, end)] for begin, end in zip([1, *ends], ends)
    ]  # fmt: skip


def fit(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Zoom and page breaks: as large as the paper's width allows, unless a little less saves pages."""
    months = chunk(page, rows)
    if months < rows.months:
        page.print_title_columns = f"$A:${column_letters(NAME)}"
        page.column_breaks = [*range(rows.month(months) - 1, rows.month(rows.months - 1), months)]
    notes = {row for (row, column), cell in page.cells.items() if column == TOTAL and cell.style == "note_line"}
    for row in sorted(notes):
        paper.in_lines(page, row, TOTAL, rows.owner)
    chart = range(rows.chart, rows.chart + CHART_ROWS)
    paper.lower(page, chart, CHART_LINES, lambda: _ended(ctx, page, rows))
    page.print_parts = paper.parts(page, rows.owner, rows.end + next_rows.lines(ctx))


def _ended(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> int:
    """Where its pages end; result: how many those are."""
    page.row_breaks = paper.zoom(page, rows.owner, lambda: _breaks(ctx, page, rows))
    return len(page.row_breaks)


def _breaks(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> list[int]:
    starts = [HEADER_ROW - 2, rows.outlook_header - 1, rows.channel_header - 1, rows.chart, rows.new_header - 1]
    starts += [rows.actual_header - 1, *([rows.first - 2] if rows.first else [])]
    last = rows.end + next_rows.lines(ctx)
    starts += [rows.end + 2] if last > rows.end else []
    blocks = [(first, after - 2) for first, after in zip(starts, [*starts[1:], last + 2])]
    return paper.breaks(page, blocks, paper.room(page, rows.owner), drawn={rows.chart})
