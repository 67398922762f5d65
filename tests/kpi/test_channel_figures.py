"""A channel's KPIs in numbers: months, totals and to-date figures, by hand (design §4 and §5)."""

from __future__ import annotations

import datetime as dt

import pytest

from xl_kpi.calc.lag import Lag
from xl_kpi.kpi.channel_figures import ChannelFigures
from xl_kpi.kpi.figures import rounded_upto
from xl_kpi.plan.closed.closing import kpi_key
from xl_kpi.plan.model import AgreedTargets, Channel, Goal, Kpi, Plan, Stage
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


def test_targets_are_rounded_so_that_nothing_is_lost_in_all():
    calls = Kpi("calls", "web", "電話", "Calls", "count", "cv * 0.0014", "input")
    web = figures(kpis=(*WEB, calls))
    # 300 × 0.0014 = 0.42 a month, added up 0.42, 0.84, 1.26, 1.68, 2.1, 2.52; month by month each would be none
    assert web.target["calls"].months == [0, 1, 0, 1, 0, 1] and web.target["calls"].total == 3
    assert web.exact_targets["calls"] == pytest.approx([0.42] * 6)


def test_a_blank_month_is_not_rounded_and_money_keeps_its_digits():
    assert rounded_upto([0.5, "", 0.5], 0) == [1, "", 0]
    assert rounded_upto([0.04] * 3, 1) == pytest.approx([0, 0.1, 0])


def test_a_closed_month_keeps_what_was_agreed_and_the_open_ones_go_on_from_there():
    calls = Kpi("calls", "web", "電話", "Calls", "count", "cv * 0.0014", "input")
    plan = figures(kpis=(*WEB, calls)).plan
    agreed = AgreedTargets({(kpi_key("web", "calls"), 0): 5.0}, 1, {})
    shut = plan.with_(settings={"closed_until": plan.start}, agreed=agreed)
    web = ChannelFigures(shut, Targets(shut), shut.channels[0])
    months = web.target["calls"].months
    assert months[0] == 5.0 and sum(months) == web.target["calls"].total == round(sum(web.exact_targets["calls"]))


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


def test_a_gap_leaves_a_month_out_on_both_sides():
    # conversions of April and May are known, sessions of April only: 9,000 against April's 10,000, not against 20,000
    web = figures({("web:cv", 0): 250, ("web:cv", 1): 350, ("web:sessions", 0): 9000})
    assert (web.target["sessions"].to_date, web.actual["sessions"].to_date) == pytest.approx((10_000, 9000))
    assert (web.target["cv"].to_date, web.actual["cv"].to_date) == pytest.approx((600, 600))
    assert web.actual["cvr"].total == pytest.approx(250 / 9000)  # April alone; 600 ÷ 9,000 would be 6.7 %


def test_nothing_typed_is_blank_and_zero_is_a_number():
    assert figures().actual["cv"].total == ""
    assert figures({("web:cv", 0): 0}).actual["cv"].total == 0
    assert figures({("web:cv", 0): 0, ("web:sessions", 0): 0}).actual["cvr"].months[0] == ""


def test_no_need_needs_no_sessions():
    web = figures(value=50, deadline=dt.date(2026, 4, 30))
    assert web.target["sessions"].months[1:] == [0] * 5


SHOW = (
    Kpi("cards", "web", "名刺", "Cards", "count", "leads", "input"),
    Kpi("won", "web", "受注", "Won", "count", "orders", "input"),
    Kpi("rate", "web", "受注率", "Order rate", "rate", "input", "won / cards", value=0.5),
)


def show(actuals=None, kpis=SHOW) -> ChannelFigures:
    """60 orders in six months of one lag: April's orders need leads of before the start; October has no leads."""
    plan = figures(actuals, kpis).plan
    stages = (Stage("leads", "リード", rate=0.5, lag=Lag(30, 30)), Stage("orders", "受注"))
    plan = plan.with_(goal=Goal("orders", 60, None), stages=stages)
    return ChannelFigures(plan, Targets(plan), plan.channels[0])


def test_a_rate_by_cohort_is_not_the_target_of_a_ratio_of_the_same_months():
    # 10 orders a month of 31, 30 or 31 days, twice as many leads 30 days earlier: all of May's orders but one day's
    # (10 × 30/31) and one day of June's, less what lies before the start
    tab = show()
    assert tab.target["won"].months == pytest.approx([10] * 6)
    # exactly 19.4 in April after 20 before the start, 20.6 in May: at least 39.4 by the end of April are 40, then 60
    assert tab.target["cards"].months == [20, 20, 20, 20, 20, 0]
    assert tab.target["rate"].months[0] == pytest.approx(10 / 20)
    assert tab.target["rate"].months[-1] == ""  # leads of September would be orders of October
    assert tab.target["rate"].total == pytest.approx(60 / sum(tab.target["cards"].months))


def test_the_assumption_stands_in_where_the_parts_have_no_targets():
    kpis = (SHOW[0], Kpi("won", "web", "受注", "Won", "count", "input", "input"), SHOW[2])
    tab = show({("web:cards", 0): 20, ("web:won", 0): 8}, kpis)
    assert tab.target["rate"].months == [0.5] * 6
    assert (tab.target["rate"].total, tab.target["rate"].to_date, tab.actual["rate"].to_date) == (0.5, 0.5, 0.4)


def test_an_assumption_that_targets_follow_from_stays_the_target():
    # whole sessions: 100 instead of the plan's 10,000; 300 ÷ 10,000 is what an actual of the month is compared with
    web = figures()
    assert web.target["cvr"].months == [0.03] * 6
    assert web.comparable["cvr"] == pytest.approx([0.03] * 6)
    assert web.is_assumed_before(web.by_id["cvr"]) and not web.is_mirrored(web.by_id["cvr"])


def test_a_ratio_of_ratios_is_taken_over_the_same_months():
    # CV per yen through CVR ÷ CPC: over its parts cv, sessions, cost it is (cv ÷ sessions) ÷ (cost ÷ sessions)
    kpis = (
        *WEB[:3],
        Kpi("cost", "web", "費用", "Cost", "yen", "cv * 100", "input"),
        Kpi("cpc", "web", "CPC", "CPC", "yen_per", "cost / sessions", "cost / sessions"),
        Kpi("cpa", "web", "CPA", "CPA", "yen_per", "cpc / cvr", "cpc / cvr"),
    )
    typed = {("web:sessions", 0): 1000, ("web:cv", 0): 20, ("web:cost", 0): 3000}
    typed |= {("web:sessions", 1): 500, ("web:cv", 1): 30}  # May lacks its cost: 3,000 ÷ 20, not 3,000 ÷ 50
    web = figures(typed, kpis)
    assert web.actual["cpa"].total == pytest.approx(150)
    assert web.target["cpa"].to_date == pytest.approx(100)
