"""The lines on 保管 that somebody has marked to be cleared: the only way out for what has no way home."""

from __future__ import annotations

from typing import Any

from xl_kpi import catalog
from xl_kpi.plan.input.reading import Collector, is_blank, read_bool
from xl_kpi.plan.records import Kept, Records
from xl_kpi.workbook.addresses import relative
from xl_kpi.workbook.cells.areas import reference
from xl_kpi.workbook.reading.our_sheets import sheets_of

_NAME = "tbl_archive"


def read_cleared(book: Any, records: Records, collector: Collector) -> tuple[Kept, ...]:
    """What of 保管 is to be cleared.

    Arguments: ``book`` an xlwings Book, or a snapshot of one; ``collector`` takes a fault for each mark that can't
    be read.
    Special cases: a line that is not there, or not marked, stays; without the page, or in a workbook whose page has
    no such column, everything does.
    """
    place = next((area for name in book.names if name.name == _NAME and (area := reference(name.refers_to))), None)
    sheets = {sheet.name.casefold(): sheet for sheet in sheets_of(book)}
    sheet = sheets.get(place.sheet.casefold()) if place else None
    if place is None or sheet is None or not records.archive:
        return ()
    corners = (place.row, place.column), (min(place.last_row, place.row + len(records.archive)), place.last_column)
    header, *rows = sheet.range(*corners).options(ndim=2).value
    words = {catalog.text("archive_clear", lang) for lang in catalog.LANGUAGES}
    column = next((k for k, word in enumerate(header) if isinstance(word, str) and word.strip() in words), None)
    if column is None:
        return ()
    found = []
    for offset, row in enumerate(rows, 1):
        kept = records.archive.get(str(row[0] or ""))
        cell = relative(place.row + offset, place.column + column)
        if kept and not is_blank(row[column]) and collector.read(read_bool, row[column], cell=cell, sheet=sheet.name):
            found.append(kept)
    return tuple(found)
