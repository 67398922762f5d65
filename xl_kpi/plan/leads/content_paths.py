"""In which order, how fast and how much content is used before an order and without one (S8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from xl_kpi.calc.leads import paths
from xl_kpi.catalog.content import content_standards
from xl_kpi.plan.leads import content
from xl_kpi.plan.leads.content import Base, ContentFigures, Engaged, Rates, content_of, rates_of
from xl_kpi.plan.leads.content_uses import Use
from xl_kpi.plan.leads.totals import Total, Totals
from xl_kpi.plan.model import Plan

ARROW = " → "
PATH, PACE = "content_path", "content_pace"  # figures of tbl_lead_totals
WON, OTHERS = "won", "others"


@dataclass(frozen=True)
class Pace:
    """Leads that used any content, in a group.

    ``contents`` different ones, ``times`` uses and ``seconds`` spent, all added up; ``mean`` and ``median`` of the
    days from the first to the last use, "" without a lead.
    """

    leads: float = 0
    contents: float = 0
    times: float = 0
    seconds: float = 0
    mean: float | str = ""
    median: float | str = ""


@dataclass(frozen=True)
class ContentPaths:
    """``paths`` the most frequent ones, with the leads that took them; ``pace`` of leads that ordered and of others."""

    paths: Sequence[Engaged] = ()
    pace: dict[str, Pace] = field(default_factory=dict)

    def rates_of(self, one: Engaged, base: Base) -> Rates:
        """Against the leads that used content but not in this order."""
        return rates_of(one.won, one.leads, base.used_won - one.won, base.used - one.leads)


def paths_of(found: ContentFigures, totals: Totals) -> ContentPaths:
    """What the rows say, or the totals."""
    if not found.is_live:
        return _from_totals(totals)
    by_lead: dict[int, list[Use]] = {}
    for use in found.uses:
        if use.has_content:
            by_lead.setdefault(use.lead, []).append(use)
    counted: dict[tuple[str, ...], list[int]] = {}
    for uses in by_lead.values():
        in_order = sorted(uses, key=lambda use: use.on or dt.date.max)  # rows of one day stay as they are
        for path in paths((use.type or use.content for use in in_order), content_standards().path_lengths):
            of = counted.setdefault(path, [0, 0])
            of[0] += 1
            of[1] += uses[0].won
    frequent = sorted(counted.items(), key=lambda item: (-item[1][0], item[0]))
    listed = [Engaged(ARROW.join(path), leads=leads, won=won) for path, (leads, won) in frequent]
    groups = {WON: True, OTHERS: False}
    pace = {key: _pace([uses for uses in by_lead.values() if uses[0].won is won]) for key, won in groups.items()}
    return ContentPaths(listed[: content_standards().paths], pace)


def _pace(leads: Sequence[Sequence[Use]]) -> Pace:
    spans = [_days(uses) for uses in leads]
    every = [use for uses in leads for use in uses]
    return Pace(
        len(leads),
        sum(use.new_content for use in every),
        sum(use.times for use in every),
        sum(use.seconds or 0 for use in every),
        sum(spans) / len(spans) if spans else "",
        float(median(spans)) if spans else "",
    )


def _days(uses: Iterable[Use]) -> int:
    days = [use.on for use in uses if use.on]
    return (max(days) - min(days)).days


def totals_from(found: ContentPaths) -> list[Total]:
    """The figures as rows of tbl_lead_totals."""
    rows = [Total(PATH, key=one.name, value=one.won, count=one.leads) for one in found.paths]
    for group, pace in found.pace.items():
        for what in ("contents", "times", "seconds", "mean", "median"):
            value = getattr(pace, what)
            rows.append(Total(PACE, what, key=group, value=None if value == "" else value, count=pace.leads))
    return rows


def totals_of_rows(plan: Plan) -> list[Total]:
    """All that コンテンツ shows of the rows of a plan, as rows of tbl_lead_totals."""
    found = content_of(plan)
    return [*content.totals_from(found), *totals_from(paths_of(found, Totals()))]


def _from_totals(totals: Totals) -> ContentPaths:
    listed = [Engaged(one.key, leads=one.count, won=one.value or 0.0) for one in totals.parts(PATH)]
    pace = {}
    for group in (WON, OTHERS):
        of = {what: totals.find(PACE, what, key=group) for what in ("contents", "times", "seconds", "mean", "median")}
        sums = {what: (one.value or 0.0) for what, one in of.items() if one and what not in ("mean", "median")}
        days = {what: one.value for what, one in of.items() if one and what in ("mean", "median") and one.count}
        leads = max((one.count for one in of.values() if one), default=0.0)
        pace[group] = Pace(leads, **sums, **{what: value for what, value in days.items() if value is not None})
    return ContentPaths(listed[: content_standards().paths], pace)
