"""控え / Record (hidden): which plan this is, the month it was made for, and every record as a line."""

from __future__ import annotations

from collections.abc import Iterable

from xl_kpi.plan.history.records_codec import CONTINUED, LONGEST, lines_of
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.cells.made_paper import written
from xl_kpi.workbook.spec import SheetSpec

PLAN_ID_ROW, MADE_START_ROW, MADE_PAPER_ROW, HEADER_ROW = 4, 5, 6, 7


def build(ctx: Context) -> SheetSpec:
    """The sheet; ``plan_id``, ``made_start`` and ``tbl_record`` name what the reader looks for."""
    page = ctx.sheet("record", hidden=True, fit_height=0)
    page.widths.update({1: 24, 2: 90})
    page.put(1, 1, ctx.t("record_title"), "title")
    page.put(2, 1, ctx.t("record_note"), "note_line")
    page.put(PLAN_ID_ROW, 1, ctx.t("record_plan_id"), "calc_header")
    page.put(PLAN_ID_ROW, 2, ctx.records.plan_id or None, "calc")
    page.put(MADE_START_ROW, 1, ctx.t("record_made_start"), "calc_header")
    page.put(MADE_START_ROW, 2, ctx.plan.start, "calc.month")
    page.put(HEADER_ROW, 1, ctx.t("record_kind"), "calc_header")
    page.put(HEADER_ROW, 2, ctx.t("record_data"), "calc_header")
    row, last_column = HEADER_ROW, 2
    for kind, data in lines_of(ctx.records):
        row += 1
        page.put(row, 1, kind, "calc")
        page.put(row, 2, data[:LONGEST], "calc")
        for column, begin in enumerate(range(LONGEST, len(data), LONGEST), 3):
            page.put(row, column, CONTINUED + data[begin : begin + LONGEST], "calc")
            last_column = max(last_column, column)
    ctx.name("plan_id", page.ref(PLAN_ID_ROW, 2))
    ctx.name("made_start", page.ref(MADE_START_ROW, 2))
    ctx.name("tbl_record", page.ref(HEADER_ROW, 1, row, last_column))
    return page


def write_paper(ctx: Context, page: SheetSpec, sheets: Iterable[SheetSpec]) -> None:
    """How each sheet is set up for paper; ``made_paper`` names it: what differs later, the user has set."""
    page.put(MADE_PAPER_ROW, 1, ctx.t("record_made_paper"), "calc_header")
    page.put(MADE_PAPER_ROW, 2, written(sheets, ctx.plan.title), "calc")
    ctx.name("made_paper", page.ref(MADE_PAPER_ROW, 2))
