"""xlwings Lite's part of a workbook file: put in, taken out, removed; every other part stays byte for byte."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from io import BytesIO
from typing import NoReturn
from xml.etree.ElementTree import ParseError
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from xl_kpi import __version__
from xl_kpi.addin import lite_parts as lite
from xl_kpi.addin.bundle import is_edited, is_ours, main_py
from xl_kpi.catalog import text
from xl_kpi.errors import BadFile, Refused

_TYPES, _RELS = "[Content_Types].xml", "_rels/.rels"
_REQUIREMENTS = "xlwings\n"
_PROPERTY = re.compile(r"<(?:\w+:)?property\b[^>]*>")
_NAME = re.compile(r"""\bname\s*=\s*["']main\.py["']""")
_VALUE = re.compile(r"""\bvalue\s*=\s*("[^"]*"|'[^']*')""")


@dataclass(frozen=True)
class _Found:
    """Where the Lite part of a package is: its pane's part, its own part, and the code (None: no main.py)."""

    taskpanes: str
    part: str
    code: str | None


def add_lite(xlsx: bytes, lang: str) -> bytes:
    """The workbook with our functions and scripts for xlwings Lite.

    Arguments: ``xlsx`` a workbook file; ``lang`` the language of messages.
    Result: the workbook; the same file gives the same bytes.  Code of ours that is there already is replaced,
    with what the add-in keeps beside it left as it is.
    Errors: Refused when the workbook holds code that is not ours, or ours edited by hand, or another
    add-in's parts; BadFile when it is no workbook.
    """
    infos, parts = _unpacked(xlsx, lang)
    code = main_py(__version__)
    found = _find(parts, lang)
    if found is None:
        properties = {lite.MAIN: code, lite.REQUIREMENTS: _REQUIREMENTS}
        new = {
            lite.TASKPANES: lite.taskpanes(),
            lite.TASKPANES_RELS: lite.taskpanes_rels(),
            lite.WEBEXTENSION: lite.webextension(properties),
        }
        parts.update({name: content.encode("utf-8") for name, content in new.items()})
        for name, kind in ((lite.TASKPANES, lite.TASKPANES_TYPE), (lite.WEBEXTENSION, lite.WEBEXTENSION_TYPE)):
            _insert(parts, _TYPES, "Types", f'Override PartName="/{name}" ContentType="{kind}"', lang)
        relation = f'Relationship Id="{_free_id(parts[_RELS])}" Type="{lite.TASKPANES_RELATION}" '
        _insert(parts, _RELS, "Relationships", f'{relation}Target="{lite.TASKPANES}"', lang)
    else:
        _check_ours(found, lang)
        parts[found.part] = _with_code(parts[found.part], code, found.part, lang)
    return _packed(infos, parts)


def read_main_py(xlsx: bytes, lang: str = "en") -> str:
    """The main.py of a workbook, whoever wrote it.

    Errors: BadFile when the file is no workbook or holds no xlwings Lite code.
    """
    found = _find(_unpacked(xlsx, lang)[1], lang)
    if found is None or found.code is None:
        raise BadFile(text("lite_none", lang))
    return found.code


def remove_lite(xlsx: bytes, lang: str) -> bytes:
    """The workbook without our xlwings Lite code; a workbook that has none comes back as it is.

    Errors: as for ``add_lite``.
    """
    infos, parts = _unpacked(xlsx, lang)
    found = _find(parts, lang)
    if found is None:
        return xlsx
    _check_ours(found, lang)
    gone = {found.taskpanes, found.part, _rels_of(found.taskpanes)}
    if _rels_of(found.part) in parts:  # the picture of the pane, which some versions of Excel keep
        gone.add(_rels_of(found.part))
        gone.update(target for _, target in _relations(parts, found.part, lang))
        others = [name for name in parts if name.endswith(".rels") and name not in gone]
        kept = {target for name in others for _, target in _relations(parts, _source_of(name), lang)}
        gone -= kept
    for name in gone:
        parts.pop(name, None)
        pattern = rf'\s*<(?:\w+:)?Override\b[^>]*\bPartName="/{re.escape(name)}"[^>]*?(?:/>|>\s*</[^>]*>)'
        parts[_TYPES] = re.sub(pattern, "", parts[_TYPES].decode("utf-8")).encode("utf-8")
    pattern = rf'\s*<(?:\w+:)?Relationship\b[^>]*"{re.escape(lite.TASKPANES_RELATION)}"[^>]*?(?:/>|>\s*</[^>]*>)'
    parts[_RELS] = re.sub(pattern, "", parts[_RELS].decode("utf-8")).encode("utf-8")
    return _packed(infos, parts)


def _unpacked(xlsx: bytes, lang: str) -> tuple[list[ZipInfo], dict[str, bytes]]:
    try:
        with ZipFile(BytesIO(xlsx)) as package:
            infos = package.infolist()
            parts = {info.filename: package.read(info) for info in infos}
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        _bad("zip", lang)
    for name in (_TYPES, _RELS):
        if name not in parts:
            _bad(name, lang)
    return infos, parts


def _packed(infos: list[ZipInfo], parts: dict[str, bytes]) -> bytes:
    """The old parts in their order and with their dates, then the new ones."""
    before = {info.filename: info for info in infos}
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            info = ZipInfo(name, before[name].date_time if name in before else (1980, 1, 1, 0, 0, 0))
            info.compress_type = before[name].compress_type if name in before else ZIP_DEFLATED
            info.external_attr = before[name].external_attr if name in before else 0o600 << 16
            package.writestr(info, content, compresslevel=6)
    return file.getvalue()


def _find(parts: dict[str, bytes], lang: str) -> _Found | None:
    """The Lite part by its relations; Refused when other add-ins stand in the workbook."""
    panes = [target for kind, target in _relations(parts, "", lang) if kind == lite.TASKPANES_RELATION]
    if not panes:
        return None
    extensions = [
        target for kind, target in _relations(parts, panes[0], lang) if kind == lite.WEBEXTENSION_RELATION
    ]  # fmt: skip
    if len(panes) > 1 or len(extensions) != 1:
        raise Refused(text("lite_other_addin", lang))
    root = _tree(parts, extensions[0], lang)
    references = [element.get("id", "") for element in root.iter() if element.tag.endswith("}reference")]
    if lite.ADDIN not in [reference.casefold() for reference in references]:
        raise Refused(text("lite_other_addin", lang))
    values = {element.get("name"): element.get("value") for element in root.iter() if element.tag.endswith("}property")}
    code = values.get(lite.MAIN)
    try:
        return _Found(panes[0], extensions[0], None if code is None else str(json.loads(code)))
    except ValueError:
        _bad(extensions[0], lang)


def _check_ours(found: _Found, lang: str) -> None:
    if found.code is None or not found.code.strip():
        if found.code is None:
            raise Refused(text("lite_other_addin", lang))
        return  # the user deleted the code, as main.py says it is removed
    if not is_ours(found.code):
        raise Refused(text("lite_foreign", lang))
    if is_edited(found.code):
        raise Refused(text("lite_edited", lang))


def _with_code(part: bytes, code: str, name: str, lang: str) -> bytes:
    """The part with another main.py; whatever else the add-in keeps there stays."""
    content, changed = part.decode("utf-8"), 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal changed
        if not _NAME.search(match[0]):
            return match[0]
        changed += 1
        return _VALUE.sub(lambda _: f'value="{lite.escaped(code)}"', match[0])

    content = _PROPERTY.sub(replaced, content)
    if changed != 1:
        _bad(name, lang)
    return content.encode("utf-8")


def _relations(parts: dict[str, bytes], source: str, lang: str) -> list[tuple[str, str]]:
    """(type, part) of each relation of a part ("": of the package) that stays inside the file."""
    rels = _rels_of(source)
    if rels not in parts:
        return []
    return [
        (relation.get("Type", ""), _resolved(source, relation.get("Target", "")))
        for relation in _tree(parts, rels, lang)
        if relation.get("TargetMode") != "External"
    ]


def _resolved(source: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target)).lstrip("/")


def _rels_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _source_of(rels: str) -> str:
    folder, name = posixpath.split(rels)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def _tree(parts: dict[str, bytes], name: str, lang: str):
    try:
        return fromstring(parts[name])
    except (KeyError, ParseError, DefusedXmlException, ValueError):
        _bad(name, lang)


def _insert(parts: dict[str, bytes], name: str, root: str, element: str, lang: str) -> None:
    """One more child at the end of a part, in the prefix that its root has; the rest stays as it is."""
    content = parts[name].decode("utf-8-sig")
    end = re.search(rf"</((?:\w+:)?){root}\s*>\s*$", content)
    if end is None:
        _bad(name, lang)
    parts[name] = f"{content[: end.start()]}<{end[1]}{element}/>{content[end.start() :]}".encode()


def _free_id(rels: bytes) -> str:
    taken = set(re.findall(rb"""\bId\s*=\s*["']([^"']*)""", rels))
    return next(f"rId{number}" for number in range(1, 10_000) if f"rId{number}".encode() not in taken)


def _bad(part: str, lang: str) -> NoReturn:
    raise BadFile(text("lite_changed_package", lang, part=part)) from None
