"""A plan in the other language: what the catalog wrote is exchanged, what a person wrote stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from xl_kpi import catalog
from xl_kpi.errors import Phrase
from xl_kpi.plan.model import Channel, Kpi, Plan, Stage


def in_language(plan: Plan, lang: str) -> Plan:
    """The plan with names, owners and definitions in ``lang``, where they are those of the catalog.

    Special cases: a plan whose language says ``lang`` already stays as it is; see ``after_switch``.
    """
    if lang == plan.lang:
        return plan
    return plan.with_(
        lang=lang,
        stages=tuple(_stage(stage, lang) for stage in plan.stages),
        channels=tuple(_channel(channel, lang) for channel in plan.channels),
        kpis=tuple(_kpi(kpi, lang) for kpi in plan.kpis),
    )


def channel_called(plan: Plan, channel: str) -> Phrase:
    """The name of a channel in the language of the reader; its id where the plan has none of it."""
    return lambda lang: next((one.name for one in in_language(plan, lang).channels if one.id == channel), channel)


def after_switch(plan: Plan, before: object) -> Plan:
    """The plan after somebody has changed its language from ``before``: the same in the words of the new one."""
    return in_language(plan.with_(lang=before), plan.lang) if before in catalog.LANGUAGES else plan


def _stage(stage: Stage, lang: str) -> Stage:
    known = catalog.find_stage(stage.id)
    if known is None:
        return stage
    return replace(stage, name=_said(stage.name, known.name, lang), owner=_said(stage.owner, known.owner, lang))


def _channel(channel: Channel, lang: str) -> Channel:
    known = catalog.find_channel(channel.id)
    if known is None:
        return channel
    return replace(channel, name=_said(channel.name, known.name, lang), owner=_said(channel.owner, known.owner, lang))


def _kpi(kpi: Kpi, lang: str) -> Kpi:
    channel = catalog.find_channel(kpi.channel)
    known = channel.find_kpi(kpi.id) if channel else None
    if known is None:
        return kpi
    words: dict[str, Any] = {
        key: _said(getattr(kpi, key), getattr(known, key), lang) for key in ("definition", "owner", "source", "split")
    }
    return replace(kpi, **words)


def _said(words: str, known: Mapping[str, str], lang: str) -> str:
    return known[lang] if words in known.values() else words
