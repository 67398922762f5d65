"""Where a table stands whose words nobody knows: its header is the line above rows whose cells are alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.exports import folded, is_missing, without_currency
from xl_kpi.catalog.roles import roles
from xl_kpi.exchange.exports.blocks import COMMENT, MOST_ABOVE, Block, Column, table_end
from xl_kpi.exchange.exports.grids import Grid

if TYPE_CHECKING:
    import pandas as pd

_BELOW = 50  # rows below a header that are looked at
_LEAST = 2  # columns of a table
_WORDS = 0.6  # of the cells of a header are no numbers, at least
_NUMBER = re.compile(r"[-+△▲(]?[¥\\$€]?[0-9][0-9.,]*[)%円]?|[<>] ?[0-9.]+ ?%?")
_DATE = re.compile(r"[0-9]{1,4}[-/.年][0-9]{1,2}([-/.月].*)?|[A-Za-z]{3,9}\.? [0-9]{1,2},? [0-9]{4}.*|[0-9]{1,2}月.*")
TEXT = "t"


@dataclass(frozen=True)
class Outline:
    """A table that was found by its shape, and how well its header stands out."""

    block: Block
    score: float


def outlined(found: Iterable[Grid]) -> Block | None:
    """The table that stands out most among ways to read a file; None where there is none.

    Equation: a column counts for a header where its cells below are alike, and more where they are of another kind
    than the header itself (numbers, days); words that mean something somewhere count too.  The first of those that
    stand out alike is taken.
    """
    best: Outline | None = None
    for grid in found:
        one = _of(grid)
        if one and (best is None or one.score > best.score):
            best = one
    return best.block if best else None


def _of(grid: Grid) -> Outline | None:
    cells = grid.cells.head(MOST_ABOVE + _BELOW)
    if cells.shape[1] < _LEAST or len(cells) < 1:
        return None
    shapes = [[_shape(cell) for cell in row] for row in cells.itertuples(index=False)]
    scored = [(_score(shapes, cells, row), -row) for row in range(min(MOST_ABOVE, len(shapes)))]
    score, place = max(scored)
    if score <= 0:
        return None
    header = -place + 1
    words = [str(cell).strip() for cell in cells.iloc[header - 1]]
    columns = tuple(Column(at, word, "", without_currency(folded(word))[1]) for at, word in enumerate(words) if word)
    return Outline(Block(grid, header, header + 1, table_end(grid.cells, header), columns), score)


def _shape(cell: Any) -> str:
    """n: a number, d: a day, m: a mail address, t: text, "" for nothing."""
    if not isinstance(cell, str):
        return "d" if hasattr(cell, "year") else "n"
    word = cell.strip()
    if is_missing(word):
        return ""
    if _DATE.fullmatch(word):
        return "d"
    if _NUMBER.fullmatch(folded(word)):
        return "n"
    return "m" if "@" in word else TEXT


def _score(shapes: list[list[str]], cells: pd.DataFrame, row: int) -> float:
    header = [at for at, shape in enumerate(shapes[row]) if shape]
    words = [folded(str(cells.iat[row, at])) for at in header]
    if len(header) < _LEAST or len({*words}) < len(words) or words[0].startswith(COMMENT):
        return 0.0
    if sum(shapes[row][at] == TEXT for at in header) < _WORDS * len(header):
        return 0.0
    known = sum(without_currency(word)[0] in _known() for word in words) / 2
    below = [k for k in range(row + 1, min(row + 1 + _BELOW, len(shapes))) if any(shapes[k])]
    below = [k for k in below if sum(map(bool, shapes[k])) > 1 or len(header) <= _LEAST]
    if not below:
        return known
    score = known
    for at, word in zip(header, words, strict=True):
        if shapes[row][at] != TEXT:
            continue
        kinds = [shapes[k][at] for k in below if shapes[k][at]]
        if not kinds:
            continue
        most = max({*kinds}, key=kinds.count)
        alike = kinds.count(most) / len(kinds)
        repeats = any(folded(str(cells.iat[k, at])) == word for k in below)
        score += alike * (0.5 if most == TEXT else 1.5) - (0.5 if repeats else 0.0)
    bare = sum(any(shapes[k][at] for k in below) for at in range(len(shapes[row])) if at not in header)
    return score - 0.5 * bare


@cache
def _known() -> frozenset[str]:
    return frozenset(word for role in roles().values() for word in role.words)
