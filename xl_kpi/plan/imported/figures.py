"""Figures on their way into the plan: what a file says of one KPI in one month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from math import isclose

from xl_kpi.errors import Phrase

STAGE = "stage"  # in place of a channel: what a stage of the funnel counts over all of them

SOURCES = "tbl_sources"  # the table of データ元
LEFT = "left"  # of a row of it: its number is known and not used

_DIGITS = 1e-9  # of a number, relative


@dataclass(frozen=True)
class Figure:
    """One number of a file.

    ``channel`` and ``kpi`` are ids of the plan, of a stage over all channels ``STAGE`` and its id; ``month`` the first
    day of its month; ``first`` and ``last`` the days of that month that the file covers; ``value`` exact, money in the
    plan's currency; ``rows`` how many rows of the file are added up in it; ``names`` of the campaigns or sources that
    they are about, empty where rows bear none.  ``lasting``: these names never change (numbers of webinars), so that
    what bears another one is surely about something else.  ``first_part``: where the first of its numbers
    stands that is not whole, None where all are, or where that is usual (money).
    """

    channel: str
    kpi: str
    month: dt.date
    value: Fraction
    first: dt.date
    last: dt.date
    rows: int
    names: frozenset[str] = frozenset()
    lasting: bool = False
    first_part: Phrase = None

    @property
    def link(self) -> str:
        """The id by which its KPI or stage is linked: ``ads.cost``, ``stage:mql``."""
        return f"{STAGE}:{self.kpi}" if self.channel == STAGE else f"{self.channel}.{self.kpi}"


@dataclass(frozen=True)
class Batch:
    """The figures of one file: ``file`` its name, ``system`` the name of where it comes from."""

    file: str
    system: str
    figures: tuple[Figure, ...]


def is_alike(one: float | None, other: float | None) -> bool:
    """Whether two numbers are the same one: programs write the last digits of thirds and sevenths as they like."""
    return one == other or (one is not None and other is not None and isclose(one, other, rel_tol=_DIGITS))
