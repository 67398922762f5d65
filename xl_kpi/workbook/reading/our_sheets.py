"""Which sheets of a workbook are ours, and which of them is which: nothing is taken for ours by its name alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from xl_kpi.catalog import LANGUAGES, text
from xl_kpi.workbook.cells.areas import MOST_ROWS, reference
from xl_kpi.workbook.cells.grid import MARK
from xl_kpi.workbook.sheet_kinds import TAB, kind_of, pages, pointed_at, tab_key
from xl_kpi.workbook.sheet_kinds import passing_names as names_that_pass

_ACTUALS, _STAGE_ACTUALS = kind_of(TAB).name, "act_stages"
_TAB_ROW = re.compile(r"[\w.\-]+:(?:target|actual|attainment)")


def our_sheets(book: Any) -> dict[str, str]:
    """The generated sheets of a workbook: name → key (``settings``, ``tab:web`` …), in the order of the tabs.

    Arguments: ``book`` an xlwings Book, or a snapshot of one.
    Result: a sheet is ours where one of our defined names points, or where A1 says so.  Of several that say the
    same, a copy that somebody made among them, the first is ours and the others are the user's.  A channel's tab
    always has a name that points to it; one that only says that it is a tab is a copy of the user's.
    """
    by_name = dict(_pointed_at(book))
    keys = set(by_name.values())
    found = {}
    for sheet in sheets_of(book):
        key = by_name.get(sheet.name.casefold())
        if key is None:
            key = _marked(sheet)
            if key is None or key in keys or kind_of(key).by_channel:
                continue
            keys.add(key)
        found[sheet.name] = key
    return found


def foreign_sheets(book: Any) -> list[str]:
    """The sheets that a user added."""
    ours = our_sheets(book)
    return [sheet.name for sheet in sheets_of(book) if sheet.name not in ours]


def passing_names(book: Any) -> list[str]:
    """The defined names of ours that point to one of our sheets and that the next workbook may not have."""
    ours = {name.casefold(): key for name, key in our_sheets(book).items()}
    passing, found = names_that_pass(), []
    for name in book.names:
        place = reference(name.refers_to)
        key = ours.get(place.sheet.casefold()) if place else None
        if key and (name.name in passing or key == tab_key(name.name.removeprefix(_ACTUALS))):
            found.append(name.name)
    return found


def sheets_of(book: Any) -> list[Any]:
    """The sheets of an xlwings Book or of a snapshot."""
    return list(book.sheets.values() if isinstance(book.sheets, dict) else book.sheets)


def _pointed_at(book: Any) -> Iterator[tuple[str, str]]:
    """Sheet (folded) → key, as the defined names of the whole workbook say."""
    sheets = {sheet.name.casefold(): sheet for sheet in sheets_of(book)}
    pointers = pointed_at()
    for name in book.names:
        place = reference(name.refers_to)
        if place is None or place.sheet.casefold() not in sheets:
            continue
        if name.name in pointers:
            yield place.sheet.casefold(), pointers[name.name]
        elif name.name.startswith(_ACTUALS) and name.name != _STAGE_ACTUALS:
            sheet, key = sheets[place.sheet.casefold()], tab_key(name.name.removeprefix(_ACTUALS))
            # a channel without KPIs has a sheet without rows: there the mark has to agree with the name
            if _has_actuals(sheet, place) or sheet.range("A1").value == f"{MARK}{key}":
                yield place.sheet.casefold(), key


def _has_actuals(sheet: Any, place: Any) -> bool:
    """Whether the row ids of a channel's KPIs stand in the first column of a block."""
    last = min(place.last_row, place.row + MOST_ROWS)
    ids = sheet.range((place.row, place.column), (last, place.column)).options(ndim=2).value
    return any(_TAB_ROW.fullmatch(str(line[0] or "")) for line in ids)


def _marked(sheet: Any) -> str | None:
    mark = sheet.range("A1").value
    if isinstance(mark, str) and mark.startswith(MARK):
        return mark.removeprefix(MARK) or None
    if str(sheet.range("B5").formula).startswith("=plan_sentence"):
        return "start"
    for key in (kind.key for kind in pages() if kind.titled):
        names = {text(f"sheet_{key}", lang).casefold() for lang in LANGUAGES}
        titles = {text(f"{key}_title", lang) for lang in LANGUAGES}
        if sheet.name.casefold() in names and sheet.range("B2").value in titles:
            return key
    return None
