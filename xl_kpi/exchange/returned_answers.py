"""What a department answered on 合意 of a returned workbook."""

from __future__ import annotations

from collections.abc import Sequence

from xl_kpi.catalog import text
from xl_kpi.exchange.returned_cells import CellFaults
from xl_kpi.exchange.returned_round import Foreign, Gathered, Round
from xl_kpi.plan.merge import same
from xl_kpi.plan.model import Answer
from xl_kpi.plan.reading import Collector
from xl_kpi.plan.records import Value
from xl_kpi.workbook.answers import ANSWER_COLUMNS, read_answer
from xl_kpi.workbook.reader_rows import Entries
from xl_kpi.workbook.tables import Row

_TABLE = "tbl_agreement"
_TYPED = ("state", "by", "on", "comment")
_COLUMNS = {**ANSWER_COLUMNS, "number": "agreement_number"}


def read_answers_back(entries: Entries, this: Round, ids: Sequence[str], found: Gathered) -> None:
    """The open rows, each with the number that stood beside it in the file; changes in others are listed."""
    wanted = this.answers(tuple(ids))
    if not entries.book.defined(_TABLE):
        if wanted:
            sheet = text("sheet_agreement", this.plan.lang)
            found.lost.append(text("collect_lost_block", entries.lang, block=sheet, name=_TABLE))
        return
    rows: dict[str, list[Row]] = {}
    for row in entries.table(_TABLE, _COLUMNS).rows():
        rows.setdefault(row.text("id"), []).append(row)
    for what in sorted(wanted):
        if what not in rows:
            name = f"{text('sheet_agreement', this.plan.lang)} {what}"
            found.lost.append(text("collect_lost_row", entries.lang, row=name, name=_TABLE))
        elif len({tuple(map(str, (row[column] for column in _TYPED))) for row in rows[what]}) > 1:
            places = text("collect_comma", entries.lang).join(
                f"{row.place('state').sheet}!{row.place('state').cell}" for row in rows[what][:3]
            )
            found.lost.append(text("collect_lost_twice", entries.lang, row=what, places=places))
        else:
            _open_row(entries, rows[what][0], what, found)
    for what in sorted(rows.keys() - wanted):
        for row in rows[what]:
            _closed_row(entries, this, row, what, found)


def _open_row(entries: Entries, row: Row, what: str, found: Gathered) -> None:
    prefix, cells = f"{_TABLE}[{what}]", CellFaults(entries)
    plain = [cells.is_plain(entries.formula_at(place) if row[column] is None else _formula(entries, place), place)
             for column in _TYPED for place in [row.place(column)]]  # fmt: skip
    fine, answer = cells.unless_fault(lambda: read_answer(entries, row, prefix))
    if fine and all(plain):
        found.entries.update(_entries(prefix, answer))
        number = row["number"]
        if answer.state and isinstance(number, float):
            found.entries[f"{prefix}.value"] = number
    else:
        found.unread.update(f"{prefix}.{column}" for column in (*_TYPED, "value"))


def _formula(entries: Entries, place: object) -> str:
    formula = entries.formula_at(place)  # type: ignore[arg-type]
    return formula if formula.startswith("=") else ""


def _closed_row(entries: Entries, this: Round, row: Row, what: str, found: Gathered) -> None:
    """What a person has answered for another department."""
    prefix = f"{_TABLE}[{what}]"
    answer = read_answer(Entries(entries.book, Collector(entries.lang)), row, prefix)
    for key, value in _entries(prefix, answer).items():
        if not same(value, this.entries.get(key)):
            found.foreign.append(Foreign(key, value, this.entries.get(key), row.place(key.rpartition(".")[2])))


def _entries(prefix: str, answer: Answer) -> dict[str, Value]:
    return {f"{prefix}.{column}": getattr(answer, column) or None for column in _TYPED}
