"""採算: LTV, CAC, their ratio and payback of a plan, by channel and segment, what a lead may cost, where budget goes.

All in yen, exact.  A figure that is not known (nothing won, nothing typed) is None.
"""

from __future__ import annotations

from dataclasses import dataclass
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
        first, frequency, value = one.first, one.frequency, one.value
        if is_monthly(self.plan):  # a fee each month, but for what was typed
            frequency = 1 if frequency is None else frequency
            value = self.plan.settings.get(FEE) if value is None else value
        elif first is None:
            first = self.plan.order_value
        repeated = exact(frequency or 0) * exact(value or 0) + exact(one.more or 0)
        if first is None and not repeated:
            return None
        if repeated and not one.churn and one.contract is None:
            return None
        return lifetime(
            first or 0, frequency or 0, value or 0, one.more or 0,
            churn=one.churn, contract=one.contract, margin=self.margin,
        )  # fmt: skip

    @property
    def margin(self) -> Fraction:
        """Gross margin; nobody has said: revenue counts as profit."""
        return exact(1 if self.inputs.customer.margin is None else self.inputs.customer.margin)

    @property
    def ltv(self) -> Fraction | None:
        """What a customer brings in all."""
        return self.lifetime.total if self.lifetime else None

    def ltv_of(self, channel: Channel) -> Fraction | None:
        """What a customer of this channel brings: as the first segment that is called so, or as all do."""
        name = channel.name.casefold()
        own = next((one for one in self.inputs.segments if one.name.casefold() == name), None)
        found = self.segment(own).ltv if own else None
        return self.ltv if found is None else found

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
        return self._worth(self.ltv, self.acquisition.total if self.acquisition else None)

    def worth_of(self, one: ChannelCost) -> Worth:
        """The customers of a channel."""
        return self._worth(self.ltv_of(one.channel), self.cac_of(one))

    def _worth(self, ltv: Fraction | None, cac: Fraction | None) -> Worth:
        """Where a customer brings more or less than all do, so does each month of it."""
        if ltv is None or cac is None or self.lifetime is None or not self.lifetime.total:
            return Worth(ltv, cac, None)
        times = ltv / self.lifetime.total
        first, monthly = self.lifetime.first * times, self.lifetime.monthly * times
        back = payback(cac, first, monthly) if monthly or cac <= first else None
        return Worth(ltv, cac, back)

    def allowed_of(self, channel: Channel) -> list[Fraction] | None:
        """The most that one of each stage may cost, first stage first, of customers of this channel."""
        ltv = self.ltv_of(channel)
        return None if ltv is None else allowed_costs(ltv, self.inputs.ratio, self.plan.rates_of(channel))

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

    def room_of(self, one: ChannelCost) -> Fraction | None:
        """How much more marketing could be spent in the open months within the channel's limit; None without one."""
        channel, cost = one.channel, self.unit_cost_of(one)
        if channel.capacity is None:
            return None
        months = self.targets.whole_of_channel(channel).months[self.plan.closed_months :]
        left = sum((max(Fraction(0), exact(channel.capacity) - month) for month in months), Fraction(0))
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
        if cac is not None and monthly:
            back = cac / monthly
        return Worth(ltv, cac, back)
