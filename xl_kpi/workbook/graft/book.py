"""The workbook's own part: its list of sheets, its defined names, what is in view."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from xl_kpi.catalog.functions import is_name_of_function
from xl_kpi.workbook.cells.areas import reference
from xl_kpi.workbook.cells.rectangles import Rect, rect_of
from xl_kpi.workbook.cells.references import LOST, rewritten
from xl_kpi.workbook.package.package import RID, Package, bytes_of, main, put_in_order
from xl_kpi.workbook.package.strange_names import put_back
from xl_kpi.workbook.sheet_kinds import TAB, kind_of, passing_names

_ORDER = tuple(
    "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences "
    "definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr "
    "webPublishObjects extLst".split()
)  # ECMA-376 part 1, 18.2.27
_EXCEL = "_xlnm."  # begins the names that Excel itself gives, print areas among them
_FILTER = f"{_EXCEL}_FilterDatabase"
PRINTED, REPEATED = f"{_EXCEL}Print_Area", f"{_EXCEL}Print_Titles"
_FUNCTION = "_xlfn.LAMBDA("


@dataclass(frozen=True)
class Tab:
    """A sheet in the list: its name, and its part."""

    name: str
    part: str


class WorkbookPart:
    """The workbook's part of a package."""

    def __init__(self, package: Package):
        self.package, self.root = package, package.tree(package.book)
        put_back(self.root)
        parts = {relation.id: relation.part for relation in package.relations(package.book)}
        self._sheets = self.root.find(main("sheets"))
        self.elements = [each for each in self._sheets if isinstance(each.tag, str)]
        self.tabs = [Tab(each.get("name", ""), parts.get(each.get(RID), "")) for each in self.elements]
        self._old = [each.get("sheetId") for each in self.elements]

    @property
    def counts_from_1904(self) -> bool:
        settings = self.root.find(main("workbookPr"))
        return settings is not None and settings.get("date1904") in ("1", "true")

    @property
    def hides(self) -> bool:
        """Whether any sheet is hidden."""
        return any(each.get("state", "visible") != "visible" for each in self.elements)

    def names(self) -> list[Any]:
        """The defined names."""
        return list(self.root.iterfind(f"{main('definedNames')}/{main('definedName')}"))

    def local_names(self, tab: int) -> list[Any]:
        """Those of one sheet alone."""
        return [each for each in self.names() if each.get("localSheetId") == str(tab)]

    def area(self, tab: int) -> Rect | None:
        """What of a sheet is printed, where that is one rectangle."""
        for each in self.local_names(tab):
            if each.get("name") == PRINTED:
                return rect_of((each.text or "").rpartition("!")[2].replace("$", ""))
        return None

    def blocks(self, sheet: str) -> list[Rect]:
        """The cells of a sheet behind our names of actuals."""
        found = []
        for each in self.names():
            place = reference(each.text) if _is_block(each) else None
            if place and place.sheet.casefold() == sheet.casefold():
                found.append(Rect(place.row, place.column, place.last_row, place.last_column))
        return found

    # ---- sheets -----------------------------------------------------------------------------------------

    def arrange(self, names: Mapping[str, str | None]) -> None:
        """Give sheets their new names; those that have none any more go.  ``names``: old → new."""
        for tab, element in zip(self.tabs, list(self.elements)):
            new = names.get(tab.name, tab.name)
            if new is None:
                self.elements.remove(element)
                element.getparent().remove(element)
            elif new != tab.name:
                element.set("name", new)

    def add(self, name: str, part: str, after: str | None, state: str) -> None:
        """A new sheet behind another (None: as the first one)."""
        number = max((int(each.get("sheetId", "0")) for each in self.elements), default=0) + 1
        element = etree.Element(main("sheet"), {"name": name, "sheetId": str(number)})
        if state != "visible":
            element.set("state", state)
        element.set(RID, self.package.relate(self.package.book, "worksheet", part))
        at = 0 if after is None else self._at(after) + 1
        self._sheets.insert(at, element)
        self.elements.insert(at, element)

    def show(self, names: Mapping[str, bool]) -> None:
        """Hide some sheets and show others: name → whether it is to be seen."""
        for element in self.elements:
            is_shown = names.get(element.get("name", ""))
            if is_shown:
                element.attrib.pop("state", None)
            elif is_shown is False and element.get("state", "visible") == "visible":
                element.set("state", "hidden")

    def _at(self, name: str) -> int:
        return next(at for at, each in enumerate(self.elements) if each.get("name", "").casefold() == name.casefold())

    # ---- names ------------------------------------------------------------------------------------------

    def graft_names(
        self,
        made: WorkbookPart,
        ours: Mapping[str, str | None],
        formula: Callable[[str], str],
        back: Mapping[str, str],
        is_users: Callable[[str, str, str], bool] = lambda sheet, name, words: False,
    ) -> list[tuple[str, str]]:
        """Our names in the place of those before; the user's point where they did.

        Arguments: ``ours`` the ``sheets`` of ``graft``; ``formula`` what a name's text is now; ``back`` name (of one
        sheet: Sheet!name) → what it says again; ``is_users`` whether what is printed on a sheet of ours, by sheet,
        name and its text ("" where there is none), was set by the user.
        Result: sheet and text of what he had printed and of which something is gone: ours is in its place.
        """
        new = {each.get("name", "").casefold(): each for each in made.names() if each.get("localSheetId") is None}
        now = {each.get("sheetId"): at for at, each in enumerate(self.elements)}
        places = {str(at): now.get(number) for at, number in enumerate(self._old)}
        folded = {name.casefold() for name in ours}
        generated = {now.get(number) for number, tab in zip(self._old, self.tabs) if tab.name in ours}
        ours_filtered = {
            self._at(element.get("name", ""))
            for at, element in enumerate(made.elements)
            if any(each.get("name") == _FILTER for each in made.local_names(at))
        }
        passing = passing_names()
        printed, gone = self._printed(generated, places, formula, is_users)
        for each in self.names():
            name, at = each.get("name", ""), each.get("localSheetId")
            if at is not None and (places.get(at), name) in printed:
                _set(each, formula)
                each.set("localSheetId", str(places[at]))
            elif at is not None:
                name = f"{self.tabs[int(at)].name}!{name}" if int(at) < len(self.tabs) else name
                replaced = generated if each.get("name") != _FILTER else generated & ours_filtered
                self._local(each, places.get(at), replaced, _said(back.get(name), formula))
            elif name.casefold() in new:
                _take_over(each, new.pop(name.casefold()), folded)
            elif (name in passing or _is_block(each)) and _sheet_of(each.text) in folded:
                each.getparent().remove(each)
            else:
                _set(each, _said(back.get(name), formula))
        names = self.root.find(main("definedNames"))
        if names is None:
            names = etree.Element(main("definedNames"))
            put_in_order(self.root, names, _ORDER)
        for each in made.names():
            if each.get("localSheetId") is None and each.get("name", "").casefold() in new:
                names.append(_copy(each))
        for at, each in enumerate(made.elements):
            there = self._at(each.get("name", ""))
            for local_name in made.local_names(at):
                if (there, local_name.get("name")) in printed:
                    continue
                fresh = _copy(local_name)
                fresh.set("localSheetId", str(there))
                names.append(fresh)
        if not len(names):
            self.root.remove(names)
        return gone

    def _printed(
        self,
        generated: set[int | None],
        places: Mapping[str, int | None],
        formula: Callable[[str], str],
        is_users: Callable[[str, str, str], bool],
    ) -> tuple[set[tuple[int | None, str]], list[tuple[str, str]]]:
        """New place of a sheet of ours and name of what is printed there as the user has set it; what of it is gone."""
        kept, gone = set(), []
        for at, tab in enumerate(self.tabs):
            said = {each.get("name", ""): each.text or "" for each in self.local_names(at)}
            for name in (PRINTED, REPEATED):
                if places.get(str(at)) not in generated or not is_users(tab.name, name, said.get(name, "")):
                    continue
                if LOST in formula(said.get(name, "")):
                    gone.append((tab.name, said[name]))
                else:
                    kept.add((places[str(at)], name))
        return kept, gone

    def _local(self, each: Any, now: int | None, generated: set[int | None], formula: Callable[[str], str]) -> None:
        if now is None or now in generated and each.get("name", "").startswith(_EXCEL):
            each.getparent().remove(each)
            return
        each.set("localSheetId", str(now))
        _set(each, formula)
        if each.get("name") == _FILTER and LOST in (each.text or ""):
            each.getparent().remove(each)

    # ---- the rest ---------------------------------------------------------------------------------------

    def finish(self) -> None:
        """What is in view stays in view; Excel calculates the whole workbook anew when it opens it."""
        numbers = [each.get("sheetId") for each in self.elements]
        first = next((at for at, each in enumerate(self.elements) if each.get("state", "visible") == "visible"), 0)
        for view in self.root.iterfind(f"{main('bookViews')}/{main('workbookView')}"):
            for name in ("activeTab", "firstSheet"):
                old = int(view.get(name, "0"))
                number = self._old[old] if old < len(self._old) else None
                at = numbers.index(number) if number in numbers else first
                if at != old:
                    view.set(name, str(at))
        for view in self.root.iterfind(f"{main('customWorkbookViews')}/{main('customWorkbookView')}"):
            if view.get("activeSheetId") not in numbers:
                view.set("activeSheetId", numbers[first])
        settings = self.root.find(main("calcPr"))
        if settings is None:
            settings = etree.Element(main("calcPr"))
            put_in_order(self.root, settings, _ORDER)
        settings.set("fullCalcOnLoad", "1")
        self.package.parts[self.package.book] = bytes_of(self.root)


def _is_block(name: Any) -> bool:
    """Whether a name is one of ours for actuals: of the whole workbook, for a block with rows and columns."""
    if not name.get("name", "").startswith(kind_of(TAB).name) or name.get("localSheetId") is not None:
        return False
    place = reference(name.text)
    return bool(place and place.last_row > place.row and place.last_column > place.column)


def _take_over(old: Any, new: Any, ours: set[str]) -> None:
    """A name of ours, unless it is a function and the user has a name like it for something of his own."""
    text = old.text or ""
    name = new.get("name", "")
    if (new.text or "").startswith(_FUNCTION) and not is_name_of_function(name, text) and _sheet_of(text) not in ours:
        return
    tail = old.tail
    old.attrib.clear()
    old.attrib.update(new.attrib)
    old.text, old.tail = new.text, tail


def _copy(name: Any) -> Any:
    fresh = copy.deepcopy(name)
    fresh.tail = None
    return fresh


def _set(name: Any, formula: Callable[[str], str]) -> None:
    if name.text:
        new = formula(name.text)
        if new != name.text:
            name.text = new


def _said(words: str | None, formula: Callable[[str], str]) -> Callable[[str], str]:
    """What becomes of a name's text: it says ``words`` again, else what ``formula`` makes of it."""
    return formula if words is None else lambda _: words


def _sheet_of(text: str | None) -> str:
    """The one sheet that the text of a name mentions first, folded; "" for none."""
    found: list[str] = []

    def note(sheets: str, area: str) -> None:
        found.append(sheets.casefold())

    rewritten(text or "", note, lambda area: None, lambda word: None)
    return found[0] if found else ""
