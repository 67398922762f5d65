"""What stands around our part of a generated sheet, and where it goes when the sheet is made anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from xl_kpi.catalog import keys_of
from xl_kpi.workbook.addresses import Place
from xl_kpi.workbook.cells.rectangles import Rect


class Beside:
    """Where the user's cells around our area go when nobody says it: as far from what is ours as they were.

    Arguments: ``now`` where a cell goes, as far as that is known; ``area`` and ``new`` what is ours before and after;
    ``with_id`` the rows that have an id in column A.
    """

    def __init__(
        self, now: Callable[[int, int], Place | None], area: Rect, new: Rect, with_id: Collection[int]
    ) -> None:
        self._now, self._area, self._new, self._with_id = now, area, new, with_id

    def to(self, row: int, column: int) -> Place | None:
        """Of a cell: None when it is gone with a row or column of ours."""
        there = self._now(row, column)
        gone = (row, column) in self._area or row in self._with_id
        return there if there or gone else self.drawn(row, column)

    def drawn(self, row: int, column: int) -> Place:
        """Of what is drawn there, which is never gone: with the next row above that is still there."""
        if (row, column) in self._area:
            there = next((there for at in range(row, 0, -1) if (there := self._now(at, column))), None)
            return there or (row, column)
        wider = self._new.last_column - self._area.last_column
        beside = column + (wider if column > self._area.last_column else 0)
        if row > self._area.last_row:
            return self._new.last_row + row - self._area.last_row, beside
        above = next(((at, now[0]) for at in range(row, 0, -1) if (now := self._now(at, 1))), (0, 0))
        return above[1] + row - above[0], beside


def links(first_row: Mapping[int, str], names: Collection[str], known: Collection[int] = ()) -> set[int]:
    """The columns of our links to other sheets, which may go on beside what is printed.

    Arguments: ``first_row`` column → what stands there in row 1; ``names`` of our sheets as they are called now;
    ``known`` columns that are links of ours whatever they say.
    Special cases: of several that say the same, a copy that somebody made among them, the first is ours.
    """
    found: dict[str, int] = {}
    for column in sorted(first_row):
        words = first_row[column]
        if words in names or column in known or any(key.startswith("sheet_") for key in keys_of(words)):
            found.setdefault(words, column)
    return set(found.values())
