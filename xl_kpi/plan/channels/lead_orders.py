"""受注見込み by channel (K14): the orders and the revenue that its leads bring, run forward by its own rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod

from xl_kpi import calc
from xl_kpi.plan.goal.fees import is_monthly, price
from xl_kpi.plan.model import Channel
from xl_kpi.plan.needs.expected import InTime, fees_in_time, in_time
from xl_kpi.plan.outlook import PlanOutlook


@dataclass(frozen=True)
class Brought:
    """What the leads of a channel bring: orders.

    ``orders`` by the month in which they are won, ``paid`` how often they bring their price by the month in which that
    comes (once, or as monthly fees), both as far as they count for the goal (``InTime``: what comes after the plan's
    months but in time stands apart); ``later`` the orders that come too late for it.
    """

    orders: InTime
    paid: InTime
    later: Fraction
    monthly: bool = False

    @property
    def times(self) -> Fraction:
        """How often they bring their price, whenever; of monthly fees within the goal's months."""
        return self.paid.total if self.monthly else self.total

    @property
    def total(self) -> Fraction:
        """All of them, whenever they come."""
        return self.orders.total + self.later


class LeadOrders:
    """What becomes of the leads that each channel has still to win, of what is open, and of all.

    The leads are those that the outlook counts: what the plan needs anew from the first open day on, as far as the
    channel can bring its part of a month.  They go through the channel's own rates and the plan's lags, which all
    channels share.  What they bring and what comes of the rest (open at the start, under way after closed months, won
    by then: nobody knows of which channel) is the plan's outlook, to the last digit.

    Equation: orders(i, t) = Π r(i) × Σ over days d of leads(i, d) × P(sum of the lags ≤ t − d).
    Source: K14.
    """

    def __init__(self, outlook: PlanOutlook):
        self.outlook, self.plan, self.targets = outlook, outlook.plan, outlook.targets

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Those that are on and bring the first stage."""
        return self.plan.lead_channels

    @cached_property
    def by_channel(self) -> Mapping[str, Brought]:
        """By the channel's id."""
        return {channel.id: self._of(channel) for channel in self.channels}

    @cached_property
    def rest(self) -> Fraction:
        """Orders, whenever they come, of what is open, under way or won already."""
        return self.outlook.ever[-1] - sum((one.total for one in self.by_channel.values()), Fraction(0))

    @cached_property
    def whole(self) -> list[int]:
        """All orders of each channel, then of the rest, whole: they add up to the whole of all."""
        return list(map(int, calc.nearest_parts([one.total for one in self.by_channel.values()] + [self.rest])))

    def money(self, digits: int) -> list[Fraction]:
        """Their revenue, to so many digits after the point."""
        once = price(self.plan) or Fraction(0)
        parts = [one.times for one in self.by_channel.values()]
        return calc.nearest_parts([part * once for part in (*parts, self.times - sum(parts))], digits)

    @property
    def times(self) -> Fraction:
        """How often all orders bring their price, as ``Brought.times``."""
        return self.outlook.paid_times.total if is_monthly(self.plan) else self.outlook.ever[-1]

    def entered_by_day(self, days: int, channel_id: str = "") -> list[list[float]]:
        """All planned leads, or those that a channel with a limit brings, and what of them has entered each stage when
        0, 1, … ``days`` days have passed, as if each of them went on."""
        leads = self._limited[channel_id] if channel_id else self._planned
        count = (self.targets.deadline - self.plan.start).days + 1
        ones, nothing = [1] * (len(self.plan.stages) - 1), [0] * len(self.plan.stages)
        return calc.entered_by_day(days, ones, self.targets.lags, leads[: min(days, count)] or [0], nothing)

    def _of(self, channel: Channel) -> Brought:
        chain = prod((calc.exact(rate) for rate in self.plan.rates_of(channel) if rate), start=Fraction(1))
        leads = self._limited.get(channel.id)
        factor = chain if leads else chain * self.targets.used_share(channel)
        run = self._run(leads) if leads else self._all
        total = sum(leads or self._planned, Fraction(0))
        counts = run.in_time * factor
        orders, paid = ([one * factor for one in months] for months in (run.orders, run.delivered))
        later, monthly, months = total * factor - counts, is_monthly(self.plan), self.plan.months
        if monthly:
            times = fees_in_time(self.plan, paid, counts)
        else:
            times = in_time(paid[:months], counts)
        return Brought(in_time(orders[:months], counts), times, later, monthly)

    @cached_property
    def _all(self) -> calc.Outlook:
        """All leads that are planned, run forward as if each of them ordered."""
        return self._run(self._planned)

    @cached_property
    def _planned(self) -> list[Fraction]:
        """Leads that are planned on each day, none before the first open one."""
        first = (calc.month_start(self.plan.start, self.plan.closed_months) - self.plan.start).days
        won = self.outlook.won_by_day
        return [Fraction(0)] * first + [after - before for before, after in zip(won[first:], won[first + 1 :])]

    @cached_property
    def _limited(self) -> dict[str, list[Fraction]]:
        """Of channels with a limit that is exceeded: the leads of each day that they bring."""
        found: dict[str, list[Fraction]] = {}
        for channel in self.channels:
            if channel.id in self.outlook.excess:
                days = [Fraction(0)] * len(self._planned)
                for month, (begin, end) in enumerate(zip(self.outlook.edges, self.outlook.edges[1:])):
                    part = self.part_brought(channel, month)
                    days[begin:end] = [day * part for day in self._planned[begin:end]]
                found[channel.id] = days
        return found

    def part_brought(self, channel: Channel, month: int) -> Fraction:
        """Which part of a month's planned leads a channel brings, as far as its limit lets it; 0 where none are."""
        planned, over = self.outlook.planned[month], self.outlook.excess.get(channel.id)
        if not planned:
            return Fraction(0)
        return self.targets.used_share(channel) - (over[month] / planned if over else 0)

    def _run(self, leads: Sequence[Fraction]) -> calc.Outlook:
        plan, targets = self.plan, self.targets
        days = (targets.deadline - plan.start).days + 1
        nothing = [0] * len(plan.stages)
        months = len(self.outlook.edges) - 1 if is_monthly(plan) else plan.months
        return calc.outlook(plan.start, months, [1] * (len(plan.stages) - 1), targets.lags, leads[:days], nothing,
                            deadline=targets.deadline, delivery_days=targets.delivery_days)  # fmt: skip
