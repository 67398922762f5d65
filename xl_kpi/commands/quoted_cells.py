"""What a finding quotes: what its cell shows, not the number behind it nor one that was computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from xl_kpi.errors import Fault
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import percent
from xl_kpi.workbook.addresses import place_of
from xl_kpi.workbook.package.file_book import FileBook


def as_cells_show(book: FileBook, faults: Iterable[Fault]) -> list[Fault]:
    """The findings, each with what the user sees in its cell.

    Special cases: errors quote what was typed already; what quotes nothing, a cell that holds neither a number nor
    text, and one that is not there keep what they have.
    Example: 0.2 in a cell in percent is 20%; of a goal of 60 that will be reached by 71 %, 60 stands there.
    """
    return [replace(one, found=_shown(book, one) or one.found) for one in faults]


def _shown(book: FileBook, fault: Fault) -> str:
    sheet, place = book.sheets.get(fault.sheet), place_of(fault.cell) if isinstance(fault.cell, str) else None
    if fault.level == "error" or not fault.found or not isinstance(fault.found, str) or not sheet or not place:
        return ""
    row, column = place
    line = sheet.grid.values[row - 1] if row <= len(sheet.grid.values) else []
    value = line[column - 1] if column <= len(line) else None
    if isinstance(value, float) and sheet.is_percent(row, column):
        return percent(value)
    return shown(value) if isinstance(value, (float, str)) else ""
