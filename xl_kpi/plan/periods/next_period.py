"""次の期 / the next period (K16): what the goal after this one needs in the months of this plan already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

from xl_kpi import calc
from xl_kpi.calc.lag import CURVE_STEP, Lag
from xl_kpi.calc.pipeline import net
from xl_kpi.plan.model import Channel, Plan
from xl_kpi.plan.targets import Targets, Volumes, Whole, goal_scale

ON = "on"
LEAST_SLACK = 32  # days, a month and a day: by so many lags may grow before the sheets must be made anew
LEAST_ROOM = 90  # days


def is_on(plan: Plan) -> bool:
    """Whether the plan shows what the next period needs."""
    return plan.settings.get("next_period", ON) == ON


class NextPeriod:
    """The needs of the following goal at each stage; none of this plan's own numbers depends on them.

    The next period is this one again, moved on: it begins with the first month that this plan and its goal leave free,
    lasts as many months, has the same goal unless another one is typed (``next_value``, for as many months as the goal
    of this plan is stated for), a deadline as long after its start, and the same rates, lags, delivery and season.
    Of the open pipeline it has what this plan's own goal leaves.

    Source: K16.
    """

    def __init__(self, targets: Targets):
        self.targets, self.plan = targets, targets.plan

    @cached_property
    def months(self) -> int:
        """How many months it lasts: those of the plan, or up to a deadline that lies later."""
        start, last = self.plan.start, self.targets.deadline
        return max(self.plan.months, (last.year - start.year) * 12 + last.month - start.month + 1)

    @cached_property
    def start(self) -> dt.date:
        """Its first day."""
        return calc.month_start(self.plan.start, self.months)

    @cached_property
    def deadline(self) -> dt.date:
        """The last day that counts: the day after this goal's deadline moved on by the months, less one day."""
        following = self.targets.deadline + dt.timedelta(days=1)
        return _moved(following, self.months) - dt.timedelta(days=1)

    @cached_property
    def season(self) -> tuple[float, ...]:
        """The weights of the plan; where none of its months has one, all alike."""
        end = (self.deadline.year - self.start.year) * 12 + self.deadline.month - self.start.month + 1
        weights = [self.plan.season[month.month - 1] for month in calc.month_starts(self.start, end)]
        return self.plan.season if any(weights) else (1.0,) * 12

    @cached_property
    def goal(self) -> Fraction:
        """In the unit of the KGI."""
        typed = self.plan.settings.get("next_value")
        return self.targets.goal if typed is None else calc.exact(typed) * goal_scale(self.plan)

    @cached_property
    def orders(self) -> Fraction:
        """Orders that reach it; whole when they come from revenue."""
        if self.plan.goal.kind == "revenue":
            return Fraction(calc.orders_from_revenue(self.goal, self.plan.order_value))
        return self.goal

    @cached_property
    def required(self) -> tuple[Fraction, ...]:
        """Exact volume of each stage in all."""
        return tuple(Fraction(one) for one in calc.required_stages(self.orders, self.plan.rates, self.plan.rounding))

    @cached_property
    def needed(self) -> tuple[Volumes, ...]:
        """Of each stage: before this plan's start, in each of its months, after its end."""
        shares = calc.shares(
            self.plan.start,
            self.plan.months,
            self.targets.lags,
            goal_from=self.start,
            deadline=self.deadline,
            season=self.season,
            delivery_days=self.targets.delivery_days,
        )
        return tuple(
            Volumes(share.before, tuple(share.months), share.next).times(volume)
            for share, volume in zip(shares, self.required, strict=True)
        )

    @cached_property
    def left(self) -> tuple[Fraction, ...]:
        """What this plan's own goal leaves at each stage of what is open, or under way after closed months."""
        return tuple(
            max(Fraction(0), credit - needed.total)
            for credit, needed in zip(self.targets.credit, self.targets.needed, strict=True)
        )

    @cached_property
    def new(self) -> tuple[Volumes, ...]:
        """What must be newly won for it."""
        rows = [
            net(needed.before, needed.months, needed.next, left)
            for needed, left in zip(self.needed, self.left, strict=True)
        ]
        return tuple(Volumes(row.before, row.months, row.next) for row in rows)

    @cached_property
    def whole_new(self) -> tuple[Whole, ...]:
        """The same in whole numbers: what has come up by each month is the nearest to the exact sum."""
        return tuple(Whole.of([int(part) for part in calc.nearest_parts(row.parts)]) for row in self.new)

    def whole_of_channel(self, channel: Channel) -> Whole:
        """What it asks of a channel, whole: with the others of its stage it adds up to what that stage needs."""
        channels = [one for one in self.plan.channels_on if one.stage == channel.stage]
        asks = [self.of_channel(one).parts for one in channels]
        totals = self.whole_new[self.targets.stage_index(channel.stage)].parts
        return Whole.of(calc.whole_table(totals, asks)[channels.index(channel)])

    @cached_property
    def spans(self) -> tuple[int, ...]:
        """The days from the first entry into each stage that may count to the next period's start."""
        return tuple(reversed(list(_added_up(reversed(self.targets.lags), self.targets.delivery_days))))

    @cached_property
    def begins(self) -> tuple[dt.date, ...]:
        """The first day on which each stage works for it."""
        return tuple(self.start - dt.timedelta(days=days) for days in self.spans)

    def of_channel(self, channel: Channel) -> Volumes:
        """What it asks of a channel at its own stage."""
        return self.new[self.targets.stage_index(channel.stage)].times(self.targets.used_share(channel))


def room(span: int) -> int:
    """How many days the workbook counts back from the next period's start: more than the longest way takes.

    It grows in few steps, so that a lag that is typed a little longer needs no other rows.
    """
    days = LEAST_ROOM
    while days < span + LEAST_SLACK:
        days *= 2
    return days


def longest_days(lag: Lag) -> int:
    """The longest that anybody takes: the last day of a curve's last step is one less than its end."""
    return CURVE_STEP * len(lag.curve) - 1 if lag.curve else max(lag.low, lag.high)


def _added_up(lags: Iterator[Lag], delivery: int) -> Iterator[int]:
    days = delivery
    yield days
    for lag in lags:
        days += longest_days(lag)
        yield days


def _moved(day: dt.date, months: int) -> dt.date:
    """The same day some months on, or the last one of a shorter month: Excel's EDATE."""
    first = calc.month_start(day, months)
    length = (calc.month_start(first, 1) - first).days
    return first.replace(day=min(day.day, length))
