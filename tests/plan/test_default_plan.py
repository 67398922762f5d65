"""The default plan: it earns money on every channel and reaches its goal, in whatever month it begins."""

from __future__ import annotations

import datetime as dt
from math import prod

import pytest

import workbook_templates
from xl_kpi.calc import month_start
from xl_kpi.plan.checks import check
from xl_kpi.plan.findings import doubts
from xl_kpi.plan.model import Plan
from xl_kpi.plan.outlook import PlanOutlook, exceeded
from xl_kpi.plan.source import plan_from_source
from xl_kpi.plan.targets import Targets

both = pytest.mark.parametrize("lang", ["ja", "en"])


def default(lang: str, start: dt.date | None = None) -> Plan:
    plan = plan_from_source(workbook_templates.source("default"), lang, "default")
    return plan if start is None else plan.with_(start=start)


@both
def test_every_channel_earns_more_than_it_costs(lang):
    """By hand: unit cost ÷ the rates from its stage on, and inside sales' 30,000 ÷ (60 % × 40 %) beside it."""
    plan = default(lang)
    rates = {stage.id: stage.rate for stage in plan.stages}
    ids = list(rates)
    costs = {one.id: one.unit_cost / prod(rates[stage] for stage in ids[ids.index(one.stage) : -1])
             for one in plan.channels_on}  # fmt: skip
    # 8,000 20,000 6,000 15,000 ÷ 1.2 % and 30,000 ÷ 24 %
    assert costs == pytest.approx(
        {"web": 666_666.67, "ads": 1_666_666.67, "webinar": 500_000, "trade_show": 1_250_000, "inside_sales": 125_000},
        abs=0.01,
    )
    assert max(costs.values()) + costs["inside_sales"] < plan.order_value == 3_000_000
    assert PlanOutlook(Targets(plan)).too_dear == []


@both
def test_it_reaches_its_goal_in_whatever_month_it_begins(lang):
    """From each month of four years, a leap year among them: nothing short, no limit exceeded, nothing to doubt."""
    for month in range(48):
        plan = default(lang, month_start(dt.date(2026, 1, 1), month))
        outlook = PlanOutlook(Targets(plan))
        assert outlook.share >= 1, plan.start
        assert max(outlook.shortage) <= 0 and exceeded(outlook) == [], plan.start
        assert check(plan) == [] and list(doubts(plan)) == [], plan.start


def test_what_is_open_is_what_the_pipeline_has_to_cover():
    """Its own arithmetic, in default.toml: 101 days of lags are a good quarter of the year's 5,000 leads."""
    plan = default("ja")
    assert sum(stage.lag.low for stage in plan.stages[:-1]) == 101
    credit = [float(number) for number in Targets(plan).credit]
    assert credit == pytest.approx([1630, 327.5, 115, 45, 15, 0])
    before = [float(volumes.before) for volumes in Targets(plan.with_(pipeline={})).new]
    assert all(short <= there for short, there in zip(before, credit, strict=True))
