"""What may be taken from one cell of a returned workbook: plain values; of a formula its number and nothing else."""

from __future__ import annotations

import re
from typing import Any

from xl_kpi.errors import Words
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.workbook.reading.entry_reader import Entries
from xl_kpi.workbook.reading.tables import CellAddress

_STRINGS = re.compile(r'"[^"]*"')
# Another workbook ([1]Sheet1!A1), or another program (cmd|'/c calc'!A0).
_OUTSIDE = re.compile(r"\[[^\[\]]*\][^\[\]!,()]*!|\|")
# Functions that fetch, start or hand out something when they are calculated.
_REACHING = re.compile(
    r"\b(?:HYPERLINK|WEBSERVICE|FILTERXML|IMAGE|RTD|DDE|CALL|REGISTER(?:\.ID)?|EXEC|EVALUATE|PY|SQL\.REQUEST|"
    r"STOCKHISTORY|CUBE[A-Z]+|IMPORT(?:DATA|XML|HTML|FEED|RANGE)|GOOGLEFINANCE|INFO)\s*\(",
    re.IGNORECASE,
)


class CellFaults:
    """Reads cells and tells of each what can't be taken."""

    def __init__(self, entries: Entries):
        self.entries = entries

    def number(self, raw: Any, formula: str, place: CellAddress, reader: Any, options: dict) -> tuple[bool, Any]:
        """Whether the cell could be read, and the number in it (None: blank).

        A formula with a number as its result is read as that number, with a warning; any other is a fault.
        """
        if raw is None and not formula:
            return True, None
        if not self.is_taken(formula, raw, place):
            return False, None
        return self.unless_fault(lambda: self.entries.read(raw, place, reader, options))

    def is_taken(self, formula: str, raw: Any, place: CellAddress) -> bool:
        """Whether the value of a cell for numbers may be taken: told of each formula, a fault where it may not."""
        if not formula.startswith("="):
            return True
        key = self._refused(formula, raw)
        if key:
            self.fault(key, formula, place)
            return False
        self.fault("collect_formula_taken", formula, place, level="warning", value=shown(raw))
        return True

    def is_plain(self, formula: str, place: CellAddress) -> bool:
        """Whether a cell for words or dates holds no formula and no error value; a fault otherwise."""
        if not formula:
            return True
        self.fault("collect_formula_danger" if _reaches_out(formula) else "collect_formula_words", formula, place)
        return False

    def unless_fault(self, read: Any) -> tuple[bool, Any]:
        """Whether ``read()`` noted no fault, and its result."""
        before = len(self.entries.collector.faults)
        value = read()
        return len(self.entries.collector.faults) == before, value

    def fault(self, key: str, found: str, place: CellAddress, level: str = "error", **values: object) -> None:
        self.entries.collector.add(shown(found), Words(key, **values), cell=place.cell, sheet=place.sheet, level=level)

    @staticmethod
    def _refused(formula: str, raw: Any) -> str:
        """The text that says why the result of a formula is not taken; "" when it is."""
        if _reaches_out(formula):
            return "collect_formula_danger"
        if formula == "=":  # shared with a cell that is not there
            return "plan_formula"
        number = isinstance(raw, (int, float)) and not isinstance(raw, bool)
        return "" if number else "plan_formula"


def _reaches_out(formula: str) -> bool:
    words = _STRINGS.sub('""', formula)
    return bool(_OUTSIDE.search(words) or _REACHING.search(words))
