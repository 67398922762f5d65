"""Monthly fees (K1): the orders that a goal needs, what orders bring by month, and what closed months leave.

The expected numbers come from a simulation written here: orders on single days, each paid for once a month from
the month of its delivery to that of the last day that counts.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import replace
from fractions import Fraction
from math import ceil

import pytest

from tests.closed_plans import closed, small
from tests.plan.test_closed_on_plan import shut_one_by_one
from tests.plan.test_closing import on_plan
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.channels.lead_orders import LeadOrders
from xl_kpi.plan.checks import check
from xl_kpi.plan.economics.figures import Economics
from xl_kpi.plan.economics.inputs import inputs_of
from xl_kpi.plan.fields import with_values
from xl_kpi.plan.findings import doubts
from xl_kpi.plan.goal.fees import times, worth
from xl_kpi.plan.goal.parts import order_brings
from xl_kpi.plan.model import AgreedTargets, Goal, Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.periods.next_period import NextPeriod
from xl_kpi.plan.targets import Targets

FEE = 50_000.0
START = dt.date(2026, 4, 1)
DAY = dt.timedelta(days=1)


def fees(goal: float = 39e6, months: int = 12, **changes) -> Plan:
    """A plan of two channels without lags, whose orders bring a fee each month; 39 million: 10 orders a month."""
    base = small(months=months, reached=0)
    stages = tuple(replace(one, lag=one.lag and Lag(0, 0)) for one in base.stages)
    settings = {"revenue_way": "monthly", "monthly_fee": FEE, **changes.pop("settings", {})}
    kept = {"goal": Goal("revenue", goal), "delivery_days": 0, "order_value": 2e6, **changes}
    return base.with_(stages=stages, settings=settings, **kept)


def index_of(day: dt.date) -> int:
    return (day.year - START.year) * 12 + day.month - START.month


def last_day(plan: Plan) -> dt.date:
    if plan.goal.deadline:
        return plan.goal.deadline
    month = START.month - 1 + plan.months
    return dt.date(START.year + month // 12, month % 12 + 1, 1) - DAY


def goal_days(plan: Plan) -> dict[dt.date, Fraction]:
    """The part of the orders that is delivered on each day: the weights of the months, even within each."""
    weights, day = {}, START
    while day <= last_day(plan):
        weights[day] = Fraction(str(plan.season[day.month - 1])) / monthrange(day.year, day.month)[1]
        day += DAY
    total = sum(weights.values())
    return {day: weight / total for day, weight in weights.items()}


def paid(plan: Plan, delivered: dict[dt.date, Fraction]) -> list[Fraction]:
    """How many fees come in each month up to that of the last day that counts."""
    found = [Fraction(0)] * (index_of(last_day(plan)) + 1)
    for day, orders in delivered.items():
        for month in range(index_of(day), len(found)) if day <= last_day(plan) else ():
            found[month] += orders
    return found


SEASON = (1.0, 0.5, 2.0, 1.0, 0.0, 1.5, 1.0, 1.0, 0.25, 1.0, 1.0, 3.0)
FIRST_ONLY, LAST_ONLY = ((*[0.0] * 3, 1.0, *[0.0] * 8), (*[0.0] * 2, 1.0, *[0.0] * 9))
CASES = {
    "even": ({}, Fraction(13, 2)),  # (12 + 11 + … + 1) ÷ 12
    "first month": ({"season": FIRST_ONLY}, Fraction(12)),
    "last month": ({"season": LAST_ONLY}, Fraction(1)),
    "season": ({"season": SEASON}, None),
    "one month": ({"months": 1}, Fraction(1)),
    "three years": ({"months": 36}, Fraction(37, 2)),
    "deadline before the end": ({"goal": Goal("revenue", 39e6, dt.date(2026, 10, 12))}, None),
    "deadline after the end": ({"goal": Goal("revenue", 39e6, dt.date(2027, 6, 30))}, Fraction(8)),
}


@pytest.mark.parametrize("name", CASES)
def test_orders_by_the_weights_bring_the_goal(name):
    changes, expected = CASES[name]
    plan = fees().with_(**changes)
    by_hand = sum(paid(plan, goal_days(plan)))
    assert times(plan) == by_hand == (by_hand if expected is None else expected)
    targets = Targets(plan)
    assert order_brings(plan) == Fraction(FEE) * by_hand
    assert targets.orders == ceil(Fraction(39_000_000) / (Fraction(FEE) * by_hand))


def test_the_example_of_the_docs():
    """39 million a year at 50,000 a month: 120 orders, 10 a month, of which the first pay 12 times, the last once."""
    plan = fees()
    targets = Targets(plan)
    assert targets.orders == 120
    assert list(targets.whole_new[-1].months) == [10] * 12
    months = targets.revenue.months  # 10, 20, … 120 fees
    assert [float(one) for one in months] == [10 * (k + 1) * FEE for k in range(12)]
    outlook = PlanOutlook(targets)
    assert (outlook.orders, outlook.reached, outlook.share) == (120, 39_000_000, 1)
    assert outlook.reached_by_month.months == months


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("delivery", [0, 20, 75])
def test_the_outlook_is_the_simulation_of_its_orders(name, delivery):
    """Orders of each day of the forward run, delivered some days later, paid for month by month."""
    plan = fees(delivery_days=delivery, pipeline={"orders": 7.0}).with_(**CASES[name][0])
    outlook = PlanOutlook(Targets(plan))
    length = (last_day(plan) - START).days + 40
    orders = outlook.entered_by_day(length)[-1]
    delivered: dict[dt.date, float] = {}
    for day, (before, after) in enumerate(zip(orders, orders[1:])):
        when = START + (day + delivery) * DAY
        delivered[when] = delivered.get(when, 0.0) + after - before
    by_hand = [float(one) for one in paid(plan, delivered)]
    found = outlook.paid_times
    assert [float(one) for one in found.months] == pytest.approx(
        [*by_hand[: plan.months], *[0.0] * (plan.months - len(by_hand))], rel=1e-9, abs=1e-9
    )
    assert float(found.after) == pytest.approx(sum(by_hand[plan.months :]), rel=1e-9, abs=1e-9)
    assert float(outlook.reached) == pytest.approx(sum(by_hand) * FEE, rel=1e-9)
    brought = LeadOrders(outlook)
    assert sum(brought.money(0)) == pytest.approx(float(outlook.revenue), abs=1)


def test_a_delivery_after_the_end_counts_nothing():
    outlook = PlanOutlook(Targets(fees(months=2, delivery_days=90)))
    assert (outlook.orders, outlook.reached, outlook.paid_times.total) == (0, 0, 0)
    assert outlook.later_reached is None  # none of their fees comes in the period


def test_existing_customers_bring_their_part_by_the_weights():
    """50 million, 12 million of it existing: 38 by fees: a month has a 12th of the 12 and k+1 of 78 parts of the 38."""
    plan = fees(50e6, settings={"existing_revenue": 12e6})
    months = Targets(plan).revenue.months
    assert sum(months) == 50_000_000
    assert [float(one) for one in months] == pytest.approx([1e6 + 38e6 * (k + 1) / 78 for k in range(12)])


def test_profit_has_the_margin_of_each_fee():
    plan = fees(settings={"gross_margin": 0.4}).with_(goal=Goal("profit", 15.6e6))
    targets = Targets(plan)
    assert targets.orders == 120
    assert PlanOutlook(targets).reached == 15_600_000


def test_at_once_is_as_it_was():
    plan = fees()
    once = with_values(plan, {"revenue_way": "once", "monthly_fee": None})
    assert once == plan.with_(settings={})
    assert Targets(once).orders == ceil(39e6 / 2e6)
    assert PlanOutlook(Targets(once)).paid_times == PlanOutlook(Targets(once)).paid_in_time


# --- closed months


@pytest.mark.parametrize("delivery", [0, 10, 45])
@pytest.mark.parametrize("season", [(1.0,) * 12, SEASON])
@pytest.mark.parametrize("count", [1, 4])
def test_closed_on_plan_moves_no_number(delivery, season, count):
    base = fees(41.3e6, delivery_days=delivery, season=season)
    base = base.with_(pipeline={"orders": float(Targets(base).new[-1].before)})  # nothing short at the start
    shut = shut_one_by_one(on_plan(base, count), count)
    was, now = Targets(base), Targets(shut)
    for before, after in zip(was.new, now.new, strict=True):
        assert [float(one) for one in after.months[count:]] == pytest.approx(
            [float(one) for one in before.months[count:]], rel=1e-9, abs=1e-9
        )
    assert [one.months for one in now.whole_new] == [one.months for one in was.whole_new]
    assert [float(one) for one in now.revenue.months[count:]] == pytest.approx(
        [float(one) for one in was.revenue.months[count:]]
    )


def shut(plan: Plan, orders: list[float], revenue: list[float] | None = None) -> Targets:
    """The targets with so many months closed that brought these orders."""
    actuals = {("stage:orders", k): count for k, count in enumerate(orders)}
    actuals |= {("stage:revenue", k): amount for k, amount in enumerate(revenue or [])}
    return Targets(shut_one_by_one(plan.with_(actuals=actuals), len(orders)))


def test_orders_that_are_missing_are_made_up_for_by_more_later_ones():
    """10 orders of the first month are 120 fees; the others are paid 6 times on average: 10 × 12 ÷ 6 = 20 more."""
    targets = shut(fees(), [0.0])
    assert targets.closing.fees_missing == 780  # all fees that the goal needs
    assert targets.closing.orders == 130 == targets.closing.missing  # × 6
    rows = [float(one) for one in targets.new[-1].months]
    assert rows[1:] == pytest.approx([130 / 11] * 11)
    fees_to_come = sum(orders * (12 - month) for month, orders in enumerate(rows))
    assert fees_to_come * FEE == pytest.approx(39e6)
    outlook = PlanOutlook(targets)
    assert float(outlook.reached) == pytest.approx(39e6)
    assert float(outlook.share) == pytest.approx(1)


def test_more_orders_early_need_fewer_later():
    """20 instead of 10 in the first month: 240 fees, 540 are left ÷ 6 = 90 orders instead of 110."""
    targets = shut(fees(), [20.0])
    assert float(targets.closing.orders) == pytest.approx(90)
    assert float(PlanOutlook(targets).reached) == pytest.approx(39e6)


def test_as_many_orders_but_late_fall_short():
    """All 120 orders come, but in the second half of the year: 120 × 3.5 of 780 fees, 54 %."""
    late = [0.0] * 6 + [20.0] * 6
    targets = shut(fees(), late)
    outlook = PlanOutlook(targets)
    assert float(outlook.orders) == pytest.approx(120)
    assert float(outlook.share) == pytest.approx(120 * 3.5 / 780)
    assert not outlook.is_reached
    # no month is left: what is missing is told as orders of the goal
    closing, rounding = targets.closing, targets.closing.kept("stage:orders:fees:there")
    assert closing.fees_won - rounding == 420
    assert abs(rounding) <= 12  # what whole targets of a month came to more than the exact ones
    assert closing.too_late == (780 - closing.fees_won) / Fraction(13, 2)


def test_the_revenue_that_was_typed_lowers_what_is_left_of_the_goal():
    """5 of 39 million came in the first quarter (3 were planned): 34 are left, in the proportions of the plan."""
    targets = shut(fees(), [10.0] * 3, [1e6, 2e6, 2e6])
    rest = sum(10 * (k + 1) for k in range(3, 12))
    assert [float(one) for one in targets.revenue.months[3:]] == pytest.approx(
        [34e6 * 10 * (k + 1) / rest for k in range(3, 12)]
    )
    # closed at once, 2 million more are 40 fees, and an order of the open months is paid for 5 times: 8 of 90 less
    at_once = Targets(closed(targets.plan.with_(agreed=AgreedTargets({})), 3))
    assert (at_once.closing.apart, float(at_once.closing.orders)) == (2_000_000, pytest.approx(82))


def test_what_was_typed_of_the_closed_months_moves_no_fee_to_the_first_open_one():
    """60 million, 185 orders: 15.42 a month, shown as 16, 15, 16, 15, so that 4 × 15.42 + 15.42 = 77.08 pay in August.

    The revenue that is typed is the goal's of these months, 1 to 4 of 78 parts and not 16 + 31 + 47 + 61.67 fees.
    """
    typed = [float(round(60e6 * (k + 1) / 78)) for k in range(4)]
    outlook = PlanOutlook(shut(fees(60e6), [16.0, 15.0, 16.0, 15.0], typed))
    assert [float(one) for one in outlook.reached_by_month.months[:4]] == pytest.approx(typed)
    later = [float(one) / FEE for one in outlook.reached_by_month.months[4:]]
    assert later == pytest.approx([185 / 12 * (k + 1) for k in range(4, 12)], rel=1e-5)
    assert sum(outlook.reached_by_month.parts) == outlook.reached


# --- the next period, what an order is worth, findings


def test_this_periods_orders_go_on_in_the_next_one():
    """120 orders × 12 × 50,000 = 72 million; of 111 million 39 are left: 120 orders again.  10 % leave: 142."""
    plan = fees(settings={"next_value": 111e6})
    period = NextPeriod(Targets(plan))
    assert (period.going_on, period.times, period.orders) == (72_000_000, Fraction(13, 2), 120)
    leaving = NextPeriod(Targets(fees(settings={"next_value": 111e6, "existing_churn": 0.1})))
    assert leaving.orders == ceil(Fraction(111_000_000 - 64_800_000) / 325_000)
    assert NextPeriod(Targets(fees())).orders == 0  # the same goal again is there already


def test_an_order_is_worth_its_fees_for_as_long_as_a_customer_stays():
    assert worth(fees()) is None
    assert worth(fees(settings={"ltv_contract": 24})) == 1_200_000
    assert worth(fees(settings={"ltv_churn": 0.02})) == 2_500_000
    assert worth(fees(settings={"revenue_way": "once"})) == 2_000_000


def test_a_channel_is_too_dear_by_the_worth_of_an_order():
    def dear(**settings) -> list[str]:
        return [one.channel.id for one in PlanOutlook(Targets(fees(settings=settings))).too_dear]

    outlook = PlanOutlook(Targets(fees()))
    web, ads = (outlook.cost_of_order(channel) / Fraction(FEE) for channel in outlook.plan.channels)  # 13.3, 33.3 fees
    assert dear() == []  # nobody has said how long a customer stays
    assert dear(ltv_contract=ceil(web) - 1) == ["web", "ads"]
    assert dear(ltv_contract=ceil(web)) == ["ads"]
    assert dear(ltv_contract=ceil(ads)) == []


def ltv(**settings) -> Fraction | None:
    """50,000 a month at a margin of 60 %, and what was typed on 採算."""
    plan = fees(settings={"gross_margin": 0.6, **settings})
    return Economics(Targets(plan), inputs_of(plan)).ltv


def test_ltv_is_the_fee_for_as_long_as_a_customer_stays():
    assert ltv() is None  # nobody has said how long
    assert ltv(ltv_contract=24) == 720_000  # 24 × 50,000 × 60 %
    assert ltv(ltv_churn=0.02) == 1_500_000  # 50 months; no first order beside it, though there is an order value
    assert ltv(ltv_churn=0.02, ltv_first=100_000.0) == 1_560_000  # a fee for setting up
    assert ltv(ltv_contract=24, ltv_value=60_000.0) == 864_000  # what was typed there goes before


def keys(plan: Plan) -> set[str]:
    return {one.key for one in check(plan)} | {one.key for one in doubts(plan)}


def test_what_is_said_of_fees():
    blank = [one for one in check(fees(settings={"monthly_fee": None})) if one.cell == "monthly_fee"]
    assert [(one.level, one.key) for one in blank] == [("error", "plan_check_monthly_fee")]
    negative = [one for one in check(fees(settings={"monthly_fee": -1.0})) if one.level == "error"]
    assert {one.cell for one in negative} == {"monthly_fee"}
    assert "plan_check_fee_unused" in keys(fees(settings={"revenue_way": "once"}))
    assert "plan_check_fee_counted" in keys(fees().with_(goal=Goal("orders", 60.0)))
    assert not keys(fees()) & {"plan_check_fee_unused", "plan_check_fee_counted"}
    assert check(fees(order_value=None)) == check(fees())  # the order value is not asked for
