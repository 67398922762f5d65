"""関数 / Functions: every Excel function with its arguments, an example with its result, and where it can be used.

All cells are constants but one: the page reads the same in a program that has none of the functions.  That one says
which functions are at work, the names of the workbook or those of xlwings Lite: it looks whether the name is there
that comes and goes with the former.
"""

from __future__ import annotations

from typing import Any

from xl_kpi.catalog.functions import HOSTS, MARKER, Function, categories, functions
from xl_kpi.sheets.blocks.head import Title, head
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.workbook.addresses import absolute
from xl_kpi.workbook.spec import SheetSpec

HEADER_ROW = 5
WIDTHS = {2: 20, 3: 30, 4: 36, 5: 24, 6: 16, 7: 10, 8: 10, 9: 10}
LAST_COLUMN = max(WIDTHS)
HEADERS = ("name", "does", "arguments", "example", "value", *(f"host_{host}" for host in HOSTS))


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("functions", fit_height=0, landscape=True)
    page.widths.update(WIDTHS)
    head(ctx, page, Title(ctx.t("functions_title"), ctx.t("functions_subtitle"), [2, 3, 4, 5, 6], most=5))
    for column, key in enumerate(HEADERS, 2):
        page.put(HEADER_ROW, column, ctx.t(f"functions_{key}"), "header")
    page.heights[HEADER_ROW] = 58
    row = HEADER_ROW
    for category, names in categories().items():
        row += 1
        for column in range(2, LAST_COLUMN + 1):
            page.put(row, column, names[ctx.lang] if column == 2 else None, "section")
        page.heights[row] = 24
        for entry in functions():
            if entry.category == category:
                row += 1
                _function(ctx, page, row, entry)
    ctx.name("tbl_functions", page.ref(HEADER_ROW, 1, row, LAST_COLUMN))
    row += 1
    for note in ("functions_hosts_note", "functions_ranges_note"):
        row += 1
        page.put(row, 2, ctx.t(note), "note")
        page.merges.append(f"{absolute(row, 2)}:{absolute(row, LAST_COLUMN)}".replace("$", ""))
        page.heights[row] = 12 * _lines(ctx.t(note), sum(WIDTHS.values())) + 6
    row += 1
    _at_work(ctx, page, row)
    page.print_area = f"$A$1:{absolute(row, LAST_COLUMN)}"
    page.print_title_rows = f"${HEADER_ROW}:${HEADER_ROW}"
    page.freeze = f"C{HEADER_ROW + 1}"
    return page


def _at_work(ctx: Context, page: SheetSpec, row: int) -> None:
    """Who answers in this workbook."""
    marker = ctx.name(MARKER, page.ref(HEADER_ROW, 2))
    by_names, by_lite = ctx.t("functions_by_names"), ctx.t("functions_by_lite")
    page.put(row, 2, style="note", formula=f'=IF(ISERROR({marker}),"{by_lite}","{by_names}")')
    page.merges.append(f"{absolute(row, 2)}:{absolute(row, LAST_COLUMN)}".replace("$", ""))
    page.heights[row] = 12 * max(_lines(words, sum(WIDTHS.values())) for words in (by_names, by_lite)) + 6


def _function(ctx: Context, page: SheetSpec, row: int, entry: Function) -> None:
    lang = ctx.lang
    example, value = entry.example_in(lang)
    texts = {
        3: f"{entry.does[lang]}\n→ {entry.result[lang]}",
        4: "\n".join(f"{arg.name}{'*' if arg.optional else ''}: {arg.text[lang]}" for arg in entry.arguments),
        5: example,
        6: shown(value),
    }
    page.put(row, 1, entry.name, "key")
    page.put(row, 2, entry.name, "label_strong")
    for column, text in texts.items():
        number = isinstance(text, (int, float))
        page.put(row, column, text, "value.raw" if number else "body")
    for column, host in enumerate(HOSTS, 7):
        here = "functions_available" if host in entry.hosts else "functions_not_available"
        page.put(row, column, ctx.t(here), "body")
    lines = max(_lines(text, WIDTHS[column]) for column, text in texts.items() if isinstance(text, str))
    page.heights[row] = max(20, 14 * lines + 6)


def shown(value: Any) -> Any:
    """A result as one cell shows it: several values as Excel writes an array."""
    if not isinstance(value, list):
        return value
    return "{" + ";".join(",".join(str(item) for item in row) for row in value) + "}"


def _lines(text: str, width: float) -> int:
    return sum(max(1, -(-digits_wide(line) // int(width - 4))) for line in text.split("\n"))
