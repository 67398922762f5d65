"""The rules of the sheet 合意, as data in agreement.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def changed_by() -> float:
    """By which part of itself a number has to move before the answer about it has to be given again."""
    return float(tomllib.loads((files(__package__) / "agreement.toml").read_text("utf-8"))["changed_by"])
