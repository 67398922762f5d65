"""Cells that hold what Python computed when the sheets were written, and those that say something by them.

After a change they are old until the sheets are made anew, which the stamp says; nothing else may be.
"""

from __future__ import annotations

import re

from tests.agreement.sheet_xml import Place, read_values
from xl_kpi.workbook.addresses import column_number
from xl_kpi.workbook.spec import BookSpec, SheetSpec

PAGES = ("calc", "dashboard", "review", "start")  # where such cells stand
LAST = 30  # columns of レビュー and some more
MARK = ("review_mark", "review_said")  # the names that say so
_CELL = re.compile(r"(?:'((?:[^']|'')+)'!|([^\W\d]\w*)!)?\$?([A-Z]{1,3})\$?([0-9]+)(?![\w(!])")


def stale(spec: BookSpec, data: bytes) -> frozenset[Place]:
    """The places where a file's constants on ``PAGES`` are other than in ``spec``, and all formulas that follow.

    レビュー has as many rows as there is to say: where it says more or less than before, its cells are others' places.
    """
    stored = read_values(data)
    found: set[Place] = set()
    formulas: dict[Place, str] = {}
    for sheet in spec.sheets:
        if sheet.key not in PAGES:
            continue
        if sheet.key == "review" and _ids(sheet) != _stored_ids(sheet.name, stored):
            last = max(place[1] for place in (*stored, (sheet.name, max(row for row, _ in sheet.cells), 1)))
            found |= {(sheet.name, row, column) for row in range(1, last + 1) for column in range(1, LAST + 1)}
        for (row, column), cell in sheet.cells.items():
            place = (sheet.name, row, column)
            if cell.formula is not None:
                formulas[place] = cell.formula
            elif not cell.style.startswith("input") and _differs(cell.value, stored.get(place)):
                found.add(place)
    asks = {place: [*_asked(place[0], formula)] for place, formula in formulas.items()}
    found |= {place for place, formula in formulas.items() if any(name in formula for name in MARK)}
    while more := {place for place, of in asks.items() if place not in found and any(one in found for one in of)}:
        found |= more
    return frozenset(found)


def _ids(sheet: SheetSpec) -> dict[int, str]:
    return {row: str(cell.value) for (row, column), cell in sheet.cells.items() if column == 1 and cell.value}


def _stored_ids(name: str, stored: dict[Place, float | str | bool]) -> dict[int, str]:
    return {row: str(value) for (sheet, row, column), value in stored.items() if sheet == name and column == 1}


def _differs(anew: object, stored: object) -> bool:
    if anew in (None, "") or stored in (None, ""):
        return (anew in (None, "")) != (stored in (None, ""))
    if isinstance(anew, (int, float)) and isinstance(stored, (int, float)):
        return abs(anew - stored) > 1e-9 * max(abs(anew), abs(stored))
    return isinstance(anew, str) and anew != stored


def _asked(sheet: str, formula: str):
    for quoted, plain, letters, row in _CELL.findall(formula):
        yield (quoted.replace("''", "'") or plain or sheet, int(row), column_number(letters))
