"""From a KPI that is off its plan to an action (R1–R10), and the orders that the action would bring back in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from xl_kpi import calc
from xl_kpi.catalog.advice import Advice, find_advice
from xl_kpi.formulas.fault import FormulaFault
from xl_kpi.formulas.formula import parse
from xl_kpi.kpi.channel_figures import ChannelFigures
from xl_kpi.kpi.figures import is_number
from xl_kpi.plan.closed.compared import seen_rate
from xl_kpi.plan.model import Channel, Plan
from xl_kpi.plan.review.forecast import Forecast
from xl_kpi.plan.review.to_date import ToDate

FUNNEL = "funnel"  # the channel of the advice table that has the figures of the stages
LEADS = "leads"


@dataclass(frozen=True)
class Action:
    """What to do about a KPI.

    ``channel`` the id of a channel or ``FUNNEL``; ``plan`` and ``actual`` to date, in the KPI's unit; ``lever`` what
    it moves ("leads:<channel>", "rate:<stage>", "" where that is not known); ``brings_back`` the orders in time that
    come of the lever being on plan from now on (None: not known); ``by`` the last day on which that still helps;
    ``overlaps``: an action above moves the same lever, so that their orders are the same ones.
    """

    advice: Advice
    channel: str
    kpi: str
    plan: float
    actual: float
    lever: str = ""
    brings_back: Fraction | None = None
    by: dt.date | None = None
    overlaps: bool = False


class Actions:
    """The actions that a review proposes, those that bring most first.

    Leads of a channel: those to come are taken for planned ones × (actual ÷ plan) as of now; on plan they are the
    planned ones.  A rate: the forecast's; on plan it is the plan's.  Each is a run of the forecast with this change and
    no other.
    """

    def __init__(self, to_date: ToDate, forecast: Forecast):
        self.to_date, self.forecast, self.plan = to_date, forecast, to_date.plan

    def all(self) -> list[Action]:
        """Every action, sorted; those of which nobody knows what they bring come last."""
        found = [*self._of_funnel(), *(one for channel in self.plan.channels_on for one in self._of_channel(channel))]
        found.sort(key=lambda one: (one.brings_back is None, -(one.brings_back or 0)))
        seen: set[str] = set()
        result = []
        for one in found:
            result.append(replace(one, overlaps=one.lever in seen) if one.lever else one)
            seen.add(one.lever)
        return result

    def together(self, actions: list[Action]) -> Fraction:
        """The orders that all of them bring back at once."""
        stages = {stage.id: place for place, stage in enumerate(self.plan.stages)}
        levers = {one.lever for one in actions if one.brings_back}
        rates = {
            stages[name]: calc.exact(self.plan.rates[stages[name]])
            for kind, _, name in (lever.partition(":") for lever in levers)
            if kind == "rate"
        }
        more = sum((self._missing_leads(id_) for kind, _, id_ in (one.partition(":") for one in levers)
                    if kind == LEADS), Fraction(0))  # fmt: skip
        leads = self.forecast.leads.value + more
        return self.forecast.orders_with(rates=rates, leads=leads) - self.forecast.orders

    # --- the stages

    def _of_funnel(self) -> Iterator[Action]:
        closing = self.forecast.targets.closing
        for place, stage in enumerate(self.plan.stages[:-1]):
            seen = seen_rate(self.plan, closing, place) if closing else None
            if seen is None:
                continue
            rate, actual = float(calc.exact(self.plan.rates[place])), float(seen.rate)
            advice = find_advice(FUNNEL, f"{stage.id}_rate", rate, actual)
            if advice is None:
                continue
            planned, lever = calc.exact(self.plan.rates[place]), f"rate:{stage.id}"
            brings = self.forecast.orders_with(rates={place: planned}) - self.forecast.orders
            yield Action(
                advice, FUNNEL, f"{stage.id}_rate", rate, actual, lever, max(Fraction(0), brings), self._last_day(place)
            )

    # --- the channels

    def _of_channel(self, channel: Channel) -> Iterator[Action]:
        figures = ChannelFigures(self.plan, self.to_date.targets, channel)
        pairs: dict[str, tuple[float, float]] = {}
        for kpi in figures.kpis:
            plan, actual = figures.target[kpi.id].to_date, figures.actual[kpi.id].to_date
            if is_number(plan) and is_number(actual):
                pairs[kpi.id] = float(plan or 0), float(actual or 0)
        for name, (plan, actual) in pairs.items():
            others = {id_: pair for id_, pair in pairs.items() if id_ != name}
            advice = find_advice(channel.id, name, plan, actual, others=others)
            if advice is None:
                continue
            found = Action(advice, channel.id, name, plan, actual)
            yield self._by_leads(found, channel) if self._moves_leads(channel, figures, name) else found

    def _by_leads(self, action: Action, channel: Channel) -> Action:
        leads = self.forecast.leads.value + self._missing_leads(channel.id)
        brings = self.forecast.orders_with(leads=leads) - self.forecast.orders
        return replace(action, lever=f"{LEADS}:{channel.id}", brings_back=brings, by=self._last_day(0))

    def _moves_leads(self, channel: Channel, figures: ChannelFigures, name: str) -> bool:
        """Whether the channel's leads are made of a KPI."""
        anchor = figures.anchor
        return anchor is not None and channel in self.plan.lead_channels and self._makes(figures, anchor.id, name)

    def _makes(self, figures: ChannelFigures, whole: str, part: str) -> bool:
        """Whether a KPI is another one, or the other one's way is made of it."""
        waiting, seen = [whole], set()
        while waiting:
            name = waiting.pop()
            if name == part:
                return True
            if name in seen or name not in figures.by_id:
                continue
            seen.add(name)
            kpi = figures.by_id[name]
            waiting += [one.id for one in figures.kpis if one.id != name and _mentions(kpi.decomposition, one.id)]
        return False

    def _missing_leads(self, channel_id: str) -> Fraction:
        """The part of all leads to come that a channel lacks if it goes on as it does; 0 where it lacks none."""
        for channel, planned, actual in zip(
            self.to_date.channels, self.to_date.planned_of_channels, self.to_date.actual_of_channels
        ):
            if channel.id == channel_id and planned[0] and actual[0] is not None:
                return max(Fraction(0), 1 - actual[0] / planned[0]) * self.to_date.targets.used_share(channel)
        return Fraction(0)

    def _last_day(self, place: int) -> dt.date:
        """The last day on which something in a stage still becomes an order that counts, as fast as it can."""
        targets = self.to_date.targets
        fast = sum(lag.low if lag and not lag.curve else 0 for lag in targets.lags[place:])
        return targets.deadline - dt.timedelta(days=fast + targets.delivery_days)


def _mentions(formula: str, name: str) -> bool:
    try:
        return bool(formula) and name in parse(formula).ids
    except FormulaFault:
        return False


def owner_of(plan: Plan, action: Action) -> str:
    """Who looks after what an action is about."""
    if action.channel == FUNNEL:
        stage = action.lever.partition(":")[2]
        return next((one.owner for one in plan.stages if one.id == stage), "")
    return next((one.owner for one in plan.channels if one.id == action.channel), "")
