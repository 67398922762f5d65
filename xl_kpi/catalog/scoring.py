"""The standards of リード評価, as data in scoring.toml: weights, points of answers and actions, bands."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import NormalDist
from typing import Any


@dataclass(frozen=True)
class Standard:
    """The points of one answer or kind of action; ``most`` times that count (None: all)."""

    trait: str
    points: float
    words: Mapping[str, str]
    also: tuple[str, ...] = ()
    most: float | None = None

    @property
    def spellings(self) -> frozenset[str]:
        """All words for it, folded."""
        return frozenset(word.casefold() for word in (*self.words.values(), *self.also))


@dataclass(frozen=True)
class Scoring:
    """All of them; the numbers as ``scoring.toml`` says."""

    most_points: float
    full: float
    fit_share: float
    sure: float
    maybe: float
    fit_bands: tuple[float, ...]
    act_bands: tuple[float, ...]
    level: float
    small: int
    most_answers: int
    best: int
    drivers: int
    weights: Mapping[str, float]
    answers: tuple[Standard, ...]
    kinds: tuple[Standard, ...]

    @property
    def z(self) -> float:
        """The quantile of the normal distribution for ``level``."""
        return NormalDist().inv_cdf((1 + self.level) / 2)

    def answer(self, trait: str, word: str) -> Standard | None:
        """The standard of an answer, by any of its words."""
        return _found((one for one in self.answers if one.trait == trait), word)

    def kind(self, word: str) -> Standard | None:
        """The standard of a kind of action, by any of its words."""
        return _found(self.kinds, word)


def _found(standards: Any, word: str) -> Standard | None:
    return next((one for one in standards if word.casefold() in one.spellings), None)


@cache
def scoring() -> Scoring:
    """The standards where nobody types others."""
    data: dict[str, Any] = tomllib.loads((files(__package__) / "scoring.toml").read_text("utf-8"))
    answers, kinds = (tuple(map(_standard, data.pop(one))) for one in ("answer", "kind"))
    for one in ("fit_bands", "act_bands"):
        data[one] = tuple(map(float, data[one]))
    weights = {trait: float(weight) for trait, weight in data.pop("weights").items()}
    return Scoring(**data, weights=weights, answers=answers, kinds=kinds)


def _standard(row: Mapping[str, Any]) -> Standard:
    most = row.get("most")
    also = tuple(row.get("also", ()))
    return Standard(
        row.get("trait", ""), float(row["points"]), row["words"], also, None if most is None else float(most)
    )
