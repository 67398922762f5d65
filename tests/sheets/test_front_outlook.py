"""使い方: where there are actuals, the sentence says whose outlook it is, and where the forecast stands."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from tests.closed_plans import small
from xl_kpi.build import build
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.sheets import book_spec


@pytest.mark.parametrize(("reached", "ends"), [
    (4, "）。これは計画どおりに進んだ場合です。実績からの見込みは「ダッシュボード」にあります。"), (0, "）。"),
])  # fmt: skip
def test_the_sentence_says_whose_outlook_it_is(reached, ends):
    book = openpyxl.load_workbook(BytesIO(build(small(reached=reached))), data_only=True)
    said = book["使い方"]["B5"].value
    assert "この計画のままなら" in said and said.endswith(ends)
    assert ("計画どおりに進んだ場合" in said) == bool(reached)


def test_a_page_that_is_off_is_not_pointed_to():
    plan = with_pages(small(), {"dashboard": False})
    formula = book_spec(plan).sheet("start").cells[5, 2].formula
    assert "「レビュー」" in formula and "ダッシュボード" not in formula
    formula = book_spec(with_pages(plan, {"review": False})).sheet("start").cells[5, 2].formula
    assert "計画どおりに進んだ場合です。" in formula and "実績からの見込み" not in formula


def test_attainments_of_a_tab_that_are_far_off_fit_into_their_cells():
    """1010526 % is what 95 yen make of a target of 960,000: it is written smaller, not as ####."""
    page = book_spec(small()).sheet("tab:web")
    styles = {cell.style for cell in page.cells.values() if cell.style and cell.style.endswith(".attain")}
    assert styles == {"value_fit.attain"}
