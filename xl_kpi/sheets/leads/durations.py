"""所要日数 / Days by stage (S3, S9, S10): how long leads take, who waits, what becomes of them, why they go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xl_kpi.plan.fields import SINGLES
from xl_kpi.plan.leads.durations import Durations
from xl_kpi.sheets.blocks.head import Title
from xl_kpi.sheets.blocks.layout import Layout, Words
from xl_kpi.sheets.blocks.table import Column, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.leads import duration_origins, duration_stages
from xl_kpi.sheets.leads.duration_parts import DAY, NAME, Put
from xl_kpi.sheets.leads.lead_days import LeadDaysAt
from xl_kpi.sheets.leads.lead_list import LeadListAt
from xl_kpi.sheets.relations.parts import Entries, Links
from xl_kpi.workbook.sheet_kinds import LEAD_STANDARDS, LEADS_DAY
from xl_kpi.workbook.spec import SheetSpec

SUMMARY = ("day", "leads", "open", "waiting", "left")


@dataclass(frozen=True)
class DurationsAt:
    """The blocks of the page."""

    figures: Durations
    summary: Table
    stages: duration_stages.StagesAt
    origins: duration_origins.OriginsAt
    layout: Layout


def place(ctx: Context) -> DurationsAt:
    t, figures = ctx.t, Durations(ctx.plan)
    columns = [
        Column("name", t("relations_item"), NAME, "label"),
        Column("value", t("relations_value"), DAY, "value_strong.whole"),
        Column("hint", t("relations_hint"), None, "unit", span=9, link=False),
    ]
    summary = Table("summary", columns, SUMMARY)
    stages, origins = duration_stages.place(ctx, figures), duration_origins.place(ctx, figures)
    keys = [one.key for one in SINGLES if one.page == "durations"]
    entries = Entries(ctx, "standards", keys, t("durations_standards"), widths=(NAME, DAY), span=9)
    notes = [
        Words(f"note {key}", t(f"durations_note_{key}"), above=int(not k)) for k, key in enumerate(_notes(figures))
    ]
    title = Title(t("durations_title"), t("durations_subtitle"))
    blocks = (Links("links", ["lead_list"]), summary, *stages.blocks, *origins.blocks, entries, *notes)
    return DurationsAt(figures, summary, stages, origins, Layout(ctx, "durations", title, *blocks, fit_height=0))


def _notes(figures: Durations) -> tuple[str, ...]:
    return ("days", "rates", "origins", "alignment", *(("totals",) if figures.is_totals else ()))


def build(ctx: Context) -> SheetSpec:
    at = ctx.at(DurationsAt)
    put = Put(ctx, at.figures.is_totals)
    duration_stages.build(ctx, at.figures, at.stages, put)
    duration_origins.build(ctx, at.figures, at.origins, put)
    _summary(ctx, at, put)
    ctx.name(LEAD_STANDARDS, str(at.stages.steps.down("standard")))
    page = at.layout.sheet()
    duration_stages.paint(ctx, page, at.stages)
    return page


def _summary(ctx: Context, at: DurationsAt, put: Put) -> None:
    """For which day, of how many leads, how many of them are open and wait."""
    figures, table, steps = at.figures, at.summary, at.stages.steps
    days, listed = ctx.at(LeadDaysAt), ctx.at(LeadListAt)
    opened = sum(figures.open(step) for step in figures.steps)
    waiting = sum(one for step in figures.steps if not isinstance(one := figures.waiting(step), str))
    first = days.column(days.stages[0])
    typed = f"COUNT({listed.column('tbl_leads', days.stages[0])})"
    counted = f"SUMPRODUCT(--({first}>0))"
    # a row says something where one of these stands in it
    rows = "+".join(f"({days.column(one)}>0)" for one in days.stages)
    said = f'({days.column("origin")}<>"")+({days.column("outcome")}<>0)'
    values: dict[str, tuple[Any, str, str]] = {
        "day": (figures.as_of or "", f'IF(ISNUMBER({LEADS_DAY}),{LEADS_DAY},"")', "date"),
        "leads": (figures.count, f"SUMPRODUCT(--({rows}+{said}>0))", "whole"),
        "open": (opened, f"SUM({steps.down('open').here})", "whole"),
        "waiting": (waiting, f"SUM({steps.down('waiting').here})", "whole"),
        "left": (0, f"MAX(0,{typed}-{counted})", "whole"),
    }
    for key, (value, formula, look) in values.items():
        table.put(key, "name", ctx.t(f"durations_{key}"))
        put(table, key, "value", value, f"value_strong.{look}", formula)
        if key == "leads":
            empty = "" if figures.count else ctx.t("durations_none")
            cell = table.cell(key, "value").here
            table.put(key, "hint", empty, formula=f'=IF({cell}=0,"{ctx.t("durations_none")}","")')
        else:
            table.put(key, "hint", ctx.t(f"durations_{key}_hint"))
