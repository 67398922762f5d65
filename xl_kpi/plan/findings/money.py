"""What things cost, and amounts typed in another unit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from xl_kpi.calc import exact
from xl_kpi.errors import Fault, Words
from xl_kpi.formulas.formula import is_input
from xl_kpi.plan import fields
from xl_kpi.plan.economics.figures import Economics
from xl_kpi.plan.economics.inputs import inputs_of
from xl_kpi.plan.fields import goal_unit
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.amounts import as_if_yen
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import Money, Rounded, fixed
from xl_kpi.plan.keys import CHANNELS, KPIS
from xl_kpi.plan.model import Plan
from xl_kpi.plan.money.cells import YEN, amount_in_cell, factor_of
from xl_kpi.plan.money.unit_costs import stated_twice
from xl_kpi.plan.targets import Targets

BUDGET_SLACK = Fraction(1, 10**9)  # nothing but the rounding of a cell


def unit_costs(plan: Plan) -> Iterator[Fault]:
    """Channels that are on and say twice what one thing costs, and not the same."""
    for one in stated_twice(plan):
        channel, kpi = one.channel, one.kpi
        if channel.on and one.differ:
            cost, value = (
                Words("amount_small", number=fixed(exact(yen or 0))) for yen in (channel.unit_cost, kpi.value)
            )
            names = {"channel": channel.name, "kpi": {"ja": kpi.name_ja, "en": kpi.name_en}}
            cell = f"{CHANNELS}[{channel.id}].unit_cost"
            yield fault("plan_check_unit_cost", shown(channel.unit_cost), cell, cost=cost, value=value, **names)


def amounts(plan: Plan) -> Iterator[Fault]:
    """Amounts on 設定 and in the KPI dictionary that were more likely typed in yen than in the unit of their header."""
    factor, unit = factor_of(plan.currency_unit), Words(f"currency_{plan.currency_unit}")
    kind = goal_unit(plan.goal.kind)
    amounts = {one.key: one.get(plan) for one in fields.SINGLES if one.in_money(kind)}
    assumed = (kpi for kpi in plan.kpis if kpi.unit == YEN and is_input(kpi.target))
    amounts.update({f"{KPIS}[{kpi.channel}.{kpi.id}].value": kpi.value for kpi in assumed})
    for cell, yen in amounts.items():
        if yen and as_if_yen(exact(yen) / factor, factor):
            yield fault("plan_check_amounts", shown(amount_in_cell(yen, factor)), cell, unit=unit, amount=Money(yen))


def over_budget(targets: Targets) -> Iterator[Fault]:
    """The plan's cost where it is more than the budget of its months, as 採算 has both.

    Arguments: ``targets`` of a plan whose money is in yen.
    Equation: Σ unit cost × what the plan asks of the channel in its months (of closed ones what was agreed) + what was
    typed on 採算 besides > the budget of these months.
    Special cases: channels without a unit cost cost nothing here; what was typed on 採算 counts while it is hidden too.
    """
    plan = targets.plan
    budget = plan.settings.get("budget")
    if budget is None:
        return
    figures = Economics(targets, inputs_of(plan))
    cost, limit = figures.total, exact(budget)
    if cost > limit * (1 + BUDGET_SLACK):
        besides = sum((costs.total for costs in figures.inputs.costs.values()), figures.inputs.common.total)
        typed = Words("check_budget_besides", amount=Rounded(besides)) if besides else ""
        amounts = {"cost": Rounded(cost), "budget": Rounded(limit), "over": Rounded(cost - limit), "besides": typed}
        yield fault("plan_check_budget", Rounded(limit), "budget", months=str(plan.months), **amounts)
