"""Whether the scores tell who orders: by band, by answer and kind of action, by channel; from rows or from totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from xl_kpi.calc import rate_interval
from xl_kpi.calc.leads import Lift, lift
from xl_kpi.catalog.scoring import scoring
from xl_kpi.plan.leads import Total, Totals, totals_of
from xl_kpi.plan.model import Plan
from xl_kpi.plan.scoring.inputs import ACT_BANDS, FIT_BANDS, VERDICTS
from xl_kpi.plan.scoring.points import KIND, WITH, Point
from xl_kpi.plan.scoring.scores import HELD, Scored, Scores

BANDS = {"verdict": VERDICTS, "fit": FIT_BANDS, "act": ACT_BANDS}
BAND, GRID, CHANNEL = "score_band", "score_open", "score_channel"  # figures of totals, as in plan.leads.totals
NO_DAY = "score_undated"
MEANS = ("fit", "act", "total")
FEW, RANKED, UNSURE, REVERSED, UNDATED, NO_LOST = "few", "ranked", "unsure", "reversed", "undated", "no_lost"
ONE_IN = 5  # leads with an outcome of which nobody knows the day: more say nothing of what was done before it


@dataclass(frozen=True)
class Counted:
    """Leads of one kind: how many, how many of them have an outcome, and how many of these ordered.

    ``has_lost``: whether any lead of the data was lost: where none is said to be, orders are all outcomes that are
    known, and there is no rate.
    """

    leads: float = 0.0
    closed: float = 0.0
    won: float = 0.0
    has_lost: bool = True

    @property
    def rate(self) -> float | None:
        return self.won / self.closed if self.closed and self.has_lost else None

    @property
    def interval(self) -> tuple[float, float] | None:
        if not self.closed or not self.has_lost:
            return None
        return rate_interval(int(self.won), int(self.closed), scoring().level)


@dataclass(frozen=True)
class Driver:
    """An answer or a kind of action: those with it, those without it, how much more often the former order."""

    point: Point
    having: Counted
    others: Counted
    lift: Lift | None

    @property
    def is_small(self) -> bool:
        return self.having.closed < scoring().small


@dataclass(frozen=True)
class Channel:
    """Leads of a channel and the means of their scores; None without leads."""

    leads: float
    means: tuple[float | None, ...]
    sure: float | None


class BackTest:
    """What the page says of all leads.  Only leads with an outcome and its day show how well a score works."""

    def __init__(self, plan: Plan):
        self.plan, self.scores = plan, Scores(plan)
        self.totals: Totals = totals_of(plan) if not self.scores.leads else Totals()

    @property
    def in_rows(self) -> bool:
        return bool(self.scores.leads)

    @property
    def is_empty(self) -> bool:
        return not self.in_rows and not self.totals.parts(BAND, "verdict")

    def band(self, group: str, band: str) -> Counted:
        """The leads of a band of "verdict", "fit" or "act"."""
        return replace(self._band(group, band), has_lost=self.has_lost)

    def _band(self, group: str, band: str) -> Counted:
        if not self.in_rows:
            return _found(self.totals, BAND, group, band)
        return counted(one for one in self.scores.leads if _band_of(one, group) == band)

    @cached_property
    def all(self) -> Counted:
        bands = [self._band("verdict", one) for one in VERDICTS]
        leads, closed, won = (sum(getattr(one, part) for one in bands) for part in ("leads", "closed", "won"))
        return Counted(leads, closed, won, closed > won)

    @property
    def has_lost(self) -> bool:
        return self.all.has_lost

    def open_in(self, fit: str, act: str) -> float:
        """The open leads of a cell of the grid."""
        if not self.in_rows:
            found = self.totals.find(GRID, "", key=f"{fit}{act}")
            return found.count if found else 0.0
        return float(sum((one.fit_band, one.act_band) == (fit, act) for one in self.open))

    @cached_property
    def open(self) -> list[Scored]:
        """The leads without an outcome."""
        return [one for one in self.scores.leads if one.lead.is_open]

    @property
    def best(self) -> list[Scored]:
        """Those for sales first, the highest score of both on top; of equal ones the one that stands first."""
        return sorted(self.open, key=lambda one: -round(one.total, HELD))[: scoring().best]

    def verdict(self, group: str) -> str:
        """Whether a score ranks.

        Result: ``RANKED`` where the best band surely orders more often than the worst one, ``REVERSED`` where some band
        surely does so more often than a better one, else ``UNSURE``; ``FEW`` where there are too few leads to say;
        ``UNDATED`` of scores with behaviour where more than a fifth of the outcomes have no day: what those leads did
        afterwards counts as well, and what won ones did does not; ``NO_LOST`` where no lead is said to be lost.

        Surely: the lower end of the one interval lies above the upper end of the other.
        """
        if self.all.closed and not self.has_lost:
            return NO_LOST
        ends = [found.interval for band in BANDS[group] if (found := self.band(group, band)).interval]
        if self.all.closed < scoring().small or len(ends) < 2:
            return FEW
        if group != "fit" and ONE_IN * self.undated > self.all.closed:
            return UNDATED
        known = [one for one in ends if one]
        if any(worse[0] > better[1] for k, better in enumerate(known) for worse in known[k + 1 :]):
            return REVERSED
        return RANKED if known[0][0] > known[-1][1] else UNSURE

    @cached_property
    def undated(self) -> float:
        """Leads with an outcome of which nobody knows the day."""
        if not self.in_rows:
            found = self.totals.find(NO_DAY)
            return found.count if found else 0.0
        return float(sum(one.is_closed and one.end is None for one in self.scores.leads))

    @cached_property
    def drivers(self) -> list[Driver]:
        """Every answer and kind of action, in the order of their points."""
        return [self._driver(point) for point in (*self.scores.answers, *self.scores.kinds)]

    @property
    def ranked(self) -> list[Driver]:
        """Those that go with orders most surely: by the lower end of the interval."""
        known = [one for one in self.drivers if one.lift]
        return sorted(known, key=lambda one: -round(one.lift.low, 9) if one.lift else 0.0)

    def _driver(self, point: Point) -> Driver:
        if self.in_rows:
            having = counted(filter(has(self.scores, point), self.scores.leads))
        else:
            having = _found(self.totals, WITH, point.of, point.word)
        leads, closed, won = (getattr(self.all, part) - getattr(having, part) for part in ("leads", "closed", "won"))
        others = Counted(leads, closed, won)
        having, others = (replace(one, has_lost=self.has_lost) for one in (having, others))
        ratio = lift(having.won, having.closed, others.won, others.closed, scoring().z) if self.has_lost else None
        return Driver(point, having, others, ratio)

    def channel(self, names: Sequence[str], *, others: bool = False) -> Channel:
        """The leads of a channel, by its name; ``others``: of none of these."""
        if self.in_rows:
            leads = [one for one in self.scores.leads if (one.lead.channel.casefold() in _folded(names)) != others]
            count = float(len(leads))
            means = tuple(sum(getattr(one, part) for one in leads) / count if count else None for part in MEANS)
            return Channel(count, means, sum(one.verdict == "sure" for one in leads) / count if count else None)
        rows = [one for one in self.totals.rows if one.figure == CHANNEL]
        found = [one for one in rows if (one.channel.casefold() in _folded(names)) != others]
        count = sum(one.count for one in found if one.step == "total")
        parts = [
            sum((one.value or 0.0) * one.count for one in found if one.step == step) / count if count else None
            for step in (*MEANS, "sure")
        ]
        return Channel(count, tuple(parts[:-1]), parts[-1])


def counted(leads: Iterable[Scored]) -> Counted:
    found = list(leads)
    closed, won = (float(sum(part)) for part in ((one.is_closed for one in found), (one.is_won for one in found)))
    return Counted(float(len(found)), closed, won)


def has(scores: Scores, point: Point) -> Callable[[Scored], bool]:
    """Whether a lead answered so, or did such a thing before its outcome."""
    if point.of != KIND:
        return lambda one: one.lead.traits.get(point.of, "").casefold() == point.word.casefold()
    place = scores.kinds.index(point)
    return lambda one: any(used.kind == place for used in one.used)


def totals_from(plan: Plan) -> Iterator[Total]:
    """The figures of the page as totals, for data whose leads stand in no rows; a plan with them shows the same."""
    tested = BackTest(plan)
    for group, bands in BANDS.items():
        for band in bands:
            yield from _totals(BAND, group, band, tested.band(group, band))
    yield Total(NO_DAY, count=tested.undated)
    for fit in FIT_BANDS:
        for act in ACT_BANDS:
            yield Total(GRID, key=f"{fit}{act}", count=tested.open_in(fit, act))
    for one in tested.drivers:
        yield from _totals(WITH, one.point.of, one.point.word, one.having)
    for name in dict.fromkeys(one.lead.channel for one in tested.scores.leads):
        about = tested.channel([name])
        for step, value in zip((*MEANS, "sure"), (*about.means, about.sure), strict=True):
            yield Total(CHANNEL, step, name, value=value, count=about.leads)


CLOSED = ":closed"  # ends the figure that counts those with an outcome: value won of them


def _totals(figure: str, step: str, key: str, found: Counted) -> Iterator[Total]:
    yield Total(figure, step, key=key, value=None, count=found.leads)
    yield Total(f"{figure}{CLOSED}", step, key=key, value=found.won, count=found.closed)


def _found(totals: Totals, figure: str, step: str, key: str) -> Counted:
    leads, closed = (totals.find(one, step, key=key) for one in (figure, f"{figure}{CLOSED}"))
    return Counted(
        leads.count if leads else 0.0, closed.count if closed else 0.0, (closed.value if closed else 0) or 0.0
    )


def _band_of(one: Scored, group: str) -> str:
    return {"verdict": one.verdict, "fit": one.fit_band, "act": one.act_band}[group]


def _folded(names: Iterable[str]) -> set[str]:
    return {name.casefold() for name in names}
