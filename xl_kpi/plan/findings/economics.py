"""採算: customers that bring too little for what they cost, leads that are too dear, rows that can't be used."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from xl_kpi.errors import Fault, Joined, Phrase, Words
from xl_kpi.plan.economics.figures import Economics, Worth
from xl_kpi.plan.economics.inputs import inputs_of
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import fixed, percent
from xl_kpi.plan.keys import CHANNELS, COSTS, SEGMENTS
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.targets import Targets


def of_economics(targets: Targets) -> Iterator[Fault]:
    """What the page 採算 says; nothing while it is off.

    Arguments: ``targets`` of a plan whose money is in yen.
    """
    plan = targets.plan
    if not is_on(plan, "economics"):
        return
    if plan.settings.get("gross_margin") is None:
        yield fault("plan_check_no_margin", "", "gross_margin")
    figures = Economics(targets, inputs_of(plan))
    if figures.is_endless and figures.all.ltv is None:
        yield fault("plan_check_ltv_endless", shown(figures.inputs.customer.churn), "ltv_contract")
    yield from _below(figures)
    for one in figures.costs:
        dear = figures.too_dear(one)
        if dear:
            cost, most = (fixed(amount) for amount in dear)
            stage = next(stage.name for stage in plan.stages if stage.id == one.channel.stage)
            cell, found = f"{CHANNELS}[{one.channel.id}].unit_cost", shown(one.channel.unit_cost)
            said = {"channel": one.channel.name, "stage": stage, "cost": cost, "most": most}
            yield fault("plan_check_lead_dear", found, cell, **said)
    known = {channel.name.casefold() for channel in plan.channels_on}
    for id_, row in plan.tables.get(COSTS, {}).items():
        name = str(row.get("channel") or "")
        if name and name.casefold() not in known:
            yield fault("plan_check_cost_channel", name, f"{COSTS}[{id_}].channel")
    for id_, row in plan.tables.get(SEGMENTS, {}).items():
        if (row.get("lost") or 0) > (row.get("customers") or 0):
            yield fault("plan_check_segment_lost", shown(row["lost"]), f"{SEGMENTS}[{id_}].lost")
        margin = row.get("margin")
        if margin is not None and margin <= 0:
            cell = f"{SEGMENTS}[{id_}].margin"
            yield fault("plan_check_segment_margin", percent(margin), cell, margin=percent(margin))


def _below(figures: Economics) -> Iterator[Fault]:
    """The channels and segments whose LTV ÷ CAC is less than wanted, together."""
    rows: list[tuple[Phrase, Fraction | None]] = []
    worths: list[tuple[Phrase, Worth]] = [(one.channel.name, figures.worth_of(one)) for one in figures.bringing]
    worths += [(Words("econ_segment", name=one.name), figures.segment(one)) for one in figures.inputs.segments]
    rows = [(name, worth.ratio) for name, worth in worths if figures.below_ratio(worth)]
    if not rows and figures.below_ratio(figures.all):
        rows = [(Words("econ_all"), figures.all.ratio)]
    parts = [Words("econ_times", name=name, ratio=fixed(ratio or 0, 1)) for name, ratio in rows]
    if parts:
        wanted = fixed(Fraction(figures.inputs.ratio), 1)
        look = Words("econ_look_moves" if figures.moves else "econ_look_costs")
        names = Joined(tuple(parts), Words("list_comma"))
        yield fault("plan_check_ltv_cac", wanted, "ltv_ratio", names=names, look=look)
