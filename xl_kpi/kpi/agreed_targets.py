"""The targets of a plan as they are to be remembered: agreed ones of closed months, and those in force now (K15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from xl_kpi.kpi.as_shown import kept_rows
from xl_kpi.kpi.channel_figures import TARGET, ChannelFigures
from xl_kpi.kpi.figures import is_number
from xl_kpi.kpi.money_formulas import formulas_in_cells
from xl_kpi.plan.closed.closing import came_key, channel_key, gone_rows, is_target, kpi_key, need_key, stage_key
from xl_kpi.plan.model import EXISTING_ROW, AgreedTargets, Plan
from xl_kpi.plan.money.cells import agreed_in_yen, factor_of, in_cells
from xl_kpi.plan.targets import Targets


def targets_now(targets: Targets) -> dict[tuple[str, int], float]:
    """Every monthly target of a plan as it is in force: (what, month) as in ``AgreedTargets``."""
    return {
        (what, month): float(value)
        for what, months in _rows(targets)
        for month, value in enumerate(months)
        if is_number(value)
    }


def target_rows(targets: Targets) -> list[str]:
    """What a plan has monthly targets of, whether or not there are numbers in them now."""
    return [what for what, _ in _rows(targets)]


def _rows(targets: Targets) -> Iterator[tuple[str, Sequence[Any]]]:
    plan = targets.plan
    if plan.goal.in_money:
        yield plan.goal.row, [float(value) for value in targets.shown_revenue[1:-1]]
    if targets.existing:
        yield EXISTING_ROW, [float(value) for value in targets.shown_existing[1:-1]]
    for stage, needed, new in zip(plan.stages, targets.whole_needed, targets.whole_new, strict=True):
        yield need_key(stage.id), needed.months
        yield stage_key(stage.id), new.months
    yield from kept_rows(targets)
    for gone, came in gone_rows(plan).items():
        key, until = channel_key(gone, plan.stages[0].id), max(plan.agreed.ever, plan.closed_months)
        yield key, [plan.agreed.months.get((key, month), 0) if month < until else 0 for month in range(plan.months)]
        yield came_key(gone), came
    for channel in plan.channels_on:
        figures = ChannelFigures(plan, targets, channel)
        yield from ((channel_key(channel.id, one), figures.months[TARGET, one]) for one in figures.stage_ids)
        yield from ((kpi_key(channel.id, kpi.id), figures.months[TARGET, kpi.id]) for kpi in figures.kpis)


def remembered(targets: Targets) -> AgreedTargets:
    """What a workbook of this plan has to remember.

    Result: the months that were closed at any time as they were agreed then, all others, and what was not there when
    they were closed, as they are in force; the first plan is the one in force when a month was closed for the first
    time, as the workbook was written last.
    Special cases: a plan that has never been written has its targets from before the closing as its first plan; closed
    months that have left the plan are remembered all the same.
    """
    plan = targets.plan
    before, now = plan.agreed, targets_now(targets)
    ever = max(before.ever, plan.closed_months or before.ever)
    stays = {key: value for key, value in before.months.items() if key[1] < ever}
    first = before.first
    if ever > 0 and not first:
        first = before.months or targets_now(targets.opened)
    first = {key: value for key, value in first.items() if is_target(key[0])}
    return AgreedTargets({**now, **stays}, ever, first)


def closed_until(plan: Plan, month: dt.date | None, *, again: bool = False) -> Plan:
    """The plan closed through a month (None: nothing closed), its targets of now agreed for what was never closed.

    Arguments: ``month`` the first day of a month; ``again`` takes the targets as they are while nothing is closed anew
    for all months of the plan.
    Special cases: money is agreed as the sheets show it, in the plan's unit.
    """
    factor, before = factor_of(plan.currency_unit), plan.agreed
    cells = in_cells(plan)
    targets = Targets(cells.with_(kpis=formulas_in_cells(cells.kpis, factor)))
    shown = AgreedTargets(targets_now(targets.opened if again else targets))
    now = agreed_in_yen(plan.with_(agreed=shown), factor).months
    stays = {key: value for key, value in before.months.items() if key[1] < before.ever}
    if again:
        stays = {key: value for key, value in stays.items() if not 0 <= key[1] < plan.months}
        ever = max((month + 1 for _, month in stays), default=0)
        agreed = AgreedTargets({**now, **stays}, ever, before.first or before.months)
    else:
        agreed = AgreedTargets({**now, **stays}, before.ever, before.first)
    settings = {key: value for key, value in plan.settings.items() if key != "closed_until"}
    return plan.with_(settings={**settings, **({"closed_until": month} if month else {})}, agreed=agreed)
