"""The tables of leads: who reached which stage when, what they did, and totals of data too large for rows."""

from __future__ import annotations

from xl_kpi.plan.input.reading import read_number, read_share, read_text, read_word
from xl_kpi.plan.pages.typed_table import AMOUNT, DATE, HEADS, SOME, TypedTable, columns

MOST_LEADS = 5000  # rows of leads, and of what they did, that stand in a workbook; more are added up before
# Columns of a lead: the day on which it reached each stage of the catalog, what is known of it, who it is.
LEAD_STAGES = ("leads", "mql", "sql", "opportunities", "proposals", "orders")
LEAD_TRAITS = ("industry", "size", "budget", "authority", "urgency")
LEAD_PERSON = ("person", "company", "mail")  # there only where the user asked for it

LEAD_TABLES = (
    TypedTable(
        "tbl_lead_totals",
        "lead_list",
        columns(
            "tbl_lead_totals",
            figure=read_text,
            step=read_text,
            channel=read_text,
            key=read_text,
            value=(read_number, {"format": "exact"}),
            count=HEADS,
        ),
        lead="figure",
        spare=0,
        most=5000,
        at_home=True,
    ),
    TypedTable(
        "tbl_leads",
        "lead_list",
        columns(
            "tbl_leads",
            number=read_text,
            channel=read_text,
            source=read_text,
            **dict.fromkeys(LEAD_STAGES, DATE),
            outcome=(read_word, {"choices": "lead_outcome"}),
            closed=DATE,
            lost_reason=read_text,
            amount=AMOUNT,
            **dict.fromkeys(LEAD_TRAITS, read_text),
            **dict.fromkeys(LEAD_PERSON, read_text),
        ),
        lead="number",
        spare=10,
        most=MOST_LEADS,
        at_home=True,
    ),
    TypedTable(
        "tbl_touches",
        "touch_list",
        columns(
            "tbl_touches",
            number=read_text,
            on=DATE,
            kind=read_text,
            content=read_text,
            content_type=read_text,
            count=HEADS,
            seconds=SOME,
            scroll=(read_share, {"format": "rate"}),
        ),
        lead="number",
        spare=10,
        most=MOST_LEADS,
        at_home=True,
    ),
)
