"""Where the cells of our sheets stand after a regenerate, and the user's formulas that follow them there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from xl_kpi.workbook.addresses import Place, plain_areas
from xl_kpi.workbook.cells.areas import reference
from xl_kpi.workbook.cells.blocks import Span, table_rows
from xl_kpi.workbook.cells.grid import Grid
from xl_kpi.workbook.cells.moves import LeftSheet, Spot
from xl_kpi.workbook.cells.rectangles import Rect, rect_of
from xl_kpi.workbook.cells.references import Cells
from xl_kpi.workbook.relocation.formula_moves import FormulaMove
from xl_kpi.workbook.relocation.landmarks import Landmarks
from xl_kpi.workbook.relocation.sheet_moves import SheetMove
from xl_kpi.workbook.sheet_kinds import kind_of
from xl_kpi.workbook.spec import BookSpec

_POINTS = re.compile(r"'?([^'!]+)'?!\$B\$(\d+)&")  # the words beside a row of the calculation sheet


class BookMoves:
    """The moves of a whole workbook.

    Arguments: ``book`` the workbook as it was (xlwings, or a snapshot of one); ``keys`` name → key of each of our
    sheets in it (``reading.our_sheets``); ``spec`` what is about to be written; ``old_start``, ``new_start`` the
    months from which the headers of both count; ``gone`` names of ours that the new workbook does not have; ``rest``
    name of a sheet that goes → what of the user's stays of it, then known as ``rests``; ``typed`` name of an old sheet
    → the cells that were read as entries of tables that grow by typing, each with the id of its row.
    """

    def __init__(
        self,
        book: Any,
        keys: Mapping[str, str],
        spec: BookSpec,
        old_start: dt.date,
        new_start: dt.date,
        gone: Collection[str] = (),
        rest: Mapping[str, LeftSheet] | None = None,
        typed: Mapping[str, Mapping[Place, str]] | None = None,
    ):
        self._book, self._keys = book, dict(keys)
        self._spec = {sheet.key: sheet for sheet in spec.sheets}
        self._new_grids: dict[str, Grid] = {}
        self._starts = (old_start, new_start)
        self._names = {name.casefold(): name for name in keys}
        self._gone = {name.casefold() for name in gone}
        self._made: dict[str, SheetMove] = {}
        self._own = {name.casefold() for name in spec.names}
        self._spec_names = spec.names
        self.rests = dict(rest or {})
        self._typed = dict(typed or {})
        self._cells: dict[Spot, Spot | None] = {}
        self._grids: dict[str, Grid] = {}
        self._marks: dict[str, Landmarks] = {}
        self._new_marks: dict[str, Landmarks] = {}
        self.back: dict[Spot, str] = {}  # formulas of the user's that come back as they read, without "="

    def again(
        self, spec: BookSpec, new_start: dt.date, gone: Collection[str], rest: Mapping[str, LeftSheet]
    ) -> BookMoves:
        """The moves of the same workbook to other new sheets; what is known of the old ones is not read again."""
        other = BookMoves(self._book, self._keys, spec, self._starts[0], new_start, gone, rest, self._typed)
        other._grids = self._grids
        if (other._starts, spec.names) == (self._starts, self._spec_names):
            # of sheets that are described as before, where each cell goes is known as well
            same = {name for name, key in self._keys.items() if self._spec.get(key) == other._spec.get(key)}
            other._made = {name: move for name, move in self._made.items() if name in same}
            other._cells = {spot: there for spot, there in self._cells.items() if spot[0] in same}
        return other

    @property
    def sheets(self) -> dict[str, str | None]:
        """Name of each of our old sheets → the name of the one that takes its place (None: it goes)."""
        return {name: self.successor(name) for name in self._keys}

    def cell(self, sheet: str, row: int, column: int) -> tuple[str, int, int] | None:
        """As in ``Moves``; a cell of a sheet that is none of ours stays where it is."""
        name = self._names.get(sheet.casefold())
        if name is None:
            return sheet, row, column
        spot = name, row, column
        if spot not in self._cells:
            new = self.successor(name)
            now = self.move(name).cell(row, column) if new else None
            self._cells[spot] = None if new is None or now is None else (new, *now)
        return self._cells[spot]

    def entries(self, sheet: str) -> Mapping[Place, str]:
        """As in ``Moves``."""
        return self._typed.get(sheet, {})

    def formula(self, text: str, sheet: str) -> str:
        """As in ``Moves``."""
        return self.trail(text, sheet).new

    def formula_at(self, text: str, spot: Spot) -> str:
        """The same of a formula in a certain cell: one that had lost its targets comes back as it read."""
        return self.back.get(spot) or self.formula(text, spot[0])

    def trail(self, text: str, sheet: str) -> FormulaMove:
        """The same, with what is to be told about it."""
        return FormulaMove(self, text, self._names.get(sheet.casefold()))

    def is_ours(self, name: str) -> bool:
        """Whether a defined name is ours, so that it moves by itself (or goes)."""
        return name.casefold() in self._own or name.casefold() in self._gone

    def is_gone(self, name: str) -> bool:
        """Whether a defined name is one of ours that the new workbook does not have."""
        return name.casefold() in self._gone

    def is_new(self, name: str) -> bool:
        """Whether the new workbook has this defined name of ours."""
        return name.casefold() in self._own

    def called(self, sheet: str) -> str | None:
        """The name of one of our old sheets as it is written there; None for a sheet that is none of ours."""
        return self._names.get(sheet.casefold())

    def key(self, name: str) -> str:
        """The key of one of our old sheets."""
        return self._keys[name]

    def new_name(self, key: str) -> str | None:
        """The name of one of our new sheets; None when there is none."""
        return self._spec[key].name if key in self._spec else None

    def old_landmarks(self, name: str) -> Landmarks | None:
        """What can be known again on one of our old sheets; None on those that nobody reads."""
        if kind_of(self._keys[name]).free:
            return None
        if name not in self._marks:
            self._marks[name] = Landmarks(self.grid(name), self._starts[0], self.ours(name), self._old_tables(name))
        return self._marks[name]

    def new_landmarks(self, key: str) -> Landmarks | None:
        """The same of a new sheet; None where there is none."""
        if key not in self._new_marks and key in self._spec and not kind_of(key).free:
            spec = self._spec[key]
            tables = table_rows(self._spec_names.items(), spec.name)
            area = _printed(spec.print_area)
            self._new_marks[key] = Landmarks(self.new_grid(key), self._starts[1], area, tables)
        return self._new_marks.get(key)

    def named(self, name: str) -> tuple[str, Cells, Cells] | None:
        """The sheet of a defined name of ours, and its cells before and after; None where ``reordered`` tells."""
        old, new = self._places(name)
        if old is None or new is None:
            return None
        sheet = self.called(old.sheet)
        if sheet is None or self.successor(sheet) != new.sheet or kind_of(self._keys[sheet]).free:
            return None
        before, after = (Cells(each.row, each.column, each.last_row, each.last_column) for each in (old, new))
        return sheet, before, after

    def reordered(self, name: str) -> bool:
        """Whether a block with a name of ours has other rows or months now, whose cells have neither ids nor headers.

        That is a block of the calculation sheet, or one that has gone to another sheet.  Its months count from the
        plan's start; its rows are the stages or channels to which the words beside it point.
        """
        old, new = self._places(name)
        if old is None or new is None:
            return False
        before, after = (
            (
                each.last_row - each.row,
                each.last_column - each.column,
                start if each.last_column > each.column else None,
            )
            for each, start in zip((old, new), self._starts)
        )
        sheet = self.called(old.sheet)
        if before != after or sheet is None or self.successor(sheet) != new.sheet:
            return before != after
        grids = self.grid(sheet), self.new_grid(self._keys[sheet])
        for row in range(before[0] + 1):
            was, now = (_row_beside(grid, each.row + row, each.column) for grid, each in zip(grids, (old, new)))
            if was and now and _pointed(self.formula(was, sheet)) != _pointed(now):
                return True
        return False

    def _places(self, name: str) -> tuple[Any, Any]:
        """Where the cells of a defined name of ours are before and after; None for none."""
        names = self._old_names, self._spec_names.items()
        old, new = (
            next((reference(words) for one, words in each if one.casefold() == name.casefold()), None) for each in names
        )
        return old, new

    def grid(self, name: str) -> Grid:
        """What stands on a sheet of the workbook as it was."""
        if name not in self._grids:
            self._grids[name] = Grid.of_sheet(self._book.sheets[name])
        return self._grids[name]

    def new_grid(self, key: str) -> Grid:
        """What will stand on one of our new sheets."""
        if key not in self._new_grids:
            self._new_grids[key] = Grid.of_spec(self._spec[key])
        return self._new_grids[key]

    def rest(self, name: str, area: Cells) -> str | None:
        """The sheet on which cells of the user's stay when their sheet goes; None where one of ours is among them."""
        there = self.rests.get(name)
        if there is None:
            return None
        grid = self.grid(name)
        rows = range(area.row or 1, min(area.last_row or grid.rows, grid.rows) + 1)
        columns = range(area.column or 1, min(area.last_column or grid.columns, grid.columns) + 1)
        filled = [(row, column) for row in rows for column in columns if grid.formula(row, column)]
        return there.sheet if filled and there.cells.issuperset(filled) else None

    def successor(self, name: str) -> str | None:
        """The name of the sheet that takes the place of one of our old ones; None when it goes."""
        return self.new_name(self._keys[name])

    def move(self, name: str) -> SheetMove:
        """What became of the cells of one of our old sheets that has a successor."""
        if name not in self._made:
            key = self._keys[name]
            spec = self._spec[key]
            area, new_area = self.ours(name), _printed(spec.print_area)
            grids = self.grid(name), self.new_grid(key)
            old, new = self._old_tables(name), table_rows(self._spec_names.items(), spec.name)
            tables = [(span, new[each]) for each, span in old.items() if each in new]
            typed = {row: id_ for (row, _), id_ in self.entries(name).items()}
            self._made[name] = SheetMove(*grids, *self._starts, kind_of(key).free, area, new_area, tables, typed)
        return self._made[name]

    def ours(self, name: str) -> Rect | None:
        """The cells of an old sheet that are ours: those printed, and rows with ids below; None where none is known."""
        area = _printed(self._book.sheets[name].page_setup.print_area)
        if area is None:
            return None
        spec, last = self._spec.get(self._keys.get(name, "")), area.last_column
        whole, shown = (_printed(spec.print_area), _printed(spec.printed)) if spec else (None, None)
        if whole and shown:  # of some sheets the last columns are not printed
            last = max(last, min(last + whole.last_column - shown.last_column, whole.last_column))
        return replace(area, last_column=last, last_row=max([area.last_row, *self.grid(name).ids]))

    def _old_tables(self, name: str) -> dict[str, Span]:
        return table_rows(self._old_names, name)

    @cached_property
    def _old_names(self) -> list[tuple[str, str]]:
        return [(name.name, name.refers_to or "") for name in self._book.names]


def _printed(text: str | None) -> Rect | None:
    """The rectangle that holds all that is printed; None where none is known."""
    areas = [rect_of(area.replace("$", "")) for area in plain_areas(text or "")]
    known = [area for area in areas if area]
    if not known or len(known) < len(areas):
        return None
    return Rect(
        min(area.row for area in known), min(area.column for area in known),
        max(area.last_row for area in known), max(area.last_column for area in known),
    )  # fmt: skip


def _row_beside(grid: Grid, row: int, column: int) -> str:
    """The formula of the words to the left of a row of a block, without its "="; "" where none points anywhere."""
    left = (grid.formula(row, each) for each in range(column - 1, max(column - 3, 0), -1))
    return next((words[1:] for words in left if _POINTS.match(words[1:])), "")


def _pointed(words: str) -> tuple[str, ...]:
    """Sheet and row to which such words point."""
    found = _POINTS.match(words)
    return found.groups() if found else ()
