"""Where the cells of our sheets stand after a regenerate, and the user's formulas that follow them there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Protocol

from xl_kpi.workbook.graft_places import Rect, rect_of
from xl_kpi.workbook.grid import Grid
from xl_kpi.workbook.layout import SheetMove
from xl_kpi.workbook.references import LOST, cells_of, rewritten
from xl_kpi.workbook.spec import BookSpec, quoted

FREE = ("calc", "record")  # sheets that nobody reads: their rows have no ids


class Moves(Protocol):
    """What saving into a user's file asks about the sheets that were made anew."""

    def formula(self, text: str, sheet: str) -> str:
        """A formula of the user's (without "=") on ``sheet`` ("" for defined names), as it must read now."""

    def cell(self, sheet: str, row: int, column: int) -> tuple[str, int, int] | None:
        """Where a cell of one of our old sheets is now; None when it is gone."""


class SheetMoves:
    """The moves of a whole workbook.

    Arguments: ``book`` the workbook as it was (xlwings, or a snapshot of one); ``keys`` name → key of each of our
    sheets in it (``whose.our_sheets``); ``spec`` what is about to be written; ``old_start``, ``new_start`` the
    months from which the headers of both count; ``gone`` names of ours that the new workbook does not have.
    """

    def __init__(
        self,
        book: Any,
        keys: Mapping[str, str],
        spec: BookSpec,
        old_start: dt.date,
        new_start: dt.date,
        gone: Collection[str] = (),
    ):
        self._book, self._keys = book, dict(keys)
        self._spec = {sheet.key: sheet for sheet in spec.sheets}
        self._starts = (old_start, new_start)
        self._names = {name.casefold(): name for name in keys}
        self._gone = {name.casefold() for name in gone}
        self._made: dict[str, SheetMove] = {}
        self._own = {name.casefold() for name in spec.names}

    @property
    def sheets(self) -> dict[str, str | None]:
        """Name of each of our old sheets → the name of the one that takes its place (None: it goes)."""
        return {name: self._new_name(name) for name in self._keys}

    def cell(self, sheet: str, row: int, column: int) -> tuple[str, int, int] | None:
        """As in ``Moves``; a cell of a sheet that is none of ours stays where it is."""
        name = self._names.get(sheet.casefold())
        if name is None:
            return sheet, row, column
        new = self._new_name(name)
        now = self._move(name).cell(row, column) if new else None
        return None if now is None else (new, *now)

    def formula(self, text: str, sheet: str) -> str:
        """As in ``Moves``."""
        return self.trail(text, sheet).new

    def trail(self, text: str, sheet: str) -> Trail:
        """The same, with what is to be told about it."""
        return Trail(self, text, self._names.get(sheet.casefold()))

    def is_ours(self, name: str) -> bool:
        """Whether a defined name is ours, so that it moves by itself (or goes)."""
        return name.casefold() in self._own or name.casefold() in self._gone

    def _new_name(self, name: str) -> str | None:
        there = self._spec.get(self._keys[name])
        return there.name if there else None

    def _move(self, name: str) -> SheetMove:
        if name not in self._made:
            key = self._keys[name]
            sheet, spec = self._book.sheets[name], self._spec[key]
            areas = [_printed(text) for text in (sheet.page_setup.print_area, spec.print_area)]
            grids = Grid.of_sheet(sheet), Grid.of_spec(spec)
            self._made[name] = SheetMove(*grids, *self._starts, key in FREE, *areas)
        return self._made[name]


class Trail:
    """One formula on its way: ``old`` becomes ``new``.

    ``ours``: it mentions one of our sheets, or a name that goes; ``lost``: something that it pointed at is gone
    (#REF!); ``widened``: rows that it did not cover now stand between those that it did.
    """

    def __init__(self, moves: SheetMoves, text: str, home: str | None):
        self.moves, self.home = moves, home
        self.ours = self.lost = self.widened = False
        self.old, self.new = text, rewritten(text, self.on_sheets, self.here, self.word)

    def on_sheets(self, sheets: str, area: str) -> str | None:
        first, colon, last = sheets.partition(":")
        if colon:
            return self._through(first, last, area)
        name = self.moves._names.get(sheets.casefold())
        if name is None:
            return None
        self.ours = True
        new = self.moves._new_name(name)
        if new is None:
            return self._lose()
        moved = self._moved(name, area)
        if moved == LOST:
            return LOST
        if new == sheets and moved == area:
            return None
        return f"{sheets if new == sheets and _plain(sheets) else quoted(new)}!{moved}"

    def here(self, area: str) -> str | None:
        if self.home is None:
            return None
        return self._moved(self.home, area) if self.moves._new_name(self.home) else self._lose()

    def word(self, name: str) -> str | None:
        return self._lose() if name.casefold() in self.moves._gone else None

    def _through(self, first: str, last: str, area: str) -> str | None:
        """Through several sheets: the ends follow their sheets, the cells stay (they differ from sheet to sheet)."""
        ends = [self.moves._names.get(end.casefold()) for end in (first, last)]
        if not any(ends):
            return None
        self.ours = True
        new = [self.moves._new_name(name) if name else end for name, end in zip(ends, (first, last))]
        if None in new:
            return self._lose()
        moved = {self._moved(name, area) for name in ends if name}
        self.widened = self.widened or moved != {area}
        return None if new == [first, last] else f"{quoted(':'.join(new))}!{area}"

    def _moved(self, name: str, text: str) -> str:
        """The text of an area on one of our sheets after the move; as it stands where nothing has moved."""
        area = cells_of(_without_sheet(text)) if text else None
        if area is None:
            return text
        if area.single:
            cell = self.moves._move(name).cell(area.row, area.column)
            now = (
                None
                if cell is None
                else replace(area, row=cell[0], column=cell[1], last_row=cell[0], last_column=cell[1])
            )
        else:
            now, strangers = self.moves._move(name).area(area)
            self.widened = self.widened or strangers
        if now is None:
            return self._lose()
        return text if now == area else now.text()

    def _lose(self) -> str:
        self.ours = self.lost = True
        return LOST


def _printed(text: str | None) -> Rect | None:
    """The one rectangle that is printed; None where there is none, or several."""
    return rect_of((text or "").rpartition("!")[2].replace("$", ""))


def _plain(sheet: str) -> bool:
    return sheet.replace("_", "").isalnum() and not sheet[0].isdigit()


def _without_sheet(area: str) -> str:
    """``A1:Plan!B2`` as ``A1:B2``."""
    first, colon, last = area.partition(":")
    return first + colon + last.rpartition("!")[2]
