"""How long leads stay in a stage as something to act on (R5, R7), and why nobody knows what other advice brings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.kpi.actions_by_hand import orders_by_hand
from tests.kpi.test_advice_fires import poor
from xl_kpi.calc.lag import Lag
from xl_kpi.kpi.review.actions import COUNTED, NOT_KNOWN, ORDERS
from xl_kpi.kpi.review.review import Review
from xl_kpi.kpi.review.words import ReviewWords
from xl_kpi.plan.model import Plan


def with_lag(lag: Lag) -> Plan:
    """A plan whose MQL took 50 days against a standard of 20, and so many by the plan."""
    plan = poor()
    return plan.with_(stages=tuple(replace(one, lag=lag) if one.id == "mql" else one for one in plan.stages))


def stay(review: Review):
    return next(one for one in review.actions if one.advice.key == "r5_mql_days")


@pytest.mark.parametrize(
    ("lag", "shorter"),
    [
        (Lag(30, 60), Lag(5, 35)),  # 45 in the middle, 25 over the standard
        (Lag(10, 35), Lag(8, 33)),  # 22.5: two whole days over it
        (Lag(60, 80), Lag(30, 50)),  # 70 by the plan, but no more than the 50 that leads took: 30 over it
        (Lag(0, 50), Lag(0, 45)),  # 25: nobody leaves before he came
    ],
)
def test_r5_it_brings_what_a_run_by_hand_with_shorter_days_brings(lag, shorter):
    review = Review(with_lag(lag))
    found = stay(review)
    place = [stage.id for stage in review.plan.stages].index("mql")
    leads = float(review.forecast.leads.value)
    by_hand = orders_by_hand(review, {}, leads, {}, (place, shorter)) - orders_by_hand(review, {}, leads, {})
    assert found.lever == "days:mql" and found.effect == ORDERS and by_hand > 0.001
    assert float(found.brings_back) == pytest.approx(by_hand, rel=1e-9, abs=1e-9)


def test_r5_days_that_the_forecast_takes_anyway_bring_nothing_on_top_and_it_is_said():
    review = Review(with_lag(Lag(20, 20)))
    found = stay(review)
    assert (found.effect, found.brings_back) == (COUNTED, 0)
    assert "見込みに含まれます" in ReviewWords(review, "ja").brings(found)


def test_together_it_adds_to_what_other_actions_bring():
    review = Review(with_lag(Lag(30, 60)))
    single = sum(one.brings_back for one in review.actions if one.brings_back is not None and not one.overlaps)
    assert float(review.together) >= float(single) - 1e-9
    without = review._proposed.together([one for one in review.actions if one.lever != "days:mql"])
    assert review.together > without


@pytest.mark.parametrize(
    ("key", "why", "words"),
    [
        ("r6_ltv_cac", "money", "採算"),
        ("r8_brand_nps", "brand", "評判"),
        ("r8_nps", "brand", "評判"),
        ("r7_waiting", "waiting", "止まっている"),
    ],
)
def test_why_nobody_knows_what_it_brings_is_said(key, why, words):
    review = Review(poor())
    found = next(one for one in review.actions if one.advice.key == key)
    assert (found.effect, found.why_unknown) == (NOT_KNOWN, why)
    assert words in ReviewWords(review, "ja").brings(found) and "unknown" in ReviewWords(review, "en").brings(found)


def test_a_measured_curve_can_t_be_made_some_days_shorter():
    found = stay(Review(with_lag(Lag(curve=(0.2, 0.6, 1.0)))))
    assert (found.effect, found.why_unknown) == (NOT_KNOWN, "curve")
