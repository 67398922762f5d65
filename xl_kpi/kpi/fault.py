"""What can be wrong with a KPI formula, and the dimensions (count, money, time) that its messages name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xl_kpi.catalog import text
from xl_kpi.errors import XlKpiError

Dimension = tuple[int, int, int]
"""Exponents of count, money and time: (1, 0, 0) is a number of things, (-1, 1, 0) money for each."""

PARTS_OF_DIMENSION = ("count", "money", "time")


class FormulaFault(XlKpiError):
    """A KPI formula, or a row that holds one, can't be used; ``message(lang)`` says why.

    ``key`` is the text in the catalog, ``values`` fill its placeholders; a value that is a function is
    asked for its words in the language.
    """

    def __init__(self, key: str, **values: object):
        self.key = key
        self.values = values
        super().__init__(self.message("en"))

    def message(self, lang: str) -> str:
        """The reason in Japanese ("ja") or English ("en")."""
        values = {name: value(lang) if callable(value) else value for name, value in self.values.items()}
        return text(self.key, lang, **values)


def as_dimension(exponents: Dimension | Mapping[str, int]) -> Dimension:
    """A dimension from the catalog's way to write it: {"money": 1, "count": -1} is (-1, 1, 0)."""
    if isinstance(exponents, Mapping):
        count, money, time = (exponents.get(part, 0) for part in PARTS_OF_DIMENSION)
        return count, money, time
    return exponents


def dimension_name(dimension: Dimension) -> Callable[[str], str]:
    """A dimension in words, by language: (-1, 1, 0) is "money ÷ count", (0, 0, 0) "a ratio"."""

    def named(lang: str) -> str:
        words = [text(f"dimension_{part}", lang) for part in PARTS_OF_DIMENSION]
        above = [word for word, times in zip(words, dimension) for _ in range(times)]
        below = [word for word, times in zip(words, dimension) for _ in range(-times)]
        if not above and not below:
            return text("dimension_none", lang)
        return " ÷ ".join([" × ".join(above) or "1", *below])

    return named
