"""What was typed over cells that we had made: constants in place of formulas, hidden ids that are broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from xl_kpi import __version__
from xl_kpi.errors import Fault, Joined, Words
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.findings import fault
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.merging.as_sent import plan_as_left
from xl_kpi.plan.same_value import same
from xl_kpi.regenerate.new_sheets import Standing, as_left
from xl_kpi.workbook.addresses import relative
from xl_kpi.workbook.cells.grid import Grid
from xl_kpi.workbook.reading.our_sheets import our_sheets
from xl_kpi.workbook.reading.version_reader import made_version, numbers_of
from xl_kpi.workbook.relocation.book_moves import BookMoves
from xl_kpi.workbook.sheet_kinds import kind_of
from xl_kpi.workbook.spec import SheetSpec

MOST_NAMED = 5  # cells in one line


def typed_over(book: Any, standing: Standing, file: str) -> list[Fault]:
    """A warning for each sheet on which constants stand where our formulas were, and one for each broken id.

    Arguments: ``book`` the workbook (xlwings, or a snapshot of one), ``standing`` what was read from it; ``file`` its
    name.
    Result: with sheet and cell.  Each cell is held against the one that the last command wrote there, also where rows
    were inserted since.
    Special cases: nothing of a workbook of another version, or with a row that is gone: of their cells it is not known
    what we wrote; hidden sheets that nobody reads are left out, and cells of the user's own.
    """
    if made_version(book, file) != numbers_of(__version__):
        return []
    last, left = standing.records.last, entries_of(plan_as_left(standing.read.plan, standing.records))
    if any(not same(last.get(key), left.get(key)) for key in {**last, **left}):
        return []  # a row was deleted, or has another id: of its cells nothing is known
    keys = our_sheets(book)
    spec = as_left(standing, keys)
    if spec is None:
        return []
    start = standing.old_start or standing.read.plan.start
    moves = BookMoves(book, keys, spec, start, start)
    sheets = {sheet.key: sheet for sheet in spec.sheets}
    found: list[Fault] = []
    for name, key in keys.items():
        if key in sheets and not kind_of(key).free:
            grid = moves.grid(name)
            found += _ids(name, grid, sheets[key], file)
            found += _constants(name, grid, sheets[key], moves, file)
    return found


def _constants(name: str, grid: Grid, sheet: SheetSpec, moves: BookMoves, file: str) -> Iterator[Fault]:
    cells: list[tuple[str, Any]] = []
    for place, content in grid.filled.items():
        if place in grid.written or place[1] == 1:
            continue
        now = moves.cell(name, *place)
        cell = sheet.cells.get(now[1:]) if now else None
        if cell is not None and cell.formula is not None and not cell.typed:
            cells.append((relative(*place), content))
    if cells:
        named = Joined(tuple(at for at, _ in cells[:MOST_NAMED]), Words("list_comma"))
        more = len(cells) - MOST_NAMED
        where = Words("list_more", names=named, count=more) if more > 0 else named
        one = fault("plan_check_typed_over", shown(cells[0][1]), cells[0][0], cells=where)
        yield _placed(one, name, file)


def _ids(name: str, grid: Grid, sheet: SheetSpec, file: str) -> Iterator[Fault]:
    """Ids of column A that stand more often than we wrote them, and such that took the place of one that is gone."""
    written = {row: str(cell.value) for (row, column), cell in sheet.cells.items() if column == 1 and cell.value}
    ours, there = Counter(written.values()), Counter(grid.ids.values())
    gone = ours - there
    for id_, count in (there - ours).items():
        rows = [row for row, other in grid.ids.items() if other == id_]
        for row in [row for row in rows if written.get(row) != id_][-count:]:
            was = written.get(row, "")
            if id_ in ours:
                yield _placed(fault("plan_check_id_twice", id_, relative(row, 1)), name, file)
            elif was in gone:
                yield _placed(fault("plan_check_id_changed", id_, relative(row, 1), was=was), name, file)


def _placed(one: Fault, sheet: str, file: str) -> Fault:
    return replace(one, sheet=sheet, file=file)
