"""Single entries of a workbook with their places, and the rows of the KPI dictionary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from xl_kpi import catalog
from xl_kpi.errors import Joined, Phrase, Words
from xl_kpi.formulas.formula import INPUT, is_input
from xl_kpi.plan.fields import field_of
from xl_kpi.plan.input import reading
from xl_kpi.plan.input.raw_values import is_blank, shown
from xl_kpi.plan.input.reading import Collector
from xl_kpi.plan.input.row_names import Ambiguous, RowNames
from xl_kpi.plan.keys import KPIS, EntryKey
from xl_kpi.plan.model import Kpi
from xl_kpi.plan.money.cells import YEN
from xl_kpi.plan.records import Value
from xl_kpi.workbook.reading.money_reader import MoneyInCells
from xl_kpi.workbook.reading.tables import CellAddress, Row, Table, named_value

_KPI_COLUMNS = {
    name: f"kpi_{name}"
    for name in ("channel", "id", "name_ja", "name_en", "definition", "unit", "better", "owner", "rhythm", "source",
                 "target", "value", "basis", "actual", "decomposition", "weight", "on", "parent", "split")
}  # fmt: skip
_NEWER = ("on", "parent", "split", "basis")  # columns that came later than the first workbooks
_FORMULAS = ("target", "actual", "decomposition")
_COUNTED = (int, float, dt.date)
_WORDS = ("name_ja", "definition", "owner", "source")  # of which a check may say that they are blank


class Entries:
    """Reads entries one by one: the value, or None with a fault at the entry's own cell."""

    def __init__(self, book: Any, collector: Collector):
        self.book, self.collector = book, collector
        self.file = collector.file
        self.places: dict[str, list[CellAddress]] = {}
        self.as_text: dict[CellAddress, str] = {}  # numbers and dates that are text for the cells' formulas
        self.money = MoneyInCells(YEN, YEN, {})

    def note(self, key: str, place: CellAddress) -> None:
        """Remember where the entry with this key stands."""
        if key:
            self.places.setdefault(key, []).append(place)

    def fault(self, found: Phrase, allowed: Words, place: CellAddress) -> None:
        self.collector.add(found, allowed, cell=place.cell, sheet=place.sheet)

    def value(self, name: str) -> tuple[Any, CellAddress]:
        """What stands in the one cell behind a name."""
        value, place = named_value(self.book, name, self.file)
        self.note(name, place)
        return value, place

    def cell(self, name: str, reader: Any, **options: Any) -> Any:
        """The entry behind a name; ``options`` are those of ``Collector.read`` and of the reader."""
        value, place = self.value(name)
        return self.read(value, place, reader, options)

    def text(self, name: str) -> str:
        value, place = self.value(name)
        if value is None:
            self._without_result(place)
        return as_text(value)

    def take(self, row: Row, column: str, reader: Any, key: str, **options: Any) -> Any:
        """One entry of a row; ``key`` is what the checks call it ("" where they have no word for it)."""
        place = row.place(column)
        self.note(key, place)
        return self.read(row[column], place, reader, options)

    def amount(self, key: str, value: Any, place: CellAddress, reader: Any, options: Mapping[str, Any]) -> Any:
        """An amount in the unit of the sheets, ``key`` that of its entry; where it may be in another it is asked."""
        before = len(self.collector.faults)
        read = self.read(value, place, reader, {**options, "factor": self.money.factor})
        factor = self.money.typed_in(key, value, read)
        if len(self.collector.faults) > before or factor == self.money.factor:
            return read
        if factor is None:
            self.collector.faults.append(self.money.question(value, place, self.file))
            return read
        return self.read(value, place, reader, {**options, "factor": factor})

    def typed(self, row: Row, key: str, column: str = "", unit: str = "", **options: Any) -> Any:
        """The entry ``key`` of a row, read as the table of what can be typed says; ``column`` where it has no own."""
        entry = EntryKey.parse(key)
        one = field_of(entry.kind)
        reader, bounds = one.reader(unit)
        said = {"optional": one.optional or one.default is not None, "default": one.default, **bounds, **options}
        return self.take(row, column or entry.column, reader, key, **said)

    def row_named(self, row: Row, column: str, names: RowNames, before: str) -> str:
        """The id of the stage or channel that a cell names, by its id or its name; ``before`` as for ``RowNames``."""
        typed = self.words(row, column)
        try:
            return names.id_of(typed, before)
        except Ambiguous as problem:
            self.fault(typed, Words("reader_ambiguous", ids=", ".join(problem.ids)), row.place(column))
            return typed

    def row_id(self, row: Row, table: str, owner: str = "") -> str:
        """The id that a row's first visible column gives it.

        Arguments: ``owner`` the channel of a KPI, with a dot behind it.
        Special cases: where it is blank, which is a fault, the id for which the row was written stands in, unless
        another row has it: what else names it is then no fault of its own.  One that can't be an id is as typed.
        """
        place = row.place("id")
        read = self.collector.read(reading.read_id, row["id"], cell=place.cell, sheet=place.sheet)
        row_id = row.text("id") if read is None else read
        if not row_id:
            entry = EntryKey(table, as_text(row.values[0]))
            before = (entry.id if owner else entry.row) or ""
            row_id = "" if row.table.has_value("id", before) else before
        self.note(f"{table}[{owner}{row_id}].id", place)
        return row_id

    def read(self, value: Any, place: CellAddress, reader: Any, options: Mapping[str, Any]) -> Any:
        """A value that stands at ``place``; a formula without a result, or with an error, is a fault, no blank."""
        if value is None:
            typed = self.formula_at(place)
            if typed.startswith("="):
                self.fault(typed, Words("reader_no_result"), place)
                return options.get("default")
            value = typed or None  # an error value that was typed as such
        before = len(self.collector.faults)
        read = self.collector.read(reader, value, cell=place.cell, sheet=place.sheet, **options)
        if isinstance(value, str) and not is_blank(value) and len(self.collector.faults) == before:
            if isinstance(read, _COUNTED) and not isinstance(read, bool):
                self.as_text.setdefault(place, shown(value))
        return read

    def words(self, row: Row, column: str) -> str:
        """The text in a row; a formula without a stored result is a fault, for its text is not known."""
        if row[column] is None:
            self._without_result(row.place(column))
        return row.text(column)

    def _without_result(self, place: CellAddress) -> None:
        typed = self.formula_at(place)
        if typed.startswith("="):
            self.fault(typed, Words("reader_no_result"), place)

    def formula_at(self, place: CellAddress) -> str:
        """The formula in a cell, with its "="; a constant as text."""
        return str(self.book.sheets[place.sheet].range(place.cell).formula or "")

    def table(self, name: str, columns: Mapping[str, str], open_end: int = 0, newer: Collection[str] = ()) -> Table:
        table = Table(self.book, name, columns, self.file, open_end, newer=newer)
        self.note(name, CellAddress(table.sheet, table.first_cell))
        return table

    def typed_rows(self, name: str, columns: Mapping[str, str], most: int) -> Table:
        """A table that grows by typing, of ``most`` rows, with whatever was typed or pasted below it."""
        table = Table(self.book, name, columns, self.file, 1, most)
        self.note(name, CellAddress(table.sheet, table.first_cell))
        return table

    def chosen(self, name: str, choices: str) -> str | None:
        value, place = self.value(name)
        return self.listed(value, choices, place)

    def listed(self, value: Any, choices: str, place: CellAddress) -> str | None:
        """The id of a choice of one of the catalog's lists, by its id or its words in either language."""
        choice = catalog.find_choice(choices, as_text(value))
        if choice is None:
            words = Joined(tuple(one.words for one in catalog.choices(choices)), " / ")
            self.fault(as_text(value), Words("allowed_choice", choices=words), place)
            return None
        return choice.id

    def column_choice(self, row: Row, key: str) -> str:
        """The choice in a column of the table; its default where the cell is blank or can't be read."""
        entry = EntryKey.parse(key)
        one = field_of(entry.kind)
        self.note(key, row.place(entry.column))
        words = self.words(row, entry.column)
        return (self.listed(words, one.choices, row.place(entry.column)) if words else None) or one.default


def as_text(value: Any) -> str:
    """A cell's value as a person sees it: 2026 and not 2026.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def newer_columns(table: str, columns: Collection[str], last: Mapping[str, Value]) -> list[str]:
    """Those of ``columns`` in which nothing stood yet, so that a workbook may well have been made without them."""
    stood = {EntryKey.parse(key).kind for key in last if key.startswith(f"{table}[")}
    return [column for column in columns if f"{table}.{column}" not in stood]


def read_kpis(entries: Entries, channels: RowNames, last: Mapping[str, Value] | None = None) -> tuple[Kpi, ...]:
    """The rows of the KPI dictionary, those typed below the table's end among them.

    Arguments: ``last`` the entries as the last command left them: a column in which something stood must be there.
    """
    newer = newer_columns(KPIS, _NEWER, last or {})
    table = entries.table(KPIS, _KPI_COLUMNS, open_end=1, newer=newer)
    return tuple(_kpi(entries, row, channels) for row in table.rows())


def _kpi(entries: Entries, row: Row, channels: RowNames) -> Kpi:
    before = EntryKey(KPIS, as_text(row.values[0])).owner  # the channel for which the row was written
    channel = entries.row_named(row, "channel", channels, before)
    kpi_id = entries.row_id(row, KPIS, f"{channel}.")
    prefix = f"tbl_kpis[{channel}.{kpi_id}]"
    for column in (*_FORMULAS, *_WORDS, "unit", "weight", "channel", "parent", "split"):
        if row.has(column):
            entries.note(f"{prefix}.{column}", row.place(column))
    unit, factor = _unit(entries, row)
    formulas = {column: _formula(entries, row, column) for column in _FORMULAS}
    name_en = entries.words(row, "name_en")
    name = entries.words(row, "name_ja") or name_en or kpi_id
    return Kpi(
        id=kpi_id,
        channel=channel,
        name_ja=name,
        name_en=name_en or name,
        unit=unit,
        target=formulas["target"] or INPUT,
        actual=formulas["actual"] or INPUT,
        definition=entries.words(row, "definition"),
        better=entries.column_choice(row, f"{prefix}.better"),
        owner=entries.words(row, "owner"),
        rhythm=entries.column_choice(row, f"{prefix}.rhythm"),
        source=entries.words(row, "source"),
        value=entries.typed(row, f"{prefix}.value", unit=unit, **factor),
        decomposition=formulas["decomposition"],
        weight=entries.words(row, "weight"),
        on=entries.typed(row, f"{prefix}.on") if row.has("on") else True,
        parent=entries.words(row, "parent") if row.has("parent") else "",
        split=entries.words(row, "split") if row.has("split") else "",
        basis=entries.column_choice(row, f"{prefix}.basis") if row.has("basis") else "",
    )


def _unit(entries: Entries, row: Row) -> tuple[str, dict[str, Any]]:
    """The unit of a KPI, and of money how many yen a number alone is: the row itself names the unit of its money."""
    words = as_text(row["unit"])
    money = next((one for one in catalog.currency_units() if words in (one.id, *one.label.values())), None)
    if money is None and (choice := catalog.find_choice("currency", words)) and choice.id != YEN:
        money = catalog.unit(choice.id)
    if money is not None:
        return YEN, {"factor": money.factor}
    return entries.listed(row["unit"], "unit", row.place("unit")) or "count", {}


def _formula(entries: Entries, row: Row, column: str) -> str:
    """A KPI formula as text; one that was typed with "=" has become Excel's and is read as what was meant."""
    place = row.place(column)
    typed = row.text(column)
    if not typed:
        typed = entries.formula_at(place)
    typed = typed.removeprefix("=").strip()
    return INPUT if is_input(typed) else typed
