"""What stays of a sheet of ours that goes: the user's cells on it, on a sheet that is no longer ours."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import count

from xl_kpi.catalog import text
from xl_kpi.workbook.cells.rectangles import Rect, rect_of
from xl_kpi.workbook.cells.references import LOST, rewritten

_MOST_LETTERS = 31  # in the name of a sheet


def rest_name(sheet: str, taken: Collection[str], lang: str) -> str:
    """What the sheet is called on which the user's part of ``sheet`` stays; ``taken`` names of the others."""
    folded, wanted = {name.casefold() for name in taken}, text("graft_rest", lang, name=sheet)
    if wanted[:_MOST_LETTERS].casefold() not in folded:
        return wanted[:_MOST_LETTERS]
    numbered = (f"{wanted[: _MOST_LETTERS - len(f' {number}')]} {number}" for number in count(2))
    return next(name for name in numbered if name.casefold() not in folded)


def stands_alone(formula: str, ours: Iterable[Rect]) -> bool:
    """Whether a formula (without "=") on a sheet that goes points at none of the cells of ours there."""
    areas: list[Rect | None] = []
    rewritten(formula, lambda sheets, area: None, lambda area: areas.append(rect_of(area)), lambda word: None)
    gone = list(ours)
    return bool(formula) and LOST not in formula and all(area and not any(map(area.meets, gone)) for area in areas)
