"""The tables of アドバイス: one's own rows from a KPI to an action, and what a plan changes in those of the catalog."""

from __future__ import annotations

from typing import Any

from xl_kpi.plan.input.raw_values import Unreadable
from xl_kpi.plan.input.reading import read_number, read_suggested, read_text
from xl_kpi.plan.pages.typed_table import TypedTable, columns

OWN, CHANGED = "tbl_advice", "tbl_advice_standard"
PAGE = "advice"
YES_NO, COMPARISON = "yes_no", "advice_comparison"


def read_bar(raw: Any) -> float | str:
    """A threshold: a number or a percentage; else the text as it is, which ``check`` names with its row.

    So that one bad row keeps no other from being used.
    Example: "90%" and 0.9 are 0.9, "少し" stays.
    """
    try:
        return read_number(raw, percent=True)
    except Unreadable:
        return read_text(raw)


BAR = (read_bar, {"format": "exact"})
USE = (read_suggested, {"choices": YES_NO})  # another word is named with its row

ADVICE_TABLES = (
    TypedTable(
        OWN,
        PAGE,
        columns(
            OWN,
            channel=read_text,
            kpi=read_text,
            comparison=(read_suggested, {"choices": COMPARISON}),
            threshold=BAR,
            although=read_text,
            cause=read_text,
            action=read_text,
            owner=read_text,
            use=USE,
        ),
        lead="kpi",
        spare=6,
        most=200,
    ),
    TypedTable(
        CHANGED,
        PAGE,
        columns(CHANGED, use=USE, threshold=BAR, cause=read_text, action=read_text, owner=read_text),
        lead="action",
        spare=0,
        most=200,
    ),
)
