"""A column of many rows, read by its different cells: each is looked at once, whatever the number of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class Column:
    """The different cells of a column (``kinds``), and which of them stands in each row.

    Special cases: 1, 1.0 and True, which are the same to a dictionary, are different cells.
    """

    def __init__(self, cells: pd.Series[Any]):
        import pandas as pd

        self._index = cells.index
        told = cells.map(_typed) if any(not isinstance(cell, str) for cell in cells.unique()) else cells
        self._codes, found = pd.factorize(told, use_na_sentinel=False)
        self.kinds: list[Any] = [cell[1] if isinstance(cell, tuple) else cell for cell in found]

    def spread(self, values: Iterable[Any], dtype: Any = object) -> pd.Series[Any]:
        """A value a row, of those of the kinds in their order."""
        import pandas as pd

        given = list(values)
        each = pd.Series(given, dtype=object) if dtype is object else pd.Series(given, dtype=dtype)
        return pd.Series(each.to_numpy()[self._codes], index=self._index)

    def each(self, value: Callable[[Any], Any], dtype: Any = object) -> pd.Series[Any]:
        """What a function says of the cell of each row."""
        return self.spread(map(value, self.kinds), dtype)


def _typed(cell: Any) -> Any:
    return cell if isinstance(cell, str) else (type(cell).__name__, cell)


def total_of(numbers: Iterable[Any]) -> Fraction:
    """The exact sum of whole numbers and fractions: what has the same denominator is added first.

    Example: ``total_of([1, Fraction(1, 2), Fraction(1, 2)])`` is 2.
    """
    given = list(numbers)
    if {*map(type, given)} <= {int}:
        return Fraction(sum(given))
    tops: Counter[int] = Counter()
    for number in given:
        tops[number.denominator] += number.numerator
    return sum((Fraction(top, bottom) for bottom, top in tops.items()), Fraction(0))
