"""レビュー: the review in words and tables, in each state of a plan, and what became of what was decided."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.agreement.books import built
from tests.agreement.comparison import against_python
from tests.agreement.selected import often
from tests.sheets.plans import in_the_year, with_actuals
from tests.sheets.test_fit import misfits
from xl_kpi.kpi.review.attainment import kpis_below
from xl_kpi.kpi.review.log import proposals, with_proposals
from xl_kpi.kpi.review.review import Review
from xl_kpi.kpi.review.words import ReviewWords
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.sheets import book_spec
from xl_kpi.sheets.review.below import MOST
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.writing.stored_values import evaluate

MOST_CELLS = 700


def page_of(plan: Plan) -> SheetSpec:
    return book_spec(plan).sheet("review")


def words_on(page: SheetSpec) -> list[str]:
    return [cell.value for cell in page.cells.values() if isinstance(cell.value, str)]


def rows(page: SheetSpec) -> dict[str, list[object]]:
    """What stands in the rows, by their id."""
    found = {cell.value: row for (row, column), cell in page.cells.items() if column == 1 and cell.value}
    return {
        id_: [cell.value for (row, column), cell in sorted(page.cells.items()) if row == at and column > 1]
        for id_, at in found.items()
    }


def plan_in(months: int, lang: str = "ja") -> Plan:
    return with_actuals(in_the_year(lang).with_(actuals={}), months)


@pytest.mark.parametrize("months", [1, 6, 12])
def test_the_sentences_are_those_of_the_terminal(months):
    plan = plan_in(months)
    page, words = page_of(plan), ReviewWords(Review(plan), "ja")
    said = words_on(page)
    for sentence in (words.forecast, words.gap, words.bottleneck, *words.forecast_notes):
        assert not sentence or sentence in said
    assert len(page.cells) < MOST_CELLS


def test_the_parts_of_the_stages_add_up_to_the_gap():
    plan = plan_in(6)
    found, orders = rows(page_of(plan)), float(Review(plan).gap.orders)
    parts = [found[f"review:stage:{stage.id}"][6] for stage in plan.stages]
    assert sum(parts) == pytest.approx(round(orders, 1), abs=1e-6) and found["gap"][6] == pytest.approx(
        orders, abs=1e-6
    )


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_without_actuals_it_says_the_plan_and_what_to_do(lang):
    page = page_of(in_the_year(lang).with_(actuals={}))
    words = ReviewWords(Review(in_the_year(lang).with_(actuals={})), lang)
    assert {words.forecast, words.gap} <= set(words_on(page))
    assert rows(page)["review:stage:mql"][2:7] == ["", "", "", "", ""]  # nothing to date, and no 0
    assert not [id_ for id_ in rows(page) if str(id_).startswith("review:action")]


@pytest.mark.parametrize("lang", often(["ja", "en"], ["ja"]))
def test_cells_are_what_python_says(lang):
    book = built(plan_in(4, lang))
    assert against_python(book, evaluate(book.data), "IronCalc") == []


@pytest.mark.parametrize("lang", often(["ja", "en"], ["ja"]))
def test_kpis_below_their_target_stand_there_as_on_the_terminal_and_their_tabs(lang):
    """Clicks at a tenth of what is planned, leads as planned: the tab says so, and so does the page, live."""
    plan = plan_in(4, lang)
    typed = {("ads:cost", month): 1e8 for month in range(4)} | {("ads:clicks", month): 7.0 for month in range(4)}
    plan = plan.with_(actuals=plan.actuals | typed)
    book, below = built(plan), kpis_below(Review(plan).attainment)
    found = {id_: row for id_, row in rows(book.spec.sheet("review")).items() if str(id_).startswith("review:below:")}
    assert (
        list(found) == [f"review:below:{one.channel}.{one.id}" for one in below][:MOST]
        and "review:below:ads.clicks" in found
    )
    for one, row in zip(below, found.values()):
        numbers = [cell for cell in row if isinstance(cell, float | int)]
        # a tab rounds targets in money to what it shows, here millions
        assert numbers[-1] == pytest.approx(one.to_date.attained, rel=0.01 if "yen" in one.unit else 1e-9)
    values = evaluate(book.data)
    assert against_python(book, values, "IronCalc") == []
    assert misfits(book.spec.sheet("review")) == []


def test_what_was_decided_stands_with_its_figure_then_and_now():
    plan = plan_in(4)
    new = proposals(Review(plan))
    first = next(iter(new))
    decided = {
        **new[first],
        "state": "done",
        "result": "定義を見直した",
        "then": 0.25,
        "found_on": dt.date(2026, 6, 30),
    }
    page = page_of(with_proposals(plan, {**new, first: decided}))
    line = rows(page)[f"review:log:{first}"]
    now = next(one for one in Review(plan).figures if f"{one.channel}.{one.kpi}" == decided["figure"])
    assert "完了" in line and "定義を見直した" in line and "25%" in line
    assert f"{100 * now.actual:.2f}".rstrip("0") + "%" in line
    waiting = next(text for text in words_on(page) if "提案のままの打ち手" in text)
    assert f"{len(new) - 1}件" in waiting


def test_an_empty_log_says_how_it_is_filled():
    assert any("--propose" in text for text in words_on(page_of(plan_in(1))))


def test_while_nothing_is_logged_there_is_no_block_of_what_was_decided():
    """How the log is filled stands below the actions, and is no page of its own; nothing to log: no word of it."""
    assert "前に決めたことと、その後" not in words_on(page_of(plan_in(1)))
    assert not any("--propose" in text for text in words_on(page_of(plan_in(0))))


def test_the_page_can_be_switched_off():
    assert "review" not in [sheet.key for sheet in book_spec(with_pages(plan_in(1), {"review": False})).sheets]


def test_too_late_has_room():
    """After the whole year nothing is in time: the words are longer than the column and go on in a second line."""
    page = page_of(plan_in(12))
    late = [(row, cell) for (row, _), cell in page.cells.items() if cell.value == "今期には間に合わない"]
    assert late
    assert all(cell.style == "body" and page.heights[row] >= 3 * 13.5 for row, cell in late)
