"""The tables that grow by typing, read from the workbook: every row in which something stands, with its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from xl_kpi.errors import BadFile, Fault, Phrase, Words
from xl_kpi.plan.input.field import STAGES_BY_NAME, Field
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.row_names import RowNames, folded
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.pages.kpi_links import REFERS, KpiLinks
from xl_kpi.plan.pages.named import is_known, read_named
from xl_kpi.plan.pages.tables import TABLES, TypedTable, row_ids
from xl_kpi.plan.records import Value
from xl_kpi.workbook.reading.entry_reader import Entries, as_text
from xl_kpi.workbook.reading.tables import CellAddress, Row, Table, has_name
from xl_kpi.workbook.sheet_kinds import ROW_ID

ID = "id"
MOST_TOLD = 20  # warnings of one kind about the rows of a table; the others are counted


def read_typed_rows(
    entries: Entries, last: Mapping[str, Value], links: KpiLinks, stages: RowNames
) -> dict[str, dict[str, dict[str, Any]]]:
    """Table → id of a row → column → value.

    Arguments: ``last`` the entries as the last command left them; ``links`` the KPIs that a cell may name,
    ``stages`` the stages.
    Special cases: a row without an id, one that somebody has put in or pasted below, gets the next one; of rows that
    share one, copies, the first keeps it.  A table whose page somebody has deleted is as the last command left it,
    with a warning.  More rows than a table takes are one fault.
    """
    found = {}
    was = _before(last)
    for table in TABLES:
        rows = _rows(entries, table, last, was.get(table.key, {}), links, stages)
        if rows:
            found[table.key] = rows
    return found


def _rows(
    entries: Entries,
    table: TypedTable,
    last: Mapping[str, Value],
    before: dict[str, dict[str, Any]],
    links: KpiLinks,
    stages: RowNames,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    try:
        if not has_name(entries.book, table.key):
            raise BadFile("reader_no_name", file=entries.file, name=table.key)
        at = entries.typed_rows(table.key, headers(table), table.most)
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
    _names(entries, table, rows)
    ids = _ids(entries, table, at, rows, before)
    formulas = at.formulas()
    read = TypedCells(entries, table, last, links, stages)
    found = {id_: cells for id_, row in zip(ids, rows) if (cells := read.of(id_, row, formulas))}
    tell(entries, read.gone)
    return found


def headers(table: TypedTable) -> dict[str, str]:
    """Column → the text in its header, that of the ids among them."""
    return {ID: ROW_ID, **{one.column: one.label for one in table.columns}}


def _before(last: Mapping[str, Value]) -> dict[str, dict[str, dict[str, Any]]]:
    """Of the entries as the last command left them those of such tables: table → id of a row → column → value."""
    found: dict[str, dict[str, dict[str, Any]]] = {table.key: {} for table in TABLES}
    for key, value in last.items():
        rows = found.get(key.partition("[")[0])
        if rows is not None:
            entry = EntryKey.parse(key)
            rows.setdefault(str(entry.row), {})[entry.column] = value
    return found


def _ids(
    entries: Entries, table: TypedTable, at: Table, rows: Sequence[Row], before: Mapping[str, Any]
) -> list[str]:  # fmt: skip
    """The id of each row; those that have none get the next ones."""
    said = [as_text(row[ID]) for row in rows]
    standing = [as_text(line[at.columns[ID]]) for line in at.values[1:]]
    fresh = iter(row_ids([*standing, *before], len(rows)))
    taken: dict[str, Row] = {}
    found, copies = [], []
    for row, id_ in zip(rows, said):
        if id_ in taken:
            allowed = Words("row_id_twice", first=taken[id_].place(table.lead).cell)
            copies.append((shown(row[table.lead]), allowed, row.place(table.lead)))
        if not id_ or id_ in taken:
            id_ = next(fresh)
        taken[id_] = row
        found.append(id_)
    tell(entries, copies)
    return found


def _names(entries: Entries, table: TypedTable, rows: Sequence[Row]) -> None:
    """Warnings about rows that are called as another one is, width and case of the letters aside, or not at all."""
    if not table.alone:
        return
    first: dict[str, Row] = {}
    nameless, twice = [], []
    for row in rows:
        place = row.place(table.lead)
        if row.is_blank_at(table.lead):
            nameless.append(("", Words("row_nameless", column=Words(table.header(table.lead))), place))
            continue
        other = first.setdefault(folded(as_text(row[table.lead])), row)
        if other is not row:
            allowed = Words("row_name_twice", first=other.place(table.lead).cell)
            twice.append((shown(row[table.lead]), allowed, place))
    tell(entries, nameless)
    tell(entries, twice)


Told = tuple[Phrase, Words, CellAddress]


def tell(entries: Entries, warnings: Sequence[Told]) -> None:
    """Warnings of one kind: the first ones, and how many there are more."""
    for found, allowed, place in warnings[:MOST_TOLD]:
        entries.collector.add(found, allowed, cell=place.cell, sheet=place.sheet, level="warning")
    if more := warnings[MOST_TOLD:]:
        _, allowed, place = more[0]
        counted = Words("rows_more", count=f"{len(more):,}", allowed=allowed)
        entries.collector.add("", counted, cell=place.cell, sheet=place.sheet, level="warning")


@dataclass(frozen=True)
class TypedCells:
    """Reads the cells of rows; ``last``, ``links`` and ``stages`` as for ``read_typed_rows``.

    ``gone`` takes a warning for each cell with a stage that the plan has no more.
    """

    entries: Entries
    table: TypedTable
    last: Mapping[str, Value]
    links: KpiLinks
    stages: RowNames
    gone: list[Told] = field(default_factory=list)

    def of(self, id_: str, row: Row, formulas: Sequence[Sequence[Any]]) -> dict[str, Any]:
        found = {}
        for one in self.table.columns:
            key, place, raw = f"{self.table.key}[{id_}].{one.column}", row.place(one.column), row[one.column]
            self.entries.note(key, place)
            if raw is None and not str(formulas[row.offset][row.table.columns[one.column]] or ""):
                continue
            value = self.value(one, key, raw, place)
            if value is not None and value != "":
                found[one.column] = value
        return found

    def value(self, one: Field, key: str, raw: Any, place: CellAddress) -> Any:
        """What stands in the cell of a column, as an entry with this key; faults go to the entries."""
        reader, options = one.reader()
        if one.refers == REFERS:
            reader = self.links.reader(self.last.get(key))
        if one.refers == STAGES_BY_NAME:
            value = self.entries.read(raw, place, self._named(one, key), {"optional": True})
            if not is_known(value, one, self.stages):
                self.gone.append((value, Words("row_stage_gone"), place))
            return value
        if one.in_money(""):
            return self.entries.amount(key, raw, place, reader, {"optional": True, **options})
        return self.entries.read(raw, place, reader, {"optional": True, **options})

    def _named(self, one: Field, key: str) -> Callable[[Any], str]:
        return partial(read_named, one=one, names=self.stages, before=self.last.get(key))
