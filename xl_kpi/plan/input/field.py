"""One thing that can be typed: how it is read, where it stands in the plan, what its cell looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from xl_kpi.catalog import Unit, find_unit, is_text, text
from xl_kpi.catalog.messages import worded
from xl_kpi.plan.input.raw_values import Unreadable
from xl_kpi.plan.input.reading import (
    read_listed,
    read_money,
    read_named,
    read_number,
    read_rate,
    read_share,
    read_suggested,
    read_text,
    read_word,
)
from xl_kpi.plan.model import Plan

Reader = Callable[..., Any]
_OF_A_LIST = (read_listed, read_named, read_suggested, read_word)  # readers that are told the list
GOAL, KPI = "goal", "kpi"  # units that are known with the plan only: the goal's, and that of a KPI's row
STAGES_BY_NAME = "stages"  # a stage of the plan, typed by its name
MONEY = "money"  # in the unit in which the plan has its money; what one thing costs is always in yen


@dataclass(frozen=True)
class Field:
    """One thing that can be typed: a single entry, or a column of a table (``tbl_stages.rate``).

    ``read`` and ``bounds`` (its options) turn what was typed into the value, unless it is counted in the ``unit`` of
    the goal, of a KPI or of the plan's money; ``choices`` is a list of the catalog.  ``optional``: a blank means
    ``default``.
    ``at`` is where the value stands in the Plan ("goal.value", "months"; "" in ``Plan.settings``), ``source`` its
    path in a text source where that is another one.  ``section`` is the block of 設定, ``format`` a number format of
    the theme, ``positive``: the cell on 設定 takes numbers above 0 only.  ``option`` and ``metavar`` are those of
    `new`; ``is_set``: ``--set`` knows it; ``name`` is what it calls a column that it does not call as we do.
    ``free``: the list of ``choices`` is an offer, and other words may be typed as well.
    ``figure``: a number of the company's own, which in a plan from a template is an example until it is replaced.
    ``page``: a single entry that stands on this optional page and not on 設定.  ``refers``: the value is the id of a
    row elsewhere, shown and typed by its name ("kpi": ``plan.pages.kpi_links``;
    "stages": ``plan.pages.named``, where ``choices`` says what else there is).
    """

    key: str
    read: Reader = read_text
    at: str = ""
    section: str = ""
    format: str = ""
    bounds: Mapping[str, Any] = field(default_factory=dict)
    optional: bool = False
    default: Any = None
    choices: str = ""
    unit: str = ""
    positive: bool = False
    source: str = ""
    option: str = ""
    metavar: str = ""
    name: str = ""
    label: str = ""
    is_set: bool = True
    figure: bool = False
    page: str = ""
    refers: str = ""
    free: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """What the reader is called with."""
        return {**self.bounds, **({"choices": self.choices} if self.choices and self.read in _OF_A_LIST else {})}

    @property
    def path(self) -> str:
        """Where a text source has it: "goal.value", "title"."""
        return self.source or self.at or self.key

    @cached_property
    def table(self) -> str:
        return self.key.partition(".")[0]

    @cached_property
    def column(self) -> str:
        return self.key.partition(".")[2]

    def reader(self, unit: str = "", factor: int = 1) -> tuple[Reader, dict[str, Any]]:
        """The reader with its options.

        Arguments: ``unit`` that of the goal or of the KPI, for amounts in it; ``factor`` how many yen a number alone
        stands for where the header names the plan's unit of money.
        """
        if self.unit == KPI:
            return value_reader(unit, factor)
        if self.in_money(unit):
            return read_money, {**self.options, "factor": factor}
        return read_number if self.unit == GOAL else self.read, self.options

    def in_money(self, unit: str) -> bool:
        """Whether it is an amount in the plan's unit of money; ``unit`` as for ``reader``."""
        return self.unit == MONEY or self.unit in (GOAL, KPI) and unit == "yen"

    def get(self, plan: Plan) -> Any:
        """The value of a single entry."""
        holder, _, name = self.at.rpartition(".")
        return getattr(plan.goal if holder else plan, name) if name else plan.settings.get(self.key, self.default)

    def words(self, kind: str, lang: str) -> str:
        """The text ``<kind>_<key>``: its label, hint, or what is allowed; without one its bounds say it."""
        if kind == "label" and self.label and not self.column:
            return text(self.label, lang)
        if is_text(f"{kind}_{self.key}"):
            return text(f"{kind}_{self.key}", lang)
        try:
            self.read(object(), **self.options)
        except Unreadable as refused:
            return worded(refused.allowed, lang)
        return ""


def value_reader(unit: str, factor: int = 1) -> tuple[Reader, dict[str, Any]]:
    """The reader, with its options, for the assumption of a KPI in this unit; ``factor`` as for ``Field.reader``."""
    found = find_unit(unit)
    if found and found.format == "rate":
        return read_rate, {}
    if found and found.is_money:
        return read_money, {**_bounds(found), **_factor(unit, factor)}
    return read_number, {"percent": True, **_bounds(found)}


def actual_reader(unit: str, factor: int = 1) -> tuple[Reader, dict[str, Any]]:
    """The reader, with its options, for an actual in this unit; ``factor`` as for ``Field.reader``."""
    found = find_unit(unit)
    if found and found.format == "rate":  # a month may well bring nothing, so 0 is allowed
        return read_share, {"optional": True}
    if found and found.is_money:
        return read_money, {"optional": True, **_bounds(found), **_factor(unit, factor)}
    return read_number, {"optional": True, **_bounds(found)}


def _factor(unit: str, factor: int) -> dict[str, int]:
    """What one thing costs (円/件) is in yen in every workbook."""
    return {"factor": factor} if unit == "yen" else {}


def _bounds(unit: Unit | None) -> dict[str, Any]:
    both: dict[str, Any] = {"low": unit.low, "high": unit.high} if unit else {}
    counted = {"counted": "days"} if unit and unit.format == "day" else {}
    return {side: number for side, number in both.items() if number is not None} | counted
