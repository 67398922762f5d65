"""見込み / outlook (K14): the plan as it stands run forward, within the channels' limits, and what falls short."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from xl_kpi import calc
from xl_kpi.plan.model import Channel
from xl_kpi.plan.targets import Targets


@dataclass(frozen=True)
class Exceeded:
    """A channel of which a month asks for more than it can bring; ``month`` counts from 0."""

    channel: Channel
    month: int
    planned: Fraction
    limit: Fraction


class PlanOutlook:
    """Where a plan lands when it is run forward.

    Leads are won on the days on which the plan needs them, after what is open covers the earliest need; a month in
    which the channels of the first stage can't bring all of them has the same part less on each of its days.
    ``age`` is what is assumed of the open items (see ``calc.outlook``).

    Source: K14.
    """

    def __init__(self, targets: Targets, age: str = "new"):
        self.targets, self.plan, self.age = targets, targets.plan, age

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
    def run(self) -> calc.Outlook:
        """The forward run."""
        plan, targets = self.plan, self.targets
        return calc.outlook(
            plan.start,
            plan.months,
            plan.rates,
            targets.lags,
            self._leads_by_day(),
            [plan.pipeline.get(stage.id, 0) for stage in plan.stages],
            age=self.age,
            deadline=targets.deadline,
            delivery_days=targets.delivery_days,
        )

    def _leads_by_day(self) -> list[Fraction]:
        """Leads to come on each day of the plan."""
        plan, targets = self.plan, self.targets
        parts = calc.needed_by_day(
            plan.start,
            targets.lags,
            deadline=targets.deadline,
            season=plan.season,
            delivery_days=targets.delivery_days,
        )
        credit, total = targets.credit[0], targets.required[0]
        won = [max(Fraction(0), part * total - credit) for part in parts]
        edges = [(day - plan.start).days for day in calc.month_starts(plan.start, plan.months + 1)]
        won += [won[-1]] * (edges[-1] + 1 - len(won))
        days: list[Fraction] = []
        for month, (begin, end) in enumerate(zip(edges, edges[1:])):
            planned = targets.new[0].months[month]
            part = self.leads[month] / planned if planned else Fraction(0)
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
