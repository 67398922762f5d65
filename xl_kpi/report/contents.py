"""What a report says: the review, the KPI tree and the channels, in words and numbers of one language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, takewhile

from xl_kpi import calc
from xl_kpi.catalog import text, unit
from xl_kpi.catalog.messages import worded
from xl_kpi.kpi.review.attainment import Attained
from xl_kpi.kpi.review.review import Review
from xl_kpi.kpi.review.words import LEAST, ActionWords, ReviewWords, attained_said, few
from xl_kpi.plan.input.wording import Rounded, goal_amount
from xl_kpi.plan.model import Channel
from xl_kpi.report.wording import State, attained, number, reached, signed

INDENT = "└ "  # before what is a part of the line above


@dataclass(frozen=True)
class Card:
    """One figure that is read first: its name, the figure, what stands below it, and its state where it has one."""

    label: str
    value: str
    note: str = ""
    state: str = ""


@dataclass(frozen=True)
class Line:
    """A stage, a channel or a KPI in words: last month, to date, and the whole plan; "" where that is not asked."""

    name: str
    month: State
    planned: str
    actual: str
    reached: State
    first: State
    whole: str
    expected: str = ""
    owner: str = ""

    @property
    def words(self) -> str:
        """ "2,292 / 2,328", actual and target to date."""
        return f"{self.actual} / {self.planned}"


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
        return few(self.orders) if self.kind == "total" else signed(self.orders)


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
        self.words = ReviewWords(review, lang)

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
        months = {"last": f"{self.to_date.as_of:%Y/%m}", "months": self.to_date.months, "all": self.plan.months}
        seen = self.t("seen", **months) if self.has_actuals else self.t("seen_none")
        return self.t("about", period=period, seen=seen, made=f"{self.made:%Y/%m/%d}")

    # --- dashboard

    @cached_property
    def cards(self) -> list[Card]:
        """The goal, how far it is, and where the period ends."""
        forecast, targets, goal = self.review.forecast, self.to_date.targets, self.plan.goal
        said = Rounded(targets.goal) if goal.in_money else goal_amount(targets.goal, goal.kind)
        kind = text(f"plan_kind_{goal.kind}", self.lang)
        deadline = self.t("deadline", day=f"{targets.deadline:%Y/%m/%d}")
        orders = self.t("orders", number=number(targets.orders))
        note = self.t("between").join([orders, deadline]) if goal.in_money else deadline
        found = [Card(self.t("goal", kind=kind), worded(said, self.lang), note)]
        if self.has_actuals:
            lines = [(kind, self.review.attainment.goal)] if goal.in_money else []
            lines.append((self.named.stages[-1].name, self.review.attainment.stages[-1]))
            found += [self._to_date(name, line) for name, line in lines]
        share = attained(forecast.of_goal)
        low, high = (number(round(one)) for one in forecast.band)
        band = self.t("band", low=low, high=high) if self.has_actuals and low != high else ""
        ends = self.t("orders", number=few(forecast.orders))
        money = "" if forecast.reached is None else worded(Rounded(forecast.reached), self.lang)
        band = self.t("between").join(filter(None, [money, band]))
        found.append(Card(self.t("forecast" if self.has_actuals else "as_planned"), ends, band))
        whole = self.t("of_orders", number=number(targets.orders))
        if forecast.reached is not None:
            whole = self.t("of_goal", goal=worded(said, self.lang))
        found.append(Card(self.t("ends_at"), share.words, whole, share.state))
        return found

    def _to_date(self, name: str, line: Attained) -> Card:
        """What was reached of the goal, or of the orders, in the months to date."""
        span, state = line.to_date, reached(line.to_date)
        actual, target = (number(one, line.unit, self.lang) for one in (span.actual, span.target))
        if span.actual is None:
            actual = self.t("blank")
        note = self.t("of_target", target=target)
        if state.state:
            note = self.t("between").join([state.words, note])
        return Card(self.t("card_to_date", name=name[:1].upper() + name[1:]), actual, note, state.state)

    @cached_property
    def sentences(self) -> list[str]:
        """What is to be known first, in words: what the plan lacks, bottleneck, gap, what the forecast is of."""
        if not self.has_actuals:
            return [self.t("no_actuals")]
        words = self.words
        found = [words.plan_short, words.bottleneck, words.gap, words.forecast, *words.forecast_notes]
        return [one for one in dict.fromkeys(found) if one]

    @cached_property
    def trend(self) -> Trend:
        """The orders of the plan's months, added up with those won before the start, which count for the goal.

        After closed months the target goes on from what these brought, as open months are asked for what is missing:
        it ends where the goal is.
        """
        months = [f"{calc.month_start(self.plan.start, k):%Y/%m}" for k in range(self.plan.months)]
        asked, told = self.to_date.asked_by_month[-1], self.to_date.actual_by_month[-1]
        upto = [self.to_date.of_period(asked[: k + 1], told) for k in range(self.plan.months)]
        upto[: self.plan.closed_months] = accumulate(asked[: self.plan.closed_months])
        planned = [float(self._won + one) for one in upto]
        known = [*takewhile(lambda one: one is not None, self.to_date.actual_by_month[-1])]
        actual = [float(one) for one in accumulate(map(calc.exact, known), initial=self._won)][1:]
        rest = self.review.forecast.by_month[len(known) :]  # of the first month with those won before it
        forecast = [float(one) for one in accumulate(rest, initial=calc.exact(actual[-1] if actual else 0))][1:]
        low, high = self.review.forecast.band
        goal = float(self.to_date.targets.orders)
        return Trend(tuple(months), tuple(planned), tuple(actual), tuple(forecast), low, high, goal)

    @property
    def trend_note(self) -> str:
        """What its lines are, and from where the target goes on after closed months."""
        return self._with_closed("trend_note" if self.has_actuals else "trend_note_none", "trend_note_closed")

    @property
    def tree_note(self) -> str:
        """How to read the tree, and why its targets are above those of the tables once months are closed."""
        return self._with_closed("tree_note", "tree_note_closed")

    def _with_closed(self, key: str, closed: str) -> str:
        """A text, and one more where open months bring what closed ones left missing."""
        carried = self.plan.closed_months and self.plan.carries_over
        return f"{self.t(key)} {self.t(closed)}" if carried else self.t(key)

    @cached_property
    def way(self) -> list[Bar]:
        """From the target to date to the actual, by what each stage costs or gives; empty where that is not known."""
        if not self.review.gap.by_stage:
            return []
        gap, end = self.review.gap, float(self.to_date.actual[-1] or 0)
        at = round(calc.nearest_float(end, 1) - calc.nearest_float(float(gap.orders or 0), 1), 6)
        found = [Bar(self.t("planned"), at, 0.0, at, "total")]
        for part in gap.by_stage:
            orders = gap.shown(part)
            kind = "unknown" if part.kind == "unknown" else "loss" if part.orders < 0 else "gain"
            found.append(Bar(self.words.cause(part), orders, at, at + orders, kind))
            at += orders
        return [*found, Bar(self.t("actual"), end, 0.0, end, "total")]

    # --- tables

    @property
    def last_month(self) -> str:
        """The last month to date."""
        return self.t("month", month=f"{self.to_date.as_of:%Y/%m}")

    @cached_property
    def has_first(self) -> bool:
        """Whether a first plan is known beside the present one."""
        return any(one.to_date.first is not None for one in self.review.attainment.stages)

    @cached_property
    def steps(self) -> list[Line]:
        """Every stage, the orders last."""
        entries = [sum(row, Fraction(0)) for row in self.review.forecast.run.entries]
        entries[-1] -= self._won  # of the target within the plan neither
        rows = zip(self.named.stages, self.review.attainment.stages, entries)
        return [
            self._line(stage.name, one, stage.owner, number(expected) if self.has_actuals else "")
            for stage, one, expected in rows
        ]

    @property
    def _won(self) -> Fraction:
        """Orders that were won before the start."""
        return calc.exact(self.plan.won_before)

    @cached_property
    def channels(self) -> list[Line]:
        """What is asked of every channel at its own stage, and the orders of its leads where they are known."""
        found = []
        for channel, named in self._channels:
            for one in self.review.attainment.of_channel(channel):
                name = attained_said(self.words, one)
                found.append(
                    self._line(name.replace("  ", INDENT, 1) if name.startswith("  ") else name, one, named.owner)
                )
        return found

    @cached_property
    def lead_channels(self) -> list[Line]:
        """The same of those that bring leads."""
        first = self.plan.stages[0].id
        return [
            self._line(named.name, one, named.owner)
            for channel, named in self._channels
            for one in self.review.attainment.of_channel(channel)
            if one.id == first
        ]

    @cached_property
    def kpis(self) -> list[tuple[str, list[Line]]]:
        """Every channel's KPIs that are reviewed, but for the one that the plan asks for; the channels by name."""
        found = []
        for channel, named in self._channels:
            own = {kpi.id: kpi for kpi in self.named.kpis_of(channel.id) if kpi.on}
            lines = (one for one in self.review.attainment.of_kpis(channel) if one.id in own)
            found.append(
                (named.name, [self._line(own[one.id].name(self.lang), one, own[one.id].owner) for one in lines])
            )
        return [(name, lines) for name, lines in found if lines]

    @property
    def _channels(self) -> Iterable[tuple[Channel, Channel]]:
        """Every channel that is on, and the same as it is called."""
        names = {one.id: one for one in self.named.channels}
        return ((channel, names[channel.id]) for channel in self.plan.channels_on)

    def _line(self, name: str, one: Attained, owner: str, expected: str = "") -> Line:
        planned, actual, whole = (
            number(value, one.unit, self.lang) for value in (one.to_date.target, one.to_date.actual, one.whole.target)
        )
        first = attained(one.to_date.attained_first)
        return Line(name, reached(one.month), planned, actual, reached(one.to_date), first, whole, expected, owner)

    @cached_property
    def losses(self) -> list[list[str]]:
        """The parts of the gap, the worst first: channel, cause, orders, and money where that is known."""
        rows, parts = [], [*self.words.parts()]
        for part in parts:
            row = [part.channel, part.cause, "" if part.orders is None else signed(part.orders)]
            if self.has_money:
                row.append("" if part.money is None else self.words.money(part.money))
            rows.append(row)
        return rows if any(one.orders is None or abs(one.orders) >= LEAST for one in parts) else []

    @cached_property
    def has_money(self) -> bool:
        """Whether the gap is known in money."""
        return self.review.gap.money is not None

    @property
    def losses_heads(self) -> list[str]:
        heads = [self.t("channel"), self.t("cause"), self.t("loss_orders")]
        return [*heads, self.t("loss_money", unit=self.words.unit)] if self.has_money else heads

    # --- words

    @cached_property
    def actions(self) -> list[ActionWords]:
        return self.words.actions if self.has_actuals else []

    def more(self, one: ActionWords) -> str:
        """By when an action helps, and who sees to it."""
        owner = text("reviewed_owner", self.lang, owner=one.owner) if one.owner else ""
        return self.t("between").join(filter(None, (one.until, owner)))

    @property
    def no_actions(self) -> str:
        return self.words.no_actions if self.has_actuals else ""

    @property
    def together(self) -> str:
        return self.words.together if self.has_actuals else ""

    @property
    def checks(self) -> list[str]:
        """What to look at before anything else; a plan without actuals says so elsewhere."""
        return self.words.checks_on(self.made) if self.has_actuals else []

    def lines_words(self, lines: Sequence[Line]) -> str:
        """A chart of lines in words, for those who do not see it."""
        return self.t("semicolon").join(f"{one.name} {one.words} {one.reached.words}" for one in lines)

    @property
    def way_words(self) -> str:
        """The way from the target to the actual in words."""
        return self.t("semicolon").join(f"{one.name} {one.words}" for one in self.way)

    @property
    def methods(self) -> list[str]:
        """How the figures are made."""
        return [self.t(f"method_{key}") for key in ("targets", "signs", "gap", "forecast", "brings", "blanks")]

    @cached_property
    def definitions(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Every channel's KPIs with what they mean, in their unit."""
        found = []
        for channel, named in self._channels:
            kpis = [kpi for kpi in self.named.kpis_of(channel.id) if kpi.on and kpi.definition]
            found.append((named.name, [*self._defined(kpis)]))
        return [(name, rows) for name, rows in found if rows]

    def _defined(self, kpis: Iterable) -> Iterator[tuple[str, str]]:
        for kpi in kpis:
            label = unit(kpi.unit).label[self.lang]
            yield self.t("in_unit", name=kpi.name(self.lang), unit=label), kpi.definition
