"""The steps that another order of the stages breaks up or joins, in words: their rates and days then and now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod

from xl_kpi.calc.errors import KpiError
from xl_kpi.calc.lag import Lag
from xl_kpi.catalog.messages import worded
from xl_kpi.errors import Fault, Joined, Phrase, Words
from xl_kpi.plan.input.raw_values import number_of
from xl_kpi.plan.input.wording import percent
from xl_kpi.plan.model import Plan, Stage
from xl_kpi.plan.records import Value
from xl_kpi.plan.stages.effect import plan_before
from xl_kpi.plan.stages.steps import FormerStages, Funnel
from xl_kpi.plan.targets import Targets


def step_sentences(plan: Plan, last: Mapping[str, Value], former: FormerStages) -> list[str]:
    """What a regenerate tells of each step that is another one now.

    Arguments: ``plan`` as it is to be written, its language that of the sentences; ``last`` the entries as the last
    command left them; ``former`` the stages then.
    Example: "「SQL→商談」50%（14日）は、「SQL→X」80%（9日）、「X→商談」50%（5日）になります".
    """
    funnel = Funnel(plan.stages, former, last)
    return [worded(one, plan.lang) for one in _told(plan_before(plan, funnel), funnel)] if funnel.changed else []


def with_what_is_kept(
    faults: Sequence[Fault], plan: Plan, last: Mapping[str, Value], former: FormerStages
) -> list[Fault]:
    """The faults of a workbook; the first about the rate of a step says what becomes of the plan if that stays.

    Arguments: ``plan`` as it was read; ``last`` and ``former`` as for ``step_sentences``.
    Special cases: nothing is added while a rate is missing, or where nothing is remembered.
    Example: "（そのときは、「SQL→商談」の全体: 50%（14日） → 25%（19日）、必要なリードの合計: 5,000件 → 10,000件）".
    """
    found, funnel = list(faults), Funnel(plan.stages, former, last)
    at = next((k for k, one in enumerate(found) if one.key == "stage_step_rate"), None)
    if at is not None and not any(one.rate is None for one in plan.stages[:-1]):
        before = plan_before(plan, funnel)
        whole = next((one for one in _told(before, funnel) if one.key == "stage_effect"), None)
        told = tuple(one for one in (whole, _need(before, plan)) if one)
        kept = Words("stage_step_kept", told=Joined(told, Words("list_comma"))) if told else ""
        found[at] = replace(found[at], allowed=Joined((found[at].allowed, kept)))
    return found


def _told(before: Plan, funnel: Funnel) -> Iterator[Words]:
    """What became of each step that is another one now, where the same stage comes in the end: then, now and in all."""
    for k in range(len(funnel.stages)):
        place, kept = funnel.place(k), funnel.next_kept(k)
        if place is not None and kept is not None and funnel.broken(k):
            end = funnel.stages[kept].name
            then, now = before.stages[place : funnel.place(kept)], funnel.stages[k:kept]
            yield Words("stage_steps_become", old=_listed(then, end), new=_listed(now, end))
            label = Words("stage_step_whole", first=now[0].name, second=end)
            yield Words("stage_effect", label=label, old=_in_all(then), new=_in_all(now))


def _listed(steps: Sequence[Stage], end: str) -> Joined:
    """Each step with its rate and its days: the stages that they begin with, ``end`` the one that the last leads to."""
    ends = [*(one.name for one in steps[1:]), end]
    told = (Words("stage_step_said", first=one.name, second=to, what=_in_all([one])) for one, to in zip(steps, ends))
    return Joined(tuple(told), Words("list_comma"))


def _in_all(steps: Sequence[Stage]) -> Phrase:
    """The rate and the days of several steps together; the rate alone where one of several is a measured curve."""
    rate = percent(prod(number_of(one.rate) or Fraction() for one in steps))
    lags = [one.lag or Lag() for one in steps]
    if len(lags) > 1 and any(lag.curve for lag in lags):
        return rate
    days = lags[0] if len(lags) == 1 else Lag(sum(lag.low for lag in lags), sum(lag.high for lag in lags))
    if days.curve:
        shown = Words("stage_days_curve")
    elif days.low == days.high:
        shown = Words("stage_days", days=days.low)
    else:
        shown = Words("stage_days_spread", low=days.low, high=days.high)
    return Words("stage_step_both", rate=rate, days=shown)


def _need(before: Plan, plan: Plan) -> Words | None:
    """What the plan needs of its first stage, then and now; None where that is another stage, or nothing computes."""
    first = plan.stages[0]
    if before.stages[0].id != first.id:
        return None
    try:
        needs = [Targets(one).rounded[0] for one in (before, plan)]
    except (KpiError, ArithmeticError):
        return None
    old, new = (Words("stage_count", count=f"{need:,}") for need in needs)
    return Words("stage_effect", label=Words("stage_need", stage=first.name), old=old, new=new)
