"""The standards of コンテンツ, as data in content.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import NormalDist

PARTS = ("dwell", "scroll", "repeat", "next")  # of the purchase-intent score, in the order in which they are added


@dataclass(frozen=True)
class ContentStandards:
    """``seconds`` a use in full takes; ``weights`` part of the score → weight; ``next_actions`` language → kinds of
    action; ``small_leads`` and ``small_orders`` below which lift says little; ``level`` of its interval;
    ``contents``, ``types``, ``paths`` and ``bars`` how many are shown; ``path_lengths`` contents in a row;
    ``room`` blank rows that count."""

    seconds: float
    weights: Mapping[str, float]
    next_actions: Mapping[str, tuple[str, ...]]
    small_leads: int
    small_orders: int
    level: float
    contents: int
    types: int
    paths: int
    bars: int
    path_lengths: tuple[int, ...]
    room: int

    @property
    def z(self) -> float:
        """The quantile of the normal distribution for the interval: 1.96 for 95 %."""
        return NormalDist().inv_cdf((1 + self.level) / 2)


@cache
def content_standards() -> ContentStandards:
    """The standards where nobody types others."""
    data = tomllib.loads((files(__package__) / "content.toml").read_text("utf-8"))
    actions = {lang: tuple(data.pop(f"next_actions_{lang}")) for lang in ("ja", "en")}
    lengths = tuple(data.pop("path_lengths"))
    weights = {part: float(data["weights"][part]) for part in PARTS}
    return ContentStandards(**{**data, "weights": weights}, next_actions=actions, path_lengths=lengths)
