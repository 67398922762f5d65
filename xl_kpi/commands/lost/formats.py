"""Entries whose cells have lost their number format: a count that shows as a date, a month that shows as a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from xl_kpi.calc import month_start
from xl_kpi.errors import Fault, Joined, Phrase, Words
from xl_kpi.plan.input.raw_values import shown, shown_number
from xl_kpi.plan.keys import actual_key
from xl_kpi.plan.money.cells import factor_of
from xl_kpi.workbook.addresses import Place, place_of
from xl_kpi.workbook.package.file_book import FileBook
from xl_kpi.workbook.reading.workbook_reader import Whole

MOST_NAMED = 5  # cells in one line
_SHOWN_AS = "file_shown_as_"
_DAYS = ("plan_date", "plan_month", "plan_lag", "plan_lag_curve")  # what dates are right for, or asked about already
Meant = dict[tuple[str, Place], Any]


def meant_cells(book: FileBook, whole: Whole) -> Meant:
    """By sheet and place what an entry means of which the number format says something else.

    Arguments: ``whole`` as it was read with the formats as they are.
    Result: a date that is the number of the last command, and a number that is its date; nothing of what was typed
    since.
    Example: the start of a plan, 2026-04-01, in a cell without a format is 46113, and is 2026-04-01 all the same.
    """
    found: Meant = {}
    factor = factor_of(whole.read.plan.currency_unit)
    for key, sheet, cell in _entries(whole):
        last, place = whole.records.last.get(key), place_of(cell)
        if place is None or sheet not in book.sheets:
            continue
        now = book.sheets[sheet].grid.value(*place)
        if isinstance(now, dt.datetime) and isinstance(last, (int, float)):
            number = book.parts.number(now)
            if number in (last, last / factor):
                found[sheet, place] = number
        elif isinstance(now, float) and isinstance(last, dt.date):
            day = dt.datetime(last.year, last.month, last.day)
            if book.parts.number(day) == now:
                found[sheet, place] = day
    return found


def _entries(whole: Whole) -> Iterator[tuple[str, str, str]]:
    """Key, sheet and cell of each entry; those of actuals by the months with which the sheets were made."""
    for key, places in whole.read.places.items():
        for place in places:
            yield key, place.sheet, place.cell
    for one in whole.read.typed:
        yield actual_key(one.what, month_start(whole.old_start, one.month)), one.place.sheet, one.place.cell


def read_as_meant(book: FileBook, whole: Whole) -> Iterator[Fault]:
    """A warning that names the entries that show as dates and were read as the numbers they are, and one for the other
    way round."""
    cells: dict[str, dict[str, Any]] = {"dates": {}, "numbers": {}}
    for _, name, cell in _entries(whole):
        sheet, place = book.sheets.get(name), place_of(cell)
        if sheet is None or place is None:
            continue
        value = sheet.grid.value(*place)
        if place in sheet.shown_as_dates:
            cells["dates"][f"{name}!{cell}"] = value
        elif isinstance(sheet.meant.get(place), dt.datetime):
            cells["numbers"][f"{name}!{cell}"] = value
    for kind, there in cells.items():
        if there:
            named: Phrase = Joined(tuple(there)[:MOST_NAMED], Words("list_comma"))
            if (more := len(there) - MOST_NAMED) > 0:
                named = Words("list_more", names=named, count=more)
            first = shown(next(iter(there.values())))
            yield Fault(first, Words(f"{_SHOWN_AS}{kind}", cells=named), file=book.name, level="warning")


def lost_a_format(faults: Iterable[Fault]) -> bool:
    """Whether ``read_as_meant`` is among the findings: then the sheets are to be written anew."""
    return any(fault.key.startswith(_SHOWN_AS) for fault in faults)


def with_the_way_out(book: FileBook, fault: Fault) -> Fault:
    """The refusal of a date where a number is meant; it says how the cell gets its number back."""
    if fault.key in _DAYS or not fault.cell or fault.sheet not in book.sheets or not isinstance(fault.cell, str):
        return fault
    place = place_of(fault.cell)
    now = book.sheets[fault.sheet].grid.value(*place) if place else None
    if not isinstance(now, dt.datetime):
        return fault
    number = Words("file_date_format", number=shown_number(book.parts.number(now)))
    return replace(fault, allowed=Joined((fault.allowed, number)))
