"""Made worlds with a known truth: rates and leads off the plan, a year day by day, and what a plan knows after months.

Everything is drawn with a fixed seed.  ``World.known(months)`` is the plan with the counts of its first months.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from tests.sheets.plans import template
from xl_kpi import calc
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.model import Goal, Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.targets import Targets

FUNNELS = ([0, 1, 3, 5], [0, 1, 2, 3, 5], [0, 1, 2, 3, 4, 5])


@dataclass(frozen=True)
class World:
    """One year as it came: ``counts`` entries of each stage by month, ``orders`` those in time."""

    plan: Plan
    counts: list[list[int]]

    @property
    def orders(self) -> int:
        return sum(self.counts[-1])

    def known(self, months: int, blank: Collection[tuple[int, int]] = ()) -> Plan:
        """The plan with these months closed; leads came by halves through both channels.

        Arguments: ``blank`` places of stages after the first and months that nobody has typed.
        """
        typed: dict[tuple[str, int], float] = {}
        one, other = self.plan.lead_channels
        for month in range(months):
            for channel, count in ((one, self.counts[0][month] // 2), (other, -(-self.counts[0][month] // 2))):
                kpi = next(kpi for kpi in self.plan.kpis_of(channel.id) if kpi.target.strip() == channel.stage)
                typed[f"{channel.id}:{kpi.id}", month] = count
            for place, (stage, row) in enumerate(zip(self.plan.stages[1:], self.counts[1:]), 1):
                if (place, month) not in blank:
                    typed[f"stage:{stage.id}", month] = row[month]
        until = calc.month_start(self.plan.start, months - 1)
        return self.plan.with_(actuals=typed, settings={**self.plan.settings, "closed_until": until})

    def straight(self, months: int) -> float:
        """Orders so far drawn on in a straight line."""
        return sum(self.counts[-1][:months]) * self.plan.months / months

    def seasonal(self, months: int) -> float:
        """Orders so far ÷ the part of the season that is over."""
        weights = [self.plan.season[(self.plan.start.month - 1 + month) % 12] for month in range(self.plan.months)]
        return float(calc.forecast_total(sum(self.counts[-1][:months]), weights, months))


def world(seed: int, *, rates: float = 0.25, leads: float = 0.25, monthly: float = 0.15, aged: bool = False) -> World:
    """A plan of three to five steps and 20 to 500 orders, half of them with a full pipeline, and how its year comes.

    Arguments: how far, as a standard deviation of the logarithm, each rate, all leads and each month's leads are off;
    ``aged``: what is open at the start has been there for up to the longest days of its stage, and nobody says so.
    """
    rng = np.random.default_rng(seed)
    plan = _plan(rng, bool(seed % 2))
    outlook, edges = PlanOutlook(Targets(plan)), [(day - plan.start).days for day in calc.month_starts(plan.start, 13)]
    daily = np.array([float(day) for day in outlook.leads_by_day[: edges[-1]]])
    by_month = np.repeat([_off(rng, monthly) for _ in range(plan.months)], np.diff(edges))
    days = np.repeat(np.arange(len(daily)), rng.poisson(daily * _off(rng, leads) * by_month))
    rows = [days]
    for stage in plan.stages[:-1]:
        waiting = np.zeros(int(plan.pipeline.get(stage.id, 0)), dtype=int)  # just entered, as the plan takes it
        if aged:
            waiting -= rng.integers(0, stage.lag.high + 1, len(waiting))
        came = np.concatenate([days, waiting])
        came = came[rng.random(len(came)) < min(0.98, stage.rate * _off(rng, rates))]
        days = np.maximum(0, came + rng.integers(stage.lag.low, stage.lag.high + 1, len(came)))
        rows.append(days)
    return World(plan, [[int(count) for count in np.histogram(row, edges)[0]] for row in _within(rows, edges)])


def _within(rows: list, edges: list[int]) -> list:
    """Without what comes after the year: the last bin of a histogram would take its edge."""
    return [row[row < edges[-1]] for row in rows]


def _off(rng: np.random.Generator, spread: float) -> float:
    return math.exp(rng.normal(0, spread) - spread**2 / 2)


def _plan(rng: np.random.Generator, full: bool) -> Plan:
    base = template("default", "ja")
    stages = [base.stages[place] for place in FUNNELS[rng.integers(3)]]
    made = []
    for stage in stages[:-1]:
        low = int(rng.integers(3, 30))
        lag = Lag(low, low + int(rng.integers(0, 30)))
        made.append(replace(stage, rate=round(float(rng.uniform(0.2, 0.7)), 2), lag=lag))
    channels = (replace(one, share=0.5, capacity=None) for one in base.channels if one.id in ("ads", "web"))
    plan = base.with_(
        stages=(*made, replace(stages[-1], rate=None, lag=None)),
        goal=Goal("orders", float(int(10 ** rng.uniform(1.3, 2.7)))),
        channels=tuple(channels),
        season=tuple(float(weight) for weight in rng.uniform(0.5, 1.5, 12).round(2)),
        pipeline={},
        order_value=None,
        delivery_days=None,
    )
    if not full:  # nothing is open, and it is said so: a blank is not known
        return plan.with_(pipeline={stage.id: 0 for stage in made})
    before = [float(one) for one in PlanOutlook(Targets(plan)).shortage]
    there = {
        stage.id: round(max(0.0, here - after / stage.rate)) for stage, here, after in zip(made, before, before[1:])
    }
    return plan.with_(pipeline=there)
