"""From what was typed to the numbers that are needed: stages, months, channels.  Exact until the sheets."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from functools import cached_property
from itertools import accumulate

from xl_kpi import calc, catalog
from xl_kpi.calc import pipeline
from xl_kpi.calc.allocation import NOISE as WHOLE_NOISE
from xl_kpi.plan.closed.closing import Closing, channel_key, need_key, rest_key, stage_key
from xl_kpi.plan.goal.fees import revenue_parts
from xl_kpi.plan.goal.parts import existing_part, new_part, orders_for
from xl_kpi.plan.goal.scale import goal_scale
from xl_kpi.plan.model import EXISTING_ROW, MONEY_ROWS, Channel, Plan
from xl_kpi.plan.needs.volumes import Volumes, Whole

NOISE = Fraction(1, 10**12)  # of what is there: it was remembered in a cell


class Targets:
    """All numbers that follow from a plan.  Every attribute is computed once, when it is asked for.

    Equation: required(i) = orders ÷ Π rates from i on; needed(i, month) = required(i) × share(i, month),
    where the shares are the goal's days shifted back by the lags (``calc.schedule``); new = needed − what
    the open pipeline already stands for (``calc.pipeline``).
    With closed months (``closing``) all of this is about the open ones: what the goal still needs after the others,
    less what is under way then; ``before`` is what should have been there before the first open day.
    """

    def __init__(self, plan: Plan):
        self.plan = plan

    @cached_property
    def goal(self) -> Fraction:
        """The KGI of the months that count, in its own unit: typed, or baseline × (1 + growth)."""
        goal = self.plan.goal
        stated = calc.goal_from_growth(goal.baseline, goal.growth) if goal.value is None else calc.exact(goal.value)
        return stated * goal_scale(self.plan)

    @cached_property
    def existing(self) -> Fraction:
        """What existing customers bring of the goal, in its own unit."""
        return existing_part(self.plan)

    @cached_property
    def by_new_orders(self) -> Fraction:
        """What new orders must bring of it."""
        return new_part(self.plan, self.goal)

    @cached_property
    def orders(self) -> Fraction:
        """Orders that reach the goal with what existing customers bring; whole when they come from money."""
        return orders_for(self.plan, self.goal)

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
        """Days from order to revenue; they count for a goal in money only."""
        return (self.plan.delivery_days or 0) if self.plan.goal.in_money else 0

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
    def opened(self) -> Targets:
        """The same plan while nothing is closed."""
        settings = {key: value for key, value in self.plan.settings.items() if key != "closed_until"}
        return Targets(self.plan.with_(settings=settings))

    @cached_property
    def closing(self) -> Closing | None:
        """What follows from the closed months; None while nothing is closed."""
        if not self.plan.closed_months:
            return None
        parts = revenue_parts(self.plan, self.goal, self.by_new_orders)
        when = self.deadline, self.delivery_days
        return Closing(self.plan, self.orders, self.goal, *when, self._never_agreed, parts, self.by_new_orders)

    def _never_agreed(self, what: str, month: int) -> Fraction:
        """The target of a closed month that was not there when it was closed, as if nothing was."""
        opened, (owner, _, rest) = self.opened, what.partition(":")
        if what == EXISTING_ROW:
            return opened.shown_existing[1 + month]
        if what in MONEY_ROWS.values():
            return opened.shown_revenue[1 + month]
        if owner == "stage":
            stage_id, _, need = rest.partition(":")
            rows = opened.whole_needed if need else opened.whole_new
            return Fraction(rows[self.stage_index(stage_id)].months[month])
        channel = next(channel for channel in self.plan.channels if channel.id == owner)
        return Fraction(opened.whole_of_channel(channel, rest.rpartition(":")[2]).months[month])

    @cached_property
    def goal_share(self) -> calc.Share:
        """The part of the goal itself in each month, whatever is closed."""
        return calc.shares(self.plan.start, self.plan.months, [], deadline=self.deadline, season=self.plan.season)[0]

    @cached_property
    def revenue_share(self) -> calc.Share:
        """The part of a goal in money in each month, whatever is closed: as ``goal_share`` but for monthly fees."""
        parts, months = revenue_parts(self.plan, self.goal, self.by_new_orders), self.plan.months
        within = (*parts[:months], *[Fraction(0)] * (months - len(parts)))
        return calc.Share(Fraction(0), within, sum(parts[months:], Fraction(0)))

    @cached_property
    def by_existing(self) -> Volumes:
        """What existing customers bring of the goal, over the plan's months as the goal itself."""
        share = self.goal_share
        return Volumes(share.before, tuple(share.months), share.next).times(self.existing)

    @cached_property
    def revenue(self) -> Volumes:
        """The goal itself over the plan's months, on the days on which it is reached."""
        share = self.revenue_share if self.plan.goal.in_money else self.goal_share
        if self.closing:
            count = self.closing.months
            months = (*[Fraction(0)] * count, *share.months[count:])
            return Volumes(Fraction(0), months, share.next).times(self.closing.revenue_volume)
        return Volumes(share.before, tuple(share.months), share.next).times(self.goal)

    @cached_property
    def needed(self) -> tuple[Volumes, ...]:
        """Gross need of each stage."""
        if self.closing:
            return tuple(
                Volumes(share.before, share.months, share.next).times(volume)
                for share, volume in zip(self.closing.shares, self.closing.required, strict=True)
            )
        return tuple(
            Volumes(share.before, tuple(share.months), share.next).times(volume)
            for share, volume in zip(self.shares, self.required, strict=True)
        )

    @cached_property
    def credit(self) -> tuple[Fraction, ...]:
        """Entries into each stage for which what is open, or under way after the closed months, already stands."""
        if self.closing:
            return tuple(map(_without_noise, self.closing.credit, self.needed))
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
    def whole_needed(self) -> tuple[Whole, ...]:
        """Gross need of each stage, whole; it adds up to ``rounded``.

        Of closed months what was agreed; ``before`` is then what that and the open months leave of the total: what
        had to be there before the start, more where closed months brought more than was agreed, less where less.
        """
        rows = []
        for stage, live, total in zip(self.plan.stages, self.whole_live, self.rounded, strict=True):
            row = self._agreed(need_key(stage.id), live)
            rows.append(row if self.closing is None else Whole(total - row.in_plan - row.next, row.months, row.next))
        return tuple(rows)

    @cached_property
    def whole_live(self) -> tuple[Whole, ...]:
        """The need that ``needed`` has, whole: with closed months that of the open ones alone."""
        closing, asked = self.closing, self._asked
        if closing is None:
            rows = zip(self.needed, asked, strict=True)
            return tuple(Whole.of(calc.whole_parts(row.parts, all_, calc.clean_ceiling(all_))) for row, all_ in rows)
        found = []
        for stage, row, total in zip(self.plan.stages, self.needed, asked, strict=True):
            before = calc.whole_parts(row.parts, total, calc.clean_ceiling(total))[:1]
            rest = closing.kept(rest_key(stage.id))
            found.append(Whole.of([*before, *calc.whole_parts(row.parts[1:], total, rest=rest)]))
        return tuple(found)

    @cached_property
    def told_needed(self) -> tuple[Volumes, ...]:
        """Gross need of each stage, exact, which adds up to ``required``: as ``whole_needed``, of closed months what
        was agreed."""
        if self.closing is None:
            return self.needed
        rows = [self._told(volumes, whole) for volumes, whole in zip(self.needed, self.whole_needed, strict=True)]
        return tuple(
            Volumes(total - sum(row.months) - row.next, row.months, row.next)
            for row, total in zip(rows, self.required, strict=True)
        )

    @cached_property
    def told_new(self) -> tuple[Volumes, ...]:
        """What must still be won anew at each stage, exact; of closed months what was agreed."""
        return tuple(self._told(volumes, whole) for volumes, whole in zip(self.new, self.whole_new, strict=True))

    def told_of_channel(self, channel: Channel) -> Volumes:
        """What the plan asks of a channel at its own stage, exact; of closed months what was agreed."""
        return self._told(self.of_channel(channel), self.whole_of_channel(channel))

    def _told(self, volumes: Volumes, whole: Whole) -> Volumes:
        closed = self.plan.closed_months
        months = (*map(Fraction, whole.months[:closed]), *volumes.months[closed:])
        return Volumes(volumes.before, months, volumes.next)

    @cached_property
    def whole_new(self) -> tuple[Whole, ...]:
        """What must still be won anew at each stage, whole.  Of closed months what was agreed."""
        return tuple(
            self._agreed(stage_key(stage.id), new) for stage, new in zip(self.plan.stages, self._whole_new, strict=True)
        )

    @property
    def _asked(self) -> tuple[Fraction, ...]:
        """The volumes of which ``needed`` tells the days."""
        return tuple(self.closing.required) if self.closing else self.required

    @cached_property
    def _whole_new(self) -> tuple[Whole, ...]:
        found = []
        for live, new, (_, covered), most in zip(self.whole_live, self.new, self.covered, self._asked, strict=True):
            parts = [0, *live.parts[1:]] if self.closing else live.parts
            found.append(Whole.of(calc.whole_rest(parts, new.parts, covered, most)))
        return tuple(found)

    @cached_property
    def covered(self) -> list[tuple[Fraction, Fraction]]:
        """Of each stage two numbers: from where the whole need of the open months goes on, and what of it is there.

        With closed months, what whole things leave of theirs (``kpi.as_shown``) less the need before the first open
        one, and what is there less that need; as far as more is there, the former counts in it.
        """
        if self.closing is None:
            return [(Fraction(0), credit) for credit in self.credit]
        found = []
        for stage, needed, credit, asked in zip(self.plan.stages, self.needed, self.credit, self.required, strict=True):
            rest, left = self.closing.kept(rest_key(stage.id)), credit - needed.before
            found.append((rest - needed.before, left + rest if left > asked * WHOLE_NOISE else left))
        return found

    def _agreed(self, what: str, whole: Whole) -> Whole:
        """The same with the closed months as they were agreed."""
        if self.closing is None:
            return whole
        count = self.closing.months
        months = (*(int(self.closing.agreed(what, month)) for month in range(count)), *whole.months[count:])
        return Whole(whole.before, months, whole.next)

    @cached_property
    def shown_revenue(self) -> list[Fraction]:
        """The goal itself before the start, by month and after the end, to what the plan's money shows.

        Of closed months what was agreed; before the start is then what they brought in more, less than 0 where less.
        """
        digits = catalog.unit(self.plan.currency_unit).digits
        parts = calc.nearest_parts(self.revenue.parts, digits)
        return self._agreed_money(self.plan.goal.row, parts, self.goal) if self.plan.goal.in_money else parts

    @cached_property
    def shown_existing(self) -> list[Fraction]:
        """What existing customers bring of it, likewise."""
        digits = catalog.unit(self.plan.currency_unit).digits
        return self._agreed_money(EXISTING_ROW, calc.nearest_parts(self.by_existing.parts, digits), self.existing)

    def _agreed_money(self, what: str, parts: list[Fraction], total: Fraction) -> list[Fraction]:
        """A row of money with its closed months as they were agreed; before the start is what the total leaves."""
        if self.closing is None:
            return parts
        digits, count = catalog.unit(self.plan.currency_unit).digits, self.closing.months
        agreed = calc.nearest_parts([self.closing.agreed(what, month) for month in range(count)], digits)
        following = [*agreed, *parts[1 + count :]]
        return [calc.nearest(total, digits) - sum(following), *following]

    @cached_property
    def whole_covered(self) -> tuple[int, ...]:
        """What of each stage's need what is open, or under way after the closed months, leaves to nobody.

        With closed months also what they brought in more than was agreed, or less.
        """
        return tuple(total - new.total for total, new in zip(self.rounded, self.whole_new, strict=True))

    @cached_property
    def whole_outside(self) -> tuple[int, ...]:
        """What of each stage's need is not left to the plan's months: covered, or before or after them."""
        return tuple(
            covered + new.before + new.next for covered, new in zip(self.whole_covered, self.whole_new, strict=True)
        )

    @cached_property
    def _whole_channels(self) -> dict[str, Whole]:
        found: dict[str, Whole] = {}
        for index, stage in enumerate(self.plan.stages):
            channels = [channel for channel in self.plan.channels_on if channel.stage == stage.id]
            asks = [self.of_channel(channel).parts for channel in channels]
            table = calc.whole_table(self._whole_new[index].parts, asks)
            for channel, row in zip(channels, table, strict=True):
                found[channel.id] = self._agreed(channel_key(channel.id, stage.id), Whole.of(row))
        return found

    def whole_of_channel(self, channel: Channel, stage_id: str | None = None) -> Whole:
        """What the plan asks of a channel, whole: with the others of its stage it adds up to what that stage needs.

        Of another stage the channel's share is rounded, month after month what is missing by then.
        """
        if stage_id is None or stage_id == channel.stage:
            return self._whole_channels.get(channel.id) or Whole(0, (0,) * self.plan.months, 0)
        new, share = self.whole_new[self.stage_index(stage_id)], self.share_at(channel, stage_id)
        whole = Whole.of(list(map(int, calc.nearest_parts([part * share for part in new.parts]))))
        return self._agreed(channel_key(channel.id, stage_id), whole)

    @cached_property
    def latest_dates(self) -> list[dt.date]:
        """For each stage the last day on which entering it still counts for the goal; nothing is planned after it."""
        return calc.last_days(self.deadline - dt.timedelta(days=self.delivery_days), self.lags)

    def stage_index(self, stage_id: str) -> int:
        return next(i for i, stage in enumerate(self.plan.stages) if stage.id == stage_id)

    def used_share(self, channel: Channel) -> Fraction:
        """The channel's share after scaling those of the same stage to 100 %; 0 when it is off or delivers no stage."""
        if not channel.on or not self.plan.brings(channel):
            return Fraction(0)
        total = sum(calc.exact(other.share) for other in self.plan.channels_on if other.stage == channel.stage)
        return calc.exact(channel.share) / total if total else Fraction(0)

    def share_at(self, channel: Channel, stage_id: str) -> Fraction:
        """The channel's part of a stage: of its own the used share, further on what its rates make of it.

        Equation: of a channel of leads, s × Π its rates up to the stage ÷ Π the plan's.
        Example: half of the leads, of which 20 % become MQL where 25 % of all do: 40 % of the MQL.
        """
        share, index = self.used_share(channel), self.stage_index(stage_id)
        if channel.stage != self.plan.stages[0].id or not share:
            return share
        for own, mean in list(zip(self.plan.rates_of(channel), self.plan.rates))[:index]:
            share *= calc.exact(own) / calc.exact(mean)
        return share

    def of_channel(self, channel: Channel, stage_id: str | None = None) -> Volumes:
        """What the plan asks of a channel at its own stage (or at another one, with its share there); 0 without one."""
        if not self.plan.brings(channel):
            return Volumes(Fraction(0), (Fraction(0),) * self.plan.months, Fraction(0))
        stage_id = stage_id or channel.stage
        return self.new[self.stage_index(stage_id)].times(self.share_at(channel, stage_id))


def _without_noise(credit: Fraction, needed: Volumes) -> Fraction:
    """What is there, or the need up to a month that it is to the last binary digit: nothing is left of that month."""
    near = (total for total in accumulate(needed.parts) if abs(total - credit) <= NOISE * credit)
    return next(near, credit)
