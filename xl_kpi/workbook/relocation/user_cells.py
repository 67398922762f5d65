"""What a user typed on our sheets of an open book besides what we made: the cells, and where each of them goes.

A host tells nothing of our cell styles; what of a sheet is printed tells our cells from the user's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any, Protocol

from xl_kpi.catalog import keys_of, text
from xl_kpi.workbook.addresses import Place, relative
from xl_kpi.workbook.cells.areas import reference
from xl_kpi.workbook.cells.grid import BOXES
from xl_kpi.workbook.cells.moves import LostCell
from xl_kpi.workbook.cells.rectangles import Rect, rect_of
from xl_kpi.workbook.cells.references import LOST, rewritten
from xl_kpi.workbook.relocation.book_moves import BookMoves
from xl_kpi.workbook.relocation.surroundings import Beside, links
from xl_kpi.workbook.sheet_kinds import TAB, kind_of
from xl_kpi.workbook.spec import BookSpec, SheetSpec

_MOST_LETTERS = 31  # in the name of a sheet
_NUMBERS = (int, float)


@dataclass(frozen=True)
class OwnCell:
    """A cell of the user's on one of our old sheets; ``to`` is where it goes on the one that takes its place.

    ``formula`` how its formula reads there; None for a constant; ``result`` what the formula gave that stays none.
    """

    sheet: str
    row: int
    column: int
    to: Place
    formula: str | None = None
    result: Any = None


class MovedSheet(Protocol):
    """One of our old sheets."""

    @property
    def to(self) -> Callable[[int, int], Place | None]:
        """Where a cell of it goes."""


@dataclass(frozen=True)
class OwnCells:
    """``carried`` what goes along, ``lost`` what can't; ``to`` where any cell of an old sheet goes.

    ``left`` name of a sheet that goes → what stays of it, each cell in its place.
    """

    carried: tuple[OwnCell, ...]
    lost: tuple[LostCell, ...]
    places: Mapping[str, MovedSheet]
    left: Mapping[str, tuple[OwnCell, ...]] = field(default_factory=dict)

    def to(self, sheet: str, row: int, column: int) -> Place | None:
        """Where a cell of one of our old sheets goes; None when it is gone."""
        there = self.places.get(sheet)
        return there.to(row, column) if there else None


def own_cells(book: Any, keys: Mapping[str, str], spec: BookSpec, moves: BookMoves) -> OwnCells:
    """The user's cells on our sheets.

    Arguments: as for ``BookMoves``.
    Special cases: a number that somebody put over one of our formulas is lost, as the formula comes back; rows and
    columns that somebody inserted into a table of actuals are the user's, and so is what stands in a row of the
    printed part that has no id and says nothing that we say.
    """
    made = {sheet.key: sheet for sheet in spec.sheets}
    sheets = {
        name: _Sheet(book, name, made.get(key), moves, keys) for name, key in keys.items() if not kind_of(key).free
    }
    carried: list[OwnCell] = []
    lost: list[LostCell] = []
    left: dict[str, tuple[OwnCell, ...]] = {}
    for name, sheet in sheets.items():
        if made.get(keys[name]):
            sheet.sort(carried, lost)
        elif stays := tuple(sheet.left(lost)):
            left[name] = stays
    return OwnCells(tuple(carried), tuple(lost), sheets, left)


class _Sheet:
    """One of our old sheets and the new one in its place (None: it goes)."""

    def __init__(
        self,
        book: Any,
        name: str,
        new: SheetSpec | None,
        moves: BookMoves,
        names: Collection[str],
    ) -> None:
        self._name, self._new, self._moves = name, new, moves
        self._grid = moves.grid(name)
        first_row = {column: self._grid.content(1, column) for column in range(1, self._grid.columns + 1)}
        self._links = links({column: words for column, words in first_row.items() if isinstance(words, str)}, names)
        self._area = moves.ours(name)
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

    def sort(self, carried: list[OwnCell], lost: list[LostCell]) -> None:
        """Put each cell of the user's where it belongs."""
        taken: set[Place] = set()
        for (row, column), words in self._grid.filled.items():
            there = self.to(row, column)
            if (row, column) in self._moves.entries(self._name):
                continue
            if self._is_ours((row, column), there):
                if self._typed_over(there, self._grid.value(row, column), words):
                    lost.append(self._lost(row, column, words))
            elif there and there not in taken and not self._holds(there):
                taken.add(there)
                carried.append(OwnCell(self._name, row, column, there, self._formula(row, column)))
            elif not self._stays(there, words):
                lost.append(self._lost(row, column, words))

    def left(self, lost: list[LostCell]) -> Iterator[OwnCell]:
        """The user's cells on a sheet that goes; a formula that points at what is ours there keeps its result."""
        for (row, column), words in self._grid.filled.items():
            if self._is_ours((row, column), None):
                continue
            formula, result = self._formula(row, column), None
            if formula and not stands_alone(formula[1:], self._filled):
                lost.append(self._lost(row, column, words))
                formula, result = None, self._grid.value(row, column)
            yield OwnCell(self._name, row, column, (row, column), formula, result)

    @cached_property
    def _filled(self) -> list[Rect]:
        """The cells in which something of ours stands."""
        return [Rect(*place, *place) for place in self._grid.filled if self._is_ours(place, None)]

    def _now(self, row: int, column: int) -> Place | None:
        there = self._moves.cell(self._name, row, column)
        return None if there is None else there[1:]

    def _is_ours(self, place: Place, there: Place | None) -> bool:
        if place in self._moves.entries(self._name):
            return True
        if self._is_inserted(place):
            return False
        if any(place in block for block in self._blocks):
            return True
        if self._area is None:
            return self._new is None or bool(there and self._holds(there))
        if place in self._area:
            return bool(there and self._holds(there)) or place[0] not in self._strange_rows
        return place[0] == 1 and place[1] in self._links

    @cached_property
    def _strange_rows(self) -> set[int]:
        """The rows of the printed part without an id in which nothing stands that we say.

        Nobody types between our words on sheets that are only read, and in a tree of boxes most rows have no id.
        """
        ids = self._grid.ids
        reading = self._new is not None and not kind_of(self._new.key).typed
        if not ids or reading or any(id_.startswith(BOXES) for id_ in ids.values()):
            return set()
        ours = {cell.value for cell in self._new.cells.values()} if self._new else set()
        found = set()
        for row in range(min(ids), self._grid.rows + 1):
            words = [self._grid.content(row, column) for column in range(2, self._grid.columns + 1)]
            known = (words in ours or keys_of(words) for words in words if _is_text(words))
            if row not in ids and not any(known):
                found.add(row)
        return found

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
        return new.typed or words == (new.value if new.formula is None else new.formula)

    def _typed_over(self, there: Place | None, value: Any, words: Any) -> bool:
        """Whether a number stands where we have a formula."""
        if words is not value or not isinstance(value, _NUMBERS) or isinstance(value, bool):
            return False
        new = self._new.cells.get(there) if self._new and there else None
        return new is not None and new.formula is not None and not new.typed

    def _formula(self, row: int, column: int) -> str | None:
        formula = self._grid.formula(row, column)
        if not formula.startswith("=") or formula == self._grid.value(row, column):
            return None
        # on a sheet that is no longer ours, what it says of its own cells stays true
        home = self._name if self._new else ""
        return "=" + self._moves.formula_at(formula[1:], (home, row, column))

    def _lost(self, row: int, column: int, words: Any) -> LostCell:
        whole = isinstance(words, float) and words.is_integer()
        return LostCell(self._name, relative(row, column), "cell", str(int(words) if whole else words))


def _blocks(book: Any, sheet: str) -> Iterator[Rect]:
    """The cells of a sheet behind our names of actuals."""
    for name in book.names:
        place = reference(name.refers_to) if name.name.startswith(kind_of(TAB).name) else None
        if place and place.sheet.casefold() == sheet.casefold():
            yield Rect(place.row, place.column, place.last_row, place.last_column)


def _is_text(words: Any) -> bool:
    return isinstance(words, str) and words != ""


def rest_name(sheet: str, taken: Collection[str], lang: str) -> str:
    """What the sheet is called on which the user's part of ``sheet`` stays; ``taken`` names of the others."""
    folded, wanted = {name.casefold() for name in taken}, text("relocated_rest", lang, name=sheet)
    if wanted[:_MOST_LETTERS].casefold() not in folded:
        return wanted[:_MOST_LETTERS]
    numbered = (f"{wanted[: _MOST_LETTERS - len(f' {number}')]} {number}" for number in count(2))
    return next(name for name in numbered if name.casefold() not in folded)


def stands_alone(formula: str, ours: Iterable[Rect]) -> bool:
    """Whether a formula (without "=") on a sheet that goes points at none of the cells of ours there."""
    areas: list[Rect | None] = []
    rewritten(formula, lambda sheets, area: None, lambda area: areas.append(rect_of(area)), lambda word: None)
    gone = list(ours)
    return bool(formula) and LOST not in formula and all(area and not any(map(area.meets, gone)) for area in areas)
