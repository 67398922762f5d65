"""Formulas of the user's that have lost what they pointed at: kept on 保管 until that is there again."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from xl_kpi.catalog import text
from xl_kpi.plan.records import Kept
from xl_kpi.workbook.addresses import place_of, relative
from xl_kpi.workbook.cells.moves import Spot
from xl_kpi.workbook.cells.references import LOST
from xl_kpi.workbook.reading.our_sheets import sheets_of
from xl_kpi.workbook.relocation.book_moves import BookMoves
from xl_kpi.workbook.relocation.dependents import Dependent, formula_cells
from xl_kpi.workbook.relocation.precedents import described, resolved

_KEY = re.compile(r"formula\[(.*)\]", re.DOTALL)
_QUOTED = re.compile(r"'([^'!]+)'!")


@dataclass(frozen=True)
class Waiting:
    """One of them in the workbook as it stands.

    ``spot`` where it is now (None: somebody has changed it since); ``formula`` how it is to read, without "=", as
    soon as everything that it pointed at is there again (None: not yet).
    """

    kept: Kept
    spot: Spot | None
    formula: str | None

    @property
    def follower(self) -> Dependent | None:
        """The formula on its way back."""
        if self.spot is None or self.formula is None:
            return None
        sheet, row, column = self.spot
        place = (sheet, relative(row, column)) if row else ("", sheet)
        return Dependent(*place, self.kept.left, f"={self.formula}", back=True)


def waiting(book: Any, archive: Mapping[str, Kept], moves: BookMoves) -> list[Waiting]:
    """The formulas on 保管, each with the cell in which it still stands as it was left.

    Arguments: ``book`` an xlwings Book, or a snapshot of one; ``moves`` to the workbook that is to be written.
    Special cases: a formula whose cell has moved, as rows were inserted on the user's sheet, is found as long as
    there are as many that read so as were left.
    """
    kept = [(one, *_place(one.key)) for one in archive.values() if one.left and _KEY.fullmatch(one.key)]
    if not kept:
        return []
    standing = dict(_standing(book, {sheet for _, sheet, cell in kept if cell}))
    names = {name.name: _plain(name.refers_to or "") for name in book.names}
    groups: dict[tuple[str, str], list[tuple[tuple[int, int], Kept]]] = defaultdict(list)
    found = []
    for one, sheet, cell in kept:
        if cell:
            groups[sheet, _plain(one.left)].append((cell, one))
        else:
            stands = names.get(sheet) == _plain(one.left)
            found.append(Waiting(one, (sheet, 0, 0) if stands else None, resolved(one.aim, moves)))
    for (sheet, words), members in groups.items():
        cells = standing.get(sheet, {}).get(words, [])
        members.sort(key=lambda member: member[0])
        moved = len(cells) == len(members)
        for k, (cell, one) in enumerate(members):
            there = cells[k] if moved else (cell if cell in cells else None)
            found.append(Waiting(one, (sheet, *there) if there else None, resolved(one.aim, moves)))
    return found


def still_kept(one: Waiting, moves: BookMoves, lang: str, to: Spot | None) -> Kept:
    """A formula that goes on waiting: where it stands from now on, and how it reads there.

    Arguments: ``to`` where its cell goes (None: it stays).
    """
    if one.spot is None:
        return one.kept
    left = "=" + moves.formula(one.kept.left.removeprefix("="), one.spot[0] if one.spot[1] else "")
    place = _words(to or one.spot)
    return replace(one.kept, key=f"formula[{place}]", label=text("rewrite_kept", lang, place=place), left=left)


def kept_formula(one: Dependent, moves: BookMoves, lang: str, today: dt.date, to: Spot | None) -> Kept:
    """A formula that loses what it points at, as it read.

    Arguments: ``to`` where its cell goes (None: it stays).
    """
    place = _words(to) if to else one.place
    aim = described(one.old.removeprefix("="), one.sheet, moves)
    label = text("rewrite_kept", lang, place=place)
    return Kept(f"formula[{place}]", label, one.old, today, one.new, aim)


def is_formula(kept: Kept) -> bool:
    """Whether a line of 保管 holds a formula of the user's."""
    return bool(_KEY.fullmatch(kept.key))


def _place(key: str) -> tuple[str, tuple[int, int] | None]:
    """Sheet and cell of a formula that is kept; a defined name, and None."""
    place = _KEY.sub(r"\1", key)
    sheet, sign, cell = place.rpartition("!")
    at = place_of(cell) if sign else None
    return (sheet, at) if at else (place, None)


def _words(spot: Spot) -> str:
    sheet, row, column = spot
    return f"{sheet}!{relative(row, column)}" if row else sheet


def _standing(book: Any, sheets: set[str]) -> Iterator[tuple[str, dict[str, list[tuple[int, int]]]]]:
    """Sheet → formula that points nowhere → the cells in which it stands, row by row."""
    for sheet in sheets_of(book):
        if sheet.name not in sheets:
            continue
        found = defaultdict(list)
        for place, formula in formula_cells(sheet):
            if LOST in formula:
                found[_plain(formula)].append(place)
        yield sheet.name, found


def _plain(formula: str) -> str:
    """A formula as every program means it: some leave quotes out where they are not needed, or put them there."""
    return _QUOTED.sub(r"\1!", formula).replace(" ", "")
