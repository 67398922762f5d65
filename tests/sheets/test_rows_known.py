"""Rows of typed sheets that say something only in formulas: an id in column A says that they are ours."""

from __future__ import annotations

import pytest

from tests.closed_plans import closed, small
from tests.sheets.plans import in_the_year, template
from xl_kpi.catalog import keys_of
from xl_kpi.plan.model import Plan
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.cells.grid import Grid
from xl_kpi.workbook.sheet_kinds import kind_of
from xl_kpi.workbook.spec import BookSpec


def live_only(spec: BookSpec) -> dict[tuple[str, int], bool]:
    """Key of a sheet and row, from its first id on, of those whose words are all formulas → whether it has an id."""
    found = {}
    for sheet in spec.sheets:
        grid, kind = Grid.of_spec(sheet), kind_of(sheet.key)
        for row in range(min(grid.ids, default=1), grid.rows + 1) if kind.typed and not kind.free else ():
            words = [word for column in range(2, grid.columns + 1) if (word := grid.content(row, column)) != ""]
            if any(cell.typed for (at, _), cell in sheet.cells.items() if at == row):
                continue  # a row to type into: known by its neighbours (tests/relocation)
            said = [word for word in words if isinstance(word, str)]
            if said and not any(map(keys_of, said)) and all(word.startswith("=") for word in said):
                found[sheet.key, row] = row in grid.ids
    return found


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_row_of_live_words_alone_has_an_id(lang):
    # without one an open book takes it for the user's as soon as its formula reads otherwise (language, unit, rows)
    plans: list[Plan] = [template("default", lang), in_the_year(lang), closed(small(lang), 2)]
    for plan in plans:
        found = live_only(book_spec(plan))
        assert found and all(found.values()), [place for place, known in found.items() if not known]


def test_the_line_over_the_next_period_has_one():
    spec = book_spec(template("default", "ja"))
    page = next(sheet for sheet in spec.sheets if sheet.key == "backwards")
    (row,) = [row for (row, column), cell in page.cells.items() if column == 1 and cell.value == "head:next_period"]
    assert (page.cells[row, 2].value, "上の件数には含みません" in page.cells[row, 3].formula) == ("次の期の分", True)
