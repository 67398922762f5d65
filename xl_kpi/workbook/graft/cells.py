"""The cells that a user typed on a generated sheet, outside of what we made: found, and put in at their new place.

Our cells bear our cell styles, or say what we had written there; what else stands there is the user's.  A program that
drops cell styles (some web applications do) leaves the sheet's print area to tell them apart.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from xl_kpi.workbook.addresses import Place, place_of, relative
from xl_kpi.workbook.cells.moves import LostCell
from xl_kpi.workbook.cells.rectangles import Rect, rect_of, shifted
from xl_kpi.workbook.cells.references import LOST
from xl_kpi.workbook.cells.spelling import spelled
from xl_kpi.workbook.graft.old_sheet import OldSheet, SharedTexts, cells_of, gone, rows_of, words_of
from xl_kpi.workbook.graft.styles import OURS, Sheaf
from xl_kpi.workbook.package.package import main
from xl_kpi.workbook.relocation.surroundings import links
from xl_kpi.workbook.spec import SheetSpec

_F, _V, _IS, _ROW = (main(name) for name in ("f", "v", "is", "row"))
_INPUTS = {"r1": "del1", "r2": "del2"}  # the cells into which a what-if table puts its values; that one is gone
CALC = f"{OURS}calc"  # begins the cell styles of the hidden sheet
EPOCH = dt.date(1899, 12, 30)  # day 0
LINK = f"{OURS}nav"  # the cell style of our links to other sheets


class NewCell(NamedTuple):
    """A cell of the new sheet: may it be typed over, does it hold a formula, and what it says."""

    open: bool
    computed: bool
    words: str


class NewSheet(Protocol):
    """The sheet that takes the place of an old one, as far as the user's cells ask about it."""

    def holds(self, place: Place) -> bool:
        """Whether something of ours stands there."""

    def cell(self, place: Place) -> NewCell | None:
        """The cell there; None for none."""


class Left(Protocol):
    """What we had written on an old sheet."""

    def has(self, place: Place, words: str) -> bool:
        """Whether we wrote this into that cell."""

    def has_bare(self, place: Place, words: str) -> bool:
        """The same on a sheet of which a program has dropped our cell styles."""


@dataclass
class Now:
    """The sheet that takes its place, as it was built: its cells and merged areas.

    ``open`` the formats of cells that may be typed over; ``texts`` the shared texts of the user's file.
    """

    root: Any
    cells: dict[Place, Any] = field(default_factory=dict)
    rows: dict[int, Any] = field(default_factory=dict)
    merged: list[Rect] = field(default_factory=list)
    open: Collection[str] = ()
    texts: SharedTexts | None = None

    @classmethod
    def of(cls, root: Any, open_formats: Collection[str], texts: SharedTexts) -> Now:
        cells = {place: cell for place, cell, _ in cells_of(root)}
        rows = dict(rows_of(root))
        merged = [rect for each in root.iter(main("mergeCell")) if (rect := rect_of(each.get("ref", "")))]
        return cls(root, cells, rows, merged, open_formats, texts)

    def holds(self, place: Place) -> bool:
        return place in self.cells or any(place in rect for rect in self.merged)

    def cell(self, place: Place) -> NewCell | None:
        cell = self.cells.get(place)
        if cell is None:
            return None
        return NewCell(cell.get("s", "0") in self.open, cell.find(_F) is not None, said(cell, self.texts))


class Described:
    """The same before it is built."""

    def __init__(self, sheet: SheetSpec):
        self._cells = sheet.cells
        self._merged = [rect for area in sheet.merges if (rect := rect_of(area.replace("$", "")))]

    def holds(self, place: Place) -> bool:
        return place in self._cells or any(place in rect for rect in self._merged)

    def cell(self, place: Place) -> NewCell | None:
        cell = self._cells.get(place)
        if cell is None:
            return None
        words = as_stored(cell.value) if cell.formula is None else cell.formula
        return NewCell(cell.typed, cell.formula is not None, words)

    def formulas(self) -> dict[Place, str]:
        """The formulas that we write."""
        return {place: cell.formula for place, cell in self._cells.items() if cell.formula is not None}


def as_stored(value: Any) -> str:
    """A constant as files write it."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, dt.date):
        return str((dt.date(value.year, value.month, value.day) - EPOCH).days)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return "" if value is None else str(value)


@dataclass
class CarriedCells:
    """What is to be put in: cell → where it goes; and what can't be."""

    cells: dict[Place, Place] = field(default_factory=dict)
    lost: list[LostCell] = field(default_factory=list)


class UserCells:
    """Whose cells are whose on one of our old sheets.

    Arguments: ``was`` and ``now`` the sheet before and after; ``styles`` and ``texts`` those of the user's file.
    """

    def __init__(self, was: OldSheet, now: NewSheet, styles: Sheaf, texts: SharedTexts):
        self._was, self._now, self._styles, self._texts = was, now, styles, texts
        self._cells = {place: cell for place, (cell, _) in was.cells.items()}
        self._has_styles = any(cell.get("s", "0") in styles.ours for cell in self._cells.values())
        self._links = self._find_links()
        self._strange = _strange(was.blocks, self._cells) if self._has_styles else lambda place: False

    def is_ours(self, place: Place) -> bool:
        """Whether we made what stands in this cell, as far as the file says."""
        area, blocks = self._was.area, self._was.blocks
        inside = place in area if area else None
        if place in self._was.entries:
            return True
        if place[0] == 1 and place[1] in self._links:
            return True
        if not self._has_styles:
            there = self._was.to(*place) if inside is None else None
            return bool(inside) or bool(there and self._now.holds(there))
        if self._strange(place):
            return False
        if any(place in block for block in blocks):
            return True  # typed into our table, however it is dressed: it is read as an entry
        cell = self._cells.get(place)
        return cell is not None and cell.get("s", "0") in self._styles.ours and inside is not False

    def carried(self, left: Left | None = None) -> CarriedCells:
        """Where the user's cells go, and what is lost of them.

        Arguments: ``left`` what we wrote there (None: not known).
        """
        found, taken = CarriedCells(), set()
        for place, cell in self._cells.items():
            if place in self._was.entries:
                continue
            if self.is_ours(place):
                self._typed_over(place, cell, found.lost, left)
                continue
            words = self.words(cell)
            if not words and cell.get("s", "0") == "0":
                continue
            if left and not self._strange(place) and self._was_left(left, place, words):
                continue  # ours, though it does not look like it
            there = self._was.to(*place)
            if there and there not in taken and not self._now.holds(there):
                taken.add(there)
                found.cells[place] = there
            elif words and not self._stays(place, there, cell):
                found.lost.append(LostCell(self._was.name, relative(*place), "cell", _what_if(cell) or words))
        return found

    def _was_left(self, left: Left, place: Place, words: str) -> bool:
        said = self._read_out(place, words)
        return left.has(place, said) or not self._has_styles and left.has_bare(place, said)

    def words(self, cell: Any) -> str:
        """What stands in a cell: its formula, or its constant."""
        return said(cell, self._texts)

    def _read_out(self, place: Place, words: str) -> str:
        """The same of a cell whose formula is written in another one."""
        return read_at(self._was, place) or words

    def _find_links(self) -> set[int]:
        """The columns of our links in the first row; where the file tells our styles, only cells that bear one."""
        ours = self._styles.ours
        cells = {
            column: cell
            for (row, column), cell in self._cells.items()
            if row == 1 and (not self._has_styles or cell.get("s", "0") in ours)
        }
        known = {column for column, cell in cells.items() if ours.get(cell.get("s", "0")) == LINK}
        return links({column: self.words(cell) for column, cell in cells.items()}, self._was.names, known)

    def _stays(self, place: Place, there: Place | None, cell: Any) -> bool:
        """Whether the new sheet has it anyway: as a cell that may be typed over, as the same constant, or as ours."""
        if there is None:
            return False
        new = self._now.cell(there)
        if new is None:
            return False
        ours = cell.get("s", "0") in self._styles.ours and not self._strange(place)
        if ours or new.open or self.words(cell) == new.words:
            return True
        formula = read_at(self._was, place)
        return new.computed and spelled("=" + self._was.formula(formula[1:])) == spelled(new.words)

    def _typed_over(self, place: Place, cell: Any, lost: list[LostCell], left: Left | None) -> None:
        """A number that somebody put over one of our formulas, behind the protection."""
        if cell.find(_F) is not None or cell.get("t", "n") != "n" or not cell.findtext(_V):
            return
        if cell.get("s", "0") in self._styles.open:
            return
        if self._styles.ours.get(cell.get("s", "0"), "").startswith(CALC):
            return  # nobody types there: constants of ours stand where formulas stand another time
        there = self._was.to(*place)
        new = self._now.cell(there) if there else None
        if (
            new is not None
            and new.computed
            and not new.open
            and not (left and self._was_left(left, place, self.words(cell)))
        ):
            lost.append(LostCell(self._was.name, relative(*place), "cell", cell.findtext(_V)))


def _what_if(cell: Any) -> str:
    """How Excel shows the first cell of a table of what-if results; "" for any other cell."""
    formula = cell.find(_F)
    if formula is None or formula.get("t") != "dataTable":
        return ""
    one, two = formula.get("r1", ""), formula.get("r2", "")
    across = formula.get("dtr") in ("1", "true")
    inputs = (one, two) if two else (one, "") if across else ("", one)
    return f"{{=TABLE({','.join(inputs)})}}"


def said(cell: Any, texts: SharedTexts | None) -> str:
    """What stands in a cell of a file: its formula, or its constant."""
    formula, value = cell.find(_F), cell.findtext(_V) or ""
    if formula is not None:
        return "=" + (formula.text or "") if formula.text else value
    if cell.get("t") == "s" and value.isdigit() and texts:
        return texts.text(int(value))
    return words_of(cell) if cell.get("t") == "inlineStr" else value


def put_in(carried: Mapping[Place, Place], was: OldSheet, now: Now) -> None:
    """Copies of the user's cells on the new sheet, each in its row, with its style and what it held."""
    tables = _what_if_tables(was, carried)
    for place, there in sorted(carried.items(), key=lambda pair: pair[1]):
        old, old_row = was.cells[place]
        new = copy.deepcopy(old)
        new.tail = None
        new.set("r", relative(*there))
        if place in tables and new.find(_F) is None:
            new.insert(0, copy.deepcopy(tables[place]))
        _follow(new, place, there, was)
        row = now.rows.get(there[0])
        if row is None:
            row = _new_row(now, there[0], old_row)
        at = sum(1 for other in row if (other_place := place_of(other.get("r", ""))) and other_place[1] < there[1])
        row.insert(at, new)
        row.attrib.pop("spans", None)


def read_out(formula: Any, place: Place, groups: Mapping[str, tuple[Place, str]]) -> str:
    """The words of a formula, also of one that is written in another cell."""
    if formula.get("t") == "shared" and formula.get("si", "") in groups:
        (row, column), words = groups[formula.get("si", "")]
        return words if (row, column) == place else shifted(words, place[0] - row, place[1] - column)
    return formula.text or ""


def read_at(was: OldSheet, place: Place) -> str:
    """The formula in a cell of a sheet, with its "="."""
    formula = was.cells[place][0].find(_F) if place in was.cells else None
    return "" if formula is None else "=" + read_out(formula, place, was.groups)


def lost_inputs(was: OldSheet, carried: Mapping[Place, Place]) -> Iterator[LostCell]:
    """The what-if tables that put their values into a cell which is gone."""
    for place, formula in sorted(_what_if_tables(was, carried).items()):
        for name in _INPUTS:
            if formula.get(name) and LOST in was.formula(formula.get(name)):
                yield gone(was, relative(*place), "data_table", formula.get(name))


def _what_if_tables(was: OldSheet, carried: Mapping[Place, Place]) -> dict[Place, Any]:
    """The formulas of what-if tables, each by its first cell that is still there: it may lose its first rows."""
    found = {}
    for formula, area in was.what_if_tables:
        left = [place for place in carried if place in area]
        found.update({min(left): formula} if left else {})
    return found


def _follow(cell: Any, place: Place, there: Place, was: OldSheet) -> None:
    """The formula of a cell that has moved, written out and pointing where it did."""
    formula = cell.find(_F)
    if formula is None:
        return
    words = read_out(formula, place, was.groups)
    if place in was.back:
        for result in cell.findall(_V):  # the error that it had while it pointed nowhere
            cell.remove(result)
        cell.attrib.pop("t", None)
    if formula.get("t") == "shared":
        for name in ("t", "si", "ref"):
            formula.attrib.pop(name, None)
    elif formula.get("ref"):
        area = rect_of(formula.get("ref"))
        if area:
            now_area = was.places.rect(area)  # rows inside it may have come or gone
            if now_area is None or now_area.first != there:
                now_area = area.by(there[0] - place[0], there[1] - place[1])
            formula.set("ref", now_area.text)
    for name, deleted in _INPUTS.items():
        if formula.get(name):
            now = was.formula(formula.get(name))
            if LOST in now:  # as Excel says it: else the table would vary the cell that has come into its place
                del formula.attrib[name]
                formula.set(deleted, "1")
            else:
                formula.set(name, now.replace("$", ""))
    if words:
        formula.text = was.back.get(place) or was.formula(words)


def _new_row(now: Now, number: int, like: Any) -> Any:
    """A row below or between ours, as tall as the user's was."""
    data = now.root.find(main("sheetData"))
    row = data.makeelement(_ROW, dict(like.attrib))
    row.attrib.pop("spans", None)
    row.set("r", str(number))
    data.insert(sum(1 for other in now.rows if other < number), row)
    now.rows[number] = row
    return row


def _strange(blocks: Sequence[Rect], cells: Mapping[Place, Any]) -> Callable[[Place], bool]:
    """Rows and columns that somebody inserted into a table of actuals: every one of ours has an id or a header."""

    def filled(place: Place) -> bool:
        cell = cells.get(place)
        return cell is not None and any(cell.find(tag) is not None for tag in (_F, _V, _IS))

    def strange(place: Place) -> bool:
        for block in blocks:
            if place in block:
                inserted = place[0] != block.row and not filled((place[0], block.column))
                return inserted or not filled((block.row, place[1]))
        return False

    return strange
