"""The generated sheets of a workbook that is to be written anew: what they are, and what follows them there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Protocol

from xl_kpi.catalog import text
from xl_kpi.plan.records_codec import as_read
from xl_kpi.plan.renewal import Renewed, with_more
from xl_kpi.regenerate.next_state import Known
from xl_kpi.regenerate.sheet_names import kept_names
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.addresses import place_of, relative
from xl_kpi.workbook.cells.moves import LeftSheet, Spot
from xl_kpi.workbook.reading.our_sheets import foreign_sheets, our_sheets, passing_names
from xl_kpi.workbook.relocation.book_moves import BookMoves
from xl_kpi.workbook.relocation.broken_formulas import kept_formula, still_kept, waiting
from xl_kpi.workbook.relocation.dependents import Dependent, dependent, pointing
from xl_kpi.workbook.relocation.input_formulas import Formulas, lost_formulas, typed_formulas
from xl_kpi.workbook.relocation.user_cells import OwnCells, own_cells
from xl_kpi.workbook.spec import BookSpec


class Standing(Known, Protocol):
    """What is known of a workbook, and the month with which its sheets were made."""

    @property
    def old_start(self) -> dt.date | None: ...


class NewSheets:
    """The sheets of ``renewed`` in the place of those that stand in ``book`` (xlwings, or a snapshot of one).

    ``keys`` name → key of the sheets that stand, ``names`` those that the user has named, ``gone`` our defined names
    that the new workbook does not have; ``spec`` describes the new sheets, ``moves`` says what became of the old
    ones' cells.
    """

    def __init__(
        self, book: Any, standing: Standing, renewed: Renewed, rest: Mapping[str, LeftSheet] | None = None
    ) -> None:
        plan = renewed.plan
        self.book, self.plan, self.records = book, plan, as_read(renewed.records)
        self.keys = our_sheets(book)
        self.names = kept_names(plan, self.keys, foreign_sheets(book), standing.records.last, standing.records.names)
        self.spec: BookSpec = book_spec(plan, self.records, self.names)
        there = {name.casefold() for name in self.spec.names}
        self.gone = [name for name in passing_names(book) if name.casefold() not in there]
        starts = standing.old_start or plan.start, plan.start
        self.moves = BookMoves(book, self.keys, self.spec, *starts, self.gone, rest)
        self.waiting = waiting(book, standing.records.archive, self.moves)
        back = [one for one in self.waiting if one.follower]
        self.moves.back.update({one.spot: one.formula for one in back if one.spot and one.formula})

    @property
    def unused(self) -> dict[str, str]:
        """The names of the user's for sheets that the workbook does not have now."""
        there = {sheet.key for sheet in self.spec.sheets}
        return {key: name for key, name in self.names.items() if key not in there}

    @cached_property
    def pointing(self) -> list[Dependent]:
        """The formulas on the user's own sheets, and his defined names, that point at our sheets."""
        back = {one.place: one for one in self._back if one.sheet not in self.keys}
        found = [one for one in pointing(self.book, self.keys, self.moves) if one.place not in back]
        return [*found, *back.values()]

    @cached_property
    def beside(self) -> list[Dependent]:
        """The user's formulas on our sheets: beside what is ours, as far as they point elsewhere, and those in input
        cells that lose what they point at."""
        back = {one.place: one for one in self._back if one.sheet in self.keys}
        found = []
        for cell in self.own.carried:
            if cell.formula is not None:
                old = self.moves.grid(cell.sheet).formula(cell.row, cell.column)
                one = dependent(cell.sheet, relative(cell.row, cell.column), old, self.moves)
                if one and one.place not in back:
                    found.append(one)
        return [*found, *back.values(), *lost_formulas(self.book, self.keys, self.spec, self.moves)]

    @property
    def followers(self) -> list[Dependent]:
        """Those of them that have to change, or to be looked at."""
        return [one for one in (*self.pointing, *self.beside) if one.new != one.old or one.check]

    @cached_property
    def own(self) -> OwnCells:
        """What the user has typed on our sheets besides entries."""
        printed = {name: self.book.sheets[name].page_setup.print_area for name in self.keys}
        return own_cells(self.book, self.keys, self.spec, self.moves, printed)

    @property
    def _back(self) -> list[Dependent]:
        return [one.follower for one in self.waiting if one.follower]

    def to(self, spot: Spot) -> Spot | None:
        """Where a cell of the user's on one of our sheets goes; None for all others, which stay."""
        sheet, row, column = spot
        there = self.own.to(sheet, row, column) if sheet in self.keys and row else None
        return (self.moves.new_name(self.keys[sheet]) or sheet, *there) if there else None

    @cached_property
    def formulas(self) -> Formulas:
        """The formulas that stay in input cells."""
        return typed_formulas(self.book, self.keys, self.spec, self.moves)


def new_sheets(
    book: Any,
    standing: Standing,
    renewed: Renewed,
    log: Mapping[str, Any],
    rest: Mapping[str, LeftSheet] | None = None,
) -> tuple[NewSheets, Renewed]:
    """The new sheets.  Formulas of the user's whose target is gone are kept on 保管, those whose target is there again
    come back from it; a line in 履歴 tells either.

    Arguments: ``standing`` the workbook as it was read, ``renewed`` and ``log`` its next state as from
    ``next_state``; ``rest`` as for ``BookMoves``.
    """
    made, lang, today = NewSheets(book, standing, renewed, rest), renewed.plan.lang, log["now"].date()
    if made.unused != renewed.records.names:  # a sheet that comes back is called as it was
        renewed = replace(renewed, records=renewed.records.with_(names=made.unused))
        made = NewSheets(book, standing, renewed, rest)
    lost = [one for one in made.followers if one.lost]
    told = [(f"formula[{one.place}]", _words(one, lang), one.old, one.new) for one in lost]
    archive, returned = dict(renewed.records.archive), []
    for one in made.waiting:
        archive.pop(one.kept.key, None)
    waits: set[Spot] = set()
    for one in made.waiting:
        if one.follower:
            returned.append(one.kept)
            words = text("log_returned", lang, label=one.kept.label)
            told.append((f"formula[{one.follower.place}]", words, one.follower.old, one.follower.new))
        else:
            still = still_kept(one, made.moves, lang, one.spot and made.to(one.spot))
            archive[still.key] = still
            waits |= {one.spot} if one.spot else set()
    kept = []
    for broken in lost:
        at = (broken.sheet, *(place_of(broken.cell) or (0, 0))) if broken.sheet else (broken.cell, 0, 0)
        if at not in waits:  # else it is on 保管 already, as it read before it lost its first target
            kept.append(kept_formula(broken, made.moves, lang, today, made.to(at)))
    archive.update({one.key: one for one in kept})
    if not told and archive == renewed.records.archive:
        return made, renewed
    renewed = with_more(renewed, told=told, archive=archive, kept=kept, returned=returned, **log)
    return NewSheets(book, standing, renewed, rest), renewed


def _words(one: Dependent, lang: str) -> str:
    return text("rewrite_formula", lang, place=one.place)
