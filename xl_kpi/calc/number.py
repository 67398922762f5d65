"""Exact numbers: any number to a Fraction, the ceiling without binary noise, and checks of single values."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from numbers import Rational

from xl_kpi.calc.errors import KpiError, is_blank

SIGNIFICANT_DIGITS = 14  # a double holds 15 to 17; the last ones are noise after a few operations
LARGEST_EXPONENT = 400  # just beyond a double's range; a Decimal of 1E+999999999 would fill the memory


def exact(x, argument: str = "number", position: int | None = None, allowed: str = "number") -> Fraction:
    """The number as a fraction that stands for exactly what was typed.

    Arguments: ``x`` an int, Fraction, Decimal or float; ``argument``, ``position`` and ``allowed`` are for
    the message of the error.
    Result: a Fraction.  A float counts as its shortest decimal form: 0.1 is 1/10.
    Errors: KpiError #VALUE! for blanks, text, bool and anything else; #NUM! for nan and infinity.
    Example:
    >>> exact(0.1)
    Fraction(1, 10)
    """
    if isinstance(x, float):
        if not math.isfinite(x):
            raise KpiError("#NUM!", argument, position, x, allowed)
        # float.__repr__, because subclasses of float write their own name into repr
        return Fraction(Decimal(float.__repr__(x)))
    if isinstance(x, Fraction):
        return x
    if isinstance(x, Rational) and not isinstance(x, bool):
        return Fraction(int(x.numerator), int(x.denominator))
    if isinstance(x, Decimal):
        if not x.is_finite() or abs(x.adjusted()) > LARGEST_EXPONENT:
            raise KpiError("#NUM!", argument, position, x, allowed)
        return Fraction(x)
    raise KpiError("#VALUE!", argument, position, x, allowed)


def clean_ceiling(x) -> int:
    """The smallest whole number that is not below x, once binary noise is taken off x.

    Arguments: ``x`` a number.
    Result: an int, 0 or more.
    Equation: ceiling(x rounded to 14 significant digits, halves up); in a cell
    ``IF(x<=0,0,ROUNDUP(ROUND(x,13-INT(LOG10(x))),0))``.
    Special cases: 0 and below give 0, as in the cell.
    Errors: KpiError as for ``exact``.
    Example: 7 ÷ (0.7 × 0.1) is a hair above 100 in binary.
    >>> clean_ceiling(7 / (0.7 * 0.1)), clean_ceiling(100.0001)
    (100, 101)
    """
    value = exact(x)
    above, below = value.numerator, value.denominator
    if above <= 0:
        return 0
    # 13 - INT(LOG10(x)) decimals; the logarithm is estimated from the bits, then corrected
    exponent = math.floor((above.bit_length() - below.bit_length()) * math.log10(2))
    while above * 10 ** max(-exponent, 0) < below * 10 ** max(exponent, 0):
        exponent -= 1
    while above * 10 ** max(-exponent - 1, 0) >= below * 10 ** max(exponent + 1, 0):
        exponent += 1
    decimals = SIGNIFICANT_DIGITS - 1 - exponent
    unit_above, unit_below = 10 ** max(decimals, 0), 10 ** max(-decimals, 0)
    rounded = (2 * above * unit_above + below * unit_below) // (2 * below * unit_below)
    return -(-rounded * unit_below // unit_above)


def zero_or_more(x, argument: str, position: int | None = None) -> Fraction:
    """``x`` as a Fraction; KpiError where it is no number (#VALUE!) or negative (#NUM!)."""
    value = exact(x, argument, position, "zero_or_more")
    if value < 0:
        raise KpiError("#NUM!", argument, position, x, "zero_or_more")
    return value


def above_zero(x, argument: str, position: int | None = None) -> Fraction:
    """``x`` as a Fraction; KpiError where it is no number (#VALUE!), 0 (#DIV/0!) or negative (#NUM!)."""
    value = exact(x, argument, position, "above_zero")
    if value <= 0:
        raise KpiError("#DIV/0!" if value == 0 else "#NUM!", argument, position, x, "above_zero")
    return value


def whole(x, argument: str, position: int | None = None, *, low: int, high: int) -> int:
    """``x`` as an int; KpiError where it is no number (#VALUE!), not whole or outside low…high (#NUM!)."""
    try:
        value = exact(x, argument, position)
    except KpiError as error:
        raise KpiError(error.code, argument, position, x, "whole", low=f"{low:,}", high=f"{high:,}") from None
    if value.denominator != 1 or not low <= value <= high:
        raise KpiError("#NUM!", argument, position, x, "whole", low=f"{low:,}", high=f"{high:,}")
    return int(value)


def listed(values) -> list:
    """A row, a column or one value as a list without the blanks at its end (blanks in between stay)."""
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        values = [values]
    items = list(values)
    while items and is_blank(items[-1]):
        items.pop()
    return items
