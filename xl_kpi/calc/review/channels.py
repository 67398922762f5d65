"""The gap in orders split over the stages of every channel, with the mix between channels apart."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from xl_kpi.calc.errors import KpiError, is_blank
from xl_kpi.calc.inputs import as_float, numbers, same_length
from xl_kpi.calc.number import zero_or_more
from xl_kpi.calc.review.gap import gap_by_stage, log_ratio

VOLUME, MIX, RATE, UNKNOWN = "volume", "mix", "rate", "unknown"


class GapPart(NamedTuple):
    """What one cause gives (above 0) or costs (below 0), in orders.

    ``channel`` its place among the channels, from 0.  ``kind``: ``VOLUME`` what the number of all leads does, ``MIX``
    what the channel's share of them does, ``RATE`` what goes on from stage ``since`` to stage ``stage`` (places from
    0; more than one apart where figures of those in between are missing), ``UNKNOWN`` leads and rates up to ``stage``
    together, since nothing is known before it.
    """

    channel: int
    kind: str
    since: int
    stage: int
    orders: float


def gap_by_channel(plan: Sequence[Sequence], actual: Sequence[Sequence]) -> list[GapPart]:
    """How many orders each channel's leads, their share and each of its rates give or cost against the plan.

    Arguments: ``plan`` a row for each channel: n+1 volumes of the stages, first stage first, the orders last, each 0
    or more; ``actual`` likewise, a blank (None) where nothing is known, but never for the orders.
    Result: parts that add up to actual orders − planned orders, each channel's own to its own gap; channel after
    channel, in each from the leads to the orders.
    Equation: logarithmic mean Divisia in each channel as in ``gap_by_stage``; its part for leads is L × ln(V′ ÷ V) of
    all leads V and L × ln(s′ ÷ s) of its share s of them.
    Special cases: without any order, what is left of the channel at the last stage that has something is taken for what
    it would bring at the plan's rates: the parts before are those of so many orders, and the next rate costs these.  A
    stage that is blank has no part; the next one that is known answers for both.  Without the leads
    of every channel no share is known: there is no mix, and the leads of the others are volume.  A channel of which
    all leads are missing on one side costs by its share alone.
    Errors: KpiError for bad volumes (with their position), blanks in the orders, and rows of different length.
    Example: as many leads as planned, but half of the better channel's came from the other.
    >>> for part in gap_by_channel([[100, 20], [100, 10]], [[50, 10], [150, 15]]):
    ...     print(part.channel, part.kind, round(part.orders, 2))
    0 volume 0.0
    0 mix -10.0
    0 rate 0.0
    1 volume 0.0
    1 mix 5.0
    1 rate 0.0

    Source: R10; B. W. Ang, The LMDI approach to decomposition analysis (2005).
    """
    planned = [numbers(list(row), "plan") for row in plan]
    same_length(list(actual), "actual", len(planned))
    real = [_known(row, len(then)) for row, then in zip(actual, planned)]
    same = {len(row) for row in planned}
    if len(same) > 1:
        raise KpiError("#VALUE!", "plan", None, max(same), "count", count=min(same))
    # all leads, where every channel tells its own
    before = sum((row[0] for row in planned), Fraction(0))
    after = None if any(row[0] is None for row in real) else sum((row[0] or Fraction(0) for row in real), Fraction(0))
    found: list[GapPart] = []
    for channel, (then, now) in enumerate(zip(planned, real)):
        places = [place for place, volume in enumerate(now) if volume is not None]
        here = [then[place] for place in places]
        row, broken = _on_the_way(here, [now[place] or Fraction(0) for place in places])
        parts = gap_by_stage(here, row)
        if broken:
            parts[broken] -= as_float(row[-1], "actual", len(row))
        since = 0
        for place, orders in zip(places, parts):
            if place:
                found.append(GapPart(channel, RATE if since in places else UNKNOWN, since, place, orders))
            elif after is None:
                found.append(GapPart(channel, VOLUME, 0, 0, orders))
            else:
                volume = _volume(here, row, before, after, orders)
                found.append(GapPart(channel, VOLUME, 0, 0, volume))
                found.append(GapPart(channel, MIX, 0, 0, orders - volume))
            since = place
    return found


def _on_the_way(then: Sequence[Fraction], now: Sequence[Fraction]) -> tuple[list[Fraction], int]:
    """The volumes, of a channel that has leads and no order yet what its last ones would bring at the plan's rates; and
    the place of the rate that has brought nothing (0: none)."""
    left = max((place for place, volume in enumerate(now) if volume), default=-1)
    if now[-1] or left < 0 or not all(then[left:]):
        return list(now), 0
    row = list(now[: left + 1])
    for before, later in zip(then[left:], then[left + 1 :]):
        row.append(row[-1] * later / before)
    return row, left + 1


def _known(row: Sequence, count: int) -> list[Fraction | None]:
    """The volumes of a row, None where nothing is known."""
    cells = same_length(list(row), "actual", count)
    if is_blank(cells[-1]):
        raise KpiError("#VALUE!", "actual", count, None, "blank")
    return [None if is_blank(cell) else zero_or_more(cell, "actual", place) for place, cell in enumerate(cells, 1)]


def _volume(
    then: Sequence[Fraction], now: Sequence[Fraction], before: Fraction, after: Fraction, leads: float
) -> float:
    """Of a channel's part for leads what the number of all leads does; the rest is its share."""
    if not (before and after):  # no leads at all on one side: nothing has a share
        return leads
    planned, orders = then[-1], now[-1]
    if not (then[0] and now[0] and planned and orders):
        return 0.0
    gap = as_float(orders - planned, "actual", len(now))
    mean = gap / log_ratio(orders, planned) if gap else as_float(orders, "actual", len(now))
    return mean * log_ratio(after, before) if after != before else 0.0
