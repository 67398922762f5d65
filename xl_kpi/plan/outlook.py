"""見込み / outlook (K14): the plan as it stands run forward, within the channels' limits, and what falls short."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from functools import cached_property
from math import prod

from xl_kpi import calc
from xl_kpi.calc.calendar import months_from
from xl_kpi.plan.closed.revenue import brings_at_a_time
from xl_kpi.plan.goal.fees import is_monthly, price, worth
from xl_kpi.plan.goal.parts import kept_revenue, margin, order_brings
from xl_kpi.plan.model import EXISTING_ROW, Channel
from xl_kpi.plan.needs.expected import Exceeded, InTime, TooDear, fees_in_time, in_time
from xl_kpi.plan.needs.reached import WHOLE, is_rounding
from xl_kpi.plan.targets import Targets

LEAST_LATER = Fraction(1, 20)  # orders too late: fewer are not worth a word, they are shown as 0.0
LEAST_TO_COME = Fraction(1, 10**9)
DEARER = 1 + Fraction(1, 10**9)  # than what an order brings: less is nothing but the rounding of a cell


class PlanOutlook:
    """Where a plan lands when it is run forward.

    Leads are won on the days on which the plan needs them, after what is open covers the earliest need; a month in
    which the channels of the first stage can't bring all of them has the same part less on each of its days.  So do the
    months from the plan's end to a deadline that lies later.
    ``age`` is what is assumed of the open items (see ``calc.outlook``; None: what the plan says).

    A lead is planned for an order of a day of the goal, as many days before it as the way takes; of those that are won
    near the deadline some take longer, and their orders come after it (``later``).  What is lost so is no more than
    that: without a shortage and a limit ``orders`` + ``later`` are the goal, and with lags of one number of days each
    ``later`` is 0.  Leads for the next period are in none of it, neither are those of its orders that come early.

    Source: K14.
    """

    def __init__(self, targets: Targets, age: str | None = None):
        self.targets, self.plan = targets, targets.plan
        self.age = age or targets.plan.settings.get("outlook_age") or "new"

    @cached_property
    def edges(self) -> list[int]:
        """The first days of the months in which leads are planned, and the day after the last, from the start."""
        plan, last = self.plan, self.targets.deadline
        months = max(plan.months, months_from(plan.start, last) + 1)
        return [(day - plan.start).days for day in calc.month_starts(plan.start, months + 1)]

    @cached_property
    def planned(self) -> list[Fraction]:
        """Leads to be won anew in each month: of the plan, then up to a deadline that lies later."""
        won, edges = self.won_by_day, self.edges[self.plan.months :]
        return [*self.targets.new[0].months, *(won[end] - won[begin] for begin, end in zip(edges, edges[1:]))]

    @cached_property
    def excess(self) -> dict[str, list[Fraction]]:
        """By the id of a channel of the first stage: what of each month's leads it can't bring; no others."""
        found = {}
        for channel in self.plan.lead_channels:
            if channel.capacity is None:
                continue
            share, limit = self.targets.used_share(channel), calc.exact(channel.capacity)
            more = [max(Fraction(0), share * month - limit) for month in self.planned]
            if any(more):
                found[channel.id] = more
        return found

    @cached_property
    def nobody_wins(self) -> bool:
        """Whether no channel is there to win leads: none that brings them is on, or none of these has a share."""
        return not any(self.targets.used_share(channel) for channel in self.plan.lead_channels)

    @cached_property
    def leads(self) -> list[Fraction]:
        """Leads of each month that can be brought, of those that are planned, as the run counts them.

        A lead that a channel with rates of its own can't bring counts for as many leads of all as bring the same
        orders; where no channel has any, for one.
        Special cases: none at all where nobody wins them.
        """
        if self.nobody_wins:
            return [Fraction(0)] * len(self.planned)
        mean = prod(calc.exact(rate) for rate in self.plan.rates if rate) if self.excess else 1
        weights = {
            channel.id: prod(calc.exact(rate) for rate in self.plan.rates_of(channel) if rate) / mean
            for channel in self.plan.lead_channels
            if channel.id in self.excess
        }
        lost = ([more * weights[id_] for more in months] for id_, months in self.excess.items())
        return [month - sum(less, Fraction(0)) for month, *less in zip(self.planned, *lost)]

    @cached_property
    def parts(self) -> list[Fraction]:
        """Which part of each month's planned leads that is."""
        return [can / month if month else Fraction(0) for can, month in zip(self.leads, self.planned)]

    @cached_property
    def opened(self) -> list[float]:
        """What is open at each stage at the start."""
        return [self.plan.pipeline.get(stage.id, 0) for stage in self.plan.stages]

    @cached_property
    def run(self) -> calc.Outlook:
        """The forward run."""
        return self._run_until(self.targets.deadline)

    def _run_until(self, last: dt.date, months: int = 0) -> calc.Outlook:
        """The forward run, of which what comes in after a day is left out; over so many months (0: the plan's)."""
        plan, targets = self.plan, self.targets
        return calc.outlook(
            plan.start,
            months or plan.months,
            plan.rates,
            targets.lags,
            self.leads_by_day,
            self.open_going_on,
            age=self.age,
            deadline=last,
            delivery_days=targets.delivery_days,
            entered=self._going_on,
            beyond=self._beyond,
        )

    @cached_property
    def _going_on(self) -> list[list[Fraction]]:
        """What has entered each stage in closed months, as many times as are in it after them (``Closing.times``)."""
        closing = self.targets.closing
        rows = zip(closing.entered, closing.times) if closing else ()
        return [[count * times for count in row] for row, times in rows]

    @cached_property
    def open_going_on(self) -> list[float] | list[Fraction]:
        """What is open at the start, as many times as are in each stage after the closed months."""
        closing = self.targets.closing
        return [calc.exact(one) * times for one, times in zip(self.opened, closing.times)] if closing else self.opened

    @property
    def _beyond(self) -> list[Fraction]:
        return self.targets.closing.beyond if self.targets.closing else []

    def entered_by_day(self, days: int) -> list[list[float]]:
        """How many have entered each stage when 0, 1, … ``days`` days have passed; in closed months those of each stage
        times as many as are there after them."""
        leads = self.leads_by_day[:days]
        return calc.entered_by_day(
            days,
            self.plan.rates,
            self.targets.lags,
            leads,
            self.open_going_on,
            age=self.age,
            start=self.plan.start,
            entered=self._going_on,
            beyond=self._beyond,
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
    def won_by_day(self) -> list[Fraction]:
        """``needed_by_day``, up to the end of the months."""
        needed = self.needed_by_day
        return [*needed, *[needed[-1]] * (self.edges[-1] + 1 - len(needed))]

    @cached_property
    def leads_by_day(self) -> list[Fraction]:
        """Leads to come on each day of the plan, and up to a deadline that lies later."""
        days: list[Fraction] = []
        for part, begin, end in zip(self.parts, self.edges, self.edges[1:]):
            won = self.won_by_day[begin : end + 1]
            days += [(after - before) * part for before, after in zip(won, won[1:])]
        return days[: (self.targets.deadline - self.plan.start).days + 1]

    @cached_property
    def orders(self) -> Fraction:
        """Orders that count for the goal: by the deadline, and paid by then where the goal is money."""
        return self.run.in_time

    def counted_by(self, day: dt.date) -> Fraction:
        """Orders up to a day from the start on, paid by then where the goal is money."""
        return self.orders if day == self.targets.deadline else self._run_until(day).in_time

    @cached_property
    def to_come(self) -> bool:
        """Whether leads are still planned; less than one in a milliard of all is nothing but the rounding of a cell."""
        return sum(self.leads) > LEAST_TO_COME * (self.targets.needed[0].total or 1)

    @cached_property
    def ever(self) -> list[Fraction]:
        """Of each stage, what goes through it from the first open day on, whenever that is; last all orders.

        Equation: G(i+1) = r(i) × G(i) + W(i+1), where G(0) = leads to come + W(0) and W(i) is what is in stage i on
        that day, at the orders' place what is won by then.
        """
        plan, closing = self.plan, self.targets.closing
        there = [*closing.under_way[:-1], closing.won] if closing else [calc.exact(count or 0) for count in self.opened]
        found = [sum(self.leads, there[0])]
        for rate, waiting in zip(plan.rates, there[1:]):
            found.append(found[-1] * calc.exact(rate) + waiting)
        return found

    @cached_property
    def later(self) -> Fraction:
        """Orders that come of all this too late for the goal."""
        return self.ever[-1] - self.orders

    @cached_property
    def orders_in_time(self) -> InTime:
        """The orders that count for the goal, on the days on which they are won."""
        return in_time(self.run.orders, self.orders)

    @cached_property
    def paid_in_time(self) -> InTime:
        """The same orders on the days on which their revenue comes in."""
        return in_time(self.run.delivered, self.orders)

    @cached_property
    def paid_times(self) -> InTime:
        """How often the orders in time bring their price, on the days on which it comes: once, or month by month.

        Example: 10 orders delivered in the last month but one bring 10 monthly fees there and 10 in the last month.
        """
        if not is_monthly(self.plan):
            return self.paid_in_time
        return fees_in_time(self.plan, self.all_months.delivered, self.orders)

    @cached_property
    def all_months(self) -> calc.Outlook:
        """The forward run up to the month of a deadline that lies after the plan's end."""
        months = len(self.edges) - 1
        return self.run if months == self.plan.months else self._run_until(self.targets.deadline, months)

    @cached_property
    def revenue(self) -> Fraction | None:
        """What the orders in time bring, with existing customers where these count; None without an order value."""
        once, part = price(self.plan), margin(self.plan)
        if once is None:
            return None
        return self.paid_times.total * once + kept_revenue(self.plan) + (self.apart / part if part else 0)

    @cached_property
    def later_revenue(self) -> Fraction | None:
        """What the orders that come too late bring; None without an order value, and of monthly fees, of which none
        comes within the goal's months."""
        once = None if is_monthly(self.plan) else price(self.plan)
        return None if once is None else self.later * once

    @cached_property
    def reached(self) -> Fraction | None:
        """What is reached of a goal in money, in time, by orders, by existing customers and beside them (``apart``)."""
        known = price(self.plan) is not None
        return self._of_orders.total + self.targets.existing + self.apart if known else None

    @cached_property
    def apart(self) -> Fraction:
        """What actuals of closed months add to what orders and existing customers are to bring (below 0: take off).

        Special cases: once all months of the goal are closed, nothing counts but what is typed (blank: the plan's); of
        monthly fees neither does in closed ones, since a fee that did not come in them comes in no later month.
        """
        closing = self.targets.closing
        if closing is None or not self.plan.goal.in_money:
            return Fraction(0)
        over = self.targets.deadline < calc.month_start(self.plan.start, closing.months)
        return sum(self.shifts, Fraction(0)) if over or is_monthly(self.plan) else closing.apart

    @cached_property
    def shifts(self) -> list[Fraction]:
        """Of each closed month, what its actual is above what orders and existing customers are to bring in it."""
        closing, found = self.targets.closing, []
        for month in range(closing.months if closing and self.plan.goal.in_money else 0):
            total, own = (self.plan.actuals.get((what, month)) for what in (self.plan.goal.row, EXISTING_ROW))
            kept = self.targets.by_existing.months[month]
            if total is not None:
                found.append(calc.exact(total) - self._of_orders.months[month] - kept)
            else:
                found.append(calc.exact(own) - kept if own is not None and self.targets.existing else Fraction(0))
        return found

    @property
    def _of_orders(self) -> InTime:
        """What the orders bring of a goal in money in each month."""
        brings = brings_at_a_time(self.plan)
        return InTime(tuple(new * brings for new in self.paid_times.months), self.paid_times.after * brings)

    @cached_property
    def later_reached(self) -> Fraction | None:
        """What the orders that come too late bring of it, as ``later_revenue``."""
        return None if self.later_revenue is None else self.later_revenue * margin(self.plan)

    @cached_property
    def reached_by_month(self) -> InTime:
        """Of a goal in money, what comes in each month: of the orders, and existing customers by the goal's months.

        Special cases: a closed month has its actual; what that leaves of all, in the first month after the closed ones.
        """
        new, own, shifts = self._of_orders, self.targets.by_existing, self.shifts
        months = [one + old for one, old in zip(new.months, own.months, strict=True)]
        months[: len(shifts)] = [one + shift for one, shift in zip(months, shifts)]
        rest, after = self.apart - sum(shifts, Fraction(0)), new.after + own.next
        if shifts and len(shifts) < len(months):
            months[len(shifts)] += rest
        else:
            after += rest
        return InTime(tuple(months), after)

    @cached_property
    def share(self) -> Fraction | None:
        """How much of the goal the orders in time are; None for a goal of 0."""
        return self._share(self.orders, self.reached)

    @cached_property
    def share_ever(self) -> Fraction | None:
        """How much of it they are with those that come too late, had these come as the goal's orders do."""
        brings = order_brings(self.plan)
        reached = None if brings is None or self.reached is None else self.reached + self.later * brings
        return self._share(self.ever[-1], reached)

    @cached_property
    def share_of_orders(self) -> Fraction | None:
        """How much of the orders that the goal needs those in time are: with a goal in money these are rounded up."""
        return self.orders / self.targets.orders if self.targets.orders else None

    @cached_property
    def is_reached(self) -> bool:
        """Whether the goal is reached: wholly, or to the last whole order that is said (59.6 of 60, not 3.6 of 4)."""
        if self.share is None or self.share >= WHOLE:
            return True
        by_orders = not (self.plan.goal.in_money and is_monthly(self.plan))  # as many orders, but late ones, fall short
        apart = self.targets.closing.apart_times if self.targets.closing else 0
        return by_orders and is_rounding(self.orders + apart, self.targets.orders)

    def _share(self, orders: Fraction, reached: Fraction | None) -> Fraction | None:
        if self.plan.goal.in_money:
            return reached / self.targets.goal if self.targets.goal and reached is not None else None
        return orders / self.targets.orders if self.targets.orders else None

    @cached_property
    def shortage(self) -> list[Fraction]:
        """Of each stage, what should have entered it before the start and for which nothing is open."""
        return [volumes.before for volumes in self.targets.new]

    @cached_property
    def too_dear(self) -> list[TooDear]:
        """The channels that are on and cost more for one order than it brings; none where nobody knows that: without an
        order value, or of a monthly fee how long a customer stays.

        Equation: cost of an order = unit cost ÷ Π rates of the channel from its stage on.
        """
        brings = worth(self.plan)
        if brings is None:
            return []
        costs = [(one, self.cost_of_order(one)) for one in self.plan.channels_in_funnel]
        return [TooDear(one, cost, brings) for one, cost in costs if cost is not None and cost > DEARER * brings]

    def cost_of_order(self, channel: Channel) -> Fraction | None:
        """What a channel spends for one order; None where its unit cost is not known.

        Example: a lead for 3,000, one in 200 orders: 600,000.
        """
        if channel.unit_cost is None:
            return None
        index = self.targets.stage_index(channel.stage)
        return calc.exact(channel.unit_cost) / prod(calc.exact(rate) for rate in self.plan.rates_of(channel)[index:])


def exceeded(outlook: PlanOutlook) -> list[Exceeded]:
    """Every month of every channel that is asked for more than its limit."""
    return [
        Exceeded(channel, month, planned, calc.exact(channel.capacity))
        for channel in outlook.plan.channels_in_funnel
        if channel.capacity is not None
        for month, planned in enumerate(outlook.targets.of_channel(channel).months)
        if planned > calc.exact(channel.capacity)
    ]
