"""K1: what a goal is made of: growth over a baseline, gross profit, what existing customers bring."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agreement.books import template_plan
from tests.told import raises_saying
from xl_kpi.commands import SetOption, plan_from
from xl_kpi.commands.plans.show import shown
from xl_kpi.errors import InputFaults
from xl_kpi.plan.checks import check
from xl_kpi.plan.entries import entries_of, with_entries
from xl_kpi.plan.findings import doubts
from xl_kpi.plan.goal.parts import existing_part, order_brings
from xl_kpi.plan.history.slots import has_place
from xl_kpi.plan.merging.permissions import opened_actuals
from xl_kpi.plan.model import Goal, Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.periods.next_period import NextPeriod
from xl_kpi.plan.targets import Targets

DEFAULT = template_plan("default", "en")


def plan(goal: Goal, order_value: float = 500_000.0, **settings: float) -> Plan:
    return DEFAULT.with_(goal=goal, order_value=order_value, delivery_days=0, settings=settings)


OWN = {"existing_revenue": 60e6, "existing_churn": 0.1, "existing_upsell": 6e6}  # 60 − 6 + 6 = 60 million


def test_existing_customers_bring_a_part_and_new_orders_the_rest():
    targets = Targets(plan(Goal("revenue", 100e6), **OWN))
    assert (targets.existing, targets.by_new_orders, targets.orders) == (60_000_000, 40_000_000, 80)


def test_of_profit_both_count_with_the_margin():
    """60 million × 40 % = 24 million; the other 16 million take 80 orders of 200,000."""
    targets = Targets(plan(Goal("profit", 40e6), gross_margin=0.4, **OWN))
    assert (targets.existing, targets.by_new_orders, targets.orders) == (24_000_000, 16_000_000, 80)
    assert order_brings(targets.plan) == 200_000


def test_without_existing_customers_it_is_as_before():
    assert Targets(plan(Goal("revenue", 100e6))).orders == 200
    # nothing of theirs counts where orders are the goal
    assert existing_part(plan(Goal("orders", 100.0), **OWN)) == 0
    assert Targets(plan(Goal("orders", 100.0), **OWN)).orders == 100


def test_they_are_for_as_many_months_as_the_goal():
    """A goal of 12 months in a plan of 6: half of both, 30 of 50 million."""
    half = plan(Goal("revenue", 100e6, months=12), **OWN).with_(months=6)
    assert (Targets(half).goal, Targets(half).existing, Targets(half).orders) == (50_000_000, 30_000_000, 40)


def test_all_of_them_lost_brings_nothing():
    assert Targets(plan(Goal("revenue", 100e6), existing_revenue=60e6, existing_churn=1.0)).orders == 200


def test_a_goal_that_is_covered_asks_nothing_of_new_orders_and_is_told():
    covered = plan(Goal("revenue", 60e6), **OWN).with_(pipeline={})
    targets, outlook = Targets(covered), PlanOutlook(Targets(covered))
    assert (targets.by_new_orders, targets.orders, targets.required[0]) == (0, 0, 0)
    assert (outlook.share, outlook.is_reached) == (1, True)
    told = [fault.key for fault in doubts(covered)]
    assert "plan_check_covered" in told and "plan_check_outlook" not in told
    assert shown(covered)["kgi"]["new"] == 0


def test_the_next_period_has_them_too():
    """The next goal of 130 million less 60 of existing customers: 140 orders of 500,000."""
    assert NextPeriod(Targets(plan(Goal("revenue", 100e6), next_value=130e6, **OWN))).orders == 140


def test_the_outlook_counts_them():
    outlook = PlanOutlook(Targets(plan(Goal("profit", 40e6), gross_margin=0.4, **OWN)))
    orders = outlook.orders
    assert outlook.reached == orders * 200_000 + 24_000_000
    assert outlook.share == outlook.reached / 40_000_000
    assert outlook.revenue == orders * 500_000 + 60_000_000
    months = outlook.reached_by_month
    assert months.total == outlook.reached
    said = shown(outlook.plan)["outlook"]
    assert sum(row["profit"] for row in said["by_month"]) == pytest.approx(float(outlook.reached), rel=1e-12)


def test_the_tree_adds_up_to_the_goal():
    """Leads × rates × what an order brings ＋ existing customers; 80 orders are exactly what is needed."""
    tree = shown(plan(Goal("profit", 40e6), gross_margin=0.4, **OWN))["tree"]
    parts = [node for node in tree if node["parent"] == "kgi"]
    assert [node["operator"] for node in parts] == ["", *"×××××", "×", "＋"]
    leads = 80 / 0.012  # the default plan's rates: 25 % × 40 % × 50 % × 60 % × 40 %
    product = leads
    for node in parts[1:-1]:
        product *= node["target"]
    assert product + parts[-1]["target"] == pytest.approx(40e6, rel=1e-12)


@given(
    goal=st.integers(1, 10**10), revenue=st.integers(0, 10**10), churn=st.integers(0, 100), more=st.integers(0, 10**9),
    margin=st.integers(1, 100), kind=st.sampled_from(("revenue", "profit")),
)  # fmt: skip
def test_new_and_existing_are_the_goal(goal, revenue, churn, more, margin, kind):
    """By fractions beside the program's own: both parts add up to the goal unless the old one is all of it."""
    own = {"existing_revenue": float(revenue), "existing_churn": churn / 100, "existing_upsell": float(more)}
    targets = Targets(plan(Goal(kind, float(goal)), gross_margin=margin / 100, **own))
    share = Fraction(margin, 100) if kind == "profit" else 1
    existing = (revenue * (1 - Fraction(churn, 100)) + more) * share
    assert targets.existing == existing
    assert targets.by_new_orders + existing == max(goal, existing)
    brings = 500_000 * share
    assert (targets.orders - 1) * brings < targets.by_new_orders <= targets.orders * brings or targets.orders == 0
    assert sum(targets.by_existing.parts) == existing


# --- actuals ---------------------------------------------------------------------------------------------


def test_the_actuals_of_existing_customers_have_a_place_while_they_are_planned():
    key = "actual[stage:existing][2026-04]"
    planned, none = plan(Goal("revenue", 100e6), **OWN), plan(Goal("revenue", 100e6))
    assert (has_place(planned)(key), has_place(none)(key)) == (True, False)
    assert has_place(planned)("actual[stage:revenue][2026-04]")
    assert not has_place(planned)("actual[stage:profit][2026-04]")
    # who types the orders types the money
    assert opened_actuals(planned, ["stage:orders"]) == {"stage:orders", "stage:revenue", "stage:existing"}
    assert opened_actuals(none, ["stage:orders"]) == {"stage:orders", "stage:revenue"}


def test_what_they_brought_is_no_value_of_new_orders():
    """In April 10 million, 6 of them by existing customers; 8 orders brought the other 4 million: 500,000 each."""
    actuals = {("stage:revenue", 0): 10e6, ("stage:existing", 0): 6e6, ("stage:orders", 0): 8.0}
    own = plan(Goal("revenue", 100e6), **OWN)
    found = {node["id"]: node for node in shown(own.with_(actuals=actuals))["tree"]}
    # planned is a twelfth of 100 − 60 million, for as many whole orders as 逆算 shows in April
    asked = (round(100e6 / 12) - round(60e6 / 12)) / Targets(own).whole_new[-1].months[0]
    assert found["order_value"]["actual"] == pytest.approx(500_000 * (4e6 / 8) / asked, rel=1e-9)
    assert (found["existing"]["actual"], found["existing"]["attainment"]) == (6e6, pytest.approx(6e6 / 5e6))


# --- bad input -------------------------------------------------------------------------------------------


def test_a_goal_of_profit_needs_the_margin_and_the_order_value():
    faults = check(DEFAULT.with_(goal=Goal("profit", 1e6), order_value=None))
    assert [fault.cell for fault in faults if fault.level == "error"] == ["order_value", "gross_margin"]
    assert check(plan(Goal("revenue", 1e6))) == []  # no margin asked for


@pytest.mark.parametrize(
    ("key", "value"),
    [("gross_margin", 0), ("gross_margin", 1.2), ("gross_margin", 40), ("existing_churn", 1.5),
     ("existing_churn", -0.1), ("existing_revenue", -1.0), ("existing_upsell", -5.0)],
)  # fmt: skip
def test_entries_out_of_bounds(key, value):
    settings = {"gross_margin": 0.4, **OWN, key: value}
    faults = check(plan(Goal("profit", 100e6), **settings))
    assert [fault.cell for fault in faults if fault.level == "error"] == [key]


def test_new_customers_are_held_against_the_new_part():
    """40 million ÷ 500,000 = 80 customers (C5)."""
    assert check(plan(Goal("revenue", 100e6, customers=80.0), **OWN)) == []
    (fault,) = check(plan(Goal("revenue", 100e6, customers=200.0), **OWN))  # as if all came from new orders
    assert fault.cell == "kgi_customers"
    # of profit an order brings 200,000: 16 million ÷ 200,000 = 80
    assert check(plan(Goal("profit", 40e6, customers=80.0), gross_margin=0.4, **OWN)) == []


# --- on the command line ---------------------------------------------------------------------------------


def given_goal(**options: str) -> Plan:
    changes = [SetOption(name, value, "") for name, value in options.items()]
    return plan_from(None, "ja", changes, today=dt.date(2026, 3, 1))[0]


@pytest.mark.parametrize("typed", ["1.5倍", "x1.5", "1.5x", "+50%", "50%増", "5割増"])
def test_a_goal_typed_as_growth_grows_from_the_baseline(typed):
    goal = given_goal(kgi_value=typed, kgi_baseline="40").goal
    assert (goal.value, goal.growth, goal.baseline) == (None, 0.5, 40)


def test_a_goal_of_growth_without_its_baseline_is_asked_for_it():
    with raises_saying(InputFaults, "前期の実績"):
        given_goal(kgi_value="1.5倍")


def test_a_percentage_alone_is_no_goal():
    """Of 150 % it is asked which growth is meant, in one line."""
    with raises_saying(InputFaults, r"\+50% または \+150% のことですか？") as refused:
        given_goal(kgi_value="150%", kgi_baseline="40")
    assert len(refused.value.faults) == 1
    with pytest.raises(InputFaults):
        given_goal(kgi_value="15%", kgi_baseline="40")


def test_revenue_becomes_no_profit_without_a_new_goal():
    revenue = given_goal(kgi_kind="revenue", kgi_value="1億", order_value="50万")
    assert (revenue.goal.kind, revenue.goal.value) == ("revenue", 100_000_000)
    with raises_saying(InputFaults, "目標は0より大きい数値"):
        given_goal(kgi_kind="profit", gross_margin="40%", order_value="50万")


def test_the_entries_are_merged_and_kept_as_all_others():
    before = plan(Goal("profit", 40e6), gross_margin=0.4, **OWN)
    after, homeless = with_entries(before, {"existing_churn": 0.2, "gross_margin": None})
    assert (after.settings["existing_churn"], after.settings.get("gross_margin"), homeless) == (0.2, None, {})
    assert entries_of(before)["existing_upsell"] == 6e6
    # the actuals of profit are none of revenue
    typed, homeless = with_entries(before, {"actual[stage:profit][2026-04]": 1e6})
    assert (typed.actuals["stage:profit", 0], homeless) == (1e6, {})
