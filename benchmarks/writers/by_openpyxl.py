"""The same cells and styles written with openpyxl alone, as somebody who knows it well would write them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from xl_kpi.workbook.spec import BookSpec
from xl_kpi.workbook.theme import FONTS, Style, style


def write(spec: BookSpec) -> bytes:
    """Style objects are made once for each style name and assigned to each cell, attribute by attribute."""
    ready = {name: _parts(style(name), FONTS[spec.lang][0]) for name in style_names(spec)}

    def dress(cell: Any, name: str) -> None:
        parts = ready[name]
        cell.font = parts["font"]
        cell.fill = parts["fill"]
        cell.border = parts["border"]
        cell.alignment = parts["alignment"]
        cell.number_format = parts["number_format"]
        cell.protection = parts["protection"]

    return _write(spec, Workbook(), dress)


def write_named(spec: BookSpec) -> bytes:
    """The same with a NamedStyle for each style name: one assignment a cell."""
    book = Workbook()
    for name in style_names(spec):
        book.add_named_style(NamedStyle(name=f"kpi {name}", **_parts(style(name), FONTS[spec.lang][0])))

    def dress(cell: Any, name: str) -> None:
        cell.style = f"kpi {name}"

    return _write(spec, book, dress)


def style_names(spec: BookSpec) -> list[str]:
    return sorted({cell.style for sheet in spec.sheets for cell in sheet.cells.values()})


def _write(spec: BookSpec, book: Workbook, dress: Callable[[Any, str], None]) -> bytes:
    book.remove(book.active)
    for sheet in spec.sheets:
        ws = book.create_sheet(sheet.name)
        for (row, column), entry in sheet.cells.items():
            cell = ws.cell(row, column, entry.value if entry.formula is None else entry.formula)
            dress(cell, entry.style)
        for column, width in sheet.widths.items():
            ws.column_dimensions[get_column_letter(column)].width = width
        for area in sheet.merges:
            ws.merge_cells(area)
    for name, reference in spec.names.items():
        book.defined_names[name] = DefinedName(name, attr_text=reference)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _parts(look: Style, font: str) -> dict:
    sides = {side: Side(style=line, color=color) for side, line, color in look.borders}
    return {
        "font": Font(name=font, size=look.size, bold=look.bold, italic=look.italic, color=look.color),
        "fill": PatternFill("solid", fgColor=look.fill) if look.fill else PatternFill(),
        "border": Border(**sides),
        "alignment": Alignment(
            horizontal=look.align,
            vertical=look.valign,
            wrap_text=look.wrap,
            indent=look.indent,
            shrink_to_fit=look.shrink,
        ),
        "number_format": look.number_format,
        "protection": Protection(locked=look.locked),
    }
