"""From where on ``check`` speaks of something, as data in check_limits.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class CheckLimits:
    """``carries_most`` and ``just_enough`` are parts of 1, ``too_easy`` and ``too_hard`` multiples of a target.

    ``money_apart`` a part of the money agreed for closed months, ``level`` the confidence with which closed months
    speak about a rate, of ``least_months`` of them and ``least_counted`` that entered its stage on; ``bar_most`` times
    the plan a threshold of advice may be.
    """

    carries_most: float
    level: float
    least_months: int
    least_counted: int
    too_easy: float
    too_hard: float
    just_enough: float
    money_apart: float
    bar_most: float


@cache
def check_limits() -> CheckLimits:
    """The limits, read once."""
    return CheckLimits(**tomllib.loads((files(__package__) / "check_limits.toml").read_text("utf-8")))
