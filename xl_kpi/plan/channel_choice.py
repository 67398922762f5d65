"""Channels added to a plan and taken out of it: new ones come from the catalog with their KPIs, none is deleted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction

from xl_kpi import catalog
from xl_kpi.calc.number import exact
from xl_kpi.formulas.formula import is_input, parse
from xl_kpi.plan.examples.figures import following
from xl_kpi.plan.keys import CHANNELS
from xl_kpi.plan.model import CUSTOMERS, Channel, Kpi, Plan


@dataclass(frozen=True)
class Choice:
    """A channel that a plan has or could have; ``share`` of its stage (a ratio)."""

    id: str
    name: str
    on: bool
    share: float = 0.0


def choices(plan: Plan) -> list[Choice]:
    """The channels of the plan in its order, then those of the catalog whose stages the plan has."""
    found = [Choice(channel.id, channel.name, channel.on, channel.share) for channel in plan.channels]
    there = {channel.id.casefold() for channel in plan.channels}
    for known in catalog.channels():
        stages = {stage.id for stage in plan.stages} | {CUSTOMERS}
        if known.id not in there and known.stage in stages:
            found.append(Choice(known.id, known.name[plan.lang], False))
    return found


def with_channels(plan: Plan, wanted: Collection[str]) -> Plan:
    """The plan with exactly the ``wanted`` channels switched on.

    Arguments: ``wanted`` ids of ``choices(plan)``.
    Result: channels that are not wanted are switched off and keep what was typed for them; new ones stand at the
    end, with the catalog's KPIs, but for those of stages that the plan does not have; they have no share until one is
    typed, unless nobody else has one: what people have typed for the others is theirs to change (checks tell it).
    Equation: the shares of a stage add up to what they added up to before (100 % for a stage that had no channel).
    Channels that come back have the share that stands in their row, and those that stay the rest in the proportion
    that they had: off and on again gives the shares from before.  Where the shares of those that come back leave
    nothing for those that stay, all are scaled alike; where none is above 0, each gets the same.
    A share that is a template's example is one still when it was scaled.
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
        kpis += [kpi for kpi in _of_catalog(known, plan) if kpi.id not in present]
    channels = tuple(changed.values())
    shares: dict[str, float] = {}
    for stage in {channel.stage for channel in channels if plan.brings(channel)}:
        shares |= _shares([each for each in plan.channels if each.stage == stage and each.on],
                          [each for each in channels if each.stage == stage and each.on])  # fmt: skip
    channels = tuple(replace(channel, share=shares.get(channel.id, channel.share)) for channel in channels)
    examples = following(plan, {f"{CHANNELS}[{id_}].share": share for id_, share in shares.items()})
    return plan.with_(channels=channels, kpis=tuple(kpis), examples=examples)


def _shares(before: Collection[Channel], after: Collection[Channel]) -> dict[str, float]:
    """The shares of one stage's channels that are on, before and after."""
    whole = _sum(before) or Fraction(1)
    there = {channel.id for channel in before}
    stay = [channel for channel in after if channel.id in there]
    come = [channel for channel in after if channel.id not in there]
    if _sum(after) == whole:
        return {}
    if 0 < _sum(stay) and 0 <= _sum(come) < whole:
        return _scaled(stay, (whole - _sum(come)) / _sum(stay))
    if _sum(after):
        return _scaled(after, whole / _sum(after))
    return {channel.id: float(whole / len(after)) for channel in after}


def _sum(channels: Collection[Channel]) -> Fraction:
    return sum((exact(channel.share) for channel in channels), Fraction(0))


def _scaled(channels: Collection[Channel], factor: Fraction) -> dict[str, float]:
    """With as many digits as Excel shows, so that a share of 40 % is one again after it was scaled back."""
    return {channel.id: float(f"{float(exact(channel.share) * factor):.15g}") for channel in channels}


def _of_catalog(channel: catalog.CatalogChannel, plan: Plan) -> list[Kpi]:
    """The catalog's KPIs that can be computed in a plan.

    One whose formula names a stage that the plan does not have is left out, with those that need it; a decomposition
    that names one of these is left blank.
    """
    gone = {stage.id for stage in catalog.stages()} - {stage.id for stage in plan.stages}
    left = list(channel.kpis)
    while lost := [kpi for kpi in left if gone & {*_ids(kpi.target), *_ids(kpi.actual), kpi.weight, kpi.parent}]:
        gone |= {kpi.id for kpi in lost}
        left = [kpi for kpi in left if kpi not in lost]
    kpis = [_kpi(kpi, plan.lang) for kpi in left]
    return [replace(kpi, decomposition="") if gone & set(_ids(kpi.decomposition)) else kpi for kpi in kpis]


def _ids(formula: str) -> tuple[str, ...]:
    return () if is_input(formula) or not formula else tuple(parse(formula).ids)


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
        on=known.on,
        parent=known.parent,
        split=known.split[lang],
    )
