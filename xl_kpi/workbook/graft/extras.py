"""What else a user put on a generated sheet: rules, merges, links, sparklines, slicers, controls; at its new place."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from lxml import etree

from xl_kpi.workbook.addresses import quoted
from xl_kpi.workbook.cells.moves import LostCell
from xl_kpi.workbook.cells.rectangles import Rect, rect_of, rects_of
from xl_kpi.workbook.cells.references import LOST
from xl_kpi.workbook.graft.cells import CarriedCells, UserCells
from xl_kpi.workbook.graft.old_sheet import OldSheet, gone
from xl_kpi.workbook.graft.styles import Styles
from xl_kpi.workbook.package.package import DRAWING, EXTENDED, kind_of, local, main, put_in_order

# Elements that come along as they are, their lists of references after the change.
_AS_THEY_ARE = (
    "protectedRanges", "scenarios", "dataConsolidate", "customSheetViews", "phoneticPr",
    "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawingHF", "legacyDrawingHF", "picture",
    "oleObjects", "controls", "webPublishItems",
)  # fmt: skip
_REFERENCES = ("sqref", "ref", "r")  # attributes of elements inside these that name cells
_WITH_ITS_CELLS = {"inputCells": "scenario", "cellWatch": "watch", "protectedRange": "range"}  # else on a stranger's
_PARTS_OF_LISTS = ("conditionalFormatting", "dataValidation", "sparkline", "sparklineGroup", "sparklineGroups")
_LISTS = ("conditionalFormattings", "dataValidations", "sparklineGroups")


class Extras:
    """Carries them from the old sheet to the new root."""

    def __init__(
        self,
        was: OldSheet,
        root: Any,
        carried: CarriedCells,
        foreign: UserCells,
        styles: Styles,
        order: tuple[str, ...],
    ):
        self._was, self._root, self._order = was, root, order
        self._cells, self._foreign, self._styles = carried.cells, foreign, styles
        self.lost: list[LostCell] = []  # what pointed at cells that are gone

    def carry(self) -> None:
        """All of them, in the order of the schema."""
        self._merges()
        self._conditions()
        self._validations()
        self._links()
        for child in self._was.root:
            if isinstance(child.tag, str) and kind_of(child) in _AS_THEY_ARE:
                moved = self._moved(copy.deepcopy(child))
                if len(moved) or not len(child):
                    self._put(moved)
        self._extensions()

    def _put(self, child: Any) -> None:
        child.tail = None
        put_in_order(self._root, child, self._order)

    def _list(self, name: str) -> Any:
        """A list of the new sheet, made where there is none."""
        found = self._root.find(main(name))
        if found is None:
            found = etree.Element(main(name))
            put_in_order(self._root, found, self._order)
        return found

    def _ours(self, sqref: str | None) -> bool:
        """Whether the first cell of a list of references is one that we made."""
        rects = rects_of(sqref)
        return bool(rects) and self._foreign.is_ours(rects[0].first)

    def _below(self, sqref: str | None) -> bool:
        """Whether it begins in a blank cell directly below one of ours: a table in which nothing is typed yet."""
        rects = rects_of(sqref)
        row, column = rects[0].first if rects else (1, 1)
        return (row, column) not in self._was.cells and self._foreign.is_ours((row - 1, column))

    def _rects(self, tag: str, attribute: str) -> list[Rect]:
        return [rect for each in self._root.iter(main(tag)) for rect in rects_of(each.get(attribute))]

    def _merges(self) -> None:
        taken = self._rects("mergeCell", "ref")
        for each in self._was.root.iter(main("mergeCell")):
            old = rect_of(each.get("ref", ""))
            if old is None or self._foreign.is_ours(old.first):
                continue
            new = self._was.places.moved(old)
            if new and self._cells.get(old.first, new.first) == new.first and not self._under(new, taken):
                taken.append(new)
                merges = self._list("mergeCells")
                etree.SubElement(merges, main("mergeCell"), ref=new.text)
                merges.set("count", str(len(merges)))

    def _under(self, rect: Rect, taken: list[Rect]) -> bool:
        """Whether a rectangle would cover something: another merge, or more than the cell that was merged."""
        theirs = set(self._cells.values())
        ours = {place for place in self._places if place in rect and place not in theirs}
        return bool(ours) or any(rect.meets(other) for other in taken)

    @property
    def _places(self) -> set[tuple[int, int]]:
        return {rect.first for each in self._root.iter(main("c")) for rect in rects_of(each.get("r"))}

    def _conditions(self) -> None:
        last = max((int(rule.get("priority", "0")) for rule in self._root.iter(main("cfRule"))), default=0)
        for old in self._was.root.iterfind(main("conditionalFormatting")):
            rules = [rule for rule in old.iterfind(main("cfRule")) if not self._is_our_rule(rule, old.get("sqref"))]
            sqref = self._was.places.sqref(old.get("sqref"))
            if not rules or not sqref:
                continue
            new = copy.deepcopy(old)
            kept = [rule.get("priority") for rule in rules]
            for rule in new.findall(main("cfRule")):
                if rule.get("priority") not in kept:
                    new.remove(rule)
                    continue
                last += 1
                rule.set("priority", str(last))
                self._formulas(rule)
            new.set("sqref", sqref)
            self._put(new)

    def _is_our_rule(self, rule: Any, sqref: str | None) -> bool:
        if rule.get("type") != "expression":
            return False
        return self._styles.is_our_condition(rule.get("dxfId")) and self._ours(sqref)

    def _validations(self) -> None:
        taken = self._rects("dataValidation", "sqref")
        for old in self._was.root.iterfind(f"{main('dataValidations')}/{main('dataValidation')}"):
            said = old.get("error")
            if said and said == old.get("prompt") and (self._ours(old.get("sqref")) or self._below(old.get("sqref"))):
                continue  # ours say the same beside the cell and when they object
            sqref = self._was.places.sqref(old.get("sqref"), taken)
            if sqref:
                new = copy.deepcopy(old)
                new.set("sqref", sqref)
                self._formulas(new)
                rules = self._list("dataValidations")
                rules.append(new)
                rules.set("count", str(len(rules)))

    def _links(self) -> None:
        taken = set(self._rects("hyperlink", "ref"))
        for old in self._was.root.iterfind(f"{main('hyperlinks')}/{main('hyperlink')}"):
            rect = rect_of(old.get("ref", ""))
            if rect is None or (self._foreign.is_ours(rect.first) and old.get("location")):
                continue
            new_rect = self._was.places.rect(rect)
            if new_rect and not any(new_rect.meets(other) for other in taken):
                new = copy.deepcopy(old)
                new.set("ref", new_rect.text)
                if old.get("location"):
                    new.set("location", self._was.reference(old.get("location")))
                    self._tell_if_gone(old.get("location"), "link", rect.text)
                self._list("hyperlinks").append(new)

    def _tell_if_gone(self, formula: str, kind: str, cell: str) -> None:
        """Tell of something that pointed at a cell which is gone."""
        if LOST in self._was.formula(formula) and LOST not in formula:
            self.lost.append(gone(self._was, cell, kind, formula))

    def _formulas(self, element: Any) -> None:
        """The formulas of a rule point where they did."""
        cell = (element.get("sqref") or element.getparent().get("sqref") or "").partition(" ")[0]
        for each in element.iter():
            if local(each) in ("formula", "formula1", "formula2", "f") and each.text and not len(each):
                self._tell_if_gone(each.text, "rule", cell)
                each.text = self._was.formula(each.text)
            elif local(each) == "cfvo" and each.get("type") == "formula" and each.get("val"):
                each.set("val", self._was.formula(each.get("val")))

    def _moved(self, element: Any) -> Any:
        """An element that comes along: the cells that it names, and the corners of what is drawn.

        Special cases: what belongs to a cell that is gone does not stay on the one that has come into its place.
        """
        for each in list(element.iter()):
            if not isinstance(each.tag, str):
                continue
            if local(each) == "dataRef" and each.get("sheet"):
                self._source(each)
                continue
            for attribute in _REFERENCES:
                if rects_of(each.get(attribute)):
                    now = self._was.places.sqref(each.get(attribute))
                    if not now and local(each) in _WITH_ITS_CELLS:
                        self._take_away(each, each.get(attribute))
                        break
                    each.set(attribute, now or each.get(attribute))
            if local(each) == "anchor":
                move_corners(each, self._was)
        return element

    def _source(self, source: Any) -> None:
        """One range of a consolidation, on this sheet or another one of ours."""
        old = f"{quoted(source.get('sheet'))}!{source.get('ref', '')}"
        new = self._was.formula(old)
        self._tell_if_gone(old, "consolidation", source.get("ref", ""))
        if LOST not in new:
            sheet, _, area = new.rpartition("!")
            source.set("sheet", sheet.removeprefix("'").removesuffix("'").replace("''", "'"))
            source.set("ref", area.replace("$", ""))

    def _take_away(self, element: Any, cell: str) -> None:
        """Take out what belonged to a cell that is gone, and a scenario that has no cell any more."""
        above, name = element.getparent(), element.get("name", "")
        if local(above) == "scenario":
            name = above.get("name", "")
        said = " = ".join(words for words in (name, element.get("val", "")) if words)
        self.lost.append(gone(self._was, cell, _WITH_ITS_CELLS[local(element)], said))
        above.remove(element)
        if "count" in above.attrib:
            above.set("count", str(len(above)))
        if local(above) == "scenario" and not len(above):
            scenarios = above.getparent()
            scenarios.remove(above)
            for attribute in ("current", "show"):  # numbers of scenarios, of which there are fewer now
                scenarios.attrib.pop(attribute, None)

    def _extensions(self) -> None:
        theirs = self._was.root.find(main("extLst"))
        if theirs is None:
            return
        taken = self._rects("dataValidation", "sqref")
        extensions = [copy.deepcopy(each) for each in theirs if isinstance(each.tag, str)]
        for extension in extensions:
            for each in list(extension.iter(f"{{{EXTENDED}}}sqref")):
                rule = each.getparent()
                sqref = self._was.places.sqref(each.text, taken if local(rule) == "dataValidation" else ())
                if sqref:
                    each.text = sqref
                else:
                    _take_out(rule)
            for each in extension.iter(f"{{{EXTENDED}}}f"):
                if each.text:
                    each.text = self._was.formula(each.text)
        left = [each for each in extensions if len(each)]
        if left:
            self._list("extLst").extend(left)


def lost_sparklines(was: OldSheet) -> list[LostCell]:
    """The sparklines of a sheet that have no place on the new one, with what they show."""
    found = []
    for each in was.root.iterfind(f"{main('extLst')}//{{{EXTENDED}}}sqref"):
        rule = each.getparent()
        if local(rule) == "sparkline" and not was.places.sqref(each.text):
            found.append(LostCell(was.name, each.text or "", "sparkline", rule.findtext(f"{{{EXTENDED}}}f") or ""))
    return found


def gone_with(was: OldSheet) -> list[LostCell]:
    """What a user has set on a sheet that goes and leaves nothing behind: scenarios, words in its header."""
    found = []
    for scenario in was.root.iter(main("scenario")):
        for each in scenario.iter(main("inputCells")):
            said = f"{scenario.get('name', '')} = {each.get('val', '')}"
            found.append(gone(was, each.get("r", ""), "scenario", said))
    header = was.root.find(main("headerFooter"))
    words = [] if header is None else [each.text for each in header if local(each).endswith("Header") and each.text]
    return [*found, *(gone(was, "", "paper", each) for each in dict.fromkeys(words))]


def _take_out(rule: Any) -> None:
    """Take a rule or a sparkline out of its extension, with the lists that it leaves empty."""
    while rule is not None and local(rule) in (*_PARTS_OF_LISTS, *_LISTS, "sparklines"):
        above = rule.getparent()
        above.remove(rule)
        if "count" in above.attrib:
            above.set("count", str(len(above)))
        rule = above if not [each for each in above if local(each) not in _colours(above)] else None


def _colours(group: Any) -> Iterable[str]:
    """What a group of sparklines has besides its sparklines."""
    if local(group) != "sparklineGroup":
        return ()
    return [local(each) for each in group if local(each) != "sparklines"]


def move_corners(anchor: Any, was: OldSheet) -> None:
    """Move what is drawn with the cell under its first corner; it keeps its size, or grows with its cells.

    Special cases: where that cell is gone, the next one above that is not; where none is, it stays in its place.
    """
    corners = {local(child): child for child in anchor}  # on sheets and in drawings they have different namespaces
    first, last = corners.get("from"), corners.get("to")
    if first is None or anchor.get("editAs") == "absolute":
        return
    old = _corner(first)
    new = was.drawn(*old)
    _set_corner(first, new)
    if last is None:
        return
    end = _corner(last)
    grows = anchor.get("editAs", "twoCell") == "twoCell" and local(anchor) != "anchor"
    there = was.drawn(*end) if grows else new
    if there[0] <= new[0] or there[1] <= new[1]:
        there = (new[0] + end[0] - old[0], new[1] + end[1] - old[1])
    _set_corner(last, there)


def corner(anchor: Any) -> tuple[int, int] | None:
    """Row and column under the first corner of what is drawn; None where it is tied to no cell."""
    first = next((child for child in anchor if local(child) == "from"), None)
    return None if first is None else _corner(first)


def _corner(element: Any) -> tuple[int, int]:
    return int(element.findtext(f"{{{DRAWING}}}row")) + 1, int(element.findtext(f"{{{DRAWING}}}col")) + 1


def _set_corner(element: Any, place: tuple[int, int]) -> None:
    for name, number in zip(("row", "col"), place):
        element.find(f"{{{DRAWING}}}{name}").text = str(number - 1)
