"""The sentences of a review: what is known is said, and what is not is said to be unknown (both languages)."""

from __future__ import annotations

import pytest

from tests.sheets.plans import in_the_year, template
from xl_kpi.kpi.review.review import Review
from xl_kpi.kpi.review.words import ReviewWords
from xl_kpi.plan.model import Plan


def without(plan: Plan, key: str) -> Plan:
    return plan.with_(actuals={at: value for at, value in plan.actuals.items() if at != (key, 1)})


@pytest.mark.parametrize("lang, said", [("ja", "受注は目標"), ("en", "Orders are ")])
def test_the_gap_is_in_words(lang, said):
    words = ReviewWords(Review(in_the_year(lang)), lang)
    assert words.gap.startswith(said)
    assert sum(part.orders or 0 for part in words.parts()) == pytest.approx(float(words.found.gap.orders), abs=1e-9)
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
    words = ReviewWords(Review(template("default", "ja")), "ja")
    assert words.forecast.startswith("見込み: 受注 ")
    assert "import" in words.gap and words.checks == [] and [*words.parts()] == []
