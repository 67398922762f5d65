"""The tables that grow by typing, read from the workbook: every row in which something stands, with its id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xl_kpi.errors import BadFile, Fault, Words
from xl_kpi.plan.input.field import Field
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.pages.kpi_links import REFERS, KpiLinks
from xl_kpi.plan.pages.tables import TABLES, TypedTable, row_ids
from xl_kpi.plan.records import Value
from xl_kpi.workbook.reading.entry_reader import Entries, as_text
from xl_kpi.workbook.reading.tables import CellAddress, Row, Table, has_name
from xl_kpi.workbook.sheet_kinds import ROW_ID

ID = "id"


def read_typed_rows(
    entries: Entries, last: Mapping[str, Value], links: KpiLinks
) -> dict[str, dict[str, dict[str, Any]]]:
    """Table → id of a row → column → value.

    Arguments: ``last`` the entries as the last command left them; ``links`` the KPIs that a cell may name.
    Special cases: a row without an id, one that somebody has put in or pasted below, gets the next one; of rows that
    share one, copies, the first keeps it.  A table whose page somebody has deleted is as the last command left it,
    with a warning.  More rows than a table takes are one fault.
    """
    found = {}
    for table in TABLES:
        rows = _rows(entries, table, last, links)
        if rows:
            found[table.key] = rows
    return found


def _rows(entries: Entries, table: TypedTable, last: Mapping[str, Value], links: KpiLinks) -> dict[str, dict[str, Any]]:
    before = _before(table, last)
    try:
        if not has_name(entries.book, table.key):
            raise BadFile("reader_no_name", file=entries.file, name=table.key)
        at = entries.typed_rows(table.key, {ID: ROW_ID, **{one.column: one.label for one in table.columns}}, table.most)
    except BadFile as problem:
        if problem.key != "reader_no_name":
            raise
        if before:
            allowed = Words("vanished", count=sum(map(len, before.values())), file=entries.file)
            sheet = Words(f"sheet_{table.page}")
            entries.collector.faults.append(Fault(sheet, allowed, file=entries.file, level="warning"))
        return before
    rows = []
    for row in at.rows():
        if any(not row.is_blank_at(one.column) for one in table.columns):
            rows.append(row)
        elif id_ := as_text(row[ID]):  # a blank one to type into
            for one in table.columns:
                entries.note(f"{table.key}[{id_}].{one.column}", row.place(one.column))
    if len(rows) > table.most:
        place = rows[table.most].place(table.lead)
        entries.fault(f"{len(rows):,}", Words("table_too_long", most=f"{table.most:,}"), place)
        rows = rows[: table.most]
    ids = _ids(entries, table, at, rows, before)
    formulas = at.formulas()
    read = _Cells(entries, table, last, links)
    return {id_: cells for id_, row in zip(ids, rows) if (cells := read.of(id_, row, formulas))}


def _before(table: TypedTable, last: Mapping[str, Value]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for key, value in last.items():
        if key.startswith(f"{table.key}["):
            entry = EntryKey.parse(key)
            found.setdefault(str(entry.row), {})[entry.column] = value
    return found


def _ids(
    entries: Entries, table: TypedTable, at: Table, rows: Sequence[Row], before: Mapping[str, Any]
) -> list[str]:  # fmt: skip
    """The id of each row; those that have none get the next ones."""
    said = [as_text(row[ID]) for row in rows]
    standing = [as_text(line[at.columns[ID]]) for line in at.values[1:]]
    fresh = iter(row_ids([*standing, *before], len(rows)))
    taken: dict[str, Row] = {}
    found = []
    for row, id_ in zip(rows, said):
        if id_ in taken:
            first = taken[id_].place(table.lead)
            allowed = Words("row_id_twice", first=first.cell)
            place = row.place(table.lead)
            entries.collector.add(
                shown(row[table.lead]), allowed, cell=place.cell, sheet=place.sheet, level="warning"
            )  # fmt: skip
        if not id_ or id_ in taken:
            id_ = next(fresh)
        taken[id_] = row
        found.append(id_)
    return found


@dataclass(frozen=True)
class _Cells:
    """Reads the cells of rows; ``last`` and ``links`` as for ``read_typed_rows``."""

    entries: Entries
    table: TypedTable
    last: Mapping[str, Value]
    links: KpiLinks

    def of(self, id_: str, row: Row, formulas: Sequence[Sequence[Any]]) -> dict[str, Any]:
        found = {}
        for one in self.table.columns:
            key, place, raw = f"{self.table.key}[{id_}].{one.column}", row.place(one.column), row[one.column]
            self.entries.note(key, place)
            if raw is None and not str(formulas[row.offset][row.table.columns[one.column]] or ""):
                continue
            value = self._value(one, key, raw, place)
            if value is not None and value != "":
                found[one.column] = value
        return found

    def _value(self, one: Field, key: str, raw: Any, place: CellAddress) -> Any:
        reader, options = one.reader()
        if one.refers == REFERS:
            reader = self.links.reader(self.last.get(key))
        if one.in_money(""):
            return self.entries.amount(key, raw, place, reader, {"optional": True, **options})
        return self.entries.read(raw, place, reader, {"optional": True, **options})
