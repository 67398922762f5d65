"""連携の記録 / Records: days from MQL to SQL by month, joint meetings, what sales says about leads (S9)."""

from __future__ import annotations

from xl_kpi.sheets.context import Context
from xl_kpi.sheets.relations.records import RecordsAt, records
from xl_kpi.workbook.spec import SheetSpec


class AlignmentLogAt(RecordsAt):
    """Where the records of 連携 stand."""


def place(ctx: Context) -> AlignmentLogAt:
    made = records(
        ctx,
        "alignment_log",
        {
            "tbl_handover": (("month", 14), ("days", 32)),
            "tbl_meetings": (("on", 14), ("topic", 32), ("state", 14), ("marketing", 14), ("sales", 18)),
            "tbl_feedback": (
                ("on", 14), ("about", 32), ("concrete", 14), ("acted", 14), ("by", 18), ("said", 46),
            ),
        },
    )  # fmt: skip
    return AlignmentLogAt(made.tables, made.last, made.layout)


def build(ctx: Context) -> SheetSpec:
    return ctx.at(AlignmentLogAt).layout.sheet()
