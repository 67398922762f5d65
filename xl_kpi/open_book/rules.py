"""What on the user's own sheets of an open book reads other cells and is no formula in a cell: rules on cells.

xlwings tells the rule of a range where all its cells have the same one; where they have not, the range is halved.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import Any

from xl_kpi.workbook.cells.rectangles import Rect

VALIDATIONS, CONDITIONS = "validations", "conditions"
UNKNOWN = ""  # in place of a formula: what the rule reads can't be found out
MOST_ASKED = 200  # questions about one sheet
_MIXED = ("mixed_criteria", "inconsistent")
_FORMULAS = ("formula", "formula1", "formula2", "source")

Rule = tuple[str, str]  # kind, a formula in it
Search = Generator[list[Rect], list[Any], list[Rule]]


def rules_of(sheet: Any, area: Any) -> list[Rule]:
    """The rules on a sheet, of which ``area`` is used, in a host that answers at once."""
    found: list[Rule] = []
    with suppress(Exception):  # a host that knows no rules has none
        found += _conditions(area.conditional_formats)
    search = _search(_rect(area))
    asked = next(search)
    while True:
        try:
            asked = search.send([_told(sheet, rect) for rect in asked])
        except StopIteration as end:
            return [*found, *end.value]


async def awaited_rules_of(sheet: Any, area: Any) -> list[Rule]:
    """The same in xlwings Lite."""
    found = _conditions(await area.get_conditional_formats())
    search = _search(_rect(area))
    asked = next(search)
    while True:
        answers = [await _range(sheet, rect).get_data_validation() for rect in asked]
        try:
            asked = search.send(answers)
        except StopIteration as end:
            return [*found, *end.value]


def _search(area: Rect) -> Search:
    """Asks for rectangles, takes the rule of each (None: the host has no word for it)."""
    waiting, asked = [area], 0
    found: list[Rule] = []
    while waiting:
        if asked > MOST_ASKED:
            return [*found, (VALIDATIONS, UNKNOWN)]
        answers = yield waiting
        asked += len(waiting)
        mixed: list[Rect] = []
        for rect, rule in zip(waiting, answers):
            kind = _MIXED[0] if rule is None else rule.type
            if kind in _MIXED:
                mixed += rect.halves
            elif kind != "none":
                found += [(VALIDATIONS, words) for words in _formulas(rule)]
        waiting = mixed
    return found


def _conditions(formats: Any) -> list[Rule]:
    return [(CONDITIONS, words) for rule in formats for words in _formulas(rule)]


def _formulas(rule: Any) -> Iterator[str]:
    for name in _FORMULAS:
        words = None
        with suppress(Exception):  # not every kind of rule has each of them
            words = getattr(rule, name)
        if words:
            yield str(words)


def _told(sheet: Any, rect: Rect) -> Any:
    with suppress(Exception):  # each host has its own error for a range that is not the same everywhere
        rule = _range(sheet, rect).data_validation
        return rule if rule.type else None
    return None


def _range(sheet: Any, rect: Rect) -> Any:
    return sheet.range(rect.first, (rect.last_row, rect.last_column))


def _rect(area: Any) -> Rect:
    rows, columns = area.shape
    return Rect(area.row, area.column, area.row + rows - 1, area.column + columns - 1)
