"""What the plan itself lacks: a forecast below its goal says so, though every figure to date is on plan (K14, R10)."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import pytest

from tests.closed_plans import small
from xl_kpi.commands.reviews.figures import as_data
from xl_kpi.kpi.review.review import Review
from xl_kpi.kpi.review.words import ReviewWords
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.dashboard.page import _bottleneck
from xl_kpi.sheets.dashboard.page import _none_key as none_key

LIMIT = 50.0  # leads a month


def on_target(capacity=None, **changes):
    """The first month brought what was planned of it."""
    plan = small(reached=0)
    channels = tuple(replace(one, capacity=capacity) if one.id == "web" else one for one in plan.channels)
    plan = plan.with_(channels=channels, **changes)
    to_date = Review(plan.with_(actuals={("stage:mql", 0): 0.0})).to_date
    typed = {(f"stage:{one.id}", 0): float(row[0]) for one, row in zip(plan.stages, to_date.planned_by_month)}
    came = {(f"{one.id}:cv", 0): float(to_date.asked(one, 0)) for one in to_date.channels}
    return plan.with_(actuals={key: one for key, one in (typed | came).items() if key[0] != "stage:leads"})


def test_k14_orders_that_monthly_limits_cost():
    """Web is asked for 60 % of each month's leads and brings 50: what is above, of the five months to come, × the
    rates.  All lags are fixed numbers of days, so that each of these leads would have ordered in time."""
    review = Review(on_target(LIMIT))
    forecast = review.forecast
    over = sum(max(0.0, 0.6 * float(month) - LIMIT) for month in forecast.from_start.planned[1:])
    by_hand = over * float(forecast.leads.value) * prod(float(one.value) for one in forecast.rates)
    assert over > 300 and float(review.limits.orders) == pytest.approx(by_hand, rel=1e-9)
    assert [one.id for one in review.limits.channels] == ["web"]
    found = as_data(review, "ja")["forecast"]["limits"]
    assert found == {"channels": ["web"], "orders": pytest.approx(by_hand, rel=1e-9)}


def test_k14_a_red_forecast_names_the_limits_where_every_kpi_is_on_plan():
    plan = on_target(LIMIT)
    review = Review(plan)
    words, lost = ReviewWords(review, "ja"), float(review.limits.orders)
    assert review.limits.is_short and not words.is_worse
    said = f"月間の上限（サービスサイト）のため、見込みの受注が{lost:.1f}件減っています。割合か上限を見直してください。"
    assert words.plan_short == said == words.forecast_notes[0]
    assert words.no_actions == "目標を大きく外れたKPIはありませんが、計画のままでは目標に届きません。"
    ctx = Context(plan)
    assert _bottleneck(ctx).startswith("ここまでの受注は目標に届いています。" + said)
    assert none_key(ctx) == "dash_off_plan"


def test_k14_a_red_forecast_of_a_plan_that_begins_too_late_says_so():
    """Half a year, forty days from lead to order and nothing open: what the first forty days need is not there, and the
    first month brings what its own leads can."""
    plan = on_target()
    entries = Review(plan).forecast.from_start.run.entries
    typed = {(f"stage:{one.id}", 0): float(row[0]) for one, row in zip(plan.stages[1:], entries[1:])}
    review = Review(plan.with_(actuals=plan.actuals | typed))
    outlook = review.forecast.from_start
    assert review.limits.orders == 0 and review.limits.channels == []
    share = 1 - 40 / 183  # of the days of the plan, even as they are
    assert float(outlook.share) == pytest.approx(share, abs=0.01)
    said = f"計画のままでは受注{float(outlook.orders):.1f}件（目標の78%）で、目標に届きません。"
    assert ReviewWords(review, "ja").plan_short.startswith(said)


def test_a_plan_that_reaches_its_goal_has_nothing_to_say():
    """A limit that nothing comes near; the forecast is on the goal, with what is open at the start."""
    plan = on_target(10_000.0, pipeline={"leads": 0, "proposals": 60})
    words = ReviewWords(Review(plan), "ja")
    assert words.plan_short == "" and words.found.limits.orders == 0
    assert all("月間の上限" not in line for line in words.forecast_notes)
