"""The tables of one's own points on リード評価: of answers, and of kinds of action (S1, S2).

The page names leads, so it is open to nobody by mail.
"""

from __future__ import annotations

from xl_kpi.plan.input.reading import read_number, read_text, read_word
from xl_kpi.plan.pages.typed_table import COUNT, TypedTable, columns

SCORE_TABLES = (
    TypedTable(
        "tbl_fit",
        "lead_scores",
        columns(
            "tbl_fit",
            trait=(read_word, {"choices": "lead_trait"}),
            answer=read_text,
            points=(read_number, {"format": "decimal", "bounds": {"low": 0, "high": 10}}),
        ),
        lead="answer",
        spare=12,
        most=200,
        at_home=True,
    ),
    TypedTable(
        "tbl_points",
        "lead_scores",
        columns(
            "tbl_points",
            kind=read_text,
            points=(read_number, {"format": "decimal", "bounds": {"low": -1000, "high": 1000}}),
            most=COUNT,
        ),
        lead="kind",
        spare=10,
        most=100,
        at_home=True,
    ),
)
