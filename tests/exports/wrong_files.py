"""Files that are no downloads, made here byte by byte: pictures, pages of the web, locked and lying archives."""

from __future__ import annotations

import io
import struct
import zlib

import msoffcrypto.format.ooxml
import openpyxl

from tests.exports.made import text, workbook, zipped

MEGABYTE = 2**20
BOMB = 2048  # megabytes of zeros: 2 GB
ROWS = [["キャンペーン", "日", "費用", "クリック数"], ["広告", "2026-04-01", "1000", "10"]]
PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 32 + b"\xff\xd9"
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 32
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PAGE = "<html><head><title>ログイン</title></head><body><table><tr><td>日</td></tr></table></body></html>"


def document() -> bytes:
    """A .docx: a zip with the parts of a letter."""
    kinds = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return zipped({"[Content_Types].xml": kinds, "word/document.xml": b'<?xml version="1.0"?><document/>'})


def locked() -> bytes:
    """A workbook with a password, as Excel encrypts it; msoffcrypto writes it."""
    target = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(workbook(ROWS, "日別"))).encrypt("secret", target)
    return target.getvalue()


def locked_archive() -> bytes:
    """A zip whose file says that it needs a password."""
    data = bytearray(zipped({"ads.csv": text(ROWS).encode()}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # where each header keeps its flags
        data[data.index(mark) + place] |= 1
    return bytes(data)


def zeros(megabytes: int, stated: int | None = None, name: str = "ads.csv") -> bytes:
    """A zip with a file of so many megabytes of zeros in a few kilobytes each; ``stated``: the bytes it says it has.

    One deflated megabyte, flushed so that it stands alone, is repeated: nothing large is ever made.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    one = packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    body = one * megabytes + zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    size = megabytes * MEGABYTE if stated is None else stated
    crc = zlib.crc32(bytes(size)) if stated is not None else 0
    called = name.encode()
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x21, crc, len(body), size, len(called), 0)
    local = b"PK\x03\x04" + common + called + body
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + called
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def with_zeros(stated: int | None) -> bytes:
    """A workbook whose only sheet unpacks to 2 GB of zeros."""
    return zeros(BOMB, stated, "xl/worksheets/sheet1.xml")


def far_cell() -> bytes:
    """A small workbook with a space in the last cell that a sheet has."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(ROWS, "日別")))
    book.active["XFD1048576"] = " "
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def wrong_files() -> dict[str, tuple[bytes, str]]:
    """Name of a file → its bytes and the key of what is said about it."""
    table = text(ROWS).encode()
    return {
        "photo.csv": (PHOTO, "export_no_table"),
        "photo.xlsx": (PHOTO, "export_no_table"),
        "screenshot.csv": (PICTURE, "export_no_table"),
        "report.csv": (PDF, "export_no_table"),
        "report.pdf": (PDF, "export_kind"),
        "photo.png": (PICTURE, "export_kind"),
        "letter.docx": (document(), "export_kind"),
        "letter.xlsx": (document(), "export_no_workbook"),
        "letter.csv": (document(), "export_no_workbook"),
        "page.xls": (PAGE.encode("cp932"), "export_web_page"),
        "page.csv": (b"\xef\xbb\xbf<!DOCTYPE html>" + PAGE.encode(), "export_web_page"),
        "table.xls": (b"<table><tr><td>1</td></tr></table>", "export_web_page"),
        "locked.xlsx": (locked(), "export_encrypted"),
        "locked.zip": (locked_archive(), "export_archive_damaged"),
        "broken.xlsx": (b"PK\x03\x04 and then nothing", "export_no_workbook"),
        "broken.zip": (b"PK\x03\x04 and then nothing", "export_archive_damaged"),
        "half.zip": (zipped({"ads.csv": table * 99})[:150], "export_archive_damaged"),
        "half.xlsx": (workbook(ROWS, "日別")[:3000], "export_no_workbook"),
        "not_zip.zip": (table, "export_archive_damaged"),
        "zeros.zip": (zeros(BOMB), "export_archive_large"),
        "lying.zip": (zeros(BOMB, 1000), "export_no_table"),
        "zeros.xlsx": (with_zeros(None), "export_large"),
        "lying.xlsx": (with_zeros(1000), "export_large"),
        "far.xlsx": (far_cell(), "export_far"),
        "zeros.csv": (bytes(MEGABYTE), "export_no_table"),
        "many.zip": (zipped({f"{k}.csv": table for k in range(51)}), "export_archive_large"),
        "nested.zip": (zipped({"inner.zip": zipped({"ads.csv": table})}), "export_archive_nested"),
        "climbing.zip": (zipped({"../../ads.csv": table}), "export_archive_path"),
        "rooted.zip": (zipped({"/etc/ads.csv": table}), "export_archive_path"),
        "other.zip": (zipped({"photo.png": PICTURE}), "export_archive_empty"),
        "photos.zip": (zipped({"photo.csv": PICTURE}), "export_no_table"),
        "no_parquet.parquet": (table, "export_no_table"),
        "empty.csv": (b"", "file_empty"),
        "blank.txt": (b"\r\n \r\n", "file_empty"),
        "letter.txt": ("拝啓 時下ますますご清栄のこととお慶び申し上げます。".encode("cp932"), "export_unknown"),
        "program.csv": (b"\x7fELF\x02\x01\x01" + bytes(9) + bytes(range(256)) * 16, "export_no_table"),
    }
