"""The back of a report: every channel's KPIs with their definitions, and the words that it uses."""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi import catalog
from xl_kpi.kpi.channel_figures import ChannelFigures
from xl_kpi.kpi.figures import attainment
from xl_kpi.report.contents import Contents
from xl_kpi.report.wording import Attained, attained, number

# Words of the glossary that a report uses, in the order in which it does.
TERMS = (
    "kgi", "kpi", "kpi_tree", "funnel", "lead", "mql", "sql", "opportunity", "proposal", "stage_rate", "lag",
    "attainment", "outlook", "open_pipeline", "ratio_of_totals", "same_month_ratio", "estimated_rate",
)  # fmt: skip


@dataclass(frozen=True)
class KpiLine:
    """A KPI to date: target, actual, attainment, and what it means."""

    name: str
    planned: str
    actual: str
    reached: Attained
    owner: str
    definition: str


@dataclass(frozen=True)
class ChannelKpis:
    """The KPIs of a channel that are reviewed."""

    name: str
    owner: str
    kpis: tuple[KpiLine, ...]


def channel_kpis(contents: Contents) -> list[ChannelKpis]:
    """Every channel that is on, with its KPIs."""
    found = []
    for channel in contents.named.channels_on:
        figures = ChannelFigures(contents.named, contents.to_date.targets, channel)
        lines = []
        for kpi in figures.kpis:
            if not kpi.on:
                continue
            # Without actuals there is no "to date": the whole plan's target stands there.
            planned = figures.target[kpi.id].to_date if contents.has_actuals else figures.target[kpi.id].total
            actual = figures.actual[kpi.id].to_date
            reached = attained(attainment(actual, planned, kpi.better))
            planned_words, actual_words = (number(one, kpi.unit, contents.lang) for one in (planned, actual))
            lines.append(
                KpiLine(kpi.name(contents.lang), planned_words, actual_words, reached, kpi.owner, kpi.definition)
            )
        found.append(ChannelKpis(channel.name, channel.owner, tuple(lines)))
    return found


def terms(lang: str) -> list[tuple[str, str, str]]:
    """Name, definition and formula of the words that a report uses."""
    return [
        (one.name[lang], one.definition[lang], one.formula[lang] if one.formula else "")
        for one in map(catalog.term, TERMS)
    ]
