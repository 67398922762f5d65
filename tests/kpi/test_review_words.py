"""The sentences of a review: what is known is said, and what is not is said to be unknown (both languages)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pytest

from tests.closed_plans import small
from tests.sheets.on_plan import on_plan
from tests.sheets.plans import in_the_year, template
from xl_kpi.catalog import text
from xl_kpi.cli.reviews.attained import is_exact, kpi_line, whole_or_few
from xl_kpi.cli.reviews.review import head, head_note
from xl_kpi.kpi.review.attainment import KPI, Reached
from xl_kpi.kpi.review.review import Review
from xl_kpi.kpi.review.words import ReviewWords
from xl_kpi.plan.model import Goal, Plan


def without(plan: Plan, key: str) -> Plan:
    return plan.with_(actuals={at: value for at, value in plan.actuals.items() if at != (key, 1)})


@pytest.mark.parametrize("lang, said", [("ja", "受注は目標"), ("en", "Orders are ")])
def test_the_gap_is_in_words(lang, said):
    words = ReviewWords(Review(in_the_year(lang)), lang)
    assert words.gap.startswith(said)
    assert sum(part.orders or 0 for part in words.parts()) == pytest.approx(
        round(float(words.found.gap.orders), 1), abs=1e-9
    )
    assert len([*words.parts(2)]) <= 3  # two and what the others add up to


@pytest.mark.parametrize("lang, said", [("ja", "空欄"), ("en", "blank")])
def test_what_is_blank_is_not_known(lang, said):
    words = ReviewWords(Review(without(in_the_year(lang), "stage:orders")), lang)
    assert said in words.gap and [*words.parts()] == [] and words.bottleneck == ""
    assert any("2026/05" in line for line in words.checks)


def test_each_action_says_what_to_do_what_it_brings_and_who_does_it():
    plan = in_the_year("ja")
    words = ReviewWords(Review(plan), "ja")
    assert words.actions
    for number, one in enumerate(words.actions, 1):
        first, do, brings = words.lines_of(one)
        assert first.startswith(f"{number}. ") and one.cause in do and one.action in do and one.brings in brings
        assert one.finding in first or one.plan in one.finding


def test_a_plan_without_actuals_has_a_forecast_and_no_gap():
    review = Review(template("default", "ja"))
    words = ReviewWords(review, "ja")
    assert words.forecast.startswith("着地見込み: 受注 ")
    assert head(review, "ja").endswith("の計画（実績はまだありません）")
    assert "import" in words.gap and words.checks == [] and [*words.parts()] == []


def test_a_day_before_the_start_and_one_after_months_that_nobody_has_typed():
    """Neither has actuals; the first says that no month is over, the second what to type."""
    plan = in_the_year("ja")
    before = Review(plan, dt.date(2025, 12, 31))
    early = ReviewWords(before, "ja")
    assert early.gap.startswith("2025/12/31までに終わった月がありません") and head_note(before, "ja") == ""
    assert early.forecast.startswith("着地見込み") and head(before, "ja").endswith("（実績はまだありません）")
    untyped = ReviewWords(Review(plan.with_(actuals={}), dt.date(2026, 6, 30)), "ja")
    assert untyped.gap.startswith("実績がまだありません") and [*untyped.parts()] == []


def test_a_day_in_the_middle_of_a_month_leaves_that_month_out():
    plan = in_the_year("ja")
    review = Review(plan, dt.date(2026, 6, 15))
    assert "2026/04〜2026/05の実績（2か月）" in head(review, "ja")
    assert head_note(review, "ja") == "2026/06はまだ終わっていないため、含めていません。"
    assert head_note(Review(plan, dt.date(2026, 6, 30)), "ja") == head_note(Review(plan), "ja") == ""


@pytest.mark.parametrize("day", [None, dt.date(2026, 9, 30), dt.date(2031, 1, 1)])
def test_once_the_period_is_over_there_is_no_forecast_but_a_result(day):
    """18 orders of 60, all months typed: on the last day, and on any day after it, the same."""
    review = Review(small(reached=6), day)
    words = ReviewWords(review, "ja")
    assert words.forecast == "計画の期間が終わりました: 受注 18.0件、目標 60件の30%です。"
    assert words.forecast_notes == [] and head_note(review, "ja") == ""


def test_once_it_is_over_but_a_month_is_blank_the_range_stays():
    words = ReviewWords(Review(without(small(reached=6), "stage:orders")), "ja")
    assert "未入力の月があり、幅は" in words.forecast and any(
        "見積もっています" in line for line in words.forecast_notes
    )
    low, high = words.found.forecast.band
    assert 15 <= low < 18 < high


@pytest.mark.parametrize("lang, quiet, worse", [("ja", "大きく外れた", "▼"), ("en", "far off", "▼")])
def test_nothing_is_far_off_is_said_only_where_nothing_is_worse(lang, quiet, worse):
    """A cost over its budget has no action, but is not on target either."""

    def words(below: bool) -> ReviewWords:
        lines = SimpleNamespace(all=[SimpleNamespace(is_below=below)])
        reached = SimpleNamespace(is_short=False)
        return ReviewWords(SimpleNamespace(actions=[], attainment=lines, limits=reached), lang)  # type: ignore[arg-type]

    assert quiet in words(False).no_actions and worse not in words(False).no_actions
    assert worse in words(True).no_actions and quiet not in words(True).no_actions


@pytest.mark.parametrize(
    "lang, over, under", [("ja", "予算 100 を上回る", "目標 100）"), ("en", "over the budget of 100", "target 100)")]
)
def test_money_over_budget_is_said_to_be_over_it(lang, over, under):
    found = Review(in_the_year(lang))
    lines = [one for one in found.attainment.all if one.what == KPI]
    cost = next(one for one in lines if one.id == "cost")
    cost = replace(cost, to_date=Reached(100.0, None, 200.0, "down"))
    clicks = next(one for one in lines if one.id == "clicks")
    clicks = replace(clicks, to_date=Reached(100.0, None, 50.0))
    assert over in kpi_line(found, cost, lang) and "50%" in kpi_line(found, cost, lang)
    assert under in kpi_line(found, clicks, lang)


def test_no_line_of_others_hides_one_part_alone():
    """Of three parts two are asked for: the third is shown, not called others."""
    words = ReviewWords(Review(in_the_year("ja")), "ja")
    count = len([one for one in words.parts(99) if one.channel != "その他"])
    assert count > 2
    assert all(one.channel != "その他" or abs(one.orders or 0) < 0.05 for one in words.parts(count - 1))


def test_orders_of_blank_months_stand_beside_their_target():
    """Three months blank, three on plan: 15 orders were asked of the former, more are assumed out of open items."""
    plan = on_plan(template("default", "ja"), lambda _, month: 3 <= month < 6)
    notes = ReviewWords(Review(plan), "ja").forecast_notes
    assert any("同じ月の目標は15.0件" in line for line in notes)
    assert any("目標より多くみています" in line for line in notes)


@pytest.mark.parametrize("lang, said", [("ja", "端数処理前"), ("en", "use whole numbers")])
def test_why_a_percentage_is_another_one_than_on_backwards(lang, said):
    """5 orders of 4.17 are 120 %; on Backwards plan 5 of 5.  With whole targets there is nothing to say."""
    plan = on_plan(template("default", lang).with_(goal=Goal("orders", 50.0)), lambda _, month: month < 1)
    plan = plan.with_(actuals={**plan.actuals, ("stage:orders", 0): 5.0})
    assert is_exact(Review(plan)) and not is_exact(Review(small(reached=1)))
    assert said in text("reviewed_rounding", lang)


@pytest.mark.parametrize("number, said", [(25 / 6, "4.2"), (5.0, "5"), (84.99, "85"), (1595.6, "1,596")])
def test_few_that_are_not_whole_have_a_decimal(number, said):
    assert whole_or_few(number) == said
