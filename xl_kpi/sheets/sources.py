"""データ元 / Data sources: where imported numbers come from, whose a campaign is, what columns of other files mean."""

from __future__ import annotations

from xl_kpi.sheets.context import Context
from xl_kpi.sheets.relations.records import records
from xl_kpi.workbook.spec import SheetSpec

SOURCES = (
    ("kpi", 28.0), ("month", 11.0), ("value", 14.0), ("used", 11.0), ("system", 22.0), ("file", 34.0), ("names", 28.0),
    ("first", 13.0), ("last", 13.0), ("rows", 9.0), ("taken_on", 13.0),
)  # fmt: skip
ORIGINS = (("pattern", 28.0), ("channel", 30.0))
MAPS = (("file", 28.0), ("header", 28.0), ("role", 24.0))


def build(ctx: Context) -> SheetSpec:
    return records(ctx, "sources", {"tbl_origins": ORIGINS, "tbl_maps": MAPS, "tbl_sources": SOURCES}).layout.sheet()
