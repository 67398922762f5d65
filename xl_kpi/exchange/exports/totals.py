"""Rows of totals: taken out of a table, then used to check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.exports import folded, signs
from xl_kpi.exchange.columns import Column

if TYPE_CHECKING:
    import pandas as pd

_FIRST_CELLS = 4  # a row of totals says so in one of its first cells


@dataclass(frozen=True)
class Control:
    """A total that the file states beside the sum of the rows that were read: equal, or the file does not fit."""

    column: str
    stated: Fraction
    summed: Fraction


def totals_in(rows: pd.DataFrame, words: Sequence[int]) -> pd.Series[bool]:
    """Which rows are totals.

    Arguments: ``rows`` the table; ``words`` the places of columns that hold words or dates: numbers are not asked.
    Equation: a cell says a word of totals alone, or one with a colon behind it ("Total: Account").
    Special cases: a campaign called "Total body care" is none.
    """
    import pandas as pd

    found = pd.Series(False, index=rows.index)
    for place in list(words)[:_FIRST_CELLS]:
        found |= Column(rows.iloc[:, place]).each(_says_total, bool)
    return found


def _says_total(cell: Any) -> bool:
    word = folded(cell) if isinstance(cell, str) else ""
    return word in signs().totals or word.split(":")[0] in signs().totals and ":" in word


def controls(stated: Mapping[str, Sequence[Fraction]], summed: Mapping[str, Fraction]) -> tuple[Control, ...]:
    """What the totals say about the rows.

    Arguments: ``stated``: column → the totals that stand in it; ``summed``: column → the sum of its rows.
    Result: one control a column: the stated total that is the sum where one is, else the largest (subtotals are
    smaller).
    """
    return tuple(
        Control(column, summed[column] if summed[column] in numbers else max(numbers), summed[column])
        for column, numbers in stated.items()
        if numbers and column in summed
    )
