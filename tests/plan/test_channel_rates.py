"""Rates of channels: typed or left to the stage, what the plan's rates become, what is not used, what is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from math import prod

import pytest

from tests.agreement.books import template_plan
from xl_kpi.calc import exact
from xl_kpi.catalog.messages import worded
from xl_kpi.commands import SetOption, plan_from
from xl_kpi.errors import InputFaults
from xl_kpi.plan.checks import check
from xl_kpi.plan.entries import entries_of, with_entries
from xl_kpi.plan.history.archive_moves import settle
from xl_kpi.plan.history.slots import has_place
from xl_kpi.plan.labels import label
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.records import Records
from xl_kpi.plan.source import plan_from_source
from xl_kpi.plan.targets import Targets

DEFAULT = template_plan("default", "ja")  # 5,000 leads: web 40 %, ads 30 %, webinar and trade show 15 % each
WEB = "tbl_rates[web.leads]"
SOURCE = """
title = "x"
[goal]
kind = "orders"
value = 10
[period]
start = "2026-04"
months = 3
[[stage]]
id = "leads"
rate = "20%"
lag = 0
[[stage]]
id = "orders"
[[channel]]
id = "web"
share = "75%"
[[channel]]
id = "ads"
share = "25%"
rates = {leads = "40%"}
"""


def test_the_plan_has_the_rates_that_its_channels_make():
    """0.75 × 20 % + 0.25 × 40 % = 25 %: 10 orders need 40 leads, 30 of the web (6 orders) and 10 of ads (4)."""
    plan = plan_from_source(SOURCE, "ja")
    assert plan.channel_rates == {("ads", "leads"): 0.4} and plan.rates == (Fraction(1, 4),)
    targets = Targets(plan)
    assert targets.required == (40, 10)
    web, ads = plan.channels
    assert [targets.of_channel(one).total for one in (web, ads)] == [30, 10]
    assert [targets.of_channel(one, "orders").total for one in (web, ads)] == [6, 4]
    assert plan.stages[0].rate == 0.2  # what is typed on ファネル stays


def test_without_rates_of_their_own_in_use_nothing_differs():
    typed = tuple(stage.rate for stage in DEFAULT.stages[:-1])
    assert DEFAULT.rates == typed
    off = DEFAULT.with_(
        channels=tuple(replace(one, on=one.id != "web") for one in DEFAULT.channels),
        channel_rates={("web", "leads"): 0.9, ("inside_sales", "opportunities"): 0.9, ("gone", "leads"): 0.9},
    )
    assert off.rates == typed


def test_parts_of_each_stage_add_up_to_it():
    plan = DEFAULT.with_(channel_rates={("web", "leads"): 0.4, ("ads", "sql"): 0.1, ("webinar", "proposals"): 1.0})
    targets = Targets(plan)
    for index, stage in enumerate(plan.stages):
        parts = [targets.of_channel(channel, stage.id).total for channel in plan.lead_channels]
        assert sum(parts) == targets.new[index].total
    orders = sum(targets.used_share(one) * prod(map(exact, plan.rates_of(one))) for one in plan.lead_channels)
    assert orders == prod(map(exact, plan.rates))


def test_what_an_order_costs_is_told_by_the_channels_own_rates():
    """8,000 yen a lead of the web; 1.2 % of all order, so 40 % instead of 25 % make 1.92 %: 8,000 ÷ 1.92 %."""
    plan = DEFAULT.with_(channel_rates={("web", "leads"): 0.4})
    costs = {one.id: PlanOutlook(Targets(plan)).cost_of_order(one) for one in plan.channels_on}
    assert costs["web"] == 8000 / Fraction(192, 10_000)
    assert costs["ads"] == 20_000 / Fraction(12, 1000)  # as typed on ファネル
    assert costs["inside_sales"] == 30_000 / prod(map(exact, plan.rates[3:]))


def test_an_entry_as_any_other():
    plan, homeless = with_entries(DEFAULT, {WEB: 0.4, "tbl_rates[gone.leads]": 0.1, "tbl_rates[web.orders]": 0.1})
    assert plan.channel_rates == {("web", "leads"): 0.4}
    assert homeless == {"tbl_rates[gone.leads]": 0.1, "tbl_rates[web.orders]": 0.1}
    assert entries_of(plan)[WEB] == 0.4 and WEB not in entries_of(DEFAULT)
    assert with_entries(plan, {WEB: None})[0] == DEFAULT
    fits = has_place(plan)
    assert [fits(key) for key in (WEB, "tbl_rates[web.orders]", "tbl_rates[gone.leads]")] == [True, False, False]
    assert worded(label(WEB, plan), "ja") == "サービスサイト › リード › このチャネルの転換率"


def test_a_rate_whose_stage_goes_is_kept_and_comes_back():
    plan = DEFAULT.with_(channel_rates={("web", "sql"): 0.4, ("web", "leads"): 0.3})
    without = plan.with_(stages=tuple(one for one in plan.stages if one.id != "sql"))
    gone = settle(without, Records(), {}, dt.date(2026, 4, 1))
    assert gone.plan.channel_rates == {("web", "leads"): 0.3} and "tbl_rates[web.sql]" in gone.records.archive
    back = settle(gone.plan.with_(stages=plan.stages), gone.records, {}, dt.date(2026, 4, 2))
    assert back.plan.channel_rates == plan.channel_rates and "tbl_rates[web.sql]" not in back.records.archive


@pytest.mark.parametrize(
    ("rate", "key"), [(20, "plan_rate_ask"), (0, "plan_rate"), (-0.1, "plan_rate"), (101, "plan_rate")]
)
def test_a_rate_that_is_none_is_refused(rate, key):
    found = check(DEFAULT.with_(channel_rates={("web", "leads"): rate}))
    assert [(fault.level, fault.cell, fault.key) for fault in found if fault.level == "error"] == [("error", WEB, key)]


@pytest.mark.parametrize("row", [("inside_sales", "opportunities"), ("web", "leads")])
def test_a_rate_of_no_use_is_told_once_a_row(row):
    channels = tuple(replace(one, on=one.id != "web") for one in DEFAULT.channels)
    plan = DEFAULT.with_(channels=channels, channel_rates={row: 0.3, (row[0], "proposals"): 0.2})
    found = [fault for fault in check(plan) if fault.key == "plan_check_rates_unused"]
    assert [(fault.level, fault.cell) for fault in found] == [("hint", f"tbl_rates[{row[0]}.{row[1]}]")]


def test_set_knows_it():
    plan, _ = plan_from(None, "ja", [SetOption("rate.web.leads", "40%", "")])
    assert plan.channel_rates == {("web", "leads"): 0.4}
    with pytest.raises(InputFaults) as caught:
        plan_from(None, "ja", [SetOption("rate.web.leads", "20", ""), SetOption("rate.web.orders", "20%", "")])
    assert [fault.found for fault in caught.value.faults] == ["20", "rate.web.orders"]


def test_a_source_with_wrong_rates_says_each():
    text = SOURCE.replace('rates = {leads = "40%"}', 'rates = {leads = "40", order = "5%"}')
    with pytest.raises(InputFaults) as caught:
        plan_from_source(text, "ja")
    assert [(fault.cell, fault.found) for fault in caught.value.faults] == [
        ("channel[2].rates.leads", "40"), ("channel[2].rates.order", "order"),
    ]  # fmt: skip
