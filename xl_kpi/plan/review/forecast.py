"""予測 / forecast (K14, R10): where the period ends if leads and rates go on as the closed months have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate

from xl_kpi import calc
from xl_kpi.calc.review.band import event_band
from xl_kpi.calc.review.flow import closed_flow
from xl_kpi.plan.closed.closing import stage_key
from xl_kpi.plan.closed.compared import compared
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.targets import Targets

UNSURE = 0.3  # how far plans are off before anything is seen: a third more or less is usual
MONTHLY = 0.15  # how far one month's leads are off beside that
OPENED = 0.2  # how far a rate that is seen in items open at the start is off: their days are not known
STEP = Fraction(1, 1000)
NOISE = 1e-9
MOST_RATE = Fraction(999, 1000)


@dataclass(frozen=True)
class Estimate:
    """What a rate, or leads ÷ planned leads, is taken for, and the variance of that."""

    value: Fraction
    variance: float


@dataclass(frozen=True)
class Seen:
    """What closed months show of a step: how many have ``gone_on``, of how many whose days are ``over``, of which a
    part was ``opened`` before the plan."""

    gone_on: float
    over: float
    opened: float

    @property
    def rate(self) -> float:
        return self.gone_on / self.over


class Forecast:
    """Where a plan with closed months ends.

    Each rate is taken between the plan's and that of the closed months, the nearer to the latter the more is known;
    leads to come are those that the plan asks for from the start (nothing that is caught up), as far above or below as
    those of the closed months, taken the same way.
    """

    def __init__(self, targets: Targets):
        self.targets, self.plan = targets, targets.plan
        self.outlook = PlanOutlook(targets)
        self._from_start = PlanOutlook(targets.opened)

    @cached_property
    def rates(self) -> list[Estimate]:
        """Each rate, first stage first.

        Equation: value = (v × s + w × r) ÷ (v + w), with the plan's rate r and its variance v = (0.3 r)², the seen
        one s of n entries whose days are over and its variance w = q (1 − q) ÷ n + (0.2 o r)², where q is
        (r + s n) ÷ (1 + n) and o the part of the n that was open at the start: nobody says how long it had been there.
        """
        found = []
        for rate, seen in zip(self.plan.rates, self.seen):
            planned = calc.exact(rate)
            unsure = (UNSURE * float(planned)) ** 2
            if seen is None:
                found.append(Estimate(planned, unsure))
                continue
            here, entries = seen.rate, seen.over
            middle = min(1 - 1e-6, max(1e-6, (float(planned) + here * entries) / (1 + entries)))
            noise = middle * (1 - middle) / entries + (OPENED * seen.opened * float(planned)) ** 2
            value = (unsure * here + noise * float(planned)) / (unsure + noise)
            found.append(Estimate(min(MOST_RATE, calc.exact(value)), unsure * noise / (unsure + noise)))
        return found

    @cached_property
    def seen(self) -> list[Seen | None]:
        """Of each step how many have gone on in the closed months, and of how many; None while nothing could have."""
        closing = self.targets.closing
        if closing is None:
            return [None] * len(self.plan.rates)
        went = [sum(row, Fraction(0)) for row in closing.entered[1:]]
        return [
            Seen(float(one), new + old, old / (new + old)) if new + old > NOISE else None
            for one, (new, old) in zip(went, self._flow[1])
        ]

    @cached_property
    def _flow(self) -> tuple[list[list[float]], list[tuple[float, float]]]:
        closing = self.targets.closing
        if closing is None:
            return [], []
        edges = self.outlook.edges[: closing.months + 1]
        return closed_flow(
            edges, closing.entered, self.targets.lags, self._from_start.leads_by_day, self.outlook.opened,
            age=self.outlook.age,
        )  # fmt: skip

    @cached_property
    def leads(self) -> Estimate:
        """Leads to come ÷ those that the plan asks for from the start."""
        closing = self.targets.closing
        months = [month for month in compared(self.plan, closing, 0) if month] if closing else []
        came, asked = (float(sum(month[part] for month in months)) for part in (0, 1)) if months else (0.0, 0.0)
        unsure = UNSURE**2
        if asked <= 0:
            value, variance = 1.0, unsure
        else:
            noise = MONTHLY**2 / len(months) + max(came, 1.0) / asked**2
            value = (unsure * came / asked + noise) / (unsure + noise)
            variance = unsure * noise / (unsure + noise)
        left = max(1, self.plan.months - len(months))
        return Estimate(calc.exact(value), variance + value**2 * MONTHLY**2 / left)

    @cached_property
    def won(self) -> Fraction:
        """Orders that are won already: before the start, and in the closed months as they were counted."""
        before, closing = calc.exact(self.outlook.opened[-1] or 0), self.targets.closing
        return before + sum(closing.entered[-1], Fraction(0)) if closing else before

    @cached_property
    def assumed(self) -> Fraction:
        """Orders of closed months without an actual, which count as planned; ``won`` has them as well."""
        closing = self.targets.closing
        if closing is None:
            return Fraction(0)
        key = stage_key(self.plan.stages[-1].id)
        blank = (month for what, month in closing.blanks if what == key)
        return sum((closing.agreed(key, month) for month in blank), Fraction(0))

    @cached_property
    def decided(self) -> Fraction:
        """Orders in time of what is won or under way now."""
        return self._run([one.value for one in self.rates], Fraction(0))

    @cached_property
    def run(self) -> calc.Outlook:
        """The plan run forward with these rates and leads; what the closed months brought stands in it as it was."""
        return self._forward([one.value for one in self.rates], self.leads.value)

    @property
    def orders(self) -> Fraction:
        """Orders in time of all, leads to come among them."""
        return self.run.in_time

    @cached_property
    def by_month(self) -> list[Fraction]:
        """The same orders by the month in which they are won, as ``PlanOutlook.orders_in_time`` has them."""
        upto = [min(total, self.orders) for total in accumulate(self.run.orders, initial=Fraction(0))]
        return [after - before for before, after in zip(upto, upto[1:])]

    @cached_property
    def band(self) -> tuple[float, float]:
        """From where to where the orders in time come out in four of five cases.

        What varies: whether each lead goes on, how many leads come, and how far rates and leads are known.  What does
        not: the days that a stage takes, the season, the order value.
        """
        rest = float(self.orders - self.won)
        if rest <= NOISE:
            return float(self.won), float(self.won)
        rates = [one.value for one in self.rates]
        spread = rest
        for place, one in enumerate(self.rates):
            other = [rate * (1 - STEP) if at == place else rate for at, rate in enumerate(rates)]
            slope = float(self.orders - self._run(other, self.leads.value)) / float(one.value * STEP)
            spread += slope**2 * one.variance
        spread += float(self.orders - self.decided) ** 2 * self.leads.variance / max(float(self.leads.value), 1e-9) ** 2
        low, high = event_band(rest, spread)
        return float(self.won) + low, float(self.won) + high

    def orders_with(self, *, rates: Mapping[int, Fraction] | None = None, leads: Fraction | None = None) -> Fraction:
        """Orders in time where some rates, by the place of their stage, or leads to come are others from now on."""
        other = [(rates or {}).get(place, one.value) for place, one in enumerate(self.rates)]
        return self._run(other, self.leads.value if leads is None else leads)

    def _run(self, rates: Sequence[Fraction], leads: Fraction) -> Fraction:
        """Orders in time with these rates, and with so many of the leads to come."""
        return self._forward(rates, leads).in_time

    def _forward(self, rates: Sequence[Fraction], leads: Fraction) -> calc.Outlook:
        plan, targets = self.plan, self.targets
        to_come = [day * leads for day in self._from_start.leads_by_day]
        return calc.outlook(
            plan.start,
            plan.months,
            rates,
            targets.lags,
            to_come,
            self.outlook.opened,
            age=self.outlook.age,
            deadline=targets.deadline,
            delivery_days=targets.delivery_days,
            entered=self._flow[0],
            by_day=True,
        )
