"""The two scores of each lead, its bands, whether it is an MQL, and why (S1, S2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from xl_kpi.calc.leads import action_points, fit_share, scaled
from xl_kpi.catalog.scoring import scoring
from xl_kpi.plan.leads import Lead, Touch, as_of, leads_of, touches_of
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import LEAD_TRAITS
from xl_kpi.plan.scoring.inputs import ACT_BANDS, FIT_BANDS, VERDICTS, settings_of
from xl_kpi.plan.scoring.points import Point, answers_of, kinds_of

ORDERS = "orders"
SHOWN = 6  # places of the parts of a score
HELD = 9  # places of a score that is held against a bound or another one: no half of a part lies there


@dataclass(frozen=True)
class Used:
    """One row of what a lead did: whether it counts, as which kind (its place from 0), how often by now, and the points
    of the kind in the first of its rows (0 in the others)."""

    touch: Touch
    kind: int | None
    times: float
    first: bool
    points: float


@dataclass(frozen=True)
class Scored:
    """One lead with its scores.

    ``end`` the day of its outcome, None while it is open or where no day is known: only what it did up to it counts;
    ``parts`` what each quality adds to the fit; ``used`` what it did; ``raw`` its points.
    """

    lead: Lead
    end: dt.date | None
    parts: tuple[float, ...]
    used: tuple[Used, ...]
    fit: float
    raw: float
    act: float
    total: float
    fit_band: str
    act_band: str
    verdict: str

    @property
    def is_closed(self) -> bool:
        """Whether its outcome is known: such leads show how well the scores work.

        One without the day of it counts as well, with all that it did: lost leads often have none, and without them
        every lead with an outcome would have ordered.
        """
        return not self.lead.is_open

    @property
    def is_won(self) -> bool:
        return self.is_closed and self.lead.is_won

    @property
    def best_parts(self) -> list[int]:
        """The places of the two qualities that add most."""
        return two_best(self.parts)

    @property
    def best_actions(self) -> list[int]:
        """The places, among ``used``, of the two kinds of action that brought most points."""
        return two_best([one.points for one in self.used])


class Scores:
    """All leads of a plan, in the order of their rows."""

    def __init__(self, plan: Plan):
        self.plan, self.settings, self.day = plan, settings_of(plan), as_of(plan)
        self._leads, self._touches = leads_of(plan), touches_of(plan)

    @cached_property
    def answers(self) -> tuple[Point, ...]:
        return answers_of(self.plan, self._leads)

    @cached_property
    def kinds(self) -> tuple[Point, ...]:
        return kinds_of(self.plan, self._touches)

    @cached_property
    def leads(self) -> tuple[Scored, ...]:
        return tuple(self._scored(lead, touches) for lead, touches in zip(self._leads, self._blocks[0], strict=True))

    @property
    def strays(self) -> list[Touch]:
        """What was done by leads that are not in the list."""
        return self._blocks[1]

    @cached_property
    def _blocks(self) -> tuple[list[list[Touch]], list[Touch]]:
        """What each lead did; of leads with the same number the first one did it."""
        blocks: list[list[Touch]] = [[] for _ in self._leads]
        places: dict[str, int] = {}
        for place, lead in enumerate(self._leads):
            if lead.number:
                places.setdefault(lead.number, place)
        strays: list[Touch] = []
        for touch in self._touches:
            (blocks[places[touch.number]] if touch.number in places else strays).append(touch)
        return blocks, strays

    @cached_property
    def _by_word(self) -> dict[tuple[str, str], float]:
        return {(one.of, one.word.casefold()): one.points for one in self.answers}

    @cached_property
    def _kind_places(self) -> dict[str, int]:
        return {one.word.casefold(): place for place, one in enumerate(self.kinds)}

    def _scored(self, lead: Lead, touches: Sequence[Touch]) -> Scored:
        about, end = self.settings, end_of(lead)
        weights, most = list(about.weights.values()), scoring().most_points
        parts = tuple(
            fit_share(self._by_word.get((trait, lead.traits.get(trait, "").casefold()), 0.0), about.weights[trait],
                      weights, most)
            for trait in LEAD_TRAITS
        )  # fmt: skip
        used = self._used(touches, end)
        fit, raw = float(sum(parts)), float(sum(one.points for one in used))
        act = scaled(raw, about.full)
        total = about.share * fit + (1 - about.share) * act
        verdict = VERDICTS[_band(total, (about.sure, about.maybe))]
        bands = FIT_BANDS[_band(fit, about.fit)], ACT_BANDS[_band(act, about.act)]
        return Scored(lead, end, parts, used, fit, raw, act, total, *bands, verdict)

    def _used(self, touches: Sequence[Touch], end: dt.date | None) -> tuple[Used, ...]:
        half, until = self.settings.half, end or self.day
        rows: list[tuple[Touch, int | None, tuple[float, int]]] = []
        for touch in touches:
            kind = self._kind_places.get(touch.kind.casefold())
            if kind is not None and touch.on and until and (touch.on < end if end else touch.on <= until):
                rows.append((touch, kind, (touch.count, (until - touch.on).days)))
            else:
                rows.append((touch, None, (0.0, 0)))
        found: list[Used] = []
        seen: set[int] = set()
        for touch, kind, (count, days) in rows:
            points = 0.0
            first = kind is not None and kind not in seen
            if kind is not None and first:
                seen.add(kind)
                about = self.kinds[kind]
                times = [one for _, other, one in rows if other == kind]
                points = action_points(times, about.points, about.most, half)
            times_now = count * (0.5 ** (days / half) if half else 1.0)
            found.append(Used(touch, kind, times_now, first, points))
        return tuple(found)


def end_of(lead: Lead) -> dt.date | None:
    """The day of a lead's outcome: of an order its own day, else that on which it was closed."""
    if lead.is_won:
        return lead.at.get(ORDERS) or lead.closed
    return lead.closed if lead.is_lost else None


def two_best(parts: Sequence[float]) -> list[int]:
    """The places of the two largest that are above 0, as the cells find them.

    Equation: the first place of the largest; the last place of the second largest.
    Example: of three that are alike the first and the last.
    >>> two_best([5.0, 5.0, 5.0]), two_best([0.0, 3.0]), two_best([])
    ([0, 2], [1], [])
    """
    order = sorted(parts, reverse=True)[:2]
    found = [parts.index(order[0])] if order and order[0] > 0 else []
    if len(order) > 1 and order[1] > 0:
        found.append(max(place for place, part in enumerate(parts) if part == order[1]))
    return found


def _band(score: float, bounds: Sequence[float]) -> int:
    """The first band whose bound is reached, else the last one."""
    shown = round(score, HELD)
    return next((place for place, bound in enumerate(bounds) if shown >= bound), len(bounds))
