"""Excel tables and pivot tables that a user put on a generated sheet: kept in one piece, or the file is refused."""

from __future__ import annotations

from typing import Any

from lxml import etree

from xl_kpi.catalog import text
from xl_kpi.workbook.addresses import place_of
from xl_kpi.workbook.cells.rectangles import Rect, rect_of
from xl_kpi.workbook.graft.old_sheet import OldSheet
from xl_kpi.workbook.graft.sheet import ORDER, Composed
from xl_kpi.workbook.package.package import RID, Package, bytes_of, local, main, put_in_order

_AREAS = ("table", "autoFilter", "sortState", "sortCondition")


def keep_tables(user: Package, was: OldSheet, composed: Composed) -> None:
    """Move the tables of a sheet with their cells, and name them on the new sheet.

    Errors: Refused where one would come apart or lie under our cells; a formula that names a table which is gone
    makes a file that Excel takes for damaged.
    """
    theirs = set(composed.carried.cells.values())
    ours = {place for cell in composed.root.iter(main("c")) if (place := place_of(cell.get("r", "")))} - theirs
    parts = {relation.id: relation for relation in user.relations(was.part)}
    kept = []
    for each in was.root.iter(main("tablePart")):
        relation = parts.get(each.get(RID, ""))
        if relation and relation.part:
            _move(user, was, relation.part, _AREAS, ours, "graft_table")
            kept.append(relation.id)
    for relation in parts.values():
        if relation.kind == "pivotTable" and relation.part:
            _move(user, was, relation.part, ("location",), ours, "graft_pivot")
    if kept:
        tables = etree.Element(main("tableParts"), count=str(len(kept)))
        for rid in kept:
            etree.SubElement(tables, main("tablePart"), {RID: rid})
        put_in_order(composed.root, tables, ORDER)


def _move(
    user: Package, was: OldSheet, part: str, names: tuple[str, ...], ours: set[tuple[int, int]], what: str
) -> None:
    root = user.tree(part)
    changed = False
    for each in [each for each in root.iter() if local(each) in names]:
        old = rect_of(each.get("ref", ""))
        if old is None:
            continue
        new = was.places.moved(old)
        if new is None or _covers(new, ours):
            user.refuse("graft_no_room", sheet=was.name, cell=old.text, what=text(what, user.lang))
        if new != old:
            each.set("ref", new.text)
            changed = True
    if changed:
        user.parts[part] = bytes_of(root)


def _covers(rect: Rect, ours: set[tuple[int, int]]) -> Any:
    return any(place in rect for place in ours)
