"""Where a table stands in a grid: the line of its header, what its columns mean, and where its rows end.

The header is found by its words, never by its place: titles, periods and search conditions of any length stand above
it, and other tables may follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.exports import folded, systems, usual_channel, without_currency
from xl_kpi.catalog.roles import roles
from xl_kpi.exchange.columns import Column as Cells
from xl_kpi.exchange.exports.grids import Grid
from xl_kpi.plan.imported.maps import FileMap, additions, fitting

if TYPE_CHECKING:
    import pandas as pd

MOST_ABOVE = 200  # rows in which the first header is looked for
_LEAST_WORDS = 2  # that are known, in a header
COMMENT = "#"


@dataclass(frozen=True)
class Column:
    """One column: its place, its word as written, its role ("" where nobody knows it), the currency in its word."""

    place: int
    word: str
    role: str = ""
    currency: str = ""


@dataclass(frozen=True)
class Block:
    """One table within a grid.

    ``header``: the row of its header, from 1, as Excel shows it; ``first`` and ``last``: its rows, the last one
    included (``last < first`` for a table without rows).  ``label``: what stands right above it alone in its row.
    ``known``: how many of its words the system knows; ``systems``: ids of those that know as many, the first one is
    taken for ``columns``; ``map``: what says what its columns mean instead.
    """

    grid: Grid
    header: int
    first: int
    last: int
    columns: tuple[Column, ...]
    systems: tuple[str, ...] = ()
    known: int = 0
    label: str = ""
    map: FileMap | None = None

    @property
    def rows(self) -> pd.DataFrame:
        """Its cells, indexed by the row as Excel shows it."""
        body = self.grid.cells.iloc[self.first - 1 : self.last]
        return body.set_axis(range(self.first, self.first + len(body)))

    def column(self, *roles: str) -> Column | None:
        """The first column with one of the roles, in the order of the roles."""
        return next((one for role in roles for one in self.columns if one.role == role), None)


def blocks(grid: Grid, maps: Sequence[FileMap] = (), only: str = "") -> list[Block]:
    """Every table of the grid whose header has words that are known, from the top.

    Arguments: ``maps`` that the user has confirmed: they go before the catalog; ``only`` the id of the system that
    the file comes from, or the name of the map ("": all are tried).
    """
    rows = _rows(grid.cells)
    heads = [found for number, cells in rows if (found := _header(number, cells, maps, only))]
    built = [_block(grid, head, rows, heads, maps) for head in heads]
    return [block for block in built if block.columns]


def best(found: Sequence[Block]) -> Block | None:
    """The table that is meant: one that a map was made for, none of those that its system puts beside it, the most
    known words, then the most rows, then the first."""
    return max(found, key=_standing, default=None)


def _standing(block: Block) -> tuple[bool, bool, int, int, int]:
    return block.map is not None, not _is_beside(block), block.known, block.last - block.first, -block.header


def _is_beside(block: Block) -> bool:
    return any(folded(block.label) in systems()[key].beside for key in block.systems)


@dataclass(frozen=True)
class _Head:
    row: int
    cells: tuple[str, ...]
    systems: tuple[str, ...]
    known: int
    map: FileMap | None = None


def _rows(cells: pd.DataFrame) -> list[tuple[int, tuple[str, ...]]]:
    """Rows that may be a header: text alone.  The first ones, and below them those right after a gap or a remark."""
    head = cells.head(MOST_ABOVE)
    found = [(number, _words(row)) for number, row in enumerate(head.itertuples(index=False), 1)]
    if len(cells) > MOST_ABOVE:
        first = cells.iloc[:, 0].astype(str)
        rest = cells.iloc[:, 1:].eq("").all(axis=1) if cells.shape[1] > 1 else first.eq("")
        gaps = [place for place in rest[rest].index if place >= MOST_ABOVE - 1]
        after = sorted({place + step for place in gaps for step in (0, 1) if place + step < len(cells)})
        found += [(place + 1, _words(cells.iloc[place])) for place in after if place >= MOST_ABOVE]
    return found


def _words(row: Any) -> tuple[str, ...]:
    return tuple(str(cell).strip() if isinstance(cell, str) else f"{cell}" for cell in row)


def _header(number: int, cells: tuple[str, ...], maps: Sequence[FileMap], only: str) -> _Head | None:
    filled = [cell for cell in cells if cell]
    if len(filled) < _LEAST_WORDS or filled[0].startswith(COMMENT):
        return None
    words = [without_currency(folded(cell))[0] for cell in filled]
    if made := fitting([one for one in maps if only in ("", one.name)], words):
        return _Head(number, cells, (), sum(word in made.by_word for word in words), made)
    counted = {key: system.knows(words) for key, system in systems().items() if only in ("", key)}
    known = max(counted.values(), default=0)
    if known < (1 if only else _LEAST_WORDS):
        return None
    return _Head(number, cells, tuple(key for key, count in counted.items() if count == known), known)


def _block(
    grid: Grid, head: _Head, rows: list[tuple[int, tuple[str, ...]]], heads: list[_Head], maps: Sequence[FileMap]
) -> Block:
    following = min((other.row for other in heads if other.row > head.row), default=len(grid.cells) + 1)
    last = table_end(grid.cells, head.row, following)
    meanings = head.map.by_word if head.map else roles_of_system(head.systems[0], maps)
    columns = tuple(_columns(head.cells, meanings))
    above = dict(rows).get(head.row - 1, ())
    label = above[0] if above and above[0] and not any(above[1:]) else ""
    return Block(grid, head.row, head.row + 1, last, columns, head.systems, head.known, label, head.map)


def roles_of_system(system: str, maps: Sequence[FileMap]) -> Mapping[str, str]:
    """Word → role as a system has them, and as the maps of the workbook say besides.

    Special cases: the week is called so by all systems that count ads or visits.
    """
    known = systems()[system]
    weeks = dict.fromkeys(map(folded, roles()["week"].words), "week") if usual_channel(known.kind) else {}
    return {**weeks, **known.roles, **additions(maps, system)}


def _columns(cells: Sequence[str], meanings: Mapping[str, str]) -> Iterator[Column]:
    for place, cell in enumerate(cells):
        if cell:
            word, currency = without_currency(folded(cell))
            yield Column(place, cell, meanings.get(word, ""), currency)


def table_end(cells: pd.DataFrame, header: int, following: int | None = None) -> int:
    """The last row of the table below ``header`` (from 1): before an empty row that is not its only one, before a
    remark, before the next header with its label (``following``; None: there is none)."""
    body = cells.iloc[header : None if following is None else following - 1]
    if body.empty:
        return header
    is_remark = Cells(body.iloc[:, 0]).each(lambda cell: str(cell).startswith(COMMENT), bool)
    ends = body.eq("").all(axis=1) | is_remark
    # Right below a header some systems leave one row blank.
    start = 1 if bool(ends.iloc[0]) and len(body) > 1 and not is_remark.iloc[0] else 0
    stops = ends.iloc[start:]
    return header + start + (int(stops.to_numpy().argmax()) if bool(stops.any()) else len(stops))
