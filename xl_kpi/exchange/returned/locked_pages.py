"""What a person has changed on pages that are not for typing: goal, rates, channels.  It is told, not taken.

These pages are locked.  They are read only where somebody has taken the lock away: that takes a moment for each
file, and nobody can have changed them otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from xl_kpi.errors import BadFile
from xl_kpi.exchange.returned.distribution import ChangedElsewhere, Gathered, Round
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.keys import ACTUAL, AGREEMENT, EntryKey
from xl_kpi.plan.pages.tables import TABLES
from xl_kpi.plan.same_value import same
from xl_kpi.workbook.package.parts_book import PartsBook
from xl_kpi.workbook.reading.plan_reader import read_with_faults
from xl_kpi.workbook.reading.tables import CellAddress

INPUTS = {"kgi_value", "order_value", "tbl_stages", "tbl_channels", "tbl_kpis", "tbl_season"}
_ELSEWHERE = {ACTUAL, AGREEMENT, *(table.key for table in TABLES)}  # read, and told, by the readers of their own pages
LOCKED = re.compile(rb'<(?:\w+:)?sheetProtection\b[^>]*?\bsheet="(?:1|true)"')


def read_rest(parts: Mapping[str, bytes], book: PartsBook, this: Round, found: Gathered) -> None:
    """The entries of these pages that differ from what was sent, into ``found.foreign``.

    Special cases: a workbook without these pages, or one in which they can't be read any more, tells nothing.
    """
    areas = [name.refers_to_range for name in book.names if name.name in INPUTS]
    pages = {area.sheet.name: area.sheet for area in areas if area is not None}
    if all(LOCKED.search(page.content) for page in pages.values()):
        return
    try:
        read = read_with_faults(PartsBook(parts, book.name, lambda name: True), book.name, this.entries)
    except BadFile:
        return
    unread = {(fault.sheet, fault.cell) for fault in read.faults}
    now = entries_of(read.plan)
    for key in sorted({*now, *this.entries}):
        if EntryKey.parse(key).table in _ELSEWHERE or same(now.get(key), this.entries.get(key)):
            continue
        place = (read.places.get(key) or [CellAddress("", "")])[0]
        if (place.sheet, place.cell) not in unread:
            found.foreign.append(ChangedElsewhere(key, now.get(key), this.entries.get(key), place))
