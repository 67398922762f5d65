"""What an action moves, and what that brings: the forecast run once more with this change and no other (R1–R10).

A lever is a text: ``leads:<channel>`` (without a channel: of all), ``rate:<stage>`` (from that stage on),
``volume:<channel>:<stage>`` (what a channel brings of a later stage), ``step:<channel>:<stage>`` (how many of a
channel's go on into a stage), ``days:<stage>`` (how long leads stay in it).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from xl_kpi import calc
from xl_kpi.plan.review.forecast import Forecast
from xl_kpi.plan.review.to_date import ToDate

LEADS, RATE, VOLUME, STEP, STAY = "leads", "rate", "volume", "step", "days"
OF_STAGE = (RATE, STAY)  # of a stage of the funnel, whatever the channel
NOTHING = Fraction(0)
SAME_RATE = Fraction(999_999, 1_000_000)  # a forecast's rate is the plan's but for what floats leave


@dataclass(frozen=True)
class Lever:
    """A lever in its parts; ``stage`` of ``rate`` and ``days`` the one left, of others the one entered."""

    kind: str
    channel: str = ""
    stage: str = ""

    @staticmethod
    def parse(text: str) -> Lever:
        kind, _, rest = text.partition(":")
        if kind in OF_STAGE:
            return Lever(kind, stage=rest)
        channel, _, stage = rest.partition(":")
        return Lever(kind, channel, stage)

    def __str__(self) -> str:
        return ":".join(
            [self.kind, *([self.channel] if self.kind not in OF_STAGE else []), *([self.stage] * bool(self.stage))]
        )


class Levers:
    """What moving a lever to its plan from now on brings, in orders in time.

    ``leads``: those to come are as far off the planned ones as of now, taken as far as the forecast takes it
    (``leads_weight``); on plan they are the planned ones.
    ``rate``: the forecast's; on plan it is the plan's.  ``volume`` and ``step``: what a channel lacks of a stage in
    each month to come, in proportion to what it lacks to date, enters there on top, evenly over the month's days; where
    actuals of channel and stage contradict each other the part is that of the smaller gap.
    ``days``: the forecast takes those of the plan; on plan those who enter a stage from now on leave it at its
    standard, where that is less, and less than leads took.  Of several stages the first has the number.
    What a ``volume`` is made of are leads and the rates up to its stage: it brings no more than these on plan (leads of
    its channel; of all where the channel brings none itself).
    With all that enters, and with each rate, orders grow: what a forecast adds up are products of them, each with a
    factor of 0 or more.  So levers that move different things bring together at least what they bring one by one.
    """

    def __init__(self, to_date: ToDate, forecast: Forecast, apart: Collection[tuple[str, str]] = ()):
        """``apart``: stages and channels of which both have actuals, and other ones."""
        self.to_date, self.forecast, self.plan = to_date, forecast, to_date.plan
        self.places = {stage.id: place for place, stage in enumerate(self.plan.stages)}
        self.known: dict[str, Fraction] = {}  # which part a channel lacks of a stage, as its KPIs tell
        self.sooner: dict[str, int] = {}  # days by which a stage is left sooner than the forecast takes it, on standard
        self._apart = frozenset(apart)
        self._runs: dict[tuple[frozenset[int], frozenset[str]], Fraction] = {}
        self.bringing = {one.id for one in self.plan.lead_channels}

    # --- orders

    def brings(self, lever: str) -> Fraction | None:
        """The orders that it brings in time; None for a lever that nobody knows, 0 where nothing is missing."""
        return self.together([lever]) if lever else None

    def together(self, levers: Collection[str]) -> Fraction:
        """The orders that all of these bring at once."""
        found = [Lever.parse(one) for one in dict.fromkeys(levers) if one]
        volumes = [one for one in found if one.kind == VOLUME]
        places = {self.places[one.stage] for one in found if one.kind == RATE}
        channels = {one.channel for one in found if one.kind == LEADS}
        rates = self._raised(places)
        orders = self._orders(places, channels)
        if volumes:
            before = range(max(self.places[one.stage] for one in volumes))
            made_of = {one.channel if one.channel in self.bringing else "" for one in volumes}
            most = self._orders(places | {*before}, channels | made_of)
            orders = min(most, orders + sum((self._entering(one, rates) for one in volumes), NOTHING))
        steps = sum((self._entering(one, rates) for one in found if one.kind == STEP), NOTHING)
        leads = self.forecast.leads.value + self._leads(channels)
        stays = [(self.places[one.stage], self.sooner.get(str(one), 0)) for one in found if one.kind == STAY]
        sooner = sum((self.forecast.sooner(place, days, rates, leads) for place, days in stays if days), NOTHING)
        return orders - self.forecast.orders + steps + sooner

    def _orders(self, places: Collection[int], channels: Collection[str]) -> Fraction:
        """Orders in time with the rates of some stages, and the leads of some channels, on plan."""
        key = frozenset(places), frozenset(channels)
        if key not in self._runs:
            leads = self.forecast.leads.value + self._leads(channels)
            self._runs[key] = self.forecast.orders_with(rates=self._raised(places), leads=leads)
        return self._runs[key]

    def _raised(self, places: Iterable[int]) -> dict[int, Fraction]:
        """The plan's rates, by place, where these are higher than the forecast's."""
        planned = {place: calc.exact(self.plan.rates[place]) for place in places}
        return {place: rate for place, rate in planned.items() if rate * SAME_RATE > self.forecast.rates[place].value}

    def _leads(self, channels: Iterable[str]) -> Fraction:
        """The part of all leads to come that these channels lack; "" is all of them."""
        asked = set(channels)
        single = sum((self.missing_leads(id_) for id_ in asked if id_), NOTHING)
        planned, actual = self.to_date.planned[0], self.to_date.actual[0]
        if "" not in asked or not planned or actual is None:
            return single
        return max(single, self.forecast.leads_weight * (1 - actual / planned))

    def missing_leads(self, channel_id: str) -> Fraction:
        """The part of all leads to come that a channel lacks if it goes on as it does; 0 where it lacks none."""
        planned, actual = self._to_date_of(channel_id)
        if not planned or actual is None:
            return NOTHING
        one = next(one for one in self.to_date.channels if one.id == channel_id)
        share = self.to_date.targets.used_share(one) * self.forecast.leads_weight
        return max(NOTHING, 1 - actual / planned) * share

    def is_counted(self, lever: str) -> bool:
        """Whether the forecast takes what a lever moves as planned anyway: the days of a stage for no more than the
        standard, a rate for no less than the plan's, where what has not gone on can be in the stage still."""
        one = Lever.parse(lever)
        if one.kind == RATE:
            return not self._raised([self.places[one.stage]])
        return one.kind == STAY and not self.sooner.get(lever)

    def has_leads(self, lever: str) -> bool:
        """Whether a lever is the leads of a channel that brings more than planned already."""
        one = Lever.parse(lever)
        planned, actual = self._to_date_of(one.channel) if one.kind == LEADS else (NOTHING, None)
        return bool(planned and actual is not None and actual > planned)

    def _to_date_of(self, channel: str, place: int = 0) -> tuple[Fraction, Fraction | None]:
        """What a channel was to bring and what it brought of a stage to date; nothing of one that brings no leads."""
        rows = self.to_date.by_channel.get(channel)
        return (rows[0][place], rows[1][place]) if rows else (NOTHING, None)

    # --- what enters a later stage

    def _entering(self, lever: Lever, rates: dict[int, Fraction]) -> Fraction:
        """Orders of what a channel lacks of a stage in the months to come."""
        lacks, channel = self._lacks(lever), next(one for one in self.plan.channels if one.id == lever.channel)
        if not lacks:
            return NOTHING
        forecast, place = self.forecast, self.places[lever.stage]
        targets = forecast.targets
        first = targets.closing.months if targets.closing else 0
        asked = targets.opened.of_channel(channel, lever.stage).months
        starts = calc.month_starts(self.plan.start, self.plan.months + 1)
        by_day: list[Fraction] = []
        for month, (begin, end) in enumerate(zip(starts, starts[1:])):
            days = (end - begin).days
            by_day += [asked[month] * lacks / days if month >= first else NOTHING] * days
        if place == len(self.plan.stages) - 1:
            last = (targets.deadline - dt.timedelta(days=targets.delivery_days) - self.plan.start).days
            return sum(by_day[: max(0, last + 1)], NOTHING)
        ways = [rates.get(at, one.value) for at, one in enumerate(forecast.rates)]
        return calc.outlook(
            self.plan.start, self.plan.months, ways[place:], targets.lags[place:], by_day,
            [0] * (len(ways) - place + 1), deadline=targets.deadline, delivery_days=targets.delivery_days,
        ).in_time  # fmt: skip

    def _lacks(self, lever: Lever) -> Fraction:
        """The part of what is asked of a channel at a stage that it lacks; 0 where nobody knows."""
        if lever.kind == VOLUME:
            known = self.known.get(str(lever), NOTHING)
            return min(known, self._short(lever.stage)) if self.contradicts(str(lever)) else known
        place = self.places[lever.stage]
        (asked, before), (planned, now) = (self._to_date_of(lever.channel, at) for at in (place - 1, place))
        if not before or now is None or not asked or not planned:
            return NOTHING
        return max(NOTHING, before / asked - now / planned)  # before ÷ asked: how many were there to go on

    def _short(self, stage: str) -> Fraction:
        """The part of what is asked of a stage that all of it lacks to date."""
        planned, actual = self.to_date.planned[self.places[stage]], self.to_date.actual[self.places[stage]]
        return max(NOTHING, 1 - actual / planned) if planned and actual is not None else NOTHING

    def contradicts(self, lever: str) -> bool:
        """Whether a channel's actuals of what it moves and those of the stage are not the same."""
        one = Lever.parse(lever)
        return one.kind == VOLUME and (one.stage, one.channel) in self._apart

    # --- until when, and what is the same

    def last_day(self, lever: str) -> dt.date | None:
        """The last day on which moving it still brings an order that counts, as fast as it can; None for none."""
        if not lever:
            return None
        one, targets = Lever.parse(lever), self.to_date.targets
        place = self.places[one.stage] if one.stage else 0
        fast = sum(lag.low if lag and not lag.curve else 0 for lag in targets.lags[place:])
        return targets.deadline - dt.timedelta(days=fast + targets.delivery_days)

    def overlap(self, one: str, other: str) -> bool:
        """Whether two levers move the same: the orders of one are, in part at least, those of the other.

        So do the days of any two stages, two of the same channel, what a channel brings of a stage with a rate on the
        way there, what a channel without leads of its own brings with all leads and steps on the way there, and what
        any two bring of later stages: the leads and the rates before are the same.
        """
        if one == other:
            return True
        pair = Lever.parse(one), Lever.parse(other)
        if any(lever.kind == STAY for lever in pair):
            return all(lever.kind == STAY for lever in pair)
        if all(lever.kind == RATE for lever in pair):
            return False
        rate = next((lever for lever in pair if lever.kind == RATE), None)
        if rate is None:
            first, second = sorted(pair, key=lambda lever: lever.kind == VOLUME)
            if "" in (first.channel, second.channel) or first.channel == second.channel:
                return True
            if second.kind != VOLUME:
                return False
            if first.kind == STEP and self.places[first.stage] > self.places[second.stage]:
                return False
            return first.kind == VOLUME or second.channel not in self.bringing
        rest = next(lever for lever in pair if lever.kind != RATE)
        return rest.kind != LEADS and self.places[rate.stage] < self.places[rest.stage]
