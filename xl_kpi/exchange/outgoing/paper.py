"""How the sender prints the sheets that are sent: header, footer, paper and margins go along with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from lxml import etree

from xl_kpi.workbook.graft.paper.kept_paper import KeptPaper, former
from xl_kpi.workbook.graft.sheet import ORDER
from xl_kpi.workbook.package.file_book import FileBook
from xl_kpi.workbook.package.package import RID, bytes_of, main, tree_of

_CELLS = re.compile(rb"<((?:\w+:)?sheetData)\b.*</\1>", re.DOTALL)
_PICTURE = re.compile("&G", re.IGNORECASE)
_PAPER = ("pageSetup", "headerFooter")


class SentPaper:
    """What is set for paper on our sheets in the sender's workbook.

    Arguments: ``book`` the workbook; ``sheets`` the keys of our sheets by name.
    """

    def __init__(self, book: FileBook, sheets: Mapping[str, str]):
        self._made, self._roots = book.made_paper, dict[str, Any]()
        self._names = {key: name for name, key in sheets.items()}
        for name, key in sheets.items():
            root = _without_cells(book, name)
            if root is not None:
                self._roots[key] = root

    def onto(self, key: str, sheet: bytes) -> bytes:
        """A sheet that is to be sent, set up as the sender's sheet of that key."""
        if key not in self._roots:
            return sheet
        root = tree_of(sheet)
        self._kept(key, root).keep_pages()
        for setup in root.findall(main("pageSetup")):
            setup.attrib.pop(RID, None)  # what a printer stores stays at home
        for words in root.iterfind(f"{main('headerFooter')}/*"):
            words.text = _PICTURE.sub("", words.text or "")
        return bytes_of(root)

    def left(self, keys: Collection[str]) -> Iterator[tuple[str, str]]:
        """Name of a sheet of ``keys`` and the key of the word for what of it can't be sent."""
        for key, root in self._roots.items():
            if key in keys:
                words = (each.text or "" for each in root.iterfind(f"{main('headerFooter')}/*"))
                if any(map(_PICTURE.search, words)):
                    yield self._names[key], "distribute_header_picture"
                if root.find(f"{main('scenarios')}/{main('scenario')}") is not None:
                    yield self._names[key], "distribute_scenario"
                if self._has_own_breaks(key, root):
                    yield self._names[key], "distribute_breaks"

    def _has_own_breaks(self, key: str, root: Any) -> bool:
        """Whether more pages begin than ours; not known of a workbook of a former version."""
        was = self._made.get(key) or former(key)
        made = {"rowBreaks": was.rows, "colBreaks": was.columns}
        return any(
            ours is not None and len(root.findall(f"{main(name)}/{main('brk')}")) > len(ours)
            for name, ours in made.items()
        )

    @property
    def mark(self) -> str:
        """Equal for workbooks with the same words at the head and foot and the same paper; "" where all is ours."""
        said = []
        for key, root in sorted(self._roots.items()):
            if self._kept(key, root).is_set_up:
                said += [
                    key,
                    *(etree.tostring(each, encoding="unicode") for name in _PAPER for each in root.iter(main(name))),
                ]
        return "\n".join(said)

    def _kept(self, key: str, new: Any) -> KeptPaper:
        was = self._made.get(key) or former(key)
        return KeptPaper(self._roots[key], new, was, lambda row: row, lambda column: column, lambda row: False, ORDER)


def _without_cells(book: FileBook, name: str) -> Any:
    """The root of a sheet without its cells; None where there is no such part, or none that can be read."""
    part = book.sheets[name].part
    if not part or not book.parts.holds(part):
        return None
    try:
        return tree_of(_CELLS.sub(rb"<\1/>", book.parts.part(part)))
    except etree.XMLSyntaxError:
        return None
