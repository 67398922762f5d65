"""What lists of leads add up to, written once: the same expressions run on every engine that Ibis speaks to.

Months and days leave the engine as whole numbers, and medians are read off counts by day: no engine has a say in how
a date is written or a percentile defined.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

    parts = []
    for stage in leads.dated:
        table = leads.table.filter(leads.table[AT + stage].notnull())
        rows = table.group_by(channel=_or_blank(table["channel"]), at=table[AT + stage]).aggregate(count=table.count())
        parts.append(rows.select("channel", "count", stage=ibis.literal(stage), day=day_number(rows["at"])))
    by_day = [(stage, channel, int(day), int(count)) for channel, count, stage, day in _rows(parts)]
    return _by_month(leads, by_day, cohort=False)


def counts_by_cohort(leads: Leads) -> tuple[Count, ...]:
    """The same by the month in which the leads began: how many of these reached the stage ever.

    ``month`` and ``cohort`` are that month.  Leads whose beginning is not known are in none.
    """
    if not leads.dated:
        return ()
    table = leads.table.filter(leads.table[AT + leads.first].notnull())
    groups = table.group_by(channel=_or_blank(table["channel"]), at=table[AT + leads.first])
    rows = groups.aggregate(**{f"n_{stage}": table[AT + stage].count() for stage in leads.dated})
    found = rows_of(rows.mutate(at=day_number(rows["at"])))
    by_day = [
        (stage, channel, int(day), int(count))
        for channel, day, *counts in found
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

    parts = []
    for step, following in leads.steps:
        table = leads.table
        took = day_number(table[AT + following]) - day_number(table[AT + step])
        rows = table.select(
            step=ibis.literal(step), following=ibis.literal(following), channel=_or_blank(table["channel"]),
            source=_or_blank(table["source"]), days=took,
        )  # fmt: skip
        rows = rows.filter(rows["days"] >= 0)
        parts.append(rows.group_by("step", "following", "channel", "source", "days").aggregate(count=rows.count()))
    found: dict[tuple[str, str, str, str], dict[int, int]] = {}
    for *key, days, count in _rows(parts):
        found.setdefault((key[0], key[1], key[2], key[3]), {})[int(days)] = int(count)
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
    table = leads.table.filter(leads.table["outcome"] == LOST)
    return _shares(table, table["lost_reason"])


def by_source(leads: Leads) -> tuple[Share, ...]:
    """All leads by source and channel, with how many were won and lost and the amount won."""
    return _shares(leads.table, leads.table["source"])


def _shares(table: ir.Table, key: Any) -> tuple[Share, ...]:
    table = table.mutate(key_=_or_blank(key), channel_=_or_blank(table["channel"]))
    won = table["outcome"] == WON
    found = table.group_by("key_", "channel_").aggregate(
        count=table.count(),
        won=won.sum(),
        lost=(table["outcome"] == LOST).sum(),
        amount=table["amount"].sum(where=won),
    )
    shares = [
        Share(key, channel, int(count), int(won or 0), int(lost or 0), Decimal(str(amount or 0)).quantize(CENT))
        for key, channel, count, won, lost, amount in rows_of(found)
    ]
    return tuple(sorted(shares, key=lambda one: (-one.count, one.key, one.channel)))


def _or_blank(column: Any) -> Any:
    return column.fill_null("")


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
