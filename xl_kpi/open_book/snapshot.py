"""An open book as it stands, for the reader of plans: values and formulas of whole sheets, fetched in few calls.

xlwings Lite gives formulas only to those who wait for them (``await``), the reader asks for them cell by cell:
the snapshot stands between the two, and on the desktop it saves thousands of calls into Excel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from xl_kpi.open_book.rules import Rule, awaited_rules_of, rules_of
from xl_kpi.workbook.cells.areas import Area, Matrix, NamedArea, area_of, reference
from xl_kpi.workbook.reading.our_sheets import our_sheets

FORMATTED = ("kgi_growth",)  # names of cells of which the reader asks the number format

Place = tuple[str, int, int]  # sheet, row, column
Colour = tuple[int, int, int] | None  # red, green, blue; None: no fill


def used(sheet: Any) -> Any:
    """The range from A1 to the last cell of an xlwings sheet in which anything stands."""
    area = sheet.used_range
    rows, columns = area.shape
    return sheet.range((1, 1), (area.row + rows - 1, area.column + columns - 1)).options(ndim=2)


@dataclass
class Fetched:
    """What a host does not send with every book.

    ``formulas`` of each sheet; ``formats`` number formats of a few cells; ``notes`` of our sheets; ``threads`` those
    of our sheets on which people discuss; ``fills`` of every cell of our sheets, where the host tells them at once;
    ``rules`` on cells of the user's own sheets.
    """

    formulas: dict[str, Matrix] = field(default_factory=dict)
    formats: dict[Place, str] = field(default_factory=dict)
    notes: dict[Place, str] = field(default_factory=dict)
    threads: list[str] = field(default_factory=list)
    fills: dict[str, Sequence[Sequence[Colour]]] = field(default_factory=dict)
    rules: dict[str, list[Rule]] = field(default_factory=dict)


def fetched(book: Any) -> Fetched:
    """From a host that tells formulas at once (constants stand there as they are)."""
    found = Fetched()
    for sheet in book.sheets:
        formulas = used(sheet).formula
        found.formulas[sheet.name] = formulas if isinstance(formulas, (list, tuple)) else ((formulas,),)
    for place, cell in _formatted(book):
        found.formats[place] = cell.number_format
    ours, theirs = _sheets(book, found)
    for sheet in theirs:
        found.rules[sheet.name] = rules_of(sheet, used(sheet))
    for sheet in ours:
        with suppress(NotImplementedError):  # a host that knows no notes has none
            for note in sheet.notes:
                found.notes[sheet.name, note.location.row, note.location.column] = note.text
        with suppress(NotImplementedError):
            if len(sheet.comments):
                found.threads.append(sheet.name)
    return found


async def awaited(book: Any) -> Fetched:
    """The same from xlwings Lite."""
    found = Fetched()
    for sheet in book.sheets:
        found.formulas[sheet.name] = await used(sheet).get_formula()
    for place, cell in _formatted(book):
        found.formats[place] = await cell.get_number_format()
    ours, theirs = _sheets(book, found)
    for sheet in theirs:
        with suppress(NotImplementedError):
            found.rules[sheet.name] = await awaited_rules_of(sheet, used(sheet))
    for sheet in ours:
        with suppress(NotImplementedError):
            for note in sheet.notes:
                cell = await note.get_location()
                if cell is not None:
                    found.notes[sheet.name, cell.row, cell.column] = await note.get_text() or ""
        with suppress(NotImplementedError):
            if len(await sheet.get_comments()):
                found.threads.append(sheet.name)
        with suppress(NotImplementedError):
            if sheet.visible:  # nobody dresses what is hidden, and it is large
                found.fills[sheet.name] = await used(sheet).get_colors()
    return found


def _formatted(book: Any) -> Iterator[tuple[Place, Any]]:
    """The cells whose number format says how what is typed there was meant."""
    sheets = {sheet.name.casefold(): sheet for sheet in book.sheets}
    for name in book.names:
        place = reference(name.refers_to) if name.name in FORMATTED else None
        sheet = place and sheets.get(place.sheet.casefold())
        if place and sheet:
            yield (sheet.name, place.row, place.column), sheet.range((place.row, place.column))


def _sheets(book: Any, found: Fetched) -> tuple[list[Any], list[Any]]:
    """Our sheets, and the user's."""
    ours = our_sheets(Snapshot(book, found))
    sheets = list(book.sheets)
    return [sheet for sheet in sheets if sheet.name in ours], [sheet for sheet in sheets if sheet.name not in ours]


class Snapshot:
    """What ``workbook.reading`` asks of a book: ``names`` and ``sheets``."""

    def __init__(self, book: Any, found: Fetched):
        self.name = book.name
        self.sheets = {sheet.name: SnapshotSheet(sheet, found) for sheet in book.sheets}
        self.names = [NamedArea(self, name.name, name.refers_to) for name in book.names]


class SnapshotSheet:
    """One sheet; its values are fetched when first asked for."""

    def __init__(self, sheet: Any, found: Fetched):
        self.name, self._sheet = sheet.name, sheet
        self.formulas, self.formats = found.formulas[sheet.name], found.formats

    @cached_property
    def values(self) -> Matrix:
        return used(self._sheet).value

    @property
    def page_setup(self) -> Any:
        """What of it is printed, as the host tells it."""
        return self._sheet.page_setup

    @property
    def used_range(self) -> Area:
        """From A1 to the last cell in which anything stands."""
        rows, columns = len(self.formulas), max((len(line) for line in self.formulas), default=1)
        return Area(self, 1, 1, max(rows, 1), max(columns, 1))

    def range(self, first: Any, last: Any = None) -> Area:
        """By address, (row, column), or two corners."""
        return area_of(self, first, last)
