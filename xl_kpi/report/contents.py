"""What a report says: the review, the KPI tree and the channels, in words and numbers of one language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from xl_kpi import calc
from xl_kpi.catalog import text
from xl_kpi.catalog.messages import worded
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.input.wording import Rounded, goal_amount
from xl_kpi.plan.review.gap import Part
from xl_kpi.plan.review.to_date import ToDate
from xl_kpi.report.wording import NOT_KNOWN, Attained, attained, few, number

LEAST = 0.05  # orders: fewer are shown as 0.0


@dataclass(frozen=True)
class Card:
    """One figure that is read first: its name, the figure, what stands below it, and its sign where it has one."""

    label: str
    value: str
    note: str = ""
    state: str = ""


@dataclass(frozen=True)
class Step:
    """A stage, or a channel at its first stage: target and actual to date, and of the whole plan."""

    name: str
    planned: float
    actual: float | None
    reached: Attained
    whole: float
    expected: float | None
    owner: str = ""

    @property
    def words(self) -> str:
        """ "2,292 / 2,328", actual and target to date."""
        return f"{number(self.actual)} / {number(self.planned)}"


@dataclass(frozen=True)
class Bar:
    """A step of the way from the target to the actual: what it is, how many orders, where it begins and ends."""

    name: str
    orders: float
    begin: float
    end: float
    kind: str  # "total" at both ends, "loss", "gain", "unknown"

    @property
    def words(self) -> str:
        return few(self.orders, signed=self.kind != "total")


@dataclass(frozen=True)
class Trend:
    """Orders added up, month by month: target, actual as far as it is known, forecast from there, and its band; and the
    goal, which is more than the targets where a part of it was needed before the start."""

    months: tuple[str, ...]
    planned: tuple[float, ...]
    actual: tuple[float, ...]
    forecast: tuple[float, ...]  # of the months after ``actual``
    low: float
    high: float
    goal: float


class Contents:
    """What stands in a report, made when it is asked for.

    Arguments: ``review`` the review of a sound plan; ``lang`` the language; ``made`` the day on which it is made.
    """

    def __init__(self, review: Review, lang: str, made: dt.date):
        self.review, self.lang, self.made = review, lang, made
        self.plan, self.named, self.to_date = review.plan, review.named, review.to_date

    def t(self, key: str, **values: object) -> str:
        return text(f"report_{key}", self.lang, **values)

    # --- what stands above everything

    @property
    def title(self) -> str:
        return self.plan.title

    @property
    def has_actuals(self) -> bool:
        return self.to_date.months > 0

    @cached_property
    def about(self) -> str:
        """The months of the plan, those with actuals, and the day on which the report was made."""
        last = calc.month_start(self.plan.start, self.plan.months - 1)
        period = self.t("period", first=f"{self.plan.start:%Y/%m}", last=f"{last:%Y/%m}")
        seen = (
            self.t("seen", last=f"{self.to_date.as_of:%Y/%m}", months=self.to_date.months)
            if self.has_actuals
            else self.t("seen_none")
        )
        return self.t("about", period=period, seen=seen, made=f"{self.made:%Y/%m/%d}")

    # --- dashboard

    @cached_property
    def cards(self) -> list[Card]:
        """Goal, orders to date, and where the period ends."""
        forecast, to_date = self.review.forecast, self.to_date
        goal, targets = self.plan.goal, to_date.targets
        amount = (
            Rounded(targets.goal)(self.lang)
            if goal.in_money
            else worded(goal_amount(targets.goal, goal.kind), self.lang)
        )
        kind = text(f"plan_kind_{goal.kind}", self.lang)
        deadline = self.t("deadline", day=f"{targets.deadline:%Y/%m/%d}")
        orders = self.t("orders", number=number(targets.orders))
        found = [Card(self.t("goal", kind=kind), amount, f"{orders} {deadline}" if goal.in_money else deadline)]
        if self.has_actuals:
            last = self.steps[-1]
            of = self.t("of_target", number=number(last.planned))
            found.append(Card(self.t("orders_to_date"), number(last.actual), of))
            found.append(Card(self.t("attained_to_date"), last.reached.words, self._gap_words, last.reached.state))
        share = attained(forecast.orders / targets.orders if targets.orders else None)
        low, high = (number(round(one)) for one in forecast.band)
        band = self.t("band", low=low, high=high)
        key = "forecast" if self.has_actuals else "as_planned"
        found.append(Card(self.t(key), self.t("orders", number=few(forecast.orders)), band if self.has_actuals else ""))
        found.append(
            Card(self.t("ends_at"), share.words, self.t("of_orders", number=number(targets.orders)), share.state)
        )
        return found

    @cached_property
    def _gap_words(self) -> str:
        orders = self.review.gap.orders
        if orders is None:
            return text("reviewed_gap_unknown", self.lang)
        if abs(orders) < LEAST:
            return text("reviewed_gap_even", self.lang)
        return self.t("gap", orders=few(orders, signed=True))

    @cached_property
    def sentences(self) -> list[str]:
        """What is to be known first, in words: the bottleneck, what the forecast is made of, what it leaves out."""
        if not self.has_actuals:
            return [self.t("no_actuals")]
        worst, forecast = self.review.gap.bottleneck, self.review.forecast
        found = []
        if worst:
            words = {"channel": self.channel(worst.channel), "cause": self.cause(worst)}
            found.append(text("reviewed_bottleneck", self.lang, orders=few(worst.orders, signed=True), **words))
        parts = {
            "won": forecast.won - forecast.assumed,
            "open": forecast.decided - forecast.won,
            "coming": forecast.orders - forecast.decided,
        }
        found.append(text("reviewed_forecast_parts", self.lang, **{key: few(one) for key, one in parts.items()}))
        if any(actual is None for actual in self.to_date.actual):
            found.append(text("reviewed_as_planned", self.lang, orders=few(forecast.assumed)))
        found.append(text("reviewed_varies", self.lang))
        return found

    @cached_property
    def _all_months(self) -> ToDate:
        """The targets of every month of the plan."""
        return ToDate(self.to_date.targets, calc.month_start(self.plan.start, self.plan.months) - dt.timedelta(days=1))

    @cached_property
    def steps(self) -> list[Step]:
        """Every stage, the orders last."""
        rows = zip(
            self.named.stages, self.to_date.planned, self.to_date.actual, self._all_months.planned,
            self.review.forecast.run.entries,
        )  # fmt: skip
        found = []
        for stage, planned, actual, whole, entries in rows:
            share = None if actual is None or not planned else actual / planned
            expected = sum(entries) if self.has_actuals else None
            found.append(
                Step(stage.name, float(planned), None if actual is None else float(actual), attained(share),
                     float(whole), None if expected is None else float(expected), stage.owner)
            )  # fmt: skip
        return found

    @cached_property
    def channels(self) -> list[Step]:
        """Every channel of the first stage: what it was to bring of it, and what it brought."""
        whole = {one.id: row[0] for one, row in zip(self._all_months.channels, self._all_months.planned_of_channels)}
        names = {one.id: one for one in self.named.channels}
        found = []
        rows = zip(self.to_date.channels, self.to_date.planned_of_channels, self.to_date.actual_of_channels)
        for channel, planned, actual in rows:
            share = None if actual[0] is None or not planned[0] else actual[0] / planned[0]
            came = None if actual[0] is None else float(actual[0])
            found.append(
                Step(names[channel.id].name, float(planned[0]), came, attained(share), float(whole[channel.id]), None,
                     names[channel.id].owner)
            )  # fmt: skip
        return found

    @cached_property
    def trend(self) -> Trend:
        """The orders of the plan's months, added up."""
        months = [f"{calc.month_start(self.plan.start, k):%Y/%m}" for k in range(self.plan.months)]
        planned = [float(one) for one in accumulate(self._all_months.planned_by_month[-1])]
        known: list[float] = []
        for one in self.to_date.actual_by_month[-1]:
            if one is None:
                break
            known.append(one)
        actual = [*accumulate(known)]
        rest = self.review.forecast.by_month[len(known) :]
        forecast = [float(one) for one in accumulate(rest, initial=calc.exact(actual[-1] if actual else 0))][1:]
        low, high = self.review.forecast.band
        return Trend(tuple(months), tuple(planned), tuple(actual), tuple(forecast), low, high,
                     float(self.to_date.targets.orders))  # fmt: skip

    @cached_property
    def way(self) -> list[Bar]:
        """From the target to date to the actual, by what each stage costs or gives; empty where that is not known."""
        if not self.review.gap.by_stage:
            return []
        at = self.steps[-1].planned
        found = [Bar(self.t("way_target"), at, 0.0, at, "total")]
        for part in self.review.gap.by_stage:
            kind = "unknown" if part.kind == "unknown" else "loss" if part.orders < 0 else "gain"
            found.append(Bar(self.cause(part), part.orders, at, at + part.orders, kind))
            at += part.orders
        end = self.steps[-1].actual or 0.0
        return [*found, Bar(self.t("way_actual"), end, 0.0, end, "total")]

    @cached_property
    def losses(self) -> list[tuple[str, str, str]]:
        """The finest parts of the gap that are worth a line, the worst first: channel, cause, orders."""
        told = sorted((one for one in self.review.gap.parts if abs(one.orders) >= LEAST), key=lambda one: one.orders)
        return [(self.channel(one.channel), self.cause(one), few(one.orders, signed=True)) for one in told]

    # --- words

    def number(self, value: float | None, unit: str = "count") -> str:
        return number(value, unit, self.lang)

    def steps_words(self, steps: Sequence[Step]) -> str:
        """A chart of steps in words, for those who do not see it."""
        parts = (self.t("step_words", name=one.name, words=one.words, share=one.reached.words) for one in steps)
        return self.t("semicolon").join(parts)

    @property
    def way_words(self) -> str:
        """The way from the target to the actual in words."""
        return self.t("semicolon").join(self.t("way_part", name=one.name, orders=one.words) for one in self.way)

    @property
    def no_actions(self) -> str:
        return text("reviewed_no_actions", self.lang)

    @property
    def methods(self) -> list[str]:
        """How the figures are made."""
        return [self.t(f"method_{key}") for key in ("targets", "signs", "gap", "forecast", "brings", "blanks")]

    def channel(self, id_: str) -> str:
        """A channel's name, "all" for none."""
        return next((one.name for one in self.named.channels if one.id == id_), text("reviewed_all", self.lang))

    def cause(self, part: Part) -> str:
        """What a part of the gap is about."""
        names = {stage.id: stage.name for stage in self.named.stages}
        return text(f"reviewed_kind_{part.kind}", self.lang, since=names[part.since], stage=names[part.stage])

    @cached_property
    def checks(self) -> list[str]:
        """Which actuals are missing, and which contradict each other."""
        return [*self._blanks(), *self._unexplained()]

    def _names(self) -> dict[str, str]:
        names = {f"stage:{stage.id}": stage.name for stage in self.named.stages}
        return names | {channel.id: channel.name for channel in self.named.channels}

    def _blanks(self) -> Iterator[str]:
        """One line for each row that has blanks, with its months."""
        months: dict[str, list[str]] = {}
        for what, month in self.review.blanks:
            months.setdefault(what, []).append(month.replace("-", "/"))
        comma, names = text("list_comma", self.lang), self._names()
        for what, blank in months.items():
            yield self.t("blank", name=names.get(what, NOT_KNOWN), months=comma.join(blank))

    def _unexplained(self) -> Iterator[str]:
        for stage, gone, over in self.review.unexplained:
            values = {"gone": number(gone), "over": number(over)}
            yield text("reviewed_open_missing", self.lang, stage=self._names()[f"stage:{stage}"], **values)
