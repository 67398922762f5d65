"""What the downloads of the tests are made with: rows to the bytes of each kind of file, and the truth beside them."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from zipfile import ZIP_DEFLATED, ZipFile

import pandas as pd
import xlwt

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class Download:
    """A file and the truth about it.

    ``sums``: role → sum of its rows; ``months``: month → the same of its rows; ``days``: the period, in text;
    ``left``: rows left out by reason; ``questions`` by id, without the name of the file; ``notes``: keys of what is
    said about it; ``persons``: rows that count, of a list of persons; ``refused``: the key of why it is not read.
    """

    name: str
    data: bytes
    system: str = ""
    sums: Mapping[str, object] = field(default_factory=dict)
    days: tuple[str, str] | None = None
    left: Mapping[str, int] = field(default_factory=dict)
    questions: tuple[str, ...] = ()
    header: int = 1
    encoding: str = ""
    currency: str = ""
    months: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    persons: int | None = None
    refused: str = ""

    def exact(self) -> dict[str, Fraction]:
        return {role: Fraction(str(value)) for role, value in self.sums.items()}


def text(rows: Rows, delimiter: str = ",", newline: str = "\r\n") -> str:
    """Rows as a system writes them: quoted where a cell holds the delimiter, a quote or a line break."""

    def cell(value: object) -> str:
        words = str(value)
        if any(sign in words for sign in (delimiter, '"', "\n", "\r")):
            return '"' + words.replace('"', '""') + '"'
        return words

    return "".join(delimiter.join(map(cell, row)) + newline for row in rows)


def workbook(rows: Rows, name: str, **more: Rows) -> bytes:
    """The same rows in a sheet; ``more``: other sheets by name."""
    target = io.BytesIO()
    with pd.ExcelWriter(target, engine="openpyxl") as writer:
        for sheet, cells in {name: rows, **more}.items():
            widest = max(map(len, cells))
            even = [[*row, *[""] * (widest - len(row))] for row in cells]
            pd.DataFrame(even).to_excel(writer, sheet_name=sheet, header=False, index=False)
    return target.getvalue()


def old_workbook(rows: Rows, name: str) -> bytes:
    """The same in Excel 97's .xls, written by xlwt."""
    book = xlwt.Workbook()
    sheet = book.add_sheet(name)
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            sheet.write(row, column, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def open_document(rows: Rows, name: str) -> bytes:
    """The same as an .ods: the one part of it that holds cells."""

    def cell(value: object) -> str:
        if isinstance(value, (int, float)):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="{name}">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def binary_workbook(rows: Rows, name: str) -> bytes:
    """The same as an .xlsb, record by record: [MS-XLSB] 2.1.4, texts within their cells (BrtCellSt)."""

    def record(number: int, body: bytes = b"") -> bytes:
        head = bytes([number]) if number < 128 else bytes([number & 0xFF, number >> 8])
        sizes, left = bytearray(), len(body)
        while True:
            sizes.append((left & 127) | (128 if left > 127 else 0))
            left >>= 7
            if not left:
                return head + bytes(sizes) + body

    def wide(words: str) -> bytes:
        return struct.pack("<I", len(words)) + words.encode("utf-16-le")

    def cell(column: int, value: object) -> bytes:
        place = struct.pack("<II", column, 0)
        if isinstance(value, (int, float)):
            return record(5, place + struct.pack("<d", value))  # BrtCellReal
        return record(6, place + wide(str(value)))  # BrtCellSt

    lines = b"".join(
        record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))  # BrtRowHdr
        + b"".join(cell(column, value) for column, value in enumerate(cells))
        for number, cells in enumerate(rows)
    )
    widest = max(map(len, rows), default=1)
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, widest - 1)
    sheet = record(0x0181) + record(0x0194, size) + record(0x0191) + lines + record(0x0192) + record(0x0182)
    bundle = struct.pack("<II", 0, 1) + wide("rId1") + wide(name)
    book = record(0x0183) + record(0x018F) + record(0x019C, bundle) + record(0x0190) + record(0x0184)
    home = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="{kind}" Target="{target}"/></Relationships>'
    )
    kinds = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return zipped(
        {
            "[Content_Types].xml": kinds,
            "_rels/.rels": relations.format(kind=f"{home}/officeDocument", target="xl/workbook.bin"),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relations.format(kind=f"{home}/worksheet", target="worksheets/sheet1.bin"),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def parquet(rows: Rows) -> bytes:
    """The same with the first row as names of columns."""
    target = io.BytesIO()
    pd.DataFrame(rows[1:], columns=list(rows[0])).to_parquet(target, index=False)
    return target.getvalue()


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return target.getvalue()
