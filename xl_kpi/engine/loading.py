"""A workbook file into openpyxl, for reading only: cells, styles and names, without what is drawn on the sheets."""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from typing import IO
from zipfile import ZIP_STORED, ZipFile

from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.merge import MergedCellRange
from openpyxl.worksheet.worksheet import Worksheet

# Nobody asks for what is drawn, and openpyxl gives up a whole workbook for one chart that it can't read.
_DRAWN = ("xl/drawings/", "xl/charts/", "xl/media/")
_SHEET_RELATIONS = re.compile(r"xl/(?:worksheets|chartsheets)/_rels/[^/]+\.rels")
_DRAWING = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*/relationships/drawing\"[^>]*?(?:/>|></(?:\w+:)?Relationship>)")
# openpyxl draws the border around merged cells anew, cell by cell: half of the time that reading takes.
_SHEETS = "xl/worksheets/"
_MERGED = re.compile(rb"<mergeCells\b[^>]*>(.*?)</mergeCells>", re.DOTALL)
_MERGED_AREA = re.compile(rb'<mergeCell\b[^>]*?\bref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')


def loaded(file: IO[bytes], **options: bool) -> Workbook:
    """The workbook in a file; ``options`` as for ``openpyxl.load_workbook``.

    openpyxl warns of what it would not write again; nobody writes this one, so that is no news.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        merged: dict[str, list[str]] = {}
        reader = ExcelReader(_undrawn(file, merged), **options)
        reader.read()
        for sheet, relation in reader.parser.find_sheets():
            if relation.target in merged:
                _merge(reader.wb[sheet.name], merged[relation.target])
        return reader.wb


def _merge(sheet: Worksheet, areas: list[str]) -> None:
    """Merged areas as openpyxl has them, but for the borders."""
    found = [MergedCellRange(sheet, area) for area in areas]
    for area in found:
        for row, column in list(area.cells)[1:]:
            sheet._cells[row, column] = MergedCell(sheet, row, column)
    sheet.merged_cells = MultiCellRange(found)


def _undrawn(file: IO[bytes], merged: dict[str, list[str]]) -> BytesIO:
    """The package without drawings, charts and pictures, and without the relations that lead to them.

    Merged areas are taken out as well, into ``merged``: part of a sheet → addresses.
    """
    out = BytesIO()
    with ZipFile(file) as package, ZipFile(out, "w", ZIP_STORED) as slim:
        for info in package.infolist():
            if info.filename.startswith(_DRAWN):
                continue
            content = package.read(info)
            if _SHEET_RELATIONS.fullmatch(info.filename):
                content = _DRAWING.sub(b"", content)
            found = _MERGED.search(content) if info.filename.startswith(_SHEETS) and b"<!" not in content else None
            if found:
                merged[info.filename] = [area.decode() for area in _MERGED_AREA.findall(found[1])]
                content = content[: found.start()] + content[found.end() :]
            slim.writestr(info.filename, content)
    out.seek(0)
    return out
