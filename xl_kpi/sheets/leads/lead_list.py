"""リード一覧 / Lead list: one row a lead with the days on which it reached each stage, and totals of larger data."""

from __future__ import annotations

from xl_kpi.plan.pages.lead_tables import LEAD_PERSON, LEAD_STAGES, LEAD_TRAITS
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.relations.records import Columns, RecordsAt, records
from xl_kpi.workbook.spec import SheetSpec

TOTALS: Columns = (("figure", 24), ("step", 18), ("channel", 18), ("key", 18), ("value", 18), ("count", 18))
LEADS: Columns = (
    ("number", 24), ("channel", 18), ("source", 18), *((stage, 18) for stage in LEAD_STAGES), ("outcome", 12),
    ("closed", 14), ("lost_reason", 26), ("amount", 18), *((trait, 14) for trait in LEAD_TRAITS),
    *((column, 24) for column in LEAD_PERSON),
)  # fmt: skip


class LeadListAt(RecordsAt):
    """Where the leads stand."""


def place(ctx: Context) -> LeadListAt:
    made = records(ctx, "lead_list", {"tbl_lead_totals": TOTALS, "tbl_leads": LEADS})
    return LeadListAt(made.tables, made.last, made.layout)


def build(ctx: Context) -> SheetSpec:
    return ctx.at(LeadListAt).layout.sheet()
