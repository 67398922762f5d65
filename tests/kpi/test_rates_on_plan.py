"""A rate that is short to date, while the forecast uses the plan's: what is said then is no "0 orders" (R1, K14)."""

import pytest

from tests.closed_plans import as_shown
from tests.sheets.plans import template
from xl_kpi import calc
from xl_kpi.kpi.review.actions import COUNTED, ORDERS, Action
from xl_kpi.kpi.review.review import Review
from xl_kpi.kpi.review.words import ReviewWords

FROM_MQL = dict.fromkeys(("mql", "sql", "opportunities", "proposals", "orders"), 0.8)
RATE = "rate:leads"


def reviewed(months: int, short: dict[str, float]) -> Review:
    """Nobody typed what is open; leads come as planned, and of a stage and those after it fewer."""
    return Review(as_shown(template("default", "ja").with_(pipeline={}), months, short))


def of_mql(found: Review) -> Action:
    return next(one for one in found.actions if one.lever == RATE)


@pytest.mark.parametrize("lang, said", [("ja", "計画どおりとするため"), ("en", "uses this rate as planned")])
def test_what_open_items_can_explain_is_in_the_forecast_and_that_is_said(lang, said):
    """Of 80 % of the MQL after one month: the fewer can be open still, so the forecast keeps to the plan's rate."""
    found = reviewed(1, FROM_MQL)
    assert float(found.forecast.rates[0].value) == pytest.approx(found.plan.rates[0])
    action = of_mql(found)
    assert action.actual < action.plan
    assert (action.effect, action.brings_back) == (COUNTED, 0)
    assert said in ReviewWords(found, lang).brings(action)


def test_what_they_can_not_explain_brings_orders_back():
    """After six months most MQL are of leads that came in the plan: the rate is lower, and going back brings orders."""
    found = reviewed(6, FROM_MQL)
    assert found.forecast.rates[0].value < 0.95 * found.plan.rates[0]
    action = of_mql(found)
    assert action.effect == ORDERS
    on_plan = found.forecast.orders_with(rates={0: calc.exact(found.plan.rates[0])})
    assert action.brings_back == on_plan - found.forecast.orders > 0
