"""A small plan of which months are closed: half a year, two channels, short lags, and what the first months brought."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import workbook_templates
from xl_kpi.calc import month_start
from xl_kpi.calc.lag import Lag
from xl_kpi.kpi.agreed_targets import closed_until, remembered
from xl_kpi.plan.model import Plan
from xl_kpi.plan.source import plan_from_source
from xl_kpi.plan.targets import Targets

START = dt.date(2026, 4, 1)
GOAL = 60  # orders
SHARES = {"web": 0.6, "ads": 0.4}
REACHED = 3  # orders of each month that has actuals


def small(lang: str = "ja", months: int = 6, reached: int = 3) -> Plan:
    """The default plan with two channels, its pipeline aside: all of the goal is asked of the months.

    Arguments: ``reached`` months that have an actual of every stage.
    """
    plan = plan_from_source(workbook_templates.source("default"), lang, "default")
    lags = {"leads": 10, "mql": 5, "sql": 5, "opportunities": 10, "proposals": 10}
    actuals = {
        (what, month): float(count)
        for month in range(min(reached, months))
        for what, count in {
            "web:cv": 200 + month, "ads:cv": 110, "stage:mql": 70, "stage:sql": 30 - month,
            "stage:opportunities": 14, "stage:proposals": 9, "stage:orders": REACHED,
        }.items()
    }  # fmt: skip
    return plan.with_(
        start=START,
        months=months,
        stages=tuple(replace(one, lag=days and Lag(days, days)) for one in plan.stages for days in [lags.get(one.id)]),
        channels=tuple(replace(one, share=SHARES[one.id]) for one in plan.channels if one.id in SHARES),
        kpis=tuple(kpi for kpi in plan.kpis if kpi.channel in SHARES),
        pipeline={},
        actuals=actuals,
    )


def closed(plan: Plan, months: int) -> Plan:
    """The plan with so many months closed, and what a workbook of it remembers."""
    shut = closed_until(plan, month_start(plan.start, months - 1) if months else None)
    return shut.with_(agreed=remembered(Targets(shut)))


def as_shown(base: Plan, months: int, short: dict[str, float] | None = None) -> Plan:
    """The plan with so many months closed, and in each of them just what the sheets ask, × ``short`` of some stages."""
    targets, part = Targets(base), short or {}
    typed = {(f"stage:{stage.id}", month): float(row.months[month]) * part.get(stage.id, 1)
             for stage, row in zip(base.stages[1:], targets.whole_new[1:]) for month in range(months)}  # fmt: skip
    for channel in base.lead_channels:
        kpi = next(kpi for kpi in base.kpis_of(channel.id) if kpi.target.strip() == channel.stage)
        row = targets.whole_of_channel(channel).months
        typed |= {(f"{channel.id}:{kpi.id}", month): float(row[month]) for month in range(months)}
    return closed(base.with_(actuals=typed), months)


def asked(plan: Plan) -> list[list[int]]:
    """What must be newly won at each stage by month, as the sheets show it."""
    return [list(whole.months) for whole in Targets(plan).whole_new]
