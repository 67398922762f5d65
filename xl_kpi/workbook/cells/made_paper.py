"""How our sheets were set up for paper when they were written, as the record keeps it: all else the user has set."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xl_kpi.workbook.spec import MARGINS, SheetSpec

LONGEST = 32_000  # characters in a cell, a few less than Excel takes


@dataclass(frozen=True)
class MadePaper:
    """One sheet as we set it up.

    ``margins`` left, right, top, bottom in inches; ``rows`` and ``columns`` after which pages end (None: not known);
    ``title`` what the footer begins with (None: not known); ``fits`` pages across and down, ``zoom`` in percent in
    place of them (0: none), None where they are not known; ``area`` all that is ours, ``last`` the last row of it that
    is printed (0: each), ``parts`` the areas where several are printed, and ``titles`` the rows and columns that each
    page repeats, as ``$A$1:$L$50`` (None: not known; "" for none).
    """

    landscape: bool
    margins: tuple[tuple[float, ...], ...]
    fits: tuple[int, int] | None = None
    zoom: int = 0
    rows: frozenset[int] | None = None
    columns: frozenset[int] | None = None
    title: str | None = None
    area: str | None = None
    titles: frozenset[str] = frozenset()
    last: int = 0
    parts: frozenset[str] = frozenset()


def written(sheets: Iterable[SheetSpec], title: str) -> str:
    """The text that the record keeps of sheets; of those for which a cell has no room, nothing."""
    pages = {
        page.key: [
            int(page.landscape), page.fit_width, page.fit_height, page.zoom, page.row_breaks, page.column_breaks,
            page.print_area, page.print_title_rows, page.print_title_columns, page.print_rows,
            *(page.printed.split(",") if page.print_parts else ()),
        ]
        for page in sheets
    }  # fmt: skip
    while len(said := _packed({"margins": MARGINS, "title": title, "pages": pages})) > LONGEST:
        del pages[max(pages, key=lambda key: len(str(pages[key])))]
    return said


def _packed(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read(said: str) -> Mapping[str, MadePaper]:
    """Key of each sheet → how it was set up; nothing of a text that is none of ours."""
    try:
        found = json.loads(said)
        margins, title = (tuple(map(float, found["margins"])),), str(found["title"])
        return {
            key: MadePaper(
                bool(wide), margins, (across, down), zoom, frozenset(rows), frozenset(columns), title,
                str(area[0]) if area else None, frozenset(filter(None, map(str, area[1:3]))),
                int(area[3]) if area[3:] else 0, frozenset(map(str, area[4:])),
            )
            for key, (wide, across, down, zoom, rows, columns, *area) in found["pages"].items()
        }  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
