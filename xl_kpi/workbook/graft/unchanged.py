"""Whether a workbook that was made anew only spells otherwise what stands in the file already.

Every program writes the same sheet in its own words; a file that was merely opened and saved is not written again.
Cells are compared elsewhere (``differences.stands_already``): here it is what stands around them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterator
from typing import Any

from xl_kpi.workbook.addresses import place_of
from xl_kpi.workbook.cells.rectangles import rects_of
from xl_kpi.workbook.graft.book import Tab, WorkbookPart
from xl_kpi.workbook.graft.styles import OURS, Sheaf
from xl_kpi.workbook.package.package import Package, local, main

_QUOTES = re.compile(r"'([^'!]+)'!")  # some programs leave them out where they are not needed
_TRUE = ("1", "true")


def same_around(before: bytes, after: bytes, sheets: Collection[str], lang: str) -> bool:
    """Whether two states of a file have the same tabs and names, and on ``sheets`` the same rules, links, merged cells,
    charts, protection and cell styles.

    Special cases: how a user dressed single cells is no difference.
    """
    one, other = (_Around(data, lang) for data in (before, after))
    if one.tabs() != other.tabs() or one.names() != other.names():
        return False
    try:
        return all(one.sheet(name) == other.sheet(name) for name in sheets)
    except (ValueError, IndexError):  # a format or a count that is none: what is written anew says another
        return False


class _Around:
    def __init__(self, data: bytes, lang: str):
        self._package = Package(data, "", lang)
        self._book = WorkbookPart(self._package)
        styles = self._package.related(self._package.book, "styles")
        self._styles = Sheaf(self._package.tree(styles))

    def tabs(self) -> list[tuple[str, str]]:
        return [(each.get("name", ""), each.get("state", "visible")) for each in self._book.elements]

    def names(self) -> dict[tuple[str, str], str]:
        found = {}
        for each in self._book.names():
            name = each.get("name", "").casefold()
            if not name.startswith("_xlnm._filterdatabase"):  # Excel's own, of its own accord
                found[each.get("localSheetId", ""), name] = _plain(each.text)
        return found

    def sheet(self, name: str) -> Counter[Hashable]:
        tab = next(tab for tab in self._book.tabs if tab.name == name)
        return Counter(self._parts(tab))

    def _parts(self, tab: Tab) -> Iterator[Hashable]:
        root = self._package.tree(tab.part)
        for each in root.iter(main("mergeCell"), main("hyperlink")):
            yield local(each), each.get("ref"), each.get("location", "")
        for each in root.iter(main("dataValidation")):
            formulas = tuple(_plain(child.text) for child in each)
            for rect in rects_of(each.get("sqref")):
                yield "rule", rect, each.get("type"), each.get("operator", "between"), formulas
        for each in root.iter(main("conditionalFormatting")):
            formulas = tuple(_plain(child.text) for child in each.iter(main("formula")))
            yield from (("look", rect, formulas) for rect in rects_of(each.get("sqref")))
        for each in root.iter(main("sheetProtection")):
            yield "protection", each.get("sheet") in _TRUE
        yield from self._styled(root)
        drawing = self._package.related(tab.part, "drawing")
        if drawing:
            yield from ("chart" for each in self._package.relations(drawing) if each.kind == "chart")

    def _styled(self, root: Any) -> Iterator[Hashable]:
        formats, names = self._styles.entries("cellXfs"), self._styles.names
        for cell in root.iter(main("c")):
            style = names.get(formats[int(cell.get("s", "0"))].get("xfId", "0"), "")
            if style.startswith(OURS) and len(cell):
                yield "style", place_of(cell.get("r", "")), style


def _plain(formula: str | None) -> str:
    return _QUOTES.sub(r"\1!", formula or "")
