"""見込み / outlook (K14): where a plan lands when it is run forward, against a simulation day by day."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from math import floor, prod

import pytest

from tests.agreement.selected import often
from tests.calc.day_by_day import by_month, earlier, goal_days, run_forward
from xl_kpi.calc import as_lag, orders_from_revenue
from xl_kpi.calc.outlook import AGES
from xl_kpi.commands.plans.show import shown
from xl_kpi.plan.model import Channel, Goal, Plan, Stage
from xl_kpi.plan.needs.reached import is_rounding, told_share
from xl_kpi.plan.outlook import PlanOutlook, exceeded
from xl_kpi.plan.targets import Targets

START = dt.date(2027, 4, 1)
# A year of 10億円 at 120万円 a deal, with an open pipeline that can't become April's orders in time.
RATES, LAGS = (0.2, 0.45, 0.6, 0.7, 0.3), [(15, 45), 5, 10, (20, 30), [0.5, 0.85, 1.0]]
OPEN, SEASON = [12_000, 900, 250, 120, 80, 0], (0.6, 0.8, 1.6, 1.0, 0.9, 1.1, 0.8, 0.7, 1.3, 1.0, 1.1, 1.1)
IDS = ("leads", "mql", "sql", "opportunities", "deals", "orders")


def plan(rates=RATES, lags=LAGS, opened=OPEN, *, season=SEASON, months=12, goal=1e9, value=1.2e6, delivery=30, caps=()):
    """One channel for each of ``caps`` (None: no limit; none given: one without), all with the same share."""
    ids = [*IDS[: len(rates)], "orders"]
    stages = [Stage(id_, id_, "", rate, as_lag(lag)) for id_, rate, lag in zip(ids, rates, lags)]
    channels = [Channel(f"c{k}", f"c{k}", "leads", share=1.0, capacity=cap) for k, cap in enumerate(caps or (None,))]
    return Plan(
        title="test", lang="ja", goal=Goal("revenue", goal), start=START, months=months, order_value=value,
        stages=(*stages, Stage("orders", "orders")), channels=tuple(channels), kpis=(), season=season,
        delivery_days=delivery, pipeline=dict(zip(ids, opened)),
    )  # fmt: skip


def simulated(rates, lags, opened, *, season, months, goal, value, delivery, caps, age):
    """Orders paid by the deadline, orders by month, and orders paid later, day by day: nothing shared with the program
    but Fractions.

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
    later = sum(count for day, count in paid.items() if day >= end.toordinal())
    return in_time, by_month(stages[-1], START, months)[1:-1], later


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


@pytest.mark.parametrize("seed", often(range(200), range(30)))
def test_random_plans_land_where_the_simulation_does(seed):
    given, age = some_plan(seed), AGES[seed % 2]
    in_time, months, later = simulated(**given, age=age)
    found = PlanOutlook(Targets(plan(**given)), age)
    assert (found.orders, found.later) == (in_time, later)
    assert list(found.run.orders) == months


@pytest.mark.parametrize("age", ["new", "half"])
def test_the_year_of_a_billion_yen_lands_below_its_goal(age):
    """The arithmetic of the need is exact and all is covered in leads, yet April's orders can't be had in time."""
    in_time, _, later = simulated(
        RATES, LAGS, OPEN, season=SEASON, months=12, goal=1e9, value=1.2e6, delivery=30, caps=(), age=age
    )
    found = PlanOutlook(Targets(plan()), age)
    assert (float(found.orders), float(found.later)) == pytest.approx((float(in_time), float(later)), rel=1e-12)
    assert 0.92 < found.share < 0.93 and found.revenue == found.orders * 1_200_000
    # every stage but the leads' own falls short before the start
    assert [stage > 0 for stage in found.shortage] == [True] * 6


def test_a_plan_that_can_be_reached_lands_on_its_goal():
    """No lag, nothing open: what is planned is what comes, 12 orders."""
    found = PlanOutlook(Targets(plan([0.5], [0], [0, 0], goal=12e6, value=1e6, delivery=0)))
    assert (found.orders, found.share, found.shortage) == (12, 1, [0, 0])


def covered(given):
    """The same plan with so much open that no stage is short: of each what should have entered it before the start."""
    ids, opened, below = [*IDS[: len(given["rates"])], "orders"], [], Fraction(0)
    for rate, needed in zip([1, *reversed(given["rates"])], reversed(Targets(plan(**given)).needed), strict=True):
        there = below / Fraction(str(rate))
        opened.append(max(Fraction(0), needed.before - there))
        below = there + opened[-1]
    return plan(**given).with_(pipeline=dict(zip(ids, map(float, reversed(opened)))))


@pytest.mark.parametrize("seed", range(12))
def test_without_a_shortage_and_a_limit_the_goal_is_reached_but_for_what_takes_longer(seed):
    """Nothing is lost: what does not come by the deadline comes after it, of items that take long."""
    given = {**some_plan(seed), "caps": (), "opened": []}
    outlook = PlanOutlook(Targets(covered(given)), AGES[seed % 2])
    assert max(outlook.shortage) < 1e-9 * outlook.targets.rounded[0]
    assert float(outlook.orders + outlook.later) == pytest.approx(float(outlook.targets.orders), rel=1e-12)
    assert outlook.later >= 0


@pytest.mark.parametrize("delivery", [0, 30])
def test_where_each_lag_is_one_number_of_days_all_of_it_is_in_time(delivery):
    """What is open is through after 60 + 20 days, the year has 366: only leads of the last days could be late, and a
    lead is planned 80 days, and those of delivery, before the goal's day."""
    given = {"rates": [0.2, 0.5], "lags": [60, 20], "season": SEASON, "delivery": delivery, "opened": []}
    outlook = PlanOutlook(Targets(covered(given)))
    assert float(outlook.orders) == pytest.approx(834, rel=1e-12)  # 10億円 ÷ 120万円, rounded up
    assert outlook.later == 0


def test_what_takes_longer_is_what_comes_of_leads_in_the_days_near_the_end():
    """30 orders in April, one a day; every lead orders, after 0 to 9 days.  On the day that has k days of April with
    itself (k = 1 … 9) k/10 leads are planned, as only k of the 10 waits end in April; of these leads 10 − k of 10 wait
    longer: Σ k/10 × (10 − k)/10 = 165/100 = 1.65 orders come in May."""
    given = plan([1.0], [(0, 9)], [0, 0], season=(1.0,) * 12, months=1, goal=30e6, value=1e6, delivery=0)
    before = Targets(given).needed[0].before  # 4.5 leads of March: open ones, which all order in time
    outlook = PlanOutlook(Targets(given.with_(pipeline={"leads": float(before)})))
    assert outlook.later == Fraction(165, 100)
    assert outlook.orders == Fraction(30) - Fraction(165, 100)


@pytest.mark.parametrize("seed", range(12))
def test_with_closed_months_the_run_goes_on_from_what_these_brought(seed):
    """Day by day: what entered in closed months is even over the month's days, whatever the run would say; who would
    have gone on in these months has done so and is counted there."""
    dice, given = random.Random(seed), {**some_plan(seed), "caps": ()}
    count, age = dice.randint(1, given["months"]), AGES[seed % 2]
    months = [START, *(dt.date(START.year + (k + 3) // 12, (k + 3) % 12 + 1, 1) for k in range(1, given["months"] + 1))]
    base = plan(**given)
    actuals = {(f"stage:{one.id}", k): dice.choice([0, 3, 12.5, 40]) for one in base.stages for k in range(count)}
    base = base.with_(actuals=actuals, settings={"closed_until": months[count - 1], "outlook_age": age})
    outlook = PlanOutlook(Targets(base))
    today, end = months[count].toordinal(), months[-1].toordinal()

    def brought(stage):
        """The days of the closed months with what entered on them."""
        for k in range(count):
            days = range(months[k].toordinal(), months[k + 1].toordinal())
            yield from ((day, Fraction(str(actuals[f"stage:{stage.id}", k])) / len(days)) for day in days)

    entered = dict(brought(base.stages[0]))
    leads = {START.toordinal() + day: won for day, won in enumerate(outlook.leads_by_day)}
    entered.update({day: won for day, won in leads.items() if day >= today})
    for stage, rate, lag, opened in zip(base.stages[1:], given["rates"], given["lags"], given["opened"]):
        rows, _ = run_forward(START, entered, [rate], [lag], [opened, 0], age=age)
        entered = {**dict(brought(stage)), **{day: won for day, won in rows[1].items() if day >= today}}
    first = START.toordinal()
    entered[first] = entered.get(first, 0) + Fraction(str(given["opened"][-1]))
    in_time = sum(won for day, won in entered.items() if day + given["delivery"] < end)
    assert (outlook.orders, outlook.later) == (in_time, sum(entered.values()) - in_time)


def test_at_an_even_pace_as_much_comes_early_for_the_next_period_as_comes_late_for_this_one():
    """Why it is lost, and why it is nothing to worry about: who takes longer than planned goes over into the next
    period, and as many of that period's leads, won in this one's months, are quicker.  The weights are the days of the
    months, so each day of both periods needs the same; the leads of the next one are simulated."""
    lags, days = [(5, 35), (0, 20)], (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    given = {"rates": [0.2, 0.5], "lags": lags, "season": tuple(map(float, days)), "months": 4, "delivery": 30}
    this = covered({**given, "goal": 122e6, "value": 1e6, "opened": []})  # an order a day, April to July
    following = goal_days(dt.date(2027, 8, 1), dt.date(2027, 11, 30), given["season"])  # 122 days too
    for lag in reversed([*lags, 30]):
        following = earlier(following, lag)
    end = dt.date(2027, 8, 1).toordinal()
    won = {day: part * 122 * 10 for day, part in following.items() if START.toordinal() <= day < end}
    _, paid = run_forward(START, won, given["rates"], lags, [0, 0, 0], delivery=30)
    early = sum(count for day, count in paid.items() if day < end)
    assert float(PlanOutlook(Targets(this)).later) == pytest.approx(float(early), rel=1e-12) and early > 1


def test_leads_that_are_planned_from_the_plans_end_to_a_later_deadline_come_as_well():
    """No lag: 12 orders in April and May, the sheet has April alone; the one channel brings 4 leads of 6 a month."""
    given = plan([1.0], [0], [0, 0], season=(1.0,) * 12, months=1, goal=12e6, value=1e6, delivery=0, caps=(None,))
    given = given.with_(goal=replace(given.goal, deadline=dt.date(2027, 5, 31)))
    outlook = PlanOutlook(Targets(given))
    assert (outlook.orders, outlook.later, list(outlook.run.orders)) == (12, 0, [6])
    (channel,) = given.channels
    limited = PlanOutlook(Targets(given.with_(channels=(replace(channel, capacity=4.0),))))
    assert (limited.orders, limited.later) == (8, 0)


def test_a_channel_that_can_not_bring_its_leads_pulls_the_outlook_down():
    """24 leads in two months of equal weight, 12 a month; the only channel brings 9 a month: 18 leads, 9 orders."""
    given = plan([0.5], [0], [0, 0], season=(1.0,) * 12, months=2, goal=12e6, value=1e6, delivery=0, caps=(9,))
    found = PlanOutlook(Targets(given))
    assert found.orders == 9
    assert [(one.channel.id, one.month, one.planned, one.limit) for one in exceeded(found)] == [
        ("c0", 0, 12, 9), ("c0", 1, 12, 9),
    ]  # fmt: skip


@pytest.mark.parametrize("gone", [{"on": False}, {"share": 0.0}, {"stage": "orders"}])
def test_leads_that_nobody_wins_bring_no_orders(gone):
    """60 orders are needed; of 40 open deals half order, as where the one channel could bring 0 leads."""
    given = plan([0.1, 0.5], [0, 0], [0, 40, 0], season=(1.0,) * 12, months=2, goal=60e6, value=1e6, delivery=0)
    (channel,) = given.channels
    for one in (replace(channel, **gone), replace(channel, capacity=0.0)):
        found = PlanOutlook(Targets(given.with_(channels=(one,))))
        assert (found.orders, found.later, sum(found.leads)) == (20, 0, 0)
        assert found.share == Fraction(1, 3) and not found.is_reached
    assert PlanOutlook(Targets(given)).orders == 60


def test_the_months_have_what_counts_for_the_goal():
    """An order a day from April to June, each paid ten days later: after 20 June none is asked for."""
    days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    base = plan([1.0], [0], [0, 0], season=days, months=3, goal=91e6, value=1e6, delivery=0)
    found = PlanOutlook(Targets(base.with_(delivery_days=10)))
    for one in (found.orders_in_time, found.paid_in_time):
        assert one.total == sum(one.months) + one.after == found.orders
    # what was needed before the start is not there: the first ten days' revenue, of 91 days
    assert found.orders == 81 and found.orders_in_time.months == (30, 31, 20) and found.orders_in_time.after == 0
    assert found.paid_in_time.months == (20, 31, 30)
    assert found.later == 0  # nothing is planned after 20 June


@pytest.mark.parametrize("seed", range(20))
def test_the_months_of_json_are_those_in_time_too(seed):
    """Due a month before the end, at it or after it: months and what comes after them are what counts, the late apart.

    By each month's end came what was paid by then and by the deadline, in the simulation's days."""
    dice, given = random.Random(seed), some_plan(seed)
    base = plan(**{**given, "caps": (), "months": given["months"] + 1})
    end = Targets(base).plan_end
    base = base.with_(goal=replace(base.goal, deadline=end + dt.timedelta(dice.choice([-25, -1, 40]))))
    found, json = PlanOutlook(Targets(base)), shown(base)["outlook"]
    leads = {START.toordinal() + day: won for day, won in enumerate(found.leads_by_day)}
    opened = [base.pipeline[stage.id] for stage in base.stages]
    _, paid = run_forward(START, leads, given["rates"], given["lags"], opened, delivery=given["delivery"])
    edges = [dt.date.fromisoformat(f"{row['month']}-01").toordinal() for row in json["by_month"]] + [end.toordinal()]
    for row, first, last in zip(json["by_month"], edges, edges[1:]):
        counted = (n for day, n in paid.items() if first <= day < last and day <= base.goal.deadline.toordinal())
        assert row["revenue"] == pytest.approx(float(sum(counted) * Fraction(given["value"])), rel=1e-12)
    for key in ("orders", "revenue"):
        rows = [*json["by_month"], json["after_months"]]
        assert sum(row[key] for row in rows) == pytest.approx(json[key], rel=1e-12)


def test_orders_of_the_open_pipeline_may_come_too_late_or_after_the_plan():
    """Nothing is asked for; 30 open deals order after 85 days, of 91, and are paid ten days later."""
    base = plan([1.0], [85], [30, 0], season=(1.0,) * 12, months=3, goal=1e6, value=1e6, delivery=10)
    late = PlanOutlook(Targets(base))
    assert (late.orders_in_time.total, sum(late.orders_in_time.months), late.later) == (0, 0, 30)
    longer = base.with_(goal=Goal("revenue", 1e6, deadline=dt.date(2027, 7, 31)))
    in_time = PlanOutlook(Targets(longer))
    assert in_time.orders_in_time.months == (0, 0, 30) and in_time.later == 0
    assert (in_time.paid_in_time.months, in_time.paid_in_time.after) == ((0, 0, 0), 30)  # paid in July


def test_what_is_needed_anew_is_the_need_less_whole_things_that_are_covered():
    """10億円: 834 orders ÷ (0.6 × 0.7 × 0.3) = 6,619.05 SQL are needed, 6,620.  250 SQL, 120 商談 and 80 案件 stand for
    250 + 120 ÷ 0.6 + 80 ÷ (0.6 × 0.7) = 640.48: 640 whole ones, before the start, and no month says else."""
    targets = Targets(plan())
    need, new = targets.whole_needed[2], targets.whole_new[2]
    assert (need.total, targets.whole_covered[2], new.before) == (6620, 640, need.before - 640)
    assert (new.months, new.next, targets.whole_outside[2]) == (need.months, need.next, need.before + need.next)


@pytest.mark.parametrize("seed", range(30))
def test_whole_numbers_of_need_cover_and_rest_fit_in_every_month(seed):
    targets = Targets(plan(**some_plan(seed)))
    for need, new, exact, credit in zip(targets.whole_needed, targets.whole_new, targets.new, targets.credit):
        assert new.total == max(0, need.total - floor(credit)) or not exact.total
        sums = list(zip(accumulate(need.parts), accumulate(new.parts), accumulate(exact.parts)))
        assert all(rest == (total - floor(credit) if left else 0) and rest >= left for total, rest, left in sums)


def test_without_a_goal_there_is_no_share():
    assert PlanOutlook(Targets(plan([0.5], [0], [0, 0], goal=0, delivery=0))).share is None


@pytest.mark.parametrize(
    "orders, needed, kind, share, reached",
    [
        (59.6, 60, "count", 1, True),  # said as 60 orders
        (59.4, 60, "count", 0.99, False),  # said as 59
        (9.6, 10, "count", 0.96, False),  # so few are said with a decimal: 9.6
        (3.96, 4, "count", 1, True),  # said as 4
        (3.6, 4, "count", 0.9, False),
        (19.6, 20, "revenue", 0.98, True),  # money is said as it is; no order is missing
        (62, 60, "count", 62 / 60, True),
        (199.2, 200, "count", 0.99, False),  # 99.6 % would be shown as 100 %, which is not reached
        (19.95, 20, "revenue", 0.99, True),
        (20 - 1e-12, 20, "revenue", 1, True),  # the last digits of a cell
    ],
)
def test_count_and_percent_of_one_sentence_do_not_contradict_each_other(orders, needed, kind, share, reached):
    assert float(told_share(orders / needed, orders, needed, kind)) == pytest.approx(share)
    assert is_rounding(orders, needed) is reached
