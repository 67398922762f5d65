"""Months above the actuals that a program has left out with the formulas that had no result: put in their place."""

from __future__ import annotations

import datetime as dt

from xl_kpi.calc import month_start
from xl_kpi.commands.lost.formats import Meant
from xl_kpi.errors import BadFile
from xl_kpi.plan.history.slots import typed_series
from xl_kpi.plan.input.reading import Collector
from xl_kpi.regenerate.new_sheets import as_left
from xl_kpi.workbook.addresses import place_of
from xl_kpi.workbook.package.file_book import FileBook
from xl_kpi.workbook.reading.actuals_reader import typed_actuals
from xl_kpi.workbook.reading.entry_reader import Entries
from xl_kpi.workbook.reading.our_sheets import our_sheets
from xl_kpi.workbook.reading.spec_as_book import DescribedBook
from xl_kpi.workbook.reading.tables import named_range
from xl_kpi.workbook.reading.workbook_reader import Whole

_BLOCK = "act_"


def lost_headers(book: FileBook, whole: Whole) -> Meant:
    """By sheet and place the month above each column of a block of actuals whose first row is blank in the file.

    Arguments: ``whole`` as it was read without them: of such a block nothing.
    Special cases: nothing where it is not known how the last command left the sheets.
    """
    blank = [name.name for name in book.names if name.name.startswith(_BLOCK) and _is_blank(book, name.name)]
    spec = as_left(whole, our_sheets(book)) if blank else None
    if spec is None:
        return {}
    described, plan = DescribedBook(spec, book.name), whole.read.plan
    units = typed_series(plan.stages, plan.channels, plan.kpis)
    entries = Entries(described, Collector(file=book.name))
    cells = typed_actuals(entries, units, {channel.id for channel in plan.channels}, whole.old_start)
    found: Meant = {}
    for name in blank:
        there, here = named_range(described, name, book.name), named_range(book, name, book.name)
        for one in cells:
            place = place_of(one.place.cell)
            if place and one.place.sheet == there.sheet.name and place[0] in range(there.row, there.last_row + 1):
                month = month_start(whole.old_start, one.month)
                at = here.row, here.column + place[1] - there.column
                found[here.sheet.name, at] = dt.datetime(month.year, month.month, 1)
    return found


def _is_blank(book: FileBook, name: str) -> bool:
    """Whether the first row of a block holds neither a date nor a formula."""
    try:
        area = named_range(book, name, book.name)
    except BadFile:  # of no block: somebody's own name that only begins like ours
        return False
    line = area.options(ndim=2).value[0]
    formulas = area.formula[0] if len(area) > 1 else (area.formula,)
    return not any(isinstance(value, dt.datetime) or str(said).startswith("=") for value, said in zip(line, formulas))
