"""How far the cells of a workbook reach, told before it is read: room is taken for all cells up to the farthest one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from zipfile import ZipFile

from xl_kpi.errors import BadFile

MOST_CELLS = 2**26  # of one sheet, empty ones among them: a million rows of 60 columns
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_PART, _OVERLAP = 2**20, 32


def check_extent(archive: ZipFile, file: str) -> None:
    """Errors: BadFile where a cell stands so far out that the table up to it has more than ``MOST_CELLS``.

    Example: a stray space in XFD1048576 would take 400 gigabytes.
    """
    for name in archive.namelist():
        if _SHEET.fullmatch(name):
            column, row = _farthest(archive, name)
            if _number(column) * row > MOST_CELLS:
                raise BadFile("export_far", file=file, cell=f"{column.decode()}{row}")


def _farthest(archive: ZipFile, name: str) -> tuple[bytes, int]:
    """The last column and the last row in which a cell stands."""
    columns, last = {b"A"}, 1
    for part in _parts(archive, name):
        found = set(_PLACE.findall(part))
        columns |= {column for column, _ in found}
        last = max([last, *(int(row) for _, row in found)])
    return max(columns, key=_number), last


def _parts(archive: ZipFile, name: str) -> Iterator[bytes]:
    before = b""
    with archive.open(name) as opened:
        while part := opened.read(_PART):
            yield before + part
            before = part[-_OVERLAP:]


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - ord("A") + 1
    return number
