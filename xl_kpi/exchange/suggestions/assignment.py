"""Which role goes to which column, so that all of them together fit best: one role for one column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xl_kpi.catalog.roles import days_in_turn, kinds, quotients
from xl_kpi.exchange.suggestions.clues import Clue, Thought, thoughts_of
from xl_kpi.exchange.suggestions.relations import Relations

LEAST = 0.19  # what a role has to be worth to be proposed
_NEAR_KIND = 0.85  # of the worth of the likeliest kind: others that are tried
_MARK = 0.05  # what a role adds that makes a table one of its kind
_MOST_STEPS = 100
Places = Mapping[str, int]  # role → place of its column


@dataclass(frozen=True)
class Assignment:
    """A role a column ("" for none) in a table of one kind, what it is worth, and what spoke for each role."""

    worth: float
    kind: str
    roles: tuple[str, ...]
    thoughts: tuple[Mapping[str, Thought], ...]

    @property
    def places(self) -> Places:
        return {role: place for place, role in enumerate(self.roles) if role}


def assigned(clues: Sequence[Mapping[str, Clue]], relations: Relations) -> Assignment:
    """The assignment that is worth most, over all kinds of table that the words allow.

    Arguments: ``clues`` a mapping a column: role → what speaks for it.
    """
    found = {kind: tuple(thoughts_of(one, kind) for one in clues) for kind in kinds()}
    words = {
        kind: sum(
            max((thought.worth for role, thought in one.items() if clues[place][role].by_word), default=0.0)
            for place, one in enumerate(columns)
        )
        for kind, columns in found.items()
    }
    most = max(words.values())
    likely = [kind for kind, worth in words.items() if worth >= _NEAR_KIND * most]
    return max((_of_kind(found[kind], kind, relations) for kind in likely), key=lambda one: one.worth)


def _of_kind(thoughts: tuple[Mapping[str, Thought], ...], kind: str, relations: Relations) -> Assignment:
    """The best in one kind: from several beginnings by exchanges, each the best that there is, until none gains."""

    def total(now: Sequence[str]) -> float:
        own = sum(thoughts[place][role].worth for place, role in enumerate(now) if role)
        marks = sum(1 for role in now if role in kinds()[kind])
        return own + _MARK * marks + relations.worth({role: place for place, role in enumerate(now) if role})

    best: tuple[float, list[str]] | None = None
    for start in ({}, *_starts(thoughts, relations)):
        now = _filled(start, thoughts)
        worth = total(now)
        for _ in range(_MOST_STEPS):
            step = max(((total(other), other) for other in _exchanges(now, thoughts)), default=(0.0, now))
            if step[0] <= worth + 1e-9:
                break
            worth, now = step
        if best is None or worth > best[0] + 1e-9:
            best = worth, now
    assert best is not None
    return Assignment(best[0], kind, tuple(best[1]), thoughts)


def _filled(start: Places, thoughts: Sequence[Mapping[str, Thought]]) -> list[str]:
    """A beginning, and for all other columns the roles that are worth most, one after the other."""
    found = [""] * len(thoughts)
    for role, place in start.items():
        found[place] = role
    taken = {*start}
    pairs = sorted(
        ((thought.worth, -place, role) for place, one in enumerate(thoughts) for role, thought in one.items()),
        reverse=True,
    )
    for worth, place, role in pairs:
        if worth >= LEAST and not found[-place] and role not in taken:
            found[-place] = role
            taken.add(role)
    return found


def _starts(thoughts: Sequence[Mapping[str, Thought]], relations: Relations) -> Iterator[Places]:
    """Beginnings that no single exchange would find: columns that are others divided, and days in their turn."""
    proved = _divided(thoughts, relations)
    if proved:
        yield proved
    days = _in_turn(thoughts, relations)
    if days:
        yield days


def _divided(thoughts: Sequence[Mapping[str, Thought]], relations: Relations) -> Places:
    """The most quotients that hold at once."""
    holding = [
        {one.role: place, of: above, by: below}
        for one in quotients()
        for of in one.of
        for by in one.by
        for place in _with(one.role, thoughts)
        for above in _with(of, thoughts)
        for below in _with(by, thoughts)
        if len({place, above, below}) == 3 and relations.is_quotient(one, place, above, below)
    ]
    best: dict[str, int] = {}
    for first in holding:
        now = dict(first)
        for other in holding:
            joined = {**now, **other}
            agrees = all(now.get(role, place) == place for role, place in other.items())
            if agrees and len({*joined.values()}) == len(joined):
                now = joined
        if _worth(now, relations) > _worth(best, relations):
            best = now
    return best


def _worth(places: Places, relations: Relations) -> float:
    return relations.worth(places) if places else 0.0


def _with(role: str, thoughts: Sequence[Mapping[str, Thought]]) -> list[int]:
    return [place for place, one in enumerate(thoughts) if role in one]


def _in_turn(thoughts: Sequence[Mapping[str, Thought]], relations: Relations) -> Places:
    """Columns of days, the fullest and earliest first, as the days of one lead."""
    columns = [place for place, one in enumerate(thoughts) if any(role in one for role in days_in_turn())]
    columns.sort(key=lambda place: relations.when(place))
    roles = [role for role in days_in_turn() if any(role in thoughts[place] for place in columns)]
    found = {role: place for role, place in zip(roles, columns) if role in thoughts[place]}
    return found if len(found) > 1 else {}


def _exchanges(found: Sequence[str], thoughts: Sequence[Mapping[str, Thought]]) -> Iterator[list[str]]:
    """Every assignment that differs in one column, or in two that give each other their roles."""
    for place, one in enumerate(thoughts):
        for role in (*one, ""):
            if role == found[place]:
                continue
            other = list(found)
            if role and role in found:
                at = found.index(role)
                other[at] = found[place] if found[place] in thoughts[at] else ""
            other[place] = role
            yield other
