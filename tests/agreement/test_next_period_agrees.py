"""次の期の分 (K16) in the cells: what is typed since moves it at once, this plan's own numbers never depend on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.agreement.books import Editor, built, changed, template_book, template_plan
from tests.agreement.comparison import against_python, agree, with_python_value
from tests.agreement.selected import often
from tests.closed_plans import small
from xl_kpi.plan.periods.next_period import NextPeriod
from xl_kpi.plan.targets import Targets
from xl_kpi.sheets import book_spec
from xl_kpi.sheets.places.backwards import TOTAL
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.writing.stored_values import evaluate


@pytest.fixture(scope="module")
def editor() -> Editor:
    """Half a year of the default plan."""
    return Editor(built(template_plan("default", "ja").with_(months=6)))


@pytest.mark.parametrize(
    "typed",
    [
        {"next_value": 90},  # a goal of its own
        # stated for a year: half of it in the half year, and in the next one
        pytest.param({"goal_months": 12}, marks=pytest.mark.long),
        # the same goal again follows
        pytest.param({"kgi_value": 37, "delivery_days": 45}, marks=pytest.mark.long),
    ],
    ids=str,
)
def test_what_is_typed_since_counts_at_once(typed, editor):
    file = changed(editor, lambda it: {it.cell(name): value for name, value in typed.items()})
    assert against_python(file, evaluate(file.data), "IronCalc") == []


def test_orders_that_this_plan_carries_over_count_at_once():
    """9,000 leads that order 101 days after the start of three months, 0.012 of them: 108, 98 beyond the goal of 10.

    The 102 that are left of the next period's 200 need 8,500 leads.
    """
    plan = template_plan("default", "ja")
    plan = plan.with_(months=3, pipeline={}, goal=replace(plan.goal, value=10), settings={"next_value": 200.0})
    file = changed(Editor(built(plan)), lambda it: {it.open_in("leads"): 9000})
    period = NextPeriod(Targets(file.plan))
    assert (float(period.carried), period.rounded[0]) == (98, 8500)
    values = evaluate(file.data)
    assert against_python(file, values, "IronCalc") == []
    said = [value for value in values.values() if str(value).startswith("2026年7月からの")]
    assert said == [
        "2026年7月からの受注件数 200件のために、この計画の月に要る件数。上の件数には含みません。"
        "この計画から次の期に回る受注98件の分は除いています"
    ]


@pytest.mark.parametrize(("lang", "off", "title"), [
    ("ja", "非表示", "次の期の準備: 非表示。再生成すると、この表はなくなります"),
    pytest.param("en", "Hidden", "Prepare the next period: Hidden; this block is removed when you regenerate",
                 marks=pytest.mark.long),
])  # fmt: skip
def test_switched_off_in_the_sheet_its_rows_say_so_until_they_are_gone(lang, off, title):
    before = built(small(lang, months=3))
    values = evaluate(changed(Editor(before), lambda it: {it.cell("next_period"): off}).data)
    page = before.spec.sheet("backwards")
    keys = {cell.value: row for (row, column), cell in page.cells.items() if column == 1}
    assert values[page.name, keys[f"{HEAD}next_period"], TOTAL] == title
    numbers = [values.get((page.name, keys["next:leads"], column), "") for column in range(TOTAL, 11)]
    assert set(numbers) == {""}
    for tab in (one for one in before.spec.sheets if one.key.startswith("tab:")):
        row = next(row for (row, column), cell in tab.cells.items() if column == 1 and cell.value == "next:leads")
        assert off in {values.get((tab.name, row, column)) for column in range(2, 6)}


def test_longer_lags_within_the_room_that_is_left_for_them(editor):
    file = changed(editor, lambda it: {it.of_stage("sql", "low"): 30})
    values = evaluate(file.data)
    # made anew the calculation sheet would have more days; all other pages say what it would say
    pages = [one for one in with_python_value(file) if one[0].key != "calc"]
    assert len(pages) > 1000
    assert [
        (page.name, row, column)
        for page, row, column, cell in pages
        if not agree(cell.value, values.get((page.name, row, column)), 1e4)
    ] == []


@pytest.mark.parametrize("months", often([1, 3, 12], [3]))
def test_the_plans_own_numbers_stay_to_the_last_digit_whatever_the_next_goal_is(months):
    plan = template_plan("default", "en").with_(months=months)
    on, other, off = (
        book_spec(plan.with_(settings=settings))
        for settings in ({}, {"next_value": 999.0}, {"next_period": "off", "next_value": 999.0})
    )
    assert own_rows(on) == own_rows(other) == own_rows(off)
    kept = {cell for page in off.sheets for cell in page.cells.values() if isinstance(cell.value, str)}
    assert not [cell for cell in kept if cell.value.startswith(("next:", "Next period:"))]


def own_rows(spec) -> dict:
    """Values of 逆算 and the channels' tabs by the key of their row, those of the next period left out."""
    found = {}
    for page in spec.sheets:
        if page.key == "backwards" or page.key.startswith("tab:"):
            keys = {row: cell.value for (row, column), cell in page.cells.items() if column == 1}
            for (row, column), cell in page.cells.items():
                if row in keys and column > 1 and not str(keys[row]).startswith(("next:", "\u2060", "#")):
                    found[page.key, keys[row], column] = cell.value
    return {place: value for place, value in found.items() if "next" not in str(place[1])}


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "ja",
            "次の期（2027年4月から、受注件数 60件）のために、計画期間のうちに新しいリードがほかに{count}件必要です"
            "（2026年12月21日から。",
        ),
        pytest.param(
            "en",
            "The next period (from 2027/04, 60 orders) needs another {count} new leads within these months, "
            "from 2026/12/21 on",
            marks=pytest.mark.long,
        ),
    ],
)
def test_the_first_page_names_its_leads_apart_from_the_plans_own(lang, said):
    """The lags of default.toml are 101 days; the number is the one that 逆算 shows for the plan's months."""
    file = template_book("default", lang)
    count = NextPeriod(Targets(file.plan)).whole_new[0].in_plan
    page = file.spec.sheet("start")
    assert evaluate(file.data)[page.name, 6, 2].startswith(said.format(count=f"{count:,}"))
    off = book_spec(file.plan.with_(settings={"next_period": "off"})).sheet("start")
    assert (6, 2) not in off.cells


def test_off_is_a_book_of_its_own_without_errors():
    plan = template_plan("c1", "ja").with_(settings={"next_period": "off"})
    file = built(plan)
    assert against_python(file, evaluate(file.data), "IronCalc") == []
    assert "next_pending" not in file.spec.names
