"""What stands in columns of text, brought to days, stages and channels: each different value is read once, by us.

The engine hands over the values of a column that differ, gets a small table of what they mean, and joins it.  So every
engine reads them alike, and by the rules by which other downloads are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.exports import folded, is_missing
from xl_kpi.errors import BadFile, Words
from xl_kpi.exchange.exports.export import DECIMAL
from xl_kpi.exchange.exports.numbers import COMMA, EITHER, POINT, read_numbers
from xl_kpi.exchange.exports.reading import Reading
from xl_kpi.exchange.leads.days import DayReader, Unread
from xl_kpi.exchange.leads.engine import Engine, rows_of
from xl_kpi.exchange.leads.source import ROW

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_VALUES = 2_000_000  # that differ in one column of text: more is no column of days, sources or stages
MOST_SHOWN = 3  # rows that are named of each kind of odd cells
FEW_VALUES = 64  # up to so many are told by comparing, which is quicker than joining a table of them
_TIME = r"[ T]+[0-9]{1,2}:[0-9]{2}.*$"
DATE, MONEY, NUMBER, TEXT = "date", "decimal(18, 2)", "float64", "string"
Read = Callable[[list[str]], Mapping[str, Any]]  # different values, in order → what each means, None: nothing


class Columns:
    """New columns of a table, made at once: from columns as they are, or from what the values of one mean."""

    def __init__(self, engine: Engine, table: ir.Table):
        self._engine, self._table = engine, table
        self._made: dict[str, Any] = {}
        self._read: dict[str, tuple[Read, str]] = {}
        self._days: dict[str, tuple[str, DayReader]] = {}  # column → a new one made of it, and who reads its days
        self.unread: list[Unread] = []  # known once the table is done
        self.few: dict[str, Mapping[str, Any]] = {}  # likewise: new column → what the few values without spaces mean

    def missing(self, into: str, kind: str = TEXT) -> None:
        import ibis

        self._made[into] = ibis.null(kind)

    def as_is(self, into: str, column: str) -> None:
        self._made[into] = self._table[column]

    def text(self, into: str, *columns: str) -> None:
        """Text without spaces around it, of the first of the columns that is not blank."""
        first, *others = (self._table[one].cast(TEXT).strip().nullif("") for one in columns)
        for other in others:
            first = first.fill_null(other)
        self._made[into] = first

    def meaning(self, into: str, read: Read, *columns: str, kind: str = TEXT) -> None:
        """What the text of the columns (the first that is not blank) means."""
        if len(columns) > 1:
            self.text(into, *columns)
        else:  # spaces around it are taken away once a value, not once a row
            self._made[into] = self._table[columns[0]].cast(TEXT)
        self._read[into] = (read, kind)

    def days(self, into: str, column: str, word: str, reading: Reading) -> None:
        """Days, of text or of typed days.

        Arguments: ``word`` what stands above the column in the file.
        Special cases: times of day are left out; the order of day and month that nothing decides is asked
        (``day_order:<word>``) and the days are missing until then; what is no day is missing, and in ``unread``.
        """
        cells = self._table[column]
        if cells.type().is_date():
            self._made[into] = cells
        elif cells.type().is_timestamp():
            self._made[into] = cells.date()
        else:
            self._made[into] = cells.cast(TEXT).re_replace(_TIME, "").strip()
            _, reader = self._days.setdefault(column, (into, DayReader(word, reading)))
            self._read[into] = (reader, DATE)

    def money(self, into: str, column: str, word: str, reading: Reading) -> None:
        """An amount of money, exact to a hundredth; what is no number, or a part of one (20%), is missing."""
        if self._table[column].type().is_numeric():
            self._made[into] = self._table[column].cast(MONEY)
        else:
            self.meaning(into, lambda values: _amounts(values, word, reading), column, kind=MONEY)

    def number(self, into: str, column: str) -> None:
        """A small number such as seconds or a share (45 % is 0.45)."""
        if self._table[column].type().is_numeric():
            self._made[into] = self._table[column].cast(NUMBER)
        else:
            self.meaning(into, _numbers, column, kind=NUMBER)

    def done(self) -> ir.Table:
        """The table of the new columns alone.

        Errors: BadFile for a column of text with more than ``MOST_VALUES`` different values.
        """
        import ibis

        base = joined = self._table.select(**self._made)
        columns = {into: base[into] for into in self._made}
        known: dict[str, list[str]] = {}  # of columns that several others are made of
        for place, (into, (read, kind)) in enumerate(self._read.items()):
            of = str(self._made[into])
            if of not in known:
                known[of] = _different(base, into)
            values = known[of]
            told = read(sorted({value.strip() for value in values} - {""}))
            found = {value: means for value in values if (means := told.get(value.strip())) is not None}
            if len(found) <= FEW_VALUES:
                self.few[into] = {value.strip(): means for value, means in found.items()}
            if not found:
                columns[into] = ibis.null(kind)
            elif kind == TEXT and len(found) == len(values) and all(value == means for value, means in found.items()):
                pass  # each value means itself
            elif len(found) <= FEW_VALUES and kind == TEXT:
                columns[into] = ibis.cases(*((base[into] == value, means) for value, means in found.items()))
            else:
                joined, columns[into] = self._joined(joined, base[into], place, found, kind)
        self.unread = [one for into, reader in self._days.values() for one in self._odd(base, into, reader)]
        return joined.select(**columns) if self._read else base

    def _odd(self, base: ir.Table, into: str, reader: DayReader) -> Iterator[Unread]:
        """How many cells of a column of days were none, and where the first of them stand."""
        for kind, cells in reader.odd.items():
            pairs = self._engine.small({"odd_": cells}, {"odd_": TEXT})
            rows = base.join(pairs, base[into].strip() == pairs["odd_"]).select(ROW, "odd_")
            first = rows_of(rows.order_by(ROW).limit(MOST_SHOWN))
            count = int(rows.count().execute())
            yield Unread(kind, reader.word, count, tuple(int(row) for row, _ in first), str(first[0][1]))

    def _joined(
        self, table: ir.Table, column: Any, place: int, found: Mapping[str, Any], kind: str
    ) -> tuple[ir.Table, Any]:
        """The table beside what the values of a column mean, and that column."""
        value, means = f"value_{place}", f"means_{place}"
        pairs = self._engine.small(
            {value: list(found), means: list(found.values())}, {value: TEXT, means: TEXT if kind == MONEY else kind}
        )
        return table.left_join(pairs, column == pairs[value]), pairs[means].cast(kind)


def by_words(meanings: Mapping[str, str]) -> Read:
    """Folded word → what it stands for, as a reader of values."""
    return lambda values: {value: meanings.get(folded(value)) for value in values}


def without_marks(values: list[str]) -> Mapping[str, str | None]:
    """Text as it is, but for the marks of missing cells."""
    return {value: None if is_missing(value) else value for value in values}


def _different(table: ir.Table, column: str) -> list[str]:
    values = table.select(column).distinct().limit(MOST_VALUES + 1).execute()[column].dropna()
    if len(values) > MOST_VALUES:
        raise BadFile("leads_many_values", column=column, most=f"{MOST_VALUES:,}")
    return sorted(value for value in map(str, values) if value)


def _amounts(values: Iterable[str], word: str, reading: Reading) -> Mapping[str, str | None]:
    import pandas as pd

    cells = pd.Series(list(values), dtype=object)
    numbers = read_numbers(cells)
    if numbers.decimal == EITHER:
        example = next(str(cell) for cell in cells if "." in str(cell))
        text = Words("export_ask_decimal", column=word, example=example)
        numbers = read_numbers(cells, reading.ask(f"{DECIMAL}:{word}", text, POINT, COMMA) or POINT)
    return {
        cell: None if one is None else f"{Decimal(one.numerator) / one.denominator:.2f}"
        for cell, one in zip(cells, numbers.amounts)
    }


def _numbers(values: Iterable[str]) -> Mapping[str, float | None]:
    import pandas as pd

    cells = pd.Series(list(values), dtype=object)
    return {cell: None if one is None else float(one) for cell, one in zip(cells, read_numbers(cells, POINT).values)}
