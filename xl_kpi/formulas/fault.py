"""What can be wrong with a KPI formula, and the dimensions (count, money, time) that its messages name."""

from __future__ import annotations

from collections.abc import Mapping

from xl_kpi.errors import Joined, Phrase, Words, XlKpiError

Dimension = tuple[int, int, int]
"""Exponents of count, money and time: (1, 0, 0) is a number of things, (-1, 1, 0) money for each."""

PARTS_OF_DIMENSION = ("count", "money", "time")


class FormulaFault(XlKpiError):
    """A KPI formula, or a row that holds one, can't be used."""


def as_dimension(exponents: Dimension | Mapping[str, int]) -> Dimension:
    """A dimension from the catalog's way to write it: {"money": 1, "count": -1} is (-1, 1, 0)."""
    if isinstance(exponents, Mapping):
        count, money, time = (exponents.get(part, 0) for part in PARTS_OF_DIMENSION)
        return count, money, time
    return exponents


def dimension_name(dimension: Dimension) -> Phrase:
    """A dimension in words: (-1, 1, 0) is "money ÷ count", (0, 0, 0) "a ratio"."""
    words = [Words(f"dimension_{part}") for part in PARTS_OF_DIMENSION]
    above = tuple(word for word, times in zip(words, dimension) for _ in range(times))
    below = tuple(word for word, times in zip(words, dimension) for _ in range(-times))
    if not above and not below:
        return Words("dimension_none")
    return Joined((Joined(above, " × ") if above else "1", *below), " ÷ ")
