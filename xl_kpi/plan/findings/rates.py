"""Rates that do not go with what the plan itself has seen: its closed months, and why a rate was changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from xl_kpi.calc import exact, rate_interval
from xl_kpi.calc.lag import CURVE_STEP, Lag
from xl_kpi.catalog.check_limits import check_limits
from xl_kpi.errors import Fault
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.wording import fixed, percent
from xl_kpi.plan.keys import STAGES
from xl_kpi.plan.model import Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.records import Change, Value
from xl_kpi.plan.targets import Targets


def outside_history(targets: Targets) -> Iterator[Fault]:
    """Rates that the closed months do not bear out.

    Equation: what entered the next stage in the closed months ÷ what entered this one as many months earlier as its
    days take on average; the interval (Wilson) of that rate does not hold the plan's.
    Special cases: nothing is said where an actual of these months is blank, of fewer than three pairs of months, of few
    entries, and where more went on than entered.

    Source: K9 (achievable, against history).
    """
    plan, closing, limits = targets.plan, targets.closing, check_limits()
    if closing is None:
        return
    rows = [[closing.actual(f"stage:{stage.id}", k) for k in range(closing.months)] for stage in plan.stages]
    for stage, rate, entered, gone_on in zip(plan.stages, plan.rates, rows, rows[1:]):
        shift = _months(stage.lag)
        before, after = entered[: closing.months - shift], gone_on[shift:]
        if rate is None or len(after) < limits.least_months or None in before or None in after:
            continue
        trials, successes = (round(sum(value or 0 for value in row)) for row in (before, after))
        if trials < limits.least_counted or not 0 <= successes <= trials:
            continue
        low, high = rate_interval(successes, trials, limits.level)
        if not low <= rate <= high:
            yield fault(
                "plan_check_rate_history",
                percent(rate),
                f"{STAGES}[{stage.id}].rate",
                name=stage.name,
                seen=percent(Fraction(successes, trials)),
                low=percent(low),
                high=percent(high),
                entered=fixed(trials),
                months=len(after),
            )


def _months(lag: Lag | None) -> int:
    """How many months a stage takes on average, to the nearest."""
    days = (lag.earliest + lag.latest) / 2 if lag else 0
    return round(days / CURVE_STEP)


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
