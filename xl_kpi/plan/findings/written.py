"""What was typed since the sheets were written and is not in them yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xl_kpi.calc.errors import KpiError
from xl_kpi.errors import Fault, Words
from xl_kpi.plan.entries import with_entries
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.goal.parts import EXISTING, existing_part
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import percent
from xl_kpi.plan.keys import ACTUAL, CHANNELS, STAGES
from xl_kpi.plan.model import Plan, Stage
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.periods.next_period import NextPeriod, is_on, room
from xl_kpi.plan.records import Value
from xl_kpi.plan.same_value import same
from xl_kpi.plan.stages.effect import plan_before
from xl_kpi.plan.stages.steps import FormerStages, Funnel
from xl_kpi.plan.targets import Targets


def since_writing(
    plan: Plan, last: Mapping[str, Value], *, sound: bool = True, former: FormerStages | None = None
) -> Iterator[Fault]:
    """What was typed since the sheets were written and is not in them yet.

    Arguments: ``last`` the entries as the last command left them; empty where that is not known; ``sound``: the plan
    has no errors, with which it has no numbers; ``former`` the stages as the sheets were written with them.
    """
    if former and former.before:
        yield from _other_stages(plan, former)
    months, start = last.get("plan_months"), last.get("plan_start")
    if months is not None and not same(months, plan.months):
        yield fault("plan_check_months_changed", shown(plan.months), "plan_months", months=shown(months))
    dated = plan.actuals or plan.closed_months or any(key.startswith(f"{ACTUAL}[") for key in last)
    if start is not None and not same(start, plan.start) and dated:
        yield fault("plan_check_start_moved", shown(plan.start), "plan_start")
    kind = last.get("kgi_kind")
    if kind is not None and not same(kind, plan.goal.kind):
        yield fault("plan_check_kind_changed", Words(f"kind_{plan.goal.kind}"), "kgi_kind", old=Words(f"kind_{kind}"))
    if last and existing_part(plan) and not any(last.get(key) for key in EXISTING):
        typed = next(key for key in EXISTING if plan.settings.get(key))
        yield fault("plan_check_existing_pending", shown(plan.settings[typed]), typed)
    for channel in plan.channels_on if last else ():
        cell = f"{CHANNELS}[{channel.id}].on"
        if not last.get(cell):
            yield fault("plan_check_channel_pending", channel.name, cell)
    unit = last.get("currency_unit")
    if unit is not None and not same(unit, plan.currency_unit):
        yield fault("plan_check_unit_changed", Words(f"currency_{plan.currency_unit}"), "currency_unit",
                    old=Words(f"currency_{unit}"))  # fmt: skip
    if sound and last and (id_ := _newly_limited(plan, Funnel(plan.stages, former or FormerStages(), last))):
        yield fault("plan_check_orders_pending", "", f"{CHANNELS}[{id_}].capacity")
    if _next_is_pending(plan, last):
        yield fault("plan_check_next_pending", "", "next_period")
    for cell, stage in _new_curves(plan, last).items():
        curve = stage.lag.curve if stage.lag else ()
        yield fault("plan_check_curve_pending", " / ".join(map(percent, curve)), cell)


def _other_stages(plan: Plan, former: FormerStages) -> Iterator[Fault]:
    """One finding where stages were added, removed or moved since."""
    places = [former.place(stage.id) for stage in plan.stages]
    if places == [*range(len(former.before))]:
        return
    new = next((stage for stage in plan.stages if former.place(stage.id) is None), None)
    cell = f"{STAGES}[{new.id}].name" if new else STAGES
    yield fault("plan_check_stage_pending", new.name if new else "", cell)


def _newly_limited(plan: Plan, funnel: Funnel) -> str:
    """The first channel of leads of which a month asks too much, and did not when the sheets were written.

    Special cases: none where the plan had no numbers then.
    """
    found = PlanOutlook(Targets(plan)).excess
    if not found:
        return ""
    try:
        known = PlanOutlook(Targets(plan_before(plan, funnel))).excess
    except KpiError:
        return ""
    return next((id_ for id_ in found if id_ not in known), "")


def _next_is_pending(plan: Plan, last: Mapping[str, Value]) -> bool:
    """Whether 次の期の分 was switched on or off since, or the days of the stages outgrew the room made for it."""
    if not last:
        return False
    kept = {key: value for key, value in last.items() if key.endswith(".lag") or key in ("delivery_days", "kgi_kind")}
    before = with_entries(plan, {"delivery_days": None, **kept, "next_period": last.get("next_period")})[0]
    if is_on(plan) != is_on(before):
        return True
    # a curve typed since is in no number yet: the days count until the sheets are made anew
    waiting = {key: value for key, value in kept.items() if key in _new_curves(plan, last)}
    counted = with_entries(plan, waiting)[0]
    return is_on(plan) and NextPeriod(Targets(counted)).spans[0] > room(NextPeriod(Targets(before)).spans[0])


def _new_curves(plan: Plan, last: Mapping[str, Value]) -> dict[str, Stage]:
    """The lags that were days when the sheets were written and are measured curves now, by their keys."""
    lags = {f"{STAGES}[{stage.id}].lag": stage for stage in plan.stages[:-1] if stage.lag and stage.lag.curve}
    return {cell: stage for cell, stage in lags.items() if last.get(cell) is not None and ";" not in str(last[cell])}
