"""Plan and records of a workbook together, each actual in the month for which it was typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xl_kpi.errors import Fault, InputFaults, told_in
from xl_kpi.plan.entries import with_entries
from xl_kpi.plan.history.renamed_ids import renamed
from xl_kpi.plan.history.slots import has_place
from xl_kpi.plan.input.reading import Collector
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.records import Records
from xl_kpi.workbook.reading.actuals_reader import Typed, actuals_of, in_their_months
from xl_kpi.workbook.reading.missing_entries import vanished, vanished_faults
from xl_kpi.workbook.reading.missing_sheets import language_of, missing_sheets, missing_tabs, sheet_faults, tab_faults
from xl_kpi.workbook.reading.our_sheets import our_sheets
from xl_kpi.workbook.reading.plan_reader import NO_START, ReadPlan, read_with_faults
from xl_kpi.workbook.reading.records_reader import read_cleared, read_made_start, read_records
from xl_kpi.workbook.reading.tables import CellAddress
from xl_kpi.workbook.reading.version_reader import refuse_newer

_RECORD = "record"


@dataclass(frozen=True)
class Whole:
    """Everything that a workbook holds of ours.

    ``read.plan.start`` is the start as it stands in the cell now, ``old_start`` the one with which the sheets
    were made.
    """

    read: ReadPlan
    records: Records
    old_start: dt.date


def read_whole(book: Any, file: str, *, remembers: bool = True, unit_typed: str = "") -> Whole:
    """Everything typed in an xlwings Book, with faults in place of errors, and what the workbook remembers.

    Arguments: as for ``read_with_faults``; ``remembers=False``: it may have lost what it remembers.
    Special cases: entries whose cells are gone, row or column and all, are as the last command left them, with a
    warning.
    Errors: BadFile when the book is none of ours, or its records are damaged; InputFaults when a sheet is missing
    that holds what can't be made anew; Refused when a later version wrote it.
    """
    with told_in(language_of(book, file)):
        refuse_newer(book, file)
    sheets = our_sheets(book)
    missing = [key for key in missing_sheets(book, sheets.values()) if remembers or key != _RECORD]
    if missing:
        with told_in(language_of(book, file)):
            raise InputFaults(sheet_faults(missing, file))
    choices: list[Fault] = []  # those made on 統合 that can't be read
    lines: dict[str, list[CellAddress]] = {}
    remembered = _RECORD in sheets.values()
    records = read_records(book, file, choices, lines) if remembered else Records()
    read = read_with_faults(book, file, records.last, unit_typed=unit_typed)
    collector = Collector(file=file)
    cleared = read_cleared(book, records, collector)
    gone = {one.key for one in cleared}
    records = records.with_(archive={key: one for key, one in records.archive.items() if key not in gone})
    faults = [*read.faults, *choices, *collector.faults]
    read = replace(read, faults=faults, places={**read.places, **lines}, cleared=cleared)
    lost = missing_tabs(read.plan.channels, sheets.values(), records.last)
    if lost:
        with told_in(read.plan.lang):
            raise InputFaults(tab_faults(book, lost, records.last, read.places, file))
    start = read.plan.start
    made_start = read_made_start(book, file) if remembered else None
    if start == NO_START:
        return Whole(read, records, made_start or start)
    cells = read.typed
    typed, kept, faults = in_their_months(read.typed, read.plan, made_start, records.last)
    actuals, homeless = actuals_of(typed, read.units, start)
    others = {key: value for key, value in read.homeless.items() if not EntryKey.parse(key).is_actual}
    read = replace(
        read,
        plan=read.plan.with_(actuals=actuals),
        typed=typed,
        homeless={**others, **homeless, **kept},
        faults=[*read.faults, *(replace(fault, file=file) for fault in faults)],
    )
    old_start = made_start if made_start and records.last else start
    if not any(fault.level == "error" for fault in read.faults if fault not in choices):
        read = _remembered(read, records, old_start, cells, {key: name for name, key in sheets.items()}, file)
    return Whole(read, records, old_start)


def _remembered(
    read: ReadPlan,
    records: Records,
    old_start: dt.date,
    cells: Sequence[Typed],
    sheets: Mapping[str, str],
    file: str,
) -> ReadPlan:
    """The same with the entries whose cells are gone, and with a look at ids that were typed over."""
    gone = vanished(records.last, cells, read.places.keys(), old_start, read.plan.start)
    fits = has_place(read.plan)
    back = {key: value for key, value in gone.items() if fits(key)}
    plan, left = with_entries(read.plan, back)
    faults = [*vanished_faults(back, plan, sheets, file), *read.located(renamed(plan, records.last), file)]
    others = {key: value for key, value in gone.items() if key not in back}
    return replace(read, plan=plan, faults=[*read.faults, *faults], homeless={**others, **left, **read.homeless})
