"""Which charts on a generated sheet are ours: by the name that we gave them, or by where they stand and what they read.

Programs that write a workbook anew give charts names of their own; a user's copy of one of ours may keep its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from xl_kpi.catalog import text
from xl_kpi.workbook.cells.areas import reference
from xl_kpi.workbook.cells.references import LOST
from xl_kpi.workbook.graft.extras import corner
from xl_kpi.workbook.graft.old_sheet import OldSheet
from xl_kpi.workbook.package.package import CHART, DRAWING, RID, Package, local, tree_of
from xl_kpi.workbook.relocation.dependents import Dependent
from xl_kpi.workbook.spec import CHART_NAME

CHARTS = ".drawingml.chart+xml"  # ends the content type of a chart
_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")


class OurCharts:
    """Tells our charts in the user's file from his own.

    Arguments: ``user`` and ``made`` the two packages; ``sheets`` the user's name of a sheet → the name of the one in
    ``made`` that takes its place (None: it goes).
    """

    def __init__(self, user: Package, made: Package, sheets: Mapping[str, str | None]):
        self._user, self._made, self._sheets = user, made, sheets

    def of(self, part: str, root: Any, was: OldSheet, new_part: str = "") -> list[Any]:
        """The anchors of our charts in a drawing of a generated sheet.

        Arguments: ``part`` and ``root`` the drawing; ``was`` its sheet; ``new_part`` the drawing in ``made`` that
        takes its place ("": the sheet goes, or has no chart any more).
        Special cases: of several charts with one name of ours, the one in our place is ours, else the first; the
        others are copies of the user's, and get another name, so that they are never taken for ours.
        """
        new = {name_of(each): each for each in self._made.tree(new_part)} if new_part else {}
        groups: dict[str, list[Any]] = {}
        nameless = []
        for anchor in root:
            if local(anchor) in _ANCHORS and _frame(anchor) is not None:
                name = name_of(anchor)
                if name.startswith(CHART_NAME):
                    groups.setdefault(name, []).append(anchor)
                elif self._reads_what_ours_read(part, anchor):
                    nameless.append(anchor)
        found = []
        for name, anchors in groups.items():
            ours = next((each for each in anchors if _stands_at(each, new.get(name), was)), anchors[0])
            found.append(ours)
            for copy in anchors:
                if copy is not ours:
                    self._rename(copy, name)
        found += self._without_name(nameless, groups, new, was)
        return sorted(found, key=root.index)

    def _without_name(
        self, nameless: list[Any], groups: Mapping[str, Any], new: Mapping[str, Any], was: OldSheet
    ) -> Iterator[Any]:
        """At most one for each chart of ours that is not there under its name.

        It stands where ours stood; the rows above may be gone with which it would have moved, and then it is the only
        one in our area.
        """
        inside = [each for each in nameless if (place := corner(each)) and was.area and place in was.area]
        if not new:
            if not groups and len(inside) == 1:
                yield inside[0]
            return
        for name, anchor in new.items():
            if name in groups:
                continue
            there = [each for each in nameless if _stands_at(each, anchor, was)]
            there = there or (inside if len(inside) == 1 and len(new) == 1 else [])
            if there:
                nameless.remove(there[0])
                yield there[0]

    def _reads_what_ours_read(self, part: str, anchor: Any) -> bool:
        chart = chart_of(self._user, part, anchor)
        if chart not in self._user.parts:
            return False
        read = sheets_read(self._user.tree(chart))
        return bool(read) and read <= self._sources

    @cached_property
    def _sources(self) -> set[str]:
        """The user's names, folded, of the sheets that our charts read."""
        parts = [part for part in self._made.parts if self._made.types.of(part).endswith(CHARTS)]
        read = {sheet for part in parts for sheet in sheets_read(self._made.tree(part))}
        return {old.casefold() for old, new in self._sheets.items() if new is not None and new.casefold() in read}

    def _rename(self, anchor: Any, name: str) -> None:
        for each in anchor.iter(f"{{{DRAWING}}}cNvPr"):
            each.set("name", text("graft_copy", self._user.lang, name=name))


def sheets_read(chart: Any) -> set[str]:
    """The sheets, folded, that the series of a chart read; "" for what is no plain range of a sheet."""
    found = set()
    for series in chart.iter(f"{{{CHART}}}ser"):
        ranges = [each.text for each in series.iter(f"{{{CHART}}}f")]
        places = [reference(words) for words in ranges]
        found |= {place.sheet.casefold() if place else "" for place in places} or {""}
    return found


def followed_charts(
    package: Package, before: Mapping[str, bytes], owners: Mapping[str, str], formula: Callable[[str, str], str]
) -> Iterator[Dependent]:
    """The charts that show other cells than before, each with all that changed of what it reads.

    Arguments: ``before`` the charts' parts as they were; ``owners`` part → name of the sheet that it belongs to;
    ``formula`` as ``Moves.formula``.
    """
    for part in sorted(before):
        if package.parts.get(part) in (None, before[part]):
            continue
        words = dict.fromkeys(each.text for each in tree_of(before[part]).iter(f"{{{CHART}}}f") if each.text)
        sheet = owners.get(part, "")
        pairs = [(old, new) for old in words if (new := formula(old, sheet)) != old]
        old, new = (", ".join(dict.fromkeys(each)) for each in zip(*pairs)) if pairs else ("", "")
        if pairs:
            yield Dependent(sheet, _called(package, part), old, new, LOST in new)


def _called(package: Package, chart: str) -> str:
    """The name of a chart on its sheet."""
    for drawing in package.parts:
        if package.types.of(drawing).endswith("drawing+xml"):
            if any(relation.part == chart for relation in package.relations(drawing)):
                anchors = [each for each in package.tree(drawing) if chart_of(package, drawing, each) == chart]
                return next((name_of(each) for each in anchors), "")
    return ""


def name_of(anchor: Any) -> str:
    """The name of what an anchor holds."""
    return next((each.get("name", "") for each in anchor.iter(f"{{{DRAWING}}}cNvPr")), "")


def chart_of(package: Package, drawing: str, anchor: Any) -> str:
    """The part of the chart in an anchor, "" for none."""
    ids = {each.get(RID) for each in anchor.iter(f"{{{CHART}}}chart")}
    return next((relation.part for relation in package.relations(drawing) if relation.id in ids), "")


def _frame(anchor: Any) -> Any:
    return next((child for child in anchor if local(child) == "graphicFrame"), None)


def _stands_at(anchor: Any, new: Any, was: OldSheet) -> bool:
    """Whether a chart stood where the new one of ours is now."""
    place, there = corner(anchor), None if new is None else corner(new)
    return place is not None and was.drawn(*place) == there
