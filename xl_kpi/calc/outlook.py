"""The plan run forward: what is open and what is still to come, through rates and lags, to orders and revenue.

Kept as running totals over whole days, as in ``schedule``: ``sums[t]`` is how much has entered a stage before day t.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import lcm
from typing import TypeVar

from xl_kpi.calc.calendar import DAY, month_start, month_starts, read_day, read_month
from xl_kpi.calc.errors import KpiError
from xl_kpi.calc.funnel import read_rates
from xl_kpi.calc.inputs import numbers
from xl_kpi.calc.lag import Lag, as_lag, day_boxes
from xl_kpi.calc.number import exact, listed
from xl_kpi.calc.schedule import read_lags

Number = TypeVar("Number", int, float)

AGES = ("new", "half")  # of what is open at the start: just entered; half of each one's time has passed


@dataclass(frozen=True)
class Outlook:
    """Where a plan lands.

    ``entries``: a row for each stage, the orders last, with how many enter it in each month of the plan (at the start
    itself, what is won already); ``delivered``: orders whose revenue comes in, by month; ``in_time``: orders whose
    revenue comes in by the deadline.
    """

    entries: tuple[tuple[Fraction, ...], ...]
    delivered: tuple[Fraction, ...]
    in_time: Fraction

    @property
    def orders(self) -> tuple[Fraction, ...]:
        """Orders by month."""
        return self.entries[-1]


def outlook(
    start: dt.date,
    months: int,
    rates: Sequence,
    lags: Sequence,
    leads_by_day: Sequence,
    open_by_stage: Sequence,
    *,
    age: str = "new",
    deadline: dt.date | None = None,
    delivery_days: object = 0,
    entered: Sequence[Sequence] = (),
    beyond: Sequence = (),
    by_day: bool = False,
) -> Outlook:
    """What becomes of open items and of leads to come.

    Arguments: ``start`` first of a month, ``months`` length of the plan; ``rates`` n rates and ``lags`` n lags in
    funnel order; ``leads_by_day`` how many enter the first stage on each day from the start, 0 or more (days beyond:
    none); ``open_by_stage`` n+1 counts of what is open at the start, first stage first, at the orders' place what is
    won already; ``age`` of these: "new" (they have just entered) or "half" (half of each one's time has passed);
    ``deadline`` the last day that counts (None: the plan's last day); ``delivery_days`` from order to revenue;
    ``entered`` n+1 rows, first stage first, with how many have entered in each of the first months, known by now: they
    take the place of what the run would say of these months (a month's are even over its days), or with ``by_day`` on
    each of the first days; ``beyond`` n+1 numbers,
    how much more of each is known: it has just entered on the day after them, of the orders on the day before (below 0:
    less).
    Result: an Outlook of exact numbers.
    Equation: E(i+1, d) = r(i) × (Σ over s of P(L(i) = s) × E(i, d − s) + open(i) × P(R(i) = d)), where R(i) is L(i) for
    "new" and ⌊L(i) ÷ 2⌋ for "half"; what is won already enters the orders on the first day.
    Special cases: what arrives after the plan's end, or after the deadline, is in none of its numbers.
    Errors: KpiError for a bad start, rate, lag, number, age or deadline, and where the counts do not match.
    Example: 100 leads on 1 April, every tenth orders after 30 days; 50 open leads have half of that behind them.
    >>> run = outlook(dt.date(2026, 4, 1), 2, [0.1], [30], [100], [50, 0], age="half")
    >>> [int(x) for x in run.orders], int(run.in_time)
    ([5, 10], 15)

    Source: K14.
    """
    first = read_month(start)
    edges = [(day - first).days for day in month_starts(first, months + 1)]
    last = read_day(deadline, "deadline") if deadline is not None else month_start(first, months) - DAY
    end = max(edges[-1], (last - first).days + 1)
    known = [[exact(day, "entered") for day in row] for row in entered] if by_day else _known(first, entered)
    rows = _rows(rates, lags, leads_by_day, open_by_stage, age, end, known, _beyond(beyond, entered))
    sums, scale = rows[-1]
    boxes, weight = day_boxes(as_lag(delivery_days, "delivery_days"))
    paid, scale = forward_by(sums, boxes), scale * weight
    entries = tuple(_by_month(row, unit, edges) for row, unit in rows)
    return Outlook(entries, _by_month(paid, scale, edges), Fraction(paid[max(0, (last - first).days + 1)], scale))


def entered_by_day(
    days: int,
    rates: Sequence,
    lags: Sequence,
    leads_by_day: Sequence,
    open_by_stage: Sequence,
    *,
    age: str = "new",
    start: dt.date | None = None,
    entered: Sequence[Sequence] = (),
    beyond: Sequence = (),
) -> list[list[float]]:
    """How many have entered each stage when 0, 1, … ``days`` days have passed: the same run, day by day.

    Arguments, equation and errors: as for ``outlook``; ``days`` how far to look, counted from the start (which matters
    where something has ``entered``).
    Result: n+1 rows of ``days`` + 1 numbers, first stage first, the orders last.  Each number is correctly rounded.
    Example: 4 leads on the first day, half of them order two days later.
    >>> entered_by_day(3, [0.5], [2], [4], [0, 0])
    [[0.0, 4.0, 4.0, 4.0], [0.0, 0.0, 0.0, 2.0]]

    Source: K14.
    """
    known = _known(start, entered) if start is not None else []
    rows = _rows(rates, lags, leads_by_day, open_by_stage, age, days, known, _beyond(beyond, entered))
    return [[total / scale for total in sums] for sums, scale in rows]


def _rows(
    rates: Sequence,
    lags: Sequence,
    leads_by_day: Sequence,
    open_by_stage: Sequence,
    age: str,
    end: int,
    known: list[list[Fraction]],
    beyond: list[Fraction],
) -> list[tuple[list[int], int]]:
    """The running totals of every stage up to the day ``end``, of arguments that are looked at first."""
    factors, chain = read_rates(rates), read_lags(lags)
    if len(chain) != len(factors):
        raise KpiError("#VALUE!", "lags", None, len(chain), "count", count=len(factors))
    opened = numbers(open_by_stage, "open_by_stage", at_most=len(factors) + 1)
    if len(opened) != len(factors) + 1:
        raise KpiError("#VALUE!", "open_by_stage", None, len(listed(open_by_stage)), "count", count=len(factors) + 1)
    if age not in AGES:
        raise KpiError("#VALUE!", "age", None, age, "age")
    daily = numbers(leads_by_day, "leads_by_day", at_most=end)
    return list(_run(daily, factors, chain, opened, age, end, known, beyond))


def _known(start: dt.date, entered: Sequence[Sequence]) -> list[list[Fraction]]:
    """What has entered each stage on each day of the first months."""
    found = []
    for row in entered:
        days: list[Fraction] = []
        edges = month_starts(start, len(row) + 1)
        for count, begun, ended in zip(row, edges, edges[1:]):
            length = (ended - begun).days
            days += [exact(count, "entered") / length] * length
        found.append(days)
    return found


def _run(
    daily: list[Fraction],
    rates: list[Fraction],
    lags: list[Lag],
    opened: list[Fraction],
    age: str,
    end: int,
    known: list[list[Fraction]],
    beyond: list[Fraction],
) -> Iterator[tuple[list[int], int]]:
    """Running totals of each stage, as whole numbers over one common denominator (sums, scale)."""
    if known:
        daily = [*known[0], *daily[len(known[0]) :]]
    counts = (*daily, *opened, *beyond, *(day for row in known for day in row))
    scale = lcm(*(number.denominator for number in counts))
    sums = [0, *accumulate(int(number * scale) for number in daily)]
    sums += [sums[-1]] * (end + 1 - len(sums))
    rows, more, since = iter(known[1:]), iter(beyond), len(known[0]) if known else 0
    sums = _from(sums, since + 1, int(next(more, Fraction(0)) * scale))
    for index, (rate, lag, waiting) in enumerate(zip(rates, lags, opened), 1):
        yield sums, scale
        boxes, weight = day_boxes(lag)
        moved = zip(forward_by(sums, boxes), forward_by(_lump(waiting, scale, end), rest_boxes(boxes, age)))
        sums, scale = [rate.numerator * (new + old) for new, old in moved], scale * weight * rate.denominator
        sums = _after(sums, [0, *accumulate(int(day * scale) for day in next(rows, ()))])
        place = since + (index < len(rates))  # the orders' are those of the months that are known
        sums = _from(sums, place, int(next(more, Fraction(0)) * scale))
    yield [came + won for came, won in zip(sums, _lump(opened[-1], scale, end))], scale


def _after(sums: list[int], known: list[int]) -> list[int]:
    """The running totals that are known, and from there on the steps of ``sums``."""
    last = len(known) - 1
    return [*known, *(known[-1] + total - sums[last] for total in sums[last + 1 :])]


def _from(sums: list[int], place: int, more: int) -> list[int]:
    """The same with so much more from a place on."""
    return [*sums[:place], *(total + more for total in sums[place:])] if more else sums


def _beyond(counts: Sequence, entered: Sequence[Sequence]) -> list[Fraction]:
    return [exact(count, "beyond") for count in counts] if entered else []


def _lump(count: Fraction, scale: int, end: int) -> list[int]:
    """All of them on the first day."""
    return [0, *([int(count * scale)] * end)]


def _by_month(sums: list[int], scale: int, edges: list[int]) -> tuple[Fraction, ...]:
    return tuple(Fraction(sums[after] - sums[before], scale) for before, after in zip(edges, edges[1:]))


def rest_boxes(boxes: list[tuple[int, int, int]], age: str) -> list[tuple[int, int, int]]:
    """The days that are left to what is open, as ``day_boxes`` has them."""
    if age == "new":
        return boxes
    weights: dict[int, int] = {}
    for begin, end, weight in boxes:
        for day in range(begin, end):
            weights[day // 2] = weights.get(day // 2, 0) + weight
    return [(day, day + 1, weight) for day, weight in sorted(weights.items())]


def forward_by(sums: list[Number], boxes: list[tuple[int, int, int]]) -> list[Number]:
    """Σ weight(s) × sums[t − s] for every t, where the sums are 0 before the first day."""
    totals: list[Number] = [sums[0] * 0] + list(accumulate(sums))
    # neighbouring boxes share an edge: one factor for each edge instead of two for each box
    factors: dict[int, int] = {}
    for begin, end, weight in boxes:
        factors[begin] = factors.get(begin, 0) + weight
        factors[end] = factors.get(end, 0) - weight
    moved: list[Number] = [0] * len(sums)
    for edge, factor in factors.items():
        for t in range(edge, len(sums)) if factor else ():
            moved[t] += factor * totals[t - edge + 1]
    return moved
