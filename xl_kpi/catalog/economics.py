"""The standards of 採算 and 人員, as data in economics.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Standards:
    """``ratio`` how many times its cost a customer should bring; ``days`` working days of a usual month;
    ``calls`` ids of KPIs that count what people do one by one."""

    ratio: float
    days: float
    calls: tuple[str, ...]


@cache
def economics() -> Standards:
    """The standards where nobody types others."""
    data = tomllib.loads((files(__package__) / "economics.toml").read_text("utf-8"))
    return Standards(float(data["ratio"]), float(data["days"]), tuple(data["calls"]))
