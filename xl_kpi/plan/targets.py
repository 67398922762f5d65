"""From what was typed to the numbers that are needed: stages, months, channels.  Exact until the sheets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from xl_kpi import calc
from xl_kpi.calc import pipeline
from xl_kpi.plan.model import Channel, Plan


@dataclass(frozen=True)
class Volumes:
    """How much of one stage is needed when.  ``before`` and ``next`` lie outside the plan's months."""

    before: Fraction
    months: tuple[Fraction, ...]
    next: Fraction

    @property
    def total(self) -> Fraction:
        return self.before + sum(self.months) + self.next

    def times(self, factor: Fraction) -> Volumes:
        return Volumes(self.before * factor, tuple(month * factor for month in self.months), self.next * factor)


class Targets:
    """All numbers that follow from a plan.  Every attribute is computed once, when it is asked for.

    Equation: required(i) = orders ÷ Π rates from i on; needed(i, month) = required(i) × share(i, month),
    where the shares are the goal's days shifted back by the lags (``calc.schedule``); new = needed − what
    the open pipeline already stands for (``calc.pipeline``).
    """

    def __init__(self, plan: Plan):
        self.plan = plan

    @cached_property
    def goal(self) -> Fraction:
        """The KGI in its own unit: typed, or baseline × (1 + growth)."""
        goal = self.plan.goal
        if goal.value is not None:
            return calc.exact(goal.value)
        return calc.goal_from_growth(goal.baseline, goal.growth)

    @cached_property
    def orders(self) -> Fraction:
        """Orders that reach the goal; whole when they come from revenue."""
        if self.plan.goal.kind == "revenue":
            return Fraction(calc.orders_from_revenue(self.goal, self.plan.order_value))
        return self.goal

    @cached_property
    def required(self) -> tuple[Fraction, ...]:
        """Exact volume of each stage, first stage first."""
        return tuple(
            Fraction(volume) for volume in calc.required_stages(self.orders, self.plan.rates, self.plan.rounding)
        )

    @cached_property
    def rounded(self) -> tuple[int, ...]:
        return tuple(calc.clean_ceiling(volume) for volume in self.required)

    @cached_property
    def deadline(self) -> dt.date:
        """The last day that counts."""
        return self.plan.goal.deadline or self.plan_end - dt.timedelta(days=1)

    @cached_property
    def plan_end(self) -> dt.date:
        """The first day after the plan."""
        return calc.month_start(self.plan.start, self.plan.months)

    @cached_property
    def delivery_days(self) -> int:
        """Days from order to revenue; they count for a revenue goal only."""
        return self.plan.delivery_days if self.plan.goal.kind == "revenue" else 0

    @cached_property
    def lags(self) -> tuple:
        return tuple(stage.lag for stage in self.plan.stages[:-1])

    @cached_property
    def shares(self) -> list:
        """One ``calc.Share`` a stage: the part of its volume before the start, in each month, after the end."""
        return calc.shares(
            self.plan.start,
            self.plan.months,
            self.lags,
            deadline=self.deadline,
            season=self.plan.season,
            delivery_days=self.delivery_days,
        )

    @cached_property
    def revenue(self) -> Volumes:
        """The goal itself over the plan's months, on the days on which it is reached."""
        share = calc.shares(self.plan.start, self.plan.months, [], deadline=self.deadline, season=self.plan.season)[0]
        return Volumes(share.before, tuple(share.months), share.next).times(self.goal)

    @cached_property
    def needed(self) -> tuple[Volumes, ...]:
        """Gross need of each stage."""
        return tuple(
            Volumes(share.before, tuple(share.months), share.next).times(volume)
            for share, volume in zip(self.shares, self.required, strict=True)
        )

    @cached_property
    def credit(self) -> tuple[Fraction, ...]:
        """Entries into each stage for which the open pipeline already stands."""
        opened = [self.plan.pipeline.get(stage.id, 0) for stage in self.plan.stages]
        return tuple(pipeline.credit(self.plan.rates, opened))

    @cached_property
    def new(self) -> tuple[Volumes, ...]:
        """What must still be won anew at each stage."""
        result = []
        for needed, credit in zip(self.needed, self.credit, strict=True):
            before, months, after = pipeline.net(needed.before, needed.months, needed.next, credit)
            result.append(Volumes(before, tuple(months), after))
        return tuple(result)

    @cached_property
    def latest_dates(self) -> list[dt.date]:
        """For each stage the last day on which entering it still reaches the goal."""
        last_order = self.deadline - dt.timedelta(days=self.delivery_days)
        return [*calc.latest_dates(last_order, self.lags), last_order]

    def stage_index(self, stage_id: str) -> int:
        return next(i for i, stage in enumerate(self.plan.stages) if stage.id == stage_id)

    def used_share(self, channel: Channel) -> Fraction:
        """The channel's share after scaling those of the same stage to 100 %; 0 when it is off."""
        if not channel.on:
            return Fraction(0)
        total = sum(calc.exact(other.share) for other in self.plan.channels_on if other.stage == channel.stage)
        return calc.exact(channel.share) / total if total else Fraction(0)

    def of_channel(self, channel: Channel, stage_id: str | None = None) -> Volumes:
        """What the plan asks of a channel at its own stage (or at another one, with the same share)."""
        return self.new[self.stage_index(stage_id or channel.stage)].times(self.used_share(channel))
