"""予測 / forecast (K14, R10): where the period ends if leads and rates go on as the closed months have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from xl_kpi import calc
from xl_kpi.calc.lag import Lag
from xl_kpi.calc.review.band import event_band
from xl_kpi.calc.review.flow import Over, closed_flow
from xl_kpi.plan.closed.closing import channel_key, gone_rows, lead_rows, stage_key
from xl_kpi.plan.closed.compared import compared
from xl_kpi.plan.closed.revenue import brings_at_a_time
from xl_kpi.plan.goal.fees import is_monthly
from xl_kpi.plan.needs.expected import in_time
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.review.seen import UNSURE, Estimate, Seen, estimate, miscounted
from xl_kpi.plan.review.stay import Stay
from xl_kpi.plan.targets import Targets

MONTHLY = 0.15  # how far one month's leads are off beside that
STEP = Fraction(1, 1000)
NOISE = 1e-9


class Forecast:
    """Where a plan with closed months ends.

    Each rate is taken between the plan's and that of the closed months, the nearer to the latter the more is known;
    leads to come are those that the plan asks for from the start (nothing that is caught up), as far above or below as
    those of the closed months, taken the same way.
    """

    def __init__(self, targets: Targets):
        self.targets, self.plan = targets, targets.plan
        self.outlook = PlanOutlook(targets)
        self.from_start = PlanOutlook(targets.opened)

    @cached_property
    def rates(self) -> list[Estimate]:
        """Each rate, first stage first."""
        return [self._estimate(place, seen, self._more) for place, seen in enumerate(self.seen)]

    def _estimate(self, place: int, seen: Seen | None, more: tuple[float, float] = (0.0, 0.0)) -> Estimate:
        return estimate(self.plan.rates[place], seen, more)

    @cached_property
    def _more(self) -> tuple[float, float]:
        """How many more were open at the start than is typed, and the variance of that (``miscounted``)."""
        flow = self._flow_of(self.leads.value, lambda place, seen: float(self._estimate(place, seen).value))
        return miscounted(self.plan.rates, self._seen_of(*flow))

    @cached_property
    def seen(self) -> list[Seen | None]:
        """Of each step how many have gone on in the closed months, and of how many; None while nothing could have."""
        return self._seen_of(*self._flow)

    def _seen_of(self, rows: Sequence[Sequence[float]], over: Sequence[Over]) -> list[Seen | None]:
        if self.targets.closing is None:
            return [None] * len(self.plan.rates)
        found, filled = [], self._filled_of(rows)
        for place, row in enumerate(self.told[1:]):
            gone_on, guessed = float(sum(one for one in row if one is not None)), sum(filled[place])
            found.append(self._seen(place, over[place], gone_on, guessed / sum(rows[place]) if guessed else 0.0))
        return found

    def _seen(self, place: int, over: Over, gone_on: float, guessed: float) -> Seen | None:
        kept, planned = self._stay.kept(place, over, gone_on), self._stay.planned[place]
        entries, more = over.new + over.old - kept, max(0.0, -kept)
        if entries <= NOISE:
            return None
        opened = over.all_old + more
        window = (over.old + more) / opened if opened else 1.0
        taken = NOISE < abs(kept) < abs(planned) * (1 - NOISE)
        return Seen(gone_on, entries, min(1.0, opened / entries), guessed, window, kept, taken)

    @cached_property
    def _stay(self) -> Stay:
        closing = self.targets.closing
        assert closing is not None  # noqa: S101 - asked for of closed months only
        return Stay(closing, self.from_start, self.told)

    @cached_property
    def told(self) -> list[list[Fraction | None]]:
        """What entered each stage in the closed months, of leads as far as channels tell it; None where nobody does."""
        closing = self.targets.closing
        if closing is None:
            return []
        keys, months = [stage_key(stage.id) for stage in self.plan.stages], range(closing.months)
        rows = [[closing.actual(key, month) for month in months] for key in keys]
        return [[None if one is None else calc.exact(one) for one in row] for row in rows]

    @cached_property
    def silent_leads(self) -> list[Fraction]:
        """Of each closed month the leads that were asked of channels which do not tell theirs."""
        closing = self.targets.closing
        if closing is None:
            return []
        rows, key = lead_rows(self.plan), stage_key(self.plan.stages[0].id)
        found = []
        for month in range(closing.months):
            if closing.actual(key, month) is None:
                found.append(closing.agreed(key, month))
                continue
            silent = [
                one.id for one in self.plan.lead_channels if rows and one.share and _blank(rows.get(one.id), month)
            ]
            silent += [id_ for id_, row in gone_rows(self.plan).items() if rows and row[month] is None]
            first = self.plan.stages[0].id
            found.append(sum((closing.agreed(channel_key(id_, first), month) for id_ in silent), Fraction(0)))
        return found

    @cached_property
    def filled(self) -> list[list[float]]:
        """Of each stage and closed month what is guessed, since nobody has told it: leads as asked × ``leads``, later
        stages what those before bring by the rates."""
        return self._filled_of(self._flow[0])

    def _filled_of(self, rows: Sequence[Sequence[float]]) -> list[list[float]]:
        if not self.told:
            return []
        edges = self.outlook.edges
        leads = [float(one * self.leads.value) for one in self.silent_leads]
        later = [
            [0.0 if one is not None else sum(row[edges[month] : edges[month + 1]]) for month, one in enumerate(told)]
            for told, row in zip(self.told[1:], rows[1:])
        ]
        return [leads, *later]

    @cached_property
    def _flow(self) -> tuple[list[list[float]], list[Over]]:
        return self._flow_of(self.leads.value, lambda place, seen: float(self._estimate(place, seen, self._more).value))

    def _flow_of(
        self, leads: Fraction, rate: Callable[[int, Seen | None], float]
    ) -> tuple[list[list[float]], list[Over]]:
        """Entries of closed months by day, where what nobody has told is made of these leads and rates."""
        closing = self.targets.closing
        if closing is None:
            return [], []
        first = [(one or Fraction(0)) + more * leads for one, more in zip(self.told[0], self.silent_leads)]
        edges, guessed = self.outlook.edges[: closing.months + 1], float(sum(self.silent_leads) * leads)
        return closed_flow(
            edges, [first, *self.told[1:]], self.targets.lags, self.from_start.leads_by_day, self.outlook.opened,
            age=self.outlook.age, guessed_leads=guessed,
            fill=lambda place, *known: rate(place, self._seen(place, *known)),
        )  # fmt: skip

    @cached_property
    def leads(self) -> Estimate:
        """Leads to come ÷ those that the plan asks for from the start."""
        came, asked, months = self._leads_seen
        unsure = UNSURE**2
        if asked <= 0:
            value, variance = 1.0, unsure
        else:
            noise = self._leads_noise
            value = (unsure * came / asked + noise) / (unsure + noise)
            variance = unsure * noise / (unsure + noise)
        left = max(1, self.plan.months - months)
        return Estimate(calc.exact(value), variance + value**2 * MONTHLY**2 / left)

    @cached_property
    def leads_weight(self) -> Fraction:
        """How far leads to come are taken for as many as came instead of planned ones: 1 wholly, 0 not at all.

        Special cases: 1 while no month can be compared.
        """
        return calc.exact(UNSURE**2 / (UNSURE**2 + self._leads_noise)) if self._leads_seen[1] > 0 else Fraction(1)

    @cached_property
    def _leads_seen(self) -> tuple[float, float, int]:
        """Leads that came and that were asked for, in how many closed months with both."""
        closing = self.targets.closing
        months = [month for month in compared(self.plan, closing, 0) if month] if closing else []
        came, asked = (float(sum(month[part] for month in months)) for part in (0, 1)) if months else (0.0, 0.0)
        return came, asked, len(months)

    @property
    def _leads_noise(self) -> float:
        came, asked, months = self._leads_seen
        return MONTHLY**2 / months + max(came, 1.0) / asked**2

    @cached_property
    def won(self) -> Fraction:
        """Orders that are won already: before the start, and in the closed months, ``assumed`` ones with them."""
        told = [one for one in self.told[-1] if one is not None] if self.told else []
        return calc.exact(self.outlook.opened[-1] or 0) + sum(told, Fraction(0)) + self.assumed

    @cached_property
    def assumed(self) -> Fraction:
        """Orders of closed months without an actual, as the stages before them tell; ``won`` has them as well."""
        return sum(map(calc.exact, self.filled[-1]), Fraction(0)) if self.filled else Fraction(0)

    @cached_property
    def at_start(self) -> list[float]:
        """How many were to enter each stage in the closed months when the plan began, out of open items as well."""
        closing = self.targets.closing
        if closing is None:
            return [0.0] * len(self.plan.stages)
        rows = self.from_start.entered_by_day(self.outlook.edges[closing.months])
        return [float(row[-1]) for row in rows]

    @cached_property
    def _there(self) -> list[tuple[float, float]]:
        """How many times as many are in each stage as its days say, and how many are where these say none; last 1, 0 of
        the orders."""
        found = []
        for place, (over, row) in enumerate(zip(self._flow[1], self.told[1:])):
            gone_on = float(sum(one for one in row if one is not None))
            more = self._stay.more(place, self._stay.kept(place, over, gone_on))
            some = over.left > NOISE
            found.append((max(0.0, 1 + more / over.left), 0.0) if some else (1.0, max(0.0, more)))
        return found + [(1.0, 0.0)] * (len(self.plan.stages) - len(found))

    @cached_property
    def decided(self) -> Fraction:
        """Orders in time of what is won or under way now."""
        return self._run([one.value for one in self.rates], Fraction(0))

    @cached_property
    def run(self) -> calc.Outlook:
        """The plan run forward with these rates and leads; what the closed months brought stands in it as it was."""
        run, edges = self._forward([one.value for one in self.rates], self.leads.value), self.outlook.edges
        closed = range(self.plan.closed_months)
        came = [[calc.exact(sum(row[edges[k] : edges[k + 1]])) for k in closed] for row in self._flow[0]]
        rows = [(*told, *row[len(told) :]) for told, row in zip(came, run.entries[:-1])]
        return replace(run, entries=(*rows, *run.entries[len(rows) :]))

    @property
    def orders(self) -> Fraction:
        """Orders in time of all, leads to come among them."""
        return self.run.in_time

    @cached_property
    def reached(self) -> Fraction | None:
        """What these orders, and existing customers, bring of a goal in money, in its unit (``PlanOutlook.reached``).

        Equation: what the plan's own outlook reaches + (orders − the outlook's orders) × what an order brings.
        Special cases: None for a goal that is counted, without an order value, and of monthly fees, where each order
        brings the more the earlier it comes.
        """
        planned = self.outlook.reached
        if not self.plan.goal.in_money or planned is None or is_monthly(self.plan):
            return None
        return planned + (self.orders - self.outlook.orders) * brings_at_a_time(self.plan)

    @property
    def of_goal(self) -> Fraction | None:
        """How much of the goal that is (a ratio), in the goal's own terms; None without a goal.

        Equation: ``reached`` ÷ goal for one in money; orders ÷ orders needed for others, and where ``reached`` is None.
        """
        done, goal = self.orders, calc.exact(self.targets.orders)
        if self.reached is not None:
            done, goal = self.reached, calc.exact(self.targets.goal)
        return done / goal if goal else None

    @cached_property
    def by_month(self) -> list[Fraction]:
        """The same orders by the month in which they are won, as ``PlanOutlook.orders_in_time`` has them."""
        return list(in_time(self.run.orders, self.orders).months)

    @cached_property
    def band(self) -> tuple[float, float]:
        """From where to where the orders in time come out in four of five cases.

        What varies: whether each lead goes on, how many leads come, and how far rates and leads are known; of months
        without an actual what they brought as well.  What does not: the days that a stage takes, the season, the order
        value.
        """
        certain = float(self.won - self.assumed)
        rest = float(self.orders) - certain
        if rest <= NOISE:
            return certain, certain
        rates, leads = [one.value for one in self.rates], self.leads.value
        spread, here = rest, self._anew(rates, leads)
        for place, one in enumerate(self.rates):
            other = [rate * (1 - STEP) if at == place else rate for at, rate in enumerate(rates)]
            slope = float(here - self._anew(other, leads)) / float(one.value * STEP)
            spread += slope**2 * one.variance
        slope = float(here - self._anew(rates, leads * (1 - STEP))) / max(float(leads * STEP), 1e-9)
        low, high = event_band(rest, spread + slope**2 * self.leads.variance)
        return certain + low, certain + high

    def _anew(self, rates: Sequence[Fraction], leads: Fraction) -> Fraction:
        """Orders in time with these rates and leads, of closed months that nobody has told as well."""
        if not any(map(any, self.filled)):
            return self._run(rates, leads)
        return self._run(rates, leads, self._flow_of(leads, lambda place, _: float(rates[place]))[0])

    def orders_with(self, *, rates: Mapping[int, Fraction] | None = None, leads: Fraction | None = None) -> Fraction:
        """Orders in time where some rates, by the place of their stage, or leads to come are others from now on."""
        other = [(rates or {}).get(place, one.value) for place, one in enumerate(self.rates)]
        return self._run(other, self.leads.value if leads is None else leads)

    def sooner(self, place: int, days: int, rates: Mapping[int, Fraction], leads: Fraction) -> Fraction:
        """Orders in time on top, if those who enter a stage from now on leave it so many days sooner.

        Arguments: ``place`` of the stage; ``rates`` and ``leads`` as for ``orders_with``.
        Equation: the orders in time of all who are still to enter it, with the shorter days less with the plan's; who
        is in it already, or beyond, goes on as now.
        """
        known = [row if at < place else [0.0] * len(row) for at, row in enumerate(self._flow[0])]
        there = [one if at < place else (0.0, 0.0) for at, one in enumerate(self._there)]
        other = [rates.get(at, one.value) for at, one in enumerate(self.rates)]
        lags = [*self.targets.lags]
        before = self._forward(other, leads, known, there=there).in_time
        lags[place] = _shorter(lags[place], days)
        return self._forward(other, leads, known, lags=lags, there=there).in_time - before

    def _run(self, rates: Sequence[Fraction], leads: Fraction, entered: list[list[float]] | None = None) -> Fraction:
        """Orders in time with these rates, with so many of the leads to come, and where other things ``entered``."""
        return self._forward(rates, leads, entered).in_time

    def _forward(
        self, rates: Sequence[Fraction], leads: Fraction, entered: list[list[float]] | None = None,
        *, lags: Sequence[Lag | None] | None = None, there: Sequence[tuple[float, float]] | None = None,
    ) -> calc.Outlook:  # fmt: skip
        plan, targets = self.plan, self.targets
        to_come, there = [day * leads for day in self.from_start.leads_by_day], there or self._there
        rows = zip(self._flow[0] if entered is None else entered, there)
        return calc.outlook(
            plan.start,
            plan.months,
            rates,
            targets.lags if lags is None else lags,
            to_come,
            [one * times for one, (times, _) in zip(self.outlook.opened, there)],
            age=self.outlook.age,
            deadline=targets.deadline,
            delivery_days=targets.delivery_days,
            entered=[[day * times for day in row] for row, (times, _) in rows],
            beyond=[more for _, more in there],
            by_day=True,
        )


def _shorter(lag: Lag | None, days: int) -> Lag | None:
    """A lag so many days shorter, at least none; a measured curve stays as it is."""
    if lag is None or lag.curve or not days:
        return lag
    return Lag(max(0, lag.low - days), max(0, lag.high - days))


def _blank(row: Sequence[float | None] | None, month: int) -> bool:
    return row is None or row[month] is None
