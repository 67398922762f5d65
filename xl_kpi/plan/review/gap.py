"""The gap in orders to date (R10): which stage of which channel costs how many, parts that add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from xl_kpi import calc
from xl_kpi.calc.review.channels import MIX, RATE, UNKNOWN, VOLUME
from xl_kpi.plan.review.to_date import ToDate

NEARLY_ALL = Fraction(9, 10)  # of the orders: fewer told by leads say too little about channels
NOISE = 1e-9  # of all parts: a loss this small is binary noise


@dataclass(frozen=True)
class Part:
    """What one cause gives (above 0) or costs (below 0), in orders.

    ``stage`` the id of the stage into which it leads; ``since`` that from which it counts, another than the one before
    where figures in between are missing; ``channel`` the id of a channel, "" for all of them; ``kind``: "volume" how
    many leads came, "mix" from which channels, "rate" how many went on, "unknown" what figures don't tell apart.
    """

    stage: str
    since: str
    channel: str
    kind: str
    orders: float


class Gap:
    """Orders to date against the plan, and where they were lost.

    By the leads in the workbook each channel has its own rates; without them the rates are over all channels, and what
    leads cost is given to the channels by what each has less or more of them.
    """

    def __init__(self, to_date: ToDate):
        self.to_date, self.plan = to_date, to_date.plan

    @cached_property
    def orders(self) -> Fraction | None:
        """Orders to date − planned ones; None where a month's are not known."""
        actual = self.to_date.actual[-1]
        return None if actual is None else actual - self.to_date.planned[-1]

    @cached_property
    def by_stage(self) -> list[Part]:
        """The parts over all channels, first stage first; none where the gap is not known."""
        if self.orders is None:
            return []
        ids = [stage.id for stage in self.plan.stages]
        parts = calc.gap_by_channel([self.to_date.planned], [self.to_date.actual])
        return [Part(ids[one.stage], ids[one.since], "", one.kind, one.orders) for one in parts if one.kind != MIX]

    @cached_property
    def parts(self) -> list[Part]:
        """The finest parts that are known: by channel and stage, or by stage with the leads by channel."""
        if self.orders is None:
            return []
        if self.is_by_channel:
            return self._by_channel
        first, *rates = self.by_stage
        return [*(self._leads(first) if first.kind == VOLUME else [first]), *rates]

    @cached_property
    def is_by_channel(self) -> bool:
        """Whether the leads in the workbook tell of nearly all orders, so that each channel has its own gap."""
        told = [row[-1] for row in self.to_date.actual_of_channels]
        known = [one for one in told if one is not None]
        whole = self.to_date.actual[-1]
        return bool(told) and len(known) == len(told) and whole is not None and sum(known) >= NEARLY_ALL * whole

    @cached_property
    def _by_channel(self) -> list[Part]:
        planned, actual = self.to_date.planned_of_channels, self.to_date.actual_of_channels
        ids = [stage.id for stage in self.plan.stages]
        found = [
            Part(ids[one.stage], ids[one.since], self.to_date.channels[one.channel].id, one.kind, one.orders)
            for one in calc.gap_by_channel(planned, actual)
        ]
        told = sum((row[-1] or Fraction(0) for row in actual), Fraction(0))
        meant = sum((row[-1] for row in planned), Fraction(0))
        rest = float((self.orders or Fraction(0)) - (told - meant))
        if abs(rest) > NOISE:  # orders that no channel's leads tell of
            found.append(Part(ids[-1], ids[0], "", UNKNOWN, rest))
        return found

    def _leads(self, whole: Part) -> list[Part]:
        """What leads cost, by channel, in proportion to what each has more or less of them."""
        planned, actual = self.to_date.planned_of_channels, self.to_date.actual_of_channels
        known = [row[0] for row in actual if row[0] is not None]
        if len(known) < len(actual) or not known:
            return [whole]
        more = [now - row[0] for now, row in zip(known, planned)]
        all_ = sum(more, Fraction(0))
        if not all_ or sum(known, Fraction(0)) != self.to_date.actual[0]:
            return [whole]
        return [
            Part(whole.stage, whole.since, channel.id, VOLUME, whole.orders * float(one / all_))
            for channel, one in zip(self.to_date.channels, more)
        ]

    @cached_property
    def bottleneck(self) -> Part | None:
        """The part that costs most; of equal ones the first; None where none costs anything."""
        known = [part for part in self.parts if part.kind in (VOLUME, MIX, RATE)]
        worst = min(known, key=lambda part: part.orders, default=None)
        scale = sum(abs(part.orders) for part in known)
        return worst if worst and worst.orders < -NOISE * max(1.0, scale) else None
