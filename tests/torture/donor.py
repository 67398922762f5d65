"""Drawings, notes, sparklines and x14 rules as XlsxWriter writes them, lifted out of a workbook made for that."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

import xlsxwriter

from tests.torture.package import unzipped


@dataclass(frozen=True)
class Lifted:
    """What one sheet brings along: its drawing with charts and pictures, its notes, its rules and its extensions."""

    drawing: str
    drawing_rels: str
    charts: dict[str, bytes]
    media: dict[str, bytes]
    comments: bytes
    vml: bytes
    rules: str
    extensions: str


def picture(red: int, green: int, blue: int) -> bytes:
    """A PNG of 8 × 8 dots in one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((red, green, blue)) * 8 for _ in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def lifted(ads: str, row: int, at: tuple[int, int], colour: tuple[int, int, int], notes: dict[str, str]) -> Lifted:
    """Everything that points at the twelve months in a row of one of our sheets.

    Arguments: ``ads`` the sheet, ``row`` its row (columns G to R); ``at`` where the drawings begin (row and column
    from 0); ``notes`` cell → what is said there.
    """
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet, top, left = book.add_worksheet("donor"), *at
    book.add_worksheet(ads)
    area = f"='{ads}'!$G${row}:$R${row}"
    sheet.insert_image(top, left, "dot.png", {"image_data": BytesIO(picture(*colour)), "x_scale": 6, "y_scale": 6})
    sheet.insert_textbox(top + 5, left, "覚え書き: 上期は展示会を優先", {"width": 200, "height": 60})
    sheet.insert_textbox(top + 9, left, "", {"textlink": f"='{ads}'!$G${row}", "width": 120, "height": 40})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"name": f"='{ads}'!$B${row}", "values": area})
    chart.set_title({"name": "自作グラフ"})
    sheet.insert_chart(top + 12, left, chart)
    for cell, words in notes.items():
        sheet.write_comment(cell, words, {"author": "営業企画"})
    column = xlsxwriter.utility.xl_col_to_name(left)
    sheet.conditional_format(f"{column}40:{column}44", {"type": "data_bar", "data_bar_2010": True})
    sheet.add_sparkline(f"{column}46", {"range": area.removeprefix("="), "type": "column"})
    book.close()
    parts = unzipped(file.getvalue())
    xml = parts["xl/worksheets/sheet1.xml"].decode("utf-8")
    return Lifted(
        parts["xl/drawings/drawing1.xml"].decode("utf-8"),
        parts["xl/drawings/_rels/drawing1.xml.rels"].decode("utf-8"),
        {name: content for name, content in parts.items() if name.startswith("xl/charts/")},
        {name: content for name, content in parts.items() if name.startswith("xl/media/")},
        parts["xl/comments1.xml"],
        parts["xl/drawings/vmlDrawing1.vml"],
        "".join(re.findall(r"<conditionalFormatting .*?</conditionalFormatting>", xml)),
        "".join(re.findall(r"<ext .*?</ext>", xml[xml.rindex("<extLst>") :])),
    )
