"""アンケート回答 / Survey answers: one row an answer, would you recommend us and how satisfied are you (S12)."""

from __future__ import annotations

from xl_kpi.sheets.context import Context
from xl_kpi.sheets.relations.records import RecordsAt, records
from xl_kpi.workbook.spec import SheetSpec


class BrandAnswersAt(RecordsAt):
    """Where the answers stand."""


def place(ctx: Context) -> BrandAnswersAt:
    made = records(
        ctx, "brand_answers", {"tbl_answers": (("on", 14), ("segment", 30), ("nps", 20), ("satisfaction", 20))}
    )
    return BrandAnswersAt(made.tables, made.last, made.layout)


def build(ctx: Context) -> SheetSpec:
    return ctx.at(BrandAnswersAt).layout.sheet()
