"""A downloaded file as figures: what it is, which of its rows count, and what must be asked before they are used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.exports import folded, signs, systems, without_currency
from xl_kpi.errors import BadFile, Words
from xl_kpi.exchange.exports.blocks import Block, Column, best, blocks
from xl_kpi.exchange.exports.dates import DAY_FIRST, MONTH_FIRST, Dates, read_dates
from xl_kpi.exchange.exports.grids import grids
from xl_kpi.exchange.exports.numbers import COMMA, EITHER, POINT, Numbers, read_numbers
from xl_kpi.exchange.exports.period import period_in
from xl_kpi.exchange.exports.totals import Control, controls, totals_in
from xl_kpi.plan.imported.questions import Asked

if TYPE_CHECKING:
    import pandas as pd

DATE_ROLES = ("date", "month", "month_of_year", "period_start")
FIRST_YEAR, LAST_YEAR = 2000, 2099
SYSTEM, ORDER, YEAR, DECIMAL, CURRENCY = "system", "day_order", "year", "decimal", "currency"


@dataclass(frozen=True)
class LeftOut:
    """Rows that do not count: why, how many, and the first of them as Excel shows it."""

    reason: str
    count: int
    first: int


@dataclass(frozen=True)
class Export:
    """One file, read.

    ``block``: the table that was read; ``others``: further tables of the file that were not.  ``rows``: those that
    count, a frame with ``day`` and a column for each role (exact numbers, None where nothing stands; words).
    ``read``: how many rows the table has.  ``control``: totals that the file states.  ``period``: first and last day,
    as the file says above the table, else of its rows.  ``monthly``: its days are months.  ``currency``: of its
    money, "" where it does not say.
    """

    file: str
    block: Block
    system: str
    others: tuple[Block, ...]
    rows: pd.DataFrame
    read: int
    left_out: tuple[LeftOut, ...]
    control: tuple[Control, ...]
    period: tuple[dt.date, dt.date] | None
    monthly: bool
    currency: str

    @property
    def used(self) -> int:
        return len(self.rows)


@dataclass
class _Reading:
    """What is found out while one table is read."""

    block: Block
    asked: Asked
    left: dict[str, list[int]] = field(default_factory=dict)

    def leave(self, reason: str, rows: pd.DataFrame, which: pd.Series[bool]) -> pd.DataFrame:
        """The rows without those; they are counted under the reason."""
        self.left.setdefault(reason, []).extend(int(row) for row in rows.index[which])
        return rows[~which]


def read_export(
    data: bytes, file: str, *, asked: Asked | None = None, remembered: Mapping[str, str] | None = None
) -> Export:
    """A downloaded file as figures.

    Arguments: ``data`` its bytes, ``file`` its name; ``asked`` the answers that are there, which gets the
    questions that are not; ``remembered``: folded word → role, a map that the user has confirmed.
    Result: rows in which something is open are not used: the questions come first.
    Errors: BadFile for what is no table, and for one in which no word above a column is known.
    """
    found = [block for grid in grids(data, file) for block in blocks(grid, remembered)]
    block = best(found)
    if block is None:
        raise BadFile("export_unknown", file=file)
    reading = _Reading(block, asked or Asked())
    reading.block = block = _of_system(reading, block)
    same = [one for one in found if one.grid is block.grid and one.header != block.header]
    return _read(reading, file, tuple(same))


def _of_system(reading: _Reading, block: Block) -> Block:
    """The table with the meaning that its system gives to its words; asked where systems differ about them."""
    meanings = {key: _roles(block, key) for key in block.systems}
    if len({tuple(roles) for roles in meanings.values()}) < 2:
        return block
    system = reading.asked.ask(SYSTEM, Words("export_ask_system"), *block.systems) or block.systems[0]
    columns = tuple(
        replace(one, role=role or one.role) for one, role in zip(block.columns, meanings[system], strict=True)
    )
    return replace(block, columns=columns, systems=(system,))


def _roles(block: Block, system: str) -> list[str]:
    known = systems()[system].roles
    return [known.get(without_currency(folded(one.word))[0], "") for one in block.columns]


def _read(reading: _Reading, file: str, others: tuple[Block, ...]) -> Export:
    import pandas as pd

    block = reading.block
    rows = block.rows
    read = len(rows)
    numeric = {one.place for one in block.columns if one.role in _summed() or one.role in _unsummed()}
    words = [one.place for one in block.columns if one.place not in numeric]
    filled = rows.astype(str).apply(lambda column: column.str.strip()).ne("").sum(axis=1)
    rows = reading.leave("empty", rows, filled.eq(0))
    is_total = totals_in(rows, words)
    totals, rows = rows[is_total], reading.leave("total", rows, is_total)
    if len(block.columns) > 2:
        rows = reading.leave("remark", rows, filled.loc[rows.index].eq(1))

    table = pd.DataFrame(index=rows.index)
    is_bad = pd.Series(False, index=rows.index)
    stated: dict[str, list[Fraction]] = {}
    summed: dict[str, Fraction] = {}
    for one in block.columns:
        if not one.role or one.role in table.columns:
            continue
        cells = rows.iloc[:, one.place]
        if one.role in _summed():
            numbers = _numbers(reading, one, cells)
            table[one.role] = numbers.values
            summed[one.word] = numbers.total
            stated[one.word] = list(read_numbers(totals.iloc[:, one.place], numbers.decimal).values.dropna())
            is_bad |= numbers.bad
        elif one.role not in DATE_ROLES and one.role not in _unsummed():
            table[one.role] = cells.astype(str).str.strip()
    period = period_in(_above(block))
    dates = _dates(reading, rows, period)
    table["day"] = dates.days if dates is not None else None
    kept = _without_bad(reading, table, is_bad, dates)
    days = [day for day in kept["day"] if day is not None]
    return Export(
        file,
        block,
        block.systems[0] if block.systems else "",
        others,
        kept,
        read,
        tuple(LeftOut(reason, len(which), min(which)) for reason, which in reading.left.items() if which),
        controls(stated, summed),
        period or ((min(days), max(days)) if days else None),
        dates is not None and dates.monthly,
        _currency(reading, table),
    )


def _summed() -> tuple[str, ...]:
    return signs().counts + signs().money


def _unsummed() -> tuple[str, ...]:
    return signs().overlapping + signs().ratios


def _above(block: Block) -> Iterator[str]:
    for row in block.grid.cells.iloc[: block.header - 1].itertuples(index=False):
        yield ",".join(str(cell) for cell in row if cell != "")


def _numbers(reading: _Reading, column: Column, cells: pd.Series[Any]) -> Numbers:
    numbers = read_numbers(cells)
    if numbers.decimal == EITHER:
        key = f"{DECIMAL}:{column.word}"
        example = next(str(cell) for cell in cells if "." in str(cell))
        answer = reading.asked.ask(key, Words("export_ask_decimal", column=column.word, example=example), POINT, COMMA)
        numbers = read_numbers(cells, answer or POINT)
    return numbers


def _dates(reading: _Reading, rows: pd.DataFrame, period: tuple[dt.date, dt.date] | None) -> Dates | None:
    column = reading.block.column(*DATE_ROLES)
    if column is None:
        return None
    cells = rows.iloc[:, column.place]
    dates = read_dates(cells, years=period or ())
    if dates.open == ORDER:
        example = next(str(cell) for cell in cells if str(cell).strip())
        text = Words("export_ask_order", column=column.word, example=example)
        if order := reading.asked.ask(f"{ORDER}:{column.word}", text, MONTH_FIRST, DAY_FIRST):
            dates = read_dates(cells, order=order, years=period or ())
    elif dates.open == YEAR:
        text = Words("export_ask_year", column=column.word)
        year = reading.asked.ask_number(f"{YEAR}:{column.word}", text, low=FIRST_YEAR, high=LAST_YEAR)
        if year is not None:
            dates = read_dates(cells, years=(dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)))
    return dates


def _without_bad(reading: _Reading, table: pd.DataFrame, is_bad: pd.Series[bool], dates: Dates | None) -> pd.DataFrame:
    """The rows whose numbers and day can be read; the others are counted, each once."""
    table = reading.leave("number", table, is_bad)
    if dates is not None and not dates.open:
        table = reading.leave("date", table, dates.bad.loc[table.index])
        table = reading.leave("no_date", table, dates.missing.loc[table.index])
    return table


def _currency(reading: _Reading, table: pd.DataFrame) -> str:
    """The currency of the money: from the words above it, else from a column; asked where there are several."""
    said = {one.currency for one in reading.block.columns if one.role in signs().money and one.currency}
    if not said and "currency" in table:
        said = {code for code in table["currency"].unique() if code}
    if len(said) > 1:
        return reading.asked.ask(CURRENCY, Words("export_ask_currency"), *sorted(said))
    return said.pop() if said else ""
