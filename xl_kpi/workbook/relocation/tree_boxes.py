"""The boxes of the KPI tree before and after it was made anew: each is known by its id, wherever it is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from xl_kpi.workbook.cells.grid import BOXES, Grid


class Boxes:
    """The boxes of one sheet; ``old`` and ``new`` what stands there before and after."""

    def __init__(self, old: Grid, new: Grid):
        self._old, self._new = old, new

    def __contains__(self, row: int) -> bool:
        """Whether boxes stand in a row of the old sheet."""
        return row in self._rows

    def cell(self, row: int, column: int) -> tuple[int, int] | None:
        """Where a cell of such a row is now; None when its box is gone."""
        start, below = self._rows[row]
        for left, width, id_ in _boxes(self._old.ids[start]):
            if left <= column < left + width:
                now = self._places.get(id_) if id_ else None
                return None if now is None else (now[0] + below, now[1] + column - left)
        return row, column

    def described(self, row: int, column: int) -> tuple[str, int, int] | None:
        """The box of a cell: its id, and how far below and beside its first cell; None for a cell between boxes."""
        start, below = self._rows[row]
        return next(
            (
                (id_, below, column - left)
                for left, width, id_ in _boxes(self._old.ids[start])
                if id_ and left <= column < left + width
            ),
            None,
        )

    def found(self, id_: str, below: int, beside: int) -> tuple[int, int] | None:
        """Where a cell of a box is on the new sheet; None when the box is not there."""
        there = self._places.get(id_)
        return there and (there[0] + below, there[1] + beside)

    @cached_property
    def _rows(self) -> dict[int, tuple[int, int]]:
        """Row of the old sheet → the row in which its boxes begin, and how far below that it is."""
        starts = [row for row, id_ in self._old.ids.items() if id_.startswith(BOXES)]
        found = {}
        for row, following in zip(starts, [*starts[1:], self._old.rows + 1]):
            tall = min(following, starts[1] - starts[0] + row if len(starts) > 1 else following)
            found.update({at: (row, at - row) for at in range(row, tall)})
        return found

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        return {
            id_: (row, column)
            for row, mark in self._new.ids.items()
            if mark.startswith(BOXES)
            for column, _, id_ in _boxes(mark)
            if id_
        }


def _boxes(mark: str) -> Iterator[tuple[int, int, str]]:
    """First column, width and id of each box in a row."""
    first, width, ids = mark.removeprefix(BOXES).split(":", 2)
    for k, id_ in enumerate(ids.split("|")):
        yield int(first) + k * int(width), int(width), id_
