"""ブランドの記録 / Records: surveys of awareness, brand searches, reviews, mentions in media and SNS (S11, S12)."""

from __future__ import annotations

from xl_kpi.plan.relations.brand import Brand, too_many
from xl_kpi.sheets.blocks.table import Column, Table
from xl_kpi.sheets.blocks.typed_rows import spare_keys
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.relations.records import RecordsAt, records
from xl_kpi.workbook.sheet_kinds import BRAND_DATE
from xl_kpi.workbook.spec import Condition, SheetSpec

STATE = "check"  # what we say about a row


class BrandLogAt(RecordsAt):
    """Where the records of ブランド・信頼 stand."""


def place(ctx: Context) -> BrandLogAt:
    state = Column(STATE, ctx.t("column_check"), 25, "label_wrap")
    made = records(
        ctx,
        "brand_log",
        {
            "tbl_surveys": (
                ("on", 11), ("target", 22), ("answers", 11.4), ("own", 11), ("rival1", 11), ("rival2", 11), state,
            ),
            "tbl_searches": (("month", 11), ("count", 22)),
            "tbl_reviews": (("on", 11), ("site", 22), ("score", 11), ("count", 11)),
            "tbl_mentions": (
                ("on", 11), ("place", 22), ("kind", 11), ("tone", 11), ("owner", 11), ("answered_on", 11), state,
                ("said", 33.5), ("link", 19),
            ),
        },
    )  # fmt: skip
    return BrandLogAt(made.tables, made.last, made.layout)


def build(ctx: Context) -> SheetSpec:
    at = ctx.at(BrandLogAt)
    surveys, mentions = at.tables["tbl_surveys"], at.tables["tbl_mentions"]
    _surveys(ctx, surveys)
    _mentions(ctx, mentions)
    page = at.layout.sheet()
    for table in (surveys, mentions):
        area = table.down(STATE)
        page.conditions.append(Condition(area.free, f'={area.first.in_column}<>""', "poor"))
    return page


def _surveys(ctx: Context, table: Table) -> None:
    rows, said = ctx.plan.tables.get("tbl_surveys", {}), ctx.t("survey_aware")
    for key in (*table.keys, *spare_keys(ctx, "tbl_surveys")):
        answers, own, last = (table.cell(key, column).in_column for column in ("answers", "own", "rival2"))
        formula = f'=IF(ISNUMBER({answers}),IF(MAX({own}:{last})>{answers},"{said}",""),"")'
        table.put(key, STATE, said if too_many(rows.get(key, {})) else "", formula=formula)


def _mentions(ctx: Context, table: Table) -> None:
    rows, brand, said = ctx.plan.tables.get("tbl_mentions", {}), Brand(ctx.plan), ctx.t("mention_late")
    for key in (*table.keys, *spare_keys(ctx, "tbl_mentions")):
        day, tone, answered = (table.cell(key, column).in_column for column in ("on", "tone", "answered_on"))
        is_open = f'AND({tone}="{ctx.t("tone_negative")}",{answered}="",ISNUMBER({day}),ISNUMBER({BRAND_DATE}))'
        formula = f'=IF({is_open},IF({day}+N(answer_days)<{BRAND_DATE},"{said}",""),"")'
        table.put(key, STATE, said if brand.is_late(rows.get(key, {})) else "", formula=formula)
