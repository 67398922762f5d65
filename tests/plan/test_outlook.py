"""見込み / outlook (K14): where a plan lands when it is run forward, against a simulation day by day."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction
from math import prod

import pytest

from tests.calc.day_by_day import by_month, earlier, goal_days, run_forward
from xl_kpi.calc import as_lag, orders_from_revenue
from xl_kpi.calc.outlook import AGES
from xl_kpi.plan.model import Channel, Goal, Plan, Stage
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.targets import Targets

START = dt.date(2027, 4, 1)
# A year of 10億円 at 120万円 a deal, with an open pipeline that can't become April's orders in time.
RATES, LAGS = (0.2, 0.45, 0.6, 0.7, 0.3), [(15, 45), 5, 10, (20, 30), [0.5, 0.85, 1.0]]
OPEN, SEASON = [12_000, 900, 250, 120, 80, 0], (0.6, 0.8, 1.6, 1.0, 0.9, 1.1, 0.8, 0.7, 1.3, 1.0, 1.1, 1.1)
IDS = ("leads", "mql", "sql", "opportunities", "deals", "orders")


def plan(rates=RATES, lags=LAGS, opened=OPEN, *, season=SEASON, months=12, goal=1e9, value=1.2e6, delivery=30, caps=()):
    """One channel for each of ``caps`` (None: no limit), all of them with the same share of the leads."""
    ids = [*IDS[: len(rates)], "orders"]
    stages = [Stage(id_, id_, "", rate, as_lag(lag)) for id_, rate, lag in zip(ids, rates, lags)]
    channels = [Channel(f"c{k}", f"c{k}", "leads", share=1.0, capacity=cap) for k, cap in enumerate(caps)]
    return Plan(
        title="test", lang="ja", goal=Goal("revenue", goal), start=START, months=months, order_value=value,
        stages=(*stages, Stage("orders", "orders")), channels=tuple(channels), kpis=(), season=season,
        delivery_days=delivery, pipeline=dict(zip(ids, opened)),
    )  # fmt: skip


def simulated(rates, lags, opened, *, season, months, goal, value, delivery, caps, age):
    """Orders paid by the deadline and orders by month, day by day: nothing shared with the program but Fractions.

    Leads are won on the days on which they are needed; what is open covers the earliest need.
    """
    end = dt.date(START.year + (START.month - 1 + months) // 12, (START.month - 1 + months) % 12 + 1, 1)
    days = goal_days(START, end - dt.timedelta(1), season)
    for lag in reversed([*lags, delivery]):
        days = earlier(days, lag)
    total = orders_from_revenue(goal, value) / prod(Fraction(str(rate)) for rate in rates)
    credit, worth = Fraction(0), Fraction(1)
    for count, rate in zip(opened, [*rates, 1]):
        credit, worth = credit + Fraction(str(count)) / worth, worth * Fraction(str(rate))
    new, covered = {}, credit
    for day in sorted(days):
        need = days[day] * total
        used = min(covered, need)
        covered -= used
        if day >= START.toordinal():
            new[day] = need - used
    planned = by_month(new, START, months)[1:-1]
    can = [
        sum(min(amount / len(caps), Fraction(cap or 10**9)) for cap in caps) if caps else amount for amount in planned
    ]
    for day in new:
        month = (dt.date.fromordinal(day).year - START.year) * 12 + dt.date.fromordinal(day).month - START.month
        new[day] *= can[month] / planned[month] if planned[month] else 0
    stages, paid = run_forward(START, new, rates, lags, opened, age=age, delivery=delivery)
    in_time = sum(count for day, count in paid.items() if day < end.toordinal())
    return in_time, by_month(stages[-1], START, months)[1:-1]


def some_plan(seed):
    dice = random.Random(seed)
    count = dice.randint(1, 4)

    def lag():
        return dice.choice([dice.randint(0, 60), (dice.randint(0, 15), dice.randint(15, 50)), [0.5, 0.85, 1.0], [1.0]])

    return {
        "rates": [dice.choice([0.1, 0.25, 0.6, 1]) for _ in range(count)],
        "lags": [lag() for _ in range(count)],
        "opened": [dice.choice([0, 0, 4, 90]) for _ in range(count + 1)],
        "season": tuple(dice.choice([0.6, 1, 1.6]) for _ in range(12)),
        "months": dice.randint(1, 8),
        "goal": dice.choice([10, 120, 5000]) * 1e6,
        "value": dice.choice([1e6, 3e6]),
        "delivery": dice.choice([0, 30]),
        "caps": dice.choice([(), (None,), (30, None), (5, 20)]),
    }


@pytest.mark.parametrize("seed", range(200))
def test_random_plans_land_where_the_simulation_does(seed):
    given, age = some_plan(seed), AGES[seed % 2]
    in_time, months = simulated(**given, age=age)
    found = PlanOutlook(Targets(plan(**given)), age)
    assert found.orders == in_time
    assert list(found.run.orders) == months


@pytest.mark.parametrize("age", ["new", "half"])
def test_the_year_of_a_billion_yen_lands_below_its_goal(age):
    """The arithmetic of the need is exact and all is covered in leads, yet April's orders can't be had in time."""
    in_time, _ = simulated(
        RATES, LAGS, OPEN, season=SEASON, months=12, goal=1e9, value=1.2e6, delivery=30, caps=(), age=age
    )
    found = PlanOutlook(Targets(plan()), age)
    assert float(found.orders) == pytest.approx(float(in_time), rel=1e-12)
    assert 0.92 < found.share < 0.93 and found.revenue == found.orders * 1_200_000
    # every stage but the leads' own falls short before the start
    assert [stage > 0 for stage in found.shortage] == [True] * 6


def test_a_plan_that_can_be_reached_lands_on_its_goal():
    """No lag, nothing open: what is planned is what comes, 12 orders."""
    found = PlanOutlook(Targets(plan([0.5], [0], [0, 0], goal=12e6, value=1e6, delivery=0)))
    assert (found.orders, found.share, found.shortage) == (12, 1, [0, 0])


def test_a_channel_that_can_not_bring_its_leads_pulls_the_outlook_down():
    """24 leads in two months of equal weight, 12 a month; the only channel brings 9 a month: 18 leads, 9 orders."""
    given = plan([0.5], [0], [0, 0], season=(1.0,) * 12, months=2, goal=12e6, value=1e6, delivery=0, caps=(9,))
    found = PlanOutlook(Targets(given))
    assert found.orders == 9
    assert [(one.channel.id, one.month, one.planned, one.limit) for one in found.exceeded] == [
        ("c0", 0, 12, 9), ("c0", 1, 12, 9),
    ]  # fmt: skip


def test_without_a_goal_there_is_no_share():
    assert PlanOutlook(Targets(plan([0.5], [0], [0, 0], goal=0, delivery=0))).share is None
