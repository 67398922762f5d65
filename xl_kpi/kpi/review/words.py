"""A review in words: the same sentences on the terminal, on the sheets and in the report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from xl_kpi.calc.number import nearest_float
from xl_kpi.catalog import find_unit, text, unit
from xl_kpi.kpi.review.actions import COUNTED, ENOUGH, LEAST, NOT_KNOWN, ON_PLAN, ORDERS, SAME, Action, owner_of
from xl_kpi.kpi.review.attainment import CHANNEL, KGI, Attained, name_of
from xl_kpi.kpi.review.check_first import worded as doubt_words
from xl_kpi.kpi.review.levers import RATE, Lever
from xl_kpi.kpi.review.names import action_names, bar_said, beyond_said, finding_said, said
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.input.wording import Rounded, fixed
from xl_kpi.plan.money.cells import YEN, amount_in_cell, factor_of
from xl_kpi.plan.review.gap import BEFORE, EXISTING, LATER, VALUE, Part

MOST_PARTS = 8  # of the gap that have a line; the others are added up
MONEY_ALONE = (VALUE, EXISTING, BEFORE, LATER)  # kinds of parts that are no orders
BRINGS = {  # what is said where an action brings back no orders of its own
    ON_PLAN: "reviewed_brings_on_plan", NOT_KNOWN: "reviewed_brings_unknown", SAME: "reviewed_same",
    ENOUGH: "reviewed_enough", COUNTED: "reviewed_counted",
}  # fmt: skip


@dataclass(frozen=True)
class PartWords:
    """A line of the gap: where and what, in words; orders (None: it is no orders), and yen (None: not known)."""

    channel: str
    cause: str
    orders: float | None
    money: float | None = None

    @property
    def number(self) -> str:
        """The orders with their sign."""
        return "" if self.orders is None else f"{self.orders:+,.1f}"


@dataclass(frozen=True)
class ActionWords:
    """An action, part by part; "" where nothing is to be said.

    ``of`` the action itself; ``channel`` and ``kpi`` names, ``plan`` and ``actual`` numbers in their unit; ``brings``
    what it brings back, ``until`` when it has to be done, ``owner`` the name alone; of one that is beyond a fixed value
    ``bar`` this value and ``beyond`` what is said of it.
    """

    of: Action
    number: int
    channel: str
    kpi: str
    plan: str
    actual: str
    cause: str
    action: str
    brings: str
    until: str
    owner: str
    finding: str
    bar: str = ""
    beyond: str = ""


class ReviewWords:
    """What is said of a review in a language ("ja" or "en").

    Numbers come from the review alone: nothing is computed here but what is left when lines are added up.
    """

    def __init__(self, found: Review, lang: str):
        self.found, self.lang = found, lang

    def _t(self, key: str, **values: object) -> str:
        return text(key, self.lang, **values)

    # --- the gap

    @property
    def gap(self) -> str:
        """How many orders above or below the target; what to do where there are no actuals yet."""
        to_date, orders, money = self.found.to_date, self.found.gap.orders, self.found.gap.money
        if not to_date.months or not self.found.has_actuals:
            return self._nothing
        if orders is None:
            return self._t("reviewed_gap_unknown")
        told = self._t("reviewed_gap_even")
        if abs(orders) >= LEAST:
            way = self._t("reviewed_gap_below" if orders < 0 else "reviewed_gap_above")
            told = self._t("reviewed_gap", orders=f"{abs(float(orders)):,.1f}", way=way)
        shown = "" if money is None else self.money(float(money))
        if not shown.strip("+-0."):
            return told
        return told + self._t("reviewed_sentence") + self._t("reviewed_gap_money", money=shown, unit=self.unit)

    @property
    def _nothing(self) -> str:
        """What to do where there are no actuals: none is typed, or no month is over on the day asked for."""
        to_date, day = self.found.to_date, self.found.asked_on
        if to_date.months or day is None:
            return self._t("reviewed_untyped")
        return self._t("reviewed_none", as_of=f"{day:%Y/%m/%d}")

    def money(self, yen: float) -> str:
        """An amount in the plan's unit with its sign."""
        currency = self.found.plan.currency_unit
        amount = round(amount_in_cell(yen, factor_of(currency)), 6)
        return f"{amount + 0:+,.{unit(currency).digits}f}"

    @property
    def unit(self) -> str:
        """The plan's unit of money."""
        return unit(self.found.plan.currency_unit).label[self.lang]

    def parts(self, most: int = MOST_PARTS) -> Iterator[PartWords]:
        """The largest losses and gains, the worst first, then what all others add up to; none of a plan that is met."""
        gap = self.found.gap
        if gap.orders is not None and abs(gap.orders) < LEAST and gap.is_rounding:
            return
        whole = gap.money_parts or gap.parts
        told = sorted((part for part in whole if abs(gap.shown(part)) >= LEAST or part.kind in MONEY_ALONE), key=_size)
        kept = told if len(told) <= most + 1 else [*told[: most // 2], *told[-(most // 2) :]]
        for part in kept:
            orders = None if part.kind in MONEY_ALONE else gap.shown(part)
            yield PartWords(self.channel(part.channel), self.cause(part), orders, part.money)
        shown = sum(gap.shown(part) for part in kept if part.kind not in MONEY_ALONE)
        rest = round(nearest_float(float(gap.orders or 0), 1) - shown, 6)
        others = None if gap.money is None else float(gap.money) - sum(part.money or 0.0 for part in kept)
        if abs(rest) >= LEAST or len(kept) < len(told):
            yield PartWords(self._t("reviewed_others"), "", rest, others)

    @property
    def bottleneck(self) -> str:
        """What costs most orders; "" where nothing does."""
        worst = self.found.gap.bottleneck
        if worst is None or not self.found.gap.shown(worst):
            return ""
        cause, channel = self.cause(worst), self.channel(worst.channel)
        return self._t(
            "reviewed_bottleneck", cause=cause, channel=channel, orders=f"{self.found.gap.shown(worst):+,.1f}"
        )

    def channel(self, id_: str) -> str:
        """A channel's name, also of one that the plan has no more; all of them where there is none."""
        other = self._t("reviewed_gone" if id_ else "reviewed_all")
        return next((one.name for one in self.found.named.channels if one.id == id_), other)

    def cause(self, part: Part) -> str:
        """What a part of the gap comes of."""
        names = {stage.id: stage.name for stage in self.found.named.stages}
        kind = "value_late" if part.kind == VALUE and self.found.to_date.targets.delivery_days else part.kind
        return self._t(f"reviewed_kind_{kind}", since=names[part.since], stage=names[part.stage])

    # --- where the period ends

    @property
    def forecast(self) -> str:
        """Orders in time, the width of the forecast, the share of the goal; what that brings of a goal in money."""
        return self._t("reviewed_sentence").join(filter(None, [self._forecast, self._forecast_money]))

    @property
    def _forecast_money(self) -> str:
        forecast, plan = self.found.forecast, self.found.plan
        reached, goal = forecast.reached, forecast.targets.goal
        if reached is None or not goal:
            return ""
        kind, share = self._t(f"plan_kind_{plan.goal.kind}"), f"{float(reached / goal):.0%}"
        amounts = {"money": Rounded(reached)(self.lang), "goal": Rounded(goal)(self.lang)}
        return self._t("reviewed_forecast_money", kind=kind, share=share, **amounts)

    @property
    def _forecast(self) -> str:
        forecast = self.found.forecast
        low, high = forecast.band
        goal, orders = forecast.targets.orders, float(forecast.orders)
        share = f"{orders / float(goal):.0%}" if goal else ""
        numbers = {"orders": f"{orders:,.1f}", "low": f"{low:,.0f}", "high": f"{high:,.0f}"}
        if self.found.is_over:
            told = "reviewed_over" if low == high else "reviewed_over_blank"
            return self._t(told, share=share, goal=f"{float(goal):,.0f}", **numbers)
        return self._t("reviewed_forecast", share=share, goal=f"{float(goal):,.0f}", **numbers)

    @property
    def forecast_notes(self) -> list[str]:
        """What the forecast is made of, what it takes for granted, what its width holds; nothing once all is known."""
        forecast = self.found.forecast
        low, high = forecast.band
        if self.found.is_over and low == high:
            return []
        parts = {
            "won": forecast.won - forecast.assumed,
            "open": forecast.decided - forecast.won,
            "coming": forecast.orders - forecast.decided,
        }
        lines = [*filter(None, [self.plan_short])]
        lines.append(self._t("reviewed_forecast_parts", **{key: few(one) for key, one in parts.items()}))
        if any(any(row) for row in forecast.filled):
            assumed, asked = forecast.assumed, self._asked_in_blanks
            lines.append(self._t("reviewed_as_planned", orders=few(assumed), target=few(asked)))
            if assumed - asked >= LEAST:
                lines.append(self._t("reviewed_assumed_more"))
        return [*lines, self._t("reviewed_varies")]

    @property
    def plan_short(self) -> str:
        """Where the forecast is below the goal, what the plan itself lacks: what its monthly limits cost, or that it
        falls short even if all goes on as planned; "" where it is not the plan."""
        limits = self.found.limits
        if not limits.is_short or self.found.is_over:
            return ""
        outlook = limits.forecast.from_start
        if limits.orders >= LEAST:
            names = {one.id: one.name for one in self.found.named.channels}
            channels = self._t("reviewed_comma").join(names[one.id] for one in limits.channels)
            return self._t("reviewed_limits", channels=channels, orders=few(limits.orders))
        if outlook.is_reached or not outlook.share:
            return ""
        return self._t("reviewed_short", orders=few(outlook.orders), share=f"{float(outlook.share):.0%}")

    @property
    def _asked_in_blanks(self) -> Fraction:
        """The targets of orders in the months of which nobody has told these."""
        to_date = self.found.to_date
        rows = zip(to_date.asked_by_month[-1], to_date.actual_by_month[-1])
        return sum((asked for asked, told in rows if told is None), Fraction(0))

    # --- what to do

    @property
    def actions(self) -> list[ActionWords]:
        """Every action, that of the bottleneck first, then those that bring most."""
        return [self._action(number, one) for number, one in enumerate(self.found.actions, 1)]

    def _action(self, number: int, one: Action) -> ActionWords:
        plan, actual = (said(one, figure) for figure in (one.plan, one.actual))
        where, name = action_names(self.found.named, one, self.lang)
        return ActionWords(
            of=one, number=number, channel=where, kpi=name, plan=plan, actual=actual,
            cause=one.advice.cause[self.lang], action=one.advice.action[self.lang],
            brings=self.brings(one), until=self.until(one), owner=owner_of(self.found.named, one),
            finding=finding_said(self.found.named, one, self.lang), bar=bar_said(one),
            beyond=beyond_said(one, self.lang),
        )  # fmt: skip

    def brings(self, one: Action) -> str:
        """The orders, and the money, that an action brings back."""
        if one.brings_back is None or one.effect != ORDERS:
            if one.effect == COUNTED and Lever.parse(one.lever).kind == RATE:
                return self._t("reviewed_counted_rate")
            why = one.why_unknown
            return self._t(f"reviewed_why_{why}" if why else BRINGS[one.effect])
        orders, apart = few(one.brings_back), self._t("reviewed_contradicts") if one.contradicts else ""
        if one.money and one.brings_back >= LEAST:
            return self._t("reviewed_brings_money", orders=orders, money=Rounded(one.money)(self.lang)) + apart
        return self._t("reviewed_brings", orders=orders) + apart

    def until(self, one: Action) -> str:
        """By when an action still helps in this period; "" where that is not known."""
        if one.by is None:
            return ""
        if one.is_late(self.found.to_date.as_of):
            return self._t("reviewed_late")
        return self._t("reviewed_by", day=f"{one.by:%Y/%m/%d}")

    def lines_of(self, one: ActionWords) -> list[str]:
        """An action in three lines: what is off, what to do, what that brings by when and who sees to it."""
        about = {"channel": one.channel, "kpi": one.kpi, "plan": one.plan, "actual": one.actual}
        first = self._t("reviewed_action", number=one.number, **about)
        if one.beyond:
            first = f"{one.number}. {one.finding}"
        owner = self._t("reviewed_owner", owner=one.owner) if one.owner else ""
        last = self._t("reviewed_comma").join(filter(None, (one.brings, one.until, owner)))
        return [first, one.of.advice.text(self.lang), last]

    @property
    def no_actions(self) -> str:
        """What is said where nothing is proposed; "" where something is.

        That nothing is far off only where no line of the attainment is worse than its target, and the plan reaches its
        goal so.
        """
        if self.found.actions:
            return ""
        if self.is_worse:
            return self._t("reviewed_none_proposed")
        return self._t("reviewed_off_plan" if self.plan_short else "reviewed_no_actions")

    @property
    def is_worse(self) -> bool:
        """Whether anything is worse than its target to date."""
        return any(one.is_below for one in self.found.attainment.all)

    @property
    def together(self) -> str:
        """What all actions bring at once; "" where fewer than two are known to bring something."""
        if sum(bool(one.lever) and not one.overlaps for one in self.found.actions) < 2:
            return ""
        return self._t("reviewed_together", orders=f"{float(self.found.together):,.1f}")

    # --- what to look at first

    @property
    def checks(self) -> list[str]:
        """Actuals that are missing, or contradict each other."""
        return self.checks_on(None)

    def checks_on(self, today: dt.date | None) -> list[str]:
        """The same as it is asked on a day, on which a month may not be over yet."""
        return [doubt_words(self.found.named, one, self.lang) for one in self.found.check_first(today)]


def _size(part: Part) -> float:
    """By what it costs: in money where that is known."""
    return part.orders if part.money is None else part.money


def few(orders: float | Fraction) -> str:
    """Orders with a decimal, never as -0.0."""
    return fixed(round(float(orders), 6), 1)


def attained_said(words: ReviewWords, one: Attained) -> str:
    """What a line of the attainment is about: a goal in money with its unit, a channel that brings no leads with the
    stage that it brings, orders of a channel's leads as a part of the line above."""
    found, name = words.found, name_of(words.found.named, one, words.lang)
    if one.what == CHANNEL:
        return _channel_said(words, one, name)
    if one.what == KGI and one.unit == YEN and find_unit(found.plan.currency_unit):
        return f"{name} ({words.unit})"
    return name


def _channel_said(words: ReviewWords, one: Attained, stage: str) -> str:
    channel = next(channel for channel in words.found.named.channels if channel.id == one.channel)
    if one.id != channel.stage:
        return text("reviewed_of_which", words.lang, stage=stage)
    if one.id == words.found.plan.stages[0].id:
        return channel.name
    return text("reviewed_of_channel", words.lang, channel=channel.name, stage=stage)
