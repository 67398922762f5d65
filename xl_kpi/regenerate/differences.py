"""What a regenerate changes on each sheet, counted in cells, each cell held against the one that it becomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xl_kpi.workbook.addresses import Place
from xl_kpi.workbook.cells.grid import Grid
from xl_kpi.workbook.cells.spelling import spelled
from xl_kpi.workbook.relocation.book_moves import BookMoves
from xl_kpi.workbook.relocation.input_formulas import Formulas
from xl_kpi.workbook.relocation.user_cells import OwnCell
from xl_kpi.workbook.sheet_kinds import kind_of
from xl_kpi.workbook.spec import BookSpec, Cell, SheetSpec

NOISE = 1e-9  # two programs add up the same numbers: they differ in their last digits


@dataclass(frozen=True)
class SheetChange:
    """One sheet: cells whose contents or results differ, new ones, and ones that are gone.

    ``new`` a sheet that was not there, ``gone`` one that will not be there; ``was`` its name before; ``rest`` the sheet
    on which what the user had put on one that goes stays, and ``left`` how many cells that is.
    """

    sheet: str
    changed: int = 0
    added: int = 0
    removed: int = 0
    new: bool = False
    gone: bool = False
    was: str = ""
    rest: str = ""
    left: int = 0

    @property
    def nothing(self) -> bool:
        return not (self.changed or self.added or self.removed or self.new or self.gone or self.was)


def sheet_changes(keys: Mapping[str, str], spec: BookSpec, moves: BookMoves) -> list[SheetChange]:
    """Every sheet of ours that changes, in the order of the new tabs, then those that go.

    Arguments: as for ``BookMoves``.  Hidden sheets that nobody reads are left out.
    """
    names = {key: name for name, key in keys.items()}
    found = []
    for sheet in spec.sheets:
        if kind_of(sheet.key).free:
            continue
        filled = set(_filled(moves.new_grid(sheet.key)))
        if sheet.key not in names:
            found.append(SheetChange(sheet.name, added=len(filled), new=True))
        else:
            found.append(_change(names[sheet.key], sheet, filled, moves, keys))
    made = {sheet.key for sheet in spec.sheets}
    for name, key in keys.items():
        if key not in made and not kind_of(key).free:
            stays = moves.rests.get(name)
            rest, left = (stays.sheet, len(stays.cells)) if stays else ("", 0)
            found.append(SheetChange(name, gone=True, rest=rest, left=left))
    return [change for change in found if not change.nothing]


def stands_already(
    keys: Mapping[str, str], spec: BookSpec, moves: BookMoves, typed: Formulas, own: Iterable[OwnCell]
) -> bool:
    """Whether every sheet stands there as it is to be written, each with the same cells.

    Arguments: as for ``BookMoves``; ``typed`` the formulas that stay in input cells; ``own`` the user's cells that go
    along.
    """
    theirs: dict[str, dict[Place, Place]] = {}
    for cell in own:
        theirs.setdefault(cell.sheet, {})[cell.row, cell.column] = cell.to
    names = {key: name for name, key in keys.items()}
    if names != {sheet.key: sheet.name for sheet in spec.sheets}:
        return False
    for sheet in spec.sheets:
        old, new = moves.grid(sheet.name).filled, {**moves.new_grid(sheet.key).filled, **typed.get(sheet.name, {})}
        formulas = moves.grid(sheet.name).written
        for place, there in theirs.get(sheet.name, {}).items():
            if place in formulas:
                new[there] = "=" + moves.formula_at(formulas[place][1:], (sheet.name, *place))
            elif place in old:
                new[there] = old[place]
        for place in old.keys() | new.keys():
            one, other = old.get(place, ""), new.get(place, "")
            if one != other and not _close(one, other):
                return False
        if any(_lacks_result(moves.grid(sheet.name), place, cell) for place, cell in sheet.cells.items()):
            return False
    return True


def _lacks_result(grid: Grid, place: Place, cell: Cell) -> bool:
    """Whether a program has saved a formula without its result, which previews and phones then show as blank."""
    return cell.formula is not None and cell.value not in (None, "") and grid.value(*place) in (None, "")


def _change(name: str, sheet: SheetSpec, filled: set, moves: BookMoves, ours: Collection[str]) -> SheetChange:
    grid = moves.grid(name)
    changed, removed, there = 0, 0, set()
    for row, column in _filled(grid):
        now = moves.cell(name, row, column)
        place = now[1:] if now else None
        if place is None or place not in filled:
            # where nothing of ours stands, only what the user has typed there has a place: it goes along
            link = row == 1 and grid.content(row, column) in ours
            removed += place is None or place in sheet.cells or link
            continue
        there.add(place)
        changed += not _same(grid, row, column, sheet.cells[place], name, moves)
    was = name if name != sheet.name else ""
    return SheetChange(sheet.name, changed, len(filled - there), removed, was=was)


def _filled(grid: Grid) -> Iterator[tuple[int, int]]:
    """The cells in which anything stands, but for the ids in column A."""
    return (place for place in grid.filled if place[1] > 1)


def _same(grid: Grid, row: int, column: int, cell: Any, name: str, moves: BookMoves) -> bool:
    formula, value = grid.formula(row, column), grid.value(row, column)
    if cell.formula is not None and formula != cell.formula:
        moved = moves.trail(formula[1:], name).new
        if spelled(moved) != spelled(cell.formula[1:]):
            return False
    if cell.formula is not None and cell.value is None:
        return True  # a sentence, of which only the program that shows it knows the result
    return _plain(value) == _plain(cell.value) or _close(value, cell.value)


def _plain(value: Any) -> Any:
    return value.date() if isinstance(value, dt.datetime) else ("" if value is None else value)


def _close(one: Any, other: Any) -> bool:
    numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
    return numbers and abs(one - other) <= NOISE * max(abs(one), abs(other), 1e-3)
