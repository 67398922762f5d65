"""A generated sheet as the user's file has it: its cells, its texts, and where each of its cells is now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from lxml import etree

from xl_kpi.catalog import text
from xl_kpi.errors import Refused, XlKpiError
from xl_kpi.workbook.addresses import Place, place_of
from xl_kpi.workbook.cells.grid import MARK
from xl_kpi.workbook.cells.made_paper import MadePaper
from xl_kpi.workbook.cells.moves import LostCell, Moves, Spot
from xl_kpi.workbook.cells.rectangles import Places, Rect, rect_of
from xl_kpi.workbook.cells.references import LOST
from xl_kpi.workbook.graft.book import WorkbookPart
from xl_kpi.workbook.package.package import MAIN, Package, main
from xl_kpi.workbook.relocation.surroundings import Beside

_C, _F, _V, _ROW = (main(name) for name in ("c", "f", "v", "row"))
_WHAT_IF = etree.XPath("m:sheetData/m:row/m:c/m:f[@t='dataTable']", namespaces={"m": MAIN})


@contextmanager
def damage_refused(file: str, lang: str) -> Iterator[None]:
    """Refused where our sheets hold what no sheet can mean (a cell 99999999 texts on, a corner in no row)."""
    try:
        yield
    except XlKpiError:
        raise
    except Exception as problem:
        raise Refused(text("graft_damaged", lang, file=file, part=text("file_contents", lang))) from problem


@dataclass(frozen=True)
class OldSheet:
    """One of our sheets as the user's file has it.

    ``names`` of all of them; ``part`` and ``root`` its part; ``area`` what of it is printed; ``blocks`` the cells
    behind our names of actuals; ``to`` where a cell is now, ``drawn`` where what is drawn over a cell is now;
    ``formula`` how a formula that stands on the sheet reads now, ``back`` how those read that come back (see
    ``graft``); ``entries`` cells that were read as entries, wherever they stand.
    """

    name: str
    names: Collection[str]
    part: str
    root: Any
    area: Rect | None
    blocks: Sequence[Rect]
    to: Callable[[int, int], Place | None]
    drawn: Callable[[int, int], Place]
    formula: Callable[[str], str]
    back: Mapping[Place, str] = field(default_factory=dict)
    entries: Collection[Place] = ()
    key: str = ""  # of the sheet, where it is known

    @cached_property
    def cells(self) -> Mapping[Place, tuple[Any, Any]]:
        """Place → cell and row, of each cell that is written."""
        return {place: (cell, row) for place, cell, row in cells_of(self.root)}

    @cached_property
    def groups(self) -> Mapping[str, tuple[Place, str]]:
        """Number of a shared formula → the cell in which it is written, and how it reads there."""
        found: dict[str, tuple[Place, str]] = {}
        for place, (cell, _) in self.cells.items():
            formula = cell.find(_F)
            if formula is not None and formula.get("t") == "shared" and formula.text:
                found.setdefault(formula.get("si", ""), (place, formula.text))
        return found

    @cached_property
    def what_if_tables(self) -> Sequence[tuple[Any, Rect]]:
        """The formula and the area of each what-if table."""
        return [(each, area) for each in _WHAT_IF(self.root) if (area := rect_of(each.get("ref", "")))]

    @property
    def places(self) -> Places:
        return Places(self.to)

    def reference(self, text: str) -> str:
        """How a reference reads now that is text, and so may point nowhere but is never #REF!."""
        now = self.formula(text)
        return text if LOST in now else now


def gone(was: OldSheet, cell: str, kind: str, text: str) -> LostCell:
    """Something on one of our sheets that pointed at a cell which is gone, as 保管 keeps it in words."""
    return LostCell(was.name, cell, kind, text, f"graft_lost_{kind}")


class SharedTexts:
    """The texts that cells of the user's file share, read when first asked for."""

    def __init__(self, items: Callable[[], Iterable[Any]]):
        self._items = items

    @classmethod
    def of(cls, package: Package) -> SharedTexts:
        """Those of a package; it may have none."""
        part = package.related(package.book, "sharedStrings")
        return cls(lambda: package.tree(part) if part else ())

    @cached_property
    def _all(self) -> list[Any]:
        return [item for item in self._items() if isinstance(item.tag, str)]

    @cached_property
    def _plain(self) -> dict[str, int]:
        """Texts without formats of their own → number."""
        found: dict[str, int] = {}
        for number, item in enumerate(self._all):
            if [child.tag for child in item] == [main("t")]:
                found.setdefault(words_of(item), number)
        return found

    def text(self, number: int) -> str:
        return words_of(self._all[number]) if number < len(self._all) else ""

    def number(self, words: str) -> int | None:
        """The number of a text that is there already."""
        return self._plain.get(words)


def rows_of(root: Any) -> Iterator[tuple[int, Any]]:
    """Number and element of each row; numbers may be left out of a file."""
    number = 0
    for row in root.iterfind(f"{main('sheetData')}/{_ROW}"):
        number = int(row.get("r", number + 1))
        yield number, row


def cells_of(root: Any) -> Iterator[tuple[Place, Any, Any]]:
    """Place, cell and row of each cell that is written."""
    columns: dict[str, int] = {}
    for number, row in rows_of(root):
        for column, cell in _cells_in(row, columns):
            yield (number, column), cell, row


def _cells_in(row: Any, columns: dict[str, int]) -> Iterator[tuple[int, Any]]:
    """Column and cell of each cell of a row; ``columns`` remembers letters → number.

    Special cases: 0 where letters are none, so that the next column is meant.
    """
    column = 0
    for cell in row.iterfind(_C):
        said = cell.get("r", "")
        letters = said.rstrip("0123456789")
        known = columns.get(letters)
        if known is None:
            place = place_of(f"{letters}1")
            known = columns[letters] = place[1] if place else 0
        column = known if known and letters != said else column + 1
        yield column, cell


def words_of(item: Any) -> str:
    """The words of a text, without the readings that stand beside Japanese ones."""
    return "".join(each.text or "" for each in item.iter(main("t")) if each.getparent().tag != main("rPh"))


def rows_with_id(root: Any) -> set[int]:
    """The rows in which something stands in column A: one of ours each."""
    found: set[int] = set()
    columns: dict[str, int] = {}
    for number, row in rows_of(root):
        first = next(_cells_in(row, columns), None)  # cells stand in the order of their columns
        if first and first[0] == 1 and first[1].find(_V) is not None:
            found.add(number)
    return found


def with_rows(printed: Rect | None, root: Any) -> Rect | None:
    """The cells of a sheet that are ours: those printed, and rows with ids below; None where none is known."""
    return printed and replace(printed, last_row=max([printed.last_row, *rows_with_id(root)]))


def old_sheet(
    book: WorkbookPart,
    at: int,
    sheets: Mapping[str, str | None],
    new_area: Rect | None,
    moves: Moves,
    back: Mapping[Spot, str],
    papers: Mapping[str, MadePaper],
    texts: SharedTexts,
) -> OldSheet:
    """One of our sheets in the user's file.

    Arguments: ``at`` its place in the list of ``book``; ``new_area`` what is printed of the sheet that takes its
    place; ``sheets``, ``moves`` and ``back`` as for ``graft``; ``papers`` key → how our sheets were set up for paper;
    ``texts`` the file's.
    """
    tab, root, area = book.tabs[at], book.package.tree(book.tabs[at].part), book.area(at)
    new, key = sheets[tab.name], _key(root, texts)
    if key in papers and papers[key].area is not None:  # the user may print less, or more
        area = rect_of(papers[key].area or "")
    area = with_rows(area, root)

    def now(row: int, column: int) -> Place | None:
        there = moves.cell(tab.name, row, column)
        return None if there is None else there[1:]

    def formula(words: str) -> str:
        # on a sheet that is no longer ours, what it says of its own cells stays true
        return moves.formula(words, "" if new is None else tab.name)

    to: Callable[[int, int], Place | None]
    drawn: Callable[[int, int], Place]
    to, drawn = now, lambda row, column: now(row, column) or (row, column)
    if new is None:  # what stays of it stays in its place
        to = drawn = _stays
    elif area and new_area:
        beside = Beside(now, area, new_area, rows_with_id(root))
        to, drawn = beside.to, beside.drawn
    again = {(row, column): words for (sheet, row, column), words in back.items() if sheet == tab.name}
    blocks = book.blocks(tab.name)
    return OldSheet(
        tab.name, sheets.keys(), tab.part, root, area, blocks, to, drawn, formula, again, moves.entries(tab.name), key
    )


def _key(root: Any, texts: SharedTexts) -> str:
    """The key of one of our sheets, which stands in A1; "" where it does not."""
    place, cell, _ = next(cells_of(root), ((0, 0), None, None))
    if cell is None or place != (1, 1):
        return ""
    value = cell.findtext(_V) or ""
    words = texts.text(int(value)) if cell.get("t") == "s" and value.isdecimal() else value or words_of(cell)
    return words.removeprefix(MARK)


def _stays(row: int, column: int) -> Place:
    return row, column
