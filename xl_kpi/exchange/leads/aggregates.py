"""What lists of leads add up to, written once: the same expressions run on every engine that Ibis speaks to.

Months and days leave the engine as whole numbers, and medians are read off counts by day: no engine has a say in how
a date is written or a percentile defined.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xl_kpi.exchange.leads.engine import rows_of
from xl_kpi.exchange.leads.roles import AT
from xl_kpi.exchange.leads.table import Leads
from xl_kpi.exchange.leads.typed import LOST, WON

if TYPE_CHECKING:
    import ibis.expr.types as ir

CENT = Decimal("0.01")
SHARE = Fraction(4, 5)  # of leads that have gone on within ``Days.p80``


@dataclass(frozen=True)
class Count:
    """How many leads of a channel reached a stage in a month: ``cohort`` is the month in which they began, None for
    those counted when it happened."""

    stage: str
    channel: str
    month: dt.date
    count: int
    cohort: dt.date | None = None
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True)
class Days:
    """How long leads took from a stage to the next one.

    ``days``: number of days → how many leads, from 0 on.  Source "" and channel "" are leads that say none.
    """

    step: str
    following: str
    channel: str
    source: str
    days: Mapping[int, int]

    @property
    def count(self) -> int:
        return sum(self.days.values())

    @property
    def mean(self) -> Fraction:
        return Fraction(sum(day * count for day, count in self.days.items()), self.count)

    @property
    def median(self) -> Fraction:
        """The middle one of all, or the mean of the two in the middle."""
        return Fraction(self.nth((self.count + 1) // 2) + self.nth(self.count // 2 + 1), 2)

    @property
    def p80(self) -> Fraction:
        """What four in five take at most: between two days straight, as PERCENTILE(…; 0.8) of a sheet."""
        below, part = divmod((self.count - 1) * SHARE.numerator, SHARE.denominator)
        lower, upper = self.nth(below + 1), self.nth(min(below + 2, self.count))
        return lower + (upper - lower) * Fraction(part, SHARE.denominator)

    def nth(self, place: int) -> int:
        """The days of the lead at a place, counted from 1, the quickest first."""
        for day in sorted(self.days):
            place -= self.days[day]
            if place <= 0:
                return day
        raise IndexError(place)

    def over(self, standard: float) -> int:
        """How many took longer than the standard."""
        return sum(count for day, count in self.days.items() if day > standard)


@dataclass(frozen=True)
class Share:
    """How many leads there are of a kind, and of these won and lost: ``key`` is a source, a reason, a month."""

    key: str
    channel: str
    count: int
    won: int = 0
    lost: int = 0
    amount: Decimal = Decimal(0)


def counts_by_event(leads: Leads) -> tuple[Count, ...]:
    """Leads by stage, channel and the month in which they reached it, with the first and last day that occurs."""
    import ibis

    parts, told = [], _Channel(leads)
    for stage in leads.dated:
        table = leads.table.filter(leads.table[AT + stage].notnull())
        rows = table.group_by(told=table[told.by], at=table[AT + stage]).aggregate(count=table.count())
        parts.append(rows.select("told", "count", stage=ibis.literal(stage), day=day_number(rows["at"])))
    by_day = [(stage, told(by), int(day), int(count)) for by, count, stage, day in _rows(parts)]
    return _by_month(leads, by_day, cohort=False)


def counts_by_cohort(leads: Leads) -> tuple[Count, ...]:
    """The same by the month in which the leads began: how many of these reached the stage ever.

    ``month`` and ``cohort`` are that month.  Leads whose beginning is not known are in none.
    """
    if not leads.dated:
        return ()
    table = leads.table.filter(leads.table[AT + leads.first].notnull())
    told = _Channel(leads)
    groups = table.group_by(told=table[told.by], at=table[AT + leads.first])
    rows = groups.aggregate(**{f"n_{stage}": table[AT + stage].count() for stage in leads.dated})
    found = rows_of(rows.mutate(at=day_number(rows["at"])))
    by_day = [
        (stage, told(by), int(day), int(count))
        for by, day, *counts in found
        for stage, count in zip(leads.dated, counts, strict=True)
        if count
    ]
    return _by_month(leads, by_day, cohort=True)


def _by_month(leads: Leads, rows: Sequence[tuple[str, str, int, int]], *, cohort: bool) -> tuple[Count, ...]:
    """Counts by stage, channel and day as counts by month."""
    found: dict[tuple[str, str, dt.date], tuple[int, int, int]] = {}
    for stage, channel, day, count in rows:
        key = (stage, channel, day_of_number(day).replace(day=1))
        so_far, first, last = found.get(key, (0, day, day))
        found[key] = (so_far + count, min(first, day), max(last, day))
    order = {stage: place for place, stage in enumerate(leads.stages)}
    return tuple(
        Count(stage, channel, month, count, month if cohort else None, day_of_number(first), day_of_number(last))
        for (stage, channel, month), (count, first, last) in sorted(
            found.items(), key=lambda one: (order[one[0][0]], one[0][1], one[0][2])
        )
    )


def durations(leads: Leads) -> tuple[Days, ...]:
    """Days from each stage to the next by channel and source, of leads of which both days are known.

    Special cases: what went backwards is in none of them; ``problems`` counts it.
    """
    import ibis

    parts, told = [], _Channel(leads)
    for step, following in leads.steps:
        table = leads.table
        took = day_number(table[AT + following]) - day_number(table[AT + step])
        rows = table.select(*{told.by, "source"}, days=took)
        rows = rows.filter(rows["days"] >= 0)
        groups = rows.group_by(*{told.by, "source"}, "days").aggregate(count=rows.count())
        parts.append(
            groups.select(
                "source", "days", "count", told=groups[told.by], step=ibis.literal(step),
                following=ibis.literal(following),
            )
        )  # fmt: skip
    found: dict[tuple[str, str, str, str], dict[int, int]] = {}
    for source, days, count, by, step, following in _rows(parts):
        of_days = found.setdefault((step, following, told(by), source or ""), {})
        of_days[int(days)] = of_days.get(int(days), 0) + int(count)
    order = {stage: place for place, stage in enumerate(leads.stages)}
    return tuple(
        Days(*key, days=dict(sorted(found[key].items()))) for key in sorted(found, key=lambda key: (order[key[0]], key))
    )


def together(parts: Sequence[Days], *, channel: bool = True, source: bool = True) -> tuple[Days, ...]:
    """Durations added up over all channels or sources (False: over all of them, as "")."""
    found: dict[tuple[str, str, str, str], dict[int, int]] = {}
    for one in parts:
        key = (one.step, one.following, one.channel if channel else "", one.source if source else "")
        days = found.setdefault(key, {})
        for day, count in one.days.items():
            days[day] = days.get(day, 0) + count
    return tuple(Days(*key, days=days) for key, days in found.items())


def lost_reasons(leads: Leads) -> tuple[Share, ...]:
    """Lost leads by their reason and channel, the most first; "" where no reason is given."""
    return _shares(leads, leads.table.filter(leads.table["outcome"] == LOST), "lost_reason")


def by_source(leads: Leads) -> tuple[Share, ...]:
    """All leads by source and channel, with how many were won and lost and the amount won."""
    return _shares(leads, leads.table, "source")


class _Channel:
    """By which column channels are counted, and what its values are: the channel itself or the source that tells it."""

    def __init__(self, leads: Leads):
        self.by = "channel" if leads.by_source is None else "source"
        self._by_source = leads.by_source

    def __call__(self, value: str | None) -> str:
        """The id of a channel, "" where none is known."""
        return (value if self._by_source is None else self._by_source.get(value or "")) or ""


def _shares(leads: Leads, table: ir.Table, of: str) -> tuple[Share, ...]:
    """Shares of a table of leads by the values of a column."""
    told = _Channel(leads)
    groups = table.group_by(key_=table[of], told_=table[told.by], outcome_=table["outcome"])
    found: dict[tuple[str, str], Share] = {}
    for key, by, outcome, count, amount in rows_of(groups.aggregate(count=table.count(), amount=table["amount"].sum())):
        place = key or "", told(by)
        found[place] = _with(found.get(place, Share(*place, 0)), outcome, int(count), Decimal(str(amount or 0)))
    return tuple(sorted(found.values(), key=lambda one: (-one.count, one.key, one.channel)))


def _with(share: Share, outcome: str | None, count: int, amount: Decimal) -> Share:
    """The share with some more leads that all ended alike."""
    is_won = outcome == WON
    return replace(
        share,
        count=share.count + count,
        won=share.won + count * is_won,
        lost=share.lost + count * (outcome == LOST),
        amount=(share.amount + amount * is_won).quantize(CENT),
    )


def day_number(day: Any) -> Any:
    """Days since 1 January 1970, of a column of days."""
    import ibis

    return day.delta(ibis.date(1970, 1, 1), unit="day").cast("int64")


def day_of_number(number: int) -> dt.date:
    """The day by its number."""
    return dt.date(1970, 1, 1) + dt.timedelta(int(number))


def _rows(parts: Sequence[ir.Table]) -> list[tuple[Any, ...]]:
    """The rows of some results, one below the other, in one query."""
    import ibis

    if not parts:
        return []
    return rows_of(ibis.union(*parts) if len(parts) > 1 else parts[0])
