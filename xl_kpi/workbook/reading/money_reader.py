"""Amounts of money in the cells of a workbook: in the unit with which its sheets were written.

Who changes the unit on 設定 leaves the amounts as they stand, until the sheets are made anew: so the sheets say in
which unit they were written, and a number that was typed since may be in either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xl_kpi import catalog
from xl_kpi.errors import BadFile, Fault, Words
from xl_kpi.plan.input.amounts import is_bare
from xl_kpi.plan.input.raw_values import is_blank, shown
from xl_kpi.plan.money.cells import YEN, factor_of
from xl_kpi.plan.records import Value
from xl_kpi.plan.same_value import same
from xl_kpi.workbook.reading.tables import CellAddress, has_name, named_value

NAME = "money_unit"  # of the cell that says it: the id of a unit of money
AS_WRITTEN, AS_CHOSEN = "old", "new"  # answers to: in which unit were amounts typed since?


@dataclass(frozen=True)
class MoneyInCells:
    """In which unit amounts stand: ``written`` that of the sheets, ``chosen`` that of 設定 now.

    ``last`` the entries as the last command left them, by stable key; ``answer`` what a person says about amounts that
    were typed since ("" while nobody was asked).
    """

    written: str
    chosen: str
    last: Mapping[str, Value]
    answer: str = ""

    @property
    def factor(self) -> int:
        """How many yen a number alone stands for in the cells as they were written."""
        return factor_of(self.written)

    def typed_in(self, key: str, raw: Any, yen: Any) -> int | None:
        """How many yen a number alone in the cell of an entry stands for; None where nobody can tell.

        Arguments: ``key`` of the entry, ``raw`` what stands there, ``yen`` the amount if it is in the unit of the
        sheets.
        Special cases: 0 is 0 in each, and what stands there since the last command is in the unit of the sheets.
        """
        if self.written == self.chosen or not yen or is_blank(raw) or not is_bare(raw):
            return self.factor
        if self.answer == AS_CHOSEN and not same(self.last.get(key), yen):
            return factor_of(self.chosen)
        return self.factor if self.answer == AS_WRITTEN or same(self.last.get(key), yen) else None

    def question(self, raw: Any, place: CellAddress, file: str) -> Fault:
        """What is asked about a cell of which nobody can tell."""
        old, new = (Words(f"currency_{unit}") for unit in (self.written, self.chosen))
        allowed = Words("unit_ambiguous", found=shown(raw), old=old, new=new)
        return Fault(shown(raw), allowed, cell=place.cell, sheet=place.sheet, file=file)


def read_money_unit(book: Any, file: str, last: Mapping[str, Value], chosen: str, answer: str = "") -> MoneyInCells:
    """In which unit the amounts of a workbook stand.

    Arguments: ``chosen`` the unit on 設定; the others as for ``MoneyInCells``.
    Special cases: workbooks of earlier versions do not say it: their amounts are in yen, whatever they show.
    """
    if not has_name(book, NAME):
        return MoneyInCells(YEN, YEN, last, answer)
    try:
        found = catalog.find_choice("currency", str(named_value(book, NAME, file)[0] or "").strip())
    except BadFile:  # the name points nowhere any more
        found = None
    before = found.id if found else str(last.get("currency_unit") or chosen)
    return MoneyInCells(before, chosen, last, answer)
