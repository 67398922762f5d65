"""The tables that grow by typing: each with its page and its columns, one row of ``TABLES`` each.

A row of such a table is there as soon as something is typed in it, and goes with its last entry.  Its id stands in the
hidden first column: blank rows to type into have theirs already, so that a row that came back by mail is the same row
however often it comes, and no id is given twice.  A column is a ``Field`` as elsewhere; its header is the text
``<table>_<column>`` (``actions_finding`` for ``tbl_actions.finding``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from xl_kpi.plan.input.field import STAGES_BY_NAME
from xl_kpi.plan.input.reading import read_margin, read_named, read_number, read_suggested, read_text, read_word
from xl_kpi.plan.pages.advice_tables import ADVICE_TABLES
from xl_kpi.plan.pages.kpi_links import REFERS
from xl_kpi.plan.pages.lead_tables import LEAD_TABLES
from xl_kpi.plan.pages.score_tables import SCORE_TABLES
from xl_kpi.plan.pages.typed_table import (
    AMOUNT,
    AT_LEAST_0,
    COUNT,
    DATE,
    HEADS,
    KNOWN,
    MONTH,
    SOME,
    TypedTable,
    columns,
)

Rows = Mapping[str, Mapping[str, Any]]  # id → column → value, blanks left out

_ID = re.compile(r"r([1-9][0-9]{0,8})")

KPI = (read_text, {"refers": REFERS})
KSF_KPIS = ("kpi1", "kpi2", "kpi3", "kpi4")

TABLES = (
    TypedTable(
        "tbl_actions",
        "actions",
        columns(
            "tbl_actions",
            found_on=DATE,
            finding=read_text,
            cause=read_text,
            action=read_text,
            owner=read_text,
            due=DATE,
            state=(read_word, {"choices": "action_state"}),
            result=read_text,
            kpi=KPI,
            then=(read_number, {"format": "raw"}),
            expected=SOME,
            figure=read_text,
        ),
        lead="finding",
    ),
    TypedTable("tbl_reasons", "history", columns("tbl_reasons", reason=read_text), lead="reason", spare=0, most=2000),
    TypedTable(
        "tbl_ksf",
        "ksf",
        columns(
            "tbl_ksf",
            factor=read_text,
            meaning=read_text,
            goal=read_text,
            **dict.fromkeys(KSF_KPIS, KPI),
            owner=read_text,
            state=(read_word, {"choices": "ksf_state"}),
        ),
        lead="factor",
        most=200,
        alone=True,
    ),
    TypedTable(
        "tbl_costs",
        "economics",
        columns(
            "tbl_costs",
            item=read_text,
            channel=read_text,
            kind=(read_word, {"choices": "cost_kind"}),
            amount=AMOUNT,
        ),
        lead="item",
    ),
    TypedTable(
        "tbl_handover",
        "alignment_log",
        columns(
            "tbl_handover",
            month=MONTH,
            days=(read_number, {"format": "decimal", "bounds": {"low": 0, "high": 730, "counted": "days"}}),
        ),
        lead="month",
        spare=12,
        most=60,
    ),
    TypedTable(
        "tbl_meetings",
        "alignment_log",
        columns(
            "tbl_meetings",
            on=DATE,
            topic=read_text,
            state=(read_word, {"choices": "meeting_state"}),
            marketing=HEADS,
            sales=HEADS,
        ),
        lead="topic",
        spare=12,
    ),
    TypedTable(
        "tbl_feedback",
        "alignment_log",
        columns(
            "tbl_feedback",
            on=DATE,
            by=read_text,
            about=read_text,
            said=read_text,
            concrete=(read_word, {"choices": "yes_no"}),
            acted=(read_word, {"choices": "yes_no"}),
        ),
        lead="about",
        spare=20,
        most=1000,
    ),
    TypedTable(
        "tbl_surveys",
        "brand_log",
        columns(
            "tbl_surveys",
            on=DATE,
            target=read_text,
            answers=(read_number, {"format": "whole", "bounds": {"low": 1, "whole": True}}),
            own=HEADS,
            rival1=HEADS,
            rival2=HEADS,
        ),
        lead="target",
        spare=8,
        most=100,
    ),
    TypedTable(
        "tbl_segments",
        "economics",
        columns(
            "tbl_segments",
            kind=read_text,
            name=read_text,
            customers=COUNT,
            lost=COUNT,
            revenue=AMOUNT,
            margin=(read_margin, {"format": "rate"}),
            won=COUNT,
            cost=AMOUNT,
        ),
        lead="name",
        spare=8,
        most=60,
    ),
    TypedTable(
        "tbl_people",
        "people",
        columns("tbl_people", work=read_text, team=read_text, of=read_text, per_person=SOME, present=SOME),
        lead="work",
        spare=4,
        most=24,
    ),
    TypedTable(
        "tbl_workdays",
        "people",
        columns(
            "tbl_workdays",
            month=(read_number, {"format": "day", "bounds": {"low": 1, "high": 12, "whole": True}}),
            days=(read_number, {"format": "decimal", "bounds": {"low": 0, "high": 31, "counted": "days"}}),
        ),
        lead="month",
        spare=3,
        most=12,
    ),
    TypedTable(
        "tbl_searches",
        "brand_log",
        columns("tbl_searches", month=MONTH, count=HEADS),
        lead="month",
        spare=12,
        most=100,
    ),
    TypedTable(
        "tbl_reviews",
        "brand_log",
        columns(
            "tbl_reviews",
            on=DATE,
            site=read_text,
            score=(read_number, {"format": "exact", "bounds": {"low": 0, "high": 5}}),
            count=HEADS,
        ),
        lead="site",
        spare=12,
    ),
    TypedTable(
        "tbl_mentions",
        "brand_log",
        columns(
            "tbl_mentions",
            on=DATE,
            kind=(read_word, {"choices": "mention_kind"}),
            place=read_text,
            said=read_text,
            tone=(read_word, {"choices": "tone"}),
            link=read_text,
            owner=read_text,
            answered_on=DATE,
        ),
        lead="place",
        spare=20,
        most=1000,
    ),
    TypedTable(
        "tbl_answers",
        "brand_answers",
        columns(
            "tbl_answers",
            on=DATE,
            segment=read_text,
            nps=(read_number, {"format": "day", "bounds": {"low": 0, "high": 10, "whole": True}}),
            satisfaction=(read_number, {"format": "day", "bounds": {"low": 1, "high": 5, "whole": True}}),
        ),
        lead="segment",
        spare=30,
        most=2000,
    ),
    TypedTable(
        "tbl_accounts",
        "accounts",
        columns(
            "tbl_accounts",
            name=read_text,
            tier=(read_suggested, {"choices": "account_tier", "free": True}),
            owner=read_text,
            leads=HEADS,
            key_people=HEADS,
            key_reached=HEADS,
            views=HEADS,
            important=HEADS,
            opened=KNOWN,
            clicked=KNOWN,
            budget=KNOWN,
            authority=KNOWN,
            needs=KNOWN,
            timing=KNOWN,
            competitor=KNOWN,
            stage=(read_text, {"refers": STAGES_BY_NAME, "choices": "account_stage"}),
            next_step=read_text,
            due=DATE,
        ),
        lead="name",
        spare=30,
        most=5000,
        alone=True,
    ),
    TypedTable(
        "tbl_weeks",
        "weeks",
        columns(
            "tbl_weeks",
            week=DATE,
            kpi=KPI,
            value=(read_number, {"format": "exact", "bounds": AT_LEAST_0}),
        ),
        lead="week",
        spare=20,
        most=5000,
    ),
    TypedTable(
        "tbl_sources",
        "sources",
        columns(
            "tbl_sources",
            kpi=KPI,
            month=MONTH,
            value=(read_number, {"format": "exact"}),
            used=(read_word, {"choices": "source_use"}),
            system=read_text,
            file=read_text,
            names=read_text,
            first=DATE,
            last=DATE,
            rows=HEADS,
            taken_on=DATE,
        ),
        lead="file",
        spare=0,
        most=5000,
    ),
    TypedTable(
        "tbl_origins",
        "sources",
        columns("tbl_origins", pattern=read_text, channel=read_text),
        lead="pattern",
        spare=10,
    ),
    TypedTable(
        "tbl_maps",
        "sources",
        columns("tbl_maps", file=read_text, header=read_text, role=(read_named, {"choices": "role"})),
        lead="header",
        spare=5,
        most=2000,
    ),
    *LEAD_TABLES,
    *SCORE_TABLES,
    *ADVICE_TABLES,
)

_BY_KEY = {table.key: table for table in TABLES}


def find_table(key: str) -> TypedTable | None:
    """The table with this key; None for one that is not typed row by row."""
    return _BY_KEY.get(key)


def number_of_id(id_: str) -> int:
    """The number in an id of ours, 0 where it has none."""
    match = _ID.fullmatch(id_)
    return int(match[1]) if match else 0


def row_ids(known: Iterable[str], count: int) -> list[str]:
    """The next ids that no row has.

    Arguments: ``known`` those that are or were there; ``count`` how many more are wanted.
    Example: after r1 and r7 come r8 and r9.
    """
    last = max((number_of_id(id_) for id_ in known), default=0)
    return [f"r{last + k}" for k in range(1, count + 1)]
