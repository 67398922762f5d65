"""Workbook → bytes: openpyxl's writer, with the cells written by hand, shared texts and fixed dates.

Cells are most of a workbook and most of the time; openpyxl builds an XML element for each.  Texts go into
the shared table, because previews on phones do not all read texts that stand inside the cell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from openpyxl.drawing.graphic import GraphicFrame
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.workbook import Workbook
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import REL_NS, SHEET_MAIN_NS
from openpyxl.xml.functions import Element, fromstring, tostring

CREATED = dt.datetime(2026, 1, 1)  # any constant will do: the same plan has to give the same bytes
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_FONT_ORDER = "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme".split()
_STRINGS = "xl/sharedStrings.xml"
_UNPREFIXED = re.compile(rb"<(/?)(\w+)(?=[\s/>])")
LARGEST_WHOLE = 1e15  # beyond it a number's last digit is none of its own


class _StableZip(ZipFile):
    """A zip whose entries carry no date of today; the list of parts (written last by openpyxl) comes first."""

    def __init__(self, file: BytesIO) -> None:
        super().__init__(file, "w", ZIP_STORED)
        self.parts: dict[str, bytes] = {}

    def writestr(self, name: str, data: str | bytes) -> None:  # type: ignore[override]  # openpyxl names parts
        self.parts[name] = data.encode("utf-8") if isinstance(data, str) else data

    def close(self) -> None:
        for name in sorted(self.parts, key=lambda part: (part != "[Content_Types].xml", part != "_rels/.rels")):
            info = ZipInfo(name, _ZIP_DATE)
            info.external_attr = 0o600 << 16
            super().writestr(info, self.parts[name])
        self.parts.clear()
        super().close()


class _Texts(dict[str, int]):
    """The shared table: text -> its number."""

    path = f"/{_STRINGS}"
    mime_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    uses = 0

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number

    def xml(self) -> str:
        items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in self)
        return f'<sst xmlns="{SHEET_MAIN_NS}" count="{self.uses}" uniqueCount="{len(self)}">{items}</sst>'


class _SheetWriter(WorksheetWriter):
    """One sheet: everything but the cells as openpyxl does it."""

    def __init__(self, ws: Worksheet, texts: _Texts) -> None:
        super().__init__(ws, BytesIO())
        self._texts = texts
        self._rows = ""

    def write_format(self) -> None:
        """With the deepest folds, for which Excel keeps room beside the cells (openpyxl counts columns too late)."""
        ws = self.ws
        ws.column_dimensions.max_outline = _deepest(ws.column_dimensions)
        ws.sheet_format.outlineLevelRow = _deepest(ws.row_dimensions)
        super().write_format()

    def write_rows(self) -> None:
        with self.xf.send(True).element("sheetData"):
            self._rows = self._cells_xml()
        self.xf.send(None)

    def read(self) -> bytes:
        top, mark, tail = super().read().partition(b"<sheetData/>")
        if not mark:
            top, mark, tail = super().read().partition(b"<sheetData></sheetData>")
        return b"".join((top, b"<sheetData>", self._rows.encode("utf-8"), b"</sheetData>", tail))

    def _cells_xml(self) -> str:
        ws, texts = self.ws, self._texts
        epoch = ws.parent.epoch
        style_number = ws.parent._cell_styles.add
        numbers: dict[int, str] = {}  # style arrays are shared: each is looked up once
        letters: dict[int, str] = {}
        dimensions = ws.row_dimensions
        keys = sorted(ws._cells.keys() | {(row, 0) for row in dimensions})
        out: list[str] = []
        open_row = 0
        for key in keys:
            row, column = key
            if row != open_row:
                if open_row:
                    out.append("</row>")
                more = dict(dimensions[row]).items() if row in dimensions else ()
                out.append(f'<row r="{row}"' + "".join(f' {name}="{value}"' for name, value in more) + ">")
                open_row = row
            if not column:
                continue
            cell = ws._cells[key]
            if cell._hyperlink is not None:
                ws._hyperlinks.append(cell._hyperlink)
            style, value = cell._style, cell._value
            letter = letters.get(column) or letters.setdefault(column, get_column_letter(column))
            head = f'<c r="{letter}{row}"'
            if style is not None:
                number = numbers.get(id(style))
                if number is None:
                    index = style_number(style)
                    number = numbers[id(style)] = f' s="{index}"' if index else ""
                head += number
            elif value is None:
                continue
            kind = cell.data_type
            if value is None:
                out.append(f"{head}/>")
            elif kind == "f":
                out.append(f"{head}><f>{escape(value[1:])}</f><v></v></c>")
            elif kind == "s":
                texts.uses += 1
                out.append(f'{head} t="s"><v>{texts[value]}</v></c>')
            elif kind == "n":
                out.append(f"{head}><v>{_number(value)}</v></c>")
            elif kind == "d":
                out.append(f"{head}><v>{to_excel(value, epoch)!r}</v></c>")
            elif kind == "b":
                out.append(f'{head} t="b"><v>{value:d}</v></c>')
            else:  # an error value typed as such
                out.append(f'{head} t="e"><v>{escape(value)}</v></c>')
        if open_row:
            out.append("</row>")
        return "".join(out)


def _number(value: float) -> str:
    """A number as Excel writes it: 3 and not 3.0, so that equal numbers give equal files."""
    whole = isinstance(value, float) and abs(value) < LARGEST_WHOLE and value.is_integer()
    return repr(int(value) if whole else value)


def _deepest(dimensions: Mapping[Any, Any]) -> int | None:
    return max((dimension.outlineLevel for dimension in dimensions.values()), default=0) or None


class _Drawing(SpreadsheetDrawing):
    """The charts of a sheet under their names; openpyxl would number them."""

    names: Sequence[str] = ()

    __elements__ = SpreadsheetDrawing.__elements__  # openpyxl looks for them on each class anew

    def _chart_frame(self, idx: int) -> GraphicFrame:
        frame = super()._chart_frame(idx)
        frame.nvGraphicFramePr.cNvPr.name = self.names[idx - 1]
        return frame


class _BookWriter(ExcelWriter):
    """The package: our sheet writer, charts that say whether they have a title, the shared texts."""

    def __init__(self, workbook: Workbook, archive: _StableZip, names: Mapping[Worksheet, Sequence[str]]) -> None:
        super().__init__(workbook, archive)
        self._texts, self._names = _Texts(), names

    def write_worksheet(self, ws: Worksheet) -> None:
        ws._drawing = _Drawing()
        ws._drawing.charts, ws._drawing.names = ws._charts, self._names.get(ws, ())
        writer = _SheetWriter(ws, self._texts)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.read())
        self.manifest.append(ws)

    def _write_charts(self) -> None:
        for chart in self._charts:
            tree = chart._write()
            box = tree.find("chart")
            title = box.find("title")
            # Unsaid, Excel gives a chart with one series that series' name for a title.
            mark = Element("autoTitleDeleted", {"val": "1" if title is None else "0"})
            box.insert(0 if title is None else 1, mark)
            self._archive.writestr(chart.path[1:], tostring(tree))
            self.manifest.append(chart)

    def _write_drawing(self, drawing: _Drawing) -> None:
        """With the prefix that Excel writes: some programs know these elements by no other name."""
        super()._write_drawing(drawing)
        part, parts = drawing.path[1:], self._archive.parts
        parts[part] = _UNPREFIXED.sub(rb"<\1xdr:\2", parts[part]).replace(b"xmlns=", b"xmlns:xdr=", 1)

    def write_data(self) -> None:
        super().write_data()
        parts = self._archive.parts
        relation = f'<Relationship Type="{REL_NS}/sharedStrings" Target="/{_STRINGS}" Id="rIdTexts" /></Relationships>'
        override = f'<Override PartName="{_Texts.path}" ContentType="{_Texts.mime_type}"/></Types>'
        parts[_STRINGS] = self._texts.xml().encode("utf-8")
        parts["xl/styles.xml"] = _fonts_in_order(parts["xl/styles.xml"])
        for name, end, more in (
            ("xl/_rels/workbook.xml.rels", b"</Relationships>", relation),
            ("[Content_Types].xml", b"</Types>", override),
        ):
            parts[name] = parts[name].replace(end, more.encode("utf-8"))


def _fonts_in_order(styles: bytes) -> bytes:
    """The parts of each font in the order of the format's schema, which openpyxl does not keep."""
    tree = fromstring(styles)
    for font in tree.iter(f"{{{SHEET_MAIN_NS}}}font"):
        font[:] = sorted(font, key=lambda part: _FONT_ORDER.index(part.tag.rpartition("}")[2]))
    return tostring(tree)


def package_bytes(wb: Workbook, charts: dict[Worksheet, list[Any]]) -> bytes:
    """The workbook as an uncompressed .xlsx, byte for byte the same for the same content."""
    for ws in wb.worksheets:
        ws._charts = [chart.build() for chart in charts.get(ws, ())]
        ws.sheet_view.tabSelected = ws is wb.active
    wb.properties.creator = "xl_kpi"
    wb.properties.created = wb.properties.modified = CREATED
    wb.calculation.fullCalcOnLoad = True
    file = BytesIO()
    names = {ws: [chart.name for chart in drawn] for ws, drawn in charts.items()}
    _BookWriter(wb, _StableZip(file), names).save()
    return file.getvalue()
