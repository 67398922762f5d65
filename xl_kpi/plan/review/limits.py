"""What a forecast lacks for the plan's own sake (K14): what the monthly limits of its channels cost."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from xl_kpi.catalog.review_limits import BELOW, review_limits
from xl_kpi.plan.model import Channel
from xl_kpi.plan.review.forecast import Forecast
from xl_kpi.plan.targets import Targets


class Limits:
    """The monthly limits that a forecast keeps to."""

    def __init__(self, forecast: Forecast):
        self.forecast = forecast

    @property
    def is_short(self) -> bool:
        """Whether the forecast is below the goal (▼)."""
        share = self.forecast.of_goal
        return share is not None and review_limits().mark(float(share)) == BELOW

    @cached_property
    def channels(self) -> list[Channel]:
        """The channels whose limit takes leads off what is planned of them."""
        return [one for one in self.forecast.plan.channels if one.id in self.forecast.from_start.excess]

    @cached_property
    def orders(self) -> Fraction:
        """The orders in time that the forecast lacks because of them: those of the same run without any, less its own.

        Example: a tenth of the leads to come is over a limit, and 50 orders come of all of them: 5.
        """
        if not self.channels:
            return Fraction(0)
        plan = self.forecast.plan
        free = plan.with_(channels=tuple(replace(one, capacity=None) for one in plan.channels))
        return Forecast(Targets(free)).orders - self.forecast.orders
