"""How the cells of a workbook are dressed, as far as a new one with our styles is to look like it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from xl_kpi.workbook.addresses import column_number
from xl_kpi.workbook.cells.rectangles import Rect, rect_of
from xl_kpi.workbook.package.file_book import FileBook

_CELL = re.compile(rb"<(?:\w+:)?c\b(?=[^>]*?\br=\"([A-Z]{1,3})([0-9]{1,7})\")[^>]*?\bs=\"([0-9]{1,6})\"")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=\"([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})\"")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_OF_A_THEME = ("clrScheme", "fontScheme", "fmtScheme")
_TALL = 1_000  # rows of a merged area beyond which it is no longer listed row by row


@dataclass(frozen=True)
class WornStyles:
    """``styles`` and ``theme`` the parts (None: there is none); ``cells`` number of a cell format → how many cells of
    the sheets wear it."""

    styles: bytes | None
    theme: bytes | None
    cells: Mapping[int, int]


def worn_styles(book: FileBook) -> WornStyles:
    """Those of a workbook; of merged cells the first one counts."""
    parts, cells = book.parts, Counter[int]()
    for sheet in book.sheets.values():
        if sheet.part and parts.holds(sheet.part):
            cells.update(_worn(parts.part(sheet.part)))
    found = (parts.of_workbook(kind) for kind in ("/styles", "/theme"))
    styles, theme = (parts.part(part) if part and parts.holds(part) else None for part in found)
    return WornStyles(styles, theme if theme and _is_theme(theme) else None, cells)


def _is_theme(content: bytes) -> bool:
    """Whether a part has the colours and fonts that a new workbook needs of a theme."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return False
    return all(root.find(f"{_DRAWING}themeElements/{_DRAWING}{name}") is not None for name in _OF_A_THEME)


def _worn(content: bytes) -> Counter[int]:
    """The formats of the cells of one sheet."""
    merged = [rect for area in _MERGED.findall(content) if (rect := rect_of(area.decode()))]
    wide = [rect for rect in merged if rect.last_row - rect.row > _TALL]
    by_row: dict[int, list[Rect]] = defaultdict(list)
    for rect in merged:
        for row in range(rect.row, rect.last_row + 1) if rect not in wide else ():
            by_row[row].append(rect)
    found: Counter[int] = Counter()
    for letters, digits, style in _CELL.findall(content):
        place = int(digits), column_number(letters.decode())
        if not any(place in rect and place != rect.first for rect in (*by_row.get(place[0], ()), *wide)):
            found[int(style)] += 1
    return found
