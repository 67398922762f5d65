"""How a user looks at a generated sheet: hidden and grouped rows and columns, panes, filter, the cells in view, paper.

All of it is kept where the rows and columns are now; nothing of it is ours but what a new sheet starts with.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import Any

from lxml import etree

from xl_kpi.workbook.addresses import place_of, relative
from xl_kpi.workbook.cells.made_paper import MadePaper
from xl_kpi.workbook.cells.rectangles import rects_of
from xl_kpi.workbook.cells.references import LOST
from xl_kpi.workbook.graft.old_sheet import OldSheet, rows_of, rows_with_id
from xl_kpi.workbook.graft.paper.kept_paper import KeptPaper
from xl_kpi.workbook.graft.sizes import split_columns
from xl_kpi.workbook.package.package import local, main, put_in_order

_MARKS = ("hidden", "outlineLevel", "collapsed")  # of rows and columns
_LAST_COLUMN = 16_384  # of any sheet
_FAR = 1_000  # rows below ours that nobody hides one by one
_FROZEN = ("frozen", "frozenSplit")


class View:
    """Puts the user's way to look at a sheet onto the new one.

    Arguments: ``was`` the user's sheet; ``root`` the new one, its cells in place; ``went`` tells of rows (0) and
    columns (1) of ours where they are now, as far as cells in them say so; ``order`` of a sheet's elements; ``made``
    how the old one was set up for paper; ``headings`` the formats in which the headings of its blocks stand.
    """

    def __init__(
        self,
        was: OldSheet,
        root: Any,
        went: Callable[[int], Mapping[int, int]],
        order: tuple[str, ...],
        made: MadePaper,
        headings: Collection[str],
    ):
        self._was, self._root, self._went, self._order = was, root, went, order
        self._made, self._headings = made, headings

    def _is_heading(self, row: int) -> bool:
        """Whether a block of ours begins in a row of the old sheet."""
        cells = (self._was.cells.get((row, column)) for column in (2, 3))
        return any(cell is not None and cell[0].get("s", "0") in self._headings for cell in cells)

    @cached_property
    def _rows_now(self) -> Mapping[int, int]:
        return self._went(0)

    @cached_property
    def _columns_now(self) -> Mapping[int, int]:
        return self._went(1)

    def keep(self) -> None:
        """Everything, in place."""
        self._rows()
        self._columns()
        self._levels()
        self._filter()
        self._panes()
        KeptPaper(self._was.root, self._root, self._made, self._row, self._column, self._is_heading, self._order).keep()

    # ---- rows and columns -------------------------------------------------------------------------------

    def _rows(self) -> None:
        old = {number: marks for number, row in rows_of(self._was.root) if (marks := _marks(row))}
        if not old:
            return
        there = dict(rows_of(self._root))
        last = max(self._rows_now, default=0) + _FAR
        for number, marks in old.items():
            now = self._row(number) if number <= last else None
            if now is None:
                continue
            if now not in there:
                there[now] = self._new_row(now, there)
            there[now].attrib.update(marks)

    def _new_row(self, number: int, there: Mapping[int, Any]) -> Any:
        data = self._root.find(main("sheetData"))
        row = data.makeelement(main("row"), {"r": str(number)})
        data.insert(sum(1 for other in there if other < number), row)
        return row

    def _columns(self) -> None:
        marked = [(old, _marks(old)) for old in self._was.root.iterfind(f"{main('cols')}/{main('col')}")]
        if not any(marks for _, marks in marked):
            return
        last = self._was.area.last_column if self._was.area else max(self._columns_now, default=0)
        for old, marks in marked:
            first, end = int(old.get("min")), int(old.get("max"))
            if not marks:
                continue
            for number in range(first, min(end, last) + 1):
                if now := 1 if number == 1 else self._column(number):  # ids stand in column A, whatever moves
                    self._mark(now, now, old, marks)
            if end > last:  # beside ours: often all the rest of the sheet
                first = max(first, last + 1)
                now = self._was.drawn(2, first)[1]  # links of ours in row 1 stay where they are, beside ours or not
                self._mark(now, _LAST_COLUMN if end == _LAST_COLUMN else now + end - first, old, marks)

    def _mark(self, first: int, last: int, like: Any, marks: Mapping[str, str]) -> None:
        for each in split_columns(self._columns_element(), first, last, like):
            each.attrib.update(marks)

    def _columns_element(self) -> Any:
        found = self._root.find(main("cols"))
        if found is None:
            found = etree.Element(main("cols"))
            put_in_order(self._root, found, self._order)
        return found

    def _levels(self) -> None:
        """How deep rows and columns are grouped, so that there is room for the buttons."""
        settings = self._root.find(main("sheetFormatPr"))
        if settings is None:
            return
        for tag, attribute in (("row", "outlineLevelRow"), ("col", "outlineLevelCol")):
            deepest = max((int(each.get("outlineLevel", "0")) for each in self._root.iter(main(tag))), default=0)
            if deepest:
                settings.set(attribute, str(deepest))

    def _row(self, number: int) -> int | None:
        """Where a row is now; a blank one of ours as far as that is known."""
        there = self._rows_now.get(number) or self._was.to(number, 1)
        return there[0] if isinstance(there, tuple) else there

    def _column(self, number: int) -> int | None:
        return self._columns_now.get(number)

    # ---- filter -----------------------------------------------------------------------------------------

    def _filter(self) -> None:
        """The user's arrows in a header, or what he has chosen with ours."""
        theirs, ours = self._was.root.find(main("autoFilter")), self._root.find(main("autoFilter"))
        if theirs is None:
            return
        new = copy.deepcopy(theirs)
        new.set("ref", ours.get("ref") if ours is not None else self._was.formula(theirs.get("ref", "")))
        if LOST in new.get("ref"):
            return
        for each in new.iter():
            if local(each) in ("sortState", "sortCondition") and each.get("ref"):
                each.set("ref", self._was.formula(each.get("ref")))
        for each in [each for each in new if LOST in each.get("ref", "")]:
            new.remove(each)
        if ours is not None:
            self._root.remove(ours)
        put_in_order(self._root, new, self._order)

    # ---- what is on the screen --------------------------------------------------------------------------

    def _panes(self) -> None:
        ours, theirs = self._root.find(main("sheetViews")), self._was.root.find(main("sheetViews"))
        if ours is None or theirs is None or not len(theirs):
            return
        new = copy.deepcopy(theirs)
        for view in new.iterfind(main("sheetView")):
            for pane in view.iterfind(main("pane")):
                if pane.get("state") in _FROZEN:
                    self._pane(pane, (place_of(view.get("topLeftCell", "A1")) or (1, 1))[0])
            for selection in view.iterfind(main("selection")):
                self._selection(selection)
        self._root.replace(ours, new)

    def _pane(self, pane: Any, top: int) -> None:
        """What is frozen ends as far from the first header as before.

        Special cases: a row or month in which a pane ends may go far away, which would freeze half of the sheet.
        """
        rows = int(float(pane.get("ySplit", "0")))
        header = min((row for row in rows_with_id(self._was.root) if row > 1), default=0)
        lower = (self._row(header) or header) - header if top <= header < top + rows else 0
        if not lower or rows + lower < 1:
            return
        pane.set("ySplit", str(rows + lower))
        if there := place_of(pane.get("topLeftCell", "")):
            pane.set("topLeftCell", relative(max(there[0] + lower, 1), there[1]))

    def _selection(self, selection: Any) -> None:
        cell = place_of(selection.get("activeCell", "A1"))
        chosen = selection.get("sqref", "A1")
        if cell is None or (cell, chosen) == ((1, 1), "A1"):  # where nobody has been: no need to know what moved
            return
        drawn = self._was.drawn(*cell)
        now = relative(*drawn)
        there = self._was.places.sqref(chosen)
        whole = len(rects_of(chosen)) < len(chosen.split())  # columns and rows stay as they are
        if not whole and not any(drawn in rect for rect in rects_of(there)):
            there = now
        if now != relative(*cell) or there != chosen:
            selection.set("activeCell", now)
            selection.set("sqref", there)
            if len(there.split()) != len(chosen.split()):
                selection.attrib.pop("activeCellId", None)


def _marks(element: Any) -> dict[str, str]:
    """What hides or groups a row or column."""
    return {name: element.get(name) for name in _MARKS if element.get(name, "0") not in ("0", "false")}
