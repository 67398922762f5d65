"""Rows of the tables that grow by typing that a workbook remembers: their ids are given to no other row."""

from __future__ import annotations

from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.pages.tables import TABLES
from xl_kpi.plan.records import Records


def remembered_rows(records: Records) -> dict[str, set[str]]:
    """Of each table the rows of which the workbook remembers an entry: as it was last, kept, logged or sent."""
    found: dict[str, set[str]] = {table.key: set() for table in TABLES}
    sent = (entry for one in records.sent for entry in one.entries)
    for key in (*records.last, *records.archive, *(change.key for change in records.history), *sent):
        rows = found.get(key.partition("[")[0])
        if rows is not None:
            rows.add(EntryKey.parse(key).row or "")
    return found
