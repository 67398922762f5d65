"""A downloaded file as figures: what it is, which of its rows count, and what must be asked before they are used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.exports import (
    ATTENDEES,
    currency_of,
    folded,
    is_missing,
    signs,
    systems,
    usual_channel,
    without_currency,
)
from xl_kpi.errors import BadFile, Joined, Words
from xl_kpi.exchange.columns import Column as Cells
from xl_kpi.exchange.columns import total_of
from xl_kpi.exchange.exports.blocks import Block, Column, best, blocks
from xl_kpi.exchange.exports.dates import Dates, months_told, period_in
from xl_kpi.exchange.exports.days import DATE_ROLES, days_of, in_one_month_each, set_days
from xl_kpi.exchange.exports.doubts import ALL, NONE, ONCE, check_numbers, doubled, ways, with_one_kind_of_result
from xl_kpi.exchange.exports.grids import grids
from xl_kpi.exchange.exports.numbers import COMMA, EITHER, POINT, Numbers, read_numbers
from xl_kpi.exchange.exports.people.persons import one_row_each
from xl_kpi.exchange.exports.reading import LeftOut, Reading, one_line
from xl_kpi.exchange.exports.recognised import lines_above, recognised
from xl_kpi.exchange.exports.remarks import of_counts, of_period, of_system
from xl_kpi.exchange.exports.totals import Control, controls, totals_in
from xl_kpi.plan.imported.maps import FileMap
from xl_kpi.plan.imported.questions import Asked

if TYPE_CHECKING:
    import pandas as pd

SYSTEM, DECIMAL, CURRENCY = "system", "decimal", "currency"


@dataclass(frozen=True)
class Export:
    """One file, read.

    ``block``: the table that was read; ``others``: further tables of the file that were not.  ``rows``: those that
    count, a frame with ``day``, ``until`` (the last day of a row: of a month its end) and a column for each role
    (exact numbers, None where nothing stands; words, also of days other than the one by which figures are sorted).
    Of a list of persons: one for each of them.
    ``read``: how many rows the table has.  ``control``: totals that the file states.  ``period``: first and last day,
    as the file says above the table, else of its rows.  ``monthly``: its days are months.  ``currency``: of its
    money, "" where it does not say; ``is_mixed``: it differs by row, and stands in the column ``currency``.  ``notes``:
    what is worth a line.
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
    notes: tuple[Words, ...] = ()
    is_mixed: bool = False

    @property
    def used(self) -> int:
        """How many rows of the file count; a week that is split is one of them."""
        return len({int(row) for row in self.rows.index})

    @property
    def kind(self) -> str:
        """What a row counts: ads, visits, leads …, "" where nothing tells."""
        return self.block.map.kind if self.block.map else systems()[self.system].kind if self.system else ""

    def called(self, lang: str) -> str:
        """Where it comes from, in words: the system, or what its map is called."""
        return self.block.map.name if self.block.map else systems()[self.system].name[lang] if self.system else ""


def read_export(
    data: bytes, file: str, *, asked: Asked | None = None, maps: Sequence[FileMap] = (), only: str = ""
) -> Export:
    """A downloaded file as figures.

    Arguments: ``data`` its bytes, ``file`` its name; ``asked`` the answers that are there, which gets the
    questions that are not; ``maps`` that the user has confirmed; ``only`` the id of its system or the name of its map
    ("": told from the file).
    Result: rows in which something is open are not used: the questions come first.
    Errors: BadFile for what is no table, and for one whose system nobody knows (``recognised``).
    """
    found = [block for grid in grids(data, file) for block in blocks(grid, maps, only)]
    block = best(found) if only else recognised(best(found), maps)
    if block is None:
        raise BadFile("export_not_so" if only else "export_unknown", file=file, system=only)
    return export_of(block, file, asked=asked, others=found)


def export_of(block: Block, file: str, *, asked: Asked | None = None, others: Sequence[Block] = ()) -> Export:
    """The table of a file as figures.

    Arguments: ``others`` tables of the file; the rest as for ``read_export``.
    """
    reading = Reading(block, file, asked or Asked())
    reading.block = block = _with_currency(_of_system(reading, block))
    # Of a text there is a grid for each way to read it, of a workbook one for each sheet.
    same = [one for one in others if one.grid.sheet or one.grid is block.grid]
    return _read(
        reading, tuple(one for one in same if (one.grid.sheet, one.header) != (block.grid.sheet, block.header))
    )


def _of_system(reading: Reading, block: Block) -> Block:
    """The table with the meaning that its system gives to its words; asked where systems differ about them."""
    meanings = {key: _roles(block, key) for key in block.systems}
    if len({tuple(roles) for roles in meanings.values()}) < 2:
        return block
    system = reading.ask(SYSTEM, Words("export_ask_system"), *block.systems) or block.systems[0]
    columns = tuple(
        replace(one, role=role or one.role) for one, role in zip(block.columns, meanings[system], strict=True)
    )
    return replace(block, columns=columns, systems=(system,))


def _roles(block: Block, system: str) -> list[str]:
    known = systems()[system].roles
    return [known.get(without_currency(folded(one.word))[0], "") for one in block.columns]


def _read(reading: Reading, others: tuple[Block, ...]) -> Export:
    block = reading.block = _with_years(reading.block)
    system = systems().get(block.systems[0]) if block.systems else None
    kind = system.kind if system else block.map.kind if block.map else ""
    is_list = kind == ATTENDEES or system is not None and not usual_channel(kind)
    rows = block.rows
    read = len(rows)
    rows, totals = _body(reading, rows)
    table, odd, stated = _by_role(reading, rows, totals)
    period = period_in(lines_above(block))
    dates = None if is_list else days_of(reading, rows, period)
    if is_list:
        table["day"] = table["until"] = None
    else:
        set_days(reading, table, dates, rows, period)
    kept = _without_bad(reading, table, odd) if is_list else _dated(reading, table, dates)
    if not is_list:
        check_numbers(reading, rows, kept.index, odd)
    codes = _codes(block, kept)
    is_mixed = not is_list and codes is not None
    if is_mixed:
        kept["currency"] = codes
    currency = "" if is_mixed else _currency(reading, kept, rows)
    if is_list:
        kept = one_row_each(kept, reading.leave, attendees=kind == ATTENDEES)
    elif not is_list:
        kept = _without_doubled(reading, rows, kept, stated)
    control = controls(stated, {one.word: _sum(kept[one.role]) for one in _counted(block) if one.role in kept})
    if not is_list:
        whole = with_one_kind_of_result(kept, reading.ask)
        kept = in_one_month_each(reading, whole)
        waiting = whole.loc[kept.index[kept["day"].isna()]]  # weeks that have no day while they are asked about
    else:
        waiting = kept.head(0)
    firsts, lasts = ({*kept[one].dropna().unique(), *waiting[one].dropna().unique()} for one in ("day", "until"))
    covered = (min(firsts), max(lasts)) if firsts else None
    reading.notes += [*of_system(system), *of_counts(kept)]
    if covered:
        reading.notes += of_period(period, *covered)
        if period and not (period[0] <= covered[0] and covered[1] <= period[1]):
            period = covered
    return Export(
        reading.file,
        block,
        system.id if system else "",
        others,
        kept,
        read,
        tuple(LeftOut(reason, len(which), min(which)) for reason, which in reading.left.items() if which),
        control,
        period or covered,
        dates is not None and dates.monthly,
        currency,
        tuple(note for k, note in enumerate(reading.notes) if note not in reading.notes[:k]),
        is_mixed,
    )


def _body(reading: Reading, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that may count, and those with totals."""
    block = reading.block
    numeric = {one.place for one in block.columns if one.role in _summed() or one.role in _unsummed()}
    words = [one.place for one in block.columns if one.place not in numeric]
    filled = sum((Cells(rows.iloc[:, place]).each(_is_filled, int) for place in range(rows.shape[1])), _none(rows))
    rows = reading.leave("empty", rows, filled.eq(0))
    is_total = totals_in(rows, words)
    if words and block.column(*DATE_ROLES) is None:  # what names nothing is a total that does not say so
        is_total |= rows.iloc[:, words].map(lambda cell: is_missing(str(cell))).all(axis=1)
    totals, rows = rows[is_total], reading.leave("total", rows, is_total)
    if len(block.columns) > 2 and block.column("record_start") is None:
        rows = reading.leave("remark", rows, filled.loc[rows.index].eq(1))
    if _is_cut(block) and len(rows) and rows.index[-1] == len(block.grid.cells):
        rows = reading.leave("cut", rows, rows.index == rows.index[-1])
    if block.grid.text is not None and block.grid.text.is_torn:
        reading.notes.append(Words("import_note_cut"))
    return rows, totals


def _is_cut(block: Block) -> bool:
    """Whether the last line ends before its last cell and without a line break."""
    text = block.grid.text
    if text is None or text.text.endswith(("\n", "\r")):
        return False
    last = text.text.splitlines()[-1] if text.text else ""
    return '"' not in last and 0 < last.count(block.grid.delimiter) < block.columns[-1].place


def _by_role(
    reading: Reading, rows: pd.DataFrame, totals: pd.DataFrame
) -> tuple[pd.DataFrame, dict[Column, pd.Series[bool]], dict[str, list[Fraction]]]:
    """A column for each role; column of numbers → which cells are none; column → the totals that stand in it."""
    import pandas as pd

    table = pd.DataFrame(index=rows.index)
    odd: dict[Column, pd.Series[bool]] = {}
    stated: dict[str, list[Fraction]] = {}
    for one in reading.block.columns:
        if not one.role or one.role in table.columns:
            continue
        cells = rows.iloc[:, one.place]
        if one.role in _summed():
            numbers = _numbers(reading, one, cells)
            table[one.role] = numbers.amounts
            stated[one.word] = list(read_numbers(totals.iloc[:, one.place], numbers.decimal).amounts.dropna())
            odd[one] = numbers.odd
            if numbers.bounded.any():
                reading.notes.append(Words("import_note_bounded", column=one.word, count=int(numbers.bounded.sum())))
        elif one.role not in DATE_ROLES and one.role not in _unsummed():
            table[one.role] = Cells(cells).each(one_line)
    return table, odd, stated


def _is_filled(cell: Any) -> bool:
    return bool(str(cell).strip())


def _none(rows: pd.DataFrame) -> pd.Series[int]:
    import pandas as pd

    return pd.Series(0, index=rows.index)


def _counted(block: Block) -> list[Column]:
    return [one for one in block.columns if one.role in _summed()]


def _sum(numbers: pd.Series[Any]) -> Fraction:
    return total_of(numbers.dropna())


def _summed() -> tuple[str, ...]:
    return signs().counts + signs().money


def _unsummed() -> tuple[str, ...]:
    return signs().overlapping + signs().ratios


def _numbers(reading: Reading, column: Column, cells: pd.Series[Any]) -> Numbers:
    numbers = read_numbers(cells)
    if numbers.decimal == EITHER:
        key = f"{DECIMAL}:{column.word}"
        example = next(str(cell) for cell in cells if "." in str(cell))
        answer = reading.ask(key, Words("export_ask_decimal", column=column.word, example=example), POINT, COMMA)
        numbers = read_numbers(cells, answer or POINT)
    return numbers


def _without_doubled(
    reading: Reading, rows: pd.DataFrame, table: pd.DataFrame, stated: Mapping[str, list[Fraction]]
) -> pd.DataFrame:
    """The rows that count once: asked where some stand twice, or where the same figures stand in several ways."""
    twice = doubled(rows, table)
    if twice.any():
        single = {one.word: _sum(table.loc[~twice, one.role]) for one in _counted(reading.block) if one.role in table}
        both = {one.word: _sum(table[one.role]) for one in _counted(reading.block) if one.role in table}
        told = {
            choice
            for choice, sums in ((ONCE, single), (ALL, both))
            if any(stated.values()) and all(sums[word] in numbers for word, numbers in stated.items() if numbers)
        }
        text = Words("export_ask_doubled", count=int(twice.sum()), row=int(twice.idxmax()))
        if (told.pop() if len(told) == 1 else reading.ask("doubled", text, ONCE, ALL)) == ONCE:
            table = reading.leave("again", table, twice)
    plain = {"date", "month", "month_of_year", "week", "period_start", "period_end", "campaign", "channel", "currency",
             "result_kind"}  # fmt: skip
    words = {
        one.place: one.word
        for one in reading.block.columns
        if one.role not in plain and one.role not in _summed() and one.role not in _unsummed()
    }
    found = ways(rows, table, words)
    if found:
        called = tuple(Words("answer_breakdown_none") if way == NONE else way for way in found)
        text = Words("export_ask_breakdown", ways=Joined(called, Words("list_comma")))
        chosen = reading.ask("breakdown", text, *found)
        table = reading.leave("breakdown", table, ~found[chosen or next(iter(found))])
    return table


def _without_bad(reading: Reading, table: pd.DataFrame, odd: Mapping[Column, pd.Series[bool]]) -> pd.DataFrame:
    """The persons whose numbers can be read; the others are counted."""
    return reading.leave("number", table, sum(odd.values(), _none(table)).gt(0))


def _dated(reading: Reading, table: pd.DataFrame, dates: Dates | None) -> pd.DataFrame:
    """The rows whose day can be read; the others are counted."""
    if dates is not None and not dates.open:
        table = reading.leave("date", table, dates.bad.loc[table.index])
        table = reading.leave("no_date", table, dates.missing.loc[table.index])
    return table


def _with_currency(block: Block) -> Block:
    """The table with its column of currencies: any whose cells all name one, whatever its system calls it."""
    if block.column("currency") is not None:
        return block
    for one in block.columns:
        if one.role:
            continue
        cells = [str(cell) for cell in block.rows.iloc[:, one.place].unique()]
        named = [cell for cell in cells if not is_missing(cell) and folded(cell) not in signs().totals]
        if named and all(currency_of(cell) for cell in named):
            columns = (replace(other, role="currency") if other is one else other for other in block.columns)
            return replace(block, columns=tuple(columns))
    return block


def _with_years(block: Block) -> Block:
    """The table with its column of months called so where its cells tell their year, whatever its system says."""
    column = block.column(*DATE_ROLES)
    if column is None or column.role != "month_of_year" or months_told(block.rows.iloc[:, column.place]):
        return block
    columns = (replace(one, role="month") if one is column else one for one in block.columns)
    return replace(block, columns=tuple(columns))


def _codes(block: Block, table: pd.DataFrame) -> pd.Series[Any] | None:
    """The currency of each row where there are several and nothing else says one; None otherwise."""
    columns = [one for one in block.columns if one.role in signs().money]
    if not columns or "currency" not in table or any(one.currency for one in columns):
        return None
    codes = table["currency"].map(currency_of)
    return codes if codes.nunique() > 1 and codes.ne("").all() else None


def _currency(reading: Reading, table: pd.DataFrame, rows: pd.DataFrame) -> str:
    """The currency of the money: from the words above it and a column that names it, else from signs in its cells;
    asked where there are several."""
    columns = [one for one in reading.block.columns if one.role in signs().money]
    said = {one.currency for one in columns if one.currency}
    if columns and "currency" in table:
        said |= {currency_of(code) or code for code in table["currency"].unique() if code and not is_missing(code)}
    if not said:
        cells = "".join(folded("".join(map(str, rows.iloc[:, one.place].unique()))) for one in columns)
        said = {code for written, code in signs().money_signs.items() if written in cells}
    if len(said) > 1:
        return reading.ask(CURRENCY, Words("export_ask_currency"), *sorted(said))
    return said.pop() if said else ""
