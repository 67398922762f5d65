"""The tables that grow by typing: each with its page and its columns, one row of ``TABLES`` each.

A row of such a table is there as soon as something is typed in it, and goes with its last entry.  Its id stands in the
hidden first column: blank rows to type into have theirs already, so that a row that came back by mail is the same row
however often it comes, and no id is given twice.  A column is a ``Field`` as elsewhere; its header is the text
``<table>_<column>`` (``actions_finding`` for ``tbl_actions.finding``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from xl_kpi.plan.input.field import MONEY, STAGES_BY_NAME, Field
from xl_kpi.plan.input.reading import (
    read_date,
    read_margin,
    read_money,
    read_month,
    read_number,
    read_suggested,
    read_text,
    read_word,
)
from xl_kpi.plan.pages.kpi_links import REFERS

Rows = Mapping[str, Mapping[str, Any]]  # id → column → value, blanks left out

_ID = re.compile(r"r([1-9][0-9]{0,8})")


@dataclass(frozen=True)
class TypedTable:
    """One such table.

    ``page`` the key of the sheet on which it stands; ``columns`` in the order in which they are typed at first;
    ``lead`` the column that says what a row is called; ``spare`` how many blank rows there are to type into; ``most``
    how many rows it takes; ``alone``: each row is called otherwise than all others.
    """

    key: str
    page: str
    columns: tuple[Field, ...]
    lead: str
    spare: int = 10
    most: int = 500
    alone: bool = False

    @property
    def name(self) -> str:
        """The key without its beginning: what its texts begin with."""
        return self.key.removeprefix("tbl_")

    def find(self, column: str) -> Field | None:
        return next((one for one in self.columns if one.column == column), None)

    def header(self, column: str) -> str:
        """The key of the text in a column's header."""
        return f"{self.name}_{column}"


def _columns(table: str, **columns: Any) -> tuple[Field, ...]:
    """Optional columns: name → reader and, as further arguments of ``Field``, what else it says."""
    found = []
    for column, about in columns.items():
        reader, settings = about if isinstance(about, tuple) else (about, {})
        key = f"{table}.{column}"
        label = f"{table.removeprefix('tbl_')}_{column}"
        found.append(Field(key, reader, optional=True, label=label, is_set=False, **settings))
    return tuple(found)


_DATE = (read_date, {"format": "date"})
_KPI = (read_text, {"refers": REFERS})
KSF_KPIS = ("kpi1", "kpi2", "kpi3", "kpi4")
_AT_LEAST_0 = {"low": 0}
_AMOUNT = (read_money, {"unit": MONEY, "bounds": _AT_LEAST_0})
_COUNT = (read_number, {"format": "whole", "bounds": _AT_LEAST_0})
_SOME = (read_number, {"format": "decimal", "bounds": _AT_LEAST_0})
_MONTH = (read_month, {"format": "month"})
_HEADS = (read_number, {"format": "whole", "bounds": {"low": 0, "whole": True}})
_KNOWN = (read_word, {"choices": "known"})

TABLES = (
    TypedTable(
        "tbl_actions",
        "actions",
        _columns(
            "tbl_actions",
            found_on=_DATE,
            finding=read_text,
            cause=read_text,
            action=read_text,
            owner=read_text,
            due=_DATE,
            state=(read_word, {"choices": "action_state"}),
            result=read_text,
            kpi=_KPI,
        ),
        lead="finding",
    ),
    TypedTable("tbl_reasons", "history", _columns("tbl_reasons", reason=read_text), lead="reason", spare=0, most=2000),
    TypedTable(
        "tbl_ksf",
        "ksf",
        _columns(
            "tbl_ksf",
            factor=read_text,
            meaning=read_text,
            goal=read_text,
            **dict.fromkeys(KSF_KPIS, _KPI),
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
        _columns(
            "tbl_costs",
            item=read_text,
            channel=read_text,
            kind=(read_word, {"choices": "cost_kind"}),
            amount=_AMOUNT,
        ),
        lead="item",
    ),
    TypedTable(
        "tbl_handover",
        "alignment_log",
        _columns(
            "tbl_handover",
            month=_MONTH,
            days=(read_number, {"format": "decimal", "bounds": {"low": 0, "high": 730, "counted": "days"}}),
        ),
        lead="month",
        spare=12,
        most=60,
    ),
    TypedTable(
        "tbl_meetings",
        "alignment_log",
        _columns(
            "tbl_meetings",
            on=_DATE,
            topic=read_text,
            state=(read_word, {"choices": "meeting_state"}),
            marketing=_HEADS,
            sales=_HEADS,
        ),
        lead="topic",
        spare=12,
    ),
    TypedTable(
        "tbl_feedback",
        "alignment_log",
        _columns(
            "tbl_feedback",
            on=_DATE,
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
        _columns(
            "tbl_surveys",
            on=_DATE,
            target=read_text,
            answers=(read_number, {"format": "whole", "bounds": {"low": 1, "whole": True}}),
            own=_HEADS,
            rival1=_HEADS,
            rival2=_HEADS,
        ),
        lead="target",
        spare=8,
        most=100,
    ),
    TypedTable(
        "tbl_segments",
        "economics",
        _columns(
            "tbl_segments",
            kind=read_text,
            name=read_text,
            customers=_COUNT,
            lost=_COUNT,
            revenue=_AMOUNT,
            margin=(read_margin, {"format": "rate"}),
            won=_COUNT,
            cost=_AMOUNT,
        ),
        lead="name",
        spare=8,
        most=60,
    ),
    TypedTable(
        "tbl_people",
        "people",
        _columns("tbl_people", work=read_text, team=read_text, of=read_text, per_person=_SOME, present=_SOME),
        lead="work",
        spare=4,
        most=24,
    ),
    TypedTable(
        "tbl_workdays",
        "people",
        _columns(
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
        _columns("tbl_searches", month=_MONTH, count=_HEADS),
        lead="month",
        spare=12,
        most=100,
    ),
    TypedTable(
        "tbl_reviews",
        "brand_log",
        _columns(
            "tbl_reviews",
            on=_DATE,
            site=read_text,
            score=(read_number, {"format": "exact", "bounds": {"low": 0, "high": 5}}),
            count=_HEADS,
        ),
        lead="site",
        spare=12,
    ),
    TypedTable(
        "tbl_mentions",
        "brand_log",
        _columns(
            "tbl_mentions",
            on=_DATE,
            kind=(read_word, {"choices": "mention_kind"}),
            place=read_text,
            said=read_text,
            tone=(read_word, {"choices": "tone"}),
            link=read_text,
            owner=read_text,
            answered_on=_DATE,
        ),
        lead="place",
        spare=20,
        most=1000,
    ),
    TypedTable(
        "tbl_answers",
        "brand_answers",
        _columns(
            "tbl_answers",
            on=_DATE,
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
        _columns(
            "tbl_accounts",
            name=read_text,
            tier=(read_suggested, {"choices": "account_tier", "free": True}),
            owner=read_text,
            leads=_HEADS,
            key_people=_HEADS,
            key_reached=_HEADS,
            views=_HEADS,
            important=_HEADS,
            opened=_KNOWN,
            clicked=_KNOWN,
            budget=_KNOWN,
            authority=_KNOWN,
            needs=_KNOWN,
            timing=_KNOWN,
            competitor=_KNOWN,
            stage=(read_text, {"refers": STAGES_BY_NAME, "choices": "account_stage"}),
            next_step=read_text,
            due=_DATE,
        ),
        lead="name",
        spare=30,
        most=5000,
        alone=True,
    ),
    TypedTable(
        "tbl_sources",
        "sources",
        _columns(
            "tbl_sources",
            kpi=_KPI,
            month=_MONTH,
            value=(read_number, {"format": "exact"}),
            used=(read_word, {"choices": "source_use"}),
            system=read_text,
            file=read_text,
            first=_DATE,
            last=_DATE,
            rows=_HEADS,
            taken_on=_DATE,
        ),
        lead="file",
        spare=0,
        most=5000,
    ),
    TypedTable(
        "tbl_origins",
        "sources",
        _columns("tbl_origins", pattern=read_text, channel=read_text),
        lead="pattern",
        spare=10,
    ),
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
