"""見直し / Review log (K13): what was found, why, what is done about it, by whom and until when, what came of it."""

from __future__ import annotations

from xl_kpi.sheets.blocks.layout import Layout, Title
from xl_kpi.sheets.blocks.table import Fit
from xl_kpi.sheets.blocks.typed_rows import typed_table
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.spec import SheetSpec

COLUMNS = (
    ("found_on", 12.0),
    ("finding", 34.0),
    ("kpi", 20.0),
    ("cause", 28.0),
    ("action", 34.0),
    ("owner", 16.0),
    ("due", 12.0),
    ("state", 10.0),
    ("result", 34.0),
)
FIT = Fit(most=8)


def build(ctx: Context) -> SheetSpec:
    table = typed_table(ctx, "tbl_actions", COLUMNS, frozen_to="found_on", filter=True)
    for key in table.keys:
        table.fit(key, ("finding", "cause", "action", "result"), FIT)
    title = Title(ctx.t("actions_title"), ctx.t("actions_subtitle"), table.links())
    return Layout(ctx, "actions", title, table, fit_height=0, protected=False).sheet()
