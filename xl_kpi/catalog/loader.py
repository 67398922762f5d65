"""The domain catalog: stages, channels with their KPIs, units and terms, read from the TOML files beside this module.

Every text is a mapping of language ("ja", "en") to text.  Each file is read once.  Nothing is checked
while reading: the files belong to the package, and a test holds them to their rules.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

Texts = Mapping[str, str]

NO_TEXT: Texts = {"ja": "", "en": ""}


@dataclass(frozen=True)
class CatalogStage:
    """A stage of the funnel."""

    id: str
    name: Texts
    owner: Texts
    definition: Texts
    examples: Texts
    unit: str


@dataclass(frozen=True)
class CatalogKpi:
    """A KPI of a channel; ``id`` is unique within the channel.

    ``target`` and ``actual`` are ``input`` or a formula over ids of the same channel; a stage id in a target
    is what the plan asks of the channel at that stage in that month.  ``decomposition`` is an expression
    equal to the KPI ("" if it has none).  ``value`` is the assumption behind ``target = input`` and
    ``basis`` says where its size comes from.  ``weight`` names the KPI whose volume weighs the total of a
    ratio that is typed, as target or as actual.
    """

    id: str
    channel: str
    name: Texts
    definition: Texts
    unit: str
    better: str  # "up" or "down"
    owner: Texts
    rhythm: str  # "weekly" or "monthly"
    source: Texts
    target: str
    actual: str
    decomposition: str = ""
    value: float | None = None
    basis: Texts = field(default_factory=lambda: NO_TEXT)
    weight: str = ""
    states: str = ""  # the entry of the plan that says the same: "order_value"
    on: bool = False  # among the three to five that a marketer reviews each month
    parent: str = ""  # the KPI that this one is a part of
    split: Texts = field(default_factory=lambda: NO_TEXT)  # by what


@dataclass(frozen=True)
class CatalogChannel:
    """A channel.  ``stage`` is its anchor: the stage that it has to deliver ("customers": none of the funnel).

    ``accounts`` what its tab shows of 企業リスト: "reach" (key people and response), "progress" (stages and BANTC), "".
    """

    id: str
    name: Texts
    owner: Texts
    stage: str
    definition: Texts
    kpis: tuple[CatalogKpi, ...]
    accounts: str = ""

    @property
    def anchor(self) -> CatalogKpi | None:
        """The KPI whose target is exactly the channel's stage; None where it delivers none."""
        return next((kpi for kpi in self.kpis if kpi.target == self.stage), None)

    def find_kpi(self, id: str) -> CatalogKpi | None:
        """The KPI with this id, or None."""
        return next((kpi for kpi in self.kpis if kpi.id == id), None)


@dataclass(frozen=True)
class Unit:
    """A unit of a KPI.

    ``dimension`` holds the exponents over count, money and time that are not 0 (a rate: empty);
    ``format`` names a number format of the theme; ``total`` is "sum" or "ratio" (months are not added up);
    ``low`` and ``high`` are the smallest and largest number that may be typed in it (None: any); ``factor``: of a
    unit of money, how many yen it is; ``digits`` how many the format of a total shows after the point; ``also`` what is
    understood for it besides its labels.
    """

    id: str
    label: Texts
    dimension: Mapping[str, int]
    format: str
    total: str
    low: float | None = None
    high: float | None = None
    factor: int = 1
    digits: int = 0
    also: tuple[str, ...] = ()

    @property
    def is_money(self) -> bool:
        return bool(self.dimension.get("money"))


@dataclass(frozen=True)
class Term:
    """A word of the glossary.

    ``origin`` is "plan" (as this workbook computes) or "general" (usual meaning); ``source`` says so in words.
    ``formula`` is "" where there is none.
    """

    id: str
    name: Texts
    definition: Texts
    formula: Texts
    origin: str
    source: Texts


@cache
def _read(name: str) -> dict:
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8"))


@cache
def _by_id(kind: str) -> dict:
    tables: dict[str, Callable[[], tuple]] = {
        "stage": stages,
        "channel": channels,
        "term": terms,
        "unit": lambda: units() + currency_units(),
    }
    return {item.id: item for item in tables[kind]()}


@cache
def stages() -> tuple[CatalogStage, ...]:
    """All stages in funnel order."""
    return tuple(CatalogStage(**row) for row in _read("stages")["stage"])


@cache
def channels() -> tuple[CatalogChannel, ...]:
    """All channels in the order of their tabs, each with all its KPIs."""
    return tuple(
        CatalogChannel(
            **row,
            kpis=tuple(CatalogKpi(channel=row["id"], **kpi) for kpi in _read(f"kpis_{row['id']}")["kpi"]),
        )
        for row in _read("channels")["channel"]
    )


@cache
def units() -> tuple[Unit, ...]:
    """All units that a KPI can have."""
    return tuple(_unit(row) for row in _read("units")["unit"])


@cache
def currency_units() -> tuple[Unit, ...]:
    """The units in which a workbook can hold its money: yen, thousand_yen, million_yen."""
    yen = next(unit for unit in units() if unit.id == "yen")
    return (yen, *(_unit(row) for row in _read("units")["currency_unit"]))


def _unit(row: Mapping[str, Any]) -> Unit:
    return Unit(**{**row, "also": tuple(row.get("also", ()))})


@cache
def terms() -> tuple[Term, ...]:
    """The glossary in reading order."""
    origins = _read("terms")["origin"]
    return tuple(Term(**{"formula": NO_TEXT, **row}, source=origins[row["origin"]]) for row in _read("terms")["term"])


def find_stage(id: str | None) -> CatalogStage | None:
    """The stage with this id, or None."""
    return _by_id("stage").get(id)


def find_channel(id: str | None) -> CatalogChannel | None:
    """The channel with this id, or None."""
    return _by_id("channel").get(id)


def find_unit(id: str | None) -> Unit | None:
    """The unit of a KPI or of money with this id, or None."""
    return _by_id("unit").get(id)


def dimension_of(unit: str) -> Mapping[str, int] | None:
    """The exponents of count, money and time in a unit; None where there is no such unit."""
    found = find_unit(unit)
    return None if found is None else found.dimension


def stage(id: str) -> CatalogStage:
    """The stage with this id; KeyError if there is none."""
    return _by_id("stage")[id]


def channel(id: str) -> CatalogChannel:
    """The channel with this id; KeyError if there is none."""
    return _by_id("channel")[id]


def unit(id: str) -> Unit:
    """The unit of a KPI or of money with this id; KeyError if there is none."""
    return _by_id("unit")[id]


def term(id: str) -> Term:
    """The term with this id; KeyError if there is none."""
    return _by_id("term")[id]
