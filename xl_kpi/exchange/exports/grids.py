"""From a downloaded file to grids of cells as they stand in it: delimited text, sheets of a workbook, archives.

pandas reads; nothing is understood here: no header, no numbers, no dates of text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from xl_kpi.errors import BadFile
from xl_kpi.exchange.exports.encoding import Decoded, readings

if TYPE_CHECKING:
    import pandas as pd

DELIMITERS = (",", "\t", ";", "|")
TEXT, SHEETS = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
READ = (*TEXT, *SHEETS, ".parquet", ".zip")
MOST_BYTES = 2**30  # of one file when it is unpacked
MOST_IN_ONE = 50  # files in an archive
_OLE, _ZIP, _PARQUET = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"PAR1"


@dataclass(frozen=True)
class Grid:
    """Cells of one table of a file, row by row.

    ``cells``: a frame without header; text where the file holds text, and what the workbook holds of numbers and
    dates; "" for an empty cell.  Row 0 is the first row as Excel would show it.  ``file``: what it is called in
    messages, ``sheet`` the name of its sheet ("" for text).  ``text``: how it was told from bytes (None for sheets);
    ``delimiter``: what stands between cells.
    """

    cells: pd.DataFrame
    file: str
    sheet: str = ""
    text: Decoded | None = None
    delimiter: str = ""


def grids(data: bytes, file: str) -> Iterator[Grid]:
    """Every way to read a file as a table: of a text one for each encoding and delimiter that is possible, of a
    workbook one for each sheet, of an archive those of each of its files.

    Arguments: ``data`` its bytes, ``file`` its name.
    Errors: BadFile for what is no table at all (a picture, a web page, an encrypted workbook), for a kind that is not
    read, for an archive that unpacks to more than ``MOST_BYTES``.
    """
    kind = PurePath(file).suffix.lower()
    if kind not in READ:
        raise BadFile("export_kind", file=file, allowed=", ".join(READ))
    if data[:8] == _OLE or kind in SHEETS:
        yield from _sheets(data, file)
    elif kind == ".parquet" or data[:4] == _PARQUET:
        yield _parquet(data, file)
    elif data[:4] == _ZIP or kind == ".zip":
        yield from _archive(data, file)
    else:
        yield from _texts(data, file)


def _archive(data: bytes, file: str) -> Iterator[Grid]:
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            inside = [one for one in archive.infolist() if not one.is_dir() and _counts(one.filename)]
            if len(inside) > MOST_IN_ONE or sum(one.file_size for one in inside) > MOST_BYTES:
                raise BadFile("export_archive_large", file=file, files=MOST_IN_ONE, megabytes=MOST_BYTES // 2**20)
            if not inside:
                raise BadFile("export_archive_empty", file=file, allowed=", ".join(READ))
            for one in inside:
                with archive.open(one) as opened:
                    yield from grids(opened.read(MOST_BYTES), f"{file}/{one.filename}")
    except (BadZipFile, RuntimeError, NotImplementedError) as fault:
        raise BadFile("export_archive_damaged", file=file) from fault


def _counts(name: str) -> bool:
    """A file of an archive that may hold a table: not what systems put beside it, no archive within."""
    path = PurePath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not hidden and path.suffix.lower() in READ and path.suffix.lower() != ".zip"


def _sheets(data: bytes, file: str) -> Iterator[Grid]:
    import pandas as pd
    from python_calamine import CalamineError

    try:
        sheets = pd.read_excel(io.BytesIO(data), sheet_name=None, header=None, dtype=object, engine="calamine")
    except (CalamineError, ValueError, BadZipFile, OSError) as fault:
        raise BadFile(_why_no_workbook(data), file=file) from fault
    for name, cells in sheets.items():
        yield Grid(cells.where(cells.notna(), ""), file, str(name))


def _why_no_workbook(data: bytes) -> str:
    """The key of a message: a web page called .xls, a workbook with a password, or simply no workbook."""
    head = data[:2048].lstrip().lower()
    if head.startswith((b"<", b"\xef\xbb\xbf<")):
        return "export_web_page"
    encrypted = "EncryptedPackage".encode("utf-16-le") in data[: 2**16]
    return "export_encrypted" if encrypted else "export_no_workbook"


def _parquet(data: bytes, file: str) -> Grid:
    import pandas as pd

    try:
        frame = pd.read_parquet(io.BytesIO(data))
    except (ValueError, OSError) as fault:
        raise BadFile("export_no_table", file=file) from fault
    header = pd.DataFrame([list(map(str, frame.columns))])
    body = frame.astype(object)
    body.columns = range(len(frame.columns))
    cells = pd.concat([header, body.where(body.notna(), "")], ignore_index=True)
    return Grid(cells, file)


def _texts(data: bytes, file: str) -> Iterator[Grid]:
    head = data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise BadFile("export_web_page", file=file)
    found = readings(data)
    if not found:
        raise BadFile("export_no_table", file=file)
    for text in found:
        for delimiter in DELIMITERS:
            if delimiter in text.text or delimiter == ",":
                yield Grid(_split(text.text, delimiter), file, "", text, delimiter)


def _split(text: str, delimiter: str) -> pd.DataFrame:
    """The cells of a text.  Lines may be of any length: above and below the table stand others than in it."""
    import pandas as pd

    lines = text.splitlines()
    width = max((line.count(delimiter) for line in lines), default=0) + 1
    try:
        return pd.read_csv(
            io.StringIO(text),
            sep=delimiter,
            header=None,
            names=range(width),
            dtype=str,
            na_filter=False,
            skip_blank_lines=False,
            index_col=False,
            engine="c",
        ).fillna("")
    except (pd.errors.ParserError, pd.errors.EmptyDataError):  # a quote that is never closed, no line at all
        rows = list(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE))
        return pd.DataFrame([row + [""] * (width - len(row)) for row in rows], columns=range(width))
