"""データ元 / Data sources: where imported numbers come from, whose a campaign is, what columns of other files mean."""

from __future__ import annotations

from xl_kpi.sheets.context import Context
from xl_kpi.sheets.relations.records import records
from xl_kpi.workbook.spec import SheetSpec

SOURCES = (
    ("kpi", 22.0), ("names", 28.0), ("system", 15.0), ("file", 21.0), ("month", 9.0), ("value", 11.5), ("used", 8.5),
    ("first", 11.0), ("last", 11.0), ("rows", 6.0), ("taken_on", 11.0),
)  # fmt: skip
ORIGINS = (("pattern", 22.0), ("channel", 28.0))  # in the same columns of the sheet
MAPS = (("file", 22.0), ("header", 28.0), ("role", 15.0))


def build(ctx: Context) -> SheetSpec:
    return records(ctx, "sources", {"tbl_origins": ORIGINS, "tbl_maps": MAPS, "tbl_sources": SOURCES}).layout.sheet()
