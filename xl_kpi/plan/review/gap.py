"""The gap in orders and money to date (R10): what each stage of which channel costs, parts that add up to it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from xl_kpi import calc
from xl_kpi.calc.number import nearest_float
from xl_kpi.calc.review.channels import MIX, RATE, UNKNOWN, VOLUME
from xl_kpi.calc.review.shown import shown_parts
from xl_kpi.plan.closed.revenue import apart_by_month, brings_at_a_time, delivered_by_month
from xl_kpi.plan.goal.fees import is_monthly
from xl_kpi.plan.goal.parts import order_brings
from xl_kpi.plan.model import EXISTING_ROW
from xl_kpi.plan.review.to_date import ToDate

VALUE, EXISTING, BEFORE, LATER = "value", "existing", "before", "later"  # kinds of parts of money alone

NEARLY_ALL = Fraction(9, 10)  # of the orders: fewer told by leads say too little about channels
MUCH = 0.75  # of the largest loss: as much is a cause of its own, whichever of them is the largest
HALF = 0.5  # orders: fewer may be what whole counts leave of a plan that is met
NOISE = 1e-9  # of all parts: a loss this small is binary noise


@dataclass(frozen=True)
class Part:
    """What one cause gives (above 0) or costs (below 0), in orders.

    ``stage`` the id of the stage into which it leads; ``since`` that from which it counts, another than the one before
    where figures in between are missing; ``channel`` the id of a channel, "" for all of them; ``kind``: "volume" how
    many leads came, "mix" from which channels, "rate" how many went on, "unknown" what figures don't tell apart; of
    money alone also "value" what an order brought more or less than planned, "existing" what customers there are
    brought, "before" orders of before the start that are delivered now, and "later" what of the orders to date comes in
    later months.  ``money`` the same in yen of the goal; None without an order value.
    """

    stage: str
    since: str
    channel: str
    kind: str
    orders: float
    money: float | None = None


class Gap:
    """Orders to date against the plan, and where they were lost.

    By the leads in the workbook each channel has its own rates; without them the rates are over all channels, and what
    leads cost is given to the channels by what each has less or more of them.
    """

    def __init__(self, to_date: ToDate):
        self.to_date, self.plan = to_date, to_date.plan

    @cached_property
    def orders(self) -> Fraction | None:
        """Orders to date − planned ones; None where a month's are not known."""
        actual = self.to_date.actual[-1]
        return None if actual is None else actual - self.to_date.planned[-1]

    @cached_property
    def by_stage(self) -> list[Part]:
        """The parts over all channels, first stage first; none where the gap is not known."""
        if self.orders is None:
            return []
        ids = [stage.id for stage in self.plan.stages]
        parts = calc.gap_by_channel([self.to_date.planned], [self.to_date.actual])
        return [Part(ids[one.stage], ids[one.since], "", one.kind, one.orders) for one in parts if one.kind != MIX]

    @cached_property
    def parts(self) -> list[Part]:
        """The finest parts that are known: by channel and stage, or by stage with the leads by channel."""
        if self.orders is None:
            return []
        if self.is_by_channel:
            return self._in_money(self._by_channel)
        first, *rates = self.by_stage
        return self._in_money([*(self.leads_by_channel or [first]), *rates])

    @cached_property
    def leads_by_channel(self) -> list[Part]:
        """What the number of leads gives or costs, by channel; none where the channels don't tell it."""
        first = next(iter(self.by_stage), None)
        return self._leads(first) if first and first.kind == VOLUME else []

    # --- as shown

    def shown(self, part: Part) -> float:
        """The orders of a part of this gap, rounded so that the parts shown add up to the gap shown."""
        return self._tenths.get(part, nearest_float(part.orders, 1))

    @cached_property
    def shown_by_stage(self) -> list[float]:
        """The same of ``by_stage``."""
        return shown_parts([part.orders for part in self.by_stage], float(self.orders or 0))

    @cached_property
    def _tenths(self) -> dict[Part, float]:
        """By stage, of these the leads by channel; parts that are by channel throughout for themselves."""
        if self.orders is None:
            return {}
        first, *rates = self.shown_by_stage
        leads = shown_parts([part.orders for part in self.leads_by_channel], first)
        found = dict(zip([*self.by_stage, *self.leads_by_channel], [first, *rates, *leads]))
        shown = [*(leads or [first]), *rates]
        if self.is_by_channel:
            shown = shown_parts([part.orders for part in self.parts], float(self.orders))
        return {**found, **dict(zip(self.parts, shown, strict=True))}

    @cached_property
    def is_by_channel(self) -> bool:
        """Whether the leads in the workbook tell of nearly all orders, so that each channel has its own gap."""
        told = [row[-1] for row in self.to_date.actual_of_channels]
        known = [one for one in told if one is not None]
        whole = self.to_date.actual[-1]
        return bool(told) and len(known) == len(told) and whole is not None and sum(known) >= NEARLY_ALL * whole

    @cached_property
    def _by_channel(self) -> list[Part]:
        planned, actual = self.to_date.planned_of_channels, self.to_date.actual_of_channels
        ids = [stage.id for stage in self.plan.stages]
        found = [
            Part(ids[one.stage], ids[one.since], self.to_date.channels[one.channel].id, one.kind, one.orders)
            for one in calc.gap_by_channel(planned, actual)
        ]
        told = sum((row[-1] or Fraction(0) for row in actual), Fraction(0))
        meant = sum((row[-1] for row in planned), Fraction(0))
        rest = float((self.orders or Fraction(0)) - (told - meant))
        if abs(rest) > NOISE:  # orders that no channel's leads tell of
            found.append(Part(ids[-1], ids[0], "", UNKNOWN, rest))
        return found

    def _leads(self, whole: Part) -> list[Part]:
        """What leads cost, by channel, in proportion to what each has more or less of them."""
        rows = {id_: (planned[0], actual[0]) for id_, (planned, actual) in self.to_date.by_channel.items()}
        rows |= self.to_date.gone
        known = [came for _, came in rows.values() if came is not None]
        if len(known) < len(rows) or not known:
            return []
        more = [came - planned for came, (planned, _) in zip(known, rows.values())]
        all_ = sum(more, Fraction(0))
        whole_now = self.to_date.actual[0] or Fraction(0)
        noise = calc.exact(NOISE) * (1 + whole_now)  # what floats leave of parts that are the whole
        if abs(all_) <= noise or abs(sum(known, Fraction(0)) - whole_now) > noise:
            return []
        return [
            Part(whole.stage, whole.since, id_, VOLUME, whole.orders * float(one / all_))
            for id_, one in zip(rows, more)
        ]

    # --- in money

    @cached_property
    def order_value(self) -> Fraction | None:
        """What the plan has an order bring of its goal in yen (``goal.parts.order_brings``); None without a value."""
        return order_brings(self.plan)

    @cached_property
    def money(self) -> Fraction | None:
        """What the orders to date, and what came beside them, bring more (below 0: less) than planned, in yen.

        Result: actual − planned revenue to date; where a month of it is blank, orders × the planned value of one, what
        these will have brought by the goal's end.  None where the gap in orders or the value is not known.
        """
        if self.orders is None or self.order_value is None:
            return None
        return self.orders * self.order_value + sum(self._beside.values(), Fraction(0))

    @cached_property
    def money_parts(self) -> list[Part]:
        """The parts of the gap in money: ``parts``, and what came in beside the planned value of orders."""
        last = self.plan.stages[-1].id
        beside = [Part(last, last, "", kind, 0.0, float(one)) for kind, one in self._beside.items() if one]
        return [*self.parts, *beside] if self.money is not None else []

    @cached_property
    def _beside(self) -> dict[str, Fraction]:
        """What came in beside the planned value of orders, by kind; empty where no month, or not every one, says it.

        Equation: of each month as closed ones have it (``plan.closed.revenue.apart_by_month``); of it what customers
        there are brought more than planned; the rest is the value of an order, or orders of before the start
        (``_before``).  What of the orders to date comes in later months is taken off again (``LATER``): all add up to
        actual − planned revenue.  Where customers there are have a part in the goal, but no actual, nothing tells the
        two apart.
        """
        plan, months = self.plan, range(self.to_date.months)
        told = [plan.actuals.get((plan.goal.row, month)) for month in months]
        if not plan.goal.in_money or None in told:
            return {}
        asked = {plan.goal.row: self._shown(plan.goal.row), EXISTING_ROW: self._shown(EXISTING_ROW)}
        both = zip(self.to_date.actual_by_month[-1], self.to_date.planned_by_month[-1])
        more = [calc.exact(one or 0) - target for one, target in both]
        apart = apart_by_month(
            plan, more, self.to_date.targets.delivery_days,
            lambda what, month: plan.actuals.get((what, month)), lambda what, month: asked[what][month],
        )  # fmt: skip
        whole, gap = sum(apart, Fraction(0)), sum(map(calc.exact, told), -sum(asked[plan.goal.row], Fraction(0)))
        later = gap - whole - (self.orders or 0) * (self.order_value or 0)
        own = [Fraction(0)] * len(apart)
        if self.to_date.targets.existing:
            typed = [plan.actuals.get((EXISTING_ROW, month)) for month in months]
            if None in typed:
                return {UNKNOWN: whole, LATER: later}
            own = [calc.exact(one or 0) - target for one, target in zip(typed, asked[EXISTING_ROW])]
        of_new = [target - kept for target, kept in zip(asked[plan.goal.row], asked[EXISTING_ROW])]
        existing = sum(own, Fraction(0))
        before = self._before([one - kept for one, kept in zip(apart, own)], of_new)
        return {VALUE: whole - existing - before, BEFORE: before, EXISTING: existing, LATER: later}

    def _before(self, apart: list[Fraction], asked: list[Fraction]) -> Fraction:
        """What orders of before the start brought more (below 0: less) than planned.

        Arguments: of each month to date what came in ``apart`` from what its orders account for, and what new orders
        are ``asked`` to bring in it.
        Equation: Σ of each month's ``apart``, at most as much as was asked of such orders: the month's target less what
        the plan's own bring in it.
        Special cases: all of it where no order of the plan is delivered in the month; 0 where all are of the plan.
        """
        to_date, found = self.to_date, Fraction(0)
        days, once = to_date.targets.delivery_days, brings_at_a_time(self.plan)
        actual = [calc.exact(one or 0) for one in to_date.actual_by_month[-1]]
        rows = (delivered_by_month(self.plan, row, days) for row in (to_date.planned_by_month[-1], actual))
        for month, (planned, came) in enumerate(zip(*rows)):
            most = max(Fraction(0), asked[month] - once * planned)
            if not (self.plan.won_before or self._has_orders_of_before(month)):
                continue
            found += max(-most, min(most, apart[month])) if planned or came else apart[month]
        return found

    def _has_orders_of_before(self, month: int) -> bool:
        """Whether orders of before the start bring money in a month: the days of delivery reach back to them."""
        days, start = self.to_date.targets.delivery_days, self.plan.start
        return days > (0 if is_monthly(self.plan) else (calc.month_start(start, month) - start).days)

    def _shown(self, row: str) -> list[Fraction]:
        """What the goal, or what customers there are, is to bring of it in each month to date."""
        targets = self.to_date.targets
        shown = targets.shown_existing if row == EXISTING_ROW else targets.shown_revenue
        return shown[1 : 1 + self.to_date.months]

    def _in_money(self, parts: list[Part]) -> list[Part]:
        """The parts with their money, which adds up to that of the gap in orders."""
        if self.orders is None or self.order_value is None or not parts:
            return parts
        money = [float(Fraction(part.orders) * self.order_value) for part in parts]
        largest = max(range(len(money)), key=lambda place: abs(money[place]))
        money[largest] += float(self.orders * self.order_value) - math.fsum(money)
        return [replace(part, money=one) for part, one in zip(parts, money)]

    @cached_property
    def losses(self) -> list[Part]:
        """The parts that cost most, the worst first (of equal ones the first): at least three quarters of the worst."""
        gone = self.to_date.gone  # about which nothing can be done any more
        known = [part for part in self.parts if part.kind in (VOLUME, MIX, RATE) and part.channel not in gone]
        known = [part for part in known if not self._is_rounding(part)]
        worst = min((part.orders for part in known), default=0.0)
        if worst >= -NOISE * max(1.0, sum(abs(part.orders) for part in known)):
            return []
        return sorted((part for part in known if part.orders <= MUCH * worst), key=lambda part: part.orders)

    @property
    def is_rounding(self) -> bool:
        """Whether every part is what whole counts make of a plan that is met."""
        return all(part.kind in (VOLUME, RATE) and self._is_rounding(part) for part in self.parts)

    def _is_rounding(self, part: Part) -> bool:
        """Whether a part is what whole counts make of a plan that is met: less than half an order, and less than one
        more or fewer in its stage than what came before it lets expect."""
        if part.kind == MIX or abs(part.orders) >= HALF:
            return False
        planned, actual = self.to_date.by_channel.get(part.channel) or (self.to_date.planned, self.to_date.actual)
        ids = [stage.id for stage in self.plan.stages]
        at, since = ids.index(part.stage), ids.index(part.since)
        came, before, expected = actual[at], actual[since], planned[at]
        if part.kind == RATE:
            expected = (before or 0) * expected / planned[since] if planned[since] else expected
        return came is not None and abs(came - expected) < 1

    @property
    def bottleneck(self) -> Part | None:
        """The part that costs most; None where none costs anything."""
        return next(iter(self.losses), None)
