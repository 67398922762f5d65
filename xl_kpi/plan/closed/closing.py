"""締めた月 / closed months (K15): what they brought, what is under way after them, and what is left to be won."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property

from xl_kpi import calc
from xl_kpi.calc.economy import subscription
from xl_kpi.formulas.formula import is_input
from xl_kpi.plan.closed.channel_actuals import actual_rows, typed
from xl_kpi.plan.closed.revenue import apart_by_month, before_upto, brings_at_a_time
from xl_kpi.plan.goal.fees import is_monthly, times
from xl_kpi.plan.model import Channel, Plan

NOISE = Fraction(1, 10**12)
NONE = Fraction(1, 10**9)  # of what is in a stage: so little is none


def stage_key(stage_id: str) -> str:
    """What must be newly won at a stage; its actuals have the same key."""
    return f"stage:{stage_id}"


def need_key(stage_id: str) -> str:
    """What a stage needs in all."""
    return f"stage:{stage_id}:need"


def channel_key(channel_id: str, stage_id: str) -> str:
    """What the plan asks of a channel at a stage."""
    return f"{channel_id}:plan:{stage_id}"


def kpi_key(channel_id: str, kpi_id: str) -> str:
    """The target of a KPI; its actuals have the same key."""
    return f"{channel_id}:{kpi_id}"


def there_key(stage_id: str) -> str:
    """What whole targets leave of what the plan has in a stage on the day after a month (``kpi.as_shown``)."""
    return f"{stage_key(stage_id)}:there"


def fees_key(stage_id: str) -> str:
    """What whole targets leave of the monthly fees that the plan's orders bring up to a month (``kpi.as_shown``)."""
    return f"{stage_key(stage_id)}:fees:there"


def rest_key(stage_id: str) -> str:
    """What whole needs of a stage leave of the exact ones up to a month (``kpi.as_shown``)."""
    return f"{need_key(stage_id)}:rest"


def rate_key(stage_id: str) -> str:
    """The rate from a stage to the next with which the targets of a month were made."""
    return f"{stage_key(stage_id)}:rate"


def came_key(channel_id: str) -> str:
    """What a channel that is off now brought of the first stage (``gone_rows``)."""
    return f"{channel_id}:plan:came"


def is_target(what: str) -> bool:
    """Whether a row that is remembered has targets, and not what whole ones leave, were made with or brought."""
    return not what.endswith((":there", ":rest", ":rate", ":came"))


class Closing:
    """The closed months of a plan, and the day from which on it is planned anew.

    Arguments: ``plan`` with at least one closed month; ``orders`` how many orders the goal needs, ``goal`` the goal
    itself, ``deadline`` and ``delivery_days`` as they count; ``opened`` the targets while nothing is closed, for what
    was never agreed; ``revenue`` the part of a goal in money in each of its months (``goal.fees.revenue_parts``);
    ``new`` what new orders must bring of it.
    """

    def __init__(
        self,
        plan: Plan,
        orders: Fraction,
        goal: Fraction,
        deadline: dt.date,
        delivery_days: int,
        opened: Callable[[str, int], Fraction],
        revenue: Sequence[Fraction],
        new: Fraction,
    ):
        self.plan, self.months = plan, plan.closed_months
        self._orders, self._goal, self._deadline, self._delivery = orders, goal, deadline, delivery_days
        self._opened, self._revenue, self._new = opened, revenue, new

    def agreed(self, what: str, month: int) -> Fraction:
        """The target of a closed month as it was agreed."""
        found = self.plan.agreed.months.get((what, month))
        return self._opened(what, month) if found is None else calc.exact(found)

    def actual(self, what: str, month: int) -> float | None:
        """What was reached at a stage ("stage:mql"): typed; for the first stage the sum of its channels."""
        if what in self._sums:
            return self._sums[what][month]
        return self.plan.actuals.get((what, month))

    @cached_property
    def _sums(self) -> dict[str, list[float | None]]:
        sums = first_stage_actuals(self.plan)
        return {} if sums is None else {stage_key(self.plan.stages[0].id): sums}

    def counted(self, what: str) -> list[Fraction]:
        """What the closed months brought; one without an actual counts as it was agreed."""
        found = []
        for month in range(self.months):
            actual = self.actual(what, month)
            found.append(self.agreed(what, month) if actual is None else calc.exact(actual))
        return found

    @cached_property
    def blanks(self) -> list[tuple[str, int]]:
        """Stages and closed months without an actual, in the order of the stages."""
        keys = [stage_key(stage.id) for stage in self.plan.stages]
        return [(key, month) for key in keys for month in range(self.months) if self.actual(key, month) is None]

    @cached_property
    def entered(self) -> list[list[Fraction]]:
        """What entered each stage in the closed months, first stage first, the orders last."""
        return [self.counted(stage_key(stage.id)) for stage in self.plan.stages]

    def kept(self, what: str) -> Fraction:
        """What was remembered of a row when the last closed month was agreed; 0 where nothing was."""
        return calc.exact(self.plan.agreed.months.get((what, self.months - 1), 0))

    def rate_then(self, index: int, month: int) -> Fraction:
        """The rate of a stage when a closed month was agreed; that of now where a workbook does not remember it."""
        found = self.plan.agreed.months.get((rate_key(self.plan.stages[index].id), month))
        return calc.exact(self.plan.rates[index] if found is None else found)

    @cached_property
    def won(self) -> Fraction:
        """Orders that are won: before the start, and in the closed months, of which those shown count as the exact."""
        return calc.exact(self.plan.won_before) + sum(self.entered[-1], Fraction(0)) + self._more_won

    @cached_property
    def _more_won(self) -> Fraction:
        """How many more orders the exact targets have than those shown (below 0: fewer, but not than were won)."""
        return max(self.kept(there_key(self.plan.stages[-1].id)), -sum(self.entered[-1], Fraction(0)))

    @cached_property
    def apart_by_month(self) -> list[Fraction]:
        """What each closed month brought in money beside what its orders bring (``plan.closed.revenue``)."""
        last = stage_key(self.plan.stages[-1].id)
        more = [one - self.agreed(last, month) for month, one in enumerate(self.entered[-1])]
        return apart_by_month(self.plan, more, self._delivery, self.actual, self.agreed)

    @cached_property
    def before_upto(self) -> list[Fraction]:
        """What the targets up to each closed month have of orders won before the start that nobody has typed."""
        return before_upto(self.plan, self._deadline, self._delivery, self._new)

    @cached_property
    def before_by_month(self) -> list[Fraction]:
        """What came of it in each closed month: all of it where the month's money is typed, else nothing."""
        row, steps = self.plan.goal.row, zip([Fraction(0), *self.before_upto], self.before_upto)
        return [now - then if self.actual(row, k) is not None else Fraction(0) for k, (then, now) in enumerate(steps)]

    @cached_property
    def apart(self) -> Fraction:
        """All that closed months brought beside the orders that are known of."""
        return sum(self.apart_by_month, sum(self.before_by_month, Fraction(0)))

    @cached_property
    def apart_times(self) -> Fraction:
        """How often an order has to bring its price for it; 0 where that is not known."""
        once = brings_at_a_time(self.plan)
        return self.apart / once if once > 0 else Fraction(0)

    @cached_property
    def orders_left(self) -> Fraction:
        """The part of the orders that the plan has after the closed months."""
        plan = self.plan
        return calc.orders_left(
            plan.start, self.months, deadline=self._deadline, season=plan.season, delivery_days=self._delivery
        )

    @cached_property
    def planned(self) -> Fraction:
        """Orders of the open months as the goal has them, nothing carried over."""
        return self._orders * self.orders_left

    @cached_property
    def fees_won(self) -> Fraction:
        """Monthly fees, within the goal's months, of the orders that are won (as ``won`` counts them)."""
        last = self.plan.stages[-1].id
        when = self._deadline, self._delivery
        found = calc.exact(self.plan.won_before) * subscription.fees_of_start(self.plan.start, *when)
        for month, orders in enumerate(self.entered[-1]):
            found += orders * subscription.fees_of_month(self.plan.start, month, *when)
        return found + self.kept(fees_key(last))

    @cached_property
    def fees_missing(self) -> Fraction:
        """Monthly fees that the goal still needs; less than a 10^12th of all is the rounding of a cell."""
        needed = self._orders * times(self.plan)
        missing = needed - self.fees_won - self.apart_times
        return missing if missing > NOISE * needed else Fraction(0)

    @cached_property
    def missing(self) -> Fraction:
        """Orders that the goal still needs; of monthly fees as many as bring what is missing in the months left.

        Equation: orders − won − what closed months brought beside their orders, in orders (``apart_times``); with
        monthly fees the fees that are missing ÷ those of an order of the open months on average (of all months, where
        no open day is left for orders).
        Example: 12 orders over a year bring 78 fees; the first month won none, so 12 fees are missing beside the 66 of
        the other months: 13 orders, of which each is paid 6 times.
        """
        if not self.plan.goal.in_money or not is_monthly(self.plan):
            return max(Fraction(0), self._orders - self.won - self.apart_times)
        if not self.orders_left:
            return self.fees_missing / times(self.plan)
        left = subscription.fees_after(self.orders_left, self.plan.start, self._deadline, self.plan.season)
        return self.fees_missing * self.orders_left / left

    @cached_property
    def orders(self) -> Fraction:
        """Orders to be won in the open months; 0 where none of their days leads to the goal in time."""
        if not self.orders_left:
            return Fraction(0)
        return self.missing if self.plan.carries_over else self.planned

    @cached_property
    def too_late(self) -> Fraction:
        """Orders that are missing although no day is left for them."""
        return self.missing if not self.orders_left and self.plan.carries_over else Fraction(0)

    @cached_property
    def required(self) -> list[Fraction]:
        """What each stage needs for these orders, first stage first."""
        return calc.required_stages(self.orders, self.plan.rates, self.plan.rounding)

    @cached_property
    def shares(self) -> list[calc.Share]:
        """When it is needed: before the first open month (``before``), in each open month, after the plan's end."""
        plan = self.plan
        lags = [stage.lag for stage in plan.stages[:-1]]
        return calc.shares(
            plan.start,
            plan.months,
            lags,
            deadline=self._deadline,
            season=plan.season,
            delivery_days=self._delivery,
            closed=self.months,
        )

    @cached_property
    def under_way(self) -> list[Fraction]:
        """What is in each stage on the first open day, the orders' place empty: on plan what the plan has there."""
        kept = [self.kept(there_key(stage.id)) for stage in self.plan.stages[:-1]]
        return [*(max(Fraction(0), even + more) for even, more in zip(self.even, kept)), Fraction(0)]

    @cached_property
    def times(self) -> list[Fraction]:
        """How many times as many that is as of what entered evenly would be; 1 where that would be none, and of orders.

        The run forward takes so many times what entered, so that it goes on by and by, and never less than nothing.
        """
        return [
            *(now / even if even > NONE else Fraction(1) for now, even in zip(self.under_way, self.even)),
            Fraction(1),
        ]

    @cached_property
    def beyond(self) -> list[Fraction]:
        """How much is in each stage where none would be; last how many more orders the exact targets have."""
        return [
            *(Fraction(0) if even > NONE else now for now, even in zip(self.under_way, self.even)),
            self._more_won,
        ]

    @cached_property
    def even(self) -> list[Fraction]:
        """What would be in each stage, had it entered evenly over each month."""
        plan, age = self.plan, self.plan.settings.get("outlook_age") or "new"
        return [
            calc.under_way(plan.start, stage.lag, entries, plan.pipeline.get(stage.id) or 0, age=age)
            for stage, entries in zip(plan.stages[:-1], self.entered)
        ]

    @cached_property
    def credit(self) -> list[Fraction]:
        """Entries into each stage for which that already stands."""
        return calc.credit(self.plan.rates, self.under_way)

    @cached_property
    def revenue_volume(self) -> Fraction:
        """The goal itself that is still to be reached, as if its part were all of the goal's days."""
        left = sum(self._revenue[self.months :], Fraction(0))
        if not left or not self.plan.carries_over:
            return self._goal if left else Fraction(0)
        reached = self.counted(self.plan.goal.row) if self.plan.goal.in_money else []
        return max(Fraction(0), self._goal - sum(reached, Fraction(0))) / left


def first_stage_actuals(plan: Plan) -> list[float | None] | None:
    """The actuals of the first stage by month, added up over its channels; None where they are typed.

    A month in which no channel has one is blank.  In months that were closed what channels brought that are off now
    counts as well.
    """
    rows, gone = lead_rows(plan), gone_rows(plan)
    if not rows:
        return None
    found: list[float | None] = []
    for month in range(plan.months):
        told = [one for row in rows.values() if (one := row[month]) is not None]
        came = sum(row[month] or 0 for row in gone.values())
        found.append(sum(told) + came if told or came else None)
    return found


def gone_rows(plan: Plan) -> dict[str, list[float | None]]:
    """What the channels of the first stage that are off now brought by month, by their id.

    Result: those that something was asked of in a month that was ever closed, or that brought something in one; None
    for such a month of which nobody knows it, 0 for the others.
    Example: ads brought 400 leads in April, were asked for 430 in May, and are off since June: 400, None, 0 …
    """
    until, agreed = max(plan.agreed.ever, plan.closed_months), plan.agreed.months
    first, on, months = plan.stages[0].id, {one.id for one in plan.channels_on}, range(plan.months)
    known = [*(one.id for one in plan.channels if one.stage == first)]
    known += [what.removesuffix(came_key("")) for what, _ in agreed if what.endswith(came_key(""))]
    found: dict[str, list[float | None]] = {}
    for id_ in (one for one in dict.fromkeys(known) if one not in on):
        asked = [agreed.get((channel_key(id_, first), k), 0) if k < until else 0 for k in months]
        row = [agreed.get((came_key(id_), k), None if one else 0) if k < until else 0 for k, one in enumerate(asked)]
        if any(asked) or any(row):
            found[id_] = row
    return found


def lead_rows(plan: Plan) -> dict[str, list[float | None]]:
    """The actuals of each channel of the first stage by month, by its id: those of the KPI of which the target is what
    the plan asks of the channel; a channel without such a KPI is not there.
    """
    first, rows = plan.stages[0].id, {}
    for channel in plan.channels_on:
        row = lead_row(plan, channel)
        if channel.stage == first and row is not None:
            rows[channel.id] = row
    return rows


def lead_row(plan: Plan, channel: Channel) -> list[float | None] | None:
    """The same of a channel, whether it is on or off; None without such a KPI."""
    anchor = next((kpi for kpi in plan.kpis_of(channel.id) if kpi.target.strip() == channel.stage), None)
    if anchor is None:
        return None
    return typed(plan, anchor) if is_input(anchor.actual) else actual_rows(plan, channel)[anchor.id]
