"""所要日数 (S3, S9, S10): days by stage against the standard, who waits, rates by origin, why deals are lost."""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from xl_kpi.calc import rate_interval
from xl_kpi.catalog.durations import duration_rules
from xl_kpi.plan.leads.rows import Lead, as_of, leads_of
from xl_kpi.plan.leads.totals import AS_OF, Total, totals_of
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import LEAD_STAGES
from xl_kpi.plan.relations.alignment import MQL, SQL, median_days
from xl_kpi.plan.relations.dated import Number

LONGEST, ORIGINS, REASONS = 20, 12, 8  # rows of the page
REASON_LENGTH = 100  # signs of a reason by which it is told from others
SLOW, FAST, WITHIN, FEW = "slow", "fast", "within", "few"


@dataclass(frozen=True)
class Step:
    """From one stage to another; ``phase`` the id of the part of the way that it is, "" of a stage and its next."""

    start: str
    end: str
    key: str  # what totals call it
    phase: str = ""


@dataclass(frozen=True)
class Days:
    """How long leads took: how many did, on average, half of them and 80 % of them at most; blank of none."""

    count: float = 0.0
    mean: Number = ""
    median: Number = ""
    p80: Number = ""


@dataclass(frozen=True)
class Waiting:
    """An open lead that is in its stage for longer than the standard, on the day of ``as_of``."""

    lead: Lead
    step: Step
    days: int
    since: dt.date
    standard: float


@dataclass(frozen=True)
class Rate:
    """So many of ``entered`` that went on; the share with its interval, blank of none."""

    entered: float
    passed: float

    @property
    def share(self) -> Number:
        return self.passed / self.entered if self.entered > 0 else ""

    @property
    def interval(self) -> tuple[Number, Number]:
        if self.entered <= 0 or self.passed > self.entered:
            return "", ""
        return rate_interval(int(self.passed), int(self.entered), duration_rules().level)


def days_of(values: Sequence[int]) -> Days:
    """Mean, median and 80 % of whole days.

    Equation: between two days straight, as PERCENTILE(…; 0.8) of a sheet.
    Example: of 1, 2, 3 and 10 days: mean 4, median 2.5, 80 % 3 + 0.4 × 7 = 5.8.
    Source: S3.
    """
    if not values:
        return Days()
    days, n = sorted(values), len(values)
    below, part = divmod(4 * (n - 1), 5)
    p80 = days[below] + (days[min(below + 1, n - 1)] - days[below]) * part / 5
    return Days(float(n), sum(days) / n, (days[(n - 1) // 2] + days[n // 2]) / 2, p80)


def days_of_counts(counts: Mapping[int, int]) -> Days:
    """The same of days that are counted: days → how many took them.

    Example: ``{1: 1, 2: 1, 3: 1, 10: 1}`` as above.
    """
    n = sum(counts.values())
    if not n:
        return Days()
    ends, upto = [], 0
    for day in sorted(counts):
        upto += counts[day]
        ends.append((upto, day))

    def at(place: int) -> int:
        return ends[bisect(ends, (place, math.inf))][1]

    below, part = divmod(4 * (n - 1), 5)
    p80 = at(below) + (at(min(below + 1, n - 1)) - at(below)) * part / 5
    mean = sum(day * count for day, count in counts.items()) / n
    return Days(float(n), mean, (at((n - 1) // 2) + at(n // 2)) / 2, p80)


class Durations:
    """The figures of the page, of the rows of リード一覧 or, without these, of the totals there.

    Arguments: ``origin`` of a method: as ``Lead.origin`` (upper and lower case are the same); None: all leads.
    """

    def __init__(self, plan: Plan):
        self.plan = plan
        self.leads, self.totals = leads_of(plan), totals_of(plan)
        self.is_totals = bool(self.totals) and not self.leads
        self.as_of = as_of(plan)
        self.stages = tuple(stage.id for stage in plan.stages if stage.id in LEAD_STAGES)

    # --- what is shown

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """From each stage of the plan that has a column of dates to the next such one."""
        return tuple(Step(start, end, start) for start, end in zip(self.stages, self.stages[1:]))

    @cached_property
    def phases(self) -> tuple[Step, ...]:
        """The parts of the way whose ends the plan has."""
        found = ((one, self.step(one.start, one.end)) for one in duration_rules().phases)
        return tuple(Step(step.start, step.end, step.key, one.id) for one, step in found if step)

    def step(self, start: str, end: str) -> Step | None:
        """From one stage to a later one; None where the plan does not have both."""
        if start not in self.stages or end not in self.stages[self.stages.index(start) + 1 :]:
            return None
        follows = self.stages.index(end) == self.stages.index(start) + 1
        return Step(start, end, start if follows else f"{start}>{end}")

    @property
    def handover(self) -> Step | None:
        """From MQL to SQL."""
        return self.step(MQL, SQL)

    @property
    def closing(self) -> Step | None:
        """From where sales takes over to the order."""
        start = next((one for one in duration_rules().handed if one in self.stages), "")
        return self.step(start, LEAD_STAGES[-1])

    @cached_property
    def origins(self) -> tuple[str, ...]:
        """Where most leads come from, as the first of them spells it, the most frequent first."""
        if self.is_totals:
            parts = [(one.key, one.count) for one in self.totals.parts("reached", self.stages[0])]
        else:
            parts = _counted(lead.origin for lead in self.leads)
        return tuple(name for name, _ in sorted(parts, key=lambda part: -part[1])[:ORIGINS])

    # --- standards

    def lag(self, step: Step) -> float:
        """The days that the plan has for it: the median of each stage's, added up."""
        ids = [stage.id for stage in self.plan.stages]
        inside = self.plan.stages[ids.index(step.start) : ids.index(step.end)]
        return sum(median_days(stage.lag) for stage in inside)

    def standard(self, step: Step) -> Number:
        """How long it should take, in days: as typed, else what the plan has; of a phase that of its stages added up.

        Special cases: a plan that has 0 days for a stage says nothing about it: blank.
        """
        if step.phase:
            inside = self.stages[self.stages.index(step.start) : self.stages.index(step.end)]
            known = [one for one in map(self.standard, self._from(inside)) if not isinstance(one, str)]
            return sum(known) if known else ""
        typed = self.plan.settings.get(f"standard_{step.start}")
        return float(typed) if typed is not None else self.lag(step) or ""

    def _from(self, stages: Iterable[str]) -> list[Step]:
        return [step for step in self.steps if step.start in stages]

    # --- days

    def days(self, step: Step, origin: str | None = None) -> Days:
        """How long it took those that have both days, the later one not before the earlier (S3, S9, S10)."""
        if not self.is_totals:
            return days_of(self._days(step, origin))
        found = {key: self._total(f"days_{key}", step.key, origin) for key in ("mean", "median", "p80")}
        count = found["median"].count
        return Days(count, *("" if one.value is None else one.value for one in found.values())) if count else Days()

    def over(self, step: Step) -> Number:
        """How many of them took longer than the standard; blank without one."""
        standard = self.standard(step)
        if isinstance(standard, str):
            return ""
        if self.is_totals:
            return self._total("over", step.key).value or 0.0
        return float(sum(days > standard for days in self._days(step)))

    def turned(self, step: Step) -> float:
        """How many have the later stage before the earlier one: nobody knows how long they took."""
        if self.is_totals:
            return self._total("reversed", step.key).count
        days = [(one.at.get(step.start), one.at.get(step.end)) for one in self.leads]
        return float(sum(bool(a and b and b < a) for a, b in days))

    def _days(self, step: Step, origin: str | None = None) -> list[int]:
        pairs = [(one.at.get(step.start), one.at.get(step.end)) for one in self._leads(origin)]
        return [(b - a).days for a, b in pairs if a and b and b >= a]

    # --- open leads

    @property
    def count(self) -> float:
        """All leads of which a day, an origin or an outcome is known."""
        if self.is_totals:
            return sum(one.count for one in self.totals.parts(AS_OF))
        return float(sum(bool(one.at or one.origin or one.outcome) for one in self.leads))

    def place(self, lead: Lead) -> int:
        """Where an open lead is: the place of its last stage among ``stages``, from 1; 0 of no stage and of others."""
        return max((k for k, one in enumerate(self.stages, 1) if lead.is_open and one in lead.at), default=0)

    def waited(self, lead: Lead) -> int | None:
        """For how many days an open lead is in its stage; None for others, and where it has yet to come there."""
        place = self.place(lead)
        if not place or self.as_of is None:
            return None
        days = (self.as_of - lead.at[self.stages[place - 1]]).days
        return days if days >= 0 else None

    def open(self, step: Step) -> float:
        """How many are in the stage."""
        if self.is_totals:
            return self._total("open", step.key).count
        at = self.stages.index(step.start) + 1
        return float(sum(self.place(one) == at and self.waited(one) is not None for one in self.leads))

    def waiting(self, step: Step) -> Number:
        """How many of them for longer than the standard; blank without one."""
        if isinstance(self.standard(step), str):
            return ""
        if self.is_totals:
            return self._total("open", step.key).value or 0.0
        return float(sum(one.step == step for one in self.late))

    @cached_property
    def late(self) -> list[Waiting]:
        """All open leads that are in their stage for longer than the standard, the longest first (S3, R7)."""
        standards = [self.standard(step) for step in self.steps]
        found = []
        for lead in self.leads:
            place, days = self.place(lead), self.waited(lead)
            if days is None or place > len(self.steps):
                continue
            standard, step = standards[place - 1], self.steps[place - 1]
            if not isinstance(standard, str) and days > standard:
                found.append(Waiting(lead, step, days, lead.at[step.start], standard))
        return sorted(found, key=lambda one: -one.days)

    # --- what is concluded

    def verdict(self, step: Step) -> str:
        """How its days compare: SLOW, FAST, WITHIN, FEW cases; "" where there is nothing to compare (S3, R7)."""
        found, standard, rules = self.days(step), self.standard(step), duration_rules()
        if isinstance(found.median, str) or isinstance(standard, str):
            return ""
        if found.count < rules.small:
            return FEW
        if round(found.median, 9) > standard:
            return SLOW
        return FAST if round(found.median, 9) <= rules.fast * standard else WITHIN

    def too_many_wait(self, step: Step) -> bool:
        """Whether too many of a stage's open leads are there for longer than the standard."""
        opened, waiting, rules = self.open(step), self.waiting(step), duration_rules()
        return opened >= rules.small and not isinstance(waiting, str) and waiting > rules.slow_share * opened

    # --- by origin

    def reached(self, stage: str, origin: str | None = None) -> float:
        """How many have the day of a stage."""
        if self.is_totals:
            return self._total("reached", stage, origin).count
        return float(sum(stage in one.at for one in self._leads(origin)))

    def passed(self, step: Step, origin: str | None = None) -> Rate:
        """Of those with the first day how many have the second one as well, not before it (S9)."""
        return Rate(self.reached(step.start, origin), self.days(step, origin).count)

    def won(self, step: Step, origin: str | None = None) -> Rate:
        """Of those that were handed over how many ordered (S10)."""
        if self.is_totals:
            return Rate(self.reached(step.start, origin), self._total("won", step.start, origin).count)
        entered = [one for one in self._leads(origin) if step.start in one.at]
        return Rate(float(len(entered)), float(sum(one.is_won for one in entered)))

    def lost(self, stage: str = "", origin: str | None = None, reason: str = "") -> float:
        """How many were lost: of those with the day of a stage, of an origin, for a reason; all of them without."""
        if self.is_totals:
            return self._lost_total(stage, origin, reason)
        found = [one for one in self._leads(origin) if one.is_lost and (not stage or stage in one.at)]
        return float(sum(not reason or reason_of(one).lower() == reason.lower() for one in found))

    @cached_property
    def reasons(self) -> tuple[tuple[str, float], ...]:
        """Each reason of a lost lead with how many there are, the most frequent first, then as they stand."""
        if self.is_totals:
            parts = [(one.key[:REASON_LENGTH], one.count) for one in self.totals.parts("lost")]
        else:
            parts = _counted((reason_of(one) for one in self.leads if one.is_lost), str.lower)
        return tuple(sorted(parts, key=lambda part: -part[1]))

    @property
    def dominating(self) -> str:
        """The one reason for most of the losses of which it is known; "" where there is none, or too few are."""
        rules, told = duration_rules(), sum(count for _, count in self.reasons)
        if told < rules.small:
            return ""
        reason, count = self.reasons[0]
        return reason if count / told >= rules.dominates else ""

    # --- parts

    def _leads(self, origin: str | None) -> Iterable[Lead]:
        return self.leads if origin is None else (one for one in self.leads if _same(one.origin, origin))

    def _total(self, figure: str, step: str, origin: str | None = None) -> Total:
        return self.totals.find(figure, step, key=origin or "") or Total(figure, step)

    def _lost_total(self, stage: str, origin: str | None, reason: str) -> float:
        found = self.totals.find("lost", stage, origin or "", reason)
        return found.count if found else 0.0


def reason_of(lead: Lead) -> str:
    """Why a lead was lost, as far as reasons are told apart by it; "" of others."""
    return lead.lost_reason[:REASON_LENGTH] if lead.is_lost else ""


def _counted(words: Iterable[str], fold: Callable[[str], str] = str.upper) -> list[tuple[str, float]]:
    """How often each word is there, in the order and the spelling in which they come first; blanks do not count.

    ``fold`` makes the same of words that differ in the case of their letters: as "=" of cells does, or as MATCH.
    """
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for word in filter(None, words):
        counts[spelled.setdefault(fold(word), word)] += 1
    return [(word, float(count)) for word, count in counts.items()]


def _same(one: str, other: str) -> bool:
    return one.upper() == other.upper()
