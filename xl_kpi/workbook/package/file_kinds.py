"""What a file is, told by its content: programs, gateways and people call attachments whatever they like."""

from __future__ import annotations

import re
from io import BytesIO
from typing import IO
from zipfile import ZipFile

WORKBOOK, MAIL, OUTLOOK, SIGNATURE, APPLE = "workbook", "mail", "outlook", "signature", "apple"
ZIP, ZIP_LOCKED = "zip", "zip_locked"
# What is attached beside the files of a reply, and is none of them.
NEVER_MEANT = {SIGNATURE, APPLE, "calendar", "empty"}

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")  # Office before 2007, Outlook, and whatever has a password
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")  # the second has no file in it
_PKCS7 = bytes.fromhex("2A864886F70D0107")  # 1.2.840.113549.1.7
_ENCRYPTED_MAIL = 3  # of the kinds of PKCS #7; 2 is signed
_BEGINNINGS = (
    (bytes.fromhex("789F3E22"), "tnef"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"Rar!\x1a\x07", "archive"), (b"7z\xbc\xaf\x27\x1c", "archive"), (b"\x1f\x8b", "archive"),
    (b"\0\x05\x16\x07", APPLE), (b"\0\x05\x16\0", APPLE),
    (b"-----BEGIN PGP", "pgp"), (b"BEGIN:VCALENDAR", "calendar"), (b"BEGIN:VCARD", "calendar"), (b"{\\rtf", "text"),
    (b"SQLite format", "database"),
)  # fmt: skip
_HEAD = re.compile(
    rb"(?i)\A(?:from|to|subject|date|received|return-path|mime-version|message-id|x-[\w-]+|delivered-to):"
)
_CELLS = re.compile(r"[,\t;].*[\r\n]")


def is_ole(data: bytes) -> bool:
    """Whether a file is one of Microsoft's compound files, as all of Office had before 2007."""
    return data.startswith(_OLE)


def is_zip(data: bytes) -> bool:
    """Whether a file begins as a zip file; so do workbooks of today."""
    return data.startswith(_ZIPS)


def kind_of(data: bytes, name: str = "") -> str:
    """What a file is, as end of the key of a text ``file_kind_…``.

    Arguments: ``name`` tells a signature from a signed mail, as these are of one form.
    Result: "workbook" (one that can be opened), "old_excel", "binary_excel", "password", "zip", "zip_locked", "tnef"
    (winmail.dat), "smime", "smime_locked", "csv", "text" …; "unknown" for all else.
    """
    if not data:
        return "empty"
    if is_ole(data):
        return _of_ole(data)
    if is_zip(data):
        return kind_of_zip(BytesIO(data))
    return kind_begun(data) or _of_content(data, name)


def kind_begun(data: bytes) -> str:
    """What a file is by its first bytes alone; "" where these tell nothing, and of zip and compound files.

    A text never begins so, by chance or else.
    """
    kind = next((kind for beginning, kind in _BEGINNINGS if data.startswith(beginning)), "")
    if kind:
        return kind
    if data[2:5] == b"-lh":
        return "archive"
    bitmap = data.startswith(b"BM") and data[6:10] == bytes(4)
    return "picture" if bitmap or data[4:8] == b"ftyp" else ""  # the latter HEIC, as phones take them


def _of_content(data: bytes, name: str) -> str:
    if data[:1] == b"0" and _PKCS7 in data[:64]:
        if name.lower().endswith(".p7s"):
            return SIGNATURE
        return "smime_locked" if data[data.index(_PKCS7) + len(_PKCS7)] == _ENCRYPTED_MAIL else "smime"
    if name.lower().endswith(".p7m"):  # in another form, or cut off
        return "smime"
    if _HEAD.match(data.lstrip(b"\xef\xbb\xbf \t\r\n")):
        return MAIL
    if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "html"
    return _of_text(data)


def _of_ole(data: bytes) -> str:
    def has(*names: str) -> bool:
        return any(name.encode("utf-16-le") in data for name in names)

    if has("__properties_version1.0"):
        return OUTLOOK
    if has("EncryptedPackage"):
        return "password"
    return "old_excel" if has("Workbook", "Book") else "old_office"


def kind_of_zip(opened: IO[bytes]) -> str:
    """The same of a zip file, of which no more is read than tells it."""
    try:
        with ZipFile(opened) as package:
            infos = package.infolist()
            names = {info.filename.lower() for info in infos}
            office = package.open("mimetype").read(80) if "mimetype" in names else b""
    except Exception:  # a damaged one: whoever opens it says what is wrong
        return WORKBOOK
    if "xl/workbook.bin" in names:
        return "binary_excel"
    if any(name.startswith("xl/") for name in names) or "[content_types].xml" in names and not office:
        for folder, kind in (("word/", "word"), ("ppt/", "powerpoint")):
            if any(name.startswith(folder) for name in names):
                return kind
        return WORKBOOK
    if b"opendocument" in office:
        return "opendocument"
    if any(name.endswith(".iwa") for name in names):
        return "numbers"
    inside = [info for info in infos if not info.is_dir()]
    return ZIP_LOCKED if inside and all(info.flag_bits & 1 for info in inside) else ZIP


def _of_text(data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            words = data[:4096].decode(encoding, errors="strict" if len(data) <= 4096 else "ignore")
        except UnicodeDecodeError:
            continue
        if all(letter.isprintable() or letter in "\t\r\n\f" for letter in words):
            return "csv" if _CELLS.search(words) else "text"
    return "unknown"
