"""A channel's KPIs in numbers: months, totals and to-date figures, by hand (design §4 and §5)."""

from __future__ import annotations

import datetime as dt

import pytest

from xl_kpi.calc.lag import Lag
from xl_kpi.kpi.channel_figures import ChannelFigures
from xl_kpi.plan.model import Channel, Goal, Kpi, Plan, Stage
from xl_kpi.plan.targets import Targets

WEB = (
    Kpi("sessions", "web", "セッション", "Sessions", "times", "cv / cvr", "input"),
    Kpi("cvr", "web", "CVR", "CVR", "rate", "input", "cv / sessions", value=0.03),
    Kpi("cv", "web", "CV", "Conversions", "count", "leads", "input", decomposition="sessions * cvr"),
    Kpi("dwell", "web", "滞在", "Dwell", "minutes_per", "input", "input", value=2.0, weight="sessions"),
)


def figures(actuals=None, kpis=WEB, **goal) -> ChannelFigures:
    """C1 in small: 50 orders from 1,800 leads in six months, all of them from the web site."""
    plan = Plan(
        title="C1",
        lang="ja",
        goal=Goal("orders", **({"value": 50} | goal)),
        start=dt.date(2026, 4, 1),
        months=6,
        stages=(Stage("leads", "リード", rate=50 / 1800, lag=Lag()), Stage("orders", "受注")),
        channels=(Channel("web", "Web", "leads", share=1.0),),
        kpis=kpis,
        actuals=actuals or {},
    )
    return ChannelFigures(plan, Targets(plan), plan.channels[0])


def test_c1_ten_thousand_sessions_give_three_hundred_leads():
    web = figures()
    assert web.target["cv"].months == pytest.approx([300] * 6)
    assert web.target["sessions"].months == pytest.approx([10_000] * 6)
    assert web.target["sessions"].total == pytest.approx(60_000)


def test_the_anchor_is_the_kpi_that_the_plan_asks_for():
    assert figures().anchor.id == "cv"
    assert figures(kpis=WEB[:2]).anchor is None


def test_an_assumed_ratio_is_no_sum():
    assert figures().target["cvr"].total == 0.03


def test_a_ratio_in_total_is_the_ratio_of_totals():
    # 100 of 1,000, then 300 of 9,000: 400 of 10,000 is 4 %; the average of 10 % and 3.3 % would be 6.7 %
    web = figures({("web:sessions", 0): 1000, ("web:sessions", 1): 9000, ("web:cv", 0): 100, ("web:cv", 1): 300})
    assert web.actual["cvr"].months[:3] == pytest.approx([0.1, 300 / 9000, ""])
    assert web.actual["cvr"].total == pytest.approx(0.04)


def test_a_typed_ratio_is_weighed():
    # 1 minute for 1,000 sessions, 3 minutes for 3,000: (1,000 + 9,000) ÷ 4,000 = 2.5 minutes
    web = figures({("web:sessions", 0): 1000, ("web:sessions", 1): 3000, ("web:dwell", 0): 1.0, ("web:dwell", 1): 3.0})
    assert web.actual["dwell"].total == pytest.approx(2.5)


def test_to_date_covers_the_months_with_an_actual():
    web = figures({("web:cv", 0): 250, ("web:cv", 1): 350, ("web:sessions", 0): 9000, ("web:sessions", 1): 9000})
    assert (web.target["cv"].to_date, web.actual["cv"].to_date) == pytest.approx((600, 600))
    assert web.target["sessions"].to_date == pytest.approx(20_000)


def test_a_gap_in_the_months_leaves_to_date_blank():
    # conversions of April and May are known, sessions of April only: comparing them would mislead
    web = figures({("web:cv", 0): 250, ("web:cv", 1): 350, ("web:sessions", 0): 9000})
    assert web.actual["sessions"].to_date == ""
    assert web.actual["sessions"].total == 9000


def test_nothing_typed_is_blank_and_zero_is_a_number():
    assert figures().actual["cv"].total == ""
    assert figures({("web:cv", 0): 0}).actual["cv"].total == 0
    assert figures({("web:cv", 0): 0, ("web:sessions", 0): 0}).actual["cvr"].months[0] == ""


def test_no_need_needs_no_sessions():
    web = figures(value=50, deadline=dt.date(2026, 4, 30))
    assert web.target["sessions"].months[1:] == [0] * 5
