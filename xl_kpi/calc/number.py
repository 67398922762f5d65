"""Exact numbers: any number to a Fraction, the ceiling without binary noise, and checks of single values."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from numbers import Rational

from xl_kpi.calc.errors import KpiError, is_blank

# So much below a half is one: every engine sees a half with its noise on the same side, and no plain number lies there.
HALF_NOISE = Fraction(123, 100_000)
_HALF = Fraction(1, 2) + HALF_NOISE
SIGNIFICANT_DIGITS = 14  # a double holds 15 to 17; the last ones are noise after a few operations
LARGEST_WHOLE = 2**53  # below it a whole double and its shortest decimal form are the same number
LARGEST_EXPONENT = 400  # just beyond a double's range; a Decimal of 1E+999999999 would fill the memory

_shortest = float.__repr__  # subclasses of float write their own name into repr
# By the length of "0.…", of which a double has at most 22 characters: "0." and three zeros before 17 digits.
_POWERS = (0, 0, *(10**decimals for decimals in range(21)))


def exact(x: object, argument: str = "number", position: int | None = None, allowed: str = "number") -> Fraction:
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
        if -LARGEST_WHOLE < x < LARGEST_WHOLE and x.is_integer():  # most numbers in cells, and soon done
            return Fraction(int(x))
        return Fraction(Decimal(_shortest(x)))
    if isinstance(x, Fraction):
        return x
    if isinstance(x, Rational) and not isinstance(x, bool):
        return Fraction(int(x.numerator), int(x.denominator))
    if isinstance(x, Decimal):
        if not x.is_finite() or abs(x.adjusted()) > LARGEST_EXPONENT:
            raise KpiError("#NUM!", argument, position, x, allowed)
        return Fraction(x)
    raise KpiError("#VALUE!", argument, position, x, allowed)


def decimal_ratio(x: float) -> tuple[int, int]:
    """A finite float as a pair (above, below) that stands for its shortest decimal form, not always reduced.

    Example:
    >>> decimal_ratio(0.25), decimal_ratio(1e-7)
    ((25, 100), (1, 10000000))
    """
    digits = _shortest(x)
    if digits[:2] == "0.":  # an exponent never follows; a Decimal takes twice as long
        return int(digits[2:]), _POWERS[len(digits)]
    return Decimal(digits).as_integer_ratio()


def clean_ceiling(x: object) -> int:
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
    return ceiling_of_ratio(value.numerator, value.denominator)


def ceiling_of_ratio(above: int, below: int) -> int:
    """``clean_ceiling`` of above ÷ below, two whole numbers, the second above 0.

    Example:
    >>> ceiling_of_ratio(200, 3)
    67
    """
    if above <= 0:
        return 0
    quotient, rest = divmod(above, below)
    if not quotient:
        return 1
    if quotient < 10**SIGNIFICANT_DIGITS:  # up, unless the rest vanishes when it is rounded
        decimals = SIGNIFICANT_DIGITS - len(str(quotient))
        return quotient + (2 * rest * 10**decimals >= below)
    # the number of digits is estimated from the bits, then corrected: str() refuses very long numbers
    exponent = math.floor((quotient.bit_length() - 1) * math.log10(2))
    while 10 ** (exponent + 1) <= quotient:
        exponent += 1
    while 10**exponent > quotient:
        exponent -= 1
    unit = 10 ** (exponent - SIGNIFICANT_DIGITS + 1)
    return (2 * above + below * unit) // (2 * below * unit) * unit


def nearest(x: Fraction, digits: int = 0) -> Fraction:
    """The nearest number with so many digits after the point; a half goes up, a hair less binary noise or not.

    Arguments: ``digits`` below 0: tens, hundreds … are counted.
    Equation: in a cell ``ROUND(x+0.00123,0)``.
    Example:
    >>> nearest(Fraction(7, 2)), nearest(Fraction(17, 5)), nearest(Fraction(15_100), -3)
    (Fraction(4, 1), Fraction(3, 1), Fraction(15000, 1))
    """
    above, below = x.numerator, x.denominator
    if digits > 0:
        above *= 10**digits
    else:
        below *= 10**-digits
    # the sum as one fraction of whole numbers: Fractions would be brought to lowest terms after each step
    whole = (above * _HALF.denominator + below * _HALF.numerator) // (below * _HALF.denominator)
    return Fraction(whole, 10**digits) if digits > 0 else Fraction(whole * 10**-digits)


def nearest_float(x: float, digits: int = 0) -> float:
    """``nearest`` of a float, as a cell computes it.

    Example:
    >>> nearest_float(2.5), nearest_float(0.1 + 0.2, 1)
    (3.0, 0.3)
    """
    power = 10.0**digits
    return math.floor(x * power + float(HALF_NOISE) + 0.5) / power


def nearest_parts(parts: Iterable[Fraction], digits: int = 0) -> list[Fraction]:
    """Rounded numbers in place of parts: the first k of them add up to the first k parts, rounded (``nearest``).

    Example:
    >>> [int(part) for part in nearest_parts([Fraction(1, 3)] * 6)]
    [0, 1, 0, 0, 1, 0]
    """
    sums = [nearest(total, digits) for total in accumulate(parts)]
    return [after - before for before, after in zip([Fraction(0), *sums], sums)]


def zero_or_more(x: object, argument: str, position: int | None = None) -> Fraction:
    """``x`` as a Fraction; KpiError where it is no number (#VALUE!) or negative (#NUM!)."""
    value = exact(x, argument, position, "zero_or_more")
    if value < 0:
        raise KpiError("#NUM!", argument, position, x, "zero_or_more")
    return value


def above_zero(x: object, argument: str, position: int | None = None) -> Fraction:
    """``x`` as a Fraction; KpiError where it is no number (#VALUE!), 0 (#DIV/0!) or negative (#NUM!)."""
    value = exact(x, argument, position, "above_zero")
    if value <= 0:
        raise KpiError("#DIV/0!" if value == 0 else "#NUM!", argument, position, x, "above_zero")
    return value


def whole(x: object, argument: str, position: int | None = None, *, low: int, high: int) -> int:
    """``x`` as an int; KpiError where it is no number (#VALUE!), not whole or outside low…high (#NUM!)."""
    try:
        value = exact(x, argument, position)
    except KpiError as error:
        raise KpiError(error.code, argument, position, x, "whole", low=f"{low:,}", high=f"{high:,}") from None
    if value.denominator != 1 or not low <= value <= high:
        raise KpiError("#NUM!", argument, position, x, "whole", low=f"{low:,}", high=f"{high:,}")
    return int(value)


def listed(values: object) -> list:
    """A row, a column or one value as a list without the blanks at its end (blanks in between stay)."""
    if type(values) is not list and (isinstance(values, (str, bytes)) or not isinstance(values, Iterable)):
        values = [values]
    items = list(values)
    while items and is_blank(items[-1]):
        items.pop()
    return items
