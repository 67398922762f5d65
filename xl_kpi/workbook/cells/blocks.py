"""The blocks of a generated sheet, rows and months of its tables, and the edges of ranges that cover whole ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xl_kpi.workbook.cells.areas import reference
from xl_kpi.workbook.cells.references import Cells

_TABLES = "tbl_"  # begins the names of tables in which somebody types
# Rows of a table that sum up the others or say something about all of them; what follows a colon is what they sum up.
_ABOUT_ALL = (
    "total",
    "total_later",
    "total_cost",
    "rule",
    "cumulative_orders",
    "revenue",
    "profit",
    "existing",
    "plan",
    "brought",
)

Head = tuple[str, int]  # what the table of a header is called


@dataclass(frozen=True)
class Span:
    """The first and the last row (or column) of a block."""

    first: int
    last: int

    @classmethod
    def of(cls, numbers: Iterable[int]) -> Span | None:
        """The span of these; None for none."""
        found = list(numbers)
        return cls(min(found), max(found)) if found else None


def row_blocks(ids: Mapping[int, str], heads: Mapping[int, Head]) -> dict[Head, Span]:
    """What a table is called → the rows of its stages, channels, KPIs.

    Arguments: ``ids`` row → id; ``heads`` row of a header → what its table is called.
    """
    rows: dict[Head, list[int]] = {}
    planned: set[int] = set()  # headers of tables of KPIs, which begin with what the plan needs
    for row, id_ in ids.items():
        head = max((at for at in heads if at < row), default=0)
        what = id_.partition(":")[0]
        if what == "plan":
            planned.add(head)
        if head and row not in heads and what not in _ABOUT_ALL and not (what == "next" and head in planned):
            rows.setdefault(heads[head], []).append(row)
    return {name: Span(min(found), max(found)) for name, found in rows.items()}


def table_rows(names: Iterable[tuple[str, str | None]], sheet: str) -> dict[str, Span]:
    """Name of a table in which somebody types → its rows below the header, with those that are blank.

    Arguments: ``names`` defined names with what they refer to; ``sheet`` the name of the sheet.
    """
    found = {}
    for name, words in names:
        place = reference(words) if name.startswith(_TABLES) else None
        if place and place.sheet.casefold() == sheet.casefold() and place.last_row > place.row:
            found[name] = Span(place.row + 1, place.last_row)
    return found


def stretched_rows(area: Cells, hull: Cells, blocks: Iterable[tuple[Span, Span]]) -> tuple[int, int]:
    """First and last row of a range after the move: a block that was covered whole is covered whole.

    Arguments: ``area`` the range before, ``hull`` where its rows have gone; ``blocks`` spans before and after.
    Special cases: one row of several columns is no block, though its table has no other row.
    """
    first, last = hull.row, hull.last_row
    for old, new in blocks:
        if old.first == old.last and not (area.column and area.column == area.last_column):
            continue
        first, last = _edges(area.row, area.last_row, first, last, old, new)
    return first, last


def stretched_columns(area: Cells, hull: Cells, months: Iterable[tuple[Span, Span]]) -> tuple[int, int]:
    """First and last column of a range after the move, where it covered every month.

    Arguments: as for ``stretched_rows``, of months.
    """
    first, last = hull.column, hull.last_column
    for old, new in months:
        first, last = _edges(area.column, area.last_column, first, last, old, new)
    return first, last


def _edges(start: int, end: int, first: int, last: int, old: Span, new: Span) -> tuple[int, int]:
    if start == old.first and end >= old.last:
        first = min(new.first, last)
    if end == old.last and start <= old.first:
        last = max(new.last, first)
    return first, last
