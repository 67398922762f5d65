"""What a channel's leads bring, by month: read as shown it adds up, and nothing is said to come after the end that does
not (K14)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from tests.agreement.books import built, template_plan
from tests.closed_plans import closed
from tests.sheets.plans import in_the_year
from xl_kpi.plan.model import Goal
from xl_kpi.sheets import book_spec
from xl_kpi.sheets.channel_tab.lead_rows import _shown

TOTAL, FIRST = 5, 7


@pytest.mark.parametrize("web, ads, months", [(0.4, 0.3, 0), (0.5, 0.2, 3), (0.37, 0.33, 2)])
def test_the_months_add_up_to_the_total_where_nothing_comes_later(web, ads, months):
    # before, 0.1 million of rounding stood as revenue after the end: of webinar, and of ads after closed months
    plan = in_the_year("ja")
    shares = {"web": web, "ads": ads}
    plan = plan.with_(channels=tuple(replace(one, share=shares.get(one.id, one.share)) for one in plan.channels))
    spec = book_spec(closed(plan, months) if months else plan)
    for channel in plan.lead_channels:
        page = spec.sheet(f"tab:{channel.id}")
        rows = {cell.value: row for (row, column), cell in page.cells.items() if column == 1}
        row, after = rows["brought:revenue"], rows["brought:revenue:after"]
        shown = [page.cells[row, FIRST + k].value or 0 for k in range(plan.months)]
        assert sum(shown) == pytest.approx(page.cells[row, TOTAL].value, abs=1e-9)
        assert page.cells[after, TOTAL].value == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("months, total, every, found", [
    (["1.04", "1.04"], "2.2", "2.08", ["1", "1.2"]),  # what rounding gives stands in the last month that brings any
    (["1.04", "1.04", "0"], "2.2", "2.08", ["1", "1.2", "0"]),
    (["1.04", "1.04"], "2.2", "3", ["1", "1.1"]),  # more comes later
    (["0", "0"], "0", "0", ["0", "0"]),
])  # fmt: skip
def test_what_rounding_gives_stands_in_the_last_month(months, total, every, found):
    exact = [Fraction(month) for month in months]
    assert _shown(exact, Fraction(total), Fraction(every), 1) == [Fraction(one) for one in found]


@pytest.mark.slow
def test_a_goal_of_a_hundred_milliard_is_counted_to_the_yen():
    """1,234.5678億円 of orders at 3.4567億円: the sums of a cell have noise of 0.00002 yen, which is nothing to come.

    Seen: 1 yen of 展示会 came after the end in its cell and none in the plan, so that no workbook was made.
    """
    plan = template_plan("default", "ja").with_(
        goal=Goal("revenue", 123_456_780_000.0), order_value=345_670_000.0, delivery_days=45,
        start=dt.date(2026, 4, 1), months=12,
    )  # fmt: skip
    assert built(plan).data
