"""What a user typed on our sheets of an open book besides what we made: the cells, and where each of them goes.

A host tells nothing of our cell styles; what of a sheet is printed tells our cells from the user's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xl_kpi.catalog import keys_of
from xl_kpi.workbook.areas import reference
from xl_kpi.workbook.beside import Beside
from xl_kpi.workbook.graft_places import Place, Rect, name_of, rect_of
from xl_kpi.workbook.grid import Grid
from xl_kpi.workbook.moves import FREE, SheetMoves
from xl_kpi.workbook.spec import BookSpec, SheetSpec

_NUMBERS = (int, float)


@dataclass(frozen=True)
class OwnCell:
    """A cell of the user's on one of our old sheets; ``to`` is where it goes on the one that takes its place.

    ``formula`` how its formula reads there; None for a constant.
    """

    sheet: str
    row: int
    column: int
    to: Place
    formula: str | None = None


@dataclass(frozen=True)
class Homeless:
    """Something of the user's that finds no place on the new sheet, and what it says."""

    sheet: str
    cell: str
    text: str


@dataclass(frozen=True)
class OwnCells:
    """``carried`` what goes along, ``lost`` what can't; ``to`` where any cell of an old sheet goes."""

    carried: tuple[OwnCell, ...]
    lost: tuple[Homeless, ...]
    places: Mapping[str, _Sheet]

    def to(self, sheet: str, row: int, column: int) -> Place | None:
        """Where a cell of one of our old sheets goes; None when it is gone."""
        there = self.places.get(sheet)
        return there.to(row, column) if there else None


def own_cells(
    book: Any, keys: Mapping[str, str], spec: BookSpec, moves: SheetMoves, printed: Mapping[str, str | None]
) -> OwnCells:
    """The user's cells on our sheets.

    Arguments: as for ``SheetMoves``; ``printed`` name of a sheet → the area of it that is printed (None: all).
    Special cases: a number that somebody put over one of our formulas is lost, as the formula comes back; rows and
    columns that somebody inserted into a table of actuals are the user's.
    """
    made = {sheet.key: sheet for sheet in spec.sheets}
    sheets = {
        name: _Sheet(book, name, made.get(key), moves, printed.get(name), keys)
        for name, key in keys.items()
        if key not in FREE
    }
    carried: list[OwnCell] = []
    lost: list[Homeless] = []
    for sheet in sheets.values():
        sheet.sort(carried, lost)
    return OwnCells(tuple(carried), tuple(lost), sheets)


class _Sheet:
    """One of our old sheets and the new one in its place (None: it goes)."""

    def __init__(
        self,
        book: Any,
        name: str,
        new: SheetSpec | None,
        moves: SheetMoves,
        printed: str | None,
        names: Collection[str],
    ) -> None:
        self._name, self._new, self._moves, self._names = name, new, moves, names
        self._grid = Grid.of_sheet(book.sheets[name])
        self._area = rect_of((printed or "").rpartition("!")[2].replace("$", ""))
        self._blocks = list(_blocks(book, name))
        self._merged = [rect for area in (new.merges if new else []) if (rect := rect_of(area.replace("$", "")))]
        new_area = rect_of(new.print_area.replace("$", "")) if new else None
        self._beside = (
            Beside(self._now, self._area, new_area, self._grid.ids.keys()) if self._area and new_area else None
        )

    def to(self, row: int, column: int) -> Place | None:
        """Where a cell goes."""
        if self._new is None:
            return None
        return self._beside.to(row, column) if self._beside else self._now(row, column)

    def sort(self, carried: list[OwnCell], lost: list[Homeless]) -> None:
        """Put each cell of the user's where it belongs."""
        taken: set[Place] = set()
        for row in range(1, self._grid.rows + 1):
            for column in range(1, self._grid.columns + 1):
                words = self._grid.content(row, column)
                if words == "":
                    continue
                there = self.to(row, column)
                if self._is_ours((row, column), there):
                    if self._typed_over(there, self._grid.value(row, column), words):
                        lost.append(self._lost(row, column, words))
                elif there and there not in taken and not self._holds(there):
                    taken.add(there)
                    carried.append(OwnCell(self._name, row, column, there, self._formula(row, column)))
                elif not self._stays(there, words):
                    lost.append(self._lost(row, column, words))

    def _now(self, row: int, column: int) -> Place | None:
        there = self._moves.cell(self._name, row, column)
        return None if there is None else there[1:]

    def _is_ours(self, place: Place, there: Place | None) -> bool:
        if self._is_inserted(place):
            return False
        if any(place in block for block in self._blocks):
            return True
        if self._area is None:
            return self._new is None or bool(there and self._holds(there))
        return place in self._area or self._is_link(place)

    def _is_link(self, place: Place) -> bool:
        """Whether it is one of the links to our sheets in the first row, which may go on beside what is printed."""
        words = self._grid.content(*place)
        return place[0] == 1 and isinstance(words, str) and (words in self._names or _is_name_of_ours(words))

    def _is_inserted(self, place: Place) -> bool:
        """Whether somebody inserted its row or column into a table of actuals: ours have an id or a header."""
        row, column = place
        for block in self._blocks:
            if place in block:
                no_id = row != block.row and self._grid.content(row, block.column) == ""
                return no_id or self._grid.content(block.row, column) == ""
        return False

    def _holds(self, place: Place) -> bool:
        return self._new is not None and (place in self._new.cells or any(place in area for area in self._merged))

    def _stays(self, there: Place | None, words: Any) -> bool:
        """Whether the new sheet has it anyway: as a cell that may be typed over, or as the same contents."""
        new = self._new.cells.get(there) if self._new and there else None
        if new is None:
            return False
        return new.style.startswith("input") or words == (new.value if new.formula is None else new.formula)

    def _typed_over(self, there: Place | None, value: Any, words: Any) -> bool:
        """Whether a number stands where we have a formula."""
        if words is not value or not isinstance(value, _NUMBERS) or isinstance(value, bool):
            return False
        new = self._new.cells.get(there) if self._new and there else None
        return new is not None and new.formula is not None and not new.style.startswith("input")

    def _formula(self, row: int, column: int) -> str | None:
        formula = self._grid.formula(row, column)
        if not formula.startswith("=") or formula == self._grid.value(row, column):
            return None
        return "=" + self._moves.formula(formula[1:], self._name)

    def _lost(self, row: int, column: int, words: Any) -> Homeless:
        whole = isinstance(words, float) and words.is_integer()
        return Homeless(self._name, name_of(row, column), str(int(words) if whole else words))


def _is_name_of_ours(words: str) -> bool:
    return any(key.startswith("sheet_") for key in keys_of(words))


def _blocks(book: Any, sheet: str) -> Iterator[Rect]:
    """The cells of a sheet behind our names of actuals."""
    for name in book.names:
        place = reference(name.refers_to) if name.name.startswith("act_") else None
        if place and place.sheet.casefold() == sheet.casefold():
            yield Rect(place.row, place.column, place.last_row, place.last_column)
