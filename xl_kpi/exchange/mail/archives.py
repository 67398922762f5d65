"""The files in a zip file, as people in Japan send them: counted while they are unpacked, with names in Shift_JIS."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from xl_kpi.workbook.package.safety import MB, is_suspicious

MOST_FILES = 200  # in the archives of one mail: more is no reply
MOST_UNPACKED = 100 * MB  # of them together
_UTF_8, _ENCRYPTED = 0x800, 0x1  # flags of a file
_CHUNK = MB
_ENCODINGS = ("utf-8", "cp932", "euc_jp")  # of names that do not say theirs; macOS writes the first, Windows the second
_BESIDE = ("__macosx/",)  # what macOS puts beside the files


class TooMuch(Exception):
    """An archive that would unpack to more than anybody sends, or that has more files."""


@dataclass
class Room:
    """How much may still be unpacked: an archive may hold archives."""

    files: int = MOST_FILES
    size: int = MOST_UNPACKED


def files_inside(data: bytes, most: int) -> list[str]:
    """The names of the files in a zip file, the first few; none of a damaged one."""
    try:
        with ZipFile(BytesIO(data)) as package:
            names = [_name(info) for info in _files(package)]
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return []
    return [name.rpartition("/")[2] for name in names[:most]]


def unpacked(data: bytes, room: Room) -> Iterator[tuple[str, bytes | None]]:
    """Name and content of each file; None where it can't be read: encrypted, packed in an unknown way or damaged.

    Arguments: ``room`` for this archive and those in it, which gets smaller.
    Special cases: what an archive says of the size of its files is not believed.
    Errors: TooMuch; BadZipFile for a damaged archive.
    """
    with ZipFile(BytesIO(data)) as package:
        infos = list(_files(package))
        room.files -= len(infos)
        if room.files < 0:
            raise TooMuch
        for info in infos:
            if info.file_size > room.size or is_suspicious(info.file_size, info.compress_size):
                raise TooMuch
            content = None if info.flag_bits & _ENCRYPTED else _content(package, info, room.size)
            room.size -= len(content or b"")
            yield _name(info), content


def _files(package: ZipFile) -> Iterator[ZipInfo]:
    for info in package.infolist():
        if not info.is_dir() and not info.filename.casefold().startswith(_BESIDE):
            yield info


def _content(package: ZipFile, info: ZipInfo, left: int) -> bytes | None:
    chunks, size = [], 0
    try:
        with package.open(info) as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                if size > left:
                    raise TooMuch
                chunks.append(chunk)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error):
        return None
    return b"".join(chunks)


def _name(info: ZipInfo) -> str:
    """The name of a file; where the archive does not say the encoding, Python has taken it for that of DOS."""
    if info.flag_bits & _UTF_8 or info.filename.isascii():
        return info.filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename
