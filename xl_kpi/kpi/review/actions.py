"""From a KPI that is off its plan to an action (R1–R10), and the orders that the action would bring back in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from xl_kpi.catalog.advice import Advice, advice, find_advice
from xl_kpi.kpi.review.figure_ids import BRAND, DAYS, FUNNEL, GAP, LTV_CAC, OF_CHANNEL, RATES, WAITING, stage_of
from xl_kpi.kpi.review.known_figures import Figure, KnownFigures
from xl_kpi.kpi.review.levers import NOTHING, VOLUME, Lever, Levers
from xl_kpi.kpi.review.names import is_planned, said
from xl_kpi.plan.goal.fees import is_monthly
from xl_kpi.plan.goal.parts import order_brings
from xl_kpi.plan.model import Plan
from xl_kpi.plan.review.forecast import Forecast
from xl_kpi.plan.review.gap import Gap
from xl_kpi.plan.review.to_date import ToDate

LEAST = Fraction(1, 20)  # orders: fewer are shown as 0.0
# What an action brings back: nothing, since its figure is on plan; nobody knows; the orders of one above; nothing,
# since more leads than planned came, or since the forecast takes the standard days, or the plan's rate, anyway; orders.
EFFECTS = ON_PLAN, NOT_KNOWN, SAME, ENOUGH, COUNTED, ORDERS = (
    "on_plan", "not_known", "same", "enough", "counted", "orders"
)  # fmt: skip
# Why nobody knows: what customers bring and cost, what is said of the brand, who waits, a curve that was measured.
WHY = {LTV_CAC: "money", WAITING: "waiting", DAYS: "curve", "nps": "brand"}


@dataclass(frozen=True)
class Action:
    """What to do about a KPI.

    ``channel`` the id of a channel, ``FUNNEL`` or ``BRAND``; ``plan`` and ``actual`` to date in ``unit`` (an id of the
    catalog's); ``bar`` the fixed value that it is beyond (None: it is held against the plan); ``lever`` what
    it moves ("leads:<channel>", "rate:<stage>" …, as ``levers`` has them; "" where that is not known); ``brings_back``
    the orders in time that come of the lever being on plan from now on (None: not known); ``money`` what these orders
    are worth (None: no order value is typed, or an order brings a fee by the month); ``by`` the last day on which that
    still helps (None: not known, or it is not too late and yet brings nothing); ``overlaps``: an action above moves the
    same, so that their orders are the same ones; ``is_bottleneck``: it is about what costs most orders;
    ``contradicts``: channel and stage have another number of what it moves, so that the smaller of both gaps is taken;
    ``is_enough``: more of the leads that it moves came than planned; ``is_counted``: the forecast takes a stage for no
    longer than its standard, or a rate for no less than the plan's, so that going back to it brings nothing on top.
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
    unit: str = "count"
    money: Fraction | None = None
    is_bottleneck: bool = False
    bar: float | None = None
    contradicts: bool = False
    is_enough: bool = False
    is_counted: bool = False

    @property
    def is_on_plan(self) -> bool:
        """Whether a figure beyond a fixed value is on its plan, as it is shown: going back there brings nothing."""
        if self.bar is None or not is_planned(self):
            return False
        reached = self.actual >= self.plan if self.advice.comparison == "below" else self.actual <= self.plan
        return reached or said(self, self.actual) == said(self, self.plan)

    @property
    def effect(self) -> str:
        """What is to be said of what it brings back: one of ``EFFECTS``."""
        if self.is_on_plan:
            return ON_PLAN
        if self.brings_back is None:
            return NOT_KNOWN
        if self.is_counted:
            return COUNTED
        if self.overlaps:
            return SAME
        return ENOUGH if self.is_enough and not self.brings_back else ORDERS

    @property
    def why_unknown(self) -> str:
        """Why nobody knows what it brings back: "money", "brand", "waiting", "curve", "" where no reason is known."""
        if self.effect != NOT_KNOWN:
            return ""
        if self.channel == BRAND:
            return "brand"
        slow = self.actual > self.plan or not self.kpi.endswith(DAYS)
        return next((why for end, why in WHY.items() if self.kpi.endswith(end) and slow), "")

    def is_late(self, day: dt.date) -> bool:
        """Whether nothing that is done after a day helps in this period any more."""
        return self.by is not None and self.by <= day


class Actions:
    """The actions that a review proposes: that of the largest loss first, then those that bring most.

    Each figure that is known is asked about in the advice table.  What says no more than that something falls short
    (R10) is said where no other row moves the same: of the largest losses in any case, so that none lacks an action.
    What an action brings back is a run of the forecast with its lever on plan and no other change.
    """

    def __init__(
        self, to_date: ToDate, forecast: Forecast, gap: Gap, table: Iterable[Advice] | None = None,
        apart: Collection[tuple[str, str]] = (),
    ):  # fmt: skip
        self.to_date, self.forecast, self.plan = to_date, forecast, to_date.plan
        self.levers = Levers(to_date, forecast, apart)
        self.figures = KnownFigures(to_date, forecast, gap, self.levers)
        self.table = tuple(advice() if table is None else table)

    def all(self) -> list[Action]:
        """Every action, sorted; those of which nobody knows what they bring come last.

        Of two that move the same, leads and rates have the number, what comes of them at later stages is "as above".
        """
        found = [self._weighed(one) for one in self._found]
        found.sort(key=lambda one: (not one.is_bottleneck, is_of_later(one.lever), -(one.brings_back or 0)))
        above: list[str] = []
        result = []
        for one in found:
            same = bool(one.lever) and any(self.levers.overlap(one.lever, other) for other in above)
            result.append(replace(one, overlaps=same))
            above += [one.lever] if one.lever else []
        result.sort(key=_place)
        return result

    def together(self, actions: Iterable[Action]) -> Fraction:
        """The orders that all of them bring back at once, what several move counted once."""
        return self.levers.together([one.lever for one in actions if one.lever and not one.overlaps])

    @cached_property
    def _found(self) -> list[Action]:
        worst = self.figures.worst
        special: list[Action] = []
        general: list[Action] = []
        for figure in self.figures.all():
            row = find_advice(figure.channel, figure.kpi, figure.plan, figure.actual,
                              others=figure.others, table=self.table)  # fmt: skip
            if row is not None and not self._is_from_before(row, figure):
                (general if row.general else special).append(_action(row, figure))
        levers = {one.lever for one in special if one.lever}
        for figure in self.figures.losses:
            row = find_advice(FUNNEL, GAP, *figure.others[GAP], table=self.table)
            known = levers if figure == worst else {*levers, *(one.lever for one in general)}
            if row is not None and (figure.lever not in known or (row.is_own and figure == worst)):
                special.append(_action(row, figure))
                levers.add(figure.lever)
        if worst is not None:
            special = [replace(one, is_bottleneck=_is_about(one, worst)) for one in special]
        return [*special, *(one for one in general if one.lever not in levers)]

    def _is_from_before(self, row: Advice, figure: Figure) -> bool:
        """Whether a channel lacks of a later stage what did not come out of the stages before: as many as planned went
        on into it, so that nothing is to be done there."""
        if not row.general or row.is_own or figure.kpi != OF_CHANNEL or figure.channel in self.levers.bringing:
            return False
        place = self.levers.places.get(Lever.parse(figure.lever).stage, 0) if figure.lever else 0
        if not place or self.levers.contradicts(figure.lever):  # nobody knows then which is right
            return False
        into = f"{self.plan.stages[place - 1].id}{RATES}"
        rate = next((one for one in self.figures.rates if one.kpi == into), None)
        return rate is not None and rate.actual >= row.threshold * rate.plan

    def _weighed(self, action: Action) -> Action:
        brings = NOTHING if action.is_on_plan else self.levers.brings(action.lever)
        worth = None if is_monthly(self.plan) else order_brings(self.plan)
        money = None if brings is None or worth is None else brings * worth
        by = self.levers.last_day(action.lever)
        if brings is not None and brings < LEAST and by is not None and by > self.to_date.as_of:
            by = None
        enough = self.levers.has_leads(action.lever)
        return replace(action, brings_back=brings, money=money, by=by, is_enough=enough,
                       is_counted=self.levers.is_counted(action.lever),
                       contradicts=self.levers.contradicts(action.lever))  # fmt: skip


def is_of_later(lever: str) -> bool:
    """Whether a lever is what a channel brings of a stage after the leads, which leads and rates make."""
    return bool(lever) and Lever.parse(lever).kind == VOLUME


def _place(one: Action) -> tuple[int, Fraction]:
    if one.overlaps:
        return 2, NOTHING
    if one.is_bottleneck:
        return 0, NOTHING
    return (3, NOTHING) if one.brings_back is None else (1, -one.brings_back)


def _is_about(one: Action, worst: Figure) -> bool:
    """Whether an action is about the largest loss."""
    return one.lever == worst.lever if worst.lever else (one.channel, one.kpi) == (worst.channel, worst.kpi)


def _action(row: Advice, figure: Figure) -> Action:
    bar = None if row.of_plan or row.kpi == GAP else float(row.threshold)
    found = Action(row, figure.channel, figure.kpi, figure.plan, figure.actual, figure.lever, unit=figure.unit, bar=bar)
    return replace(found, lever="") if found.is_on_plan else found


def owner_of(plan: Plan, action: Action) -> str:
    """Who looks after what an action is about: as the advice says, else who has the KPI, the channel, the stage."""
    if action.advice.owner:
        return action.advice.owner
    owners = [one.owner for one in plan.kpis if (one.channel, one.id) == (action.channel, action.kpi)]
    owners += [one.owner for one in plan.channels if one.id == action.channel]
    if action.channel == FUNNEL:
        stage = stage_of(action.kpi)
        owners += [one.owner for one in plan.stages if one.id == stage]
    return next(filter(None, owners), "")
