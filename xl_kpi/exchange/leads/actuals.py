"""From leads to the actuals of a plan: how many reached a stage in a month, over all channels and in each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from xl_kpi.calc.calendar import days_of_month
from xl_kpi.catalog.exports import systems
from xl_kpi.exchange.leads.aggregates import Count
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.imported.figures import STAGE, Batch, Figure
from xl_kpi.plan.imported.sources import SOURCES
from xl_kpi.plan.model import Plan


@dataclass(frozen=True)
class _What:
    """A KPI or a stage of the plan, and what of the leads it counts."""

    channel: str
    kpi: str
    stage: str
    of: str  # id of the channel whose leads count, "" for all


def batch_of(counts: Iterable[Count], plan: Plan, *, system: str, file: str, lang: str, named: str = "") -> Batch:
    """The figures of a list for a plan.

    Arguments: ``counts`` by event; ``system`` the id of what has made the list, ``file`` its name; ``lang`` that of the
    plan, in which the system stands on データ元; ``named`` what the map is called that says what it is.
    Equation: a stage after the first counts all its leads; a KPI of a channel whose target is just what the plan asks
    of a stage (``opportunities``) and whose actual is typed counts the leads of this channel.  The first stage is the
    sum of its channels where it has any.  A list covers the days from its first to its last one.
    Special cases: a month that it covers and for which it had a figure before, but has no lead any more, is 0.
    """
    counts = list(counts)
    name = named or (systems()[system].name[lang] if system else "")
    days = [day for one in counts for day in (one.first, one.last) if day is not None]
    if not days:
        return Batch(file, name, ())
    found = tuple(_figures(counts, plan, (min(days), max(days)), name))
    return Batch(file, name, found)


def counted_by(plan: Plan) -> tuple[_What, ...]:
    """What of a plan counts leads, in the order of its stages and channels."""
    stages = [stage.id for stage in plan.stages]
    found = [_What(STAGE, id_, id_, "") for id_ in (stages[1:] if plan.lead_channels else stages)]
    for channel in plan.channels_on:
        for kpi in shown_kpis(plan, channel):
            if kpi.actual == "input" and kpi.target in stages:
                found.append(_What(channel.id, kpi.id, kpi.target, channel.id))
    return tuple(found)


def _figures(counts: list[Count], plan: Plan, covered: tuple[dt.date, dt.date], system: str) -> Iterator[Figure]:
    known = {one.stage for one in counts}
    before = _before(plan, system)
    for what in counted_by(plan):
        if what.stage not in known:
            continue
        parts: dict[dt.date, int] = {}
        for one in counts:
            if one.stage == what.stage and what.of in ("", one.channel):
                parts[one.month] = parts.get(one.month, 0) + one.count
        link = Figure(what.channel, what.kpi, covered[0], Fraction(0), *covered, 0).link
        gone = {month for month in before.get(link, ()) if _month_of(covered[0]) <= month <= _month_of(covered[1])}
        for month in sorted({*parts, *gone}):
            count = parts.get(month, 0)
            first, last = max(month, covered[0]), min(month.replace(day=days_of_month(month)), covered[1])
            yield Figure(what.channel, what.kpi, month, Fraction(count), first, last, count)


def _before(plan: Plan, system: str) -> Mapping[str, set[dt.date]]:
    """KPI → months for which the system has a figure in the plan."""
    found: dict[str, set[dt.date]] = {}
    for row in plan.tables.get(SOURCES, {}).values():
        if row.get("system") == system and row.get("kpi") and row.get("month"):
            found.setdefault(row["kpi"], set()).add(row["month"])
    return found


def _month_of(day: dt.date) -> dt.date:
    return day.replace(day=1)
