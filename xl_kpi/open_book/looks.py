"""Fills and number formats that a user gave to single cells of our sheets in an open book: they stay.

A host tells a look only for the whole of a range, or that it is not the same everywhere.  So the rectangles are asked
about that ought to look alike, and those that do not are halved until the cells are found.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from xl_kpi.catalog import LANGUAGES, keys_of
from xl_kpi.open_book.snapshot import Colour, Fetched
from xl_kpi.regenerate.new_sheets import NewSheets
from xl_kpi.sheets.settings.page import UNIT_ROW
from xl_kpi.workbook.addresses import Place
from xl_kpi.workbook.cells.grid import Grid
from xl_kpi.workbook.cells.rectangles import Rect, rect_of
from xl_kpi.workbook.relocation.user_cells import OwnCells
from xl_kpi.workbook.sheet_kinds import kind_of
from xl_kpi.workbook.spec import Cell, SheetSpec
from xl_kpi.workbook.theme import FORMATS, ROLES, Style, style
from xl_kpi.workbook.writing.host import rectangles

FILL, CODE = "color", "number_format"  # as xlwings calls them
# Formats that hold a word are another one in each language: by the name that they share.
_TWINS = {
    style(f"{next(iter(ROLES))}.{code}").number_format: code.removesuffix(f"_{lang}")
    for code in FORMATS
    for lang in LANGUAGES
    if code.endswith(f"_{lang}")
}
# Of amounts: where the unit of money has changed they are those of the former one.
_AMOUNTS = {style(f"{next(iter(ROLES))}.{code}").number_format for code in FORMATS if code.endswith(("yen", "_typed"))}
USUAL = Style("usual")
UNTOLD = object()
_STYLES = [style(name) for name in [*ROLES, *(f"{next(iter(ROLES))}.{code}" for code in FORMATS)]]


@dataclass(frozen=True)
class Question:
    """What ``kind`` of look a rectangle of an old sheet has; ``usual`` is the answer where nobody dressed it."""

    sheet: str
    kind: str
    area: Rect
    usual: Any


class AskedLooks:
    """The user's looks on our sheets, and where they go.

    Arguments: ``made`` the new sheets; ``own`` what else of the user's goes along (those cells are copied with their
    looks); ``found`` what was fetched of the book.
    """

    def __init__(self, made: NewSheets, own: OwnCells, found: Fetched):
        copied: dict[str, set[Place]] = defaultdict(set)
        for cell in own.carried:
            copied[cell.sheet].add((cell.row, cell.column))
        specs = {sheet.key: sheet for sheet in made.spec.sheets}
        self._pages = {
            name: _Page(name, made.moves.grid(name), specs[key], own, copied[name])
            for name, key in made.keys.items()
            if key in specs and not kind_of(key).free
        }
        self._is_converted = any(
            page.spec.key == "settings" and page.is_other(UNIT_ROW, 1) for page in self._pages.values()
        )
        self._theirs: dict[str, dict[str, dict[Place, Any]]] = {FILL: defaultdict(dict), CODE: defaultdict(dict)}
        for name, page in self._pages.items():
            for (row, column), (_, fill) in page.usual[FILL].items() if name in found.fills else ():
                colours = found.fills[name]
                if row <= len(colours) and column <= len(colours[row - 1]) and colours[row - 1][column - 1] != fill:
                    self._keep(name, FILL, (row, column), colours[row - 1][column - 1])
        self._open = [
            Question(name, kind, area, usual)
            for name, page in self._pages.items()
            for kind in (FILL, CODE)
            if kind == CODE or name not in found.fills
            for area, usual in page.alike(kind)
        ]

    def questions(self) -> Iterator[list[Question]]:
        """What has to be asked; each list comes when the one before is answered, with ``told``."""
        while self._open:
            asked, self._open = self._open, []
            yield asked

    def told(self, question: Question, answer: Any) -> None:
        """The answer to a question; None for a fill: none, ``UNTOLD``: the host has no word for it."""
        if answer == question.usual:
            return
        area = question.area
        if area.halves:
            self._open += [replace(question, area=half) for half in area.halves]
        elif answer is not UNTOLD and (answer is not None or question.kind == FILL):
            self._keep(question.sheet, question.kind, area.first, answer)

    def areas(self, kind: str) -> Iterator[tuple[str, str, Any]]:
        """Key of a sheet, area of it, and the look of that kind that the user wants there."""
        for key, cells in self._theirs[kind].items():
            looks = dict(enumerate(dict.fromkeys(cells.values())))
            numbers = {look: str(number) for number, look in looks.items()}
            named = {place: numbers[look] for place, look in cells.items()}
            for number, areas in rectangles(named).items():
                for area in areas:
                    yield key, area, looks[int(number)]

    def _keep(self, sheet: str, kind: str, place: Place, look: Any) -> None:
        page = self._pages[sheet]
        if kind == CODE and self._is_converted and {look, page.usual[kind][place][1]} <= _AMOUNTS:
            return
        if page.is_theirs(kind, place, look):
            self._theirs[kind][page.spec.key][page.usual[kind][place][0]] = look


class _Page:
    """One old sheet: ``usual`` kind of look → cell → where it goes, and the look that it has by itself."""

    def __init__(self, name: str, grid: Grid, spec: SheetSpec, own: OwnCells, copied: set[Place]):
        self.spec, self._grid = spec, grid
        merged = [rect for area in spec.merges if (rect := rect_of(area.replace("$", "")))]
        covered = {place for rect in merged for place in _cells(rect)} - {(rect.row, rect.column) for rect in merged}
        self.usual: dict[str, dict[Place, tuple[Place, Any]]] = {FILL: {}, CODE: {}}
        for row in range(1, self._grid.rows + 1):
            for column in range(2, self._grid.columns + 1):
                there = None if (row, column) in copied else own.to(name, row, column)
                if there is None or there in covered:
                    continue
                look = _look(spec.cells.get(there))
                self.usual[FILL][row, column] = there, colour(look.fill)
                self.usual[CODE][row, column] = there, look.number_format

    def is_other(self, row: int, column: int) -> bool:
        """Whether something else stands in a cell than on the new sheet."""
        new = self.spec.cells.get((row, column))
        return self._grid.value(row, column) != (new.value if new else None)

    def alike(self, kind: str) -> Iterator[tuple[Rect, Any]]:
        """The rectangles that ought to look alike."""
        looks = dict(enumerate(dict.fromkeys(usual for _, usual in self.usual[kind].values())))
        numbers = {look: str(number) for number, look in looks.items()}
        named = {place: numbers[usual] for place, (_, usual) in self.usual[kind].items()}
        for number, areas in rectangles(named).items():
            for area in areas:
                rect = rect_of(area)
                assert rect is not None
                yield rect, looks[int(number)]

    def is_theirs(self, kind: str, place: Place, look: Any) -> bool:
        """Whether the user gave a cell its look.

        One that none of our styles has is his.  One of ours may be that of the role which the cell had before, unless
        it is in a row that says the same as before, and still holds a formula, or still none.
        """
        ours = {colour(each.fill) for each in _STYLES} if kind == FILL else {each.number_format for each in _STYLES}
        if look not in ours:
            return True
        there, usual = self.usual[kind][place]
        if kind == CODE and look in _TWINS and _TWINS[look] == _TWINS.get(usual):
            return False
        new = self.spec.cells.get(there)
        if new is None:
            return False
        was = self._grid.formula(*place)
        same = (was.startswith("=") and was != self._grid.value(*place)) == (new.formula is not None)
        old = self._words_of_old(place[0])
        return same and all(words in old or keys_of(words) & old for words in self._words[there[0]])

    @cached_property
    def _words(self) -> dict[int, set[str]]:
        """The words in each row of the new sheet."""
        found: dict[int, set[str]] = defaultdict(set)
        for (row, column), cell in self.spec.cells.items():
            if column > 1 and cell.formula is None and isinstance(cell.value, str):
                found[row].add(cell.value)
        return found

    def _words_of_old(self, row: int) -> set[str]:
        """What stands in a row of the old sheet, and the keys of its texts: it may be in the other language."""
        words = {self._grid.formula(row, column) for column in range(2, self._grid.columns + 1)}
        return words.union(*map(keys_of, words))


def ask(looks: AskedLooks, book: Any) -> None:
    """Answer everything that is asked, from a host that answers at once."""
    for asked in looks.questions():
        for question in asked:
            answer = UNTOLD
            with suppress(Exception):  # each host has its own error for a range that is not the same everywhere
                answer = getattr(_range(book, question), question.kind)
            looks.told(question, answer)


async def awaited_ask(looks: AskedLooks, book: Any) -> None:
    """The same from xlwings Lite."""
    for asked in looks.questions():
        waiting = [getattr(_range(book, question), f"get_{question.kind}")() for question in asked]
        answers = await asyncio.gather(*waiting)
        for question, answer in zip(asked, answers):
            looks.told(question, answer)


def put(looks: AskedLooks, sheets: dict[str, Any]) -> None:
    """Write them; ``sheets`` key → the new sheet."""
    for kind in (FILL, CODE):
        for key, area, look in looks.areas(kind):
            setattr(sheets[key].range(area), kind, look)


def colour(fill: str | None) -> Colour:
    """RRGGBB as hosts tell it."""
    if fill is None:
        return None
    red, green, blue = bytes.fromhex(fill)
    return red, green, blue


def _range(book: Any, question: Question) -> Any:
    area = question.area
    return book.sheets[question.sheet].range((area.row, area.column), (area.last_row, area.last_column))


def _look(cell: Cell | None) -> Style:
    return USUAL if cell is None else style(cell.style)


def _cells(rect: Rect) -> Iterator[Place]:
    for row in range(rect.row, rect.last_row + 1):
        for column in range(rect.column, rect.last_column + 1):
            yield row, column
