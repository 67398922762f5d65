"""Column widths and row heights of a generated sheet that a user changed: kept, as far as they are known to be his.

What a sheet looked like when it was made is not written anywhere.  A width is the user's where it differs from the new
one and the other columns of its kind show that it was not ours; a height where the words of the row are the same.
"""

from __future__ import annotations

import copy
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import Any

from xl_kpi.workbook.addresses import Place
from xl_kpi.workbook.graft.cells import Now, UserCells
from xl_kpi.workbook.graft.old_sheet import OldSheet, rows_of
from xl_kpi.workbook.package.package import main

# Programs round sizes to whole points of a screen: a seventh of a character, three quarters of a point.
_SAME_WIDTH, _SAME_HEIGHT = 0.3, 1.0  # characters, points
_TRUE = ("1", "true")
_TEXT = ("s", "inlineStr")
_LAST = 1_000  # column of ours, by far


class Sizes:
    """The sizes of one old sheet's columns and rows, to be put onto the new one.

    Arguments: ``was`` and ``now`` the sheet before and after; ``foreign`` whose cells are whose, and what they say.
    """

    def __init__(self, was: OldSheet, now: Now, foreign: UserCells):
        self._was, self._now, self._foreign = was, now, foreign
        self._old = {place: cell for place, (cell, _) in was.cells.items()}
        self._there: dict[Place, Place | None] = {}  # where a cell is now, of those that were asked for

    def keep(self) -> None:
        """Put the user's sizes onto the new sheet; where all sizes are what they were, there is nothing to be put."""
        self._widths()
        self._heights()

    # ---- columns ----------------------------------------------------------------------------------------

    def _widths(self) -> None:
        old, new = _widths_of(self._was.root), _widths_of(self._now.root)
        if old == new:
            return
        moved = {column: there for column, there in self.went(1, old).items() if there in new}
        columns_element = self._now.root.find(main("cols"))
        for width, columns in groupby(sorted(moved, key=moved.__getitem__), lambda column: new[moved[column]]):
            kind = list(columns)
            usual = _usual(width, [old[column] for column in kind])
            for column in kind:
                if not any(abs(old[column] - each) <= _SAME_WIDTH for each in (width, usual)):
                    (one,) = split_columns(columns_element, moved[column], moved[column], None)
                    one.set("width", _written(old[column]))

    # ---- rows -------------------------------------------------------------------------------------------

    def _heights(self) -> None:
        rows = dict(rows_of(self._was.root))
        set_by_hand = {number: row for number, row in rows.items() if row.get("customHeight") in _TRUE}
        if not set_by_hand or _heights_of(set_by_hand) == _heights_of(self._now.rows):
            return
        moved = {row: there for row, there in self.went(0).items() if there in self._now.rows}
        left_open = [row for row, there in moved.items() if self._now.rows[there].get("ht") is None]
        # a program that writes the height of every row has not been told to by the user
        by_program = 2 * sum(row in set_by_hand for row in left_open) > len(left_open)
        for row, there in moved.items():
            if row not in set_by_hand or not set_by_hand[row].get("ht"):
                continue
            new, height = self._now.rows[there], float(set_by_hand[row].get("ht"))
            ours = new.get("ht")
            if ours is None and by_program:
                continue
            if ours is not None:
                if abs(height - float(ours)) <= _SAME_HEIGHT or not self._says_the_same(row, there):
                    continue
            new.set("ht", _written(height))
            new.set("customHeight", "1")

    def _says_the_same(self, row: int, there: int) -> bool:
        """Whether the texts in a row are what they were: else it was as tall as they wanted it."""
        ours = [cell for place, cell in self._old.items() if place[0] == row and self._foreign.is_ours(place)]
        return self._texts(ours) == self._texts(self._now.rows[there])

    def _texts(self, cells: Iterable[Any]) -> list[str]:
        return sorted(self._foreign.words(cell) for cell in cells if cell.get("t") in _TEXT)

    # ---- both -------------------------------------------------------------------------------------------

    def went(self, which: int, only: Collection[int] | None = None) -> dict[int, int]:
        """Rows (0) or columns (1) of ours → where most of the cells of each are now; ``only`` these (None: all)."""
        votes: dict[int, Counter[int]] = defaultdict(Counter)
        for place in self._old:
            if only is None or place[which] in only:
                there = self._now_of(place)
                if there is not None:
                    votes[place[which]][there[which]] += 1
        found: dict[int, int] = {}
        taken: set[int] = set()
        for number, counted in votes.items():
            now = counted.most_common(1)[0][0]
            if now not in taken:
                taken.add(now)
                found[number] = now
        return found

    def _now_of(self, place: Place) -> Place | None:
        """Where a cell is now, while it is still there."""
        if place not in self._there:
            there = self._was.to(*place)
            self._there[place] = there if there in self._now.cells else None
        return self._there[place]


def _heights_of(rows: Mapping[int, Any]) -> dict[int, float]:
    """Row → height, of those that have one of their own."""
    return {
        number: float(row.get("ht"))
        for number, row in rows.items()
        if row.get("ht") and row.get("customHeight") in _TRUE
    }


def _widths_of(root: Any) -> dict[int, float]:
    """Column → width, of those that are wider or narrower than the rest of the sheet."""
    found = {}
    for each in root.iterfind(f"{main('cols')}/{main('col')}"):
        if each.get("customWidth") in _TRUE and each.get("width") and each.get("hidden") not in _TRUE:
            last = min(int(each.get("max")), _LAST)
            found.update(dict.fromkeys(range(int(each.get("min")), last + 1), float(each.get("width"))))
    return found


def _usual(new: float, old: list[float]) -> float:
    """How wide columns of one kind were made, that are ``new`` wide now; 0 where they are too different to tell.

    A kind of one column is made as wide as ever: only months have another width for other numbers.
    """
    if len(old) == 1 or any(abs(each - new) <= _SAME_WIDTH for each in old):
        return new
    width, count = Counter(round(each, 1) for each in old).most_common(1)[0]
    return width if 2 * count > len(old) else 0


def split_columns(columns: Any, first: int, last: int, like: Any) -> list[Any]:
    """The elements of these columns alone, taken out of those that they share with others.

    Arguments: ``columns`` the list of all; ``like`` what columns are made like that have no element yet.
    """
    found = []
    for each in list(columns):
        start, end = int(each.get("min")), int(each.get("max"))
        if end < first or start > last:
            continue
        for left, right in ((start, first - 1), (last + 1, end)):
            if left <= right:
                columns.append(_columns_from(each, left, right))
        each.set("min", str(max(start, first)))
        each.set("max", str(min(end, last)))
        found.append(each)
    at = first
    for start, end in sorted((int(each.get("min")), int(each.get("max"))) for each in found) + [(last + 1, last)]:
        if at < start:
            found.append(_columns_from(like, at, start - 1))
            columns.append(found[-1])
        at = end + 1
    columns[:] = sorted(columns, key=lambda each: int(each.get("min")))
    return found


def _columns_from(like: Any, first: int, last: int) -> Any:
    new = copy.deepcopy(like)
    new.tail = None
    new.set("min", str(first))
    new.set("max", str(last))
    return new


def _written(size: float) -> str:
    return str(int(size)) if size.is_integer() else repr(size)
