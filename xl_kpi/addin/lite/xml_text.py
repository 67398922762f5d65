"""A workbook file as its parts: unpacked, single elements put into their XML or cut out as text, packed again."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any, NoReturn
from xml.etree.ElementTree import ParseError
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from xl_kpi.catalog import text
from xl_kpi.errors import BadFile, Refused
from xl_kpi.workbook.package.named_parts import NamedParts
from xl_kpi.workbook.package.packing import put
from xl_kpi.workbook.package.relations import rels_of, resolved

TYPES, RELS = "[Content_Types].xml", "_rels/.rels"


def unpacked(xlsx: bytes, lang: str) -> tuple[list[ZipInfo], NamedParts]:
    """The entries of the file in their order, and the parts by name; BadFile for what is no workbook."""
    try:
        with ZipFile(BytesIO(xlsx)) as package:
            infos = package.infolist()
            parts = NamedParts({info.filename: package.read(info) for info in infos})
    except Exception:  # of what stands in the table of contents of a damaged file, anything may go wrong
        bad("zip", lang)
    for name in (TYPES, RELS):
        if name not in parts:
            bad(name, lang)
    return infos, parts


def packed(infos: list[ZipInfo], parts: NamedParts, lang: str) -> bytes:
    """The old parts in their order and with their dates, then the new ones; Refused where a signature would break."""
    if any(name.casefold().startswith("_xmlsignatures/") for name in parts):
        raise Refused(text("lite_signed", lang))
    before = {info.filename: info for info in infos}
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            info = ZipInfo(name, before[name].date_time if name in before else (1980, 1, 1, 0, 0, 0))
            info.compress_type = before[name].compress_type if name in before else ZIP_DEFLATED
            info.external_attr = before[name].external_attr if name in before else 0o600 << 16
            put(package, info, content)
    return file.getvalue()


def relations(parts: NamedParts, source: str, lang: str) -> list[tuple[str, str, str]]:
    """(type, id, part) of each relation of a part ("": of the package) that stays inside the file."""
    rels = rels_of(source)
    if rels not in parts:
        return []
    return [
        (relation.get("Type", ""), relation.get("Id", ""), parts.called(resolved(source, relation.get("Target", ""))))
        for relation in tree(parts, rels, lang)
        if relation.get("TargetMode") != "External"
    ]


def tree(parts: NamedParts, name: str, lang: str) -> Any:
    """A part read as XML; BadFile where it is none or could be an attack."""
    try:
        return fromstring(parts[name])
    except (KeyError, ParseError, DefusedXmlException, ValueError):
        bad(name, lang)


def insert(parts: NamedParts, name: str, root: str, child: Callable[[str], str], lang: str) -> None:
    """One more child at the end of a part, in the prefix that its root has; the rest stays as it is."""
    content = decoded(parts[name], name, lang)
    end = re.search(rf"</((?:\w+:)?){root}\s*>\s*$", content)
    if end is None:
        bad(name, lang)
    parts[name] = f"{content[: end.start()]}{child(end[1])}{content[end.start() :]}".encode()


def element(name: str, value: str) -> str:
    """The pattern of an element without children, one of whose attributes has that value."""
    return rf"""<(?:\w+:)?{name}\b[^>]*=\s*["']{re.escape(value)}["'][^>]*?(?:/>|>\s*</[^>]*>)"""


def cut(parts: NamedParts, name: str, pattern: str, lang: str, always: bool = True) -> None:
    """One element out of a part, and nothing around it: what ``insert`` put in leaves no trace."""
    content, count = re.subn(pattern, "", decoded(parts[name], name, lang), flags=re.DOTALL)
    if count > 1 or (always and not count):
        bad(name, lang)
    parts[name] = content.encode("utf-8")


def decoded(part: bytes, name: str, lang: str) -> str:
    """The text of a part; BadFile for an encoding other than the one that Excel writes."""
    try:
        return part.decode("utf-8")  # a mark of the byte order, if any, stays in front
    except UnicodeDecodeError:
        bad(name, lang)


def free_name(parts: NamedParts, name: str) -> str:
    """The name, or the next number in its place where there is such a part; part names have no case."""
    taken = {part.casefold() for part in parts}
    stem = name.removesuffix(".xml").rstrip("0123456789")
    number = name[len(stem) :].removesuffix(".xml")
    following = (f"{stem}{count}.xml" for count in range(int(number or 1) + 1, 10_000))
    return next(free for free in (name, *following) if free.casefold() not in taken)


def free_id(rels: bytes) -> str:
    """An id that no relation among these has."""
    taken = set(re.findall(rb"""\bId\s*=\s*["']([^"']*)""", rels))
    return next(f"rId{number}" for number in range(1, 10_000) if f"rId{number}".encode() not in taken)


def bad(part: str, lang: str) -> NoReturn:
    """BadFile that names the part."""
    raise BadFile(text("lite_changed_package", lang, part=part)) from None
