"""What a user has typed on our sheets of a file besides entries: found before anything new is built.

For an open book, whose host tells nothing of our cell styles, ``relocation.user_cells`` finds the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from math import isclose

from xl_kpi.workbook.addresses import Place
from xl_kpi.workbook.cells.moves import LostCell, Moves, Spot
from xl_kpi.workbook.cells.rectangles import rect_of
from xl_kpi.workbook.cells.spelling import spelled
from xl_kpi.workbook.graft.book import WorkbookPart
from xl_kpi.workbook.graft.cells import CarriedCells, Described, Left, UserCells, read_at, said
from xl_kpi.workbook.graft.extras import lost_sparklines
from xl_kpi.workbook.graft.notes import lost_notes
from xl_kpi.workbook.graft.old_sheet import OldSheet, SharedTexts, damage_refused, old_sheet
from xl_kpi.workbook.graft.paper.made import made_papers
from xl_kpi.workbook.graft.styles import Sheaf
from xl_kpi.workbook.package.package import Package
from xl_kpi.workbook.relocation.user_cells import OwnCell, OwnCells
from xl_kpi.workbook.sheet_kinds import kind_of
from xl_kpi.workbook.spec import SheetSpec

_DIGITS = 1e-12  # a number as a program with 15 digits writes it


@dataclass(frozen=True)
class FileCells:
    """The user's cells: ``carried`` old sheet → where they go, as the graft takes it; ``own`` as it is told.

    ``left`` name of a sheet that goes → what we had written on it.
    """

    carried: Mapping[str, CarriedCells]
    own: OwnCells
    left: Mapping[str, Left] = field(default_factory=dict)


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
            self._papers = made_papers(self._book, self._texts), self._texts

    def cells(
        self,
        new: Mapping[str, SheetSpec | None],
        moves: Moves,
        back: Mapping[Spot, str],
        before: Callable[[], Mapping[str, SheetSpec]] = dict,
    ) -> FileCells:
        """The user's cells on the sheets that are made anew.

        Arguments: ``new`` name of one of our sheets → the description of the one that takes its place (None: it
        goes; what stays of such a sheet is found when it is taken out); ``moves`` and ``back`` as for ``graft``;
        ``before`` gives the descriptions of the old ones, and is only asked where a cell does not look like ours.
        """
        with damage_refused(self._name, self._lang):
            return self._cells(new, moves, back, before)

    def _cells(
        self,
        new: Mapping[str, SheetSpec | None],
        moves: Moves,
        back: Mapping[Spot, str],
        before: Callable[[], Mapping[str, SheetSpec]],
    ) -> FileCells:
        carried: dict[str, CarriedCells] = {}
        places: dict[str, OldSheet] = {}
        gone: dict[str, Left] = {}
        lost: list[LostCell] = []
        cells: list[OwnCell] = []
        names = {name: None if sheet is None else sheet.name for name, sheet in new.items()}
        for at, tab in enumerate(self._book.tabs):
            sheet = new.get(tab.name)
            if tab.name not in new or self._styles is None:
                continue
            if sheet is None:
                goes = old_sheet(self._book, at, names, None, moves, back, *self._papers)
                gone[tab.name] = AsLeft(goes, partial(_described, before, tab.name), self._texts)
                continue
            area = rect_of(sheet.print_area.replace("$", ""))
            was = places[tab.name] = old_sheet(self._book, at, names, area, moves, back, *self._papers)
            free = kind_of(sheet.key).free
            left = AsLeft(was, partial(_described, before, tab.name), self._texts, free)
            found = carried[tab.name] = UserCells(was, Described(sheet), self._styles, self._texts).carried(left)
            lost += [*found.lost, *lost_sparklines(was), *lost_notes(self._package, was)]
            cells += _own(was, found)
        return FileCells(carried, OwnCells(tuple(cells), tuple(lost), places), gone)


def _described(before: Callable[[], Mapping[str, SheetSpec]], name: str) -> Described | None:
    sheet = before().get(name)
    return None if sheet is None else Described(sheet)


def _own(was: OldSheet, found: CarriedCells) -> Iterator[OwnCell]:
    for place, there in found.cells.items():
        words = read_at(was, place).removeprefix("=")
        formula = f"={was.back.get(place) or was.formula(words)}" if words else None
        yield OwnCell(was.name, *place, there, formula)


class AsLeft:
    """One of our old sheets as the last command wrote it: that tells ours where programs have lost our styles.

    Arguments: ``was`` the sheet as it stands; ``described`` gives its description, None where there is none; it is
    only asked when it is needed; ``texts`` those of the user's file; ``free`` it is hidden, and its rows have no ids.
    """

    def __init__(
        self, was: OldSheet, described: Callable[[], Described | None], texts: SharedTexts, free: bool = False
    ):
        self._was, self._describe, self._texts, self._free = was, described, texts, free

    def has(self, place: Place, words: str) -> bool:
        """Whether we wrote ``words`` (a formula with "=", or a constant) into this cell.

        Special cases: what somebody types is the user's, however alike; a number is only ours in a row that still has
        the id that we gave it, as a row that was inserted since might hold the same one.
        """
        area = self._was.area
        if not words or (area and place not in area):
            return False
        cell = self._described.cell(place) if self._described else None
        if cell is None or cell.open or not cell.words:
            return False
        if words.startswith("=") or cell.computed:
            return cell.computed and spelled(words) == spelled(cell.words)
        if words == cell.words and _number(words) is None:
            return True
        one, other = _number(words), _number(cell.words)
        alike = one is not None and other is not None and isclose(one, other, rel_tol=_DIGITS)
        return alike and (self._free or self._same_row(place[0]))

    def has_bare(self, place: Place, words: str) -> bool:
        """The same on a sheet of which a program has dropped our cell styles.

        Special cases: a blank that was dressed is ours where we had a cell.  On a hidden sheet a formula over one of
        ours is ours, however the program spells it, and words over words of ours; all is where we would write the
        sheet in another way now (an earlier version made it), as nobody types there.
        """
        cell = self._described.cell(place) if self._described else None
        if not words:
            return cell is not None
        if not self._free:
            return False
        if cell is not None and cell.computed:
            alike = words.startswith("=")
        else:
            alike = cell is not None and not cell.open and _is_text(cell.words) and _is_text(words)
        return alike or not self._is_as_described

    @cached_property
    def _is_as_described(self) -> bool:
        ours = self._described.formulas() if self._described else {}
        return all(spelled(read_at(self._was, place)) == spelled(words) for place, words in ours.items())

    def _same_row(self, row: int) -> bool:
        ours = self._described.cell((row, 1)) if self._described else None
        there = self._was.cells.get((row, 1))
        return bool(ours and ours.words and there and said(there[0], self._texts) == ours.words)

    @cached_property
    def _described(self) -> Described | None:
        return self._describe()


def _is_text(words: str) -> bool:
    return bool(words) and not words.startswith("=") and _number(words) is None


def _number(words: str) -> float | None:
    try:
        return float(words)
    except ValueError:
        return None
