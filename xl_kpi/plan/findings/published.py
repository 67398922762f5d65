"""Rates and costs outside everything that was published about them, with source and date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import prod

from xl_kpi.calc import exact
from xl_kpi.catalog import find_stage
from xl_kpi.catalog.reference_figures import (
    Band,
    published_kpi,
    published_lead_cost,
    published_rate,
    stages_published,
)
from xl_kpi.errors import Fault, Joined, Phrase, Words
from xl_kpi.formulas.formula import is_input
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.wording import fixed, percent
from xl_kpi.plan.keys import CHANNELS, KPIS, RATES, STAGES
from xl_kpi.plan.model import Plan, Stage

MOST_CITED = 2  # sources in one line
Rate = float | Fraction | None


def outside_published(plan: Plan) -> Iterator[Fault]:
    """Stages, KPIs and channels whose rate or cost of a lead lies outside all bands taken together.

    Special cases: a stage that is called otherwise than in the catalog is another one (visits in place of
    opportunities), of which nothing was published; a way that leads over such stages is held against as a whole, at its
    first rate; of channels that are off nothing is said.

    Source: K9 (achievable, against benchmarks; not too easy either).
    """
    yield from _rates(plan)
    for kpi in (kpi for channel in plan.channels_on for kpi in shown_kpis(plan, channel)):
        band = published_kpi(kpi.channel, kpi.id)
        if band and kpi.unit == "rate" and is_input(kpi.target) and kpi.value is not None:
            if not band.holds(exact(kpi.value)):
                said = {"name": {"ja": kpi.name_ja, "en": kpi.name_en}, **_in_percent(band)}
                yield fault(
                    "plan_check_kpi_published", percent(kpi.value), f"{KPIS}[{kpi.channel}.{kpi.id}].value", **said
                )
    cost = published_lead_cost()
    for channel in plan.channels_on:
        if cost and plan.stages and channel.stage == plan.stages[0].id == "leads" and channel.unit_cost:
            if not cost.holds(exact(channel.unit_cost)):
                bounds = {"low": fixed(cost.low), "high": fixed(cost.high), "sources": _cited(cost)}
                cell = f"{CHANNELS}[{channel.id}].unit_cost"
                found = fixed(exact(channel.unit_cost))
                yield fault("plan_check_cost_published", found, cell, name=channel.name, **bounds)


def _rates(plan: Plan) -> Iterator[Fault]:
    """Of the plan's ways between stages of which something was published, and of channels with rates of their own."""
    known = [index for index, stage in enumerate(plan.stages) if _is_as_published(stage)]
    own = {channel: one for channel, _ in plan.channel_rates for one in plan.channels_on if one.id == channel}
    for start, end in zip(known, known[1:]):
        steps = plan.stages[start:end]
        band = published_rate(steps[0].id, plan.stages[end].id)
        if band is None:
            continue
        way = Joined((steps[0].name, plan.stages[end].name), Words("list_way"))
        typed: list[tuple[str, Phrase, Sequence[Rate]]] = [
            (f"{STAGES}[{steps[0].id}].rate", way, [stage.rate for stage in steps])
        ]
        for channel in own.values():
            first = next((stage.id for stage in steps if (channel.id, stage.id) in plan.channel_rates), "")
            if first:
                name = Joined((channel.name, way), Words("list_of"))
                typed.append((f"{RATES}[{channel.id}.{first}]", name, plan.rates_of(channel)[start:end]))
        for cell, said, rates in typed:
            numbers = [exact(rate) for rate in rates if rate is not None]
            rate = prod(numbers, start=Fraction(1))
            if len(numbers) == len(steps) and not band.holds(rate):
                yield fault("plan_check_rate_published", percent(rate), cell, way=said, **_in_percent(band))


def _is_as_published(stage: Stage) -> bool:
    known = find_stage(stage.id)
    return stage.id in stages_published() and known is not None and stage.name in known.name.values()


def _in_percent(band: Band) -> dict[str, Phrase]:
    return {"low": percent(band.low), "high": percent(band.high), "sources": _cited(band)}


def _cited(band: Band) -> Phrase:
    """Those of the lowest and the highest figure first: what was published, by whom and when."""
    figures = sorted(band.figures, key=lambda one: (one.low != band.low and one.high != band.high, one.id))
    named = list(dict.fromkeys(one.cited for one in figures))
    parts: list[Phrase] = [Words("cited_figure", cited=one.cited, definition=one.definition) for one in figures[:1]]
    parts += [cited for cited in named if cited != figures[0].cited][: MOST_CITED - 1]
    return Joined(tuple(parts), Words("list_comma"))
