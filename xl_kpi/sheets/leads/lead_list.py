"""リード一覧 / Lead list: one row a lead with the days on which it reached each stage, and totals of larger data."""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi.plan.leads import as_of
from xl_kpi.plan.leads.totals import AS_OF, totals_of
from xl_kpi.plan.pages.lead_tables import LEAD_PERSON, LEAD_STAGES, LEAD_TRAITS
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.leads.touch_list import TouchListAt
from xl_kpi.sheets.relations.parts import Entries
from xl_kpi.sheets.relations.records import Columns, RecordsAt, records
from xl_kpi.workbook.sheet_kinds import LEADS_DAY
from xl_kpi.workbook.spec import SheetSpec

TOTALS: Columns = (("figure", 24), ("step", 18), ("channel", 18), ("key", 18), ("value", 18), ("count", 18))
LEADS: Columns = (
    ("number", 24), ("channel", 18), ("source", 18), *((stage, 18) for stage in LEAD_STAGES), ("outcome", 12),
    ("closed", 14), ("lost_reason", 26), ("amount", 18), *((trait, 14) for trait in LEAD_TRAITS),
    *((column, 24) for column in LEAD_PERSON),
)  # fmt: skip


@dataclass(frozen=True)
class LeadListAt(RecordsAt):
    """Where the leads stand, and the day on which open ones are looked at (named ``LEADS_DAY``)."""

    day: Entries


def place(ctx: Context) -> LeadListAt:
    section = ctx.t("leads_day_section")
    day = Entries(ctx, "as_of", ["leads_as_of"], section, foot=[LEADS_DAY], widths=(24, 18), span=5)
    made = records(ctx, "lead_list", {"tbl_lead_totals": TOTALS, "tbl_leads": LEADS}, [day])
    return LeadListAt(made.tables, made.last, made.layout, day)


def build(ctx: Context) -> SheetSpec:
    at = ctx.at(LeadListAt)
    _day(ctx, at)
    totals = at.tables["tbl_lead_totals"]
    folds = [(totals.header, totals.row(totals.keys[-1]))] if totals.keys else []  # they are for 所要日数 to read
    return at.layout.sheet(folds=folds)


def _day(ctx: Context, at: LeadListAt) -> None:
    """The day as typed, else the last one in the rows, of totals the one that they were counted for."""
    touches, day = ctx.at(TouchListAt), as_of(ctx.plan)
    columns = [at.column("tbl_leads", stage) for stage in LEAD_STAGES]
    columns.append(touches.column("tbl_touches", "on"))
    counted = [one.key.split("-") for one in totals_of(ctx.plan).parts(AS_OF)]
    dates = ",".join([*columns, *(f"DATE({','.join(str(int(part)) for part in one)})" for one in counted)])
    formula = f'=IF(ISNUMBER(leads_as_of),leads_as_of,IF(COUNT({dates})>0,MAX({dates}),""))'
    at.day.put(LEADS_DAY, "name", ctx.t("leads_day"))
    at.day.put(LEADS_DAY, "value", "" if day is None else day, "value_strong.date", formula=formula)
    at.day.put(LEADS_DAY, "hint", ctx.t("leads_day_hint"))
    ctx.name(LEADS_DAY, str(at.day.cell(LEADS_DAY, "value")))
