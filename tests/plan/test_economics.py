"""採算 from a plan: by hand for a small plan, sums for the default one, nothing known, edges."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.agreement.books import template_plan
from xl_kpi.calc import ltv_cac
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.economics.figures import Economics
from xl_kpi.plan.economics.inputs import NOTHING, Costs, Customer, EconomicInputs, Segment, inputs_of
from xl_kpi.plan.model import Goal
from xl_kpi.plan.targets import Targets

_C1 = template_plan("c1", "ja")
# C1's 1,800 leads in six months; one in 40 orders, which a cell holds to the last digit: 45 orders
C1 = _C1.with_(goal=Goal("orders", 45.0), stages=(replace(_C1.stages[0], rate=0.025), *_C1.stages[1:]))
(WEB,) = C1.channels_on
BUYER = Customer(first=1_000_000, frequency=1, value=50_000, churn=0.05, margin=0.6)  # (1,000,000 + 20 × 50,000) × 60 %


def economics(plan=C1, **inputs) -> Economics:
    return Economics(Targets(plan), EconomicInputs(**({"ratio": 3, "customer": BUYER} | inputs)))


def two_channels(first: float, second: float, limits=(None, None), shares=(0.5, 0.5)):
    """C1 with two channels whose leads cost so much."""
    rows = zip(("web", "ads"), (first, second), limits, shares)
    channels = [
        replace(WEB, id=id_, name=id_, unit_cost=cost, capacity=limit, share=share) for id_, cost, limit, share in rows
    ]
    return C1.with_(channels=tuple(channels))


def test_c1_by_hand():
    """1,800 leads for 10,000 yen each are 18,000,000; with 1,800,000 of sales and 900,000 of systems 20,700,000."""
    plan = C1.with_(channels=(replace(WEB, unit_cost=10_000),))
    found = economics(plan, common=Costs(NOTHING, Fraction(1_800_000), Fraction(900_000)))
    (web,) = found.costs
    assert (web.units, web.orders, web.marketing) == (1_800, 45, 18_000_000)
    assert found.ltv == 1_200_000
    assert found.total == 20_700_000
    assert (found.acquisition.marketing, found.acquisition.sales, found.acquisition.systems) == (
        400_000,
        40_000,
        20_000,
    )
    assert found.all.cac == found.cac_of(web) == 460_000
    assert found.all.ratio == ltv_cac(1_200_000, 460_000)
    assert found.below_ratio(found.all)  # 2.609
    assert found.all.payback == 0  # the first order brings 600,000
    assert found.allowed_of(WEB) == [10_000, 400_000]
    assert found.too_dear(web) is None  # exactly what is allowed
    dearer = economics(C1.with_(channels=(replace(WEB, unit_cost=10_001),)))
    assert dearer.too_dear(dearer.costs[0]) == (10_001, 10_000)


def test_payback_counts_the_first_order():
    """300,000 at first and 30,000 a month: 420,000 are back after four months."""
    plan = C1.with_(channels=(replace(WEB, unit_cost=10_500),))
    found = economics(plan, customer=replace(BUYER, first=500_000))
    assert found.all.payback == 4


def test_customers_who_leave_before_the_cost_is_back_never_pay_it_back():
    """10,000 a lead, 40 leads an order: 400,000 a customer; 10,000 a month bring that in 40 months, if they stay."""
    plan = C1.with_(channels=(replace(WEB, unit_cost=10_000),))  # CAC 400,000
    monthly = Customer(first=0, frequency=1, value=20_000, margin=0.5)
    for ends, ltv in (({"churn": 1.0}, 10_000), ({"churn": 0.05}, 200_000), ({"contract": 36}, 360_000)):
        found = economics(plan, customer=replace(monthly, **ends))
        assert (found.ltv, found.all.cac, found.all.payback) == (ltv, 400_000, None)
        assert found.worth_of(found.costs[0]).payback is None
    assert economics(plan, customer=replace(monthly, contract=40)).all.payback == 40  # on the last day
    # a segment: 10,000 a month each, 1 of 20 lost: 200,000 against 300,000, and against 200,000
    segment = Segment("A", customers=20, lost=1, revenue=400_000, margin=0.5, won=1, cost=300_000)
    assert economics().segment(segment).payback is None
    assert economics().segment(replace(segment, cost=200_000)).payback == 20
    assert economics().segment(replace(segment, lost=None)).payback == 30  # nobody knows when they leave


def test_what_all_use_is_shared_by_orders():
    plan = two_channels(5_000, 20_000, shares=(0.75, 0.25))
    calling = replace(WEB, id="calls", name="calls", stage=plan.stages[-1].id, unit_cost=30_000, share=1.0)
    found = economics(plan.with_(channels=(*plan.channels, calling)), common=Costs(systems=Fraction(900_000)))
    web, ads, calls = found.costs
    assert calls.orders is None and calls.total == 45 * 30_000
    assert found.shared == 1_350_000 + 900_000
    assert found.customers == 45
    # the channels' customers cost together what everything costs
    assert web.orders * found.cac_of(web) + ads.orders * found.cac_of(ads) == found.total
    assert found.cac_of(web) == 5_000 * 40 + 50_000
    assert found.cac_of(ads) == 20_000 * 40 + 50_000


def test_typed_costs_come_on_top_of_the_unit_cost():
    """Ads: 900 leads for 20,000, and 1,800,000 besides: 22,000 a lead."""
    found = economics(two_channels(5_000, 20_000), costs={"ads": Costs(Fraction(1_800_000), Fraction(100_000))})
    web, ads = found.costs
    assert (ads.marketing, ads.sales, web.marketing) == (19_800_000, 100_000, 4_500_000)
    assert found.unit_cost_of(ads) == 22_000


def test_what_is_typed_row_by_row():
    """Of a channel by its name, of none, of one that is not on: nothing is lost; no kind is marketing."""
    rows = {
        "r1": {"item": "a", "channel": "ADS", "kind": "sales", "amount": 10},
        "r2": {"item": "b", "channel": "ads", "amount": 1.5},
        "r3": {"item": "c", "kind": "systems", "amount": 100},
        "r4": {"item": "d", "channel": "gone", "kind": "marketing", "amount": 1_000},
        "r5": {"item": "e", "channel": "web"},
    }
    settings = {"ltv_churn": 0.02, "ltv_ratio": 4, "work_days": 18, "gross_margin": 0.5}
    days = {"r1": {"month": 8, "days": 10}, "r2": {"month": 8, "days": 20}, "r3": {"month": 9}}
    plan = two_channels(1, 1).with_(tables={"tbl_costs": rows, "tbl_workdays": days}, settings=settings)
    found = inputs_of(plan)
    assert found.costs == {"ads": Costs(Fraction(3, 2), Fraction(10)), "web": Costs()}
    assert found.common == Costs(Fraction(1_000), Fraction(0), Fraction(100))
    assert (found.ratio, found.customer.churn, found.customer.margin, found.usual_days) == (4, 0.02, 0.5, 18)
    assert found.days == {8: 15}
    blank = inputs_of(C1)
    assert (blank.ratio, blank.usual_days, blank.segments, blank.work) == (3, 20, (), ())


def test_budget_goes_from_the_worst_to_the_best_with_room():
    """Orders for 800,000 (1,200,000 is 1.5 times that) and 200,000; the cheap one has 150 leads of 200 a month."""
    found = economics(two_channels(5_000, 20_000, (200, None)))
    ((giver, taker, move),) = found.moves
    assert (giver.channel.id, taker.channel.id) == ("ads", "web")
    assert move.amount == 6 * 50 * 5_000
    assert move.orders == Fraction(1_500_000, 200_000) - Fraction(1_500_000, 800_000)
    assert economics(two_channels(5_000, 20_000, (150, None))).moves == []  # no room
    assert economics(two_channels(5_000, 6_000)).moves == []  # nobody too dear
    # without a limit nobody knows how much it can grow: no further than its own largest month, and all are alike
    assert economics(two_channels(5_000, 20_000)).moves == []


def test_a_channel_without_a_limit_grows_to_the_largest_month_that_the_plan_asks_of_it():
    """900 of the leads are the web site's; with a season of 1.5 for three of six months 180 and 120 a month.

    Three months have room for 60 leads of 5,000 each, of the 18,000,000 that ads cost.
    """
    season = tuple(1.5 if month in (4, 5, 6) else 1.0 for month in range(1, 13))
    plan = two_channels(5_000, 20_000).with_(season=season)
    found = economics(plan)
    assert found.targets.whole_of_channel(plan.channels[0]).months == (180, 180, 180, 120, 120, 120)
    ((giver, taker, move),) = found.moves
    assert (giver.channel.id, taker.channel.id, move.amount) == ("ads", "web", 3 * 60 * 5_000)
    assert move.orders < found.customers / 10
    # half a year's lags later: what is won in the last months comes too late, so these have no room
    late = plan.with_(season=(1.0,) * 12, stages=(replace(plan.stages[0], lag=Lag(61, 61)), *plan.stages[1:]))
    found = economics(late)
    months = found.targets.whole_of_channel(late.channels[0]).months
    assert months[-2:] == (0, 0) and found.room_of(found.costs[0]) == 5_000 * sum(
        max(months) - month for month in months if month
    )


def test_a_channel_whose_customers_bring_more():
    plan = two_channels(5_000, 20_000)
    # 100 customers bring 10,000,000 a month at 60 %, two leave: 3,000,000 each
    found = economics(plan, segments=(Segment("ADS", "by channel", 100, 2, 10_000_000),))
    web, ads = found.costs
    assert (found.ltv_of(web.channel), found.ltv_of(ads.channel)) == (1_200_000, 3_000_000)
    assert found.moves == []
    # 60,000 a month and customer, nothing at first: 800,000 are back after 13 1/3 months
    assert found.worth_of(ads).payback == Fraction(800_000, 60_000)
    assert found.allowed_of(ads.channel)[-1] == 1_000_000
    # half of the orders each: LTV (1,200,000 + 3,000,000) ÷ 2, at first 600,000 ÷ 2, monthly (30,000 + 60,000) ÷ 2
    assert found.all.ltv == 2_100_000 and found.all.cac == 500_000
    assert found.all.payback == Fraction(500_000 - 300_000, 45_000)
    assert found.ltv == 1_200_000  # what the entries say stays what it is


def test_a_mean_is_not_known_where_a_part_of_it_is_not():
    """Ads have a segment; of the web site's customers nobody knows when they leave."""
    endless = Customer(frequency=1, value=5, churn=0)
    segments = (Segment("ads", "", 100, 2, 10_000_000),)
    found = economics(two_channels(5_000, 20_000), customer=endless, segments=segments)
    web, ads = found.costs
    assert found.worth_of(ads).ltv == 5_000_000 and found.worth_of(web).ltv is None
    assert found.all.ltv is None and found.all.ratio is None
    # 100,000 a month of ads' customers, 5 of the web site's: the cost comes back although nobody knows the LTV
    assert found.all.payback == Fraction(500_000, 50_002) * Fraction(50_002 * 2, 100_005)
    both = (*segments, Segment("web", "", 10, 1, 100))
    assert economics(two_channels(5_000, 20_000), customer=Customer(), segments=both).all.ltv == (5_000_000 + 100) / 2


def test_nobody_leaves():
    """A monthly fee of 50,000 at 60 %, 800,000 at first, no churn and no months that count: no LTV, but the rest."""
    found = economics(customer=Customer(800_000, 1, 50_000, None, 0, None, Fraction(3, 5)))
    assert found.is_endless and found.ltv is None and found.lifetime is None
    assert (found.profit.first, found.profit.monthly) == (480_000, 30_000)
    ended = economics(customer=Customer(800_000, 1, 50_000, None, 0, 24, Fraction(3, 5)))
    assert not ended.is_endless and ended.ltv == 480_000 + 24 * 30_000
    assert not economics(customer=Customer(800_000, churn=0)).is_endless  # bought once


def test_a_negative_margin_computes():
    """(1,000,000 + 20 × 50,000) × -10 % = -200,000: no cost of a lead is allowed, and no cost comes back."""
    plan = two_channels(5_000, 20_000)
    found = economics(plan, customer=replace(BUYER, margin=-0.1))
    assert found.ltv == -200_000 and found.all.payback is None
    assert found.all.ratio == Fraction(-200_000, 500_000) and found.below_ratio(found.all)
    assert set(found.allowed_of(plan.channels[0])) == {0}
    assert found.moves == [] and found.too_dear(found.costs[0]) == (5_000, 0)
    # 100 customers bring 2,000,000 a month at -10 %, three leave: -66,666.67 each
    worth = found.segment(Segment("x", "", 100, 3, 2_000_000, -0.1, 10, 1_000_000))
    assert worth.ltv == Fraction(-200_000, 3) and worth.ratio < 0 and worth.payback is None


@pytest.mark.parametrize("unit", ["yen", "thousand_yen", "million_yen"])
def test_months_add_up_to_what_is_shown(unit):
    plan = template_plan("default", "ja").with_(currency_unit=unit)
    found = economics(plan, costs={"ads": Costs(sales=Fraction(1_000_001))}, common=Costs(systems=Fraction(777_777)))
    for one in found.costs:
        months = found.by_month(one)
        assert abs(sum(months) - one.total) <= {"yen": 0.5, "thousand_yen": 500, "million_yen": 50_000}[unit]
        assert min(months) >= 0
    assert len(found.common_by_month) == plan.months


def test_segments():
    """By hand: 4,000,000 a month of 100 customers at 60 % are 24,000 each; 2 lost: 50 months; 20 won for 8,000,000."""
    found = economics(customer=Customer(margin=0.6))
    worth = found.segment(Segment("製造業", "業種", 100, 2, 4_000_000, None, 20, 8_000_000))
    assert (worth.ltv, worth.cac, worth.ratio) == (1_200_000, 400_000, 3)
    assert worth.payback == Fraction(400_000, 24_000)
    assert not found.below_ratio(worth)
    assert found.segment(Segment("x", "", 100, 2, 4_000_000, margin=0.3)).ltv == 600_000
    for unknown in (
        Segment("x"),
        Segment("x", "", 0, 0, 0, 0, 0, 0),
        Segment("x", "", 10, 11, 5),
        Segment("x", "", 10, 0, 5),
    ):
        assert found.segment(unknown).ltv is None and found.segment(unknown).ratio is None


def test_nothing_is_known_of_a_plan_without_entries():
    found = economics(C1.with_(order_value=None), customer=Customer())
    assert (found.ltv, found.all.ratio, found.all.payback) == (None, None, None)
    assert found.moves == [] and found.allowed_of(WEB) is None and found.too_dear(found.costs[0]) is None
    assert economics(customer=Customer(frequency=1, value=5, churn=0)).ltv is None  # nothing ends it
    assert economics(C1.with_(order_value=100.0), customer=Customer()).ltv == 100  # bought once
    nobody = economics(C1.with_(channels=(replace(WEB, on=False),)))
    assert (nobody.customers, nobody.acquisition, nobody.all.cac) == (0, None, None)


def test_a_customer_that_brings_nothing():
    found = economics(customer=replace(BUYER, margin=0))
    assert found.ltv == 0 and found.all.payback == 0  # it costs nothing either
    plan = C1.with_(channels=(replace(WEB, unit_cost=10_000),))
    worst = economics(plan, customer=replace(BUYER, margin=0))
    assert worst.all.ratio == 0 and worst.all.payback is None and worst.below_ratio(worst.all)
