"""An xlwings engine without Excel: the same xlwings calls, carried out on openpyxl workbooks in memory.

    book = engine.new_book()                 # an xlwings.Book
    sheet = book.sheets.add("Plan")
    sheet.range("A1").formula = [["Leads", 1800], ["Orders", "=B1*50/1800"]]
    data = book.api.to_bytes()

Registered with xlwings under the name "xl_kpi", so that code which was handed a ``Book`` does not know
where it runs.  What xlwings has no word for is a documented method of our own objects, reached through
``.api`` (``book.api.define_styles``, ``sheet.api.setup`` …).  Calls that are not implemented raise
NotImplementedError, as in every xlwings engine.
"""

from __future__ import annotations

from os import PathLike

import xlwings

from xl_kpi.engine.application import App, engine

__all__ = ["new_book", "open_book"]

if engine.name not in xlwings.engines.engines_by_name:
    xlwings.engines.add(xlwings.Engine(impl=engine))


def new_book() -> xlwings.Book:
    """A new workbook in memory, empty but for one blank sheet that the first added sheet replaces."""
    return xlwings.Book(impl=App().books.add())


def open_book(path: str | PathLike[str]) -> xlwings.Book:
    """The workbook in a file, for reading only.

    ``.value`` of a formula cell is its stored result (None where the file holds none), ``.formula`` the
    formula.  The file is read once and not kept open.
    """
    return xlwings.Book(impl=App().books.open(path))
