"""What the pages say of themselves: that nothing can be computed yet, and what totals hold once months are closed."""

from __future__ import annotations

import pytest

from tests.closed_plans import closed, small
from xl_kpi.catalog import text
from xl_kpi.sheets import book_spec


@pytest.fixture(scope="module")
def book():
    return book_spec(closed(small("en"), 3))


def test_while_nothing_can_be_computed_cells_with_formulas_look_blank(book):
    """A month or a rate that is text gives #VALUE! in all that follows from it: a line says why, no cell shows it."""
    for page in book.sheets:
        if page.print_area and not page.hidden and any(cell.formula for cell in page.cells.values()):
            first = page.conditions[0]
            assert (first.style, first.ref) == ("unknown", page.print_area.replace("$", "")), page.name
            assert first.formula == '=AND(ISERROR(A1),plan_unsound<>"")'


def test_once_months_are_closed_each_page_with_such_totals_says_what_they_hold(book):
    said = text("closed_totals", "en")
    pages = {page.key for page in book.sheets if any(cell.value == said for cell in page.cells.values())}
    assert pages == {"channels", "backwards", "tree", "agreement", "tab:web", "tab:ads", "review"}
    before = book_spec(small("en"))
    assert not any(cell.value == said for page in before.sheets for cell in page.cells.values())
    formulas = [cell.formula for page in before.sheets for cell in page.cells.values() if said in (cell.formula or "")]
    assert formulas == [f'=IF(closed_months=0,"","{said}")'] * 6  # alive on all but レビュー, which is made anew
