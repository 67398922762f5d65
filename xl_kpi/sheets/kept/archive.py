"""保管 / Kept: what was typed in places that the workbook no longer has, until they come back."""

from __future__ import annotations

from xl_kpi.plan.keys import EntryKey
from xl_kpi.sheets.blocks.head import Title, head
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.sheets.kept.entry_values import shown, visible
from xl_kpi.workbook.addresses import absolute, column_letters
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.spec import SheetSpec, Validation

HEADER_ROW = 7
LABEL, MONTH, VALUE, SINCE, CLEAR = range(2, 7)
WIDTHS = {LABEL: 62, MONTH: 14, VALUE: 34, SINCE: 16, CLEAR: 12}


def build(ctx: Context) -> SheetSpec:
    """The page; with nothing kept there is none."""
    page = ctx.sheet("archive", fit_height=0)
    page.widths.update(WIDTHS)
    head(ctx, page, Title(ctx.t("archive_title"), ctx.t("archive_subtitle"), [2, 3, 4, 5, 6], most=5))
    note = ctx.t("archive_return")
    page.put(HEADER_ROW - 2, LABEL, note, "note")
    page.merges.append(f"B{HEADER_ROW - 2}:F{HEADER_ROW - 2}")
    page.heights[HEADER_ROW - 2] = 13 * -(-digits_wide(note) // (sum(WIDTHS.values()) - 4)) + 6
    page.put(HEADER_ROW, 1, f"{HEAD}archive", "key")
    for column, key in zip(WIDTHS, ("label", "month", "value", "since", "clear"), strict=True):
        page.put(HEADER_ROW, column, ctx.t(f"archive_{key}"), "header")
    page.heights[HEADER_ROW] = 22
    row = HEADER_ROW
    for key, kept in sorted(ctx.records.archive.items()):
        row += 1
        label = visible(kept.label)
        cell, style = shown(ctx, key, kept.value)
        page.put(row, 1, key, "key")
        page.put(row, LABEL, label, "body")
        page.put(row, MONTH, EntryKey.parse(key).month, "value.month")
        page.put(row, VALUE, cell, style)
        page.put(row, SINCE, kept.since, "value.date")
        page.put(row, CLEAR, None, "input.center")
        texts = [(label, LABEL), (cell if isinstance(cell, str) else "", VALUE)]
        lines = max(-(-digits_wide(text) // (WIDTHS[column] - 4)) for text, column in texts)
        page.heights[row] = max(20, 14 * lines + 6)
    if row > HEADER_ROW:
        allowed, letters = ctx.t("allowed_archive_clear"), column_letters(CLEAR)
        title, area = ctx.t("archive_clear"), f"{letters}{HEADER_ROW + 1}:{letters}{row}"
        page.validations.append(Validation(area, "list", "○", title=title, error=allowed, prompt=allowed))
    ctx.name("tbl_archive", page.ref(HEADER_ROW, 1, row, CLEAR))
    page.filter = f"B{HEADER_ROW}:{absolute(row, CLEAR).replace('$', '')}"
    page.print_area = f"$A$1:{absolute(row, CLEAR)}"
    page.print_title_rows = f"${HEADER_ROW}:${HEADER_ROW}"
    page.freeze = f"C{HEADER_ROW + 1}"
    return page
