"""次の期 (K16): what the goal after this one needs of this plan's months, held to a simulation day by day."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction

import pytest

from tests.agreement.books import template_plan
from tests.agreement.selected import often
from tests.calc import day_by_day
from xl_kpi.calc import required_stages
from xl_kpi.calc.lag import Lag
from xl_kpi.commands.plans.show import shown
from xl_kpi.plan.model import Channel, Goal, Plan, Stage
from xl_kpi.plan.periods.next_period import NextPeriod
from xl_kpi.plan.targets import Targets

START = dt.date(2026, 4, 1)


def plan(rates=(0.1,), lags=(30,), **changes) -> Plan:
    """Leads → orders: every tenth lead orders, 30 days later; two channels, 3 to 1; 12 orders in two months."""
    ids = ("leads", "mql", "sql")[: len(rates)]
    stages = [Stage(name, name, "", rate, lag_of(lag)) for name, rate, lag in zip(ids, rates, lags, strict=True)]
    base = Plan(
        "test", "ja", Goal("orders", 12), START, 2, (*stages, Stage("orders", "受注")),
        (Channel("web", "Web", "leads", share=0.75), Channel("ads", "広告", "leads", share=0.25)), (),
    )  # fmt: skip
    return base.with_(**changes)


def lag_of(lag) -> Lag:
    if isinstance(lag, list):
        return Lag(curve=tuple(lag))
    return Lag(*lag) if isinstance(lag, tuple) else Lag(lag, lag)


def of(given: Plan) -> NextPeriod:
    return NextPeriod(Targets(given))


def test_the_last_months_work_for_the_same_goal_again():
    # June and July need 6 orders each, as April and May do: 60 leads each, 30 days earlier.  June's 30 days of leads
    # fall on 2 to 31 May; July's 31 fall on 1 June to 1 July: after the plan.
    period = of(plan())
    assert (period.start, period.deadline, period.orders) == (dt.date(2026, 6, 1), dt.date(2026, 7, 31), 12)
    leads = period.new[0]
    assert (leads.before, leads.months, leads.next) == (0, (0, 60), 60)
    assert period.new[-1].months == (0, 0)
    assert period.begins == (dt.date(2026, 5, 2), dt.date(2026, 6, 1))


def test_it_is_rounded_as_this_plans_own_need_is():
    # 12 ÷ 0.13 = 92.3 leads, 93; July's 46.15 fall after the plan, June's 46.15 are 47: at least so many by then
    period = of(plan((0.13,)))
    assert period.rounded == period.targets.rounded == (93, 12)
    whole = period.whole_new[0]
    assert (whole.before, whole.months, whole.next) == (0, (0, 47), 46)
    # this plan's own: April's 46.15 before the start, 47; May's on 31 days, 30 of them in April: 90.8 by then, 91
    own = period.targets.whole_needed[0]
    assert (own.before, own.months, own.next) == (47, (44, 2), 0)


def test_each_channel_has_its_share():
    given = plan()
    assert of(given).of_channel(given.channels[0]).months == (0, 45)
    assert of(given).of_channel(given.channels[1]).months == (0, 15)


def test_a_goal_of_its_own():
    assert of(plan(settings={"next_value": 24})).new[0].months == (0, 120)


def test_a_goal_of_its_own_is_for_as_many_months_as_the_goal():
    yearly = plan(goal=Goal("orders", 72, months=12), settings={"next_value": 144.0})
    assert (Targets(yearly).goal, of(yearly).goal) == (12, 24)  # two months of 72 and of 144 a year


def test_money_becomes_whole_orders_and_is_delivered():
    # 10,000,000 ÷ 300,000 = 33.3 → 34 orders, in by 31 July, the first one on 1 June: ordered on 2 May
    given = plan(goal=Goal("revenue", 10_000_000), order_value=300_000, delivery_days=30)
    period = of(given)
    assert period.orders == 34
    assert period.begins[-1] == dt.date(2026, 5, 2)
    assert period.new[-1].months == (0, 17)


@pytest.mark.parametrize("opened", [0, 100, 150, 4000])
def test_what_this_period_has_too_much_of_lowers_no_need_of_the_next_one(opened):
    # 120 leads for this goal; all that are open order on 1 May, 30 days after the start: none is left for June and July
    period = of(plan(pipeline={"leads": opened}))
    assert (period.carried, period.new[0].months, period.new[0].next) == (0, (0, 60), 60)


def test_orders_of_proposals_that_come_this_year_are_none_of_the_next():
    # default.toml: 60 orders of 12 months, 0.25 × 0.4 × 0.5 × 0.6 × 0.4 of the leads order; lags of 101 days in all
    default = template_plan("default", "ja")
    many = [NextPeriod(Targets(default.with_(pipeline={"proposals": count}))) for count in (0, 150, 200, 400)]
    assert {one.rounded for one in many} == {(5000, 1250, 500, 250, 150, 60)}
    assert len({one.new for one in many}) == 1


def test_orders_beyond_the_goal_that_come_in_the_next_period_are_taken_off_it():
    # 200 leads order 61 days after the start, on 1 June: 20 orders, 8 beyond this goal of 12, which still asks for its
    # own; the next one's 12 need 4 more, so 40 leads in place of 120
    period = of(plan(lags=(61,), pipeline={"leads": 200}))
    assert (period.outlook.orders, period.outlook.later, period.carried) == (0, 20, 8)
    assert period.rounded == (40, 4)
    assert (period.orders, period.required[-1]) == (12, 4)


def test_at_most_the_whole_goal_is_taken_off():
    assert of(plan(lags=(61,), pipeline={"leads": 4000})).rounded == (0, 0)


def test_what_this_goal_still_counts_on_is_not_taken_off_too():
    # 120 leads are this goal's own, also where all of them come too late for it
    period = of(plan(lags=(61,), pipeline={"leads": 120}))
    assert (period.outlook.later, period.carried) == (12, 0)


def test_what_comes_between_both_periods_or_after_the_next_one_is_not_taken_off():
    # due on 30 April, planned to May: 200 leads order on 11 May, 40 days after the start
    between = of(plan(lags=(40,), goal=Goal("orders", 12, dt.date(2026, 4, 30)), pipeline={"leads": 200}))
    assert (between.start, between.outlook.later, between.carried) == (dt.date(2026, 6, 1), 20, 0)
    # one month, 75 days: on 15 June, when May's goal is over
    after = of(plan(lags=(75,), months=1, pipeline={"leads": 200}))
    assert (after.deadline, after.outlook.later, after.carried) == (dt.date(2026, 5, 31), 20, 0)


@pytest.mark.parametrize(
    ("months", "deadline", "start", "following"),
    [
        (12, None, dt.date(2027, 4, 1), dt.date(2028, 3, 31)),
        (6, None, dt.date(2026, 10, 1), dt.date(2027, 3, 31)),  # not the 30th, as this one's deadline
        (12, dt.date(2027, 1, 31), dt.date(2027, 4, 1), dt.date(2028, 1, 31)),  # due two months before the end
        (12, dt.date(2027, 6, 30), dt.date(2027, 7, 1), dt.date(2028, 9, 30)),  # due after it: 15 months
        (1, None, dt.date(2026, 5, 1), dt.date(2026, 5, 31)),
        (36, None, dt.date(2029, 4, 1), dt.date(2032, 3, 31)),
    ],
)
def test_when_the_next_period_begins_and_ends(months, deadline, start, following):
    period = of(plan(months=months, goal=Goal("orders", 12, deadline)))
    assert (period.start, period.deadline) == (start, following)


def test_a_short_plan_needs_a_part_before_its_own_start():
    # one month, 75 days from lead to order: of May's orders all leads fall before April
    period = of(plan(lags=(75,), months=1))
    assert (period.new[0].before, period.new[0].months) == (120, (0,))


def some_plan(seed: int) -> tuple[Plan, list, list, int]:
    """A plan of 1 to 18 months, its rates, its lags and its days of delivery."""
    dice = random.Random(seed)
    stages = dice.randint(1, 3)
    rates = [dice.randint(5, 100) / 100 for _ in range(stages)]
    lags = [dice.choice([0, 20, (5, 40), (0, 90), [0.5, 0.85, 1.0]]) for _ in range(stages)]
    season = tuple(dice.randint(1, 20) / 10 for _ in range(12))
    months = dice.choice([1, 2, 3, 6, 12, 18])
    delivery = dice.choice([0, 30])
    given = plan(
        rates, lags, months=months, season=season, delivery_days=delivery, order_value=1.0,
        goal=Goal("revenue", float(dice.randint(1, 500))), pipeline={"leads": dice.choice([0, 7000])},
        settings={"next_value": float(dice.randint(1, 500))},
    )  # fmt: skip
    return given, rates, lags, delivery


@pytest.mark.parametrize("seed", often(range(60), range(24)))
def test_random_plans_against_a_simulation_day_by_day(seed):
    given, rates, lags, delivery = some_plan(seed)
    period = of(given)
    orders = Fraction(given.settings["next_value"]) - simulated_carry(period, rates, lags, delivery)
    days = day_by_day.goal_days(period.start, period.deadline, given.season)
    rows = day_by_day.plan(days, [*lags, delivery], START, given.months)[:-1]
    for row, volume, found in zip(rows, required_stages(orders, rates), period.new, strict=True):
        assert [part * volume for part in row] == [found.before, *found.months, found.next]


def simulated_carry(period: NextPeriod, rates, lags, delivery) -> Fraction:
    """Orders beyond this goal that come in the next period, from the days on which they are paid."""
    given, own = period.plan, period.targets
    leads = {START.toordinal() + day: won for day, won in enumerate(period.outlook.leads_by_day) if won}
    opened = [given.pipeline.get(stage.id, 0) for stage in given.stages]
    _, paid = day_by_day.run_forward(START, leads, rates, lags, opened, delivery=delivery)
    longest = sum(max(day_by_day.lag_days(lag)) for lag in lags) + delivery
    if (own.deadline if leads else START).toordinal() + longest > period.deadline.toordinal():
        return Fraction(0)
    beyond = sum(paid.values()) - Fraction(str(given.goal.value))
    then = sum(count for day, count in paid.items() if day >= period.start.toordinal())
    return max(Fraction(0), min(then, beyond, Fraction(str(given.settings["next_value"]))))


def test_some_of_the_random_plans_carry_orders_over():
    """Where none did the trials would say nothing of what is taken off."""
    assert sum(of(some_plan(seed)[0]).carried > 0 for seed in range(60)) >= 5


@pytest.mark.parametrize("settings", [{"next_period": "off"}, {}, {"next_value": 100.0}])
def test_this_plans_own_numbers_do_not_depend_on_it(settings):
    own = shown(plan())
    found = shown(plan(settings=settings))
    assert (own.pop("following") is not None, found.pop("following") is None) == (True, "next_period" in settings)
    assert found == own
