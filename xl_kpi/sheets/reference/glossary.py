"""用語 / Glossary: every term with its definition and formula, as this workbook computes it."""

from __future__ import annotations

from xl_kpi import catalog
from xl_kpi.sheets.blocks.head import Title
from xl_kpi.sheets.blocks.layout import Layout
from xl_kpi.sheets.blocks.table import Column, Fit, Table
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.spec import SheetSpec

FIT = Fit(line=15, air=5)


def build(ctx: Context) -> SheetSpec:
    t, lang = ctx.t, ctx.lang
    other = "en" if lang == "ja" else "ja"
    columns = (
        Column("term", t("glossary_term"), 24, "label_wrap", margin=3),
        Column("other", t("glossary_other"), 24, "label_wrap", margin=3),
        Column("definition", t("glossary_definition"), 62),
        Column("formula", t("glossary_formula"), 44),
    )
    rows = [term.id for term in catalog.terms()]
    table = Table("terms", columns, rows, mark="", frozen_to="term", repeat=True)
    for term in catalog.terms():
        texts = {"definition": term.definition[lang], "formula": term.formula[lang] or None}
        table.fill(term.id, term=term.name[lang], other=term.name[other], **texts)
        table.fit(term.id, [column.id for column in columns], FIT)
    title = Title(t("glossary_title"), t("glossary_subtitle"), table.links(), len(columns))
    return Layout(ctx, "glossary", title, table, fit_height=0).sheet()
