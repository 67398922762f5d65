"""What nobody can type among the people to whom a plan goes: no department of theirs owns it, nobody looks after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xl_kpi.plan.closed.closing import first_stage_actuals, stage_key
from xl_kpi.plan.merging.permissions import opened_actuals, opened_answers
from xl_kpi.plan.model import Plan


def unasked(plan: Plan, people: Iterable[Iterable[str]]) -> list[str]:
    """The stages and channels with actuals or an answer that none of these people can type.

    Arguments: ``people`` the ids of each, as ``permissions.ids_of`` gives them.
    Result: ids, ``stage:<id>`` and channels, in the plan's order; ``<channel>:<kpi>`` where somebody can type others of
    its actuals.
    Special cases: the actuals of a first stage that its channels add up to are nobody's.
    Example: with nobody of インサイドセールス, whose SQL it is: ``["stage:sql"]``.
    """
    known = [frozenset(ids) for ids in people]
    every = [*map(stage_key, (stage.id for stage in plan.stages)), *(channel.id for channel in plan.channels_on)]
    actuals = opened_actuals(plan, every).difference(*(opened_actuals(plan, ids) for ids in known))
    answers = opened_answers(plan, every).difference(*(opened_answers(plan, ids) for ids in known))
    if plan.stages and first_stage_actuals(plan) is not None:
        actuals.discard(stage_key(plan.stages[0].id))
    found = [stage for stage in map(stage_key, (stage.id for stage in plan.stages)) if stage in actuals | answers]
    return [*found, *(one for channel in plan.channels_on for one in _of_channel(plan, channel.id, actuals, answers))]


def _of_channel(plan: Plan, channel: str, actuals: set[str], answers: set[str]) -> Iterator[str]:
    own = [what for what in opened_actuals(plan, [channel]) if what.startswith(f"{channel}:")]
    if actuals.issuperset(own) and (own or f"channel:{channel}" in answers):
        yield channel
    else:
        yield from (what for kpi in plan.kpis_of(channel) if (what := f"{channel}:{kpi.id}") in actuals)
