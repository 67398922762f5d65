"""What a formula on its way asks about our sheets as they were and as they will be."""

from __future__ import annotations

from typing import Protocol

from xl_kpi.workbook.cells.grid import Grid
from xl_kpi.workbook.cells.references import Cells
from xl_kpi.workbook.relocation.landmarks import Landmarks
from xl_kpi.workbook.relocation.sheet_moves import SheetMove


class MovedSheets(Protocol):
    """Our sheets before and after; ``book_moves.BookMoves`` is one."""

    def called(self, sheet: str) -> str | None:
        """The name of one of our old sheets as it is written there; None for a sheet that is none of ours."""

    def key(self, name: str) -> str:
        """The key of one of our old sheets."""

    def successor(self, name: str) -> str | None:
        """The name of the sheet that takes the place of one of our old ones; None when it goes."""

    def new_name(self, key: str) -> str | None:
        """The name of one of our new sheets; None when there is none."""

    def rest(self, name: str, area: Cells) -> str | None:
        """The sheet on which cells of the user's stay when their sheet goes; None where one of ours is among them."""

    def move(self, name: str) -> SheetMove:
        """What became of the cells of one of our old sheets that has a successor."""

    def grid(self, name: str) -> Grid:
        """What stands on one of our old sheets."""

    def named(self, name: str) -> tuple[str, Cells, Cells] | None:
        """The sheet of a defined name of ours, and its cells before and after; None where ``reordered`` tells."""

    def reordered(self, name: str) -> bool:
        """Whether a block with a name of ours, whose cells have no ids, has other rows or months now."""

    def is_ours(self, name: str) -> bool:
        """Whether a defined name is ours, so that it moves by itself (or goes)."""

    def is_gone(self, name: str) -> bool:
        """Whether a defined name is one of ours that the new workbook does not have."""

    def is_new(self, name: str) -> bool:
        """Whether the new workbook has this defined name of ours."""

    def old_landmarks(self, name: str) -> Landmarks | None:
        """What can be known again on one of our old sheets; None on those that nobody reads."""

    def new_landmarks(self, key: str) -> Landmarks | None:
        """The same of a new sheet; None where there is none."""
