"""K4: actuals exactly as planned are 100 % on every page, whatever the plan, the language and the months left blank."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement.selected import often
from tests.agreement.variants import EDGES_OF_SUMS, EDGES_OFTEN, edge_plans, every_kpi, random_plans
from tests.closed_plans import closed, small
from tests.how_often import often as many
from tests.sheets.on_plan import off_plan, on_plan, percentages, shown_targets
from tests.sheets.plans import in_the_year, template
from xl_kpi.plan.model import Plan
from xl_kpi.sheets import book_spec

LANGS = pytest.mark.parametrize("lang", often(["ja", "en"], ["ja"]))


def the_default(lang: str) -> Plan:
    return template("default", lang)


@LANGS
@pytest.mark.parametrize("make", often([the_default, in_the_year, every_kpi], [in_the_year, every_kpi]))
def test_a_year_on_plan(make, lang):
    plan = on_plan(make(lang))
    assert off_plan(plan) == []
    # of the whole year too: what is there is all that was asked
    assert [value for _, value in percentages(plan, ".progress_")] == pytest.approx(
        [1] * len(list(percentages(plan, ".progress_")))
    )
    assert len(list(percentages(plan))) > 12 * 10  # there is something to see


@LANGS
def test_six_months_on_plan(lang):
    whole = in_the_year(lang)
    plan, targets = on_plan(whole, lambda series, month: month < 6), shown_targets(whole)
    assert off_plan(plan) == []
    # progress is the share of the year's target that the six months asked for, of a budget as of a count
    page = next(page for page in book_spec(plan).sheets if page.key == "tab:ads")
    for kpi in ("cv", "cost"):
        months = [targets[f"ads:{kpi}", month] for month in range(12)]
        row = next(row for (row, _), cell in page.cells.items() if cell.value == f"{kpi}:attainment")
        assert page.cells[row, 5].style == f"value.progress_{lang}"
        assert page.cells[row, 5].value == pytest.approx(sum(months[:6]) / sum(months))
        assert page.cells[row, 6].value == pytest.approx(1)


@LANGS
def test_with_months_left_blank_at_random(lang):
    chance = random.Random(9)
    plan = on_plan(every_kpi(lang), lambda series, month: chance.random() < 0.7)
    assert off_plan(plan) == []
    assert len(list(percentages(plan))) > 100


@pytest.mark.parametrize("name", often(EDGES_OF_SUMS, EDGES_OFTEN[::2]))
def test_on_plan_at_the_edges(name):
    assert off_plan(on_plan(edge_plans()[name])) == []


@settings(max_examples=many(6, 15))
@given(plan=random_plans(), seed=st.integers(0, 2**32), part=st.sampled_from((1.0, 0.8, 0.4)))
def test_random_plans(plan, seed, part):
    chance = random.Random(seed)
    channels = [replace(one, on=chance.random() < 0.8, share=chance.randint(1, 100) / 100) for one in plan.channels]
    plan = plan.with_(channels=tuple(channels))
    assert off_plan(on_plan(plan, lambda series, month: chance.random() < part)) == []


@LANGS
def test_the_first_plan_too_with_months_left_blank_by_one_channel(lang):
    """Four of six months are closed as planned; ads has told two of them, web three, and MQL all but one.

    As with 達成率, a month in which a channel has not told is compared with nothing: of leads months 0 and 2 count.
    """
    blank = {("ads:cv", 1), ("ads:cv", 3), ("web:cv", 3), ("stage:mql", 2)}
    plan = on_plan(small(lang), lambda series, month: month < 4 and (series, month) not in blank)
    page = book_spec(closed(plan, 4)).sheet("backwards")
    keys = {str(cell.value): row for (row, column), cell in page.cells.items() if column == 1}
    counted = {"stage:leads": (0, 2), "stage:mql": (0, 1, 3), "stage:orders": (0, 1, 2, 3)}
    for what, months in counted.items():
        first, reached = ([page.cells[keys[f"{what}:{row}"], column].value for column in range(4, 12)]
                          for row in ("first", "first_attainment"))  # fmt: skip
        assert first[0] == sum(first[2 + k] for k in months)
        assert reached[0] == pytest.approx(1)
        assert reached[2:] == [pytest.approx(1) if k in months else "" for k in range(6)]


def test_a_first_plan_of_fewer_months_is_held_against_the_actuals_of_these():
    """Of 6 months there was a plan of 4 when the first was closed; leads of all 6 are there, 50 in each of the last.

    The fourth asks for none: a lead needs 40 days to become an order.
    """
    first = small(months=4, reached=0)
    shut = closed(on_plan(first), 1)
    more = {(series, month): 50.0 for series in ("web:cv", "ads:cv") for month in (4, 5)}
    page = book_spec(shut.with_(months=6, actuals={**shut.actuals, **more})).sheet("backwards")
    keys = {str(cell.value): row for (row, column), cell in page.cells.items() if column == 1}
    row = [page.cells[keys["stage:leads:first_attainment"], column].value for column in range(4, 12)]
    assert [row[0], *row[2:]] == [*[pytest.approx(1)] * 4, "", "", ""]


def test_the_first_plan_of_leads_is_that_of_the_channels_that_count_them():
    """ "odd KPIs": a channel has no KPI for its leads, so that theirs are not all that the stage asks."""
    page = book_spec(closed(on_plan(edge_plans()["odd KPIs"]), 2)).sheet("backwards")
    row = next(row for (row, _), cell in page.cells.items() if cell.value == "stage:leads:first_attainment")
    reached = [page.cells[row, column].value for column in (4, *range(6, 18)) if (row, column) in page.cells]
    numbers = [value for value in reached if value not in ("", None)]
    assert len(numbers) > 1 and numbers == pytest.approx([1] * len(numbers))
