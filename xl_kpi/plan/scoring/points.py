"""The points of answers and of kinds of action: one's own, else the standard, else none (S1, S2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xl_kpi.catalog.scoring import Standard, scoring
from xl_kpi.plan.leads import Lead, Touch, totals_of
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import LEAD_TRAITS

FIT, POINTS = "tbl_fit", "tbl_points"
KIND = "kind"  # what ``Point.of`` says of a kind of action
WITH = "score_with"  # the figure of totals, as in plan.leads.totals


@dataclass(frozen=True)
class Point:
    """The points of an answer or of a kind of action.

    ``of`` the quality (column) or ``KIND``; ``word`` as in the data; ``own`` and ``own_most`` as typed (the mean where
    a word stands there twice), ``typed`` whether it stands there at all; ``standard`` that of the catalog; ``seen`` how
    many leads answered so, how often a kind stands in the actions.
    """

    of: str
    word: str
    own: float | None = None
    own_most: float | None = None
    typed: bool = False
    standard: Standard | None = None
    seen: int = 0

    @property
    def points(self) -> float:
        if self.own is not None:
            return self.own
        return self.standard.points if self.standard else 0.0

    @property
    def most(self) -> float | None:
        """How many times count; None: all of them."""
        if self.typed:
            return self.own_most
        return self.standard.most if self.standard else None

    @property
    def known(self) -> bool:
        """Whether anybody has said what it is worth."""
        return self.own is not None or self.standard is not None


def answers_of(plan: Plan, leads: Sequence[Lead]) -> tuple[Point, ...]:
    """The answers of each quality: one's own, the most frequent ones of the leads, others of the catalog."""
    rows = [(str(row.get("trait", "")), str(row.get("answer", "")), row.get("points"), None)
            for row in plan.tables.get(FIT, {}).values()]  # fmt: skip
    found: list[Point] = []
    for trait in LEAD_TRAITS:
        seen = Counter(lead.traits[trait] for lead in leads if trait in lead.traits)
        seen.update(dict.fromkeys(_in_totals(plan, trait), 0))
        standards = [one for one in scoring().answers if one.trait == trait]
        found += _points(plan, trait, standards, [row for row in rows if row[0] == trait], seen)
    return tuple(found)


def kinds_of(plan: Plan, touches: Iterable[Touch]) -> tuple[Point, ...]:
    """The kinds of action, likewise."""
    rows = [(KIND, str(row.get("kind", "")), row.get("points"), row.get("most"))
            for row in plan.tables.get(POINTS, {}).values()]  # fmt: skip
    seen = Counter(touch.kind for touch in touches if touch.kind)
    seen.update(dict.fromkeys(_in_totals(plan, KIND), 0))
    return tuple(_points(plan, KIND, scoring().kinds, rows, seen))


def _in_totals(plan: Plan, of: str) -> list[str]:
    return [one.key for one in totals_of(plan).parts(WITH, of)]


_Row = tuple[str, str, float | None, float | None]


def _points(
    plan: Plan, of: str, standards: Sequence[Standard], rows: Sequence[_Row], seen: Counter[str]
) -> list[Point]:
    """One of each word, standards last of which none is there in any spelling; words that differ in capitals alone are
    one."""
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for word, count in seen.most_common():
        spelled.setdefault(word.casefold(), word)
        counts[word.casefold()] += count
    often = [spelled[key] for key, _ in counts.most_common(scoring().most_answers)]
    words: dict[str, str] = {}
    for word in (*(row[1] for row in rows if row[1]), *often):
        words.setdefault(word.casefold(), word)
    for standard in standards:
        if not standard.spellings & words.keys():
            words[standard.words[plan.lang].casefold()] = standard.words[plan.lang]
    found = []
    for key, word in words.items():
        own = [row for row in rows if row[1].casefold() == key]
        usual = scoring().kind(word) if of == KIND else scoring().answer(of, word)
        points, most = _mean(row[2] for row in own), _mean(row[3] for row in own)
        found.append(Point(of, word, points, most, bool(own), usual, counts[key]))
    return found


def _mean(numbers: Iterable[float | None]) -> float | None:
    given = [float(number) for number in numbers if number is not None]
    return sum(given) / len(given) if given else None
