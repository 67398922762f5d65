"""What stands beside sheets (notes, tables, drawings) as Excel names it: ExcelJS finds it by nothing else."""

from __future__ import annotations

import posixpath
import re

from lxml import etree

from xl_kpi.workbook.package.package import DRAWING, Package, bytes_of, local, main, tree_of

# Kind of a relation of a sheet → how openpyxl calls the part, and how Excel does.
_PARTS = {
    "comments": (re.compile(r"xl/comments/comment\d+\.xml"), "xl/comments{}.xml"),
    "vmlDrawing": (re.compile(r"xl/drawings/commentsDrawing\d+\.vml"), "xl/drawings/vmlDrawing{}.vml"),
    "table": (re.compile(r"xl/tables/table\d+\.xml"), ""),
}


def name_as_excel(package: Package) -> None:
    """Give the notes and tables of all sheets the names by which Excel calls them, where another program (openpyxl)
    has called them otherwise; what they say, and what Excel has named, stays.

    Example: /xl/comments/comment1.xml is ../comments1.xml as its sheet calls it.
    """
    for sheet in package.relations(package.book):
        for relation in package.relations(sheet.part) if sheet.kind == "worksheet" and sheet.part else ():
            theirs, excels = _PARTS.get(relation.kind, (None, ""))
            if relation.part and theirs and theirs.fullmatch(relation.part):
                part = _renamed(package, relation.part, excels) if excels else relation.part
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
    new = package.free(pattern)
    package.rename(part, new)
    if new.endswith(".xml"):
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
