"""Rates that do not go with what the plan itself has seen: its closed months, and why a rate was changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from xl_kpi.calc import exact, rate_interval
from xl_kpi.calc.chance import MOST_LEADS
from xl_kpi.catalog.check_limits import check_limits
from xl_kpi.errors import Fault
from xl_kpi.plan.closed.compared import SeenRate, seen_rate
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.wording import fixed, percent
from xl_kpi.plan.keys import STAGES
from xl_kpi.plan.model import Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.records import Change, Value
from xl_kpi.plan.targets import Targets


def outside_history(targets: Targets) -> Iterator[Fault]:
    """Rates that the closed months do not bear out.

    Equation: the interval (Wilson) of what these months say of the rate, each held against its own target
    (``plan.closed.compared``), does not hold the plan's, whether the days that a stage takes are counted in or not.
    Special cases: on plan nothing is said, whatever was open at the start; nor of fewer than three months that have
    both actuals, of few entries or more than any funnel has, where more went on than entered, and where both ways do
    not say the same.

    Source: K9 (achievable, against history).
    """
    plan, closing, limits = targets.plan, targets.closing, check_limits()
    for index, (stage, rate) in enumerate(zip(plan.stages, plan.rates)):
        seen = seen_rate(plan, closing, index) if closing and rate is not None else None
        if seen is None or rate is None or seen.months < limits.least_months:
            continue
        trials, successes = round(seen.entered), round(seen.gone_on)
        if not limits.least_counted <= trials <= MOST_LEADS or not 0 <= successes <= trials:
            continue
        low, high = rate_interval(successes, trials, limits.level)
        if _side(rate, low, high) and _side(rate, low, high) == _side(rate, *_through(seen)):
            yield fault(
                "plan_check_rate_history",
                percent(rate),
                f"{STAGES}[{stage.id}].rate",
                name=stage.name,
                seen=percent(seen.rate),
                low=percent(low),
                high=percent(high),
                entered=fixed(trials),
                months=seen.months,
            )


def _side(rate: float | Fraction, low: float, high: float) -> int:
    """1 above the interval, -1 below it, 0 in it."""
    return (rate > high) - (rate < low)


def _through(seen: SeenRate) -> tuple[float, float]:
    """The interval by the days that a stage takes."""
    successes = max(0, round(seen.gone_on))
    trials = max(1, successes, round(seen.through))  # more than entered: all of them
    return rate_interval(successes, trials, check_limits().level)


def raised_to_fit(
    plan: Plan, outlook: PlanOutlook, last: Mapping[str, Value], history: Sequence[Change]
) -> Iterator[Fault]:
    """Rates that were raised by just as much as makes the goal come out.

    Arguments: ``last`` the entries as the last command left them, ``history`` 変更履歴.
    Equation: the outlook reaches the goal now, and would not with nine tenths of the raise.
    """
    if not outlook.is_reached or outlook.share is None:
        return
    for index, stage in enumerate(plan.stages[:-1]):
        key = f"{STAGES}[{stage.id}].rate"
        before = _before(key, stage.rate, last, history)
        if before is None or stage.rate is None:
            continue
        nearly = before + (stage.rate - before) * check_limits().just_enough
        stages = list(plan.stages)
        stages[index] = replace(stage, rate=nearly)
        if not PlanOutlook(Targets(plan.with_(stages=tuple(stages)))).is_reached:
            values = {"name": stage.name, "old": percent(before), "new": percent(stage.rate)}
            yield fault("plan_check_rate_raised", percent(stage.rate), key, **values)


def _before(key: str, now: float | None, last: Mapping[str, Value], history: Sequence[Change]) -> float | None:
    """The lower rate that stood there before the last change; None where it was not raised."""
    found = [last.get(key), *(change.old for change in reversed(history) if change.key == key)]
    lower = next((value for value in found if isinstance(value, (int, float)) and value != now), None)
    return float(lower) if lower is not None and now is not None and exact(lower) < exact(now) else None
