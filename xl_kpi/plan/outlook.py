"""見込み / outlook (K14): the plan as it stands run forward, within the channels' limits, and what falls short."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod

from xl_kpi import calc
from xl_kpi.plan.model import Channel
from xl_kpi.plan.targets import Targets

DEARER = 1 + Fraction(1, 10**9)  # than what an order brings: less is nothing but the rounding of a cell


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


class PlanOutlook:
    """Where a plan lands when it is run forward.

    Leads are won on the days on which the plan needs them, after what is open covers the earliest need; a month in
    which the channels of the first stage can't bring all of them has the same part less on each of its days.
    ``age`` is what is assumed of the open items (see ``calc.outlook``; None: what the plan says).

    Source: K14.
    """

    def __init__(self, targets: Targets, age: str | None = None):
        self.targets, self.plan = targets, targets.plan
        self.age = age or targets.plan.settings.get("outlook_age") or "new"

    @cached_property
    def exceeded(self) -> list[Exceeded]:
        """Every month of every channel that is asked for more than its limit."""
        return [
            Exceeded(channel, month, planned, calc.exact(channel.capacity))
            for channel in self.plan.channels_on
            if channel.capacity is not None
            for month, planned in enumerate(self.targets.of_channel(channel).months)
            if planned > calc.exact(channel.capacity)
        ]

    @cached_property
    def leads(self) -> list[Fraction]:
        """Leads that the channels of the first stage can bring in each month, of those that are planned."""
        first = self.plan.stages[0].id
        missing = [Fraction(0)] * self.plan.months
        for one in self.exceeded:
            if one.channel.stage == first:
                missing[one.month] += one.planned - one.limit
        return [planned - less for planned, less in zip(self.targets.new[0].months, missing)]

    @cached_property
    def parts(self) -> list[Fraction]:
        """Which part of each month's planned leads can be brought."""
        planned = self.targets.new[0].months
        return [can / month if month else Fraction(0) for can, month in zip(self.leads, planned)]

    @cached_property
    def opened(self) -> list[float]:
        """What is open at each stage at the start."""
        return [self.plan.pipeline.get(stage.id, 0) for stage in self.plan.stages]

    @cached_property
    def run(self) -> calc.Outlook:
        """The forward run."""
        plan, targets = self.plan, self.targets
        return calc.outlook(
            plan.start,
            plan.months,
            plan.rates,
            targets.lags,
            self.leads_by_day,
            self.opened,
            age=self.age,
            deadline=targets.deadline,
            delivery_days=targets.delivery_days,
            entered=self.entered,
        )

    @cached_property
    def entered(self) -> list[list[Fraction]]:
        """What has entered each stage in the closed months, which the run takes as it was."""
        return self.targets.closing.entered if self.targets.closing else []

    def entered_by_day(self, days: int) -> list[list[float]]:
        """How many have entered each stage when 0, 1, … ``days`` days have passed."""
        leads = self.leads_by_day[:days]
        return calc.entered_by_day(
            days,
            self.plan.rates,
            self.targets.lags,
            leads,
            self.opened,
            age=self.age,
            start=self.plan.start,
            entered=self.entered,
        )

    @cached_property
    def needed_by_day(self) -> list[Fraction]:
        """Leads that must have been won anew when 0, 1, … days have passed, up to the day after the deadline.

        With closed months these are the leads for what the goal still needs after them.
        """
        plan, targets = self.plan, self.targets
        parts = calc.needed_by_day(
            plan.start,
            targets.lags,
            deadline=targets.deadline,
            season=plan.season,
            delivery_days=targets.delivery_days,
            closed=plan.closed_months,
        )
        closing = targets.closing
        credit, total = targets.credit[0], closing.required[0] if closing else targets.required[0]
        return [max(Fraction(0), part * total - credit) for part in parts]

    @cached_property
    def leads_by_day(self) -> list[Fraction]:
        """Leads to come on each day of the plan."""
        plan = self.plan
        edges = [(day - plan.start).days for day in calc.month_starts(plan.start, plan.months + 1)]
        won = [*self.needed_by_day, *[self.needed_by_day[-1]] * (edges[-1] + 1)]
        days: list[Fraction] = []
        for part, begin, end in zip(self.parts, edges, edges[1:]):
            days += [(after - before) * part for before, after in zip(won[begin:end], won[begin + 1 : end + 1])]
        return days

    @cached_property
    def orders(self) -> Fraction:
        """Orders that count for the goal: by the deadline, and paid by then where the goal is revenue."""
        return self.run.in_time

    @cached_property
    def revenue(self) -> Fraction | None:
        """What these orders bring; None without an order value."""
        return None if self.plan.order_value is None else self.orders * calc.exact(self.plan.order_value)

    @cached_property
    def share(self) -> Fraction | None:
        """How much of the goal that is; None for a goal of 0."""
        if self.plan.goal.kind == "revenue":
            return self.revenue / self.targets.goal if self.targets.goal and self.revenue is not None else None
        return self.orders / self.targets.orders if self.targets.orders else None

    @cached_property
    def shortage(self) -> list[Fraction]:
        """Of each stage, what should have entered it before the start and for which nothing is open."""
        return [volumes.before for volumes in self.targets.new]

    @cached_property
    def too_dear(self) -> list[TooDear]:
        """The channels that are on and cost more for one order than it brings; none without an order value.

        Equation: cost of an order = unit cost ÷ Π rates from the channel's stage on.
        """
        if self.plan.order_value is None:
            return []
        brings = calc.exact(self.plan.order_value)
        costs = [(one, self.cost_of_order(one)) for one in self.plan.channels_on]
        return [TooDear(one, cost, brings) for one, cost in costs if cost is not None and cost > DEARER * brings]

    def cost_of_order(self, channel: Channel) -> Fraction | None:
        """What a channel spends for one order; None where its unit cost is not known.

        Example: a lead for 3,000, one in 200 orders: 600,000.
        """
        if channel.unit_cost is None:
            return None
        index = self.targets.stage_index(channel.stage)
        return calc.exact(channel.unit_cost) / prod(calc.exact(rate) for rate in self.plan.rates[index:])
