"""用語 / Glossary: every term with its definition and formula, as this workbook computes it."""

from __future__ import annotations

from xl_kpi import catalog
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.workbook.spec import SheetSpec

HEADER_ROW = 5


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("glossary", fit_height=0, landscape=True)
    t, lang = ctx.t, ctx.lang
    page.widths.update({2: 24, 3: 24, 4: 62, 5: 44})
    ctx.head(page, t("glossary_title"), t("glossary_subtitle"), [2, 3, 4, 5], most=4)
    headers = ("glossary_term", "glossary_other", "glossary_definition", "glossary_formula")
    for column, key in enumerate(headers, 2):
        page.put(HEADER_ROW, column, t(key), "header")
    other = "en" if lang == "ja" else "ja"
    row = HEADER_ROW
    for term in catalog.terms():
        row += 1
        page.put(row, 1, term.id, "key")
        page.put(row, 2, term.name[lang], "label_wrap")
        page.put(row, 3, term.name[other], "label_wrap")
        page.put(row, 4, term.definition[lang], "body")
        page.put(row, 5, term.formula[lang] or None, "body")
        lines = max(
            -(-digits_wide(term.definition[lang]) // 58),
            -(-digits_wide(term.formula[lang] or "") // 40),
            -(-digits_wide(term.name[lang]) // 21),
            -(-digits_wide(term.name[other]) // 21),
        )
        page.heights[row] = max(20, 15 * lines + 5)
    page.print_area = f"$A$1:$E${row}"
    page.print_title_rows = f"${HEADER_ROW}:${HEADER_ROW}"
    page.freeze = f"C{HEADER_ROW + 1}"
    return page
