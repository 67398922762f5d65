"""The review of a plan on a day: where it stands, where orders were lost, where it ends, what to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from xl_kpi import calc
from xl_kpi.kpi.review.actions import Action, Actions
from xl_kpi.kpi.review.advice_table import AdviceTable
from xl_kpi.kpi.review.attainment import Attainment
from xl_kpi.kpi.review.check_first import CheckFirst, Doubt
from xl_kpi.kpi.review.known_figures import Figure
from xl_kpi.plan.model import Plan
from xl_kpi.plan.review.as_known import as_known
from xl_kpi.plan.review.forecast import Forecast
from xl_kpi.plan.review.gap import Gap
from xl_kpi.plan.review.limits import Limits
from xl_kpi.plan.review.to_date import ToDate
from xl_kpi.plan.targets import Targets


class Review:
    """A plan looked at on a day; the months that are over by then count as closed for the forecast.

    ``named`` is the same plan with the names that are said, in another language for example: its own are those by which
    leads know their channel.
    ``asked_on`` is the day that was asked for (None: none was). What was typed for months after the day is not
    known yet (``as_known``).
    """

    def __init__(self, plan: Plan, as_of: dt.date | None = None, named: Plan | None = None):
        self.plan = as_known(_used(plan), as_of)
        self.named = named or plan
        self.to_date, self.asked_on = ToDate(Targets(self.plan), as_of), as_of

    @property
    def is_over(self) -> bool:
        """Whether all months of the plan are over."""
        return self.to_date.months == self.plan.months

    @property
    def has_actuals(self) -> bool:
        """Whether anything was typed for the months to date."""
        return any(0 <= month < self.to_date.months for _, month in self.plan.actuals)

    @cached_property
    def attainment(self) -> Attainment:
        return Attainment(self.to_date)

    @cached_property
    def gap(self) -> Gap:
        return Gap(self.to_date)

    @cached_property
    def forecast(self) -> Forecast:
        """Where the period ends, after the months to date."""
        months, plan = self.to_date.months, self.plan
        if months <= plan.closed_months:
            return Forecast(self.to_date.targets)
        until = calc.month_start(plan.start, months - 1)
        # what was agreed of closed months; of the others what is planned now, not what the sheets said last
        months_of = {key: one for key, one in plan.agreed.months.items() if key[1] < plan.closed_months}
        agreed = replace(plan.agreed, months=months_of)
        return Forecast(Targets(plan.with_(settings={**plan.settings, "closed_until": until}, agreed=agreed)))

    @cached_property
    def limits(self) -> Limits:
        return Limits(self.forecast)

    @cached_property
    def _proposed(self) -> Actions:
        apart = self._checks.apart
        return Actions(self.to_date, self.forecast, self.gap, AdviceTable(self.plan).rows, apart)

    @cached_property
    def _checks(self) -> CheckFirst:
        return CheckFirst(self.to_date, self.attainment, self.forecast)

    @property
    def figures(self) -> list[Figure]:
        """All figures that are known to date."""
        return self._proposed.figures.all()

    @cached_property
    def actions(self) -> list[Action]:
        return self._proposed.all()

    def overlap(self, one: Action, other: Action) -> bool:
        """Whether two actions move the same."""
        return bool(one.lever and other.lever) and self._proposed.levers.overlap(one.lever, other.lever)

    @cached_property
    def together(self) -> Fraction:
        """The orders that all actions bring back at once."""
        return self._proposed.together(self.actions)

    @cached_property
    def blanks(self) -> list[tuple[str, str]]:
        """Actuals to date that are missing: "stage:<id>" or a channel's id, and the month as 2026-04."""
        return [(what, f"{calc.month_start(self.plan.start, month):%Y-%m}") for what, month in self.to_date.blanks]

    def check_first(self, today: dt.date | None = None) -> list[Doubt]:
        """Actuals to check before anything else: those that are missing, and those that contradict each other.

        Arguments: ``today`` the day on which it is asked, for months that are not over; None: nothing is said of these.
        """
        return self._checks.all(today)


def _used(plan: Plan) -> Plan:
    """The plan without actuals of channels that are off, which a regenerate keeps elsewhere."""
    on = {"stage", *(channel.id for channel in plan.channels_on)}
    actuals = {key: value for key, value in plan.actuals.items() if key[0].partition(":")[0] in on}
    return plan if len(actuals) == len(plan.actuals) else plan.with_(actuals=actuals)
