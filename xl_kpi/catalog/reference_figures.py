"""Published figures to hold a plan against, as data in reference_figures.toml: never a default, never a verdict."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from math import prod

from xl_kpi.catalog.loader import Texts


@dataclass(frozen=True)
class ReferenceFigure:
    """One published band, ``low`` to ``high``, both within it.

    ``what`` is "rate" (from stage ``start`` to stage ``end``, a part of 1), "kpi" (of the rows ``kpis``,
    "<channel>.<id>"), "cost" (yen for one lead), "ratio" (LTV ÷ CAC), "cac" (US dollars) or "days".  Of one ``series``
    the steps follow each other.  ``date`` as it was stated, "" where it was not.
    """

    id: str
    what: str
    low: Fraction
    high: Fraction
    source: str
    date: str
    definition: Texts
    start: str = ""
    end: str = ""
    series: str = ""
    kpis: tuple[str, ...] = ()

    @property
    def cited(self) -> str:
        """Source and date, as a message names them."""
        return f"{self.source} {self.date}".strip()


@dataclass(frozen=True)
class Band:
    """All that was published about one thing taken together: what lies between two bands is within."""

    low: Fraction
    high: Fraction
    figures: tuple[ReferenceFigure, ...]

    def holds(self, value: Fraction) -> bool:
        return self.low <= value <= self.high


@cache
def reference_figures() -> tuple[ReferenceFigure, ...]:
    """Every published figure, in the order of the file."""
    rows = tomllib.loads((files(__package__) / "reference_figures.toml").read_text("utf-8"))["figure"]
    return tuple(_figure(row) for row in rows)


def _figure(row: dict) -> ReferenceFigure:
    low, high = (Fraction(str(row.pop(name))) for name in ("low", "high"))
    start, end, kpis = row.pop("from", ""), row.pop("to", ""), tuple(row.pop("kpis", ()))
    return ReferenceFigure(low=low, high=high, start=start, end=end, kpis=kpis, **row)


@cache
def published_rate(start: str, end: str) -> Band | None:
    """What was published of the rate from one stage to a later one; None where nothing was.

    Equation: from the lowest to the highest of the figures of this way and of the products of figures of one series,
    or of one source, whose steps make it up.
    Example: leads to opportunities: 20–30 % as such, and 15 × 30 × 50 % to 30 × 50 × 75 % of one source's ranges.
    """
    return _band(list(_ways(start, end)))


@cache
def published_kpi(channel: str, kpi: str) -> Band | None:
    """What was published of a KPI of the catalog; None where nothing was."""
    name = f"{channel}.{kpi}"
    return _band([(one,) for one in reference_figures() if name in one.kpis])


@cache
def published_lead_cost() -> Band | None:
    """What was published of the cost of one lead, in yen."""
    return _band([(one,) for one in reference_figures() if one.what == "cost"])


@cache
def stages_published() -> frozenset[str]:
    """The stages that figures of rates begin or end at."""
    rates = [one for one in reference_figures() if one.what == "rate"]
    return frozenset(stage for one in rates for stage in (one.start, one.end))


def _band(ways: Sequence[Sequence[ReferenceFigure]]) -> Band | None:
    if not ways:
        return None
    lows = [prod((one.low for one in way), start=Fraction(1)) for way in ways]
    highs = [prod((one.high for one in way), start=Fraction(1)) for way in ways]
    return Band(min(lows), max(highs), tuple({one.id: one for way in ways for one in way}.values()))


def _ways(start: str, end: str) -> Iterator[tuple[ReferenceFigure, ...]]:
    """Figures whose steps lead from one stage to the other, those of one way of one series."""
    for one in reference_figures():
        if one.what == "rate" and one.start == start:
            if one.end == end:
                yield (one,)
            else:
                own = one.series or one.source
                yield from ((one, *way) for way in _ways(one.end, end) if (way[0].series or way[0].source) == own)
