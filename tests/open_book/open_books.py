"""A workbook file opened in our engine as Excel would have it: values and formulas, and it may be written."""

from __future__ import annotations

from functools import cache
from io import BytesIO

import openpyxl
import xlwings as xw

import workbook_templates
from tests.new_files import new_file
from xl_kpi import engine
from xl_kpi.build import build
from xl_kpi.plan.model import Plan
from xl_kpi.plan.source import plan_from_source
from xl_kpi.workbook.writing.render import chart_name


def plan_of(template: str, lang: str) -> Plan:
    return plan_from_source(workbook_templates.source(template), lang, template)


@cache
def file_of(template: str, lang: str) -> bytes:
    """The command line's file for a template."""
    return build(plan_of(template, lang))


@cache
def begun_file(template: str, lang: str) -> bytes:
    """The same of a template."""
    return new_file(plan_of(template, lang))


def open_book(data: bytes, edit=None) -> xw.Book:
    """The file as an open book.  ``edit(values)`` changes the openpyxl workbook of stored values first.

    The engine keeps files for reading; here the book stands without its file, so that it can be written.
    """
    values, formulas = (openpyxl.load_workbook(BytesIO(data), data_only=only) for only in (True, False))
    for workbook in (values, formulas):
        if edit is not None:
            edit(workbook)
    book = engine.new_book()
    _put(values, formulas, book)
    for ws in values.worksheets:  # openpyxl forgets what the charts of a file are called
        for number in range(1, len(ws._charts) + 1):
            book.sheets[ws.title].charts.add(name=chart_name(number))
        ws._charts = []
    return book


def writable(book: xw.Book) -> xw.Book:
    """A book that the engine has read from a file, as an open one without its charts."""
    values, formulas, opened = book.impl.wb, book.impl.formulas, engine.new_book()
    _put(values, formulas, opened)
    return opened


def _put(values: openpyxl.Workbook, formulas: openpyxl.Workbook, book: xw.Book) -> None:
    # The engine defines our named styles anew; in Excel, where they stand already, none are used.
    values._named_styles[:] = [named for named in values._named_styles if not named.name.startswith("kpi ")]
    book.impl.wb = values
    book.impl.blank = None
    book.impl.styles = type(book.impl.styles)(values)
    book.impl.formulas = formulas


def contents(book: xw.Book) -> dict[str, dict[tuple[int, int], object]]:
    """Sheet → cell → what was written there: a formula or a constant."""
    return {
        ws.title: {place: cell.value for place, cell in sorted(ws._cells.items()) if cell.value is not None}
        for ws in book.impl.wb.worksheets
    }


def contents_of(data: bytes) -> dict[str, dict[tuple[int, int], object]]:
    """The same of a workbook file."""
    return contents_in(openpyxl.load_workbook(BytesIO(data)))


def contents_in(workbook: openpyxl.Workbook) -> dict[str, dict[tuple[int, int], object]]:
    """The same of openpyxl's workbook."""
    return {
        ws.title: {place: cell.value for place, cell in sorted(ws._cells.items()) if cell.value is not None}
        for ws in workbook.worksheets
    }
