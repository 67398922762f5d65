"""行動履歴 / Lead actions: one row for each kind of action of a lead, or for each content that it used."""

from __future__ import annotations

from xl_kpi.sheets.context import Context
from xl_kpi.sheets.relations.records import RecordsAt, records
from xl_kpi.workbook.spec import SheetSpec


class TouchListAt(RecordsAt):
    """Where the actions stand."""


def place(ctx: Context) -> TouchListAt:
    made = records(
        ctx,
        "touch_list",
        {
            "tbl_touches": (
                ("number", 18), ("on", 14), ("kind", 22), ("content", 38), ("content_type", 22), ("count", 10),
                ("seconds", 16), ("scroll", 12),
            )
        },
    )  # fmt: skip
    return TouchListAt(made.tables, made.last, made.layout)


def build(ctx: Context) -> SheetSpec:
    return ctx.at(TouchListAt).layout.sheet()
