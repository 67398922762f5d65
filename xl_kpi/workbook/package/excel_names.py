"""What stands beside sheets (notes, tables, drawings) as Excel names it: ExcelJS finds it by nothing else."""

from __future__ import annotations

import posixpath
import re

from lxml import etree

from xl_kpi.workbook.package.package import DRAWING, Package, bytes_of, local, main, tree_of
from xl_kpi.workbook.package.relations import rels_of

# Kind of a relation of a sheet → how Excel calls the part.
_PARTS = {
    "comments": "xl/comments{}.xml",
    "vmlDrawing": "xl/drawings/vmlDrawing{}.vml",
    "table": "xl/tables/table{}.xml",
}


def name_as_excel(package: Package) -> None:
    """Give the notes and tables of all sheets the names by which Excel calls them, where another program (openpyxl)
    has called them otherwise; what they say, and what Excel has named, stays.

    Example: /xl/comments/comment1.xml is ../comments1.xml as its sheet calls it.
    """
    for sheet in package.relations(package.book):
        for relation in package.relations(sheet.part) if sheet.kind == "worksheet" and sheet.part else ():
            pattern = _PARTS.get(relation.kind)
            if relation.part and pattern:
                part = _renamed(package, relation.part, pattern)
                package.point(sheet.part, relation.id, posixpath.relpath(part, posixpath.dirname(sheet.part)))
            elif relation.part and relation.kind == "drawing":
                package.spell(relation.part, prefixed(package.parts[relation.part]))


def prefixed(drawing: bytes) -> bytes:
    """A drawing whose elements bear the prefix that Excel writes, as it came where they bear one."""
    if b"<wsDr" not in drawing:
        return drawing
    old = tree_of(drawing)
    spaces = {prefix: space for prefix, space in old.nsmap.items() if prefix}
    root = etree.Element(old.tag, dict(old.attrib), {**spaces, "xdr": DRAWING})
    root.extend(old)
    return bytes_of(root)


def _renamed(package: Package, part: str, pattern: str) -> str:
    """The name of a part as Excel would give it; it is called so now."""
    if re.fullmatch(re.escape(pattern).replace(r"\{\}", "[0-9]+"), part):
        return part
    new = package.free(pattern)
    if rels_of(part) in package.parts and posixpath.dirname(new) != posixpath.dirname(part):
        return part  # what it leads to is said from where it lies
    package.rename(part, new)
    if new.startswith("xl/comments"):
        package.parts[new] = _in_runs(package.parts[new])
    return new


def _in_runs(notes: bytes) -> bytes:
    """Notes with their words in runs, also where they have no formats: ExcelJS reads no others."""
    root = tree_of(notes)
    for words in [*root.iter(main("t"))]:
        text = words.getparent()
        if local(text) == "text":
            etree.SubElement(text, main("r")).append(words)
    return bytes_of(root)
