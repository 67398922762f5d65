"""The user's formulas that point at our sheets, each with its cell: what they must say after a regenerate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xl_kpi.workbook.addresses import Place, relative
from xl_kpi.workbook.cells.grid import Grid
from xl_kpi.workbook.reading.our_sheets import sheets_of
from xl_kpi.workbook.relocation.book_moves import BookMoves

_EXCELS = (
    "Print_Area", "Print_Titles", "_FilterDatabase", "Criteria", "Extract", "Database", "Consolidate_Area",
    "Sheet_Title",
)  # fmt: skip


@dataclass(frozen=True)
class Dependent:
    """A formula and how it reads afterwards; ``sheet`` "" and ``cell`` the name for a defined name.

    ``lost``: what it pointed at is gone; ``widened``: it covers rows now that it did not cover before; ``back``: it had
    lost what it pointed at, and reads again as it did; ``check``: it counts rows or columns that are others now;
    ``in_words``: it names cells of ours in a text, as INDIRECT does, which are elsewhere now: nothing can follow that.
    """

    sheet: str
    cell: str
    old: str
    new: str
    lost: bool = False
    widened: bool = False
    back: bool = False
    check: bool = False
    in_words: bool = False

    @property
    def place(self) -> str:
        return f"{self.sheet}!{self.cell}" if self.sheet else self.cell


def pointing(book: Any, ours: Mapping[str, str], moves: BookMoves) -> list[Dependent]:
    """Every formula on the user's own sheets, and every defined name of the user's, that points at ours.

    Arguments: ``ours`` name → key of our sheets; a name that points to a cell of ours and is called as one of ours
    is ours and moves by itself.
    Result: those that read as before too: in an open book a formula breaks when its sheet makes way for a new one,
    so each has to be written again.
    """
    return [found for place in _formulas(book, ours) if (found := dependent(*place, moves))]


def _formulas(book: Any, ours: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for sheet in sheets_of(book):
        if sheet.name in ours:
            continue
        for place, formula in formula_cells(sheet):
            yield sheet.name, relative(*place), formula
    for name in book.names:
        if name.refers_to and not is_excels_own(name.name):
            yield "", name.name, name.refers_to


def formula_cells(sheet: Any) -> Iterator[tuple[Place, str]]:
    """The cells of a sheet that hold a formula, row by row, with its "="."""
    known = getattr(sheet, "formula_cells", None)  # of a sheet in a file, which may be a thousand times as large
    if known is not None:
        yield from known.items()
        return
    yield from Grid.of_sheet(sheet).written.items()


def is_excels_own(name: str) -> bool:
    """Whether Excel itself gives this name: to what is printed or filtered on a sheet, whose name stands before it."""
    sheet, _, local = name.rpartition("!")
    return local.startswith("_xlnm.") or bool(sheet) and local in _EXCELS


def dependent(sheet: str, cell: str, formula: str, moves: BookMoves) -> Dependent | None:
    """A formula with its "=" on a sheet, or (``sheet`` "") that of a defined name; None where it points at none of
    our sheets, or is ours."""
    if not sheet and moves.is_ours(cell):
        return None
    trail = moves.trail(formula.removeprefix("="), sheet)
    if not (trail.ours or trail.check or trail.in_words):
        return None
    told = {"check": trail.check, "in_words": trail.in_words}
    return Dependent(sheet, cell, formula, "=" + trail.new, trail.lost, trail.widened, **told)
