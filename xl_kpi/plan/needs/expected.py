"""What the outlook (K14) finds: what counts for the goal by month, and what is beyond a limit or too dear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from xl_kpi.plan.goal.fees import fees_in
from xl_kpi.plan.model import Channel, Plan


@dataclass(frozen=True)
class Exceeded:
    """A channel of which a month asks for more than it can bring; ``month`` counts from 0."""

    channel: Channel
    month: int
    planned: Fraction
    limit: Fraction


@dataclass(frozen=True)
class TooDear:
    """A channel whose cost of one order is more than an order brings, both in currency."""

    channel: Channel
    cost: Fraction
    brings: Fraction


@dataclass(frozen=True)
class InTime:
    """What counts for the goal: by month of the plan, and after its end where the deadline lies later."""

    months: tuple[Fraction, ...]
    after: Fraction

    @property
    def parts(self) -> list[Fraction]:
        """All that counts in the order of time."""
        return [*self.months, self.after]

    @property
    def total(self) -> Fraction:
        return sum(self.months) + self.after


def in_time(entries: Sequence[Fraction], total: Fraction) -> InTime:
    """The orders of each month that count for the goal, ``total`` of all: the earliest.

    Special cases: a month never takes back what the months before it brought.  Where closed months brought less than
    the plan had gone on by then, the run has less than nothing to go on next; so much less comes in the months after.
    Example: 4, 9, −1 and 6 orders, of which 15 count.
    >>> [int(one) for one in in_time([4, 9, -1, 6], 15).parts]
    [4, 9, 0, 2, 0]
    """
    upto = [min(one, total) for one in accumulate(accumulate(entries, initial=Fraction(0)), max)]
    return InTime(tuple(after - before for before, after in zip(upto, upto[1:])), total - upto[-1])


def fees_in_time(plan: Plan, delivered: Sequence[Fraction], most: Fraction) -> InTime:
    """Monthly fees by month, of orders delivered in each month of which ``most`` count for the goal."""
    fees = fees_in(plan, delivered, most)
    within = (*fees[: plan.months], *[Fraction(0)] * (plan.months - len(fees)))
    return InTime(within, sum(fees[plan.months :], Fraction(0)))
