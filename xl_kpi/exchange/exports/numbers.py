"""A column of numbers as downloads write them: separators, signs, what is missing, what is only bounded.

A column is read as a whole: which sign separates thousands is decided by the cells that leave no doubt.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.exports import is_missing, signs
from xl_kpi.exchange.columns import Column, total_of

if TYPE_CHECKING:
    import pandas as pd

POINT, COMMA, EITHER = ".", ",", ""  # the sign before the decimals; EITHER: no cell decides
_SIGNED = re.compile(r"(-|\+|△|▲)?(.*)")
_BRACKETS = re.compile(r"\((.*)\)")
_BOUNDED = re.compile(r"[<>≤≥]")
# Thousands and decimals in either way, and what is the same in both.
_POINT = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+")
_COMMA = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]*)?|,[0-9]+")
_MOST_DIGITS = 15
_GROUP = 3  # digits between two signs of thousands


@cache
def _around() -> re.Pattern[str]:
    """What may stand beside a number: blanks and signs of money, the longest first; a yen sign may be a backslash."""
    written = sorted(signs().money_signs, key=len, reverse=True)
    return re.compile("|".join([r"[\s\\]", *map(re.escape, written)]), re.IGNORECASE)


@dataclass(frozen=True)
class Numbers:
    """What a column says.

    ``values``: an exact number a row (int or Fraction), None where there is none.  ``missing``: nothing stands there;
    ``bounded``: only a bound does (< 10 %), which is no number; ``bad``: something that is no number.  ``decimal``:
    the sign before decimals, EITHER where ``1.234`` may be one or a thousand of it and no cell decides.
    ``shares``: the cell bears a percent sign, and its value is a part of 1.
    """

    values: pd.Series[Any]
    missing: pd.Series[bool]
    bounded: pd.Series[bool]
    bad: pd.Series[bool]
    decimal: str
    shares: pd.Series[bool]

    @property
    def percent(self) -> bool:
        """Whether some cell bears a percent sign."""
        return bool(self.shares.any())

    @property
    def odd(self) -> pd.Series[bool]:
        """Cells that can't be added to amounts or counts: words, and parts of a whole."""
        return self.bad | self.shares & ~self.missing & ~self.bounded

    @property
    def amounts(self) -> pd.Series[Any]:
        """The values without those of shares."""
        return self.values.where(~self.shares, None) if self.percent else self.values

    @property
    def total(self) -> Fraction:
        """The sum of what is a number."""
        return total_of(self.values.dropna())


def read_numbers(cells: pd.Series[Any], decimal: str = EITHER) -> Numbers:
    """The numbers of a column.

    Arguments: ``cells`` as they stand in the file; ``decimal`` what the user or the system says of decimals.
    Special cases: ``"1,204.50"``, ``1.234,5``, full-width digits, ``¥1,200``, ``(5)``, ``△5`` and ``45 %`` are read;
    ``--`` and blanks are missing, never 0; ``< 10 %`` is bounded; NaN, infinity and formulas are bad.
    Example: ``read_numbers(pd.Series(["1,204.50", "--"])).total`` is 1204.5.
    """
    column = Column(cells)
    kinds = [_plain(cell) or _Cell(cell) for cell in column.kinds]
    told = {one.decimal for one in kinds} - {EITHER}
    agreed = decimal or (told.pop() if len(told) == 1 else EITHER)
    doubtful = any(one.doubtful for one in kinds)
    by_kind = [one.value(agreed or POINT) for one in kinds]
    values = column.spread(by_kind)
    missing = column.spread((one.is_missing for one in kinds), bool)
    bounded = column.spread((one.is_bounded for one in kinds), bool)
    return Numbers(
        values,
        missing,
        bounded,
        column.spread((value is None for value in by_kind), bool) & ~missing & ~bounded,
        agreed or (EITHER if doubtful else POINT),
        column.spread((one.is_percent for one in kinds), bool),
    )


@dataclass(frozen=True)
class _Plain:
    """A cell of digits alone, or of digits with a point that leaves no doubt: what nearly all cells are."""

    number: int | Fraction
    decimal: str
    doubtful: bool = False
    is_percent: bool = False
    is_missing: bool = False
    is_bounded: bool = False

    def value(self, decimal: str) -> int | Fraction | None:
        return None if self.decimal == POINT and decimal == COMMA else self.number


def _plain(cell: Any) -> _Plain | None:
    """A cell that needs no closer look; None for others."""
    if not isinstance(cell, str) or not cell.isascii() or len(cell) > 2 * _MOST_DIGITS:
        return None
    if cell.isdigit():
        return _Plain(int(cell), EITHER)
    whole, sign, parts = cell.partition(POINT)
    if sign and whole.isdigit() and parts.isdigit() and len(parts) != _GROUP:
        return _Plain(Fraction(int(whole + parts), 10 ** len(parts)), POINT)
    return None


class _Cell:
    """One cell, taken apart; what its separators mean is decided by its column."""

    def __init__(self, cell: Any):
        self.number: Fraction | None = None
        self.words, self.sign, self.is_percent, self.is_missing, self.is_bounded = "", 1, False, False, False
        if isinstance(cell, bool):
            self.words = str(cell)
        elif isinstance(cell, (int, float, Decimal)):
            shown = str(cell)
            self.number = Fraction(shown) if re.fullmatch(r"[-+0-9.eE]+", shown) else None
            self.words = shown
        else:
            self._read(str(cell))

    def _read(self, cell: str) -> None:
        self.is_missing = is_missing(cell)
        words = _around().sub("", unicodedata.normalize("NFKC", cell).replace("−", "-"))
        self.is_bounded = bool(_BOUNDED.match(words))
        self.is_percent = words.endswith("%")
        words = words.removesuffix("%")
        if inside := _BRACKETS.fullmatch(words):
            self.sign, words = -1, inside[1]
        elif (signed := _SIGNED.fullmatch(words)) and signed[1]:
            self.sign, words = (1 if signed[1] == "+" else -1), signed[2]
        self.words = words

    @property
    def decimal(self) -> str:
        """The sign before the decimals as far as this cell alone decides it."""
        if self.number is not None:
            return EITHER
        as_point, as_comma = bool(_POINT.fullmatch(self.words)), bool(_COMMA.fullmatch(self.words))
        if as_point == as_comma:
            return EITHER
        return POINT if as_point else COMMA

    @property
    def doubtful(self) -> bool:
        """``1.234``: a number in both ways, and not the same one.  ``1,234`` is a thousand where nothing else says."""
        return self.decimal == EITHER and bool(re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", self.words))

    def value(self, decimal: str) -> Fraction | None:
        """The number, None where it is none."""
        if self.is_missing or self.is_bounded:
            return None
        if self.number is not None:
            return self.number
        if not (_POINT if decimal == POINT else _COMMA).fullmatch(self.words) or len(self.words) > 2 * _MOST_DIGITS:
            return None
        thousands = COMMA if decimal == POINT else POINT
        plain = self.words.replace(thousands, "").replace(decimal, POINT)
        return self.sign * Fraction(plain if plain != POINT else "0") / (100 if self.is_percent else 1)
