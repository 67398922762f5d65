"""What was typed month by month: every block of actuals in a workbook, also those that the plan no longer knows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xl_kpi.calc import month_start
from xl_kpi.calc.calendar import months_from
from xl_kpi.errors import Fault, Words
from xl_kpi.plan.history.slots import has_place
from xl_kpi.plan.input.field import actual_reader
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.keys import KPIS, EntryKey, actual_key
from xl_kpi.plan.model import MAX_MONTHS, Plan
from xl_kpi.plan.money.cells import YEN
from xl_kpi.plan.records import Value
from xl_kpi.workbook.addresses import relative
from xl_kpi.workbook.cells.areas import MOST_COLUMNS, MOST_ROWS, reference
from xl_kpi.workbook.reading.entry_reader import Entries, as_text
from xl_kpi.workbook.reading.our_sheets import sheets_of
from xl_kpi.workbook.reading.tables import CellAddress, named_range

_PREFIX, _STAGES, _ACTUAL = "act_", "act_stages", ":actual"
_REFERENCE = re.compile(r"^=.*[A-Z]\$?[0-9]")
_COUNTED = re.compile(r"=EDATE\(plan_start,\s*(\d+)\)")
_OUR_SUM = re.compile(r'=IF\(COUNT\((.*)\)=0,"",SUM\(\1\)\)')  # the first stage, added up from its channels


@dataclass(frozen=True)
class Typed:
    """One cell of actuals.

    ``month`` counts from the start of the plan; ``value`` is None for a blank cell; ``counted`` says that the
    header is a formula of the start and not a date of its own, ``formula`` that one stands in the cell.
    """

    what: str
    month: int
    value: Value
    place: CellAddress
    counted: bool
    formula: bool


def typed_actuals(
    entries: Entries, units: Mapping[str, str], channels: Collection[str], start: dt.date | None
) -> list[Typed]:
    """The cells of every block of actuals.

    Arguments: ``units`` the unit of each row that the plan types; entries of other rows are taken as they stand,
    but for formulas, which are ours there; ``channels`` the ids of the plan's channels.
    Special cases: a block whose sheet somebody has deleted holds nothing.
    """
    found: list[Typed] = []
    for name in _blocks(entries.book, channels):
        area = named_range(entries.book, name, entries.file)
        values = area.options(ndim=2).value
        formulas = area.formula if len(area) > 1 else ((area.formula,),)
        owner = "stage" if name == _STAGES else name.removeprefix(_PREFIX)
        months = dict(_months(formulas[0], values[0], start))
        for offset, line in enumerate(values):
            key = as_text(line[0])
            if not key.endswith(_ACTUAL):
                continue
            what = f"{owner}:{key.removesuffix(_ACTUAL).removeprefix('stage:')}"
            for position, (month, counted) in months.items():
                place = CellAddress(area.sheet.name, relative(area.row + offset, area.column + position))
                raw, formula = line[position], str(formulas[offset][position] or "")
                key_of_month = actual_key(what, month_start(start, month)) if start else ""
                value = _value(entries, raw, formula, place, units.get(what), key_of_month)
                found.append(Typed(what, month, value, place, counted, formula.startswith("=")))
    return found


def actuals_of(
    typed: Sequence[Typed], units: Collection[str], start: dt.date | None
) -> tuple[dict[tuple[str, int], float], dict[str, Value]]:
    """The actuals of a plan, (row, month from 0) → number, and by stable key those for which it has no row.

    Special cases: months after the plan's end are among the first, as the plan may have been shortened.
    """
    actuals: dict[tuple[str, int], float] = {}
    homeless: dict[str, Value] = {}
    for cell in typed:
        if cell.value is None:
            continue
        if cell.what in units and 0 <= cell.month < 2 * MAX_MONTHS:
            actuals[cell.what, cell.month] = cell.value  # type: ignore[assignment]  # a row of a unit: read as a number
        elif start is not None:
            homeless[actual_key(cell.what, month_start(start, cell.month))] = cell.value
    return actuals, homeless


def in_their_months(
    typed: Sequence[Typed], plan: Plan, made_start: dt.date | None, last: Mapping[str, Value]
) -> tuple[list[Typed], dict[str, Value], list[Fault]]:
    """The cells under the months for which they were typed, where the start was changed since the sheets were made.

    The headers say months of the new start from then on, the numbers below them are still those of the old
    months.  Arguments: ``made_start`` the start with which the sheets were made, ``last`` the entries as the last
    command left them.
    Result: the cells; entries of ``last`` whose cells were cleared although their month is gone; a fault for each
    cell that has another value than then: whether it belongs to the old month or to the new one, only the person
    who typed it knows.
    """
    computed = [cell for cell in typed if not (cell.formula and _was_computed(cell.what, last))]
    if made_start is None or not last or not (shift := _distance(plan.start, made_start)):
        return computed, {}, []
    fits, kept, faults = has_place(plan), {}, []
    moved = []
    for cell in computed:
        if not cell.counted:
            moved.append(cell)
            continue
        there = replace(cell, month=cell.month + shift)
        key = actual_key(cell.what, month_start(made_start, cell.month))
        before = last.get(key)
        if cell.value == before:
            moved.append(there)
        elif cell.value is None and not fits(key):
            kept[key] = before
        else:
            faults.append(_ambiguous(cell, plan, made_start))
    return moved, kept, faults


def _ambiguous(cell: Typed, plan: Plan, made_start: dt.date) -> Fault:
    old, new = (f"{month_start(start, cell.month):%Y/%m}" for start in (made_start, plan.start))
    allowed = Words("actual_ambiguous", old=old, new=new, start=f"{made_start:%Y/%m}")
    return Fault(shown(cell.value), allowed, cell=cell.place.cell, sheet=cell.place.sheet)


def _distance(start: dt.date, other: dt.date) -> int:
    return months_from(start, other)


def _was_computed(what: str, last: Mapping[str, Value]) -> bool:
    """Whether the row was one of formulas when the sheets were made: what stands there, nobody has typed."""
    channel, _, kpi = what.partition(":")
    formula = last.get(f"tbl_kpis[{channel}.{kpi}].actual")
    return formula is not None and formula != "input"


def _blocks(book: Any, channels: Collection[str]) -> Iterator[str]:
    """The names of the blocks; a name that only looks like one of ours is passed over where it is too large."""
    known = {_STAGES, *(f"{_PREFIX}{channel}" for channel in channels)}
    sheets = {sheet.name.casefold() for sheet in sheets_of(book)}
    for name in book.names:
        place = reference(name.refers_to) if name.name.startswith(_PREFIX) else None
        if place is None or place.sheet.casefold() not in sheets:
            continue
        small = place.last_row - place.row < MOST_ROWS and place.last_column - place.column < MOST_COLUMNS
        if small or name.name in known:
            yield name.name


def _value(entries: Entries, raw: Any, formula: str, place: CellAddress, unit: str | None, key: str) -> Value:
    if raw is None and (not formula or _REFERENCE.search(formula)) or _OUR_SUM.fullmatch(formula):
        return None  # blank; or not typed here at all but one of our own sums
    if unit is not None:
        reader, options = actual_reader(unit)
        return (
            entries.amount(key, raw, place, reader, options)
            if unit == YEN
            else entries.read(raw, place, reader, options)
        )
    if raw is None or formula.startswith("="):
        return None
    entry = EntryKey.parse(key)
    if isinstance(raw, float) and entries.money.last.get(f"{KPIS}[{entry.owner}.{entry.id}].unit") == YEN:
        return raw * entries.money.factor  # the row is gone from the plan, and so is what it was counted in
    return raw.date() if isinstance(raw, dt.datetime) else raw


def _months(formulas: Sequence[Any], values: Sequence[Any], start: dt.date | None) -> Iterator[tuple[int, tuple]]:
    """Column of a block → month of the plan, by the header's formula (True) or by its date (False)."""
    for position, (formula, value) in enumerate(zip(formulas, values)):
        match = _COUNTED.fullmatch(str(formula or ""))
        if match and int(match[1]) < 2 * MAX_MONTHS:
            yield position, (int(match[1]), True)
        elif not match and isinstance(value, dt.datetime) and start is not None:
            yield position, (_distance(start, value), False)
