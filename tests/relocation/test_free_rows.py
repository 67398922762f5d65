"""The free rows of チャネル hold formulas and no id: their neighbours tell where they are, whatever they say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sheets.plans import template
from xl_kpi.sheets import book_spec
from xl_kpi.sheets.channels import SPARE_ROWS
from xl_kpi.workbook.cells.grid import Grid
from xl_kpi.workbook.relocation.sheet_moves import SheetMove
from xl_kpi.workbook.spec import Cell, SheetSpec

C1 = template("c1", "ja")
(WEB,) = C1.channels
TOP = 7  # the row of the first channel
FAIRS = replace(WEB, id="fairs", name="見本市")


def page(plan) -> SheetSpec:
    return book_spec(plan).sheet("channels")


def of_an_older_version(sheet: SheetSpec) -> SheetSpec:
    """The same without formulas in its free rows."""
    free = range(TOP + 1, TOP + 1 + SPARE_ROWS)
    return replace(sheet, cells={at: cell for at, cell in sheet.cells.items() if at[0] not in free or not cell.formula})


def typed_into(sheet: SheetSpec) -> SheetSpec:
    """The same with the second channel typed into the first free row."""
    cells = dict(sheet.cells)
    for column, value in enumerate((FAIRS.id, FAIRS.name), 2):
        cells[TOP + 1, column] = Cell(value, None, cells[TOP + 1, column].style)
    return replace(sheet, cells=cells)


def rows(old: SheetSpec, new: SheetSpec) -> list[int | None]:
    """Where the free rows of the old sheet are now."""
    moves = SheetMove(Grid.of_spec(old), Grid.of_spec(new), C1.start, C1.start)
    return [moves.row(row) for row in range(TOP + 1, TOP + 1 + SPARE_ROWS)]


FREE = [*range(TOP + 1, TOP + 1 + SPARE_ROWS)]
TWO = C1.with_(channels=(WEB, FAIRS))


# The sheet before and after, and where the free rows are then.
CASES = {
    "language": lambda: (page(C1), page(template("c1", "en")), FREE),
    "older version": lambda: (of_an_older_version(page(C1)), page(C1), FREE),
    # the row in which it was typed is the channel's now, the others stay where they are
    "typed": lambda: (typed_into(page(C1)), page(TWO), FREE),
    "typed in an older version": lambda: (typed_into(of_an_older_version(page(C1))), page(TWO), FREE),
    # the row of the channel that goes is gone, the others stay where they are, as far as there are rows
    "a channel less": lambda: (page(TWO), page(C1), [None, *FREE[1:]]),
}


@pytest.mark.parametrize("case", CASES)
def test_free_rows_are_where_they_were(case):
    old, new, expected = CASES[case]()
    assert rows(old, new) == expected
