"""What another order of the stages does, in words: which neighbours a stage has, and what the plan asks for then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from xl_kpi.calc.errors import KpiError
from xl_kpi.catalog import text
from xl_kpi.plan.economics.figures import Economics
from xl_kpi.plan.economics.inputs import inputs_of
from xl_kpi.plan.input.wording import Rounded, fixed
from xl_kpi.plan.merging.as_sent import plan_as_left
from xl_kpi.plan.model import Plan, Stage
from xl_kpi.plan.records import Records
from xl_kpi.plan.stages.steps import Funnel
from xl_kpi.plan.targets import Targets

OWN = "structure_stage_"


def stage_changes(plan: Plan, funnel: Funnel) -> list[str]:
    """One sentence for each stage that is new, gone or moved, and what that makes of the plan's need and cost.

    Arguments: ``plan`` as it is to be written, its money in yen; ``funnel`` its stages and those before.
    Result: nothing where the stages follow each other as they did, or nothing is known of before.
    Special cases: the need before is that of all entries as the last command left them, so that whatever else was
    typed since is in the difference too.
    Example: "必要なリード: 73,545件 → 91,932件".
    """
    if not funnel.changed:
        return []
    return [*_new(funnel, plan.lang), *_gone(funnel, plan.lang), *_moved(funnel, plan.lang), *_effect(plan, funnel)]


def _between(key: str, lang: str, name: str, names: Sequence[str], at: int) -> str:
    """A sentence about a stage at a place among ``names``: its neighbours."""
    sides = {"above": names[at - 1] if at else "", "below": names[at + 1] if at + 1 < len(names) else ""}
    place = "between" if all(sides.values()) else "first" if sides["below"] else "last"
    return text(f"{OWN}{key}", lang, name=name, place=text(f"stage_place_{place}", lang, **sides))


def _new(funnel: Funnel, lang: str) -> Iterator[str]:
    names = [one.name for one in funnel.stages]
    for k, name in enumerate(names):
        if funnel.place(k) is None:
            yield _between("new", lang, name, names, k)


def _gone(funnel: Funnel, lang: str) -> Iterator[str]:
    names = [funnel.then(at) for at in range(len(funnel.before))]
    stays = {funnel.place(k) for k in range(len(funnel.stages))}
    for at, name in enumerate(names):
        if at not in stays:
            yield _between("gone", lang, name, names, at)


def _moved(funnel: Funnel, lang: str) -> Iterator[str]:
    """The fewest stages that have to be moved to come from the former order to the present one."""
    names = [one.name for one in funnel.stages]
    places = [(k, at) for k in range(len(names)) if (at := funnel.place(k)) is not None]
    longest: list[list[tuple[int, int]]] = []
    for one in places:
        before = (run for run in longest if run[-1][1] < one[1])
        longest.append([*max(before, key=len, default=[]), one])
    stays = max(longest, key=len, default=[])
    for k, at in places:
        if (k, at) not in stays:
            yield _between("moved", lang, names[k], names, k)


def _effect(plan: Plan, funnel: Funnel) -> Iterator[str]:
    before = plan_before(plan, funnel)
    try:
        was, now = (Targets(one) for one in (before, plan))
        needs = [one.rounded[0] for one in (was, now)]
    except (KpiError, ArithmeticError):
        return  # nothing was needed then, as the plan was not sound
    names = [one.stages[0].name for one in (before, plan)]
    same = text("stage_need", plan.lang, stage=names[1])
    label = same if names[0] == names[1] else text("stage_need_other", plan.lang, old=names[0], new=names[1])
    yield text("stage_effect", plan.lang, label=label, **_counts(needs, plan.lang))
    costs = [Economics(one, inputs_of(one.plan)).total for one in (was, now)]
    if all(costs):
        shown = dict(zip(("old", "new"), _amounts(costs, plan.lang)))
        yield text("stage_effect", plan.lang, label=text("stage_cost", plan.lang), **shown)


def _amounts(costs: Sequence[Fraction], lang: str) -> list[str]:
    """Both costs in one notation: in the words of their size, or with all digits where these would not differ."""
    told = [Rounded(cost)(lang) for cost in costs]
    if told[0] != told[1]:
        return told
    return [text("amount_small", lang, number=fixed(cost)) for cost in costs]


def _counts(needs: Sequence[int], lang: str) -> dict[str, str]:
    return {name: text("stage_count", lang, count=f"{need:,}") for name, need in zip(("old", "new"), needs)}


def plan_before(plan: Plan, funnel: Funnel) -> Plan:
    """The plan as the last command left it, with the stages that it had, in their order."""
    stages = plan.stages
    if funnel.changed and funnel.before:
        stages = tuple(Stage(id_, funnel.then(place)) for place, id_ in enumerate(funnel.before))
    return plan_as_left(plan.with_(stages=stages), Records(last=funnel.last))
