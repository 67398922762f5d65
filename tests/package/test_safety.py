"""Files that are no workbook, damaged, locked or hostile: refused with their reason, in one line."""

from __future__ import annotations

import os
import struct
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
import xlsxwriter

from xl_kpi import engine
from xl_kpi.errors import BadFile
from xl_kpi.workbook.package import safety as package
from xl_kpi.workbook.package.safety import read_package


def workbook() -> bytes:
    book = engine.new_book()
    book.sheets.add("計画").range("A1").formula = [["リード", 1800], ["受注", "=B1/36"]]
    return book.api.to_bytes()


def parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def zipped(contents: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(ZipInfo(name), content, method)
    return file.getvalue()


def changed(**changes: bytes | None) -> bytes:
    """A workbook with parts replaced, added or (None) left out; "__" in a keyword stands for "/"."""
    contents = parts(workbook())
    for key, content in changes.items():
        name = {"types": "[Content_Types].xml", "rels": "_rels/.rels", "book": "xl/workbook.xml"}.get(key, key)
        name = name.replace("__", "/")
        if content is None:
            del contents[name]
        else:
            contents[name] = content
    return zipped(contents)


def refusal(tmp_path: Path, data: bytes, lang: str = "en") -> str:
    """The one line that a user sees."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(data)
    with pytest.raises(BadFile) as error:
        read_package(path, lang)
    message = str(error.value)
    assert message.startswith("plan.xlsx: ") and "\n" not in message
    assert error.value.exit_code == 2
    return message


def test_a_workbook_is_given_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "計画.xlsx"
    path.write_bytes(workbook())
    assert read_package(path, "ja") == workbook()


def test_workbooks_of_other_programs(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "plan.xlsx") as file:
        file.add_worksheet().merge_range("A1:XFD1", "wide")
    read_package(tmp_path / "plan.xlsx", "en")


def test_a_workbook_with_macros_is_read(tmp_path: Path) -> None:
    types = parts(workbook())["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    path = tmp_path / "plan.xlsm"
    path.write_bytes(changed(types=types))
    read_package(path, "en")


def test_not_there_a_folder_empty(tmp_path: Path) -> None:
    for path, part in (
        (tmp_path / "no.xlsx", "no such file"),
        (tmp_path / "no" / "no.xlsx", "no such file"),
        (Path("nul\0l.xlsx"), "no such file"),
        (tmp_path, "a folder"),
    ):
        with pytest.raises(BadFile, match=part):
            read_package(path, "en")
    assert "0 bytes" in refusal(tmp_path, b"")


def test_a_pipe_or_device_does_not_hang() -> None:
    if os.name != "posix":
        pytest.skip("Windows has no /dev/null")
    with pytest.raises(BadFile):
        read_package("/dev/null", "en")


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x89PNG\r\n\x1a\n....", "a picture"),
        (b"<!doctype html><html>", "a web page or XML"),
        ("名前,件数\nリード,5\n".encode(), "a table as text, such as CSV"),
        ("名前,件数\nリード,5\n".encode("cp932"), "a table as text, such as CSV"),
        (("あ" * 3000).encode(), "text"),  # cut in the middle of a letter when sampled
        (b"\x00\x01\x02\x03", "an unknown format"),
    ],
)
def test_other_files_are_called_by_their_name(tmp_path: Path, beginning: bytes, kind: str) -> None:
    assert (
        refusal(tmp_path, beginning)
        == f"plan.xlsx: not an Excel workbook (it looks like {kind}). Give an Excel workbook (.xlsx or .xlsm)."
    )


def ole(*streams: str) -> bytes:
    """The beginning of an OLE2 file, with the names of its streams as its directory holds them."""
    return bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + b"".join(name.encode("utf-16-le") for name in streams)


def test_password_and_old_formats(tmp_path: Path) -> None:
    assert "password" in refusal(tmp_path, ole("EncryptionInfo", "EncryptedPackage"))
    assert "パスワード" in refusal(tmp_path, ole("EncryptionInfo", "EncryptedPackage"), "ja")
    assert "(.xls)" in refusal(tmp_path, ole("Workbook"))
    assert "old Office format" in refusal(tmp_path, ole("WordDocument"))


def test_other_packages(tmp_path: Path) -> None:
    types = b'<Types><Override PartName="/x" ContentType="%s"/></Types>'
    assert "a zip file" in refusal(tmp_path, zipped({"a.txt": b"a"}))
    assert "Word" in refusal(tmp_path, changed(types=types % b"application/x-wordprocessingml.main+xml"))
    assert "PowerPoint" in refusal(tmp_path, changed(types=types % b"application/x-presentationml.main+xml"))
    assert ".xlsb" in refusal(
        tmp_path, changed(types=types % b"application/vnd.ms-excel.sheet.binary.macroEnabled.main")
    )
    assert "OpenDocument" in refusal(
        tmp_path, zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"})
    )
    strict = parts(workbook())["xl/workbook.xml"].replace(
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    )
    assert "Strict" in refusal(tmp_path, changed(book=strict))


def test_parts_that_are_missing(tmp_path: Path) -> None:
    assert "[Content_Types].xml" in refusal(tmp_path, changed(types=None))
    assert "_rels/.rels" in refusal(tmp_path, changed(rels=None))
    assert "xl/workbook.xml" in refusal(tmp_path, changed(book=None))
    assert "xl/workbook.xml" in refusal(tmp_path, changed(types=b"<Types/>"))


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off(tmp_path: Path, kept: float) -> None:
    data = workbook()
    assert "incomplete" in refusal(tmp_path, data[: int(len(data) * kept)])


@pytest.mark.parametrize("begin", [b"\r\n", b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n", 1, 4, 100])
def test_a_file_of_which_the_beginning_is_not_its_own(tmp_path: Path, begin: bytes | int) -> None:
    """Something was put before it, or so many of its bytes were lost: it is a workbook, and damaged."""
    data = workbook()
    damaged = data[begin:] if isinstance(begin, int) else begin + data
    assert "damaged (its beginning)" in refusal(tmp_path, damaged)


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    data = bytearray(workbook())  # stored, so that the texts stand in the file as they are
    data[data.index("リード".encode())] ^= 1
    assert "damaged (xl/sharedStrings.xml)" in refusal(tmp_path, bytes(data))


def test_every_single_byte_changed_ends_in_a_message_or_in_the_same_content(tmp_path: Path) -> None:
    """Whatever a bad line or disk does to the file: no traceback, and never other content than was written."""
    data, path = zipped(parts(workbook())), tmp_path / "plan.xlsx"
    for position in range(0, len(data), 41):
        broken = bytearray(data)
        broken[position] ^= 0xFF
        path.write_bytes(broken)
        try:
            read_package(path, "en")
        except BadFile:
            continue
        assert parts(bytes(broken)) == parts(data)


def test_bad_xml_in_the_main_parts(tmp_path: Path) -> None:
    assert "damaged (xl/workbook.xml)" in refusal(tmp_path, changed(book=b"<workbook"))
    assert "damaged" in refusal(tmp_path, changed(types=b"\xff\xff\xff"))


def test_other_ways_of_packing(tmp_path: Path) -> None:
    assert "damaged" in refusal(tmp_path, zipped(parts(workbook()), ZIP_BZIP2))
    locked = bytearray(zipped(parts(workbook()), ZIP_STORED))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1  # the first part's "encrypted" bit, in the table of contents
    assert "password" in refusal(tmp_path, bytes(locked))


# ---- hostile files ------------------------------------------------------------------------------------


def test_a_part_that_unpacks_to_a_thousand_times_its_size(tmp_path: Path) -> None:
    assert "unpack to too much data" in refusal(tmp_path, changed(xl__media__a=bytes(5_000_000)))


def test_many_parts_that_are_big_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_UNPACKED", 3_000_000)
    contents = {f"xl/media/{n}": os.urandom(300_000) + bytes(700_000) for n in range(4)}
    assert "> 3 MB" in refusal(tmp_path, changed(**{name.replace("/", "__"): part for name, part in contents.items()}))


def test_one_part_over_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_PART", 1_000_000)
    assert "(xl/big)" in refusal(tmp_path, changed(xl__big=os.urandom(1_000_001)))


def test_a_part_that_lies_about_its_size(tmp_path: Path) -> None:
    """20 MB of zeros announced as 100 bytes, in the table of contents and in front of the part."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(20_000_000)) + packer.flush()
    name, crc = b"xl/media/a", zlib.crc32(bytes(100))
    sizes = struct.pack("<III", crc, len(packed), 100)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", len(name), 0) + name
    entry = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
    entry += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local) + len(packed), 0)
    # Never more than the announced 100 bytes are unpacked; what is missing then is the rest of a workbook.
    message = refusal(tmp_path, local + packed + entry + end)
    assert "damaged" in message or "a zip file" in message or "missing" in message


def test_too_many_parts(tmp_path: Path) -> None:
    assert "5001" in refusal(tmp_path, zipped({str(n): b"" for n in range(5_001)}))


@pytest.mark.parametrize(
    "name", ["../evil.xml", "xl/../../evil", "/etc/passwd", "xl\\sheet.xml", "C:evil", "a\0b", "XL/WORKBOOK.XML"]
)
def test_part_names_that_lead_elsewhere(tmp_path: Path, name: str) -> None:
    contents = parts(workbook())
    placeholder = "x" * len(name)
    data = zipped({**contents, placeholder: b"<a/>"}).replace(placeholder.encode(), name.encode())
    assert "forbidden name" in refusal(tmp_path, data)


DTD = '<?xml version="1.0" encoding="{0}"?><!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w>&b;</w>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("part", ["book", "types", "xl__worksheets__sheet1.xml", "xl__other.rels"])
def test_entities_in_any_part_and_encoding(tmp_path: Path, part: str, encoding: str) -> None:
    named = "utf-16" if encoding.startswith("utf-16") else encoding
    assert "document type" in refusal(tmp_path, changed(**{part: DTD.format(named).encode(encoding)}))


def test_encodings_in_which_a_document_type_could_hide(tmp_path: Path) -> None:
    for encoding in ("utf-7", "cp037", "utf-32"):
        data = DTD.format(encoding).encode("utf-32" if encoding == "utf-32" else "utf-8")
        assert "damaged" in refusal(tmp_path, changed(xl__other_xml=b"", book=data))


@pytest.mark.parametrize("area", ["A1:XFD1048576", "A1:A1048576", "A:A", "1:1", "XFD1:XFD1048576"])
def test_merged_cells_are_read_by_nobody_however_many(tmp_path: Path, area: str) -> None:
    sheet = parts(workbook())["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>", f'</sheetData><mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>'.encode()
    )
    path = tmp_path / "plan.xlsx"
    path.write_bytes(changed(**{"xl__worksheets__sheet1.xml": sheet}))
    read_package(path, "en")


def test_every_reason_is_there_in_both_languages(tmp_path: Path) -> None:
    for data in (b"", b"%PDF", ole("Workbook"), changed(book=None), workbook()[:500]):
        english, japanese = refusal(tmp_path, data, "en"), refusal(tmp_path, data, "ja")
        assert english.isascii() and not japanese.isascii()
