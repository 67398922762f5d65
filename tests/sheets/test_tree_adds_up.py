"""The parts of the tree multiply and add up to the goal with every page on; channels' orders are the plan's (K3, K4).

Random plans with everything that moves numbers: rates of channels' own, existing customers, goals of profit, channels
of later stages and of customers, success factors on the tree.  By fractions beside the program's own numbers.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement.full_book import FACTORS, full_plan
from tests.agreement.selected import often
from tests.agreement.variants import every_kpi, random_plans
from tests.how_often import often as many
from xl_kpi.calc.number import exact
from xl_kpi.plan.channels.lead_orders import LeadOrders
from xl_kpi.plan.goal.parts import order_brings
from xl_kpi.plan.model import Goal, Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.pages.optional import OPTIONAL, with_pages
from xl_kpi.plan.targets import Targets
from xl_kpi.sheets import placed
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.tree import nodes as tree_nodes
from xl_kpi.sheets.tree.factors import factors

EVERY = every_kpi("ja")
SHARES = st.sampled_from((0.05, 0.15, 0.25, 0.4))


@st.composite
def full_plans(draw) -> Plan:
    """A random plan with every channel and every page."""
    plan = draw(random_plans())
    own = st.tuples(st.sampled_from([one.id for one in EVERY.lead_channels]),
                    st.sampled_from([stage.id for stage in plan.stages[:-1]]))  # fmt: skip
    rates = draw(st.dictionaries(own, st.integers(5, 100).map(lambda percent: percent / 100), max_size=5))
    channels = tuple(replace(one, share=draw(SHARES) if EVERY.brings(one) else 0.0) for one in EVERY.channels)
    kind = draw(st.sampled_from(("orders", "revenue", "profit")))
    margin, churn = draw(st.integers(1, 100)) / 100, draw(st.integers(0, 100)) / 100
    goal = Goal(kind, float(draw(st.integers(2, 500))) * (1 if kind == "orders" else 1e6), plan.goal.deadline)
    fees = draw(st.sampled_from(({}, {"revenue_way": "monthly", "monthly_fee": 123_456.0})))
    existing = {"existing_revenue": draw(st.integers(0, 300)) * 1e6, "existing_churn": churn, "existing_upsell": 2.5e6}
    return with_pages(plan, dict.fromkeys(OPTIONAL, True)).with_(
        goal=goal,
        order_value=draw(st.integers(100_000, 3_000_000)) * 1.0,
        channels=channels,
        kpis=EVERY.kpis,
        channel_rates=rates,
        tables={"tbl_ksf": FACTORS},
        settings={
            **with_pages(plan, dict.fromkeys(OPTIONAL, True)).settings,
            **existing,
            "gross_margin": margin,
            **fees,
        },
    )


def near(one: Fraction | float, other: Fraction | float) -> bool:
    return float(one) == pytest.approx(float(other), rel=1e-9, abs=1e-9)


@settings(max_examples=many(5, 15))
@given(full_plans())
def test_the_parts_make_the_goal(plan: Plan) -> None:
    ctx = Context(plan)
    placed(ctx)
    root, targets = tree_nodes.build(ctx), ctx.targets
    parts = [node for node in root.children if not node.apart]
    # leads × rates = orders, before any is rounded; × what an order brings + existing customers = the goal
    rates = [exact(node.target.value) for node in parts if node.id.startswith("rate:")]
    assert len(rates) == len(plan.stages) - 1
    if plan.rounding == "total":
        assert near(targets.required[0] * prod(rates), targets.orders)
    brings = order_brings(plan) if plan.goal.in_money else Fraction(1)
    old = sum(exact(node.target.value) for node in parts if node.id == "existing")
    whole = targets.orders * exact(brings) + old
    goal = exact(root.target.value)
    if plan.goal.in_money:
        assert old >= goal or goal * (1 - Fraction(1, 10**9)) <= whole < goal + exact(brings) * (1 + Fraction(1, 10**9))
    else:
        assert near(whole, goal)
    assert [node.id for node in root.children[1:] if node.operator not in ("×", "＋") and not node.apart] == []
    assert len(factors(ctx)) == len(FACTORS)  # words beside the tree, and no part of what adds up


@settings(max_examples=many(5, 15))
@given(full_plans())
def test_channels_add_up_to_their_stage_and_their_orders_to_the_plans(plan: Plan) -> None:
    targets = Targets(plan)
    for index, stage in enumerate(plan.stages):
        same = [one for one in plan.channels_in_funnel if one.stage == stage.id and one.share]
        for month in range(plan.months if same else 0):
            asked = sum(targets.told_of_channel(one).months[month] for one in same)
            assert near(asked, targets.told_new[index].months[month]), (stage.id, month)
    # no order is counted twice: where nothing is open at the start, those of the lead channels are all there are
    outlook = PlanOutlook(Targets(plan.with_(pipeline={}, actuals={})))
    brought = LeadOrders(outlook).by_channel
    assert near(sum(one.total for one in brought.values()), outlook.ever[-1])
    assert set(brought) == {one.id for one in plan.lead_channels}


@pytest.mark.parametrize("lang", often(["ja", "en"], ["ja"]))
def test_of_the_book_with_everything(lang: str) -> None:
    """Months closed, an open pipeline: 450 orders of 2 million and 300 million of existing customers are 1,200."""
    plan = full_plan(lang)
    ctx = Context(plan)
    placed(ctx)
    root, targets = tree_nodes.build(ctx), ctx.targets
    values = {node.id: exact(node.target.value) for node in root.children if not node.apart}
    rates = prod(value for id_, value in values.items() if id_.startswith("rate:"))
    assert near(targets.required[0] * rates, 450)
    assert near(450 * values["order_value"] + values["existing"], 1_200e3)  # thousands of yen
    orders = ctx.lead_orders
    assert near(sum(one.total for one in orders.by_channel.values()) + orders.rest, PlanOutlook(targets).ever[-1])
    assert orders.rest > 0
