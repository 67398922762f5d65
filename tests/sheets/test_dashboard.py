"""ダッシュボード: what it says adds up, fits on one page, and is said in every state of a plan (R10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.agreement.selected import often
from tests.closed_plans import closed, small
from tests.sheets.plans import in_the_year
from tests.sheets.test_fit import misfits
from xl_kpi.catalog import text
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.sheets import book_spec
from xl_kpi.sheets.blocks import paper
from xl_kpi.sheets.blocks.head import TITLE_ROWS
from xl_kpi.sheets.dashboard import page as dashboard
from xl_kpi.sheets.dashboard.charts import PARTS
from xl_kpi.workbook.addresses import place_of
from xl_kpi.workbook.spec import BookSpec, SheetSpec

WATERFALL, TREND = 2, 3  # places among the charts
NO_COUNT = "—"


def times(factor: float, **stages: float) -> Plan:
    """Three months with so many times what ``small`` has, or of a stage its own."""
    plan = small()
    found = {key: value * stages.get(key[0].partition(":")[2], factor) for key, value in plan.actuals.items()}
    return plan.with_(actuals=found)


STATES: dict[str, Callable[[], Plan]] = {
    "no actual": lambda: small(reached=0),
    "one month": lambda: small(reached=1),
    "half": small,
    "the whole period": lambda: small(reached=6),
    "closed": lambda: closed(small(), 2),
    "all above": lambda: times(5.0),
    "all below": lambda: times(0.2),
    "below 0 on the way": lambda: times(0.02, sql=9.0, orders=4.0),
}  # fmt: skip


def drawn(spec: BookSpec, number: int) -> dict[str, list[Any]]:
    """The numbers of a chart by the key of their row, in the order of ``PARTS`` for the waterfall."""
    sheet, _, area = spec.sheet("dashboard").charts[number].source.rpartition("!")
    first, last = (place_of(end.replace("$", "")) for end in area.split(":"))
    assert first and last and sheet.strip("'") == spec.sheet("calc").name
    cells = spec.sheet("calc").cells
    rows = range(first[0] + 1, last[0] + 1)
    return {
        str(row - first[0] - 1): [cells[row, column].value for column in range(first[1] + 1, last[1] + 1)]
        for row in rows
    }


def texts(page: SheetSpec) -> list[str]:
    return [cell.value for cell in page.cells.values() if isinstance(cell.value, str)]


@pytest.mark.parametrize("state", STATES)
def test_the_steps_from_target_to_actual_add_up_as_they_are_shown(state):
    plan = STATES[state]()
    spec, gap = book_spec(plan), Review(plan).gap
    rows = dict(zip(PARTS, drawn(spec, WATERFALL).values(), strict=True))
    bars = [dict(zip(rows, column, strict=True)) for column in zip(*rows.values(), strict=True)][::-1]
    steps = [bar["up"] - bar["up_below"] - bar["down"] + bar["down_below"] for bar in bars[1:-1]]
    if gap.orders is None:
        assert steps == [0.0] * len(plan.stages) and bars[-1]["whole"] == 0
        return
    assert bars[0]["whole"] + sum(steps) == pytest.approx(bars[-1]["whole"], abs=1e-9)
    assert bars[0]["whole"] == pytest.approx(float(gap.to_date.planned[-1]), abs=0.101)
    assert bars[-1]["whole"] == pytest.approx(float(gap.to_date.actual[-1] or 0), abs=0.051)
    for step, part in zip(steps, gap.by_stage, strict=True):
        assert step == pytest.approx(part.orders, abs=0.101)
    # a bar hangs where the one before it ended
    height = bars[0]["whole"]
    for bar, step in zip(bars[1:-1], steps, strict=True):
        assert bar["base"] == pytest.approx(
            max(0.0, min(height, height + step)) + min(0.0, max(height, height + step)), abs=1e-9
        )
        height += step


@pytest.mark.parametrize("state", [state for state in STATES if state != "no actual"])
def test_the_band_ends_where_the_forecast_says(state):
    plan = STATES[state]()
    review = Review(plan)
    expected, low, high = list(drawn(book_spec(plan), TREND).values())[2:]
    assert expected[-1] == pytest.approx(float(review.forecast.orders))
    assert (low[-1], high[-1]) == pytest.approx(review.forecast.band, abs=1e-9)
    first = review.to_date.months - 1
    assert expected[:first] == [None] * first and all(a <= b + 1e-9 for a, b in zip(low[first:], high[first:]))


@pytest.mark.parametrize("state", often(list(STATES), ["no actual", "half"]))
@pytest.mark.parametrize("lang", often(["ja", "en"], ["ja"]))
def test_it_fits_on_one_page_that_can_be_read(state, lang):
    plan = STATES[state]().with_(lang=lang)
    page = book_spec(plan).sheet("dashboard")
    assert misfits(page) == []
    last = max(row for row, _ in page.cells)
    assert paper.fits_one(page, dashboard.LAST, last)
    assert page.landscape and page.fit_height == page.fit_width == 1


@pytest.mark.parametrize("state", ["half", "closed", "all above"])
def test_attainment_is_that_of_the_review_to_the_last_digit(state):
    plan = STATES[state]()
    page, attained = book_spec(plan).sheet("dashboard"), Review(plan).attainment.goal.to_date.attained
    shown = [cell.value for cell in page.cells.values() if cell.style == "dash_value.state"]
    assert attained is not None and shown[0] == pytest.approx(attained, rel=1e-12)
    last = book_spec(plan).sheet("review")
    row = next(row for (row, _), cell in last.cells.items() if cell.value == f"review:stage:{plan.stages[-1].id}")
    assert any(cell.value == pytest.approx(attained, rel=1e-12) for (at, _), cell in last.cells.items()
               if at == row and isinstance(cell.value, float))  # fmt: skip


def test_without_an_actual_it_says_what_to_do():
    page = book_spec(small(reached=0)).sheet("dashboard")
    assert any("実績がまだありません" in one for one in texts(page))
    assert texts(page).count(NO_COUNT) >= 2


def test_what_is_not_known_is_no_praise():
    """The leads of a month are blank: MQL and all before them answer for the loss together, and no stage is named."""
    plan = times(0.2)
    plan = plan.with_(actuals={key: value for key, value in plan.actuals.items() if key != ("ads:cv", 1)})
    found = texts(book_spec(plan).sheet("dashboard"))
    assert Review(plan).gap.by_stage[0].kind == "unknown"
    assert not any("受注を減らしている段階はありません" in one for one in found)


def test_actions_are_those_of_the_review():
    plan = in_the_year("ja")
    found = Review(plan).actions
    page = book_spec(plan).sheet("dashboard")
    assert found
    for one in found[: dashboard.MOST]:
        assert one.advice.action["ja"] in texts(page)


def test_it_costs_few_cells_and_none_where_it_is_off():
    plan = small()
    on, off = book_spec(plan), book_spec(with_pages(plan, {"dashboard": False}))
    assert len(on.sheet("dashboard").cells) < 400
    assert "dashboard" not in {sheet.key for sheet in off.sheets}
    assert len(on.sheet("calc").cells) - len(off.sheet("calc").cells) < 500


def test_what_python_computed_is_grey_once_it_is_old_and_the_head_says_so():
    page = book_spec(in_the_year("ja")).sheet("dashboard")
    forecast = f"{dashboard.relative(dashboard.CARDS + 1, dashboard.FIRST + sum(dashboard.CARD_COLUMNS[:2]))}"
    paints = [one.style for one in page.conditions if one.ref.replace("$", "").partition(":")[0] in (
        forecast, forecast.replace(str(dashboard.CARDS + 1), str(dashboard.CARDS)))]  # fmt: skip
    assert paints[0] == "old" and {"good", "poor"} <= set(paints)
    said = dashboard.relative(dashboard.CARDS + 3, dashboard.FIRST)
    assert any(one.style == "old" and one.ref.replace("$", "").startswith(f"{said}:") for one in page.conditions)
    head = page.cells[TITLE_ROWS, dashboard.FIRST].formula or ""
    assert "review_mark" in head and "シートを再生成" in head and text("dashboard_subtitle", "ja") in head


def test_rows_of_actions_are_all_as_high():
    page = book_spec(in_the_year("en")).sheet("dashboard")
    assert len({page.heights[dashboard.ACTIONS + 1 + k] for k in range(dashboard.MOST)}) == 1


def test_without_a_closed_month_it_says_so_and_the_sentence_is_grey_once_inputs_change():
    page = book_spec(small(reached=2)).sheet("dashboard")
    closed_card = next(cell.formula for cell in page.cells.values() if "closed_months-1" in str(cell.formula))
    assert closed_card.endswith('"なし")')
    said = next(at for at, cell in page.cells.items() if cell.value == "dash:said")[0]
    assert any(one.style == "old" and one.ref.replace("$", "").startswith(f"B{said}:") for one in page.conditions)


def test_a_goal_in_money_is_forecast_in_money():
    # in the year: revenue at prices that differ from the plan's, so that orders say something else
    plan = in_the_year("ja")
    forecast = Review(plan).forecast
    assert plan.goal.in_money and forecast.reached is not None
    page = book_spec(plan).sheet("dashboard")
    column = dashboard.FIRST + sum(dashboard.CARD_COLUMNS[:2])
    shown = page.cells[dashboard.CARDS + 1, column].value
    assert shown == pytest.approx(float(forecast.reached / forecast.targets.goal), rel=1e-9)
    assert shown != pytest.approx(float(forecast.orders / forecast.targets.orders), rel=1e-3)
