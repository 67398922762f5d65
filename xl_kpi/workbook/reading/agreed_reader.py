"""What a workbook remembers on its calculation sheet: agreed targets and the first plan (K15), example figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from xl_kpi.calc.calendar import months_from
from xl_kpi.errors import BadFile
from xl_kpi.plan.model import AgreedTargets
from xl_kpi.plan.records import Value
from xl_kpi.workbook.reading.tables import has_name, named_range
from xl_kpi.workbook.sheet_kinds import AGREED, EXAMPLES, FIRST_PLAN

MOST_MONTHS = 1200  # between a plan's start and a month that it remembers: more is no month of any plan


def read_agreed(book: Any, file: str, start: dt.date | None) -> AgreedTargets:
    """What was agreed, under the months of the plan as it starts now.

    Arguments: ``start`` the plan's first month (None: it can't be read).
    Special cases: nothing in a workbook from before there were such tables, or without its hidden sheet; of months
    before ``start`` those that were ever closed, with negative numbers.
    """
    rows = _rows(book, AGREED, file) if start is not None else ()
    if start is None or not rows:
        return AgreedTargets()
    until = _month(rows[0][0], start)
    ever = 0 if until is None else until + 1
    known = dict(_targets(rows, start))
    months = {key: value for key, value in known.items() if key[1] >= 0 or until is not None and key[1] < ever}
    return AgreedTargets(months, ever, dict(_targets(_rows(book, FIRST_PLAN, file), start)))


def read_examples(book: Any, file: str) -> dict[str, Value]:
    """The figures that a template brought, as they were when the sheets were written: stable key → value.

    Special cases: nothing in a workbook from before there was such a table: its figures are its user's.  Days that
    are one number are text again.
    """
    found: dict[str, Value] = {}
    for key, value, *_ in _rows(book, EXAMPLES, file):
        if isinstance(key, str) and value not in (None, ""):
            found[key] = f"{value:g}" if key.endswith(".lag") and isinstance(value, (int, float)) else value
    return found


def _rows(book: Any, name: str, file: str) -> Sequence[Sequence[Any]]:
    """A table, its header first; nothing where the workbook has none, or its sheet is gone."""
    try:
        return named_range(book, name, file).options(ndim=2).value if has_name(book, name) else ()
    except BadFile:
        return ()


def _targets(rows: Sequence[Sequence[Any]], start: dt.date) -> Iterator[tuple[tuple[str, int], float]]:
    """The numbers of a table: keys in its first column, in its first row the months."""
    months = [None, *(_month(value, start) for value in rows[0][1:])] if rows else []
    for row in rows[1:]:
        for month, value in zip(months, row):
            if month is not None and isinstance(value, (int, float)) and isinstance(row[0], str):
                yield (row[0], month), float(value)


def _month(value: Any, start: dt.date) -> int | None:
    """How many months after the start; None for what is no date, or further off than a plan is moved."""
    if not isinstance(value, dt.date):
        return None
    month = months_from(start, value)
    return month if abs(month) < MOST_MONTHS else None
