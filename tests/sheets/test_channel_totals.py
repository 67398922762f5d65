"""K6: 商談 of 展示会 and of インサイドセールス are one thing; no total mixes what leads cost with what they cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sheets.plans import template
from xl_kpi.sheets import book_spec

LANGS = pytest.mark.parametrize("lang", ["ja", "en"])


def rows_of(page, column: int) -> dict[str, object]:
    """Each row's cell in a column, by the row's id in the hidden first column."""
    ids = {row: cell.value for (row, at), cell in page.cells.items() if at == 1 and cell.value}
    return {str(id_): page.cells[row, column].value for row, id_ in ids.items() if (row, column) in page.cells}


@LANGS
def test_the_total_of_leads_has_the_cost_of_leads(lang):
    page = book_spec(template("default", lang)).sheet("channels")
    need, spend = (rows_of(page, column) for column in (12, 13))
    leads = ("web", "ads", "webinar", "trade_show")
    assert need["total:"] == pytest.approx(sum(need[one] for one in leads))
    assert spend["total:"] == pytest.approx(sum(spend[one] for one in leads))
    # of opportunities there is the money alone: their count adds to no count of leads
    assert (need["total_later:"], spend["total_later:"]) == (None, pytest.approx(spend["inside_sales"]))
    assert (need["total_cost:"], spend["total_cost:"]) == (None, pytest.approx(spend["total:"] + spend["inside_sales"]))


def test_without_a_unit_cost_no_total_says_that_it_costs_nothing():
    plan = template("default", "ja")
    free = plan.with_(channels=tuple(replace(one, unit_cost=None) for one in plan.channels))
    spend = rows_of(book_spec(free).sheet("channels"), 13)
    assert {spend[key] for key in ("total:", "total_later:", "total_cost:")} == {""}
    later = plan.with_(channels=tuple(replace(one, unit_cost=None if one.id != "inside_sales" else 10_000.0)
                                      for one in plan.channels))  # fmt: skip
    spend = rows_of(book_spec(later).sheet("channels"), 13)
    assert spend["total:"] == "" and spend["total_cost:"] == spend["total_later:"] == spend["inside_sales"] > 0


@pytest.mark.parametrize("lang, asks, from_here", [
    ("ja", "必要商談数", "このチャネルからの商談"),
    ("en", "Required: Opportunities", "Opportunities from here"),
])  # fmt: skip
def test_opportunities_of_a_channel_of_leads_are_a_part_of_all(lang, asks, from_here):
    spec = book_spec(template("default", lang))
    assert rows_of(spec.sheet("tab:inside_sales"), 2)["plan:opportunities"] == asks
    assert rows_of(spec.sheet("tab:trade_show"), 2)["plan:opportunities"] == from_here
