"""Leads as cohorts: for each step and channel how many went on after how many days, and what their dates get wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xl_kpi.calc.cohorts.cohort import Cohort
from xl_kpi.calc.lag import LONGEST_DAYS

if TYPE_CHECKING:
    import ibis.expr.types as ir

AT = "at_"  # before the id of a stage: the column with the day on which a lead entered it
WON = "won"
GONE, WITHIN, UNDATED, WAITING = "gone", "within", "undated", "waiting"
EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Problem:
    """What is wrong with the dates of some leads, or with the leads: ``first`` is the row in which one stands.

    ``kind``: "won_first" won before the first contact, "reversed" entered the stage ``about`` before the one before it,
    "skipped" without a day of it, "unbegun" without a day of the first stage, "undated" won without a day, "later"
    dated after the day up to which is counted, "old" dated too far back, "unplaced" of no channel, "mail" and "company"
    the same mail address or company as another lead, "no_date" and "serial_date" cells of the column ``about`` that are
    no days, or numbers read as days.
    """

    kind: str
    count: int
    about: str = ""
    first: int | None = None


@dataclass(frozen=True)
class Counted:
    """``steps``: (stage, next stage with days) → channel id ("": of none) → those who entered; counted to ``as_of``."""

    as_of: dt.date
    steps: Mapping[tuple[str, str], Mapping[str, Cohort]]
    problems: tuple[Problem, ...] = ()
    leads: int = 0


def counted(
    table: ir.Table, stages: Sequence[str], as_of: dt.date | None = None, today: dt.date | None = None
) -> Counted | None:
    """The cohorts of a table of leads.

    Arguments: ``table`` a row a lead, with ``row``, ``channel`` (id), ``outcome``, ``mail``, ``company`` and a column
    ``at_<stage id>`` of days for each of ``stages``, in the order of the funnel; ``as_of`` the day up to which is
    counted, later days being unknown then (None: the last day of a stage in the table, but not after ``today``: a slip
    in one year would have all leads watched until then).
    Result: None where there is no day at all.
    Special cases: a stage that was skipped is known to have been passed by the next day that is known: who skipped it
    went on within the days between the two neighbours, both into it and out of it.  A lead that entered the next stage
    before this one has gone on, after no days that can be told; nothing is swapped.  Steps before the first day of a
    lead do not count it.  A lost lead is one that has not gone on: see ``kaplan_meier``.
    """
    import ibis

    days = {stage: _number(table[AT + stage]) for stage in stages}
    last = _number_of(as_of) if as_of else _last(table, days, _number_of(today or dt.date.max))
    if last is None:
        return None
    known = {
        f"d{place}": ibis.cases((day.between(last - LONGEST_DAYS, last), day), else_=ibis.null("int64"))
        for place, day in enumerate(days.values())
    }
    flags = {
        "is_later": _any([day > last for day in days.values()]),
        "is_old": _any([day < last - LONGEST_DAYS for day in days.values()]),
        "is_won": (table["outcome"] == WON).fill_null(False),
        "has_order": days[stages[-1]].notnull(),
    }
    channel = table["channel"].fill_null("")
    dated = table.select("row", "mail", "company", channel=channel, **known, **flags)
    counts: dict[int, dict[str, dict[str, dict[int, int]]]] = {}
    parts = [_step(dated, place, len(stages), last) for place in range(len(stages) - 1)]
    for place, name, kind, took, count in _rows(ibis.union(*parts) if len(parts) > 1 else parts[0]) if parts else ():
        counts.setdefault(int(place), {}).setdefault(name, {}).setdefault(kind, {})[int(took)] = int(count)
    steps = {
        (stages[place], stages[place + 1]): {
            name: Cohort(
                kinds.get(GONE, {}), kinds.get(WITHIN, {}), kinds.get(WAITING, {}), sum(kinds.get(UNDATED, {}).values())
            )
            for name, kinds in sorted(counts.get(place, {}).items())
        }
        for place in range(len(stages) - 1)
    }
    problems, leads = _problems(dated, stages)
    return Counted(EPOCH + dt.timedelta(days=last), steps, problems, leads)


def one_table(tables: Sequence[ir.Table], stages: Sequence[str]) -> ir.Table:
    """Several tables of leads as one, with the columns that ``counted`` looks at."""
    import ibis

    columns = ["row", "channel", "outcome", "mail", "company", *(AT + stage for stage in stages)]
    parts = [table.select(*columns) for table in tables]
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _step(dated: ir.Table, place: int, stages: int, last: int) -> ir.Table:
    """Step, channel, kind, days and how many of them."""
    import ibis

    here, there = dated[f"d{place}"], dated[f"d{place + 1}"]
    later = ibis.coalesce(*(dated[f"d{at}"] for at in range(place + 1, stages)))
    before = ibis.coalesce(*(dated[f"d{at}"] for at in range(place, -1, -1)))
    took = later - before
    kind = ibis.cases(
        (before.isnull(), ibis.null("string")),
        (later.isnull() & here.notnull(), WAITING),
        (later.isnull(), ibis.null("string")),
        (took < 0, UNDATED),
        (here.notnull() & there.notnull(), GONE),
        else_=WITHIN,
    )
    days = ibis.cases((later.isnull(), last - before), (took < 0, ibis.literal(0, "int64")), else_=took)
    rows = dated.select("channel", step=ibis.literal(place, "int64"), kind=kind, days=days.cast("int64"))
    rows = rows.filter(rows["kind"].notnull())
    return rows.group_by("step", "channel", "kind", "days").aggregate(count=rows.count())


def _problems(dated: ir.Table, stages: Sequence[str]) -> tuple[tuple[Problem, ...], int]:
    import ibis

    found: dict[tuple[str, str], Any] = {}
    columns = [dated[f"d{place}"] for place in range(len(stages))]
    first, orders = columns[0], columns[-1]
    found["won_first", ""] = orders < first
    for place in range(1, len(stages)):
        found["reversed", stages[place]] = columns[place] < columns[place - 1]
        if place + 1 < len(stages):
            later = ibis.coalesce(*columns[place + 1 :])
            found["skipped", stages[place]] = columns[place].isnull() & later.notnull()
    if len(columns) > 1:
        found["unbegun", stages[0]] = first.isnull() & ibis.coalesce(*columns[1:]).notnull()
    found["undated", stages[-1]] = dated["is_won"] & ~dated["has_order"]
    found["later", ""], found["old", ""] = dated["is_later"], dated["is_old"]
    found["unplaced", ""] = dated["channel"] == ""
    sums = {f"n{at}": which.fill_null(False).sum() for at, which in enumerate(found.values())}
    rows = {f"r{at}": dated["row"].min(where=which.fill_null(False)) for at, which in enumerate(found.values())}
    twice = {
        f"{name}_{what}": getattr(dated[name], what)() for name in ("mail", "company") for what in ("count", "nunique")
    }
    everything = dated.aggregate(leads=dated.count(), **sums, **rows, **twice)
    told = dict(zip(everything.columns, _rows(everything)[0], strict=True))
    problems = [
        Problem(kind, int(told[f"n{at}"] or 0), about, None if told[f"r{at}"] is None else int(told[f"r{at}"]))
        for at, (kind, about) in enumerate(found)
    ]
    problems += [Problem(name, int(told[f"{name}_count"] - told[f"{name}_nunique"])) for name in ("mail", "company")]
    return tuple(one for one in problems if one.count), int(told["leads"])


def last_day(table: ir.Table, stages: Sequence[str]) -> dt.date | None:
    """The last day of any stage in a table of leads, however late; None without any."""
    last = _last(table, {stage: _number(table[AT + stage]) for stage in stages}, _number_of(dt.date.max))
    return None if last is None else EPOCH + dt.timedelta(days=last)


def _last(table: ir.Table, days: Mapping[str, Any], most: int) -> int | None:
    """The last day of any stage that is not later than ``most``."""
    last = {f"m{place}": day.max(where=day <= most) for place, day in enumerate(days.values())}
    found = _rows(table.aggregate(**last))[0]
    told = [int(day) for day in found if day is not None]
    return max(told, default=None)


def _any(conditions: Sequence[Any]) -> Any:
    """Whether one of them holds; unknown ones do not."""
    known = [one.fill_null(False) for one in conditions]
    found = known[0]
    for one in known[1:]:
        found = found | one
    return found


def _number(day: Any) -> Any:
    """Days since 1 January 1970: engines do not agree on how dates are written, but on whole numbers."""
    import ibis

    return day.delta(ibis.date(EPOCH), unit="day").cast("int64")


def _number_of(day: dt.date) -> int:
    return (day - EPOCH).days


def _rows(expression: ir.Table) -> list[tuple[Any, ...]]:
    frame = expression.execute().astype(object)
    return list(frame.where(frame.notna(), None).itertuples(index=False, name=None))
