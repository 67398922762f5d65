"""What kind of file a download is, told before anything of it is unpacked; an archive as the files in it."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from pathlib import PurePath
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from xl_kpi.errors import BadFile, Words
from xl_kpi.exchange.exports.encoding import readings
from xl_kpi.exchange.exports.workbooks.extent import check_extent
from xl_kpi.workbook.package.file_kinds import is_ole, is_zip, kind_begun

TEXT, SHEETS = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
READ = (*TEXT, *SHEETS, ".parquet", ".zip")
MOST_BYTES = 2**30  # of one file, and of all files of an archive when it is unpacked
MOST_IN_ONE = 50  # files in an archive
PARQUET = b"PAR1"
_DEFLATE = 1032  # no more bytes come out of one that is deflated
_HEAD = 2**16  # bytes that are looked at before the rest is unpacked
_PART = 2**20


def check_kind(file: str) -> None:
    """Errors: BadFile for a name that does not end as one of ``READ``."""
    if PurePath(file).suffix.lower() not in READ:
        raise BadFile("export_kind", file=file, allowed=", ".join(READ))


def check_size(size: int, file: str) -> None:
    """Errors: BadFile for a file of more than ``MOST_BYTES``."""
    if size > MOST_BYTES:
        raise BadFile("export_large", file=file, megabytes=MOST_BYTES // 2**20)


def files_in(data: bytes, file: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file that is to be read: those in an archive, any other file alone.

    Arguments: ``data`` its bytes, ``file`` its name.  Nothing is ever written to a disk.
    Errors: BadFile for a kind that is not read; for an archive that is damaged or locked, that unpacks to more than
    ``MOST_BYTES`` or ``MOST_IN_ONE`` files, that has no file that is read, other archives, or names that lead out of
    it.
    """
    check_kind(file)
    if not _is_archive(data, file):
        yield file, data
        return
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            yield from _unpacked(archive, file)
    except (BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError) as fault:
        raise BadFile("export_archive_damaged", file=file) from fault


def is_workbook(data: bytes, file: str) -> bool:
    """Whether a file is read as a workbook: by what it holds, else by its name."""
    if is_ole(data) or is_zip(data):
        return True
    # Some systems call a text a workbook.
    return PurePath(file).suffix.lower() in SHEETS and not readings(data[:_HEAD])


def check_no_table(data: bytes, file: str) -> None:
    """Errors: BadFile for pictures, documents, packed files and pages of the web, whatever they are called."""
    if kind := kind_begun(data):
        raise no_table(kind, file)
    head = data[:2048].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<table", b"<?xml", b"<meta")):
        raise BadFile("export_web_page", file=file)


def no_table(kind: str, file: str) -> BadFile:
    """The refusal of a file of a ``kind`` in which there are no tables."""
    return BadFile("export_no_table", file=file, kind=Words(f"file_kind_{kind}"))


def check_unpacked(data: bytes, file: str) -> None:
    """Whether a workbook in a zip unpacks to no more than ``MOST_BYTES``, to what it says, and how far its cells reach.

    Errors: BadFile where it does not.  What says less than it is is found without keeping any of it.
    """
    if not is_zip(data):
        return
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            check_size(sum(part.file_size for part in parts), file)
            for part in parts:
                if part.compress_size * _DEFLATE > MOST_BYTES:
                    check_size(part.file_size if _is_true(data, part) else MOST_BYTES + 1, file)
            check_extent(archive, file)
    except (BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError) as fault:
        raise BadFile("export_no_workbook", file=file) from fault


def _is_archive(data: bytes, file: str) -> bool:
    """A zip that is no workbook; what is called one and is none is found to be damaged."""
    if not is_zip(data):
        return PurePath(file).suffix.lower() == ".zip"
    if PurePath(file).suffix.lower() in SHEETS:
        return False
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            return not {"[Content_Types].xml", "mimetype"} & set(archive.namelist())
    except BadZipFile:
        return True


def _unpacked(archive: ZipFile, file: str) -> Iterator[tuple[str, bytes]]:
    inside = [one for one in archive.infolist() if not one.is_dir()]
    if any(_climbs(one.filename) for one in inside):
        raise BadFile("export_archive_path", file=file)
    tables = [one for one in inside if _counts(one.filename)]
    if len(tables) > MOST_IN_ONE or sum(one.file_size for one in tables) > MOST_BYTES:
        raise BadFile("export_archive_large", file=file, files=MOST_IN_ONE, megabytes=MOST_BYTES // 2**20)
    if not tables:
        nested = any(PurePath(one.filename).suffix.lower() == ".zip" for one in inside)
        key = "export_archive_nested" if nested else "export_archive_empty"
        raise BadFile(key, file=file, allowed=", ".join(READ))
    for one in tables:
        name = f"{file}/{one.filename}"
        with archive.open(one) as opened:
            head = opened.read(_HEAD)
            if not (is_ole(head) or is_zip(head) or head.startswith(PARQUET) or readings(head)):
                raise no_table(kind_begun(head) or "unknown", name)
            yield name, head + opened.read(one.file_size)  # never more than it says


def _counts(name: str) -> bool:
    """A file of an archive that may hold a table: not what systems put beside it, no archive within."""
    path = PurePath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not hidden and path.suffix.lower() in READ and path.suffix.lower() != ".zip"


def _climbs(name: str) -> bool:
    path = name.replace("\\", "/")
    return ".." in path.split("/") or path.startswith("/") or path[1:2] == ":"


def _is_true(data: bytes, part: ZipInfo) -> bool:
    """Whether a part unpacks to as many bytes as it says; it is read no further than that."""
    if part.compress_type != ZIP_DEFLATED:
        return True
    names = data[part.header_offset + 26 : part.header_offset + 30]
    start = part.header_offset + 30 + int.from_bytes(names[:2], "little") + int.from_bytes(names[2:], "little")
    packed, unpacked, counted = memoryview(data)[start : start + part.compress_size], zlib.decompressobj(-15), 0
    for first in range(0, len(packed), _HEAD):
        waiting: bytes | memoryview = packed[first : first + _HEAD]
        while waiting and counted <= part.file_size:
            counted += len(unpacked.decompress(waiting, _PART))
            waiting = unpacked.unconsumed_tail
    return counted == part.file_size
