"""One generated sheet in the place of its predecessor: our new contents, and all that the user put beside them."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from xl_kpi.workbook.addresses import place_of
from xl_kpi.workbook.cells.made_paper import MadePaper
from xl_kpi.workbook.cells.moves import LostCell
from xl_kpi.workbook.cells.rectangles import Rect
from xl_kpi.workbook.graft.cells import CarriedCells, Left, Now, UserCells, lost_inputs, put_in
from xl_kpi.workbook.graft.extras import Extras
from xl_kpi.workbook.graft.looks.own import CellLooks, keep_looks
from xl_kpi.workbook.graft.old_sheet import OldSheet, SharedTexts, words_of
from xl_kpi.workbook.graft.paper.kept_paper import former
from xl_kpi.workbook.graft.sizes import Sizes
from xl_kpi.workbook.graft.styles import OURS, Styles
from xl_kpi.workbook.graft.view import View
from xl_kpi.workbook.package.package import MAIN, OFFICE, local, main, put_in_order

ORDER = tuple(
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios "
    "autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations "
    "hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches "
    "ignoredErrors smartTags drawing drawingHF legacyDrawing legacyDrawingHF picture oleObjects controls "
    "webPublishItems tableParts extLst".split()
)  # ECMA-376 part 1, 18.3.1.99
DAYS_TO_1904 = 1462  # between the two days from which workbooks count dates
_LOOKS = ("sheetPr", "sheetViews", "sheetFormatPr", "cols", "pageMargins", "pageSetup", "headerFooter")
_PASSWORDS = ("password", "hashValue")


@dataclass
class Composed:
    """A sheet ready to be written but for its drawing: its root, which cells are the user's, and what else of his on
    it points at cells that are gone."""

    root: Any
    carried: CarriedCells
    lost: tuple[LostCell, ...] = ()


class Dresser:
    """Our sheets in the terms of the user's file: styles, texts inside the cells, its way to count days."""

    def __init__(self, styles: Styles, texts: Any, shared: SharedTexts, epoch_1904: bool):
        self._styles, self._texts, self._shared = styles, list(texts), shared
        self._days = DAYS_TO_1904 if epoch_1904 else 0

    def words(self, root: Any) -> None:
        """Texts and days of a sheet of ``made``, changed in place."""
        for cell in root.iter(main("c")):
            kind = cell.get("t", "n")
            if kind == "s":
                self._inline(cell)
            elif kind == "n" and self._days and cell.get("s", "0") in self._styles.made.dates:
                _shift(cell.find(main("v")), self._days)
        for rule in root.iter(main("dataValidation")) if self._days else ():
            if rule.get("type") == "date":
                for bound in rule:
                    _shift(bound, self._days)

    def formats(self, root: Any) -> None:
        """Its formats, once nothing needs to know any more which they were."""
        for tag, attribute, number in (
            ("c", "s", self._styles.cell),
            ("row", "s", self._styles.cell),
            ("col", "style", self._styles.cell),
            ("cfRule", "dxfId", self._styles.condition),
        ):
            for each in root.iter(main(tag)):
                if attribute in each.attrib or tag == "c":
                    each.set(attribute, number(each.get(attribute, "0")))

    def _inline(self, cell: Any) -> None:
        value = cell.find(main("v"))
        number = self._shared.number(words_of(self._texts[int(value.text)]))
        if number is not None:  # not every program that shows previews reads texts inside cells
            value.text = str(number)
            return
        item = copy.deepcopy(self._texts[int(value.text)])
        item.tag, item.tail = main("is"), None
        cell.replace(value, item)
        cell.set("t", "inlineStr")


def _shift(element: Any, days: int) -> None:
    try:
        number = float(element.text) - days
    except (AttributeError, TypeError, ValueError):  # blank, or a formula
        return
    element.text = str(int(number)) if number.is_integer() else repr(number)


def compose(
    was: OldSheet,
    made: Any,
    styles: Styles,
    dresser: Dresser | None,
    texts: SharedTexts,
    looks: CellLooks,
    found: CarriedCells | None = None,
    left: Left | None = None,
    paper: MadePaper | None = None,
    dropped: Collection[str] = (),
) -> Composed:
    """The new sheet.

    Arguments: ``was`` the user's sheet; ``made`` the root of ours; ``dresser`` puts it into the terms of the user's
    file (None: it is in these already); ``left`` what we had written on ``was`` (None: not known); ``texts`` the user's
    shared texts; ``looks`` how he dressed single cells; ``found`` where his cells go (None: not known yet); ``paper``
    how ``was`` was set up for paper (None: a former version wrote it, which kept no record of that); ``dropped`` what
    a program has left out of all our sheets.
    Result: with everything of the user's but drawings, notes and tables, whose parts come along by themselves.
    """
    if dresser:
        dresser.words(made)
    fresh = {name: copy.deepcopy(each) for name in dropped if (each := made.find(main(name))) is not None}
    now = Now.of(made, styles.made.open, texts)
    foreign = UserCells(was, now, styles.user, texts)
    carried = foreign.carried(left) if found is None else found
    dressed = keep_looks(was, now, looks)
    if dresser:
        dresser.formats(made)
    for cell, number in dressed:
        cell.set("s", number)
    sizes = Sizes(was, now, foreign)
    sizes.keep()
    put_in(carried.cells, was, now)
    root = _rooted(was.root, made)
    _widths(root, was, carried)
    _look(root, was.root)
    ours = styles.user.ours.items()
    headings = {number for number, name in ours if name.removeprefix(OURS).startswith("section")}
    View(was, root, sizes.went, ORDER, paper or former(was.key), headings).keep()
    _bring_back(root, fresh)
    _dimension(root)
    extras = Extras(was, root, carried, foreign, styles, ORDER)
    extras.carry()
    return Composed(root, carried, (*extras.lost, *lost_inputs(was, carried.cells)))


def bare(was: OldSheet) -> Any:
    """A sheet without cells that looks as the user's did: for what stays when ours goes."""
    root = etree.Element(main("worksheet"), nsmap={None: MAIN})
    for child in was.root:
        if local(child) in _LOOKS:
            root.append(copy.deepcopy(child))
    put_in_order(root, etree.Element(main("sheetData")), ORDER)
    return root


def dropped(sheets: Iterable[OldSheet], *, keeps_styles: bool) -> frozenset[str]:
    """What a program has left out of every sheet of ours: panes, and where it drops our cell styles as well, the guard.

    What a person takes away from one sheet stays away; nobody thaws a dozen sheets.
    """
    roots = [sheet.root for sheet in sheets]
    panes = any(True for root in roots for _ in root.iter(main("pane")))
    guards = keeps_styles or any(root.find(main("sheetProtection")) is not None for root in roots)
    return frozenset(([] if panes else ["sheetViews"]) + ([] if guards else ["sheetProtection"]))


def _bring_back(root: Any, fresh: Mapping[str, Any]) -> None:
    """Put in what every sheet of ours lacks; ``fresh`` name of an element → ours."""
    guard, views = fresh.get("sheetProtection"), fresh.get("sheetViews")
    if guard is not None and root.find(main("sheetProtection")) is None:
        put_in_order(root, guard, ORDER)
    there = root.find(main("sheetViews"))
    if views is None or there is None or views.find(f".//{main('pane')}") is None:
        return
    for ours, theirs in zip(views, there):
        ours.attrib.update(theirs.attrib)
    root.replace(there, views)


def _rooted(old: Any, new: Any) -> Any:
    """Our sheet, its root declaring what the user's did: some elements name prefixes in their values."""
    names = {prefix: name for prefix, name in old.nsmap.items() if prefix}
    if OFFICE not in names.values():
        names["r"] = OFFICE
    etree.cleanup_namespaces(new, top_nsmap=names, keep_ns_prefixes=[*names])
    new.attrib.clear()
    new.attrib.update(old.attrib)
    return new


def _look(root: Any, old: Any) -> None:
    """What a user sets on the tab itself: colour, side of the sums of groups, guard; and the name that macros use."""
    theirs, ours = old.find(main("sheetPr")), root.find(main("sheetPr"))
    if theirs is not None:
        mine = {} if ours is None else {local(child): child for child in ours}
        new = copy.deepcopy(theirs)
        for child in list(new):
            if local(child) not in ("tabColor", "outlinePr"):
                new.remove(child)
        theirs_too = {local(child) for child in new}
        new.extend(mine[name] for name in ("outlinePr", "pageSetUpPr") if name in mine and name not in theirs_too)
        if ours is not None:
            root.remove(ours)
        put_in_order(root, new, ORDER)
    guard, theirs = root.find(main("sheetProtection")), old.find(main("sheetProtection"))
    if guard is not None and (theirs is None or any(name in theirs.attrib for name in _PASSWORDS)):
        root.remove(guard)
        if theirs is not None:
            put_in_order(root, copy.deepcopy(theirs), ORDER)


def _dimension(root: Any) -> None:
    places = [place for cell in root.iter(main("c")) if (place := place_of(cell.get("r", "")))]
    dimension = root.find(main("dimension"))
    if places and dimension is not None:
        rows, columns = zip(*places)
        dimension.set("ref", Rect(min(rows), min(columns), max(rows), max(columns)).text)


def _widths(root: Any, was: OldSheet, carried: CarriedCells) -> None:
    """Columns beside ours that hold something of the user's are as wide as they were."""
    columns = root.find(main("cols"))
    spans = [(int(each.get("min")), int(each.get("max"))) for each in root.iter(main("col"))]
    ours = {number for first, last in spans for number in range(first, last + 1)}
    wanted: dict[int, Any] = {}
    theirs = list(was.root.iterfind(f"{main('cols')}/{main('col')}"))
    for (_, old), (_, new) in sorted(carried.cells.items()):
        found = next((each for each in theirs if int(each.get("min")) <= old <= int(each.get("max"))), None)
        if found is not None and new not in ours:
            wanted.setdefault(new, found)
    if not wanted:
        return
    if columns is None:
        columns = etree.Element(main("cols"))
        put_in_order(root, columns, ORDER)
    for number, like in wanted.items():
        new = copy.deepcopy(like)
        new.tail = None
        new.set("min", str(number))
        new.set("max", str(number))
        columns.append(new)
    columns[:] = sorted(columns, key=lambda each: int(each.get("min")))
