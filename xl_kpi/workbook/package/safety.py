"""Is this file a workbook that may be opened?  Looked at before anything else reads it.

A file that comes by mail is not trusted: sizes are counted while unpacking, not believed; part names and document
types that make readers misbehave are refused, each with its reason.  What the parts say is nobody's matter here but
for those that lead to the workbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from xl_kpi.catalog import text
from xl_kpi.errors import BadFile
from xl_kpi.workbook.package.file_kinds import is_zip, kind_of
from xl_kpi.workbook.package.named_parts import NamedParts, folded
from xl_kpi.workbook.package.relations import resolved

MB = 1_000_000
MOST_UNPACKED = 200 * MB
MOST_PART = 100 * MB
MOST_RATIO = 200  # unpacked to packed, of parts that unpack to more than RATIO_FROM
RATIO_FROM = 1 * MB
MOST_PARTS = 5_000

_TYPES, _RELS = "[Content_Types].xml", "_rels/.rels"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_WORKBOOKS = {
    f"{_SPREADSHEET}sheet.main+xml",
    f"{_SPREADSHEET}template.main+xml",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
}
# Kinds of files with a message of their own
_REFUSED = {"password": "file_password", "old_excel": "file_old_excel", "old_office": "file_ole", "outlook": "file_ole"}
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_END, _LONGEST_END = b"PK\x05\x06", 66_000  # how the table of contents at the end of a zip file begins
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)")
_ENCODINGS = (b"utf-8", b"utf-16", b"us-ascii", b"iso-8859-1")


def read_package(path: str | Path, lang: str) -> bytes:
    """The bytes of a workbook file, once it is known to be one that may be opened.

    ``lang`` the language of messages.  Errors: BadFile, one line with the file's name and the reason.
    """
    return opened_package(path, lang)[0]


def opened_package(path: str | Path, lang: str) -> tuple[bytes, NamedParts]:
    """The same with the parts of the file, so that nobody has to unpack it again."""
    data = _contents(Path(path), lang)
    return data, _check(data, Path(path), lang)


def package_parts(data: bytes, name: str, lang: str) -> NamedParts:
    """The parts of a workbook that is no file, part name → content, all of them looked at.

    ``name`` what it is called in messages, ``lang`` their language.  Errors: BadFile.
    """
    return _check(data, Path(name), lang)


def read_parts(path: str | Path, lang: str) -> Mapping[str, bytes]:
    """The parts of a file, for readers that need a few: each is unpacked and looked at when it is asked for.

    What is never unpacked can do no harm.  Errors: BadFile, also when a part is asked for.
    """
    return few_parts(_contents(Path(path), lang), Path(path).name, lang)


def few_parts(data: bytes, name: str, lang: str) -> Mapping[str, bytes]:
    """The same for a workbook that is no file."""
    file = Path(name)
    if len(data) > MOST_UNPACKED:
        _bad("file_too_big", lang, file, limit=MOST_UNPACKED // MB)
    parts = _Parts(data, file, lang)
    _check_workbook(parts, file, lang)
    return parts


def _contents(file: Path, lang: str) -> bytes:
    try:
        if file.is_dir():
            _bad("file_is_folder", lang, file)
        if file.stat().st_size > MOST_UNPACKED:
            _bad("file_too_big", lang, file, limit=MOST_UNPACKED // MB)
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a name with a null character
        _bad("file_missing", lang, file)
    except OSError:
        _bad("file_unreadable", lang, file)


def _bad(key: str, lang: str, file: Path, **values: object) -> NoReturn:
    raise BadFile(text(key, lang, file=file.name or str(file), **values)) from None


def _check(data: bytes, file: Path, lang: str) -> NamedParts:
    return NamedParts(_checked(data, file, lang))


@lru_cache(maxsize=2)  # within one run the same file is asked for several times, and so is what was made of it
def _checked(data: bytes, file: Path, lang: str) -> NamedParts:
    content = NamedParts(_Parts(data, file, lang))
    _check_workbook(content, file, lang)
    return content


class _Parts(Mapping[str, bytes]):
    """The parts of a package by name, each unpacked and looked at once, when it is first asked for."""

    def __init__(self, data: bytes, file: Path, lang: str):
        self._package = _opened(data, file, lang)
        self._file, self._lang = file, lang
        self._infos = {folded(info.filename): info for info in self._package.infolist()}
        self._known: dict[str, bytes] = {}
        _check_list(self._package.infolist(), file, lang)

    def __getitem__(self, name: str) -> bytes:
        name = folded(name)
        if name not in self._known:
            content = _unpacked(self._package, self._infos[name], self._file, self._lang)
            _check_xml(name, content, self._file, self._lang)
            self._known[name] = content
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and folded(name) in self._infos

    def __iter__(self) -> Iterator[str]:
        return iter([info.filename for info in self._infos.values()])

    def __len__(self) -> int:
        return len(self._infos)


def _opened(data: bytes, file: Path, lang: str) -> ZipFile:
    if not data:
        _bad("file_empty", lang, file)
    if not is_zip(data):
        kind = kind_of(data)
        if kind in _REFUSED:
            _bad(_REFUSED[kind], lang, file)
        if kind in ("unknown", "text", "csv") and _END in data[-_LONGEST_END:]:  # bytes were lost, or put before it
            beginning = text("file_beginning", lang)
            _bad("file_damaged", lang, file, part=beginning)
        _bad("file_not_workbook", lang, file, kind=text(f"file_kind_{kind}", lang))
    try:
        return ZipFile(BytesIO(data))
    except Exception:  # of what stands in the table of contents of such a file, anything may go wrong
        _bad("file_truncated", lang, file)


def _check_list(infos: list[ZipInfo], file: Path, lang: str) -> None:
    """The table of contents, before anything is unpacked."""
    if len(infos) > MOST_PARTS:
        _bad("file_many_parts", lang, file, count=len(infos), limit=MOST_PARTS)
    seen: set[str] = set()
    for info in infos:
        name = info.orig_filename
        strange = "\\" in name or "\0" in name or ":" in name or name.startswith("/") or ".." in name.split("/")
        if strange or folded(name) in seen:
            _bad("file_bad_name", lang, file, part=ascii(name[:80])[1:-1])
        seen.add(folded(name))
        if info.flag_bits & 1:
            _bad("file_password", lang, file)
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            _bad("file_damaged", lang, file, part=name)
        if info.file_size > MOST_PART or is_suspicious(info.file_size, info.compress_size):
            _bad("file_bomb", lang, file, part=name)
    if sum(info.file_size for info in infos) > MOST_UNPACKED:
        _bad("file_bomb", lang, file, part=f"> {MOST_UNPACKED // MB} MB")


def is_suspicious(size: int, packed: int) -> bool:
    """Whether a part unpacks to so much more than it was that it is taken for an attack."""
    return size > RATIO_FROM and size > MOST_RATIO * max(packed, 1)


def _unpacked(package: ZipFile, info: ZipInfo, file: Path, lang: str) -> bytes:
    """A part, with its check sum tested.  What it unpacks to is limited by its own announced size, which was
    checked; so a part that holds more fails its check sum instead of filling the memory."""
    try:
        with package.open(info) as part:
            content = part.read(info.file_size + 1)
    except Exception:  # bytes were lost before it, so that it begins where it does not; it is no deflated stream …
        _bad("file_damaged", lang, file, part=info.filename)
    if len(content) != info.file_size:
        _bad("file_damaged", lang, file, part=info.filename)
    return content


def _check_xml(name: str, content: bytes, file: Path, lang: str) -> None:
    """No document type in an XML part, in whatever encoding it may hide."""
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        return
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:4]:
        wide = "utf-16" if content[0] >= 0xFE else "utf-16-be" if content[0] == 0 else "utf-16-le"
        content = content.decode(wide, errors="replace").encode("utf-8", errors="replace")
    named = _ENCODING.search(content[:200])
    # An encoding that only some parsers know could hide a document type from us and not from them.
    if named is not None and named[1].lower() not in _ENCODINGS or b"\0" in content[:200]:
        _bad("file_damaged", lang, file, part=name)
    if _DTD.search(content):
        _bad("file_entities", lang, file, part=name)


def _tree(parts: Mapping[str, bytes], name: str, file: Path, lang: str) -> Element:
    if name not in parts:
        _bad("file_no_part", lang, file, part=name)
    try:
        return fromstring(parts[name])
    except DefusedXmlException:
        _bad("file_entities", lang, file, part=name)
    except ParseError:
        _bad("file_damaged", lang, file, part=name)


def _check_workbook(parts: Mapping[str, bytes], file: Path, lang: str) -> None:
    """The main part is there, and is that of an Excel workbook."""
    if parts.get("mimetype", b"").startswith(b"application/vnd.oasis.opendocument"):
        _bad("file_not_workbook", lang, file, kind=text("file_kind_opendocument", lang))
    if _TYPES not in parts:
        office = any(name.startswith("xl/") for name in parts)
        if office:
            _bad("file_no_part", lang, file, part=_TYPES)
        _bad("file_not_workbook", lang, file, kind=text("file_kind_zip", lang))
    tree = _tree(parts, _TYPES, file, lang)
    types = {folded(item.get("PartName", "")): item.get("ContentType", "") for item in tree if item.get("PartName")}
    endings = {item.get("Extension", "").lower(): item.get("ContentType", "") for item in tree if item.get("Extension")}
    all_types = {*types.values(), *endings.values()}
    if not all_types & _WORKBOOKS:
        if any("sheet.binary" in kind for kind in all_types):
            _bad("file_binary_excel", lang, file)
        for word, kind in (("wordprocessingml", "file_kind_word"), ("presentationml", "file_kind_powerpoint")):
            if any(word in content_type for content_type in all_types):
                _bad("file_not_workbook", lang, file, kind=text(kind, lang))
        _bad("file_no_part", lang, file, part="xl/workbook.xml")
    main = ""
    for relation in _tree(parts, _RELS, file, lang):
        if not main and relation.get("Type", "").endswith("/officeDocument"):
            main = resolved("", relation.get("Target", ""))
    if (types.get("/" + folded(main)) or endings.get(main.rpartition(".")[2].lower())) not in _WORKBOOKS:
        _bad("file_no_part", lang, file, part=main or "xl/workbook.xml")
    _tree(parts, main, file, lang)
    if _STRICT in parts[main]:
        _bad("file_strict", lang, file)
