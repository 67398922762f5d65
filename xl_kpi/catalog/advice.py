"""Advice: from a KPI that is off its plan to the likely cause and the action (R1–R10), as data in advice.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import cache
from importlib.resources import files

from xl_kpi.calc import KpiError, exact
from xl_kpi.calc.errors import is_blank, is_error_value

COMPARISONS = ("below_plan", "above_plan", "below", "above")
SLACK = Fraction(1, 10**9)


@dataclass(frozen=True)
class Advice:
    """One row of the advice table; the columns are explained at the top of advice.toml.

    ``key`` names the row; of one that a plan has of its own it is the id of its row there, and ``is_own`` says so.
    ``owner`` who sees to the action, where the plan says it.
    """

    id: str
    channel: str
    kpi: str
    comparison: str
    threshold: float
    cause: Mapping[str, str]
    action: Mapping[str, str]
    although: tuple[str, ...] = ()
    key: str = ""
    general: bool = False
    known: bool = False
    owner: str = ""
    is_own: bool = False

    @property
    def of_plan(self) -> bool:
        """Whether the threshold is one of the plan, not of the KPI itself."""
        return self.comparison.endswith("_plan")

    def text(self, lang: str) -> str:
        """Cause and action in one line."""
        return " → ".join(words for words in (self.cause[lang], self.action[lang]) if words)


@cache
def advice() -> tuple[Advice, ...]:
    """All rows, in the order in which they are tried."""
    rows = tomllib.loads((files(__package__) / "advice.toml").read_text("utf-8"))["advice"]
    return tuple(Advice(**{**row, "although": tuple(row.get("although", ()))}) for row in rows)


def find_advice(
    channel: str,
    kpi: str,
    plan: object,
    actual: object,
    *,
    others: Mapping[str, tuple] | None = None,
    table: Iterable[Advice] | None = None,
) -> Advice | None:
    """The first row of the table that fits a KPI and its figures, or None.

    Arguments: ``channel`` and ``kpi`` ids; ``plan`` and ``actual`` the KPI's figures, in one unit; ``others``
    (plan, actual) of other KPIs of the channel by id, as far as they are known; ``table`` the rows (None:
    those of the catalog).
    Result: an Advice or None.
    Special cases: ids that no row names have no advice.  A row that says "although opens are high" is taken
    unless one of those KPIs is known to be below its plan; one with ``known`` only where one of them is known, or
    where nothing is said of other KPIs.
    Errors: KpiError: #VALUE! for a blank id, for a plan or actual that is blank or no number, #NUM! for nan;
    an error value is handed on.
    Example:
    >>> find_advice("webinar", "registrations", 200, 120).id
    'R1'

    Source: R1–R10.
    """
    names = _id(channel, "channel"), _id(kpi, "kpi")
    target, real = exact(plan, "plan"), exact(actual, "actual")
    known = others or {}
    for row in advice() if table is None else table:
        if (
            all(map(fnmatchcase, names, (row.channel, row.kpi)))
            and _applies(row, target, real)
            and (not row.known or others is None or any(id in known for id in row.although))
            and all(_is_reached(*map(exact, known[id])) for id in row.although if id in known)
        ):
            return row
    return None


def kpi_advice(
    channel: str,
    kpi: str,
    plan: object,
    actual: object,
    lang: str = "ja",
    *,
    others: Mapping[str, tuple] | None = None,
    table: Iterable[Advice] | None = None,
) -> str:
    """Cause and action for a KPI that is off its plan, as one text; "" where nothing needs to be said.

    Arguments: as for ``find_advice``; ``lang`` "ja" or "en".
    Result: a text.
    Errors: as for ``find_advice``.
    Example:
    >>> kpi_advice("webinar", "registrations", 200, 120, "en")
    'The invitation may not reach people. → Review the invitation: media, timing and message.'
    >>> kpi_advice("webinar", "registrations", 200, 200, "en")
    ''

    Source: R1–R10.
    """
    row = find_advice(channel, kpi, plan, actual, others=others, table=table)
    return "" if row is None else row.text(lang)


def _applies(row: Advice, plan: Fraction, actual: Fraction) -> bool:
    # as a typed decimal, and multiplied instead of divided: a plan of 0 needs no case of its own
    bar = exact(row.threshold) * (plan if row.of_plan else 1)
    slack = SLACK * abs(bar)  # the last digits of a target that was typed as it is shown
    return actual < bar - slack if row.comparison.startswith("below") else actual > bar + slack


def _is_reached(plan: Fraction, actual: Fraction) -> bool:
    return actual >= plan - SLACK * abs(plan)


def _id(value: object, argument: str) -> str:
    if not isinstance(value, str) or is_blank(value) or is_error_value(value):
        raise KpiError("#VALUE!", argument, None, value, "name")
    return value.strip()
