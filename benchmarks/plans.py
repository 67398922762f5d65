"""The plans that are timed: the default template, with more or fewer channels and months."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle

import workbook_templates
from xl_kpi.plan.model import Plan
from xl_kpi.plan.source import plan_from_source


def default_plan() -> Plan:
    """12 months, 5 channels, Japanese."""
    return plan_from_source(workbook_templates.source("default"), "ja", "default")


def sized_plan(channels: int, months: int) -> Plan:
    """The default plan with that many channels, its own ones over and over, each time under a new id and name."""
    plan = default_plan()
    made, kpis = [], []
    for number, channel in zip(range(channels), cycle(plan.channels)):
        lap = number // len(plan.channels) + 1
        new_id = channel.id if lap == 1 else f"{channel.id}_{lap}"
        made.append(replace(channel, id=new_id, name=channel.name if lap == 1 else f"{channel.name} {lap}"))
        kpis += [replace(kpi, channel=new_id) for kpi in plan.kpis_of(channel.id)]
    return plan.with_(months=months, channels=_whole(made), kpis=tuple(kpis))


def _whole(channels: list) -> tuple:
    """Shares that add up to 100 % for each stage, so that nothing is scaled."""
    sums: dict[str, float] = {}
    for channel in channels:
        sums[channel.stage] = sums.get(channel.stage, 0.0) + channel.share
    return tuple(replace(channel, share=channel.share / sums[channel.stage]) for channel in channels)
