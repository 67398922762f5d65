"""採算: LTV, CAC, their ratio and payback of a plan, by channel and segment, what a lead may cost, where budget goes.

All in yen, exact.  A figure that is not known (nothing won, nothing typed) is None.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import prod

from xl_kpi import calc, catalog
from xl_kpi.calc import exact
from xl_kpi.calc.economy import (
    AcquisitionCost,
    Lifetime,
    Move,
    acquisition_cost,
    allowed_costs,
    budget_moves,
    churn_rate,
    lifetime,
    payback,
)
from xl_kpi.plan.economics.inputs import Costs, EconomicInputs, Segment
from xl_kpi.plan.goal.fees import FEE, is_monthly
from xl_kpi.plan.model import Channel
from xl_kpi.plan.targets import Targets

SLACK = Fraction(1, 10**9)  # a cost that is what is allowed, but for the digits of a cell
KINDS = ("marketing", "sales", "systems")


@dataclass(frozen=True)
class Worth:
    """What customers bring and cost: of a channel, of a segment, of all; each None where it is not known."""

    ltv: Fraction | None
    cac: Fraction | None
    payback: Fraction | None

    @property
    def ratio(self) -> Fraction | None:
        """LTV ÷ CAC."""
        return None if self.ltv is None or not self.cac else self.ltv / self.cac

    @property
    def while_they_stay(self) -> Worth:
        """The same without a payback where customers are gone before it: they bring less in all than they cost.

        Equation: (CAC − first) ÷ monthly > months that they stay is LTV < CAC.  Nobody knows when they leave: as it is.
        """
        gone = self.ratio is not None and calc.nearest(self.ratio, 9) < 1
        return replace(self, payback=None) if gone else self


@dataclass(frozen=True)
class Profit:
    """What a customer brings as gross profit: ``ltv`` in all (None: nothing says when it ends), ``first`` at once,
    ``monthly`` in each month after that."""

    ltv: Fraction | None
    first: Fraction
    monthly: Fraction


@dataclass(frozen=True)
class ChannelCost:
    """What a channel costs in the plan's months by kind, how many of its stage it is asked for, and the orders of it.

    ``orders``: those that come of these, whenever; None for a channel that brings no leads: it moves on what others
    bring, so no order is its own.
    """

    channel: Channel
    marketing: Fraction
    sales: Fraction
    systems: Fraction
    units: int
    orders: Fraction | None

    @property
    def total(self) -> Fraction:
        return self.marketing + self.sales + self.systems


class Economics:
    """The unit economics of a plan.

    A customer is an order.  Channels of the first stage bring the customers: CAC of such a channel = (its own costs +
    its part, by orders, of what the other channels and nobody in particular cost) ÷ its orders.

    Arguments: ``targets`` of a plan whose money is in yen; ``inputs`` what was typed, in yen.

    Source: S4, S5, S6.
    """

    def __init__(self, targets: Targets, inputs: EconomicInputs):
        self.targets, self.plan, self.inputs = targets, targets.plan, inputs

    # --- what a customer brings

    @cached_property
    def lifetime(self) -> Lifetime | None:
        """What a customer brings, in parts; None where nothing is known of it, or nothing ends it."""
        one = self.inputs.customer
        if not self.is_known or self.is_endless:
            return None
        frequency, value = self._orders
        return lifetime(
            self._first or 0, frequency or 0, value or 0, one.more or 0,
            churn=one.churn, contract=one.contract, margin=self.margin,
        )  # fmt: skip

    @property
    def _first(self) -> float | None:
        """The first order; of a plan with fees, what was typed alone."""
        typed = self.inputs.customer.first
        return self.plan.order_value if typed is None and not is_monthly(self.plan) else typed

    @property
    def _orders(self) -> tuple[float | None, float | None]:
        """How many orders follow in a month, and the value of each: a fee each month, but for what was typed."""
        one = self.inputs.customer
        if not is_monthly(self.plan):
            return one.frequency, one.value
        fee = self.plan.settings.get(FEE)
        return 1 if one.frequency is None else one.frequency, fee if one.value is None else one.value

    @property
    def _repeated(self) -> Fraction:
        """What a customer buys in a month after the first order."""
        frequency, value = self._orders
        return exact(frequency or 0) * exact(value or 0) + exact(self.inputs.customer.more or 0)

    @property
    def is_known(self) -> bool:
        """Whether anything was said of what a customer buys."""
        return self._first is not None or self._repeated > 0

    @property
    def is_endless(self) -> bool:
        """Whether customers buy again and nothing says until when: no churn, no months that count."""
        return self._repeated > 0 and not self.inputs.customer.churn and self.inputs.customer.contract is None

    @cached_property
    def profit(self) -> Profit | None:
        """What a customer brings as the entries have it; None where nothing is known of it."""
        if not self.is_known:
            return None
        return Profit(self.ltv, exact(self._first or 0) * self.margin, self._repeated * self.margin)

    @property
    def margin(self) -> Fraction:
        """Gross margin; nobody has said: revenue counts as profit."""
        return exact(1 if self.inputs.customer.margin is None else self.inputs.customer.margin)

    @property
    def ltv(self) -> Fraction | None:
        """What a customer brings in all."""
        return self.lifetime.total if self.lifetime else None

    def own_profit(self, channel: Channel) -> Profit | None:
        """What a customer of this channel brings as the first segment that is called so; None without such an LTV."""
        name = channel.name.casefold()
        own = next((one for one in self.inputs.segments if one.name.casefold() == name), None)
        ltv = self.segment(own).ltv if own else None
        if own is None or ltv is None:
            return None
        return Profit(ltv, Fraction(0), ltv * churn_rate(own.lost, own.customers))

    def profit_of(self, channel: Channel) -> Profit | None:
        """What a customer of this channel brings: as its segment, or as all do."""
        return self.own_profit(channel) or self.profit

    def ltv_of(self, channel: Channel) -> Fraction | None:
        """What a customer of this channel brings in all."""
        found = self.profit_of(channel)
        return found.ltv if found else None

    @cached_property
    def mean_profit(self) -> Profit | None:
        """What a customer of the whole plan brings: the channels' means, by their orders."""
        parts = [(one.orders, self.profit_of(one.channel)) for one in self.bringing if one.orders]
        known = [(orders, found) for orders, found in parts if found is not None]
        if not parts:
            return self.profit
        if len(known) < len(parts):
            return None
        ltvs = [orders * found.ltv for orders, found in known if found.ltv is not None]
        return Profit(
            sum(ltvs, Fraction(0)) / self.customers if len(ltvs) == len(parts) else None,
            sum((orders * found.first for orders, found in known), Fraction(0)) / self.customers,
            sum((orders * found.monthly for orders, found in known), Fraction(0)) / self.customers,
        )

    # --- what it costs

    @cached_property
    def costs(self) -> list[ChannelCost]:
        """The channels that are on, in their order."""
        return [self._cost(channel) for channel in self.plan.channels_on]

    def _cost(self, channel: Channel) -> ChannelCost:
        typed = self.inputs.costs.get(channel.id, Costs())
        units = self.targets.whole_of_channel(channel).in_plan if self._index(channel) is not None else 0
        by_volume = units * exact(channel.unit_cost or 0)
        return ChannelCost(
            channel,
            by_volume + typed.marketing,
            typed.sales,
            typed.systems,
            units,
            Fraction(units * prod(map(exact, self.way(channel)))) if self._index(channel) == 0 else None,
        )

    def _index(self, channel: Channel) -> int | None:
        """The place of the channel's stage in the funnel; None for one that stands outside it."""
        places = {stage.id: place for place, stage in enumerate(self.plan.stages)}
        return places.get(channel.stage)

    def way(self, channel: Channel) -> list[float | Fraction]:
        """The rates from the channel's stage on to the order, its own where it has some."""
        return [rate for rate in self.plan.rates_of(channel)[self._index(channel) or 0 :] if rate is not None]

    @cached_property
    def bringing(self) -> list[ChannelCost]:
        """The channels that bring leads, and so customers."""
        return [one for one in self.costs if one.orders is not None]

    @cached_property
    def customers(self) -> Fraction:
        """New customers of all channels."""
        return sum((one.orders or Fraction(0) for one in self.bringing), Fraction(0))

    @cached_property
    def shared(self) -> Fraction:
        """What is spent for all of them: by channels that bring no leads, and by nobody in particular."""
        own = sum((one.total for one in self.costs if one.orders is None), Fraction(0))
        return own + self.inputs.common.total

    @cached_property
    def by_kind(self) -> dict[str, Fraction]:
        """All costs of the plan's months, by kind."""
        common = self.inputs.common
        return {
            kind: sum((getattr(one, kind) for one in self.costs), Fraction(getattr(common, kind))) for kind in KINDS
        }

    @property
    def total(self) -> Fraction:
        """All costs of the plan's months."""
        return sum(self.by_kind.values(), Fraction(0))

    @cached_property
    def acquisition(self) -> AcquisitionCost | None:
        """What a customer costs by kind; None where nobody is won."""
        if not self.customers:
            return None
        kinds = self.by_kind
        return acquisition_cost(kinds["marketing"], kinds["sales"], kinds["systems"], self.customers)

    def cac_of(self, one: ChannelCost) -> Fraction | None:
        """What a customer of this channel costs, with its part of what is spent for all."""
        if not one.orders:
            return None
        return one.total / one.orders + self.shared / self.customers

    # --- both together

    @cached_property
    def all(self) -> Worth:
        """All customers."""
        return self._worth(self.mean_profit, self.acquisition.total if self.acquisition else None)

    def worth_of(self, one: ChannelCost) -> Worth:
        """The customers of a channel."""
        return self._worth(self.profit_of(one.channel), self.cac_of(one))

    def _worth(self, profit: Profit | None, cac: Fraction | None) -> Worth:
        if profit is None or cac is None:
            return Worth(profit.ltv if profit else None, cac, None)
        comes = profit.monthly > 0 or cac <= profit.first
        back = payback(cac, profit.first, max(Fraction(0), profit.monthly)) if comes else None
        return Worth(profit.ltv, cac, back).while_they_stay

    def allowed_of(self, channel: Channel) -> list[Fraction] | None:
        """The most that one of each stage may cost, first stage first, of customers of this channel; 0 where these
        bring less than nothing."""
        ltv = self.ltv_of(channel)
        if ltv is None:
            return None
        return allowed_costs(max(Fraction(0), ltv), self.inputs.ratio, self.plan.rates_of(channel))

    def unit_cost_of(self, one: ChannelCost) -> Fraction | None:
        """What one of its stage costs in marketing: all of it ÷ its volume; without these what is typed on チャネル."""
        if one.units and one.marketing:
            return one.marketing / one.units
        return None if one.channel.unit_cost is None else exact(one.channel.unit_cost)

    def too_dear(self, one: ChannelCost) -> tuple[Fraction, Fraction] | None:
        """What one of the channel's stage costs and the less that it may cost; None where it is not too dear."""
        place, cost, allowed = self._index(one.channel), self.unit_cost_of(one), self.allowed_of(one.channel)
        if place is None or cost is None or allowed is None or cost <= allowed[place] * (1 + SLACK):
            return None
        return cost, allowed[place]

    def below_ratio(self, worth: Worth) -> bool:
        """Whether customers bring less than the wanted times what they cost."""
        return worth.ratio is not None and calc.nearest(worth.ratio, 9) < exact(self.inputs.ratio)

    # --- budget

    def room_of(self, one: ChannelCost) -> Fraction:
        """How much more marketing could be spent within the channel's limit, in the open months in which the plan asks
        anything of it: what is won in others comes too late for the goal, or is there already.

        Special cases: nobody knows how much a channel without a limit can grow; it is taken up to the most that the
        plan asks of it in a month, and the page says so.
        """
        channel, cost = one.channel, self.unit_cost_of(one)
        months = self.targets.whole_of_channel(channel).months
        limit = exact(max(months) if channel.capacity is None else channel.capacity)
        asked = (month for month in months[self.plan.closed_months :] if month)
        left = sum((max(Fraction(0), limit - month) for month in asked), Fraction(0))
        return left * (cost or 0)

    @cached_property
    def movable(self) -> list[ChannelCost]:
        """The channels between which budget can move: their ratio and what one more order costs are known."""
        return [one for one in self.bringing if one.orders and one.marketing and self.worth_of(one).ratio is not None]

    @cached_property
    def moves(self) -> list[tuple[ChannelCost, ChannelCost, Move]]:
        """Which way to move budget, as (from, to, move)."""
        rows = self.movable
        if not rows:
            return []
        found = budget_moves(
            [self.worth_of(one).ratio for one in rows],
            [one.marketing / one.orders for one in rows if one.orders],
            [one.marketing for one in rows],
            [self.room_of(one) for one in rows],
            self.inputs.ratio,
        )
        return [(rows[move.giver], rows[move.taker], move) for move in found]

    def by_month(self, one: ChannelCost) -> list[Fraction]:
        """A channel's costs by month, to what the plan's money shows; they add up to its total as it is shown.

        Equation: marketing goes by volume (evenly where there is none), sales and systems evenly.
        """
        volumes = self.targets.whole_of_channel(one.channel).months if self._index(one.channel) is not None else ()
        return self._spread(one.marketing, volumes, one.sales + one.systems)

    @cached_property
    def common_by_month(self) -> list[Fraction]:
        """What is spent for nobody in particular, by month."""
        return self._spread(Fraction(0), (), self.inputs.common.total)

    def _spread(self, by_volume: Fraction, volumes: tuple[int, ...], evenly: Fraction | int) -> list[Fraction]:
        months, all_ = self.plan.months, sum(volumes)
        parts = [
            (by_volume * volumes[month] / all_ if all_ else by_volume / months) + Fraction(evenly) / months
            for month in range(months)
        ]
        money = catalog.unit(self.plan.currency_unit)
        return [
            part * money.factor for part in calc.nearest_parts([part / money.factor for part in parts], money.digits)
        ]

    # --- segments

    def segment(self, one: Segment) -> Worth:
        """A segment's customers by the short form: revenue a month and customer × margin ÷ churn."""
        ltv = monthly = cac = back = None
        margin = self.margin if one.margin is None else exact(one.margin)
        if one.customers and one.revenue is not None:
            monthly = exact(one.revenue) / exact(one.customers) * margin
        if monthly is not None and one.customers and one.lost and one.lost <= one.customers:
            ltv = monthly / churn_rate(one.lost, one.customers)
        if one.cost is not None and one.won:
            cac = calc.cac(one.cost, one.won)
        if cac is not None and monthly is not None and monthly > 0:
            back = cac / monthly
        return Worth(ltv, cac, back).while_they_stay
