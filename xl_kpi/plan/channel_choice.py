"""Channels added to a plan and taken out of it: new ones come from the catalog with their KPIs, none is deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from xl_kpi import catalog
from xl_kpi.calc.number import exact
from xl_kpi.plan.model import Channel, Kpi, Plan

_Sums = Mapping[str, tuple[Fraction, int]]


@dataclass(frozen=True)
class Choice:
    """A channel that a plan has or could have."""

    id: str
    name: str
    on: bool


def choices(plan: Plan) -> list[Choice]:
    """The channels of the plan in its order, then those of the catalog whose stages the plan has."""
    found = [Choice(channel.id, channel.name, channel.on) for channel in plan.channels]
    there = {channel.id.casefold() for channel in plan.channels}
    for known in catalog.channels():
        if known.id not in there and known.stage in {stage.id for stage in plan.stages}:
            found.append(Choice(known.id, known.name[plan.lang], False))
    return found


def with_channels(plan: Plan, wanted: Collection[str]) -> Plan:
    """The plan with exactly the ``wanted`` channels switched on.

    Arguments: ``wanted`` ids of ``choices(plan)``.
    Result: channels that are not wanted are switched off and keep what was typed for them; new ones stand at the
    end, with the catalog's KPIs; they have no share until one is typed, unless nobody else has one.
    Equation: the shares of a stage are scaled so that they add up to what they added up to before (100 % for a
    stage that had no channel); where none is above 0, each gets the same.
    Errors: KeyError for an id that ``choices`` does not offer.
    """
    changed = {channel.id: replace(channel, on=channel.id in wanted) for channel in plan.channels}
    kpis = list(plan.kpis)
    for id_ in wanted:
        if id_ in changed:
            continue
        known = catalog.channel(id_)
        changed[id_] = Channel(known.id, known.name[plan.lang], known.stage, owner=known.owner[plan.lang])
        present = {kpi.id for kpi in plan.kpis_of(id_)}
        kpis += [_kpi(kpi, plan.lang) for kpi in known.kpis if kpi.id not in present]
    before = _sums(plan.channels)
    after = _sums(changed.values())
    channels = tuple(_scaled(channel, before, after) for channel in changed.values())
    return plan.with_(channels=channels, kpis=tuple(kpis))


def _sums(channels: Collection[Channel]) -> dict[str, tuple[Fraction, int]]:
    """Stage → what the shares of its channels that are on add up to, and how many channels these are."""
    sums: dict[str, tuple[Fraction, int]] = {}
    for channel in channels:
        if channel.on:
            total, count = sums.get(channel.stage, (Fraction(0), 0))
            sums[channel.stage] = total + exact(channel.share), count + 1
    return sums


def _scaled(channel: Channel, before: _Sums, after: _Sums) -> Channel:
    if not channel.on:
        return channel
    was = before.get(channel.stage, (Fraction(0), 0))[0] or Fraction(1)
    now, count = after[channel.stage]
    if now == was:
        return channel
    return replace(channel, share=float(exact(channel.share) * was / now if now else was / count))


def _kpi(known: catalog.CatalogKpi, lang: str) -> Kpi:
    return Kpi(
        known.id,
        known.channel,
        known.name["ja"],
        known.name["en"],
        known.unit,
        known.target,
        known.actual,
        definition=known.definition[lang],
        better=known.better,
        owner=known.owner[lang],
        rhythm=known.rhythm,
        source=known.source[lang],
        value=known.value,
        decomposition=known.decomposition,
        weight=known.weight,
    )
