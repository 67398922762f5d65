"""The rows of the stages as they stand on ファネル, held against those with which its sheets were written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xl_kpi.errors import BadFile
from xl_kpi.plan.keys import PIPELINE
from xl_kpi.workbook.reading.entry_reader import as_text
from xl_kpi.workbook.reading.tables import Row, Table

DASH = "—"  # stands in our rows where the last stage has no rate and no days


def former_order(book: Any, file: str) -> list[str]:
    """The ids of the stages in the order in which the sheets were written: nobody types into the rows below them.

    Special cases: none where that table is gone, which is told when it is read.
    """
    try:
        table = Table(book, PIPELINE, {"id": "stage_id"}, file)
    except BadFile:
        return []
    return list(dict.fromkeys(as_text(row.values[0]) or row.text("id") for row in table.rows()))


def former_ids(rows: Sequence[Row], before: Sequence[str]) -> list[str]:
    """For each row the id of the stage that it was; "" for a new one, and for the copy of another.

    A row is the stage that it names; where its id was typed over and stands nowhere else, the one that it was.
    """
    said = [row.text("id") for row in rows]
    taken: set[str] = set()
    found = []
    for row, id_ in zip(rows, said):
        key = as_text(row.values[0])
        was = id_ if id_ in before else key if key in before and key not in said else ""
        found.append("" if was in taken else was)
        taken.add(was)
    return found


def last_of(rows: Sequence[Row]) -> int | None:
    """The place of the last stage, whose cells that lead on are locked; the first of several that are copies of it."""
    dashes = [number for number, row in enumerate(rows) if row["rate"] == DASH]
    if not dashes:
        return None
    at = dashes[-1]
    while at - 1 in dashes:
        at -= 1
    return at
