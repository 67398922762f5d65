"""Where the cells of our sheets go in a regenerate, as the graft and the hosts ask it, and what finds no place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from xl_kpi.workbook.addresses import Place

# Sheet, row and column of a cell as it stands before the move; "" and 0, 0 with a defined name in place of the sheet.
Spot = tuple[str, int, int]


@dataclass(frozen=True)
class LeftSheet:
    """A sheet that stays in the place of one that goes, and the cells on it: all of them the user's."""

    sheet: str
    cells: frozenset[tuple[int, int]]


@dataclass(frozen=True)
class LostCell:
    """Something of the user's on one of our sheets that finds no place on the new one.

    ``sheet`` and ``cell`` where it stood; ``kind`` what it is: cell, note, sparkline, or what pointed at a cell that
    is gone (scenario, data_table, rule, link, consolidation, watch, range); ``text`` what it said.
    """

    sheet: str
    cell: str
    kind: str
    text: str
    label: str = "rewrite_lost"  # the text that says on 保管 what it is


class Moves(Protocol):
    """What saving into a user's file asks about the sheets that were made anew."""

    def formula(self, text: str, sheet: str) -> str:
        """A formula of the user's (without "=") on ``sheet`` ("" for defined names), as it must read now."""

    def entries(self, sheet: str) -> Mapping[Place, str]:
        """The cells of one of our old sheets that were read as entries of a table that grows by typing, each with the
        id of its row: they are in the new sheets, wherever they stood."""

    def cell(self, sheet: str, row: int, column: int) -> tuple[str, int, int] | None:
        """Where a cell of one of our old sheets is now; None when it is gone."""
