"""From a plan to its numbers: goal, orders, stages, months, pipeline, channels (K1, K3, K7, K8)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from xl_kpi.calc.lag import Lag
from xl_kpi.plan.findings import doubts
from xl_kpi.plan.findings.goal import order_small
from xl_kpi.plan.model import Channel, Goal, Plan, Stage
from xl_kpi.plan.targets import Targets


def plan(**changes) -> Plan:
    """Leads → orders: every tenth lead orders, 30 days later; two channels, 3 to 1."""
    base = Plan(
        title="test",
        lang="ja",
        goal=Goal("orders", 12),
        start=dt.date(2026, 4, 1),
        months=2,
        stages=(Stage("leads", "リード", "", 0.1, Lag(30, 30)), Stage("orders", "受注")),
        channels=(Channel("web", "Web", "leads", share=0.75), Channel("ads", "広告", "leads", share=0.25)),
        kpis=(),
    )
    return base.with_(**changes)


def test_orders_from_revenue_are_whole():
    # 1,000万円 ÷ 30万円 = 33.3 → 34 orders
    targets = Targets(plan(goal=Goal("revenue", 10_000_000), order_value=300_000))
    assert targets.orders == 34
    assert targets.goal == 10_000_000


def test_growth_needs_the_baseline():
    # 200 orders last year, +15 % → 230
    assert Targets(plan(goal=Goal("orders", None, baseline=200, growth=0.15))).orders == 230


def test_leads_move_back_by_the_lag():
    # 12 orders in April and May (30 and 31 days), 6 each: 60 leads each.  30 days earlier: April's leads all
    # fall before the start (2 March to 31 March); of May's 31 days the first 30 fall into April, one into May.
    leads = Targets(plan()).needed[0]
    assert leads.before == 60
    assert leads.months == (Fraction(60 * 30, 31), Fraction(60, 31))
    assert leads.next == 0
    assert leads.total == 120


def test_revenue_goal_orders_come_before_the_delivery():
    # K7: 10億円 April–March, 60 days to deliver → last order on 30 January, nothing after
    targets = Targets(plan(goal=Goal("revenue", 1e9), order_value=5_000_000, months=12, delivery_days=60))
    orders = targets.needed[-1]
    assert orders.months[-2:] == (0, 0)  # February and March 2027
    assert orders.total == 200
    assert targets.latest_dates[-1] == dt.date(2027, 1, 30)


def test_delivery_counts_for_revenue_only():
    assert Targets(plan(delivery_days=60)).needed[-1].before == 0


def test_deadline_after_the_plan_serves_the_next_period():
    # goal until June: 12 orders in three months, 4 each; June's are the next period's
    orders = Targets(plan(goal=Goal("orders", 12, dt.date(2026, 6, 30)))).needed[-1]
    assert (orders.months, orders.next) == ((4, 4), 4)


def test_the_pipeline_covers_the_earliest_need_first():
    # 80 open leads: 60 cover the need before the start, 20 of April's 1800/31
    targets = Targets(plan(pipeline={"leads": 80}))
    assert targets.credit == (80, 0)
    assert targets.new[0].before == 0
    assert targets.new[0].months == (Fraction(1800, 31) - 20, Fraction(60, 31))


def test_open_orders_stand_for_leads_as_well():
    # 3 orders already won stand for 30 leads
    assert Targets(plan(pipeline={"orders": 3})).credit == (30, 3)


@pytest.mark.parametrize(
    ("on", "expected"),
    [((True, True), (Fraction(3, 4), Fraction(1, 4))), ((False, True), (0, 1)), ((False, False), (0, 0))],
)
def test_shares_are_scaled_to_the_channels_that_are_on(on, expected):
    channels = tuple(
        Channel(id_, id_, "leads", on=is_on, share=share) for id_, is_on, share in zip(("a", "b"), on, (0.75, 0.25))
    )
    targets = Targets(plan(channels=channels))
    assert tuple(targets.used_share(channel) for channel in channels) == expected


def test_a_channel_may_deliver_another_stage():
    sales = Channel("is", "IS", "orders", share=1.0)
    targets = Targets(plan(channels=(*plan().channels, sales)))
    assert targets.of_channel(sales).months == (6, 6)
    assert targets.of_channel(sales, "leads").total == 120


@pytest.mark.parametrize(
    ("months", "stated", "deadline", "times"),
    [
        (18, None, None, 1),  # nothing said: the goal is the plan's
        (18, 12, None, Fraction(3, 2)),
        (18, 18, None, 1),
        (6, 12, None, Fraction(1, 2)),  # half a year of a yearly goal
        (18, 12, dt.date(2027, 3, 31), 1),  # due after exactly a year
        (18, 12, dt.date(2026, 6, 15), Fraction(5, 24)),  # April, May and half of June: 2.5 of 12 months
        (12, 12, dt.date(2027, 6, 30), Fraction(5, 4)),  # 15 months
    ],
)
def test_a_goal_stated_for_other_months_than_those_that_count(months, stated, deadline, times):
    goal = Goal("orders", 120, deadline, months=stated)
    assert Targets(plan(goal=goal, months=months)).goal == 120 * times


def test_a_longer_plan_asks_for_how_many_months_the_goal_is_meant():
    def asked(length, **goal):
        faults = doubts(plan(goal=Goal("orders", 120, **goal), months=length, pipeline={"leads": 1200}))
        return "plan_check_goal_months" in {fault.key for fault in faults}

    assert asked(18) and asked(13) and asked(36)
    assert not asked(12) and not asked(3)
    assert not asked(18, months=12) and not asked(18, months=18)  # said
    assert not asked(18, deadline=dt.date(2027, 3, 31))  # due by then: said as well
    assert not asked(18, monthly=120 / 18)


@pytest.mark.parametrize(("value", "goal", "asked"), [
    (500, 1e9, True), (500, 5_000_000, True), (500, 4_999_999, False),  # 500万円 would be more than the whole goal
    (9_999, 1e9, True), (10_000, 1e9, False),  # from one 万 on
])  # fmt: skip
def test_an_order_value_without_its_man_is_asked_about(value, goal, asked):
    """Where nothing says what a lead costs, by the goal; else by the cheapest lead, here one of 6,000 yen."""
    given = plan(goal=Goal("revenue", goal), order_value=value)
    assert [one.key for one in order_small(given)] == ["plan_check_order_small"] * asked
    dear = given.with_(channels=tuple(replace(one, unit_cost=6_000.0) for one in given.channels))
    assert bool([*order_small(dear)]) == (value < 6_000)
    assert not [*order_small(given.with_(goal=Goal("orders", 60)))]


def test_the_days_until_revenue_comes_in_are_asked_for():
    def asked(kind, days):
        given = plan(goal=Goal(kind, 12), order_value=1, delivery_days=days, pipeline={"leads": 1200})
        return "plan_check_delivery" in {fault.key for fault in doubts(given)}

    assert asked("revenue", None)
    assert not asked("revenue", 0) and not asked("revenue", 30) and not asked("orders", None)
