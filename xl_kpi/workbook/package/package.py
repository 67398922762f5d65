"""A workbook's package taken apart: parts, relations, content types; put together again in the same order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NoReturn
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from xl_kpi.catalog import text
from xl_kpi.errors import BadFile, Refused
from xl_kpi.workbook.package.named_parts import NamedParts, folded
from xl_kpi.workbook.package.packing import put
from xl_kpi.workbook.package.relations import rels_of, resolved
from xl_kpi.workbook.package.safety import package_parts

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
MARKUP = "http://schemas.openxmlformats.org/markup-compatibility/2006"
EXTENDED = "http://schemas.microsoft.com/office/excel/2006/main"  # "xm" of extension lists
RID = f"{{{OFFICE}}}id"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "[Content_Types].xml"
_DATE = (1980, 1, 1, 0, 0, 0)
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS_NAMED = etree.XPath(f"descendant-or-self::*/@*[namespace-uri() = '{OFFICE}']")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
# What a save by parts can't keep true: how the relation or part begins, and why the file is refused.
_NOT_OURS_TO_TOUCH = (
    (r"/digital-signature/origin$", "graft_signed"),
    (r"/(?:revisionHeaders|usernames)$", "graft_shared"),
)


def tree_of(xml: bytes) -> etree._Element:
    """The root of a part."""
    return etree.fromstring(xml, _PARSER)


def bytes_of(root: etree._Element) -> bytes:
    """The part of a root; the same tree gives the same bytes, read and written any number of times."""
    return _HEAD + etree.tostring(root, encoding="UTF-8")


def main(name: str) -> str:
    """The tag of an element of sheets, styles and workbooks."""
    return f"{{{MAIN}}}{name}"


def local(element: etree._Element) -> str:
    """An element's name without its namespace; "" for comments."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def alike(one: etree._Element, other: etree._Element) -> bool:
    """Whether two trees say the same, whatever their prefixes."""
    for left, right in zip(one.iter(), other.iter(), strict=False):  # as many children each: neither is longer
        if left.tag != right.tag or len(left) != len(right):
            return False
        if (left.text or "") != (right.text or "") or (left.tail or "") != (right.tail or ""):
            return False
        if left.items() != right.items() and dict(left.attrib) != dict(right.attrib):
            return False
    return True


def put_in_order(root: etree._Element, child: etree._Element, order: tuple[str, ...]) -> None:
    """Insert a child where the schema wants it; behind the others of its kind."""
    place = order.index(kind_of(child))
    for at, other in enumerate(root):
        if isinstance(other.tag, str) and kind_of(other) in order and order.index(kind_of(other)) > place:
            root.insert(at, child)
            return
    root.append(child)


def kind_of(child: etree._Element) -> str:
    """The name of an element; of one that stands there for several versions of Excel, what it holds for them."""
    if child.tag == f"{{{MARKUP}}}AlternateContent":
        return next((local(inner) for choice in child for inner in choice), "")
    return local(child)


def relations_in(element: etree._Element) -> set[str]:
    """The ids of relations that an element and those inside it name, by whatever attribute."""
    return {str(value) for value in _RELATIONS_NAMED(element)}


@dataclass(frozen=True)
class Relation:
    """A relation of a part; ``part`` is where it leads inside the package, "" for what lies outside.

    ``dangles``: it leads to a part that is not there, as some programs leave it behind; then ``part`` is "" too.
    """

    id: str
    type: str
    target: str
    part: str
    dangles: bool = False

    @property
    def kind(self) -> str:
        """``drawing``, ``chart`` …"""
        return self.type.rpartition("/")[2]


class Package:
    """The parts of a workbook, to be changed one by one.

    Arguments: ``data`` the file, ``name`` what it is called in messages, ``lang`` their language.
    Errors: Refused where the file is none that may be opened, or one that must not be changed from outside.
    """

    def __init__(self, data: bytes, name: str, lang: str):
        self.name, self.lang = name, lang
        try:
            self.parts = package_parts(data, name, lang)
        except BadFile as problem:
            raise Refused(str(problem)) from problem
        with ZipFile(BytesIO(data)) as package:
            self._infos = {folded(info.filename): info for info in package.infolist()}
        self.before = NamedParts(self.parts)
        self._bore = {folded(part) for part in self.parts}
        self._spelled: set[str] = set()
        self.types = Types(self.parts[_TYPES])
        self.book = next(relation.part for relation in self.relations("") if relation.kind == "officeDocument")
        for relation in (*self.relations(""), *self.relations(self.book)):
            for pattern, key in _NOT_OURS_TO_TOUCH:
                if re.search(pattern, relation.type):
                    self.refuse(key)

    def refuse(self, key: str, **values: object) -> NoReturn:
        """Give up, nothing was changed."""
        raise Refused(text(key, self.lang, file=self.name, **values))

    def tree(self, part: str) -> etree._Element:
        """The root of a part.  Errors: Refused where the package has none, or it is no XML."""
        try:
            return tree_of(self.parts[part])
        except (KeyError, etree.XMLSyntaxError):
            self.refuse("graft_damaged", part=part or "?")

    def relations(self, part: str) -> list[Relation]:
        """The relations of a part ("": of the package)."""
        rels = rels_of(part)
        if rels not in self.parts:
            return []
        return [self._relation(part, element) for element in self.tree(rels) if local(element) == "Relationship"]

    def _relation(self, part: str, element: etree._Element) -> Relation:
        target, inside = element.get("Target", ""), element.get("TargetMode") != "External"
        where = self.parts.called(resolved(part, target)) if inside else ""
        dangles = bool(where) and where not in self.parts
        if dangles:  # whoever gives this name to another part would have it in the place of the lost one
            self._bore.add(folded(where))
        ends = element.get("Id", ""), element.get("Type", ""), target
        return Relation(*ends, "" if dangles else where, dangles)

    def related(self, part: str, kind: str) -> str:
        """The part to which the first relation of a kind leads; "" without one."""
        return next((each.part for each in self.relations(part) if each.kind == kind and not each.dangles), "")

    def relate(self, part: str, kind: str, target: str) -> str:
        """The id of the relation of ``part`` to ``target``, made when there is none."""
        for relation in self.relations(part):
            if relation.part == target and relation.kind == kind:
                return relation.id
        rels = rels_of(part)
        blank = etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS})
        root = self.tree(rels) if rels in self.parts else blank
        taken = {element.get("Id") for element in root}
        id_ = next(f"rId{number}" for number in range(1, len(taken) + 2) if f"rId{number}" not in taken)
        attributes = {"Id": id_, "Type": f"{OFFICE}/{kind}", "Target": f"/{target}"}
        etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", attributes)
        self.parts[rels] = bytes_of(root)
        return id_

    def keep_relations(self, part: str, ids: set[str]) -> None:
        """Drop all relations of a part but these."""
        rels = rels_of(part)
        if rels not in self.parts:
            return
        root = self.tree(rels)
        gone = [element for element in root if element.get("Id") not in ids]
        for element in gone:
            root.remove(element)
        if not len(root):
            del self.parts[rels]
        elif gone:
            self.parts[rels] = bytes_of(root)

    def free(self, pattern: str) -> str:
        """A part name that nothing bears or bore: ``pattern`` with the first free number."""
        taken = self._bore | {folded(part) for part in self.parts}
        number = 1
        while pattern.format(number).lower() in taken:
            number += 1
        return pattern.format(number)

    def add(self, part: str, content: bytes, content_type: str) -> None:
        """Put a part in, in the place of one that is there."""
        self.parts[part] = content
        self.types.set(part, content_type)

    def rename(self, part: str, name: str) -> None:
        """Call a part by another name, and its relations with it; who leads to it is told by ``point``."""
        for old, new in ((part, name), (rels_of(part), rels_of(name))):
            if old in self.parts:
                self.parts[new] = self.parts.pop(old)
        content_type = self.types.of(part)
        self.types.remove(part)
        self.types.set(name, content_type)

    def point(self, part: str, id_: str, target: str) -> None:
        """Let a relation of a part lead to ``target``."""
        root = self.tree(rels_of(part))
        for element in root:
            if element.get("Id") == id_ and element.get("Target") != target:
                element.set("Target", target)
                self.parts[rels_of(part)] = bytes_of(root)

    def spell(self, part: str, content: bytes) -> None:
        """Other words for the same: kept, though a part that says what it said is the old one elsewhere."""
        if content != self.parts[part]:
            self.parts[part] = content
            self._spelled.add(folded(part))

    def reachable(self) -> set[str]:
        """The parts that something in the package leads to."""
        found: set[str] = set()
        waiting = [""]
        while waiting:
            part = waiting.pop()
            if part in found or part and part not in self.parts:
                continue
            found.add(part)
            waiting += [relation.part for relation in self.relations(part) if relation.part]
        return found - {""}

    def drop(self, parts: set[str]) -> None:
        """Take parts out, with their relations."""
        for part in parts:
            self.parts.pop(part, None)
            self.parts.pop(rels_of(part), None)
            self.types.remove(part)

    def to_bytes(self) -> bytes:
        """The file: parts in the order in which they came, new ones at the end."""
        if self.types.changed:
            self.parts[_TYPES] = bytes_of(self.types.root)
        self._leave_what_says_the_same()
        file = BytesIO()
        with ZipFile(file, "w", ZIP_DEFLATED) as package:
            for name in [
                *(old for old in self.before if old in self.parts),
                *(new for new in self.parts if new not in self.before),
            ]:
                put(package, self._info(name), self.parts[name])
        return file.getvalue()

    def _leave_what_says_the_same(self) -> None:
        """A part that was made anew and says what it said is the old one, byte for byte."""
        for name, old in self.before.items():
            new = self.parts.get(name, old)
            spelled = new == old or folded(name) in self._spelled
            if not spelled and name.lower().endswith((".xml", ".rels")) and _say_the_same(old, new):
                self.parts[name] = old

    def _info(self, name: str) -> ZipInfo:
        old = self._infos.get(folded(name))
        info = ZipInfo(name, old.date_time if old else _DATE)
        info.compress_type = old.compress_type if old else ZIP_DEFLATED
        info.external_attr = old.external_attr if old else 0o600 << 16
        info.create_system = old.create_system if old else 3
        return info

    def compared(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of the parts that came, went or changed; of those that are what they were."""
        names = [*self.before, *(name for name in self.parts if name not in self.before)]
        same = [name for name in names if self.before.get(name) == self.parts.get(name)]
        return tuple(sorted(set(names) - set(same))), tuple(sorted(same))


def _say_the_same(old: bytes, new: bytes) -> bool:
    """Whether two parts do; nobody knows what one says that is no XML."""
    try:
        return alike(tree_of(old), tree_of(new))
    except etree.XMLSyntaxError:
        return False


class Types:
    """The list of content types."""

    def __init__(self, xml: bytes):
        self.root, self.changed = tree_of(xml), False

    def _overrides(self, part: str) -> Iterator[Any]:
        wanted = "/" + part.lower()
        yield from [element for element in self.root if element.get("PartName", "").lower() == wanted]

    def of(self, part: str) -> str:
        """The content type of a part."""
        for element in self._overrides(part):
            return element.get("ContentType", "")
        ending = part.rpartition(".")[2].lower()
        defaults = {element.get("Extension", "").lower(): element.get("ContentType", "") for element in self.root}
        return defaults.get(ending, "")

    def set(self, part: str, content_type: str) -> None:
        if self.of(part) != content_type:
            self.remove(part)
            tag = self.root.tag.replace("Types", "Override")
            etree.SubElement(self.root, tag, {"PartName": "/" + part, "ContentType": content_type})
            self.changed = True

    def remove(self, part: str) -> None:
        for element in self._overrides(part):
            self.root.remove(element)
            self.changed = True
