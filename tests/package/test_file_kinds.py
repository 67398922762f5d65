"""What a file is, told by its content, the same for a plan, a reply and a download."""

from __future__ import annotations

import io
import zipfile

import pytest

from xl_kpi.catalog import is_text
from xl_kpi.workbook.package import file_kinds
from xl_kpi.workbook.package.file_kinds import kind_begun, kind_of


def zipped(*names: str, locked: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name in names:
            made.writestr(name, b"x")
    data = target.getvalue()
    # bit 0 of the flags of each entry in the table of contents: encrypted (APPNOTE.TXT 4.4.4)
    return (
        data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00") if locked else data
    )


# How each begins is said by its own specification: PNG, BMP, HEIF, TNEF, RFC 5322, RFC 5652, SQLite's file format.
FILES = {
    "empty": b"",
    "picture": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0",
    "pdf": b"%PDF-1.7\n",
    "tnef": bytes.fromhex("789F3E22") + bytes(20),
    "database": b"SQLite format 3\0" + bytes(84),
    "mail": b"Received: from a.example\r\nSubject: x\r\n\r\n",
    "html": b"\xef\xbb\xbf <!doctype html>",
    "text": "計画です".encode("cp932"),
    "csv": "月,件数\n4月,10\n".encode(),
    "unknown": bytes(range(256)),
    "zip": zipped("a.csv"),
    "zip_locked": zipped("a.csv", locked=True),
    "workbook": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "binary_excel": zipped("[Content_Types].xml", "xl/workbook.bin"),
    "word": zipped("[Content_Types].xml", "word/document.xml"),
    "numbers": zipped("Index/Document.iwa"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_told_by_its_content(kind):
    assert kind_of(FILES[kind]) == kind


def test_whatever_it_is_a_message_can_say_it():
    begun = {kind for _, kind in file_kinds._BEGINNINGS}
    for kind in {*FILES, *begun, "old_excel", "old_office", "password", "outlook", "signature", "smime"}:
        assert kind in ("empty", "workbook") or is_text(f"file_kind_{kind}"), kind


@pytest.mark.parametrize("words", ["BM月次,件数\n4月,10\n", "II期,10\n", "ftyp,1\n"])
def test_a_table_whose_first_letters_are_those_of_a_picture_is_a_table(words):
    assert kind_begun(words.encode("cp932")) == "" and kind_of(words.encode()) == "csv"


def test_of_a_document_that_calls_itself_by_a_huge_part_only_its_beginning_is_read():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", b"application/vnd.oasis.opendocument.spreadsheet" + bytes(50_000_000))
    assert kind_of(target.getvalue()) == "opendocument"
