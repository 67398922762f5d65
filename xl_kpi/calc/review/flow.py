"""What closed months tell day by day: when in a month entries came, and how many of each stage would have gone on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from xl_kpi.calc.inputs import same_length
from xl_kpi.calc.lag import as_lag, day_boxes
from xl_kpi.calc.outlook import forward_by, rest_boxes


class Over(NamedTuple):
    """Of how many that entered a stage (``new``), and that were open at the start (``old``), the days ended in months
    that are told; ``all_old`` of how many of the latter in any closed month; ``left`` of how many of both in none."""

    new: float
    old: float
    all_old: float
    left: float


Fill = Callable[[int, Over, float, float], float]


def closed_flow(
    edges: Sequence[int],
    entered: Sequence[Sequence],
    lags: Sequence,
    leads_by_day: Sequence,
    open_by_stage: Sequence,
    *,
    age: str = "new",
    fill: Fill | None = None,
    guessed_leads: float = 0.0,
) -> tuple[list[list[float]], list[Over]]:
    """The entries of closed months on their days, and of how many of each stage the next one is made.

    Arguments: ``edges`` the first days of the closed months and the day after the last, counted from the start;
    ``entered`` n+1 rows, first stage first, the orders last, of counts by closed month; ``lags`` n lags;
    ``leads_by_day`` when leads were planned; ``open_by_stage`` and ``age`` as for ``calc.outlook``; a count of a later
    stage is None where nobody has told it: ``fill`` then says the rate of which it is made, from the step's place, the
    ``Over`` of the result, how many of these have gone on, and the part of the stage's own entries that was filled;
    ``guessed_leads`` how many of the first row's nobody has told.
    Result: n+1 rows of entries by day, each month's adding up to its count; n times ``Over``, of how many in each
    stage the days are over by now.
    Equation: A(i + 1, d) = Σ over s of P(L(i) = s) × E(i, d − s) + open(i) × P(R(i) = d) is what would arrive if all
    went on; a month's count is spread in its proportion (evenly where nothing would), leads in that of the plan's; a
    count that nobody has told is the rate × what would arrive in the month, less what of the items open at the start
    (nobody says since when) went on in other months already.
    Example: what comes into a stage for the first time comes at the end of the month; 62 of 124 days' leads are over.
    >>> rows, over = closed_flow([0, 31], [[31], [4]], [27], [], [0, 0])
    >>> rows[1][26:], over
    ([0.0, 1.0, 1.0, 1.0, 1.0], [Over(new=4.0, old=0.0, all_old=0.0, left=27.0)])

    Source: K14.
    """
    same_length(list(lags), "lags", len(entered) - 1)
    shape = [float(day) for day in leads_by_day[: edges[-1]]]
    shape += [0.0] * (edges[-1] - len(shape))
    rows, over = [_spread(entered[0], edges, shape)], []
    filled = guessed_leads
    for place, (lag, waiting, counts) in enumerate(zip(lags, open_by_stage, entered[1:])):
        boxes, weight = day_boxes(as_lag(lag, "lags"))
        sums = [0.0, *accumulate(rows[-1])]
        lump = [0.0, *([float(waiting)] * edges[-1])]
        new = [total / weight for total in forward_by(sums, boxes)]
        old = [total / weight for total in forward_by(lump, rest_boxes(boxes, age))]
        came = [one + other for one, other in zip(new, old)]
        silent = [month for month, count in enumerate(counts) if count is None]
        told_new, told_old = (row[-1] - sum(row[edges[k + 1]] - row[edges[k]] for k in silent) for row in (new, old))
        over.append(Over(told_new, told_old, old[-1], sums[-1] + lump[-1] - came[-1]))
        told = list(counts)
        if silent:
            gone_on = float(sum(Fraction(one) for one in counts if one is not None))
            all_ = sums[-1]
            rate = fill(place, over[-1], gone_on, filled / all_ if all_ else 0.0) if fill else 0.0
            due = {k: came[edges[k + 1]] - came[edges[k]] for k in silent}
            early, whole = _early(over[-1], gone_on, rate), rate * sum(due.values())
            kept = max(0.0, 1 - early / whole) if early > 0 and whole > 0 else 1.0
            told = [rate * due[k] * kept if k in due else count for k, count in enumerate(counts)]
        filled = float(sum(told[k] for k in silent))
        rows.append(_spread(told, edges, [after - before for before, after in zip(came, came[1:])]))
    return rows, over


def _early(over: Over, gone_on: float, rate: float) -> float:
    """How many of those open at the start went on before their days: what is more than the rate says, of their part."""
    entries = over.new + over.old
    return (gone_on - rate * entries) * over.old / entries if entries else 0.0


def _spread(counts: Sequence, edges: Sequence[int], shape: Sequence[float]) -> list[float]:
    """Each month's count on its days, in the proportion of ``shape``."""
    found: list[float] = []
    for count, begin, end in zip(counts, edges, edges[1:]):
        days = [max(0.0, day) for day in shape[begin:end]]
        total = sum(days)
        if total <= 1e-9:
            days, total = [1.0] * (end - begin), float(end - begin)
        found += [float(Fraction(count)) * day / total for day in days]
    return found
