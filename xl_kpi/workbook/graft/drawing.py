"""Drawings of generated sheets: our charts made anew, pictures, shapes and charts of the user's kept."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from lxml import etree

from xl_kpi.workbook.graft.charts import OurCharts, chart_of
from xl_kpi.workbook.graft.extras import move_corners
from xl_kpi.workbook.graft.old_sheet import OldSheet
from xl_kpi.workbook.package.package import CHART, DRAWING, RID, Package, bytes_of, relations_in
from xl_kpi.workbook.package.relations import rels_of

_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")


def graft_drawing(
    user: Package, made: Package, old_part: str, new_part: str, was: OldSheet | None, ours_of: OurCharts
) -> tuple[str, list[str]]:
    """The drawing of a generated sheet.

    Arguments: ``old_part`` the drawing that the user's sheet has, ``new_part`` the one in ``made`` ("": none);
    ``was`` the user's sheet (None: the sheet is new); ``ours_of`` tells our charts from the user's.
    Result: the part to which the sheet is to be related ("": none), and the parts of our charts.
    """
    root = user.tree(old_part) if old_part else None
    old = [] if root is None or was is None else ours_of.of(old_part, root, was, new_part)
    charts = [part for anchor in old if (part := chart_of(user, old_part, anchor)) in user.parts]
    theirs = [] if root is None else [child for child in root if child not in old]
    if was is not None:
        for anchor in theirs:
            for each in _anchors(anchor):
                move_corners(each, was)
    ours = list(made.tree(new_part)) if new_part else []
    if not ours and not theirs:
        return "", []
    part = old_part or user.free("xl/drawings/drawing{}.xml")
    user.keep_relations(part, {value for anchor in theirs for value in relations_in(anchor)})
    if root is None or not theirs:
        root = etree.Element(f"{{{DRAWING}}}wsDr", nsmap={"xdr": DRAWING})
    else:
        for anchor in old:
            root.remove(anchor)
    user.add(part, b"", _DRAWING_TYPE)
    drawn = []
    number = max((int(value) for each in _named(root) if (value := each.get("id", "")).isdigit()), default=0)
    for at, anchor in enumerate(ours):
        new = copy.deepcopy(anchor)
        new.tail = None
        number += 1
        for each in _named(new):
            each.set("id", str(number))
        for each in new.iter(f"{{{CHART}}}chart"):
            name = charts.pop(0) if charts else user.free("xl/charts/chart{}.xml")
            _put_chart(user, made, chart_of(made, new_part, anchor), name)
            each.set(RID, user.relate(part, "chart", name))
            drawn.append(name)
        root.insert(at, new)  # below what is the user's
    user.parts[part] = bytes_of(root)
    return part, drawn


def only_theirs(user: Package, part: str, was: OldSheet, ours_of: OurCharts) -> str:
    """The drawing of a sheet that stays without our contents; "" when nothing in it is the user's."""
    root = user.tree(part)
    for anchor in ours_of.of(part, root, was):
        root.remove(anchor)
    if not len(root):
        return ""
    user.keep_relations(part, {value for anchor in root for value in relations_in(anchor)})
    user.parts[part] = bytes_of(root)
    return part


def _anchors(element: Any) -> Iterator[Any]:
    """The anchors in an element: itself, or those for several versions of Excel."""
    yield from element.iter(*(f"{{{DRAWING}}}{name}" for name in _ANCHORS))


def _named(element: Any) -> list[Any]:
    return list(element.iter(f"{{{DRAWING}}}cNvPr"))


def _put_chart(user: Package, made: Package, chart: str, name: str) -> None:
    """A chart of ours; what another program had added to its predecessor (colours, styles) is left behind."""
    user.parts.pop(rels_of(name), None)
    user.add(name, made.parts[chart], made.types.of(chart))
