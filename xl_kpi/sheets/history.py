"""履歴 / History (K13): every change that a command made or found, the newest on top.

Newest first, because that is what people look for; the page has its lines from the hidden sheet 控え, which keeps
them with every digit.
"""

from __future__ import annotations

from xl_kpi.plan.log import command_words
from xl_kpi.plan.records import Change
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.entry_values import shown, visible
from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.workbook.addresses import absolute
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.spec import SheetSpec

HEADER_ROW = 6
TIME, WHO, COMMAND, LABEL, OLD, NEW = range(2, 8)
WIDTHS = {TIME: 18, WHO: 24, COMMAND: 16, LABEL: 50, OLD: 24, NEW: 24}
MOST_LINES = 4  # of a text in one row


def build(ctx: Context) -> SheetSpec:
    """The page; with no change there is none."""
    page = ctx.sheet("history", fit_height=0)
    page.widths.update(WIDTHS)
    ctx.head(page, ctx.t("history_title"), ctx.t("history_subtitle"), [2, 3, 4, 5, 6, 7], most=6)
    page.put(HEADER_ROW - 2, 2, ctx.t("history_targets"), "note_line")
    page.put(HEADER_ROW, 1, f"{HEAD}history", "key")
    for column, key in zip(WIDTHS, ("time", "who", "command", "label", "old", "new"), strict=True):
        page.put(HEADER_ROW, column, ctx.t(f"history_{key}"), "header")
    page.heights[HEADER_ROW] = 22
    row = HEADER_ROW
    for change in reversed(ctx.records.history):
        row += 1
        _line(ctx, page, row, change)
    ctx.name("tbl_history", page.ref(HEADER_ROW, 1, row, NEW))
    page.filter = f"B{HEADER_ROW}:{absolute(row, NEW).replace('$', '')}"
    page.print_area = f"$A$1:{absolute(row, NEW)}"
    page.print_title_rows = f"${HEADER_ROW}:${HEADER_ROW}"
    page.freeze = f"C{HEADER_ROW + 1}"
    return page


def _line(ctx: Context, page: SheetSpec, row: int, change: Change) -> None:
    label, who = visible(change.label), visible(change.who)
    page.put(row, 1, visible(change.key) or None, "key")
    page.put(row, TIME, change.time, "value.datetime")
    page.put(row, WHO, who or ctx.t("history_unknown"), "body")
    page.put(row, COMMAND, visible(command_words(change.command, ctx.plan.lang)), "body")
    page.put(row, LABEL, label, "body")
    lines = [1, -(-digits_wide(label) // (WIDTHS[LABEL] - 4)), -(-digits_wide(who) // (WIDTHS[WHO] - 3))]
    for column, value in ((OLD, change.old), (NEW, change.new)):
        cell, style = shown(ctx, change.key, value)
        page.put(row, column, cell, style)
        if isinstance(cell, str):
            lines.append(sum(-(-digits_wide(line) // (WIDTHS[column] - 4)) for line in cell.split("\n")))
    if max(lines) > 1:
        page.heights[row] = 14 * min(max(lines), MOST_LINES) + 6
