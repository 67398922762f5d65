"""A package put together from parts that are compressed already: once, however many workbooks they go into."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_DATE = (1980, 1, 1, 0, 0, 0)
_LEVEL = 6


class Piece(NamedTuple):
    """One part, compressed."""

    name: str
    data: bytes  # raw deflate stream
    crc: int
    size: int  # unpacked


def piece(name: str, content: bytes) -> Piece:
    return Growing(content).piece(name, b"")


class Growing:
    """A part of which the beginning is always the same: compressed once, its end for each workbook."""

    def __init__(self, beginning: bytes):
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._begun = self._packer.compress(beginning)
        self._crc, self._size = zlib.crc32(beginning), len(beginning)

    def piece(self, name: str, end: bytes) -> Piece:
        packer = self._packer.copy()
        data = self._begun + packer.compress(end) + packer.flush()
        return Piece(name, data, zlib.crc32(end, self._crc), self._size + len(end))


def assembled(pieces: Iterable[Piece]) -> bytes:
    """The package of these parts.  zipfile compresses whatever it is given, so finished parts go past it:
    it writes their heads here, and the table of contents when it closes."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for part in pieces:
            info = ZipInfo(part.name, _DATE)
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
            info.CRC, info.compress_size, info.file_size = part.crc, len(part.data), part.size
            info.header_offset = file.tell()
            file.write(info.FileHeader(False))
            file.write(part.data)
            package.filelist.append(info)
            package.NameToInfo[part.name] = info
        package.start_dir = file.tell()
        package._didModify = True  # type: ignore[attr-defined]  # else it writes no table of contents
    return file.getvalue()
