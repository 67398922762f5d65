"""The generated sheets of a workbook that is to be written anew: what they are, and what follows them there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from xl_kpi.catalog import text
from xl_kpi.errors import Refused
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.merge import same
from xl_kpi.plan.records import Kept
from xl_kpi.plan.renewal import Renewed, with_more
from xl_kpi.sheets import book_spec
from xl_kpi.sheets.called import called
from xl_kpi.workbook.followers import Follower, pointing
from xl_kpi.workbook.moves import SheetMoves
from xl_kpi.workbook.next_state import Known
from xl_kpi.workbook.records_lines import as_read
from xl_kpi.workbook.spec import BookSpec
from xl_kpi.workbook.typed_formulas import Formulas, typed_formulas
from xl_kpi.workbook.whose import foreign_sheets, our_sheets, passing_names

MOST_NAMED = 5  # entries in one message


class Standing(Known, Protocol):
    """What is known of a workbook, and the month with which its sheets were made."""

    @property
    def old_start(self) -> dt.date | None: ...


class Lost(Protocol):
    """Something of the user's that stood on one of our sheets."""

    @property
    def sheet(self) -> str: ...

    @property
    def cell(self) -> str: ...

    @property
    def text(self) -> str: ...


class Anew:
    """The sheets of ``renewed`` in the place of those that stand in ``book`` (xlwings, or a snapshot of one).

    ``keys`` name → key of the sheets that stand, ``names`` those that the user has named, ``gone`` our defined names
    that the new workbook does not have; ``spec`` describes the new sheets, ``moves`` says what became of the old
    ones' cells.
    """

    def __init__(self, book: Any, standing: Standing, renewed: Renewed):
        plan = renewed.plan
        self.book, self.plan, self.records = book, plan, as_read(renewed.records)
        self.keys = our_sheets(book)
        self.names = called(plan, self.keys, foreign_sheets(book), standing.records.last)
        self.spec: BookSpec = book_spec(plan, self.records, self.names)
        there = {name.casefold() for name in self.spec.names}
        self.gone = [name for name in passing_names(book) if name.casefold() not in there]
        self.moves = SheetMoves(book, self.keys, self.spec, standing.old_start or plan.start, plan.start, self.gone)

    @cached_property
    def pointing(self) -> list[Follower]:
        """The user's formulas that point at our sheets."""
        return pointing(self.book, self.keys, self.moves)

    @property
    def followers(self) -> list[Follower]:
        """Those of them that have to change."""
        return [one for one in self.pointing if one.new != one.old]

    @cached_property
    def formulas(self) -> Formulas:
        """The formulas that stay in input cells."""
        return typed_formulas(self.book, self.keys, self.spec, self.moves)


def anew(book: Any, standing: Standing, renewed: Renewed, log: Mapping[str, Any]) -> tuple[Anew, Renewed]:
    """The new sheets, with a line in 履歴 for each formula of the user's whose target is gone.

    Arguments: ``standing`` the workbook as it was read, ``renewed`` and ``log`` its next state as from
    ``next_state``.
    """
    made = Anew(book, standing, renewed)
    lost = [one for one in made.followers if one.lost]
    if not lost:
        return made, renewed
    told = [(f"formula[{one.place}]", _words(one, standing.read.plan.lang), one.old, one.new) for one in lost]
    renewed = with_more(renewed, told=told, **log)
    return Anew(book, standing, renewed), renewed


def with_lost(renewed: Renewed, lost: Sequence[Lost], log: Mapping[str, Any]) -> Renewed:
    """The same with what finds no place on the new sheets, in words on 保管 and in 履歴.

    Arguments: ``lost`` what of the user's stood where, and what it says; ``log`` as for ``next_state``.
    """
    lines = []
    for one in lost:
        words = text("rewrite_lost", renewed.plan.lang, sheet=one.sheet, cell=one.cell)
        lines.append(Kept(f"cell[{one.sheet}!{one.cell}]", words, one.text, log["now"].date()))
    return with_more(renewed, lost=lines, **log)


def with_note(renewed: Renewed, log: Mapping[str, Any]) -> Renewed:
    """The same with a line in 履歴 that says that the sheets alone are new."""
    return with_more(renewed, told=[("", text("log_wrote", renewed.plan.lang), None, None)], **log)


def differing(renewed: Renewed, again: Known, lang: str) -> list[str]:
    """What does not read back from a new workbook as it was meant: keys of entries, the records, faults."""
    wanted, found = entries_of(renewed.plan), entries_of(again.read.plan)
    wrong = [key for key in sorted(wanted.keys() | found.keys()) if not same(wanted.get(key), found.get(key))]
    if again.records != renewed.records:
        wrong.append(text("sheet_record", lang))
    return wrong + [fault.line() for fault in again.read.faults if fault.level == "error"]


def refused(wrong: Sequence[str], file: str, lang: str) -> Refused:
    """The reason not to write a workbook that does not read back."""
    named = ", ".join(wrong[:MOST_NAMED])
    return Refused(text("rewrite_differs", lang, file=file, entries=named, count=len(wrong)))


def _words(one: Follower, lang: str) -> str:
    return text("rewrite_formula", lang, place=one.place)
