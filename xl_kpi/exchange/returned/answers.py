"""What a department answered on 合意 of a returned workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from xl_kpi.catalog import text
from xl_kpi.errors import Joined, Words
from xl_kpi.exchange.returned.distribution import ChangedElsewhere, Gathered, Round, channels_in
from xl_kpi.exchange.returned.safe_cells import CellFaults
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.reading import Collector
from xl_kpi.plan.model import Answer
from xl_kpi.plan.records import Value
from xl_kpi.plan.same_value import same
from xl_kpi.workbook.reading.answers_reader import ANSWER_COLUMNS, read_answer, read_part
from xl_kpi.workbook.reading.entry_reader import Entries
from xl_kpi.workbook.reading.tables import Row

_TABLE = "tbl_agreement"
_TYPED = ("state", "by", "on", "comment")
_COLUMNS = {**ANSWER_COLUMNS, "number": "agreement_number", "name": "agreement_name"}


def read_answers_back(entries: Entries, this: Round, person: str, ids: Sequence[str], found: Gathered) -> None:
    """The open rows, each with the number that stood beside it in the file; changes in others are listed.

    Special cases: a cell that can't be read is left out of its answer, so that an objection is heard whatever is wrong
    with its date or comment; where it is the answer itself, the file says nothing about the row.
    """
    wanted = this.answers(tuple(ids))
    if not entries.book.defined(_TABLE):
        if wanted:
            sheet = text("sheet_agreement", this.plan.lang)
            found.lost.append(Words("collect_lost_block", block=sheet, name=_TABLE))
        return
    rows: dict[str, list[Row]] = {}
    for row in entries.table(_TABLE, _COLUMNS).rows():
        rows.setdefault(row.text("id"), []).append(row)
    names = set(this.names.values())
    strangers = {
        what: row
        for what, each in rows.items()
        for row in each
        if what in this.names and row.text("name") in names and row.text("name") != this.names[what]
    }
    for what, row in strangers.items():
        _parted_row(entries, this, row, what, found)
    # a channel that the plan has lost since was open all the same
    gone = {f"channel:{channel}" for channel in channels_in(ids) if channel not in this.channels}
    wanted |= gone & rows.keys()
    for what in sorted(wanted - strangers.keys()):
        if what not in rows:
            name = f"{text('sheet_agreement', this.plan.lang)} {what}"
            found.lost.append(Words("collect_lost_row", row=name, name=_TABLE))
        elif len({tuple(map(str, (row[column] for column in _TYPED))) for row in rows[what]}) > 1:
            places = Joined(
                tuple(f"{row.place('state').sheet}!{row.place('state').cell}" for row in rows[what][:3]),
                Words("collect_comma"),
            )
            found.lost.append(Words("collect_lost_twice", row=what, places=places))
        else:
            _open_row(entries, this, person, rows[what][0], what, found)
    for what in sorted(rows.keys() - wanted - strangers.keys()):
        for row in rows[what]:
            _closed_row(entries, this, row, what, found)


def _parted_row(entries: Entries, this: Round, row: Row, what: str, found: Gathered) -> None:
    """Nobody can tell about which number the answer was given: nothing of it is taken."""
    found.unread.update(f"{_TABLE}[{what}].{column}" for column in (*_TYPED, "value"))
    name = this.names.get(what, what)
    entries.fault(shown(row.text("name")), Words("collect_parted", row=name), row.place("name"))


def _open_row(entries: Entries, this: Round, person: str, row: Row, what: str, found: Gathered) -> None:
    prefix, cells = f"{_TABLE}[{what}]", CellFaults(entries)
    before = len(entries.collector.faults)
    read = {column: _cell(cells, row, column) for column in _TYPED}
    heard, state = read["state"]
    if heard:
        found.entries.update({f"{prefix}.{column}": said or None for column, (fine, said) in read.items() if fine})
        found.unread.update(f"{prefix}.{column}" for column, (fine, _) in read.items() if not fine)
        # a script that fills in a workbook loses the results of its formulas: what was sent stood there
        number = row["number"] if isinstance(row["number"], float) else this.numbers.get(what)
        if state and number is not None:
            found.entries[f"{prefix}.value"] = number
    else:
        found.unread.update(f"{prefix}.{column}" for column in (*_TYPED, "value"))
    if state or not heard:  # without an answer there is nothing to tell of but the cell
        key = "collect_answer_cell" if heard else "collect_answer_left"
        name = _name(this, what)
        faults = entries.collector.faults
        faults[before:] = [
            replace(
                fault,
                allowed=Words(key, allowed=fault.allowed, person=person, name=name),
                level="warning" if heard else fault.level,  # the answer is taken
            )
            for fault in faults[before:]
        ]


def _cell(cells: CellFaults, row: Row, column: str) -> tuple[bool, Any]:
    """Whether a cell of an answer could be read, and what stands in it."""
    place = row.place(column)
    formula = cells.entries.formula_at(place)
    if row[column] is not None and not formula.startswith("="):
        formula = ""  # a constant
    if not cells.is_plain(formula, place):
        return False, None
    return cells.unless_fault(lambda: read_part(cells.entries, row, column))


def _name(this: Round, what: str) -> str:
    kind, _, id_ = what.partition(":")
    rows = this.plan.stages if kind == "stage" else this.plan.channels
    return next((row.name for row in rows if row.id == id_), id_)


def _closed_row(entries: Entries, this: Round, row: Row, what: str, found: Gathered) -> None:
    """What a person has answered for another department."""
    prefix = f"{_TABLE}[{what}]"
    answer = read_answer(Entries(entries.book, Collector()), row, prefix)
    for key, value in _entries(prefix, answer).items():
        if not same(value, this.entries.get(key)):
            found.foreign.append(ChangedElsewhere(key, value, this.entries.get(key), row.place(key.rpartition(".")[2])))


def _entries(prefix: str, answer: Answer) -> dict[str, Value]:
    return {f"{prefix}.{column}": getattr(answer, column) or None for column in _TYPED}
