"""The monthly plan: the goal's days moved back by the lags, exactly, and cut at the months.

Everything is kept as running totals over whole days: ``sums[t]`` is how much must have entered a stage
before day t, counted from the start of the plan, as a whole number over one common denominator.  Moving a
stage back by a lag of boxes of days is then a few differences of sums of sums, whatever the lag's length,
and no fraction is built until a month is read off.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import lcm

from xl_kpi.calc.calendar import DAY, goal_months, month_start, month_starts, read_day, read_month
from xl_kpi.calc.errors import KpiError
from xl_kpi.calc.funnel import MOST_STAGES, read_rates, required_stages
from xl_kpi.calc.inputs import numbers, yes_or_no
from xl_kpi.calc.lag import Lag, as_lag, day_boxes
from xl_kpi.calc.number import listed, whole

LONGEST_MONTHS = 1_200  # a hundred years, as for lags
WEEK, WEEKEND = 7, (6, 0)  # ordinal 1, the first of January of the year 1, is a Monday


@dataclass(frozen=True)
class Share:
    """When one stage's total must have entered it: before the start, in each month, after the plan's end.

    ``before`` + the sum of ``months`` + ``next`` is exactly 1.
    """

    before: Fraction
    months: tuple[Fraction, ...]
    next: Fraction


def shares(
    start: dt.date,
    months: int,
    lags: Sequence,
    *,
    deadline: dt.date | None = None,
    season: Sequence | None = None,
    delivery_days: int = 0,
    goal_from: dt.date | None = None,
    closed: int = 0,
) -> list[Share]:
    """Which part of every stage's total must enter it when.

    Arguments: ``start`` first of a month; ``months`` length of the plan; ``lags`` n lags, from the first
    stage to the last one before the orders (see ``as_lag``); ``deadline`` the last day on which the goal
    counts (None: the plan's last day); ``season`` 12 weights from January on; ``delivery_days`` days from
    order to revenue, 0 where the goal is orders; ``goal_from`` the first of the month with which the goal begins, the
    start or later (None: the start); ``closed`` how many months from the start are closed.
    Result: n+1 Shares, first stage first, the orders last.
    Equation: share of stage i before day t = P(D − delivery − L(i) − … − L(n) < t), D a day of the goal
    (``goal_months``, even within a month), all L independent; with months ``closed`` the same on condition that the
    order comes after them: ``before`` is then what must have entered before the first open month.
    Special cases: lags of 0 give the goal's own months; a deadline after the plan's end leaves a part
    in ``next``; where no order can come after the closed months every part is 0.
    Errors: KpiError for a bad start, number of months, deadline, weight, lag (with its position) or delivery.
    Example: revenue of April and May, delivered 30 days after the order, ordered 0 days after the lead.
    >>> share = shares(dt.date(2026, 4, 1), 2, [0], delivery_days=30)[0]
    >>> share.before, share.months
    (Fraction(1, 2), (Fraction(15, 31), Fraction(1, 62)))

    Source: K7.
    """
    first = read_month(start)
    length = whole(months, "months", low=1, high=LONGEST_MONTHS)
    edges = _edges(first, length)
    chain = [*read_lags(lags), as_lag(delivery_days, "delivery_days")]
    pieces = _goal_pieces(
        first, goal_from or first, month_start(first, length) - DAY if deadline is None else deadline, season
    )
    result = []
    for sums, _ in _moved_back(pieces, chain, edges[-1], edges[closed])[:-1]:
        at_edges = [sums[edge] for edge in edges]
        at_edges[:closed] = [0] * closed
        whole_sum = sums[-1] or 1
        by_month = [Fraction(b - a, whole_sum) for a, b in zip(at_edges[closed:], at_edges[closed + 1 :])]
        before, after = Fraction(at_edges[closed], whole_sum), Fraction(sums[-1] - at_edges[-1], whole_sum)
        result.append(Share(before, (*[Fraction(0)] * closed, *by_month), after))
    return result


def orders_left(
    start: dt.date,
    closed: int,
    *,
    deadline: dt.date,
    season: Sequence | None = None,
    delivery_days: int = 0,
) -> Fraction:
    """Which part of the orders lies after the months that are closed.

    Arguments: as for ``shares``.
    Result: between 0 and 1; 1 while nothing is closed.
    Equation: P(D − delivery ≥ first day of the first open month).
    Errors: as for ``shares``.
    Example: a goal even over April and May, April closed.
    >>> orders_left(dt.date(2026, 4, 1), 1, deadline=dt.date(2026, 5, 31))
    Fraction(1, 2)

    Source: K15.
    """
    if not closed:
        return Fraction(1)
    first = read_month(start)
    parts = goal_months(first, deadline, season)
    pieces = [((part.first - first).days, (part.end - first).days, part.share) for part in parts]
    sums, scale = _moved_back(pieces, [as_lag(delivery_days, "delivery_days")], 0)[0]
    day = _edges(first, closed)[-1]
    return Fraction(scale - sums[min(day, len(sums) - 1)], scale)


def remaining_by_day(
    start: dt.date,
    days: int,
    lags: Sequence,
    *,
    deadline: dt.date,
    season: Sequence | None = None,
    delivery_days: int = 0,
    closed: int = 0,
) -> list[list[float]]:
    """Which part of every stage's total has not yet entered it when 0, 1, … ``days`` days have passed.

    Arguments: as for ``shares``; ``days`` how far to look, counted from the start.
    Result: n+2 rows of ``days`` + 1 numbers between 1 and 0: the stages, first one first, the orders, and
    last the goal itself (the day on which the revenue comes in).  Each number is correctly rounded.
    Equation: 1 − P(D − delivery − L(i) − … − L(n) < t).
    Special cases: with months closed the orders' row is at most ``orders_left``, and the stages' follow from it.
    Errors: as for ``shares``.
    Example: a goal due within two days, with one day from order to revenue.
    >>> remaining_by_day(dt.date(2026, 4, 1), 2, [], deadline=dt.date(2026, 4, 2), delivery_days=1)
    [[0.5, 0.0, 0.0], [1.0, 0.5, 0.0]]

    Source: K7.
    """
    first = read_month(start)
    chain = [*read_lags(lags), as_lag(delivery_days, "delivery_days")]
    parts = goal_months(first, deadline, season)
    pieces = [((part.first - first).days, (part.end - first).days, part.share) for part in parts]
    steps = _moved_back(pieces, chain, days, _edges(first, closed)[-1])
    return [[(sums[-1] - sums[day]) / scale for day in range(days + 1)] for sums, scale in steps]


def entered_for_goal(
    start: dt.date,
    days: int,
    lags: Sequence,
    *,
    goal_from: dt.date,
    deadline: dt.date,
    season: Sequence | None = None,
    delivery_days: int = 0,
) -> list[list[float]]:
    """Which part of every stage's total has entered it when 0, 1, … ``days`` days have passed, for a later goal.

    Arguments: as for ``shares``; ``days`` how far to look, counted from the start.
    Result: n+2 rows of ``days`` + 1 numbers between 0 and 1: the stages, first one first, the orders, and last the goal
    itself.  Each number is correctly rounded.
    Equation: P(D − delivery − L(i) − … − L(n) < t).
    Errors: as for ``shares``.
    Example: a goal of the first two days of May, seen from 29 April on, with one day from order to revenue.
    >>> april, may = dt.date(2026, 4, 1), dt.date(2026, 5, 1)
    >>> rows = entered_for_goal(april, 31, [], goal_from=may, deadline=dt.date(2026, 5, 2), delivery_days=1)
    >>> [row[28:] for row in rows]
    [[0.0, 0.0, 0.5, 1.0], [0.0, 0.0, 0.0, 0.5]]

    Source: K16.
    """
    first = read_month(start)
    chain = [*read_lags(lags), as_lag(delivery_days, "delivery_days")]
    pieces = _goal_pieces(first, goal_from, deadline, season)
    return [[sums[day] / scale for day in range(days + 1)] for sums, scale in _moved_back(pieces, chain, days)]


def needed_by_day(
    start: dt.date,
    lags: Sequence,
    *,
    deadline: dt.date,
    season: Sequence | None = None,
    delivery_days: int = 0,
    closed: int = 0,
) -> list[Fraction]:
    """Which part of the first stage's total must have entered it before the start, after one day, after two …

    Arguments: as for ``shares``; without lags the first stage is the orders.
    Result: running totals up to the day after the deadline, the last one 1 (0 where months are closed and no order can
    come after them).
    Equation: P(D − delivery − L(1) − … − L(n) < t).
    Errors: as for ``shares``.
    Example: a goal due within two days, with one day from lead to order.
    >>> [str(part) for part in needed_by_day(dt.date(2026, 4, 1), [1], deadline=dt.date(2026, 4, 2))]
    ['1/2', '1', '1']

    Source: K7.
    """
    first = read_month(start)
    chain = [*read_lags(lags), as_lag(delivery_days, "delivery_days")]
    parts = goal_months(first, deadline, season)
    pieces = [((part.first - first).days, (part.end - first).days, part.share) for part in parts]
    sums, _ = _moved_back(pieces, chain, 0, _edges(first, closed)[-1])[0]
    return [Fraction(total, sums[-1] or 1) for total in sums]


def monthly_required(goals: Sequence, rates: Sequence, lags: Sequence, start: dt.date) -> list[list[Fraction]]:
    """How many must enter each stage before the start and in each month, for given orders a month.

    Arguments: ``goals`` orders wanted in each month from the start, 0 or more; ``rates`` n rates and
    ``lags`` n lags in funnel order (a lag: whole days, a tuple (first day, last day), a list of cumulative
    shares by 30 days, a Lag); ``start`` first of a month.
    Result: n+1 rows, first stage first, the orders last; each row [before the start, month 1, month 2, …].
    Equation: a month's goal is even over its days; stage i's days are these moved back by L(i) + … + L(n)
    and divided by r(i) × … × r(n).
    Special cases: nothing is lost, each row adds up to the goals ÷ the rates.
    Errors: KpiError for a bad goal, rate, lag or start, and where the lags are not as many as the rates.
    Example: 31 orders in May, 10 days from lead to order, every second lead orders.
    >>> [[int(x) for x in row] for row in monthly_required([0, 31], [0.5], [10], dt.date(2026, 4, 1))]
    [[0, 20, 42], [0, 0, 31]]

    Source: K3, K7.
    """
    first = read_month(start)
    amounts = numbers(goals, "goals", at_most=LONGEST_MONTHS)
    factors = read_rates(rates)
    chain = read_lags(lags)
    if len(chain) != len(factors):
        raise KpiError("#VALUE!", "lags", None, len(chain), "count", count=len(factors))
    edges = _edges(first, len(amounts))
    pieces = list(zip(edges, edges[1:], amounts))
    rows = []
    for (sums, scale), volume in zip(_moved_back(pieces, chain, edges[-1]), required_stages(1, factors)):
        at_edges = [0, *(sums[edge] for edge in edges)]
        rows.append([volume * Fraction(b - a, scale) for a, b in zip(at_edges, at_edges[1:])])
    return rows


def latest_dates(deadline: dt.date, lags: Sequence) -> list[dt.date]:
    """The latest date to enter each stage, so that even those who take longest order by the deadline.

    Arguments: ``deadline`` the last day for the orders; ``lags`` n lags in funnel order.
    Result: n dates, first stage first; the last one is the deadline less the last lag.
    Equation: deadline − the sum of the latest days of the lags from this stage on; calendar days.
    Errors: KpiError for a bad deadline or lag, and for dates before the year 1.
    Example:
    >>> [str(day) for day in latest_dates(dt.date(2027, 1, 31), [(10, 30), 20])]
    ['2026-12-12', '2027-01-11']

    Source: K7.
    """
    last = read_day(deadline, "deadline")
    totals = list(accumulate(lag.latest for lag in reversed(read_lags(lags))))
    if totals and totals[-1] >= last.toordinal():
        raise KpiError("#NUM!", "deadline", None, last, "date_range")
    return [last - days * DAY for days in reversed(totals)]


def last_days(deadline: dt.date, lags: Sequence) -> list[dt.date]:
    """The last day on which entering each stage can still lead to an order by the deadline.

    Arguments: ``deadline`` the last day for the orders; ``lags`` n lags in funnel order.
    Result: n+1 dates, first stage first; the last one is the deadline.
    Equation: deadline − the sum of the earliest days of the lags from this stage on; calendar days.
    Special cases: of a measured curve the first 30 days count as soon as anybody has gone on by then.
    Errors: KpiError for a bad deadline or lag, and for dates before the year 1.
    Example:
    >>> [str(day) for day in last_days(dt.date(2027, 1, 31), [(10, 30), 20])]
    ['2027-01-01', '2027-01-11', '2027-01-31']

    Source: K7.
    """
    last = read_day(deadline, "deadline")
    totals = [0, *accumulate(lag.earliest for lag in reversed(read_lags(lags)))]
    if totals[-1] >= last.toordinal():
        raise KpiError("#NUM!", "deadline", None, last, "date_range")
    return [last - days * DAY for days in reversed(totals)]


def start_by(deadline: dt.date, lags: Sequence, workdays: object = False, holidays: Sequence = ()) -> list[dt.date]:
    """For each lag the latest date to enter its stage, counted in days or in working days.

    Arguments: ``deadline`` the last day for the orders; ``lags`` n lags in funnel order; ``workdays`` True
    where the lags are working days, Monday to Friday; ``holidays`` dates that are no working days either
    (they matter for working days only).
    Result: n dates, first stage first; the last one is the deadline less the last lag.
    Equation: as for ``latest_dates``; with working days the latest working day from which that many working
    days on is the deadline or earlier.
    Special cases: a deadline on a day off counts as the last working day before it.
    Errors: KpiError for a bad deadline, lag, holiday or choice, and for dates before the year 1.
    Example: two working days across Japan's holidays of 4 to 6 May and a weekend.
    >>> holidays = [dt.date(2026, 5, day) for day in (4, 5, 6)]
    >>> [str(day) for day in start_by(dt.date(2026, 5, 8), [2, 1], True, holidays)]
    ['2026-04-30', '2026-05-07']

    Source: K7.
    """
    off = {read_day(day, "holidays", position) for position, day in enumerate(listed(holidays), 1)}
    if not yes_or_no(workdays, "workdays"):
        return latest_dates(deadline, lags)
    chain = read_lags(lags)
    last = read_day(deadline, "deadline")
    closed = {day.toordinal() for day in off}
    day, result = last.toordinal(), []
    for left in (0, *(lag.latest for lag in reversed(chain))):
        while left or day % WEEK in WEEKEND or day in closed:
            left -= day % WEEK not in WEEKEND and day not in closed
            day -= 1
            if day < 1:
                raise KpiError("#NUM!", "deadline", None, last, "date_range")
        result.append(dt.date.fromordinal(day))
    return result[:0:-1]


def read_lags(lags: Sequence) -> list[Lag]:
    """Lags in any form as checked Lags; blanks at the end are ignored, one in between is a KpiError."""
    # one Lag or number may come alone; a tuple here is always the row of all lags
    items = listed(lags)
    if len(items) > MOST_STAGES:
        raise KpiError("#VALUE!", "lags", None, len(items), "at_most", count=MOST_STAGES)
    return [as_lag(lag, "lags", position) for position, lag in enumerate(items, 1)]


def _goal_pieces(first: dt.date, begin: dt.date, deadline: dt.date, season: Sequence | None) -> list:
    """The goal's months as pieces (first day, day after the last, share), counted from ``first``; nothing before it."""
    parts = goal_months(begin, deadline, season)
    wait = (parts[0].first - first).days
    before = [(0, wait, Fraction(0))] if wait else []
    return before + [((part.first - first).days, (part.end - first).days, part.share) for part in parts]


def _edges(first: dt.date, months: int) -> list[int]:
    """The months' first days and the day after the last one, in days from the start."""
    return [(day - first).days for day in month_starts(first, months + 1)]


def _moved_back(pieces: list, chain: list[Lag], days: int, since: int = 0) -> list[tuple[list[int], int]]:
    """Running totals (sums, scale) before each lag of the chain, and last those of the goal itself.

    ``pieces`` are (first day, day after the last, amount), even within, in order and without gaps from day
    0; the sums reach to ``days`` or to the end of the pieces, whichever is later, and end at the total.  ``since``:
    only what has the last lag of the chain still before it on that day, or later, is moved back further.
    """
    per_day = [(end - begin, amount / (end - begin)) for begin, end, amount in pieces]
    scale = lcm(*(amount.denominator for _, amount in per_day))
    daily = [whole_amount for length, amount in per_day for whole_amount in [int(amount * scale)] * length]
    daily += [0] * (days - len(daily))
    sums = [0, *accumulate(daily)]
    steps = [(sums, scale)]
    for lag in reversed(chain):
        boxes, weight = day_boxes(lag)
        sums, scale = _back_by(sums, boxes), scale * weight
        if since and len(steps) == 1:
            over = sums[min(since, len(sums) - 1)]
            sums = [max(0, total - over) for total in sums]
        steps.append((sums, scale))
    return steps[::-1]


def _back_by(sums: list[int], boxes: list[tuple[int, int, int]]) -> list[int]:
    """Σ weight(s) × sums[t + s] for every t, where the sums stay at their last value for ever after."""
    length = len(sums)
    if len(boxes) == 1 and boxes[0][1] == boxes[0][0] + 1:  # a fixed lag is nothing but a shift
        shift = min(boxes[0][0], length)
        return sums[shift:] + [sums[-1]] * shift
    beyond = boxes[-1][1]
    totals = [0, *accumulate(sums + [sums[-1]] * beyond)]
    # neighbouring boxes share an edge: one factor for each edge instead of two for each box
    factors: dict[int, int] = {}
    for begin, end, weight in boxes:
        factors[end] = factors.get(end, 0) + weight
        factors[begin] = factors.get(begin, 0) - weight
    moved = [0] * length
    for edge, factor in factors.items():
        if factor:
            moved = [value + factor * total for value, total in zip(moved, totals[edge : edge + length])]
    return moved
