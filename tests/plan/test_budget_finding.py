"""What `check` says of the budget is what 採算 shows of it: with the costs typed there, and whatever is closed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.agreement.books import template_plan
from tests.closed_plans import closed, small
from tests.told import told
from xl_kpi.plan.economics.figures import Economics
from xl_kpi.plan.economics.inputs import inputs_of
from xl_kpi.plan.findings.money import over_budget
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.plan.targets import Targets

# C1: 1,800 leads of one channel, at 10,000 yen 18,000,000
_C1 = template_plan("c1", "ja")
PLAN = _C1.with_(channels=tuple(replace(one, unit_cost=10_000) for one in _C1.channels_on))
LINES = {
    "r1": {"item": "営業", "kind": "sales", "amount": 3_000_000.0},
    "r2": {"item": "MA", "channel": PLAN.channels[0].name, "kind": "systems", "amount": 1_000_000.0},
}


def found(plan: Plan, budget: float) -> list[str]:
    plan = plan.with_(settings={**plan.settings, "budget": budget})
    return [str(one.allowed) for one in told(over_budget(Targets(plan)), "ja")]


@pytest.mark.parametrize(("budget", "over"), [(17_990_000, "1万円"), (18_000_000, "")])
def test_the_unit_costs_alone(budget, over):
    said = found(PLAN, budget)
    assert (len(said), all(f"を{over}超えます" in one and "採算" not in one for one in said)) == (bool(over), True)


@pytest.mark.parametrize("on", [True, False])
def test_costs_typed_on_the_page_count_also_while_it_is_hidden(on):
    """18,000,000 and 4,000,000 typed: 22,000,000, of which 2,000,000 are over 20,000,000."""
    plan = with_pages(PLAN.with_(tables={"tbl_costs": LINES}), {"economics": on})
    (said,) = found(plan, 20_000_000)
    assert "この計画の費用は2,200万円（採算に入力した費用400万円を含む）で" in said
    assert "を200万円超えます" in said
    assert found(plan, 22_000_000) == []


@pytest.mark.parametrize("months", [0, 1, 3, 5])
def test_closed_months_cost_what_was_agreed(months):
    """The whole of the plan's months stands against the whole budget, as 採算 shows it, whatever is closed.

    By hand: unit cost × what each month asks of the channel, closed ones as agreed.
    """
    plan = small()
    plan = plan.with_(channels=tuple(replace(one, unit_cost=10_000.0) for one in plan.channels))
    plan = closed(plan, months)
    targets = Targets(plan)
    cost = sum(10_000 * sum(targets.whole_of_channel(one).months) for one in plan.channels_on)
    assert Economics(targets, inputs_of(plan)).total == Fraction(cost)
    assert found(plan, cost) == []
    assert len(found(plan, cost - 1)) == 1


def test_no_budget_says_nothing():
    assert list(over_budget(Targets(PLAN))) == []
