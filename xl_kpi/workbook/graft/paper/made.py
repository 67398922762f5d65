"""How the sheets of a user's file were set up for paper when they were written, from the record in that file."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xl_kpi.workbook.addresses import plain_areas
from xl_kpi.workbook.cells.areas import reference
from xl_kpi.workbook.cells.made_paper import MadePaper, read
from xl_kpi.workbook.graft.book import PRINTED, WorkbookPart
from xl_kpi.workbook.graft.cells import said
from xl_kpi.workbook.graft.old_sheet import SharedTexts, cells_of
from xl_kpi.workbook.spec import part_of

_WHOLE = (re.compile(r"([A-Z]+)1:([A-Z]+)1048576"), re.compile(r"A(\d+):(?:XFD|AMJ)(\d+)"))  # as LibreOffice says it


def made_papers(book: WorkbookPart, texts: SharedTexts) -> Mapping[str, MadePaper]:
    """Key of each sheet → how it was set up; nothing in a file of a former version."""
    place = next((reference(each.text) for each in book.names() if each.get("name") == "made_paper"), None)
    part = next((tab.part for tab in book.tabs if place and tab.name == place.sheet), "")
    if place is None or not part:
        return {}
    cells = cells_of(book.package.tree(part))
    return read(next((said(cell, texts) for at, cell, _ in cells if at == (place.row, place.column)), ""))


class PrintNames:
    """Whose the names are by which Excel knows what of a sheet is printed, and which rows and columns it repeats.

    Arguments: ``papers`` old name of each sheet of ours → how it was set up (None: not known); ``book`` the user's.
    """

    def __init__(self, papers: Mapping[str, MadePaper | None], book: WorkbookPart):
        self._papers = papers
        names = {each.get("name") for at, tab in enumerate(book.tabs) if tab.name in papers
                 for each in book.local_names(at)}  # fmt: skip
        self._dropped = PRINTED not in names  # by a program: nobody takes the area away from a dozen sheets

    def is_users(self, sheet: str, name: str, words: str) -> bool:
        """Whether the user has set it: ``words`` what the name says, "" where there is none."""
        made = self._papers.get(sheet)
        if made is None or made.area is None or not words and self._dropped:
            return False
        ours = (made.parts or {part_of(made.area, made.last)}) - {""} if name == PRINTED else made.titles
        return {_plain(area) for area in plain_areas(words)} != {_plain(area) for area in ours}


def _plain(area: str) -> str:
    area = area.replace("$", "")
    for whole in _WHOLE:
        area = whole.sub(r"\1:\2", area)
    return area
