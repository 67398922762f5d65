"""Months that ask a channel for more than it can bring."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from xl_kpi.calc import exact
from xl_kpi.errors import Fault
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import fixed
from xl_kpi.plan.keys import CHANNELS
from xl_kpi.plan.model import Channel
from xl_kpi.plan.targets import Targets

LEAST_EXCESS = Fraction(1, 1_000_000)


def above_limits(targets: Targets) -> Iterator[Fault]:
    """The channels that some month asks for more than their limit."""
    for channel in targets.plan.channels_on:
        if over(targets, channel):
            cell = f"{CHANNELS}[{channel.id}].capacity"
            yield fault("plan_check_capacity", shown(channel.capacity), cell, peak=_busiest(targets, channel))


def peak(targets: Targets, channel: Channel) -> Fraction:
    """The most that a month of the plan asks of a channel."""
    return max(targets.of_channel(channel).months)


def over(targets: Targets, channel: Channel) -> int:
    """How many months of the plan ask a channel for more than its limit."""
    if channel.capacity is None:
        return 0
    limit = exact(channel.capacity) + LEAST_EXCESS
    return sum(month > limit for month in targets.of_channel(channel).months)


def _busiest(targets: Targets, channel: Channel) -> str:
    """That month's number as the sheets show it; with a decimal where the whole one is within the limit."""
    whole = max(targets.whole_of_channel(channel).months[targets.plan.closed_months :], default=0)
    return fixed(whole) if whole > exact(channel.capacity or 0) else fixed(peak(targets, channel), 1)
