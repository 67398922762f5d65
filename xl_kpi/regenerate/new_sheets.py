"""The generated sheets of a workbook that is to be written anew: what they are, and what follows them there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property, partial
from typing import Any, Protocol

from xl_kpi.catalog import text
from xl_kpi.plan.history.records_codec import as_read
from xl_kpi.plan.history.renewal import Renewed, with_more
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.pages import optional
from xl_kpi.plan.pages.tables import find_table
from xl_kpi.plan.stages.effect import plan_before
from xl_kpi.plan.stages.steps import Funnel
from xl_kpi.regenerate.next_state import Known
from xl_kpi.regenerate.sheet_names import kept_names
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.addresses import Place, place_of, relative
from xl_kpi.workbook.cells.moves import LeftSheet, Spot
from xl_kpi.workbook.reading.findings import faults_of
from xl_kpi.workbook.reading.our_sheets import foreign_sheets, our_sheets, passing_names
from xl_kpi.workbook.reading.tables import CellAddress
from xl_kpi.workbook.relocation.book_moves import BookMoves
from xl_kpi.workbook.relocation.broken_formulas import kept_formula, still_kept, waiting
from xl_kpi.workbook.relocation.dependents import Dependent, dependent, pointing
from xl_kpi.workbook.relocation.input_formulas import Formulas, input_formulas
from xl_kpi.workbook.relocation.user_cells import OwnCells
from xl_kpi.workbook.sheet_kinds import passing_names as names_that_pass
from xl_kpi.workbook.spec import BookSpec, SheetSpec


class Standing(Known, Protocol):
    """What is known of a workbook, and the month with which its sheets were made."""

    @property
    def old_start(self) -> dt.date | None: ...


class NewSheets:
    """The sheets of ``renewed`` in the place of those that stand in ``book`` (xlwings, or a snapshot of one).

    ``keys`` name → key of the sheets that stand, ``names`` those that the user has named, ``gone`` our defined names
    that the new workbook does not have; ``spec`` describes the new sheets, ``moves`` says what became of the old
    ones' cells; ``cells`` finds what the user has typed on them besides entries.
    """

    def __init__(
        self,
        book: Any,
        standing: Standing,
        renewed: Renewed,
        cells: Callable[[NewSheets], OwnCells],
        like: NewSheets | None = None,
        rest: Mapping[str, LeftSheet] | None = None,
    ) -> None:
        plan = renewed.plan
        self._cells = cells
        self.book, self.plan, self.records = book, plan, as_read(renewed.records)
        self.standing = standing
        self.keys: dict[str, str] = like.keys if like else our_sheets(book)
        self._foreign: list[str] = like._foreign if like else foreign_sheets(book)
        self.names = kept_names(plan, self.keys, self._foreign, standing.records.last, standing.records.names)
        self.spec: BookSpec = book_spec(plan, self.records, self.names)
        there = {name.casefold() for name in self.spec.names}
        self._passing: list[str] = like._passing if like else passing_names(book)
        self.gone = [name for name in self._passing if name.casefold() not in there]
        old_start = standing.old_start or plan.start
        self.moves: BookMoves = (
            like.moves.again(self.spec, plan.start, self.gone, like.moves.rests if rest is None else rest)
            if like
            else BookMoves(
                book, self.keys, self.spec, old_start, plan.start, self.gone, typed=_typed_rows(standing.read.places)
            )
        )
        self._before: Callable[[], dict[str, SheetSpec]] = (
            like._before if like else cache(partial(_as_left, standing, self.keys))
        )
        self.waiting = waiting(book, standing.records.archive, self.moves)
        back = [one for one in self.waiting if one.follower]
        self.moves.back.update({one.spot: one.formula for one in back if one.spot and one.formula})

    def again(self, renewed: Renewed, rest: Mapping[str, LeftSheet] | None = None) -> NewSheets:
        """The sheets of another state in the same places; what is known of the old ones is not found once more.

        Arguments: ``rest`` name of a sheet that goes → what of the user's stays of it (None: as before).
        """
        return NewSheets(self.book, self.standing, renewed, self._cells, self, rest)

    @property
    def before(self) -> Mapping[str, SheetSpec]:
        """Name of a sheet that stands → how the last command has left it; nothing where that is not known."""
        return self._before()

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
        return [*found, *back.values(), *self._input_formulas[1]]

    @property
    def followers(self) -> list[Dependent]:
        """Those of them that have to change, or to be looked at."""
        found = (*self.pointing, *self.beside)
        return [one for one in found if one.new != one.old or one.check or one.in_words or one.widened]

    @cached_property
    def own(self) -> OwnCells:
        """What the user has typed on our sheets besides entries."""
        return self._cells(self)

    @property
    def _back(self) -> list[Dependent]:
        return [one.follower for one in self.waiting if one.follower]

    def to(self, spot: Spot) -> Spot | None:
        """Where a cell of the user's on one of our sheets goes; None for all others, which stay."""
        sheet, row, column = spot
        there = self.own.to(sheet, row, column) if sheet in self.keys and row else None
        return (self.moves.new_name(self.keys[sheet]) or sheet, *there) if there else None

    @property
    def formulas(self) -> Formulas:
        """The formulas that stay in input cells."""
        return self._input_formulas[0]

    @cached_property
    def _input_formulas(self) -> tuple[Formulas, list[Dependent]]:
        return input_formulas(self.keys, self.spec, self.moves)


def _typed_rows(places: Mapping[str, Sequence[CellAddress]]) -> dict[str, dict[Place, str]]:
    """Name of a sheet → the cells of tables that grow by typing → the id of the row that was read there."""
    found: dict[str, dict[Place, str]] = {}
    for key, at in places.items():
        if find_table(key.partition("[")[0]):
            row = EntryKey.parse(key).row
            for one in at:
                place = place_of(one.cell)
                if row and place:
                    found.setdefault(one.sheet, {})[place] = row
    return found


def _as_left(standing: Standing, keys: Mapping[str, str]) -> dict[str, SheetSpec]:
    """The sheets that stand, described from the plan before anything was typed."""
    spec = as_left(standing, keys)
    sheets = {sheet.key: sheet for sheet in spec.sheets} if spec else {}
    return {name: sheets[key] for name, key in keys.items() if key in sheets}


def as_left(standing: Known, keys: Mapping[str, str]) -> BookSpec | None:
    """The workbook as the last command has left it, described; None where that is not known.

    Arguments: ``keys`` name → key of the sheets that stand.
    """
    read = standing.read
    plan = plan_before(read.plan, Funnel(read.plan.stages, read.former, standing.records.last))
    if any(fault.level == "error" for fault in faults_of(plan)):  # of a channel that was deleted nothing is known
        return None
    return book_spec(plan, as_read(standing.records), {key: name for name, key in keys.items()})


def new_sheets(
    book: Any, standing: Standing, renewed: Renewed, cells: Callable[[NewSheets], OwnCells]
) -> tuple[NewSheets, Renewed]:
    """The new sheets of a workbook, those that come back called as they were.

    Arguments: as for ``NewSheets``.
    """
    made = NewSheets(book, standing, renewed, cells)
    if made.unused == renewed.records.names:
        return made, renewed
    renewed = replace(renewed, records=renewed.records.with_(names=made.unused))
    return made.again(renewed), renewed


def with_kept_formulas(made: NewSheets, renewed: Renewed, log: Mapping[str, Any]) -> tuple[NewSheets, Renewed]:
    """The same with formulas of the user's whose target is gone kept on 保管, and those whose target is there again
    back from it; a line in 履歴 tells either.

    Arguments: ``renewed`` the state that ``made`` shows; ``log`` as for ``next_state``.
    """
    lang, today = renewed.plan.lang, log["now"].date()
    lost = [one for one in made.followers if one.lost]
    told = [(f"formula[{one.place}]", _words(one, lang), one.old, one.new) for one in lost]
    archive, returned = dict(renewed.records.archive), []
    for one in made.waiting:
        archive.pop(one.kept.key, None)
    waits: set[Spot] = set()
    ours = {f"formula[{name}]" for name in names_that_pass()}  # an earlier version took some for the user's
    for one in made.waiting:
        if one.kept.key in ours:
            continue
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
    return made.again(renewed), renewed


def _words(one: Dependent, lang: str) -> str:
    return text("rewrite_formula", lang, place=one.place)


def switched(sheets: NewSheets) -> dict[str, bool]:
    """Name of each sheet that was switched on or off since the last command → whether it is to be seen.

    Sheets beside such a page that only calculate are never.
    """
    last = sheets.standing.records.last
    switches = {key: last.get(optional.switch(key), usual) for key, usual in optional.OPTIONAL.items()}
    was = {key: state == optional.ON for key, state in switches.items()}
    now = {key: optional.is_on(sheets.plan, key) for key in was}
    keys = {sheet.key: optional.switched_by(sheet.key) for sheet in sheets.spec.sheets}
    return {
        sheet.name: not sheet.hidden
        for sheet in sheets.spec.sheets
        if now.get(keys[sheet.key]) != was.get(keys[sheet.key])
    }
