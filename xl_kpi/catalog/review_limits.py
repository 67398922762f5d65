"""How the review judges a figure, as data in review_limits.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

ABOVE, EVEN, BELOW = "▲", "●", "▼"


@dataclass(frozen=True)
class ReviewLimits:
    """The limits; review_limits.toml says what each is."""

    above: float
    even: float
    behind: float
    apart: float

    def mark(self, attained: float) -> str:
        """``ABOVE``, ``EVEN`` or ``BELOW`` for what was reached of a target, 1 = exactly.

        Example:
        >>> review_limits().mark(0.95)
        '●'
        """
        return ABOVE if attained >= self.above else EVEN if attained >= self.even else BELOW

    def is_behind(self, came: float, there: float) -> bool:
        """Whether a count is clearly below another one.

        Example:
        >>> review_limits().is_behind(4, 48), review_limits().is_behind(2, 4)
        (True, False)
        """
        return came < self.behind * there and there - came >= self.apart


@cache
def review_limits() -> ReviewLimits:
    return ReviewLimits(**tomllib.loads((files(__package__) / "review_limits.toml").read_text("utf-8")))
