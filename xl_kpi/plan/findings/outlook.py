"""Where a plan lands, and what falls short on the way."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from xl_kpi.errors import Fault, Joined, Phrase, Words
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import InSentence, Rounded, expected, fixed
from xl_kpi.plan.keys import CHANNELS
from xl_kpi.plan.needs.reached import WHOLE, told_share
from xl_kpi.plan.outlook import PlanOutlook

# What is short by less is nothing but the rounding of a cell.
LEAST_SHORTAGE = Fraction(1, 10_000_000)


def of_outlook(outlook: PlanOutlook) -> Iterator[Fault]:
    """Whether the plan lands below its goal, and the stages that are short before the start."""
    plan, targets = outlook.plan, outlook.targets
    is_short = any(count > LEAST_SHORTAGE for count in outlook.shortage)
    if outlook.share is not None and not outlook.is_reached:
        share = told_share(outlook.share, outlook.orders, targets.orders, plan.goal.kind)
        said = {"outlook": landing(outlook), "share": fixed(share * 100)}
        cell = "kgi_growth" if plan.goal.value is None else "kgi_value"
        if is_short or (outlook.share_ever or 0) < WHOLE:
            yield fault("plan_check_outlook", f"{said['share']}%", cell, look=look(plan.closed_months), **said)
        else:
            yield fault("plan_check_late", f"{said['share']}%", cell, late=too_late(outlook), **said)
    if is_short:
        yield fault(
            "plan_check_shortage", shown(plan.start), "plan_start", when=when(plan.closed_months), stages=short(outlook)
        )


def too_dear(outlook: PlanOutlook) -> Iterator[Fault]:
    """Channels that spend more for an order than it brings."""
    for one in outlook.too_dear:
        costs = {"cost": Rounded(one.cost), "brings": Rounded(one.brings)}
        cell = f"{CHANNELS}[{one.channel.id}].unit_cost"
        yield fault("plan_check_too_dear", shown(one.channel.unit_cost), cell, channel=one.channel.name, **costs)


def landing(outlook: PlanOutlook) -> Phrase:
    """Where the plan lands, in the goal's own unit: money or orders."""
    return _in_goals_unit(outlook, outlook.orders, outlook.reached)


def too_late(outlook: PlanOutlook) -> Phrase:
    """What comes after the deadline, likewise."""
    return _in_goals_unit(outlook, outlook.later, outlook.later_reached)


def _in_goals_unit(outlook: PlanOutlook, orders: Fraction, money: Fraction | None) -> Phrase:
    if outlook.plan.goal.in_money and money is not None:
        return Rounded(money)
    return expected(orders)


def when(closed_months: int) -> Phrase:
    """Until when what is short should have been there."""
    return Words("short_closed" if closed_months else "short_start")


def look(closed_months: int) -> Phrase:
    """What to look at where a plan falls short, as 逆算 calls it."""
    return Words("look_closed" if closed_months else "look_start")


def short(outlook: PlanOutlook) -> Phrase:
    """The stages that are short before the start, each with its count, whole as 逆算 shows it."""
    stages = zip(outlook.plan.stages, outlook.shortage, outlook.targets.whole_new)
    parts = [
        Words("short_stage", stage=InSentence(stage.name), count=fixed(whole.before))
        for stage, count, whole in stages
        if count > LEAST_SHORTAGE
    ]
    return Joined(tuple(parts), Words("list_comma")) if parts else Words("short_none")
