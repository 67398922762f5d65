"""xlwings Lite's part of a workbook file: put in, renewed, taken out.

The LAMBDA names of our functions go and come back with it; every other part stays byte for byte.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from xl_kpi import __version__
from xl_kpi.addin.lite import parts as lite
from xl_kpi.addin.lite.bundle import is_edited, is_ours, main_py
from xl_kpi.addin.lite.names import is_told, put_back, take_out, users_names
from xl_kpi.addin.lite.xml_text import (
    RELS,
    TYPES,
    bad,
    cut,
    decoded,
    element,
    free_id,
    free_name,
    insert,
    packed,
    relations,
    tree,
    unpacked,
)
from xl_kpi.catalog import text
from xl_kpi.errors import BadFile, Refused
from xl_kpi.workbook.package.named_parts import NamedParts
from xl_kpi.workbook.package.relations import rels_of, source_of

_REQUIREMENTS = "xlwings\n"
_PROPERTY = re.compile(r"<(?:\w+:)?property\b[^>]*>")
_PROPERTIES = re.compile(r"<((?:\w+:)?)properties\b[^>]*?(/?)>")
_NAME = re.compile(r"""\bname\s*=\s*["']main\.py["']""")
_VALUE = re.compile(r"""\bvalue\s*=\s*("[^"]*"|'[^']*')""")


@dataclass(frozen=True)
class _Found:
    """Where xlwings Lite is in a package: the part of the panes, the id of the relation from there to the add-in's
    part, that part, whether other add-ins have panes beside it, and the code (None: no main.py)."""

    taskpanes: str
    relation: str
    part: str
    alone: bool
    code: str | None


def add_lite(xlsx: bytes, lang: str) -> bytes:
    """The workbook with our functions and scripts for xlwings Lite, and without the LAMBDA names of these functions.

    Arguments: ``xlsx`` a workbook file; ``lang`` the language of messages.
    Result: the workbook; the same file gives the same bytes, and one that holds this code already comes back as
    it is.  Older code of ours is replaced, with what the add-in keeps beside it left as it is; other add-ins'
    panes stay beside ours.
    Errors: Refused when the workbook holds xlwings Lite code that is not ours, or ours edited by hand, or is
    signed; BadFile when it is no workbook.
    """

    def put(parts: NamedParts) -> None:
        code, found = main_py(__version__), _find(parts, lang)
        if found is None:
            _put_in(parts, code, lang)
        else:
            _check_ours(found, lang)
            parts[found.part] = _with_code(parts[found.part], code, found, lang)
        take_out(parts, lang)

    return _changed(xlsx, lang, put)


def remove_lite(xlsx: bytes, lang: str) -> bytes:
    """The workbook without our xlwings Lite code, a plan of ours with its LAMBDA names.

    Special cases: a workbook that has no code and lacks no names comes back as it is.
    Errors: as for ``add_lite``.
    """

    def remove(parts: NamedParts) -> None:
        found = _find(parts, lang)
        if found is not None and found.code is not None:
            _check_ours(found, lang)
            _take_away(parts, found, lang)
        put_back(parts, lang)

    return _changed(xlsx, lang, remove)


def without_names(xlsx: bytes, lang: str) -> bytes:
    """The workbook without the LAMBDA names of our functions."""
    return _changed(xlsx, lang, lambda parts: take_out(parts, lang))


def kept_up(xlsx: bytes, lang: str) -> bytes:
    """A workbook with our code as this version writes it: older code reads the sheets of this version wrongly.

    Special cases: code that somebody has edited stays as it is.
    """

    def renew(parts: NamedParts) -> None:
        found = _find(parts, lang)
        if found is not None and found.code is not None and is_ours(found.code) and not is_edited(found.code):
            parts[found.part] = _with_code(parts[found.part], main_py(__version__), found, lang)
        take_out(parts, lang)

    return _changed(xlsx, lang, renew)


def _changed(xlsx: bytes, lang: str, change: Callable[[NamedParts], None]) -> bytes:
    """The workbook after a change of its parts; byte for byte the same where nothing has changed."""
    infos, parts = unpacked(xlsx, lang)
    before = dict(parts)
    change(parts)
    return xlsx if dict(parts) == before else packed(infos, parts, lang)


def carries_lite(xlsx: bytes, lang: str) -> bool:
    """Whether the workbook holds our code for xlwings Lite, edited or not; what can't be read is not ours to judge."""
    try:
        found = _find(unpacked(xlsx, lang)[1], lang)
    except (BadFile, Refused):
        return False
    return found is not None and found.code is not None and is_ours(found.code)


def warnings_of(xlsx: bytes, lang: str) -> list[str]:
    """What a person has to look at once the code is in a workbook, or out of it."""
    parts = unpacked(xlsx, lang)[1]
    told = [text("lite_users_name", lang, name=name) for name in users_names(parts, lang)]
    return [*told, *([] if is_told(parts, lang) else [text("lite_old_page", lang)])]


def _take_away(parts: NamedParts, found: _Found, lang: str) -> None:
    gone = {found.part}
    if found.alone:
        gone |= {found.taskpanes, rels_of(found.taskpanes)}
        cut(parts, RELS, element("Relationship", lite.TASKPANES_RELATION), lang)
    else:
        pane = rf"""<((?:\w+:)?)taskpane\b(?:(?!</\1taskpane\s*>).)*?:id\s*=\s*["']{re.escape(found.relation)}["']"""
        cut(parts, found.taskpanes, rf"{pane}.*?</\1taskpane\s*>", lang)
        cut(parts, rels_of(found.taskpanes), element("Relationship", found.relation), lang)
    if rels_of(found.part) in parts:  # the picture of the pane, which some versions of Excel keep
        gone.add(rels_of(found.part))
        gone.update(target for _, _, target in relations(parts, found.part, lang))
        others = [name for name in parts if name.endswith(".rels") and name not in gone]
        gone -= {target for name in others for _, _, target in relations(parts, source_of(name), lang)}
    for name in gone:
        parts.pop(name, None)
        cut(parts, TYPES, element("Override", f"/{name}"), lang, always=False)


def _put_in(parts: NamedParts, code: str, lang: str) -> None:
    """Our add-in where there was none: with a part for the panes, or beside those of others."""
    panes = _panes(parts, lang)
    part, kinds = free_name(parts, lite.WEBEXTENSION), {}
    content = lite.webextension({lite.MAIN: code, lite.REQUIREMENTS: _REQUIREMENTS}).encode("utf-8")
    if panes is None:
        panes = free_name(parts, lite.TASKPANES)
        parts[panes] = lite.taskpanes().encode("utf-8")
        target = posixpath.relpath(part, posixpath.dirname(panes))
        parts[rels_of(panes)] = lite.taskpanes_rels(target).encode("utf-8")
        kinds[panes] = lite.TASKPANES_TYPE
        relation = f'Relationship Id="{free_id(parts[RELS])}" Type="{lite.TASKPANES_RELATION}" Target="{panes}"'
        insert(parts, RELS, "Relationships", lambda prefix: f"<{prefix}{relation}/>", lang)
    else:
        rels, target = rels_of(panes), posixpath.relpath(part, posixpath.dirname(panes))
        free = free_id(parts.get(rels) or bad(rels, lang))
        insert(parts, rels, "Relationships", lambda prefix: lite.extension(prefix, free, target), lang)
        insert(parts, panes, "taskpanes", lambda prefix: lite.taskpane(prefix, free), lang)
    parts[part], kinds[part] = content, lite.WEBEXTENSION_TYPE
    for name, kind in kinds.items():
        insert(parts, TYPES, "Types", partial(_override, name, kind), lang)


def _override(name: str, kind: str, prefix: str) -> str:
    return f'<{prefix}Override PartName="/{name}" ContentType="{kind}"/>'


def _panes(parts: NamedParts, lang: str) -> str | None:
    """The part with the task panes of all add-ins."""
    panes = [target for kind, _, target in relations(parts, "", lang) if kind == lite.TASKPANES_RELATION]
    if len(panes) > 1:
        bad(RELS, lang)
    return panes[0] if panes else None


def _find(parts: NamedParts, lang: str) -> _Found | None:
    """xlwings Lite by its relations, whatever other add-ins stand beside it."""
    panes = _panes(parts, lang)
    if panes is None:
        return None
    found, values = [], {}
    extensions = [each for each in relations(parts, panes, lang) if each[0] == lite.WEBEXTENSION_RELATION]
    for _, relation, part in extensions:
        elements = list(tree(parts, part, lang).iter())
        references = [element.get("id", "").casefold() for element in elements if element.tag.endswith("}reference")]
        if lite.ADDIN in references:
            found.append((relation, part))
            values = {one.get("name"): one.get("value") for one in elements if one.tag.endswith("}property")}
    if not found:
        return None
    if len(found) > 1:
        raise Refused(text("lite_twice", lang))
    code = values.get(lite.MAIN)
    try:
        read = None if code is None else str(json.loads(code))
    except ValueError:
        bad(found[0][1], lang)
    return _Found(panes, *found[0], len(extensions) == 1, read)


def _check_ours(found: _Found, lang: str) -> None:
    if found.code is None or not found.code.strip():
        return  # there was never any, or the user deleted it, as main.py says it is removed
    if not is_ours(found.code):
        raise Refused(text("lite_foreign", lang))
    if is_edited(found.code):
        raise Refused(text("lite_edited", lang))


def _with_code(part: bytes, code: str, found: _Found, lang: str) -> bytes:
    """The part with another main.py; whatever else the add-in keeps there stays."""
    content = decoded(part, found.part, lang)
    if found.code is None:
        new = {lite.MAIN: code} if lite.REQUIREMENTS in content else {lite.MAIN: code, lite.REQUIREMENTS: _REQUIREMENTS}

        def filled(match: re.Match[str]) -> str:
            values = "".join(lite.property_of(match[1], name, value) for name, value in new.items())
            return f"<{match[1]}properties>{values}" + (f"</{match[1]}properties>" if match[2] else "")

        content, changed = _PROPERTIES.subn(filled, content)
    else:
        value = f'value="{lite.escaped(code)}"'
        ours = [match[0] for match in _PROPERTY.finditer(content) if _NAME.search(match[0])]
        changed = len(ours)
        for old in ours:
            content = content.replace(old, _VALUE.sub(lambda _: value, old))
    if changed != 1:
        bad(found.part, lang)
    return content.encode("utf-8")
