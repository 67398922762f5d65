"""What 所要日数 goes by, as data in durations.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Phase:
    """A part of the way from the first contact to the order, from one stage to another."""

    id: str
    start: str
    end: str


@dataclass(frozen=True)
class DurationRules:
    """``small`` a count below which nothing is concluded, ``level`` the confidence of intervals.

    ``slow_share`` and ``dominates`` parts of 1, ``fast`` a multiple of the standard; ``handed`` ids of stages, the
    first of which that a plan has is where sales takes over.
    """

    small: int
    level: float
    slow_share: float
    fast: float
    dominates: float
    handed: tuple[str, ...]
    phases: tuple[Phase, ...]


@cache
def duration_rules() -> DurationRules:
    """The rules, read once."""
    data = tomllib.loads((files(__package__) / "durations.toml").read_text("utf-8"))
    phases = tuple(Phase(**one) for one in data.pop("phases"))
    return DurationRules(**{**data, "handed": tuple(data["handed"]), "phases": phases})
