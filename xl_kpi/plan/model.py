"""What the user typed, as frozen data: goal, stages, channels, KPIs, season, pipeline, actuals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from xl_kpi.calc.calendar import DAY, month_starts, months_from
from xl_kpi.calc.lag import Lag
from xl_kpi.calc.mixed_rates import mixed_rates
from xl_kpi.calc.number import exact

MAX_MONTHS = 36
# Kinds of goal that are amounts of money, each with the row in which its actuals are typed by month.
MONEY_ROWS = {"revenue": "stage:revenue", "profit": "stage:profit"}
EXISTING_ROW = "stage:existing"  # what existing customers brought of it
AMOUNT_ROWS = frozenset({*MONEY_ROWS.values(), EXISTING_ROW})
CUSTOMERS = "customers"  # the stage of a channel that acts on customers there are: none of the funnel


@dataclass(frozen=True)
class Goal:
    """The KGI: how much of what, by when.

    ``value`` is the goal in orders, customers or currency (always in 円/base unit, never in 千円).
    A growth goal has ``value=None`` and gives ``baseline`` and ``growth`` (0.15 for +15 %).
    ``deadline`` is the last day that counts; None means the last day of the plan.
    ``monthly`` and ``customers`` are other numbers stated for the same goal (revenue or orders a month,
    new customers in the period); they compute nothing and are held against the goal by ``check``.
    ``months`` says for how many months ``value`` (or ``baseline`` and ``growth``) is meant; None: for all that count.
    """

    kind: str
    value: float | None = None
    deadline: dt.date | None = None
    baseline: float | None = None
    growth: float | None = None
    monthly: float | None = None
    customers: float | None = None
    months: int | None = None

    @property
    def in_money(self) -> bool:
        """Whether it is an amount of money, and not counted."""
        return self.kind in MONEY_ROWS

    @property
    def row(self) -> str:
        """The row of what was reached of it by month: "stage:revenue"; "" where orders are counted."""
        return MONEY_ROWS.get(self.kind, "")


@dataclass(frozen=True)
class Stage:
    """One stage of the funnel.  The last stage (orders) has neither rate nor lag.

    ``basis`` says where the rate comes from: "own", "published", "guess", or "" where nobody has said.
    """

    id: str
    name: str
    owner: str = ""
    rate: float | None = None
    lag: Lag | None = None
    basis: str = ""


@dataclass(frozen=True)
class Channel:
    """One channel.  ``share`` is its part of the volume of ``stage`` (the stage it has to deliver).

    A channel of ``CUSTOMERS`` delivers none: it has no share, and nothing of the funnel is asked of it.
    ``rate_basis`` says where its own rates come from (``Plan.channel_rates``), as ``Stage.basis`` does.
    """

    id: str
    name: str
    stage: str
    on: bool = True
    share: float = 0.0
    unit_cost: float | None = None  # currency for one unit of `stage`
    capacity: float | None = None  # at most this many of `stage` a month
    owner: str = ""
    rate_basis: str = ""


@dataclass(frozen=True)
class Kpi:
    """One row of the KPI dictionary; ``id`` is unique within its channel.

    ``target`` and ``actual`` are ``input`` or a formula over ids of the same channel and stage ids (a
    stage id means: what the plan asks of this channel at that stage in that month).  ``value`` is the
    assumption behind ``target = input`` (for each month).  ``weight`` names the KPI whose volume weighs
    the total of a ratio that is typed; empty for all others.  ``on``: it is reviewed; one that is off waits in the
    dictionary.  ``parent`` is the KPI that this one is a part of, ``split`` by what (medium, keyword, in the user's
    words): the parts of one parent and split add up to it.  ``basis`` says where ``value`` comes from, as that of a
    stage does.
    """

    id: str
    channel: str
    name_ja: str
    name_en: str
    unit: str
    target: str
    actual: str
    definition: str = ""
    better: str = "up"
    owner: str = ""
    rhythm: str = "monthly"
    source: str = ""
    value: float | None = None
    decomposition: str = ""
    weight: str = ""
    on: bool = True
    parent: str = ""
    split: str = ""
    basis: str = ""

    def name(self, lang: str) -> str:
        return self.name_ja if lang == "ja" else self.name_en


@dataclass(frozen=True)
class Answer:
    """What a department says to one of its numbers on 合意.

    ``state`` is "agreed", "objected" or "" (open); ``value`` the number that it was said about.
    """

    state: str = ""
    by: str = ""
    on: dt.date | str = ""  # "" while nobody has answered
    comment: str = ""
    value: float | str = ""


@dataclass(frozen=True)
class AgreedTargets:
    """Targets as they were in force: not typed, and no longer computed (K15).

    ``months``: (what, month index from 0) → target as the sheets were written last, of the first ``ever`` months as it
    was agreed when they were closed.  ``first``: all targets at the time
    when a month was closed for the first time.  What: "stage:<id>" newly won, "stage:<id>:need" needed in all,
    "stage:revenue" or "stage:profit", "stage:existing", "<channel>:plan:<stage>" asked of a channel, "<channel>:<kpi>".
    A closed month that has left the plan, since the plan starts later (an index below 0) or ends earlier, keeps what
    was agreed; ``ever`` is 0 or less where all of them lie before the start.
    """

    months: Mapping[tuple[str, int], float] = field(default_factory=dict)
    ever: int = 0
    first: Mapping[tuple[str, int], float] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The whole plan as typed.  Nothing in it is computed, but for what was agreed."""

    title: str
    lang: str
    goal: Goal
    start: dt.date  # first day of a month
    months: int
    stages: tuple[Stage, ...]
    channels: tuple[Channel, ...]
    kpis: tuple[Kpi, ...]
    order_value: float | None = None
    delivery_days: int | None = None  # from order to revenue; None: nobody has said
    currency_unit: str = "yen"  # in which cells hold money (catalog id); here all of it is in yen
    rounding: str = "total"
    season: tuple[float, ...] = (1.0,) * 12  # weight of January … December
    pipeline: Mapping[str, float] = field(default_factory=dict)  # stage id -> open at the start
    # (channel id, stage id) -> the channel's own rate to the next stage; one that is not there is the stage's
    channel_rates: Mapping[tuple[str, str], float] = field(default_factory=dict)
    # (what, month index from 0) -> typed number; what is "stage:<id>" or "<channel id>:<kpi id>"
    actuals: Mapping[tuple[str, int], float] = field(default_factory=dict)
    # "stage:<id>" or "channel:<id>" -> what the department that owns it answered
    answers: Mapping[str, Answer] = field(default_factory=dict)
    # tables that grow by typing (``plan.pages.tables``): table -> id of a row, in their order -> column -> value
    tables: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    # what else was typed on 設定: key of ``plan.fields`` -> value; blank ones may be missing
    settings: Mapping[str, Any] = field(default_factory=dict)
    # what was in force when the sheets were written, and in closed months: two plans are equal when the same was typed
    agreed: AgreedTargets = field(default_factory=AgreedTargets, compare=False)
    # entries that a template brought and nobody has replaced: stable key -> its value (see ``plan.examples``)
    examples: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def with_(self, **changes: Any) -> Plan:
        """This plan with some fields replaced."""
        return replace(self, **changes)

    @property
    def closed_months(self) -> int:
        """How many months, from the first one on, are closed."""
        until = self.settings.get("closed_until")
        if until is None:
            return 0
        count = months_from(self.start, until) + 1
        return max(0, min(self.months, count))

    def months_past(self, day: dt.date) -> int:
        """How many months are over by a day."""
        ends = month_starts(self.start, self.months + 1)[1:]
        return sum(end - DAY <= day for end in ends)

    @property
    def won_before(self) -> float:
        """Orders that were won before the start."""
        return self.pipeline.get(self.stages[-1].id) or 0

    def is_open_typed(self, stage: str) -> bool:
        """Whether somebody typed how many are open in a stage at the start; 0 is typed too."""
        return self.pipeline.get(stage) is not None

    @property
    def carries_over(self) -> bool:
        """Whether what closed months leave missing is asked of the open ones."""
        return self.settings.get("carry_over", "yes") == "yes"

    @cached_property
    def rates(self) -> tuple[float | Fraction | None, ...]:
        """The rate of each step over all leads: as typed, or what channels with rates of their own make of it.

        Equation: ``calc.mixed_rates`` over the channels that bring the first stage, by their shares of it.
        Example: a step of 20 %, but 40 % for a channel with a quarter of the leads: 0.75 × 20 % + 0.25 × 40 % = 25 %.
        """
        typed = tuple(stage.rate for stage in self.stages[:-1])
        mixed = [channel for channel in self.lead_channels if channel.share and channel.share > 0]
        if None in typed or not any((channel.id, stage.id) in self.channel_rates
                                    for channel in mixed for stage in self.stages[:-1]):  # fmt: skip
            return typed
        return tuple(mixed_rates([exact(one.share) for one in mixed], [self.rates_of(one) for one in mixed]))

    def rates_of(self, channel: Channel) -> tuple[float | Fraction | None, ...]:
        """The rates of what a channel brings: its own where it brings leads, else those over all leads."""
        if not self.stages or channel.stage != self.stages[0].id:
            return self.rates
        return tuple(self.channel_rates.get((channel.id, one.id), one.rate) for one in self.stages[:-1])

    @property
    def lead_channels(self) -> tuple[Channel, ...]:
        """The channels that are on and bring the first stage."""
        return tuple(one for one in self.channels_on if self.stages and one.stage == self.stages[0].id)

    @property
    def channels_on(self) -> tuple[Channel, ...]:
        return tuple(channel for channel in self.channels if channel.on)

    def brings(self, channel: Channel) -> bool:
        """Whether a channel delivers a stage of the funnel; one that acts on customers there are does not."""
        return any(stage.id == channel.stage for stage in self.stages)

    @property
    def channels_in_funnel(self) -> tuple[Channel, ...]:
        """The channels that are on and deliver a stage."""
        return tuple(channel for channel in self.channels_on if self.brings(channel))

    def kpis_of(self, channel_id: str) -> tuple[Kpi, ...]:
        """The rows of a channel in the KPI dictionary, on or off; ``plan.dictionary.shown`` knows those of its tab."""
        return tuple(kpi for kpi in self.kpis if kpi.channel == channel_id)
