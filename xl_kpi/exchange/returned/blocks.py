"""The actuals of a returned workbook: a block on each channel's tab, and that of the stages on 逆算."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from xl_kpi.calc import month_start
from xl_kpi.catalog import text
from xl_kpi.catalog.messages import worded
from xl_kpi.errors import Joined, Words
from xl_kpi.exchange.returned.distribution import ChangedElsewhere, Gathered, Round
from xl_kpi.exchange.returned.row_words import COLUMNS, Parted, parted
from xl_kpi.exchange.returned.safe_cells import CellFaults
from xl_kpi.plan.input import reading
from xl_kpi.plan.input.field import actual_reader
from xl_kpi.plan.input.raw_values import Unreadable, shown
from xl_kpi.plan.input.reading import Collector
from xl_kpi.plan.keys import actual_key
from xl_kpi.plan.labels import label
from xl_kpi.plan.model import Plan
from xl_kpi.plan.same_value import same, told
from xl_kpi.workbook.reading.entry_reader import Entries, as_text
from xl_kpi.workbook.reading.tables import CellAddress, named_range

_ACTUAL = ":actual"
_COUNTED = re.compile(r"=EDATE\(plan_start,\s*([0-9]{1,3})\)")
# A header whose date format is lost is still a number of days; these are the years that a plan can lie in.
_EPOCH, _FIRST_DAY, _LAST_DAY = dt.date(1899, 12, 30), 36_526, 109_939


def read_block(entries: Entries, this: Round, name: str, owner: str, ids: Sequence[str], found: Gathered) -> None:
    """One block: the open entries, and what was changed in others.

    Arguments: ``name`` its defined name, ``owner`` "stage" or the channel's id, ``ids`` what was open to the
    person.  Into ``found``: entries, cells that can't be read, changes that were not allowed, and what is lost.
    """
    rows_open = [what for what in this.actuals(tuple(ids)) if what.partition(":")[0] == owner]
    if not entries.book.defined(name):
        if rows_open:
            found.lost.append(Words("collect_lost_block", block=_block_name(this.plan, owner), name=name))
        return
    block = _Block(entries, name, owner, this.plan.start, words=COLUMNS if rows_open else 0)
    wanted = [month for month in this.months if month not in block.columns]
    if rows_open and wanted:
        months = Joined(tuple(f"{month:%Y/%m}" for month in wanted[:3]), Words("collect_comma"))
        where = _block_name(this.plan, owner)
        allowed = Words("collect_lost_months", block=where, months=months, count=len(wanted))
        header = block.lost_header(wanted[0])
        entries.fault(shown(block.values[0][header]), allowed, block.place((0, header)))
        found.unread.update(key for what in rows_open for _, key in this.keys(what))
        return
    strangers = block.strangers(this)
    for what, place in strangers.items():
        _parted_row(block, this, what, place, found)
    for what in sorted(rows_open):
        if what in strangers:
            continue
        if what in block.rows:
            _open_row(block, this, what, found)
        else:
            found.lost.append(Words("collect_lost_row", row=_row_name(this.plan, what), name=name))
    for what in block.rows.keys() - strangers.keys():
        if what in this.units and what not in rows_open:
            _closed_row(block, this, what, found)
        elif what not in this.units and what not in this.kpis and owner in ids:
            _unknown_row(block, this, what, found)


class _Block:
    """The cells of one block: rows by what they are actuals of, columns by month."""

    def __init__(self, entries: Entries, name: str, owner: str, start: dt.date, words: int):
        self.entries, self.name, self.owner = entries, name, owner
        area = named_range(entries.book, name, entries.file)
        area.sheet.words = max(words, area.sheet.words)
        self.area = area.options(ndim=2)
        self.values, self.formulas = self.area.value, self.area.formula
        self.rows: dict[str, list[int]] = {}
        for offset, line in enumerate(self.values):
            key = as_text(line[0])
            if key.endswith(_ACTUAL):
                self.rows.setdefault(self._what(key), []).append(offset)
        self.columns: dict[dt.date, list[int]] = {}
        for position, header in enumerate(self.values[0]):
            month = _month(header)
            counted = _COUNTED.fullmatch(self.formulas[0][position]) if header is None else None
            if counted:  # a script that fills in a workbook loses the results of its formulas
                month = month_start(start, int(counted[1]))
            if month:
                self.columns.setdefault(month, []).append(position)

    def _what(self, key: str) -> str:
        return f"{self.owner}:{key.rpartition(':')[0].removeprefix('stage:')}"

    def strangers(self, this: Round) -> dict[str, Parted]:
        """What the rows are actuals of beside whose id stands a word of another row."""
        rows = ((offset, as_text(line[0]), line) for offset, line in enumerate(self.values) if offset)
        found: dict[str, Parted] = {}
        for key, where in parted(this.words(self.owner), self.values[0], rows).items():
            if self._what(key) in self.rows:
                found.setdefault(self._what(key), where)
        return found

    def cells(self, what: str, month: dt.date) -> list[tuple[int, int]]:
        """Where the cells for this row and month are in the block: one, unless somebody copied it."""
        return [(offset, position) for offset in self.rows[what] for position in self.columns.get(month, ())]

    def lost_header(self, month: dt.date) -> int:
        """The position in which the header of a month is missing: between two others, or beside the nearest."""
        known = sorted(place for each in self.columns.values() for place in each)
        if not known:
            return 0
        gaps = [place for place in range(known[0], known[-1]) if place not in known]
        beside = known[0] - 1 if month < min(self.columns) else min(known[-1] + 1, len(self.values[0]) - 1)
        return gaps[0] if gaps else beside

    def shows_percent(self, cell: tuple[int, int]) -> bool:
        """Whether a number stands in this cell that is shown as a percentage."""
        row, column = cell
        there = (self.area.row + row, self.area.column + column) in self.area.sheet.in_percent
        return there and isinstance(self.values[row][column], float)

    def place(self, cell: tuple[int, int]) -> CellAddress:
        return CellAddress(self.area.sheet.name, self.area[cell].get_address(False, False))


def _open_row(block: _Block, this: Round, what: str, found: Gathered) -> None:
    faults, (reader, options) = CellFaults(block.entries), actual_reader(this.units[what], this.factor)
    for month, key in this.keys(what):
        cells = block.cells(what, month)
        if len({told(_plain(block.values[row][column])) for row, column in cells}) > 1:
            places = Joined(
                tuple(f"{place.sheet}!{place.cell}" for place in map(block.place, cells[:3])), Words("collect_comma")
            )
            found.lost.append(Words("collect_lost_twice", row=_row_name(this.plan, what), places=places))
            return
        row, column = cells[0]
        raw, formula = block.values[row][column], block.formulas[row][column]
        if raw is None and not formula:
            found.entries[key] = None
            continue
        if reader is not reading.read_share and block.shows_percent(cells[0]) and not same(raw, this.entries.get(key)):
            raw = f"{100 * raw:.15g}%"  # Excel makes a fraction of what was typed with %
        fine, number = faults.number(raw, formula, block.place(cells[0]), reader, options)
        if fine:
            found.entries[key], found.places[key] = number, block.place(cells[0])
        else:
            found.unread.add(key)


def _parted_row(block: _Block, this: Round, what: str, where: Parted, found: Gathered) -> None:
    """Nobody can tell for which row the numbers were typed: nothing of it is taken."""
    found.unread.update(key for _, key in this.keys(what))
    allowed = Words("collect_parted", row=_row_name(this.plan, what))
    block.entries.fault(shown(where.word), allowed, block.place((where.row, where.column)))


def _closed_row(block: _Block, this: Round, what: str, found: Gathered) -> None:
    """What a person has typed although the row was not open to them."""
    reader, options = actual_reader(this.units[what], this.factor)
    for month, key in this.keys(what):
        sent = this.entries.get(key)
        for row, column in block.cells(what, month):
            raw = block.values[row][column]
            if raw is sent or block.formulas[row][column].startswith("="):
                continue
            if options.get("factor", 1) == 1 and same(_plain(raw), sent):
                continue
            scratch = Collector()
            value = scratch.read(reader, raw, **options)
            value = as_text(raw) if scratch.faults else value
            if not same(value, sent):
                found.foreign.append(ChangedElsewhere(key, value, sent, block.place((row, column))))


def _unknown_row(block: _Block, this: Round, what: str, found: Gathered) -> None:
    """A KPI that the plan no longer has: what was typed for it still counts, and is kept."""
    for month, key in this.keys(what):
        for row, column in block.cells(what, month):
            raw = block.values[row][column]
            if block.formulas[row][column] or raw is None and this.entries.get(key) is None:
                continue
            try:
                found.entries[key] = None if raw is None else reading.read_number(raw, low=0)
            except Unreadable as unreadable:
                found.unread.add(key)
                block.entries.fault(unreadable.found, unreadable.allowed, block.place((row, column)))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, float, str, dt.date)) else str(value)


def _month(header: Any) -> dt.date | None:
    """The month that a header stands for; None for any other."""
    if isinstance(header, float) and header.is_integer() and _FIRST_DAY <= header <= _LAST_DAY:
        header = dt.datetime.combine(_EPOCH + dt.timedelta(days=int(header)), dt.time())
    if isinstance(header, str):
        if not any(map(str.isdecimal, header)):
            return None
        try:
            return reading.read_month(header)
        except Unreadable:
            return None
    return header.date() if isinstance(header, dt.datetime) and header.day == 1 else None


def _block_name(plan: Plan, owner: str) -> str:
    if owner == "stage":
        return text("sheet_backwards", plan.lang)
    return next((channel.name for channel in plan.channels if channel.id == owner), owner)


def _row_name(plan: Plan, what: str) -> str:
    return worded(label(actual_key(what, plan.start), plan, month=False), plan.lang)
