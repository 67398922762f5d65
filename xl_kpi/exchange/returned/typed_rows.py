"""The rows of the tables that grow by typing, from a returned workbook: changed ones, new ones, rows that are gone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from xl_kpi import catalog
from xl_kpi.errors import Words
from xl_kpi.exchange.returned.distribution import Gathered, Round
from xl_kpi.exchange.returned.safe_cells import CellFaults
from xl_kpi.plan.entries import names_in
from xl_kpi.plan.input.field import Field
from xl_kpi.plan.input.row_names import RowNames
from xl_kpi.plan.keys import STAGES, EntryKey
from xl_kpi.plan.pages.kpi_links import KpiLinks
from xl_kpi.plan.pages.tables import TypedTable, number_of_id
from xl_kpi.workbook.reading.entry_reader import Entries, as_text
from xl_kpi.workbook.reading.tables import Row
from xl_kpi.workbook.reading.typed_rows_reader import ID, TypedCells, headers, tell

_LETTERS = 6  # of the mark by which the rows of one person are told from those of others


def read_rows_back(entries: Entries, this: Round, person: str, ids: Sequence[str], found: Gathered) -> None:
    """The rows of the tables that were open to a person, into ``found``.

    Equation: a row that was sent is known by its id; every other one, typed into a blank row or a copy of one, is a row
    of this person and this version (``new_id``), so that nobody else's has its id, however often the file comes.
    Special cases: a row that was sent and is not in the file any more has lost all its entries; where no row has an id,
    nobody can tell them apart, and nothing of the file is taken.
    """
    tables = this.tables(tuple(ids))
    if not tables:
        return
    links = KpiLinks.of(this.plan, this.entries)
    stages = RowNames(
        {stage.id: stage.name for stage in this.plan.stages}, names_in(STAGES, this.entries), catalog.find_stage
    )
    for table in tables:
        if entries.book.defined(table.key):
            read = TypedCells(entries, table, this.entries, links, stages)
            _Table(entries, this, table, read, person).into(found)
        else:
            sheet = Words(f"sheet_{table.page}")
            found.lost.append(Words("collect_lost_block", block=sheet, name=table.key))


def new_id(version: str, person: str, number: int | str) -> str:
    """The id of a row that a person has added.

    Arguments: ``version`` that they were sent; ``person`` their address, in whatever letters; ``number`` that of the
    blank row into which it was typed, "n1", "n2" … for rows without one.
    Example: ``r-2-6c1f0e-8`` is the row that somebody typed into the blank row r8 of version 2.
    """
    mark = hashlib.sha256(person.casefold().encode()).hexdigest()[:_LETTERS]
    return f"r-{version}-{mark}-{number}"


class _Table:
    """One table of a returned workbook."""

    def __init__(self, entries: Entries, this: Round, table: TypedTable, read: TypedCells, person: str):
        self.entries, self.this, self.table, self.read, self.person = entries, this, table, read, person
        self.at = entries.typed_rows(table.key, headers(table), table.most)
        self.formulas = self.at.formulas()
        self.faults = CellFaults(entries)
        rows = (EntryKey.parse(key).row for key in this.sent.entries if key.startswith(f"{table.key}["))
        self.sent = list(dict.fromkeys(row for row in rows if row))

    def into(self, found: Gathered) -> None:
        there = {as_text(line[self.at.columns[ID]]) for line in self.at.values[1:]} - {""}
        if not there:
            sheet = Words(f"sheet_{self.table.page}")
            found.lost.append(Words("collect_lost_ids", block=sheet))
            return
        gone = set(self.sent) - there
        found.entries.update({key: None for key in self.this.sent.entries if self._row(key) in gone})
        for id_, row in self._rows():
            for one in self.table.columns:
                key = f"{self.table.key}[{id_}].{one.column}"
                fine, value = self._cell(one, key, row)
                if fine:
                    found.entries[key] = value
                else:
                    found.unread.add(key)
        tell(self.entries, self.read.gone)

    def _row(self, key: str) -> str | None:
        entry = EntryKey.parse(key)
        return entry.row if entry.table == self.table.key else None

    def _rows(self) -> Iterator[tuple[str, Row]]:
        """The rows in which something stands, and those that were sent, each with the id that it has in the plan."""
        known, taken, more = set(self.sent), set(), 0
        for row in self.at.rows():
            said = as_text(row[ID])
            if said in known and said not in taken:
                taken.add(said)
                yield said, row
            elif any(not row.is_blank_at(one.column) for one in self.table.columns):
                number: int | str = number_of_id(said) if said not in {*taken, *known} else 0
                if not number:
                    more += 1
                    number = f"n{more}"
                taken.add(said)
                yield new_id(self.this.sent.version, self.person, number), row

    def _cell(self, one: Field, key: str, row: Row) -> tuple[bool, Any]:
        """Whether a cell could be read, and the entry in it."""
        place, raw = row.place(one.column), row[one.column]
        formula = str(self.formulas[row.offset][self.at.columns[one.column]] or "")
        if raw is not None and not formula.startswith("="):
            formula = ""  # a constant
        if raw is None and not formula:
            return True, None
        is_number = isinstance(raw, (int, float)) and not isinstance(raw, bool)
        guard: Callable[[], bool] = (
            (lambda: self.faults.is_taken(formula, raw, place))
            if is_number
            else (lambda: self.faults.is_plain(formula, place))
        )
        if not guard():
            return False, None
        fine, value = self.faults.unless_fault(lambda: self.read.value(one, key, raw, place))
        return fine, value if value != "" else None
