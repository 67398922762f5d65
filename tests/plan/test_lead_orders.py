"""What the leads of each channel bring (K14): against a simulation day by day; with the rest it is the outlook."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from fractions import Fraction

import pytest

from tests.agreement.selected import often
from tests.calc.day_by_day import run_forward
from tests.plan.test_outlook import START, plan, some_plan
from xl_kpi.calc import nearest
from xl_kpi.calc.outlook import AGES
from xl_kpi.commands.plans.show import shown
from xl_kpi.plan.channels.lead_orders import LeadOrders
from xl_kpi.plan.model import Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.targets import Targets


def with_rates(base: Plan, dice: random.Random) -> Plan:
    """Rates of their own for some channels and steps, other shares, one channel that is off and has rates too."""
    channels = [replace(one, share=dice.choice([0.0, 0.5, 1.0])) for one in base.channels]
    channels[0] = replace(channels[0], share=0.7)
    off = replace(channels[0], id="off", on=False)
    steps = [stage.id for stage in base.stages[:-1]]
    rates = {(one.id, step): dice.choice([0.05, 0.3, 0.9, 1.0])
             for one in (*channels, off) for step in steps if dice.random() < 0.5}  # fmt: skip
    return base.with_(channels=(*channels, off), channel_rates=rates)


def months_of(base: Plan) -> list[int]:
    """The first day of each month of the plan and of the one after it."""
    months = (dt.date(START.year + (START.month - 1 + k) // 12, (START.month - 1 + k) % 12 + 1, 1)
              for k in range(base.months + 1))  # fmt: skip
    return [month.toordinal() for month in months]


def leads_of(outlook: PlanOutlook, channel, first: int = 0) -> dict[int, Fraction]:
    """Its leads by day: its share of those that are planned, of a month no more than its limit."""
    base, won = outlook.plan, outlook.won_by_day
    total = sum(Fraction(str(one.share)) for one in base.channels if one.on)
    share, limit = Fraction(str(channel.share)) / total, channel.capacity
    edges, found = [day - START.toordinal() for day in months_of(base)], {}
    for begin, end in zip(edges, edges[1:]):
        days = {day: (won[day + 1] - won[day]) * share for day in range(max(begin, first), end)}
        asked = sum(days.values())
        part = min(Fraction(1), Fraction(str(limit)) / asked) if asked and limit is not None else 1
        found.update({START.toordinal() + day: number * part for day, number in days.items()})
    return found


@pytest.mark.parametrize("seed", often(range(60), range(24)))
def test_each_channel_brings_what_its_leads_do_in_the_simulation(seed):
    dice, given = random.Random(seed), some_plan(seed)
    base = with_rates(plan(**{**given, "caps": given["caps"] or (None,)}), dice)
    outlook = PlanOutlook(Targets(base), AGES[seed % 2])
    orders, edges = LeadOrders(outlook), months_of(base)
    nothing = [0] * len(base.stages)
    assert list(orders.by_channel) == [one.id for one in base.channels if one.on]
    for channel in orders.channels:
        rates = [base.channel_rates.get((channel.id, one.id), one.rate) for one in base.stages[:-1]]
        rows, paid = run_forward(START, leads_of(outlook, channel), rates, given["lags"], nothing,
                                 delivery=given["delivery"])  # fmt: skip
        found = orders.by_channel[channel.id]
        in_time = sum(count for day, count in paid.items() if day < edges[-1])
        assert (found.orders.total, found.total) == (in_time, sum(paid.values()))
        upto = [sum(found.paid.months[:k]) for k in range(base.months + 1)]
        assert upto == [sum(count for day, count in paid.items() if day < edge) for edge in edges]
        won = [min(in_time, sum(count for day, count in rows[-1].items() if day < edge)) for edge in edges]
        assert [sum(found.orders.months[:k]) for k in range(base.months + 1)] == won
    _, paid = run_forward(START, {}, list(base.rates), given["lags"], given["opened"], age=outlook.age,
                          delivery=given["delivery"])  # fmt: skip
    in_time = sum(count for day, count in paid.items() if day < edges[-1])
    assert outlook.orders == in_time + sum(one.orders.total for one in orders.by_channel.values())
    assert orders.rest == sum(paid.values())
    assert outlook.orders + outlook.later == orders.rest + sum(one.total for one in orders.by_channel.values())


@pytest.mark.parametrize("seed", range(12))
def test_with_closed_months_the_leads_are_those_of_the_open_ones(seed):
    """What entered in closed months is of no channel; with it the channels' orders are the outlook's."""
    dice, given = random.Random(seed), some_plan(seed)
    base = with_rates(plan(**{**given, "caps": given["caps"] or (None,)}), dice)
    count, edges = dice.randint(1, given["months"]), months_of(base)
    actuals = {(f"stage:{one.id}", k): dice.choice([0, 3, 12.5]) for one in base.stages for k in range(count)}
    until = dt.date.fromordinal(edges[count - 1])
    base = base.with_(actuals=actuals, settings={"closed_until": until})
    outlook = PlanOutlook(Targets(base))
    orders, first, nothing = LeadOrders(outlook), edges[count] - edges[0], [0] * len(base.stages)
    for channel in orders.channels:
        rates = [base.channel_rates.get((channel.id, one.id), one.rate) for one in base.stages[:-1]]
        rows, _ = run_forward(START, leads_of(outlook, channel, first), rates, given["lags"], nothing)
        assert orders.by_channel[channel.id].total == sum(rows[-1].values())
        assert not any(orders.by_channel[channel.id].orders.months[:count])
    alone = PlanOutlook(Targets(base))
    alone.__dict__["leads_by_day"] = [Fraction(0)] * len(outlook.leads_by_day)  # nothing but what is under way and won
    assert outlook.orders == alone.orders + sum(one.orders.total for one in orders.by_channel.values())
    assert outlook.ever[-1] == orders.rest + sum(one.total for one in orders.by_channel.values())


def test_a_limited_channel_loses_its_own_orders():
    """9 orders ÷ 37.5 % = 24 leads in two months, half of each channel: of the 6 a month c0 can bring 4.  Every second
    lead of c0 orders and every fourth of c1: 4 and 3 orders."""
    base = plan([0.5], [0], [0, 0], season=(1.0,) * 12, months=2, goal=9e6, value=1e6, delivery=0, caps=(4.0, None))
    base = base.with_(channel_rates={("c1", "leads"): 0.25})
    outlook = PlanOutlook(Targets(base))
    orders = LeadOrders(outlook)
    assert base.rates == (Fraction(3, 8),) and outlook.targets.required == (24, 9)
    assert [one.total for one in orders.by_channel.values()] == [4, 3] and outlook.orders == 7
    assert (orders.rest, orders.whole, orders.money(0)) == (0, [4, 3, 0], [4_000_000, 3_000_000, 0])


@pytest.mark.parametrize("seed", range(20))
def test_whole_numbers_add_up_and_json_has_the_exact_ones(seed):
    base = with_rates(plan(**{**some_plan(seed), "caps": (30, None)}), random.Random(seed))
    orders = LeadOrders(PlanOutlook(Targets(base)))
    assert sum(orders.whole) == nearest(orders.outlook.ever[-1])
    json = shown(base)
    for key in ("orders", "revenue"):
        brought = [channel["brings"] for channel in json["channels"]]
        whole = json["outlook"][key] + json["outlook"]["later"][key]
        assert sum(one[key] for one in brought) + json["outlook"]["from_open"][key] == pytest.approx(whole, rel=1e-9)
        for one in brought:
            parts = [*one["by_month"], one["after_months"], one["later"]]
            assert sum(part[key] for part in parts) == pytest.approx(one[key], rel=1e-9, abs=1e-9)


def test_without_channels_all_is_the_rest():
    """The open items alone: nobody wins a lead."""
    orders = LeadOrders(PlanOutlook(Targets(plan().with_(channels=()))))
    assert (orders.by_channel, orders.rest) == ({}, orders.outlook.ever[-1])
    assert orders.whole == [nearest(orders.rest)]
