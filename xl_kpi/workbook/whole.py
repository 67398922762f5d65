"""Plan and records of a workbook together, each actual in the month for which it was typed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from xl_kpi.errors import Fault
from xl_kpi.plan.records import Records
from xl_kpi.workbook.actuals import actuals_of, in_their_months
from xl_kpi.workbook.reader import NO_START, ReadPlan, read_with_faults
from xl_kpi.workbook.records_reader import read_made_start, read_records
from xl_kpi.workbook.tables import Place


@dataclass(frozen=True)
class Whole:
    """Everything that a workbook holds of ours.

    ``read.plan.start`` is the start as it stands in the cell now, ``old_start`` the one with which the sheets
    were made.
    """

    read: ReadPlan
    records: Records
    old_start: dt.date


def read_whole(book: Any, file: str, lang: str | None = None) -> Whole:
    """Everything typed in an xlwings Book, with faults in place of errors, and what the workbook remembers.

    Arguments: as for ``read_with_faults``.
    Errors: BadFile when the book is none of ours, or its records are damaged.
    """
    read = read_with_faults(book, file, lang)
    words = lang or read.plan.lang
    choices: list[Fault] = []  # those made on 統合 that can't be read
    lines: dict[str, list[Place]] = {}
    records = read_records(book, file, words, choices, lines)
    read = replace(read, faults=[*read.faults, *choices], places={**read.places, **lines})
    start = read.plan.start
    made_start = read_made_start(book, file, words)
    if start == NO_START:
        return Whole(read, records, made_start or start)
    typed, kept, faults = in_their_months(read.typed, read.plan.with_(lang=words), made_start, records.last)
    actuals, homeless = actuals_of(typed, read.units, start)
    others = {key: value for key, value in read.homeless.items() if not key.startswith("actual[")}
    read = replace(
        read,
        plan=read.plan.with_(actuals=actuals),
        typed=typed,
        homeless={**others, **homeless, **kept},
        faults=[*read.faults, *(replace(fault, file=file) for fault in faults)],
    )
    return Whole(read, records, made_start if made_start and records.last else start)
