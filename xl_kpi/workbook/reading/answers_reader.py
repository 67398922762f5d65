"""The answers on 合意, read from the workbook in which a department has given them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from xl_kpi.plan.input import reading
from xl_kpi.plan.model import Answer
from xl_kpi.workbook.reading.entry_reader import Entries
from xl_kpi.workbook.reading.tables import Row

ANSWER_COLUMNS = {
    "id": "agreement_id", "state": "agreement_state", "by": "agreement_by", "on": "agreement_on",
    "comment": "agreement_comment", "value": "agreement_value",
}  # fmt: skip
_READERS = {"on": reading.read_date, "value": reading.read_number}  # the others hold words


def read_answers(entries: Entries) -> dict[str, Answer]:
    """What the departments answered, by "stage:<id>" or "channel:<id>"; rows without an answer are left out.

    Special cases: a workbook from before there was such a sheet has no answers.
    """
    if not any(name.name.rpartition("!")[2] == "tbl_agreement" for name in entries.book.names):
        return {}
    found: dict[str, Answer] = {}
    for row in entries.table("tbl_agreement", ANSWER_COLUMNS).rows():
        key = row.text("id")
        answer = read_answer(entries, row, f"tbl_agreement[{key}]")
        if key and answer != Answer():
            found.setdefault(key, answer)
    return found


def read_answer(entries: Entries, row: Row, prefix: str) -> Answer:
    """The answer in one row of the table; ``prefix`` is what its entries' keys begin with."""
    for column in fields(Answer):
        entries.note(f"{prefix}.{column.name}", row.place(column.name))
    return Answer(**{column.name: read_part(entries, row, column.name) for column in fields(Answer)})


def read_part(entries: Entries, row: Row, column: str) -> Any:
    """One cell of an answer: a field of ``Answer``; "" where it is blank or can't be read, with a fault then."""
    if column == "state":
        blank = row.is_blank_at("state")
        return "" if blank else entries.listed(row["state"], "answer", row.place("state")) or ""
    if column in _READERS:
        found = entries.take(row, column, _READERS[column], "", optional=True)
        return "" if found is None else found
    return row.text(column)
