"""達成率 / attainment (R10): goal, stages, channels and KPIs against the present plan and the first one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from xl_kpi import calc
from xl_kpi.catalog import text
from xl_kpi.catalog.review_limits import BELOW, review_limits
from xl_kpi.kpi.channel_figures import ChannelFigures
from xl_kpi.kpi.figures import BEST, SPENT, WORST, Number, attainment, is_number
from xl_kpi.plan.closed.channel_actuals import actual_rows
from xl_kpi.plan.closed.closing import channel_key, kpi_key, stage_key
from xl_kpi.plan.model import AgreedTargets, Channel, Kpi, Plan
from xl_kpi.plan.money.cells import YEN
from xl_kpi.plan.review.to_date import ToDate, total_of
from xl_kpi.plan.targets import Targets

KGI, STAGE, CHANNEL, KPI = "kgi", "stage", "channel", "kpi"  # what a line is about
COUNT = "count"  # the unit of what is counted


@dataclass(frozen=True)
class Reached:
    """Target, first target and actual of the same months, in one unit; None: not known.

    ``better`` "up", "down" (less is better), ``SPENT`` (a budget), or "" where the two are not to be divided: a ratio
    of the months to date beside that of the whole period.
    """

    target: float | None = None
    first: float | None = None
    actual: float | None = None
    better: str = "up"

    @property
    def attained(self) -> float | None:
        """Of the target, 1 = exactly; turned round where less is better (``figures.attainment``)."""
        return _number(self._against(self.target))

    @property
    def attained_first(self) -> float | None:
        """The same of the first plan."""
        return _number(self._against(self.first))

    @property
    def mark(self) -> str:
        """▲ above the target, ● on it, ▼ below it, of money spent ▼ above it; "" where that is not known."""
        found = self._against(self.target)
        if not is_number(found):
            return found if found in (BEST, WORST) else ""
        mark = review_limits().mark(found)
        return mark if self.better != SPENT else WORST if mark == BEST else ""

    def _against(self, target: float | None) -> Number:
        return attainment(self.actual, target, self.better) if self.better else ""


@dataclass(frozen=True)
class Attained:
    """One line: a figure in the last month to date, in all months to date, and in the whole period.

    ``what`` one of the four kinds; ``id`` that of the goal's kind, a stage, or a KPI of the ``channel``, which is "" of
    the goal and of stages; of a channel's line ``id`` is the stage of which it is asked.  ``unit`` as in the catalog.
    ``whole`` has the actual so far: what is there of the period's target, of a ratio that of the months to date; its
    target is that of the plan as it stands (``ToDate.of_period``).
    """

    what: str
    id: str
    channel: str
    unit: str
    month: Reached
    to_date: Reached
    whole: Reached
    better: str = "up"

    @property
    def is_below(self) -> bool:
        """Whether the months to date are below their target."""
        return self.to_date.mark == BELOW


class Attainment:
    """All that is held against its target in a review.

    Stages, channels and goal are known to date where every month is (``ToDate``); a KPI is compared over the months in
    which it has an actual, a ratio as the ratio of totals, as its channel's sheet does (``ChannelFigures``).  The first
    plan is what was in force when a month was closed for the first time; before that there is none.
    """

    def __init__(self, to_date: ToDate):
        self.to_date, self.plan, self.targets = to_date, to_date.plan, to_date.targets
        self._first = self.plan.agreed.first

    @cached_property
    def all(self) -> list[Attained]:
        """The goal, the stages, then channel after channel with its KPIs."""
        found = [self.goal, *self.stages]
        for channel in self.plan.channels_on:
            found += [*self.of_channel(channel), *self.of_kpis(channel)]
        return found

    @cached_property
    def goal(self) -> Attained:
        """The KGI; orders that were won before the start count for a goal of orders."""
        plan, goal = self.plan, float(self.targets.goal)
        if plan.goal.in_money:
            key = plan.goal.row
            asked = self.targets.shown_revenue[1:-1]
            told = [plan.actuals.get((key, month)) for month in range(self.to_date.months)]
            line = self._line(KGI, plan.goal.kind, "", YEN, asked, told, key)
            first = None if self.targets.goal_share.next else line.whole.first
            return replace(line, whole=replace(line.whole, target=goal, first=first))
        line, won = self.stages[-1], plan.won_before
        whole = line.whole
        actual = None if whole.actual is None else whole.actual + won
        first = None if whole.first is None else whole.first + won
        return replace(line, what=KGI, id=plan.goal.kind, whole=replace(whole, target=goal, first=first, actual=actual))

    @cached_property
    def stages(self) -> list[Attained]:
        return [
            self._line(STAGE, stage.id, "", COUNT, asked, told, stage_key(stage.id))
            for stage, asked, told in zip(self.plan.stages, self.to_date.asked_by_month, self.to_date.actual_by_month)
        ]

    def of_channel(self, channel: Channel) -> Iterator[Attained]:
        """What is asked of a channel at its own stage, and the orders of its leads where the workbook knows them."""
        if not self.plan.brings(channel):
            return
        asked = [self.to_date.asked(channel, month) for month in range(self.plan.months)]
        key = channel_key(channel.id, channel.stage)
        yield self._line(CHANNEL, channel.stage, channel.id, COUNT, asked, self._brought(channel), key)
        last = self.plan.stages[-1].id
        orders = self.to_date.orders_by_month.get(channel.id)
        if orders is not None and channel.stage != last:
            planned = self.to_date.asked_orders(channel)
            yield self._line(CHANNEL, last, channel.id, COUNT, planned, orders, channel_key(channel.id, last))

    def _brought(self, channel: Channel) -> list[float | None]:
        rows = self.to_date.lead_rows
        if channel.id in rows:
            return rows[channel.id][: self.to_date.months]
        anchor = self.figures(channel).anchor
        if anchor is None:
            return [None] * self.to_date.months
        return actual_rows(self.plan, channel)[anchor.id][: self.to_date.months]

    def of_kpis(self, channel: Channel) -> Iterator[Attained]:
        """The KPIs of a channel's sheet, but for the one that is what the plan asks of it."""
        figures, first = self.figures(channel), self._first_figures(channel)
        for kpi in figures.kpis:
            if kpi != figures.anchor:
                yield self._of_kpi(kpi, figures, first)

    def _of_kpi(self, kpi: Kpi, figures: ChannelFigures, first: ChannelFigures | None) -> Attained:
        last, key, better = self.to_date.months - 1, kpi_key(kpi.channel, kpi.id), figures.better(kpi)
        target, actual = figures.target[kpi.id], figures.actual[kpi.id]
        told = [month for month, one in enumerate(actual.months) if is_number(one)]
        asked = [month for month, one in enumerate(target.months) if is_number(one)]
        then = first.target[kpi.id] if first and kpi.id in first.by_id else None

        def known(number: Number, months: Iterable[int]) -> float | None:
            return _number(number) if all((key, month) in self._first for month in months) else None

        month = Reached(
            _at(figures.comparable[kpi.id], last), self._first.get((key, last)), _at(actual.months, last), better
        )
        so_far = Reached(
            _number(target.to_date), known(then.to_date, told) if then else None, _number(actual.to_date), better
        )
        total = target.total
        if is_number(total) and not figures.is_ratio(kpi):
            months = [calc.exact(one) if is_number(one) else Fraction(0) for one in target.months]
            total = float(self.to_date.of_period(months, [one if is_number(one) else None for one in actual.months]))
        # what is there of the period's target is progress, of a cost as well; a ratio has none
        way = "" if figures.is_ratio(kpi) else "up"
        whole = Reached(_number(total), known(then.total, asked) if then else None, _number(actual.total), way)
        return Attained(KPI, kpi.id, kpi.channel, kpi.unit, month, so_far, whole, kpi.better)

    def figures(self, channel: Channel) -> ChannelFigures:
        """The KPIs of a channel; computed once."""
        if channel.id not in self._figures:
            self._figures[channel.id] = ChannelFigures(self.plan, self.targets, channel)
        return self._figures[channel.id]

    @cached_property
    def _figures(self) -> dict[str, ChannelFigures]:
        return {}

    def _first_figures(self, channel: Channel) -> ChannelFigures | None:
        """The same with the targets of the first plan in every month; None where there is none."""
        if self._first_targets is None:
            return None
        return ChannelFigures(self._first_targets.plan, self._first_targets, channel)

    @cached_property
    def _first_targets(self) -> Targets | None:
        plan = self.plan
        if not self._first:
            return None
        until = calc.month_start(plan.start, plan.months - 1)
        agreed = AgreedTargets(self._first, plan.months, self._first)
        return Targets(plan.with_(agreed=agreed, settings={**plan.settings, "closed_until": until}))

    def _line(
        self, what: str, id_: str, channel: str, unit: str, asked: Sequence, told: Sequence[float | None], key: str
    ) -> Attained:
        """A line of counts: ``asked`` of each month of the plan, ``told`` of each to date, the first plan by key."""
        count, actual = self.to_date.months, _float(total_of(told))
        firsts = [self._first.get((key, month)) for month in range(self.plan.months)]
        return Attained(
            what, id_, channel, unit,
            Reached(float(asked[count - 1]), firsts[count - 1], _float(told[-1])) if count else Reached(),
            Reached(float(sum(asked[:count])), _float(total_of(firsts[:count])), actual) if count else Reached(),
            Reached(float(self.to_date.of_period(asked, told)), _float(total_of(firsts)), actual),
        )  # fmt: skip


def kpis_below(found: Attainment) -> list[Attained]:
    """The KPIs that are worse than their target to date, the furthest from it first."""
    below = [one for one in found.all if one.what == KPI and one.is_below]
    return sorted(below, key=how_far)


def how_far(one: Attained) -> float:
    """What a line that is worse than its target has reached of it; of money spent the other way round."""
    share = one.to_date.attained or 0.0
    return 1 / share if share and one.to_date.better == SPENT else share


def name_of(plan: Plan, one: Attained, lang: str) -> str:
    """What a line is about, by the names of a plan: the goal, a stage, a channel or its KPI."""
    if one.what == KGI:
        return text(f"kgi_{one.id}", lang)
    if one.what == KPI:
        return next((kpi.name(lang) for kpi in plan.kpis_of(one.channel) if kpi.id == one.id), one.id)
    return next((stage.name for stage in plan.stages if stage.id == one.id), one.id)


def _number(value: Number) -> float | None:
    return float(value) if is_number(value) else None


def _float(value: float | Fraction | None) -> float | None:
    return None if value is None else float(value)


def _at(row: Sequence[Number], month: int) -> float | None:
    return _number(row[month]) if 0 <= month < len(row) else None
