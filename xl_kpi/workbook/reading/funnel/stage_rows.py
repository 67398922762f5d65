"""The rows of the stages as they stand on ファネル, held against those with which its sheets were written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xl_kpi.calc import exact
from xl_kpi.errors import BadFile, Words
from xl_kpi.plan.input.amounts import read_number
from xl_kpi.plan.input.raw_values import Unreadable, refusal
from xl_kpi.plan.keys import PIPELINE
from xl_kpi.plan.stages.order import StageRow
from xl_kpi.workbook.reading.entry_reader import Entries, as_text
from xl_kpi.workbook.reading.tables import CellAddress, Row, Table

CURVE_DAYS = (30, 60, 90, 120, 150, 180)
NEWER_OF_STAGES = ("basis", "order")  # columns that came later than the first workbooks
STAGE_COLUMNS = {
    "id": "stage_id", "name": "stage_name", "owner": "stage_owner", "rate": "stage_rate", "low": "stage_low",
    "high": "stage_high", **{f"curve{days}": f"stage_curve@{days}" for days in CURVE_DAYS}, "basis": "stage_basis",
    "order": "stage_order",
}  # fmt: skip
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


def rows_for_order(
    entries: Entries, rows: Sequence[Row], was: Sequence[str], before: Sequence[str]
) -> tuple[list[StageRow], bool]:
    """The rows of the stages as they stand, for their order, and whether a number of them can't be read.

    Special cases: the number of a row that was copied is none.
    """
    ends, begun = last_of(rows), len(entries.collector.faults)
    found = []
    for at, row in enumerate(rows):
        told = len(entries.collector.faults)
        number = entries.take(row, "order", read_order, "", optional=True) if row.has("order") else None
        unread = len(entries.collector.faults) > told  # told already
        below = ends is not None and at > ends and not unread
        key = as_text(row.values[0])
        copied = not was[at] and key in before and before.index(key) + 1 == number
        place = None if number is None or copied else exact(number)
        found.append(StageRow(row.text("name") or row.text("id"), was[at], place, below, at == ends))
    return found, len(entries.collector.faults) > begun


def place_of_gone(table: Table, rows: Sequence[Row], before: Sequence[str]) -> CellAddress | None:
    """Where the last stage is to be typed again that somebody has cleared or deleted; None where it stands.

    The goal counts the last stage: that another one is the last is said by typing over its id and its name, never by
    taking it away.  Its own row where that was cleared, else the one below all others.
    """
    if not before or not rows or last_of(rows) is not None:
        return None
    if any(before[-1] in (row.text("id"), as_text(row.values[0])) for row in rows):
        return None
    own = (at for at, values in enumerate(table.values) if at and as_text(values[0]) == before[-1])
    return Row(table, next(own, rows[-1].offset + 1), []).place("id")


def read_order(raw: Any) -> float:
    """The number of a stage among the others, 0 or more.

    Errors: Unreadable, with 2.5 as what may be typed.
    """
    try:
        return read_number(raw, low=0)
    except Unreadable:
        raise refusal(raw, Words("stage_order_number")) from None
