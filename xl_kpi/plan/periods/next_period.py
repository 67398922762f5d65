"""次の期 / the next period (K16): what the goal after this one needs in the months of this plan already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

from xl_kpi import calc
from xl_kpi.calc.calendar import months_from
from xl_kpi.calc.economy import subscription
from xl_kpi.calc.lag import CURVE_STEP, Lag
from xl_kpi.plan.goal.fees import is_monthly, price
from xl_kpi.plan.goal.parts import margin, new_part, orders_for
from xl_kpi.plan.goal.scale import goal_scale
from xl_kpi.plan.model import Channel, Plan
from xl_kpi.plan.needs.volumes import Volumes, Whole
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.targets import Targets

ON = "on"
LEAST_SLACK = 32  # days, a month and a day: by so many lags may grow before the sheets must be made anew
LEAST_ROOM = 90  # days
CARRIED_NOISE = Fraction(1, 10**11)  # of all orders: what is beyond the goal by less is the rounding of a cell


def is_on(plan: Plan) -> bool:
    """Whether the plan shows what the next period needs."""
    return plan.settings.get("next_period", ON) == ON


class NextPeriod:
    """The needs of the following goal at each stage; none of this plan's own numbers depends on them.

    The next period is this one again, moved on: it begins with the first month that this plan and its goal leave free,
    lasts as many months, has the same goal unless another one is typed (``next_value``, for as many months as the goal
    of this plan is stated for), a deadline as long after its start, and the same rates, lags, delivery and season.
    What is open, and the leads of this plan, work for this plan's goal; what they bring beyond it within this plan is
    this plan's surplus and lowers no need of the next period.  Orders beyond it that come when that has begun are won
    for it already (``carried``).

    Source: K16.
    """

    def __init__(self, targets: Targets, outlook: PlanOutlook | None = None):
        self.targets, self.plan = targets, targets.plan
        self.outlook = outlook or PlanOutlook(targets)

    @cached_property
    def months(self) -> int:
        """How many months it lasts: those of the plan, or up to a deadline that lies later."""
        start, last = self.plan.start, self.targets.deadline
        return max(self.plan.months, months_from(start, last) + 1)

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
        end = months_from(self.start, self.deadline) + 1
        weights = [self.plan.season[month.month - 1] for month in calc.month_starts(self.start, end)]
        return self.plan.season if any(weights) else (1.0,) * 12

    @cached_property
    def goal(self) -> Fraction:
        """In the unit of the KGI."""
        typed = self.plan.settings.get("next_value")
        return self.targets.goal if typed is None else calc.exact(typed) * goal_scale(self.plan)

    @cached_property
    def orders(self) -> Fraction:
        """Orders that reach it with what existing customers bring; whole when they come from money.

        With monthly fees those of this plan's orders go on (``going_on``) and need not be won again.
        """
        plan = self.plan
        if not plan.goal.in_money or not is_monthly(plan):
            return orders_for(plan, self.goal)
        left = max(Fraction(0), new_part(plan, self.goal) - self.going_on)
        return Fraction(calc.orders_from_revenue(left, (price(plan) or 0) * margin(plan) * self.times))

    @cached_property
    def times(self) -> Fraction:
        """In how many months of it an order of it is paid for, on average; 1 where revenue comes at once."""
        if not is_monthly(self.plan):
            return Fraction(1)
        return subscription.paid_months(self.start, self.deadline, self.season)

    @cached_property
    def going_on(self) -> Fraction:
        """What the monthly fees of the orders that this plan's goal needs bring of it; 0 where revenue comes at once.

        Equation: orders × fee × margin × its months up to the deadline's × (1 − churn of existing customers).
        """
        plan = self.plan
        if not plan.goal.in_money or not is_monthly(plan):
            return Fraction(0)
        months = months_from(self.start, self.deadline) + 1
        stay = 1 - calc.exact(plan.settings.get("existing_churn") or 0)
        return self.targets.orders * (price(plan) or 0) * margin(plan) * months * stay

    @cached_property
    def carried(self) -> Fraction:
        """Orders of this plan beyond its goal that come in the next period.

        Arguments: none; of this plan run forward.  Result: exact orders, at most ``orders``; where the goal is revenue,
        those whose revenue comes in then.
        Equation: min(orders from the next period's first day on, all orders − orders of this goal), 0 or more: whatever
        comes earlier counts for this goal first.
        Special cases: 0 where the longest way could end after the next period's deadline: what comes after that can't
        be told from what comes in time.
        Example: 30 open deals that all order after a deadline, for a goal of 1 order: 29.
        """
        outlook = self.outlook
        beyond, noise = outlook.ever[-1] - self.targets.orders, CARRIED_NOISE * outlook.ever[-1]
        if beyond <= noise or self._last_arrival > self.deadline:
            return Fraction(0)
        late = outlook.ever[-1] - outlook.counted_by(self.start - dt.timedelta(days=1))
        return min(self.orders, late, beyond) if late > noise else Fraction(0)

    @property
    def _last_arrival(self) -> dt.date:
        """The last day on which an order of this plan can come in."""
        begun = calc.month_start(self.plan.start, self.plan.closed_months)
        last = self.targets.deadline if self.outlook.to_come else begun
        return last + dt.timedelta(days=self.spans[0])

    @cached_property
    def required(self) -> tuple[Fraction, ...]:
        """Exact volume of each stage in all, for the orders that are not ``carried``."""
        orders = self.orders - self.carried
        return tuple(Fraction(one) for one in calc.required_stages(orders, self.plan.rates, self.plan.rounding))

    @cached_property
    def new(self) -> tuple[Volumes, ...]:
        """What each stage needs: before this plan's start, in each of its months, after its end."""
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
    def rounded(self) -> tuple[int, ...]:
        """Volume of each stage in all, rounded up, as this plan's own."""
        return tuple(calc.clean_ceiling(volume) for volume in self.required)

    @cached_property
    def whole_new(self) -> tuple[Whole, ...]:
        """The same in whole numbers, at least so many by each month; they add up to ``rounded``."""
        return tuple(
            Whole.of(calc.whole_parts(row.parts, volume, total))
            for row, volume, total in zip(self.new, self.required, self.rounded, strict=True)
        )

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
