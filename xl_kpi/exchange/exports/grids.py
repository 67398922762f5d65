"""From a downloaded file to grids of cells as they stand in it: delimited text, sheets of a workbook.

pandas reads; nothing is understood here: no header, no numbers, no dates of text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from xl_kpi.errors import BadFile
from xl_kpi.exchange.exports.encoding import Decoded, readings
from xl_kpi.exchange.exports.files import PARQUET, check_kind, check_no_table, check_unpacked, is_workbook, no_table
from xl_kpi.exchange.exports.workbooks.percentages import percentages
from xl_kpi.workbook.package.file_kinds import kind_of

if TYPE_CHECKING:
    import pandas as pd

DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True)
class Grid:
    """Cells of one table of a file, row by row.

    ``cells``: a frame without header; text where the file holds text, and what the workbook holds of numbers and
    dates, percentages as they would be typed (20%); "" for an empty cell.  Row 0 is the first row as Excel would show
    it.  ``file``: what it is called in messages, ``sheet`` the name of its sheet ("" for text).  ``text``: how it was
    told from bytes (None for sheets); ``delimiter``: what stands between cells.
    """

    cells: pd.DataFrame
    file: str
    sheet: str = ""
    text: Decoded | None = None
    delimiter: str = ""


def grids(data: bytes, file: str) -> Iterator[Grid]:
    """Every way to read a file as a table: of a text one for each encoding and delimiter that is possible, of a
    workbook one for each sheet.

    Arguments: ``data`` its bytes, ``file`` its name; archives are unpacked by ``files_in``.
    Errors: BadFile for what is no table at all (a picture, a web page, an encrypted workbook), for a kind that is not
    read, for a workbook that unpacks to more than we take.
    """
    check_kind(file)
    if not data.strip():
        raise BadFile("file_empty", file=file)
    if data.startswith(PARQUET) or file.lower().endswith(".parquet"):
        yield _parquet(data, file)
        return
    check_no_table(data, file)
    if is_workbook(data, file):
        yield from _sheets(data, file)
    else:
        yield from _texts(data, file)


def _sheets(data: bytes, file: str) -> Iterator[Grid]:
    import pandas as pd
    from python_calamine import CalamineError

    check_unpacked(data, file)
    try:
        sheets = pd.read_excel(io.BytesIO(data), sheet_name=None, header=None, dtype=object, engine="calamine")
    except (CalamineError, ValueError, BadZipFile, OSError) as fault:
        raise BadFile(_why_no_workbook(data), file=file) from fault
    shown = percentages(data)
    for name, cells in sheets.items():
        cells = cells.where(cells.notna(), "")
        for (row, column), percentage in shown.get(str(name), {}).items():
            if row < cells.shape[0] and column < cells.shape[1]:
                cells.iat[row, column] = percentage
        yield Grid(cells, file, str(name))


def _why_no_workbook(data: bytes) -> str:
    """The key of a message: a workbook with a password, or simply no workbook."""
    encrypted = "EncryptedPackage".encode("utf-16-le") in data
    return "export_encrypted" if encrypted else "export_no_workbook"


def _parquet(data: bytes, file: str) -> Grid:
    import pandas as pd

    try:
        frame = pd.read_parquet(io.BytesIO(data))
    except ImportError as fault:
        raise BadFile("export_needs_data", missing="pyarrow") from fault
    except (ValueError, OSError) as fault:
        raise no_table(kind_of(data), file) from fault
    header = pd.DataFrame([list(map(str, frame.columns))])
    body = frame.astype(object)
    body.columns = range(len(frame.columns))
    cells = pd.concat([header, body.where(body.notna(), "")], ignore_index=True)
    return Grid(cells, file)


def _texts(data: bytes, file: str) -> Iterator[Grid]:
    found = readings(data)
    if not found:
        raise no_table(kind_of(data), file)
    for text in found:
        for delimiter in DELIMITERS:
            if delimiter in text.text or delimiter == ",":
                yield Grid(_split(text.whole, delimiter), file, "", text, delimiter)


def _split(text: str, delimiter: str) -> pd.DataFrame:
    """The cells of a text.  Lines may be of any length: above and below the table stand others than in it."""
    import pandas as pd

    width = max(_counts_in_lines(text, delimiter), default=0) + 1
    try:
        cells = pd.read_csv(
            io.BytesIO(text.encode("utf-8")),  # a third of the memory that a StringIO takes
            encoding="utf-8",
            sep=delimiter,
            header=None,
            names=range(width),
            dtype=str,
            na_filter=False,
            skip_blank_lines=False,
            index_col=False,
            engine="c",
        )
        short = [place for place in cells if cells[place].hasnans]  # of lines with fewer cells
        return cells.fillna(dict.fromkeys(short, "")) if short else cells
    except (pd.errors.ParserError, pd.errors.EmptyDataError):  # a quote that is never closed, no line at all
        rows = list(csv.reader(text.splitlines(), delimiter=delimiter, quoting=csv.QUOTE_NONE))
        return pd.DataFrame([row + [""] * (width - len(row)) for row in rows], columns=range(width))


def _counts_in_lines(text: str, delimiter: str) -> Iterator[int]:
    """How often a sign stands in each line."""
    ending = "\n" if "\n" in text else "\r"
    start = 0
    while (end := text.find(ending, start)) >= 0:
        yield text.count(delimiter, start, end)
        start = end + 1
    yield text.count(delimiter, start)
