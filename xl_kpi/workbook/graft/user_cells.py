"""What a user has typed on our sheets of a file besides entries: found before anything new is built.

For an open book, whose host tells nothing of our cell styles, ``relocation.user_cells`` finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xl_kpi.workbook.cells.moves import LostCell, Moves, Spot
from xl_kpi.workbook.cells.rectangles import rect_of
from xl_kpi.workbook.graft.book import WorkbookPart
from xl_kpi.workbook.graft.cells import CarriedCells, Described, UserCells, read_at
from xl_kpi.workbook.graft.extras import lost_sparklines
from xl_kpi.workbook.graft.notes import lost_notes
from xl_kpi.workbook.graft.old_sheet import OldSheet, SharedTexts, damage_refused, old_sheet
from xl_kpi.workbook.graft.styles import Sheaf
from xl_kpi.workbook.package.package import Package
from xl_kpi.workbook.relocation.user_cells import OwnCell, OwnCells
from xl_kpi.workbook.spec import SheetSpec


@dataclass(frozen=True)
class FileCells:
    """The user's cells: ``carried`` old sheet → where they go, as the graft takes it; ``own`` as it is told."""

    carried: Mapping[str, CarriedCells]
    own: OwnCells


class UserFile:
    """A user's file, for what stands on our sheets in it.

    Arguments and errors: as for ``graft``.
    """

    def __init__(self, user: bytes, name: str, lang: str):
        self._name, self._lang = name, lang
        with damage_refused(name, lang):
            self._package = Package(user, name, lang)
            self._book = WorkbookPart(self._package)
            styles = self._package.related(self._package.book, "styles")
            self._styles = Sheaf(self._package.tree(styles)) if styles else None
            self._texts = SharedTexts.of(self._package)

    def cells(self, new: Mapping[str, SheetSpec | None], moves: Moves, back: Mapping[Spot, str]) -> FileCells:
        """The user's cells on the sheets that are made anew.

        Arguments: ``new`` name of one of our sheets → the description of the one that takes its place (None: it
        goes; what stays of such a sheet is found when it is taken out); ``moves`` and ``back`` as for ``graft``.
        """
        with damage_refused(self._name, self._lang):
            return self._cells(new, moves, back)

    def _cells(self, new: Mapping[str, SheetSpec | None], moves: Moves, back: Mapping[Spot, str]) -> FileCells:
        carried: dict[str, CarriedCells] = {}
        places: dict[str, OldSheet] = {}
        lost: list[LostCell] = []
        cells: list[OwnCell] = []
        names = {name: None if sheet is None else sheet.name for name, sheet in new.items()}
        for at, tab in enumerate(self._book.tabs):
            sheet = new.get(tab.name)
            if sheet is None or self._styles is None:
                continue
            area = rect_of(sheet.print_area.replace("$", ""))
            was = places[tab.name] = old_sheet(self._book, at, names, area, moves, back)
            found = carried[tab.name] = UserCells(was, Described(sheet), self._styles, self._texts).carried()
            lost += [*found.lost, *lost_sparklines(was), *lost_notes(self._package, was)]
            cells += _own(was, found)
        return FileCells(carried, OwnCells(tuple(cells), tuple(lost), places))


def _own(was: OldSheet, found: CarriedCells) -> Iterator[OwnCell]:
    for place, there in found.cells.items():
        words = read_at(was, place).removeprefix("=")
        formula = f"={was.back.get(place) or was.formula(words)}" if words else None
        yield OwnCell(was.name, *place, there, formula)
