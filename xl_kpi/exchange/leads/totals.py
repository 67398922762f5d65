"""Totals of leads too many to stand in rows, for 所要日数, リード評価 and コンテンツ: the same figures as of rows.

What each row is about stands in ``xl_kpi.plan.leads.totals``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xl_kpi.exchange.leads.aggregates import day_number, day_of_number
from xl_kpi.exchange.leads.engine import rows_of
from xl_kpi.exchange.leads.roles import AT
from xl_kpi.exchange.leads.rows import lead_rows, touch_rows
from xl_kpi.exchange.leads.source import ROW
from xl_kpi.exchange.leads.table import Leads
from xl_kpi.exchange.leads.typed import LOST, WON
from xl_kpi.plan.leads import content_paths
from xl_kpi.plan.leads.durations import REASON_LENGTH, Durations, Step, days_of_counts
from xl_kpi.plan.leads.rows import LEADS, TOUCHES
from xl_kpi.plan.leads.totals import AS_OF, Total
from xl_kpi.plan.model import Plan
from xl_kpi.plan.scoring import tested
from xl_kpi.plan.scoring.points import FIT, POINTS

MOST_ORIGINS, MOST_REASONS = 60, 60  # that have figures of their own, the most frequent ones
MOST_HELD = 200_000  # leads, and rows of what they did, of which content and scores are counted
ALL = ""
Days = Mapping[int, int]  # days → how many


@dataclass(frozen=True)
class _Frame:
    """The leads with what all figures need: ``origin`` folded, and whether each is won, lost or open."""

    table: Any
    stages: tuple[str, ...]
    names: Mapping[str, str]  # folded origin → as it is spelled first, the most frequent ones


def totals_of_leads(leads: Leads, plan: Plan) -> list[Total]:
    """All totals of a list of leads.

    Arguments: ``plan`` whose stages and standards count; a day typed as that of open leads goes before the last one
    in the list.
    Special cases: of origins and reasons beyond the most frequent ones there are only the sums with all.
    """
    about = Durations(plan.with_(tables={}))
    frame = _framed(leads, plan, about)
    day = plan.settings.get("leads_as_of") or _last_day(leads, frame)
    if day is None:
        return []
    count = int(frame.table.filter(frame.table["counts"]).count().execute())
    found = [Total(AS_OF, key=f"{day:%Y-%m-%d}", value=float(count), count=float(count))]
    for figures in (_reached(frame), _days(frame, about), _open(frame, about, day), _ended(frame, about)):
        found += figures
    return found + _of_rows(leads, plan)


def _framed(leads: Leads, plan: Plan, about: Durations) -> _Frame:
    import ibis

    table = leads.table
    called = ibis.cases(
        *((table["channel"] == one.id, one.name) for one in plan.channels), else_=ibis.null("string")
    ) if plan.channels else ibis.null("string")  # fmt: skip
    origin = table["source"].fill_null(called).fill_null("")
    stages = tuple(stage for stage in about.stages if stage in leads.stages)
    is_any = origin != ""
    for stage in stages:
        is_any = is_any | table[AT + stage].notnull()
    table = table.mutate(
        spelled=origin,
        origin=origin.upper(),
        is_won=(table["outcome"] == WON).fill_null(False),
        is_lost=(table["outcome"] == LOST).fill_null(False),
        counts=is_any | table["outcome"].notnull(),
    )
    first = stages[0] if stages else ""
    named = table.filter(table["origin"] != "")
    groups = named.group_by("origin").aggregate(
        spelled=named["spelled"].argmin(named[ROW]),
        reached=named[AT + first].count() if first else named.count(),
        first=named[ROW].min(),
    )
    top = rows_of(groups.order_by(ibis.desc("reached"), "first").limit(MOST_ORIGINS))
    return _Frame(table, stages, {key: spelled for key, spelled, _, _ in top})


def _last_day(leads: Leads, frame: _Frame) -> dt.date | None:
    days = [leads.table[AT + stage].max() for stage in frame.stages]
    found = list(rows_of(leads.table.aggregate(**{f"d{k}": day_number(day) for k, day in enumerate(days)}))[0])
    if leads.touches is not None:
        found += rows_of(leads.touches.aggregate(at=day_number(leads.touches["at"].max())))[0]
    known = [int(day) for day in found if day is not None]
    return day_of_number(max(known)) if known else None


def _reached(frame: _Frame) -> Iterator[Total]:
    table = frame.table
    counts = table.group_by("origin").aggregate(**{stage: table[AT + stage].count() for stage in frame.stages})
    for place, stage in enumerate(frame.stages, 1):
        rows = {row[0]: float(row[place]) for row in rows_of(counts)}
        yield Total("reached", stage, count=sum(rows.values()))
        yield from (Total("reached", stage, key=name, count=rows.get(key, 0.0)) for key, name in frame.names.items())


def _days(frame: _Frame, about: Durations) -> Iterator[Total]:
    for step in {step.key: step for step in (*about.steps, *about.phases)}.values():
        if not {step.start, step.end} <= set(frame.stages):
            continue
        by_origin, turned = _histogram(frame, step)
        whole = _added(by_origin.values())
        yield Total("reversed", step.key, count=float(turned))
        standard = about.standard(step)
        if not isinstance(standard, str):
            over = float(sum(count for days, count in whole.items() if days > standard))
            yield Total("over", step.key, value=over, count=float(sum(whole.values())))
        for name, days in ((ALL, whole), *((name, by_origin.get(key, {})) for key, name in frame.names.items())):
            if days:
                yield from _figures(step, name, days)


def _histogram(frame: _Frame, step: Step) -> tuple[dict[str, dict[int, int]], int]:
    """Origin → days → how many leads; and how many go backwards."""
    table = frame.table
    took = day_number(table[AT + step.end]) - day_number(table[AT + step.start])
    rows = table.select(origin=table["origin"], days=took)
    rows = rows.filter(rows["days"].notnull())
    groups = rows.group_by("origin", "days").aggregate(count=rows.count())
    found: dict[str, dict[int, int]] = {}
    turned = 0
    for origin, days, count in rows_of(groups):
        if days < 0:
            turned += int(count)
        else:
            found.setdefault(origin, {})[int(days)] = int(count)
    return found, turned


def _figures(step: Step, origin: str, days: Days) -> Iterator[Total]:
    told = days_of_counts(days)
    for figure, value in (("days_mean", told.mean), ("days_median", told.median), ("days_p80", told.p80)):
        yield Total(figure, step.key, key=origin, value=float(value), count=told.count)


def _added(parts: Any) -> dict[int, int]:
    whole: dict[int, int] = {}
    for part in parts:
        for days, count in part.items():
            whole[days] = whole.get(days, 0) + count
    return dict(sorted(whole.items()))


def _open(frame: _Frame, about: Durations, day: dt.date) -> Iterator[Total]:
    """Open leads by their last stage, and how many of them have been there for longer than the standard."""
    import ibis

    table = frame.table
    if not frame.stages:
        return
    known = [(table[AT + stage].notnull(), place) for place, stage in reversed([*enumerate(frame.stages)])]
    place = ibis.cases(*known, else_=-1)
    entered = ibis.cases(
        *((table[AT + stage].notnull(), day_number(table[AT + stage])) for stage in reversed(frame.stages)),
        else_=ibis.null("int64"),
    )
    rows = table.filter(~table["is_won"] & ~table["is_lost"])
    rows = rows.select(place=place, days=(day - dt.date(1970, 1, 1)).days - entered)
    rows = rows.filter(rows["days"] >= 0)
    found: dict[int, dict[int, int]] = {}
    for at, days, count in rows_of(rows.group_by("place", "days").aggregate(count=rows.count())):
        found.setdefault(int(at), {})[int(days)] = int(count)
    for step in about.steps:
        if step.start not in frame.stages:
            continue
        days = found.get(frame.stages.index(step.start), {})
        standard = about.standard(step)
        late = None if isinstance(standard, str) else float(sum(n for one, n in days.items() if one > standard))
        yield Total("open", step.key, value=late, count=float(sum(days.values())))


def _ended(frame: _Frame, about: Durations) -> Iterator[Total]:
    """Won and lost leads, by origin and by reason."""
    table, closing = frame.table, about.closing
    lost = table.filter(table["is_lost"])
    reason = lost["lost_reason"].fill_null("").substr(0, REASON_LENGTH)
    lost = lost.mutate(spelled_reason=reason, reason=reason.upper())
    yield Total("lost", count=float(lost.count().execute()))
    yield from _by_reason(lost)
    if closing is None or closing.start not in frame.stages:
        return
    handed = table.filter(table[AT + closing.start].notnull())
    groups = handed.group_by("origin").aggregate(won=handed["is_won"].sum(), lost=handed["is_lost"].sum())
    rows = {origin: (float(won or 0), float(gone or 0)) for origin, won, gone in rows_of(groups)}
    yield Total("won", closing.start, count=sum(won for won, _ in rows.values()))
    yield Total("lost", closing.start, count=sum(gone for _, gone in rows.values()))
    for key, name in frame.names.items():
        won, gone = rows.get(key, (0.0, 0.0))
        yield Total("won", closing.start, key=name, count=won)
        yield Total("lost", closing.start, name, count=gone)


def _by_reason(lost: Any) -> Iterator[Total]:
    import ibis

    named = lost.filter(lost["reason"] != "")
    groups = named.group_by("reason").aggregate(
        spelled=named["spelled_reason"].argmin(named[ROW]), count=named.count(), first=named[ROW].min()
    )
    rows = rows_of(groups.order_by(ibis.desc("count"), "first").limit(MOST_REASONS))
    yield from (Total("lost", key=spelled, count=float(count)) for _, spelled, count, _ in rows)


def _of_rows(leads: Leads, plan: Plan) -> list[Total]:
    """Scores, with the plan's own points, and what people read and did, by the rules of the pages on all rows; none of
    more than can be held."""
    rows = lead_rows(leads, plan, most=MOST_HELD)
    did = touch_rows(leads, most=MOST_HELD)
    if not rows or (not did and leads.touches is not None and leads.touches.count().execute()):
        return []
    own = {table: plan.tables[table] for table in (FIT, POINTS) if table in plan.tables}
    tables = {
        table: {f"r{place}": row for place, row in enumerate(some, 1)}
        for table, some in ((LEADS, rows), (TOUCHES, did))
    }
    held = plan.with_(tables=own | tables)
    return [*tested.totals_from(held), *(content_paths.totals_of_rows(held) if did else ())]
