"""The figures that advice is asked about: of the stages, of each channel, of 採算, 所要日数 and ブランド・信頼."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from xl_kpi import calc
from xl_kpi.calc.review.channels import MIX, VOLUME
from xl_kpi.catalog.durations import duration_rules
from xl_kpi.formulas.fault import FormulaFault
from xl_kpi.formulas.formula import parse
from xl_kpi.kpi.channel_figures import ChannelFigures
from xl_kpi.kpi.figures import is_number
from xl_kpi.kpi.review import levers
from xl_kpi.kpi.review.figure_ids import (
    BRAND,
    DAYS,
    FUNNEL,
    GAP,
    LTV_CAC,
    NEGATIVE,
    OF_CHANNEL,
    RATES,
    SCORES,
    SHARE,
    UNANSWERED,
    WAITING,
)
from xl_kpi.kpi.review.levers import Lever, Levers
from xl_kpi.plan.closed.compared import seen_rate
from xl_kpi.plan.economics.figures import Economics
from xl_kpi.plan.economics.inputs import inputs_of
from xl_kpi.plan.leads.durations import Durations, Step
from xl_kpi.plan.model import Channel
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.relations.alignment import median_days
from xl_kpi.plan.relations.brand import Brand
from xl_kpi.plan.review.forecast import Forecast
from xl_kpi.plan.review.gap import Gap, Part
from xl_kpi.plan.review.to_date import ToDate
from xl_kpi.plan.targets import Targets


@dataclass(frozen=True)
class Figure:
    """A figure to date: ``plan`` and ``actual`` in ``unit`` (of the catalog), ``lever`` what it moves ("" unknown);
    ``others`` (plan, actual) of other KPIs of its channel by id."""

    channel: str
    kpi: str
    plan: float
    actual: float
    unit: str = "count"
    lever: str = ""
    others: Mapping[str, tuple[float, float]] = field(default_factory=dict)


class KnownFigures:
    """All that is known to date; what is not, is not among them.

    Months after those to date say nothing here, what was typed on the pages of leads and of the brand does, as these
    show it.
    """

    def __init__(self, to_date: ToDate, forecast: Forecast, gap: Gap, moves: Levers):
        self.to_date, self.forecast, self.gap, self.moves = to_date, forecast, gap, moves
        self.plan = to_date.plan

    def all(self) -> list[Figure]:
        """Those of the funnel, of the channels, of the brand."""
        return self._all

    @cached_property
    def _all(self) -> list[Figure]:
        return [*self._each()]

    def _each(self) -> Iterator[Figure]:
        yield from self.rates
        yield from self._stays()
        for channel in self.plan.channels_on:
            yield from self._of_channel(channel)
        yield from self._worth()
        yield from self._brand()

    @cached_property
    def _targets(self) -> Targets:
        """The targets with the actuals to date and no later ones."""
        months = self.to_date.months
        told = {key: value for key, value in self.plan.actuals.items() if key[1] < months}
        same = len(told) == len(self.plan.actuals)
        return self.to_date.targets if same else Targets(self.plan.with_(actuals=told))

    # --- the stages

    @cached_property
    def rates(self) -> list[Figure]:
        """The rates of the funnel, as the closed months have them against the plan's."""
        closing, found = self.forecast.targets.closing, []
        for place, stage in enumerate(self.plan.stages[:-1]):
            seen = seen_rate(self.plan, closing, place) if closing else None
            if seen is not None:
                planned, lever = float(calc.exact(self.plan.rates[place])), Lever(levers.RATE, stage=stage.id)
                found.append(Figure(FUNNEL, f"{stage.id}{RATES}", planned, float(seen.rate), "rate", str(lever)))
        return found

    def _stays(self) -> Iterator[Figure]:
        """How long leads are in each stage, of leads enough; how many are in it for too long."""
        if not is_on(self.plan, "durations"):
            return
        found, rules = Durations(self.plan), duration_rules()
        for step in found.steps:
            standard, days, waiting, opened = (
                found.standard(step), found.days(step), found.waiting(step), found.open(step),
            )  # fmt: skip
            if isinstance(standard, str):
                continue
            if not isinstance(days.median, str) and days.count >= rules.small:
                lever = self._stay(step, standard, days.median)
                yield Figure(FUNNEL, f"{step.start}{DAYS}", standard, days.median, "days", lever)
            if not isinstance(waiting, str) and opened >= rules.small:
                yield Figure(FUNNEL, f"{step.start}{WAITING}", rules.slow_share * opened, waiting, "people")

    def _stay(self, step: Step, standard: float, median: float) -> str:
        """The lever of how long leads stay in a stage; "" where they stay no longer than the standard, or where the
        plan's days are a measured curve, which can't be made some days shorter."""
        ids = [stage.id for stage in self.plan.stages]
        place = ids.index(step.start)
        lag = self.to_date.targets.lags[place]
        if median <= standard or ids[place + 1] != step.end or (lag and lag.curve):
            return ""
        lever = str(Lever(levers.STAY, stage=step.start))
        self.moves.sooner[lever] = max(0, int(min(median_days(lag), median) - standard))
        return lever

    # --- the largest loss

    @cached_property
    def worst(self) -> Figure | None:
        """The figure behind the bottleneck; None where none costs, or nothing is known of it."""
        part = self.gap.bottleneck
        return self._behind(part) if part else None

    @cached_property
    def losses(self) -> list[Figure]:
        """The figures behind the largest losses that are known, the worst first."""
        return [*filter(None, map(self._behind, self.gap.losses))]

    def _behind(self, part: Part) -> Figure | None:
        """The figure behind a loss, whose ``others`` have what it costs as ``GAP``."""
        found = self._volume_of(part) if part.kind in (VOLUME, MIX) else self._rate_of(part)
        return replace(found, others={GAP: (0.0, part.orders)}) if found else None

    def _volume_of(self, part: Part) -> Figure | None:
        planned, actual = self._row(part.channel)
        whole, lever = self.to_date.actual[0], str(Lever(levers.LEADS, part.channel))
        if not planned or actual[0] is None:
            return None
        channel = part.channel or FUNNEL
        if part.kind == MIX and whole:
            shares = planned[0] / self.to_date.planned[0], actual[0] / whole
            return Figure(channel, SHARE, float(shares[0]), float(shares[1]), "rate", lever)
        return Figure(channel, OF_CHANNEL, float(planned[0]), float(actual[0]), "count", lever)

    def _rate_of(self, part: Part) -> Figure | None:
        ids = [stage.id for stage in self.plan.stages]
        since, place = ids.index(part.since), ids.index(part.stage)
        if not part.channel and place == since + 1:
            own = next((one for one in self.rates if one.kpi == f"{part.since}{RATES}"), None)
            if own is not None:
                return own
        planned, actual = self._row(part.channel)
        if not planned or not planned[since]:
            return None
        came, went = actual[since], actual[place]
        if not came or went is None:
            return None
        lever = ""
        if place == since + 1:
            kind, stage = (levers.STEP, part.stage) if part.channel else (levers.RATE, part.since)
            lever = str(Lever(kind, part.channel, stage))
        rates = planned[place] / planned[since], went / came
        return Figure(part.channel or FUNNEL, f"{part.since}{RATES}", float(rates[0]), float(rates[1]), "rate", lever)

    def _row(self, channel: str) -> tuple[list[Fraction], list[Fraction | None]]:
        """Target and actual to date by stage, of a channel or ("") of all; nothing of one without."""
        return (
            self.to_date.by_channel.get(channel, ([], [])) if channel else (self.to_date.planned, self.to_date.actual)
        )

    # --- the channels

    def _of_channel(self, channel: Channel) -> Iterator[Figure]:
        figures = ChannelFigures(self.plan, self._targets, channel)
        pairs: dict[str, tuple[float, float]] = {}
        for kpi in figures.kpis:
            plan, actual = figures.target[kpi.id].to_date, figures.actual[kpi.id].to_date
            if is_number(plan) and is_number(actual):
                pairs[kpi.id] = float(plan or 0), float(actual or 0)
        lever = _LeverOf(figures, channel, channel in self.plan.lead_channels)
        for stage, kpi_id in lever.bringing.items():
            plan, actual = pairs.get(kpi_id, (0.0, 0.0))
            short = max(Fraction(0), 1 - calc.exact(actual) / calc.exact(plan)) if plan > 0 else Fraction(0)
            self.moves.known[str(Lever(levers.VOLUME, channel.id, stage))] = short
        for name, pair in pairs.items():
            others = {id_: one for id_, one in pairs.items() if id_ != name}
            yield Figure(channel.id, name, *pair, figures.by_id[name].unit, lever.of(name), others)
        row = self.to_date.by_channel.get(channel.id)
        anchor = figures.anchor
        if row is not None:
            if row[1][0] is not None:
                pair = float(row[0][0]), float(row[1][0])
                yield Figure(channel.id, OF_CHANNEL, *pair, lever=str(Lever(levers.LEADS, channel.id)))
        elif anchor is not None and anchor.id in pairs:
            yield Figure(channel.id, OF_CHANNEL, *pairs[anchor.id], lever=lever.of(anchor.id))

    def _worth(self) -> Iterator[Figure]:
        """LTV ÷ CAC of each channel that brings leads; of all of them where that is all that is known."""
        if not is_on(self.plan, "economics"):
            return
        found = Economics(self.to_date.targets, inputs_of(self.plan))
        known = [(one.channel.id, found.worth_of(one).ratio) for one in found.bringing]
        known = [one for one in known if one[1] is not None] or [(FUNNEL, found.all.ratio)]
        for channel, ratio in known:
            if ratio is not None:
                yield Figure(channel, LTV_CAC, float(found.inputs.ratio), float(calc.nearest(ratio, 9)), "points")

    # --- the market

    def _brand(self) -> Iterator[Figure]:
        """Where no level to warn at is typed, the plan of a score is the score itself: there is nothing it misses."""
        if not is_on(self.plan, "brand"):
            return
        found = Brand(self.plan)
        for key in SCORES:
            value = found.trends[key].value
            if not isinstance(value, str):
                level = self.plan.settings.get(f"{key}_alert")
                unit = "nps" if key == "nps" else "points"
                yield Figure(BRAND, key, value if level is None else float(level), round(value, 9), unit)
        negative = found.trends["negative"]
        if not isinstance(negative.value, str) and not isinstance(negative.before, str):
            yield Figure(BRAND, NEGATIVE, negative.before, negative.value)
        yield Figure(BRAND, UNANSWERED, 0.0, float(sum(1 for _ in found.late)))


class _LeverOf:
    """What each KPI of a channel moves: the leads, or a later stage, that are made of it."""

    def __init__(self, figures: ChannelFigures, channel: Channel, brings_leads: bool):
        self.figures, self.channel, self.brings_leads = figures, channel, brings_leads
        self.bringing = {
            stage: kpi.id for stage in figures.stage_ids if (kpi := figures.bringing(stage)) is not None
        }  # fmt: skip

    def of(self, name: str) -> str:
        """The lever of a KPI; "" where nothing that the plan asks is made of it."""
        for stage, whole in self.bringing.items():
            if self._makes(whole, name):
                if stage == self.figures.plan.stages[0].id:
                    return str(Lever(levers.LEADS, self.channel.id)) if self.brings_leads else ""
                return str(Lever(levers.VOLUME, self.channel.id, stage))
        return ""

    def _makes(self, whole: str, part: str) -> bool:
        """Whether a KPI is another one, or the other one's way is made of it."""
        waiting, seen = [whole], set()
        while waiting:
            name = waiting.pop()
            if name == part:
                return True
            if name in seen or name not in self.figures.by_id:
                continue
            seen.add(name)
            kpi = self.figures.by_id[name]
            waiting += [one.id for one in self.figures.kpis if one.id != name and _mentions(kpi.decomposition, one.id)]
        return False


def _mentions(formula: str, name: str) -> bool:
    try:
        return bool(formula) and name in parse(formula).ids
    except FormulaFault:
        return False
