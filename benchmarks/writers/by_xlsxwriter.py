"""The same cells and styles written with XlsxWriter alone, as somebody who knows it well would write them."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import xlsxwriter

from benchmarks.writers.by_openpyxl import style_names
from xl_kpi.workbook.spec import BookSpec
from xl_kpi.workbook.theme import FONTS, Style, style

_LINES = {"thin": 1, "medium": 2, "hair": 7}
_VERTICAL = {"center": "vcenter", "top": "top", "bottom": "bottom"}


def write(spec: BookSpec) -> bytes:
    """One format object for each style name."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {name: book.add_format(_format(style(name), FONTS[spec.lang][0])) for name in style_names(spec)}
    for sheet in spec.sheets:
        ws = book.add_worksheet(sheet.name)
        for column, width in sheet.widths.items():
            ws.set_column(column - 1, column - 1, width)
        for area in sheet.merges:
            ws.merge_range(area, "")  # its cells are written again below, each in its own format
        for (row, column), entry in sheet.cells.items():
            look = formats[entry.style]
            if entry.formula is not None:
                ws.write_formula(row - 1, column - 1, entry.formula, look)
            elif entry.value in (None, ""):
                ws.write_blank(row - 1, column - 1, None, look)
            elif isinstance(entry.value, str):
                ws.write_string(row - 1, column - 1, entry.value, look)
            elif isinstance(entry.value, dt.date):
                ws.write_datetime(row - 1, column - 1, entry.value, look)
            else:
                ws.write_number(row - 1, column - 1, entry.value, look)
    for name, reference in spec.names.items():
        book.define_name(name, "=" + reference)
    book.close()
    return file.getvalue()


def _format(look: Style, font: str) -> dict:
    properties = {
        "font_name": font,
        "font_size": look.size,
        "bold": look.bold,
        "italic": look.italic,
        "font_color": "#" + look.color,
        "num_format": look.number_format,
        "valign": _VERTICAL[look.valign],
        "text_wrap": look.wrap,
        "indent": look.indent,
        "shrink": look.shrink,
        "locked": look.locked,
    }
    if look.align != "general":
        properties["align"] = look.align
    if look.fill:
        properties |= {"bg_color": "#" + look.fill, "pattern": 1}
    for side, line, color in look.borders:
        properties |= {side: _LINES[line], f"{side}_color": "#" + color}
    return properties
