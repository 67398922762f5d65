"""週次実績 / Weekly actuals (K13): what was typed by week, as parts of months.

A week runs from Monday to Sunday.  One that lies in two months is split by its days: each of the seven has a seventh
of its value, so that the months add up to the weeks exactly.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from xl_kpi import catalog
from xl_kpi.calc import exact
from xl_kpi.calc.calendar import DAY, month_start
from xl_kpi.catalog import text
from xl_kpi.errors import Fault, Words
from xl_kpi.plan.closed.closing import first_stage_actuals, stage_key
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.imported.figures import STAGE, Batch, Figure
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.kpi_links import KpiLinks, kpi_link

WEEKS, PAGE = "tbl_weeks", "weeks"
WEEK = 7  # days
TYPED = ("week", "kpi", "value")
MONDAY_SERIAL = 2  # Excel's number of a Monday, and of no earlier one

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Piece:
    """The part of a week that lies in one month: its days, and their part of the value."""

    month: dt.date
    first: dt.date
    last: dt.date
    value: Fraction

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Weekly:
    """What the page says.

    ``batch`` by KPI and month; ``rows`` that were read; ``first`` and ``last`` day (None without rows); ``split``: the
    Mondays of weeks in two months; ``outside``: months of the pieces that are none of the plan.
    """

    batch: Batch
    rows: int = 0
    first: dt.date | None = None
    last: dt.date | None = None
    split: tuple[dt.date, ...] = ()
    outside: tuple[dt.date, ...] = ()


def pieces(monday: dt.date, value: Fraction) -> Iterator[Piece]:
    """A week in its months.

    Equation: value × days in the month ÷ 7.
    Example: 70 in the week from 2026-03-30 are 20 in March (two days) and 50 in April.
    """
    day, end = monday, monday + WEEK * DAY
    while day < end:
        stop = min(month_start(day, 1), end)
        yield Piece(month_start(day), day, stop - DAY, value * (stop - day).days / WEEK)
        day = stop


def days_after(monday: dt.date) -> int:
    """How many days of the week that begins on a day are in the next month."""
    return max(0, (monday + WEEK * DAY - month_start(monday, 1)).days)


def weekly(plan: Plan) -> Weekly:
    """The weeks of a plan, of which ``weekly_faults`` finds nothing wrong, added up by KPI and month.

    Result: a month that has but a part of its weeks has the sum of these, and says which days it covers.
    """
    name = text(f"sheet_{PAGE}", plan.lang)
    found: dict[tuple[str, dt.date], list[Piece]] = {}
    mondays: set[dt.date] = set()
    rows = [row for row in plan.tables.get(WEEKS, {}).values() if _is_whole(row)]
    for row in rows:
        mondays.add(row["week"])
        for piece in pieces(row["week"], exact(row["value"])):
            found.setdefault((row["kpi"], piece.month), []).append(piece)
    figures = tuple(_figure(link, month, parts) for (link, month), parts in found.items())
    last = month_start(plan.start, plan.months)
    return Weekly(
        Batch(name, name, figures), len(rows), min(mondays, default=None),
        max(mondays) + (WEEK - 1) * DAY if mondays else None,
        tuple(monday for monday in sorted(mondays) if days_after(monday)),
        tuple(sorted({one.month for one in figures if not plan.start <= one.month < last})),
    )  # fmt: skip


def days_told(plan: Plan, link: str, month: dt.date) -> list[tuple[int, int]]:
    """First and last day of each part of a month that the weeks of a KPI are about."""
    rows = (row for row in plan.tables.get(WEEKS, {}).values() if _is_whole(row) and row["kpi"] == link)
    parts = (piece for row in rows for piece in pieces(row["week"], Fraction(0)))
    return [(piece.first.day, piece.last.day) for piece in parts if piece.month == month]


def _figure(link: str, month: dt.date, parts: list[Piece]) -> Figure:
    channel, kpi = (STAGE, link.removeprefix(f"{STAGE}:")) if link.startswith(f"{STAGE}:") else link.split(".", 1)
    first, last = min(one.first for one in parts), max(one.last for one in parts)
    return Figure(channel, kpi, month, sum((one.value for one in parts), Fraction(0)), first, last, len(parts))


def weekly_faults(plan: Plan) -> list[Fault]:
    """Everything that keeps the weeks from being added up: half a row, a day that is no Monday, a row that stands
    twice, a KPI that is no sum of its weeks (a rate, an average) or that nobody types.

    Result: ``cell`` is the key of the entry.
    """
    rows, allowed = plan.tables.get(WEEKS, {}), summed_links(plan)
    seen: dict[tuple[Any, Any], str] = {}
    found = []
    for id_, row in rows.items():
        key = f"{WEEKS}[{id_}]"
        if not _is_whole(row):
            lacking = next(column for column in TYPED if column not in row)
            found.append(Fault("", Words("weeks_half"), cell=f"{key}.{lacking}"))
            continue
        day, link = row["week"], row["kpi"]
        if day.weekday():
            likely = f"{day - day.weekday() * DAY:%Y/%m/%d}"
            allowed_day = Words("plan_ask", likely=likely, allowed=Words("weeks_monday"))
            found.append(Fault(f"{day:%Y/%m/%d}", allowed_day, cell=f"{key}.week"))
        if link not in allowed:
            found.append(Fault(_called(plan, link), Words("weeks_no_sum"), cell=f"{key}.kpi"))
        first = seen.setdefault((day, link), id_)
        if first != id_:
            found.append(Fault(f"{day:%Y/%m/%d}", Words("weeks_twice"), cell=f"{key}.week"))
    return found


def summed_links(plan: Plan) -> set[str]:
    """The KPIs and stages of which the actual of a month is typed and the sum of its weeks."""
    kpis = (kpi for channel in plan.channels_on for kpi in shown_kpis(plan, channel))
    found = {kpi_link(kpi) for kpi in kpis if kpi.actual == "input" and catalog.unit(kpi.unit).total == "sum"}
    stages = [stage_key(stage.id) for stage in plan.stages]
    return found | {*(stages[1:] if first_stage_actuals(plan) is not None else stages)}


def split_value(row: Row) -> tuple[int, Fraction, Fraction] | None:
    """Of a row the days in the next month, and the parts of its own month and of the next; None of half a row."""
    if "week" not in row or "value" not in row:
        return None
    later = days_after(row["week"])
    value = exact(row["value"])
    return later, value * (WEEK - later) / WEEK, value * later / WEEK


def state_of(row: Row, others: Iterable[Row]) -> str:
    """What the page says of a row: the end of the key of a text, "" for nothing.

    Arguments: ``others`` all rows of the table.
    """
    if not any(column in row for column in TYPED):
        return ""
    if not _is_whole(row):
        return "half"
    if row["week"].weekday():
        return "monday"
    if sum((one.get("week"), one.get("kpi")) == (row["week"], row["kpi"]) for one in others) > 1:
        return "twice"
    return "split" if days_after(row["week"]) else ""


def _is_whole(row: Row) -> bool:
    return all(column in row for column in TYPED)


def _called(plan: Plan, link: str) -> str:
    return KpiLinks.of(plan).words.get(link, link)
