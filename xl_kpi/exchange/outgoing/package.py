"""The parts of a workbook that is to be sent: sheets and names left out, what only they needed as well.

Parts are compressed once, however many workbooks they go into.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

from xl_kpi.exchange.outgoing.sheet import Rows, moved, sheet_of, sheets_in, tag
from xl_kpi.workbook.package.relations import rels_of, resolved

TYPES, WORKBOOK, STYLES, STRINGS = "[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"
WORKBOOK_RELS = "xl/_rels/workbook.xml.rels"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class OutgoingSheet:
    """A sheet of the package: its name, its part, and the part of its relations."""

    name: str
    part: str

    @property
    def rels(self) -> str:
        return rels_of(self.part)


class OutgoingWorkbook:
    """A generated workbook taken apart."""

    def __init__(self, data: bytes):
        with ZipFile(BytesIO(data)) as package:
            self.parts = {info.filename: package.read(info) for info in package.infolist()}
        self.workbook = etree.fromstring(self.parts[WORKBOOK])
        targets = dict(relations(self.parts, WORKBOOK))
        self.sheets = [
            OutgoingSheet(element.get("name"), targets[element.get(_RELATION)])
            for element in self.workbook.iter(tag("sheet"))
        ]
        strings = etree.fromstring(self.parts[STRINGS])
        self.texts = ["".join(item.itertext()) for item in strings]
        self.items = [etree.tostring(_bare(item), encoding="unicode") for item in strings]

    def sheet(self, name: str) -> OutgoingSheet:
        return next(sheet for sheet in self.sheets if sheet.name == name)

    def name(self, name: str) -> str:
        """What a defined name refers to."""
        return next(item.text for item in self.workbook.iter(tag("definedName")) if item.get("name") == name)

    @property
    def names(self) -> set[str]:
        """All names, folded."""
        return {item.get("name").casefold() for item in self.workbook.iter(tag("definedName"))}

    @cached_property
    def _mentioned(self) -> list[frozenset[str]]:
        """The sheets, folded, that each name refers to, in the order of the names."""
        sheets = {sheet.name.casefold() for sheet in self.sheets}
        return [
            frozenset(sheets_in(item.text or "")) & sheets for item in self.workbook.iter(tag("definedName"))
        ]  # fmt: skip

    def names_on(self, sheets: Collection[str]) -> set[str]:
        """The names, folded, that refer to cells on one of these (folded) sheets."""
        items = zip(self.workbook.iter(tag("definedName")), self._mentioned, strict=True)
        return {
            item.get("name").casefold()
            for item, mentioned in items
            if item.get("localSheetId") is None and not mentioned.isdisjoint(sheets)
        }

    def without(self, gone: Collection[str], *, rows: Mapping[str, Rows], plain_names: bool) -> etree._Element:
        """The workbook's own part without the sheets ``gone``.

        Names that mention them go too, and those that mention no sheet unless ``plain_names``; names on sheets
        whose rows have moved (``rows``: sheet → old row → new row) follow.
        """
        root = copy.deepcopy(self.workbook)
        folded = {name.casefold() for name in gone}
        places, number = {}, 0
        for position, sheet in enumerate([*root.iter(tag("sheet"))]):
            if sheet.get("name") in gone:
                sheet.getparent().remove(sheet)
            else:
                places[str(position)], number = str(number), number + 1
        for item, mentioned in zip([*root.iter(tag("definedName"))], self._mentioned, strict=True):
            text, place = item.text or "", item.get("localSheetId")
            lost = not mentioned.isdisjoint(folded) or (place is not None and place not in places)
            lost = lost or not (plain_names or mentioned)
            sheet = "" if lost else sheet_of(text)
            if sheet in rows:
                area = moved(text.rpartition("!")[2], rows[sheet])
                lost = area is None
                item.text = f"{text.rpartition('!')[0]}!{area}"
            if lost:
                item.getparent().remove(item)
            elif place is not None:
                item.set("localSheetId", places[place])
        names = root.find(tag("definedNames"))
        if names is not None and not len(names):
            root.remove(names)
        return root


def reachable(parts: Mapping[str, bytes]) -> set[str]:
    """The parts that something in the package leads to, with their relations, and the list of types."""
    found: set[str] = set()
    waiting = [""]
    while waiting:
        part = waiting.pop()
        if part in found or (part and part not in parts):
            continue
        found.add(part)
        if rels_of(part) in parts:
            found.add(rels_of(part))
            waiting += [target for _, target in relations(parts, part)]
    return (found - {""}) | {TYPES}


def pruned(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The package without the parts that nothing leads to."""
    stay = reachable(parts)
    types = etree.fromstring(parts[TYPES])
    for item in [*types]:
        if item.get("PartName") and item.get("PartName").removeprefix("/") not in stay:
            types.remove(item)
    return {name: serialised(types) if name == TYPES else parts[name] for name in parts if name in stay}


def relations(parts: Mapping[str, bytes], part: str) -> list[tuple[str, str]]:
    """(id, target part) of each relation of a part ("": of the package) that stays inside it."""
    rels = parts.get(rels_of(part))
    return [
        (item.get("Id"), resolved(part, item.get("Target")))
        for item in (etree.fromstring(rels) if rels else ())
        if item.get("TargetMode") != "External"
    ]


def without_relations(rels: bytes, targets: Collection[str], part: str) -> bytes:
    """The relations of ``part`` without those to some parts."""
    root = etree.fromstring(rels)
    for item in [*root]:
        if resolved(part, item.get("Target")) in targets:
            root.remove(item)
    return serialised(root)


def serialised(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def locked_twins(styles: bytes) -> tuple[bytes, dict[str, str]]:
    """The styles with a locked twin for every cell format that may be typed over: no paper, the ink of text.

    Result: the part, and format → its twin.
    """
    root = etree.fromstring(styles)
    formats = root.find(tag("cellXfs"))
    plain = _plain_font(root)
    twins = {}
    for number, each in enumerate([*formats]):
        protection = each.find(tag("protection"))
        if protection is None or protection.get("locked") not in ("0", "false"):
            continue
        twin = copy.deepcopy(each)
        twin.find(tag("protection")).set("locked", "1")
        for attribute, value in (("fillId", "0"), ("applyFill", "1"), ("applyProtection", "1")):
            twin.set(attribute, value)
        if plain is not None:
            twin.set("fontId", plain)
            twin.set("applyFont", "1")
        twins[str(number)] = str(len(formats))
        formats.append(twin)
    formats.set("count", str(len(formats)))
    return serialised(root), twins


def _plain_font(root: etree._Element) -> str | None:
    """The font of the style in which texts in boxes stand."""
    named = {item.get("name"): item.get("xfId") for item in root.iter(tag("cellStyle"))}
    number = named.get("kpi body")
    return None if number is None else root.find(tag("cellStyleXfs"))[int(number)].get("fontId")


def _bare(item: etree._Element) -> etree._Element:
    """An element without the namespace declarations that it would repeat."""
    for part in item.iter():
        part.tag = etree.QName(part).localname
    item = copy.deepcopy(item)  # inside its parent it still stands in the parent's namespace
    etree.cleanup_namespaces(item)
    return item
