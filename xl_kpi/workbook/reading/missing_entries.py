"""Entries whose cells are gone from a sheet, row or column and all: nobody has cleared them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from xl_kpi.calc import month_start
from xl_kpi.errors import Fault, Joined, Phrase, Words
from xl_kpi.plan import fields
from xl_kpi.plan.keys import ACTUAL, AGREEMENT, PIPELINE, RATES, EntryKey, actual_key
from xl_kpi.plan.labels import label
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Value
from xl_kpi.workbook.reading.actuals_reader import Typed
from xl_kpi.workbook.reading.tables import points_at_cells
from xl_kpi.workbook.sheet_kinds import tab_key

# rows that the structure of the plan brings, not the user
_SHEETS = {PIPELINE: "funnel", RATES: "channels", AGREEMENT: "agreement"}
_MOST_NAMED = 5  # months, and rows, in one line


def vanished(
    last: Mapping[str, Value], typed: Iterable[Typed], read: Collection[str], made_start: dt.date, start: dt.date
) -> dict[str, Value]:
    """The entries as the last command left them that have no cell any more.

    Arguments: ``last`` those entries; ``typed`` every cell of actuals that stands, ``read`` the keys of all other
    entries that have a cell; ``made_start`` the start with which the sheets were made, from which months that are
    no dates of their own count, ``start`` that of the plan.
    """
    there = {actual_key(one.what, month_start(made_start if one.counted else start, one.month)) for one in typed}
    there.update(key for key in read if key.partition("[")[0] in _SHEETS)
    kinds = {*_SHEETS, ACTUAL}
    known = ((key, EntryKey.parse(key)) for key in last.keys() - there if key.partition("[")[0] in kinds)
    return {key: last[key] for key, entry in known if entry.is_actual or entry.table in _SHEETS}


def vanished_faults(found: Mapping[str, Value], plan: Plan, sheets: Mapping[str, str], file: str) -> list[Fault]:
    """A warning for each sheet from which entries have vanished.

    Arguments: ``found`` entries that have a place in the plan; ``sheets`` key → name of our sheets.
    """
    by_sheet: dict[str, list[str]] = {}
    for key in sorted(found):
        by_sheet.setdefault(_sheet(key), []).append(key)
    return [_fault(keys, plan, sheets.get(sheet, ""), file) for sheet, keys in by_sheet.items()]


def _sheet(key: str) -> str:
    entry = EntryKey.parse(key)
    if entry.is_actual:
        return "backwards" if entry.owner == "stage" else tab_key(entry.owner)
    return _SHEETS[entry.table]


def _fault(keys: list[str], plan: Plan, sheet: str, file: str) -> Fault:
    months = [f"{entry.month:%Y/%m}" for entry in map(EntryKey.parse, keys) if entry.is_actual]
    rows = [label(key, plan, month=False) for key in keys]
    lists = [_listed(sorted(set(months))), _listed([row for k, row in enumerate(rows) if row not in rows[:k]])]
    named = Joined(tuple(one for one in lists if one), " ")
    allowed = Words("vanished", count=len(keys), file=file)
    return Fault(named, allowed, sheet=sheet, file=file, level="warning")


def _listed(found: Sequence[Phrase]) -> Phrase:
    if not found:
        return ""
    first = Joined(tuple(found[:_MOST_NAMED]), Words("agreement_join"))
    more = len(found) - _MOST_NAMED
    return Words("vanished_more", names=first, count=more) if more > 0 else first


def gone_pages(book: Any, file: str, last: Mapping[str, Value]) -> list[Fault]:
    """A warning for each optional page of single entries that somebody has deleted.

    Arguments: ``last`` the entries as the last command left them; those of such a page are used on.
    """
    typed = [one for one in fields.SINGLES if one.page and one.key in last]
    kept = [one.page for one in typed if not points_at_cells(book, one.key, file)]
    return [
        Fault(Words(f"sheet_{page}"), Words("vanished", count=kept.count(page), file=file), file=file, level="warning")
        for page in dict.fromkeys(kept)
    ]
