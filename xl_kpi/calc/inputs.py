"""Reading arguments: lists of checked numbers, shares and chances with the question about percent, yes or no."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from xl_kpi.calc.errors import KpiError, is_blank, plain
from xl_kpi.calc.number import exact, listed, zero_or_more


def as_listed(values: object) -> list:
    """One value or several as a list, blanks kept."""
    return list(values) if isinstance(values, (list, tuple)) else [values]


def numbers(
    values: object, argument: str, check: Callable = zero_or_more, *, at_most: int | None = None
) -> list[Fraction]:
    """A row, a column or one value as checked Fractions, at least one.

    Arguments: ``values`` as a range hands them over; ``check`` reads one: (value, argument, position);
    ``at_most`` how many are sensible, where more of them mean a wrong range and a long wait.
    Result: a list of Fractions.
    Special cases: blanks at the end are ignored, one in between is an error.
    Errors: KpiError with the position of the first bad value; #VALUE! for no value at all or too many.
    Example:
    >>> numbers([300, 0.5, None], "costs")
    [Fraction(300, 1), Fraction(1, 2)]
    """
    items = listed(values)
    if not items:
        raise KpiError("#VALUE!", argument, None, None, "values")
    if at_most is not None and len(items) > at_most:
        raise KpiError("#VALUE!", argument, None, len(items), "at_most", count=f"{at_most:,}")
    return [check(value, argument, position) for position, value in enumerate(items, 1)]


def same_length(items: list, argument: str, count: int) -> list:
    """The items; KpiError #VALUE! unless there are ``count`` of them."""
    if len(items) != count:
        raise KpiError("#VALUE!", argument, None, len(items), "count", count=count)
    return items


def rate_from(x: object, argument: str, position: int | None = None, *, zero: str = "#NUM!") -> Fraction:
    """``x`` as a rate, 0 < x ≤ 1; for 0 a KpiError with the code ``zero``, for 20 the question "20% ?"."""
    value = exact(x, argument, position, "rate")
    if value == 0:
        raise KpiError(zero, argument, position, x, "rate")
    if value > 1 or value < 0:
        raise _not_a_share(value, x, argument, position, "rate")
    return value


def share(x: object, argument: str) -> Fraction:
    """``x`` as a share, 0 ≤ x ≤ 1; KpiError otherwise, for 30 with the question "30% ?"."""
    value = exact(x, argument, None, "share")
    if not 0 <= value <= 1:
        raise _not_a_share(value, x, argument, None, "share")
    return value


def margin_from(x: object, argument: str) -> Fraction:
    """``x`` as a gross margin, -1 ≤ x ≤ 1: below 0 what is sold costs more than it brings; KpiError otherwise."""
    value = exact(x, argument, None, "margin")
    if not -1 <= value <= 1:
        raise KpiError("#NUM!", argument, None, x, "margin")
    return value


def chance(x: object, argument: str) -> Fraction:
    """``x`` as a probability, 0 < x < 1; KpiError otherwise, for 90 with the question "90% ?"."""
    value = exact(x, argument, None, "chance")
    if not 0 < value < 1:
        raise _not_a_share(value, x, argument, None, "chance")
    return value


def yes_or_no(x: object, argument: str) -> bool:
    """TRUE and 1 as True; FALSE, 0 and blank as False; KpiError #VALUE! for all else."""
    if is_blank(x):
        return False
    if isinstance(x, (bool, int, float)) and x in (0, 1):
        return bool(x)
    raise KpiError("#VALUE!", argument, None, x, "yes_no")


def as_float(value: Fraction, argument: str, position: int | None = None) -> float:
    """The fraction as a float; KpiError #NUM! for what no cell can hold."""
    try:
        return float(value)
    except OverflowError:
        raise KpiError("#NUM!", argument, position, shown(value), "number_range") from None


def percent(value: Fraction) -> str:
    """A share as a person reads it: 250% for 5/2, with four digits at most."""
    return f"{shown(value * 100, 4)}%"


def shown(value: Fraction, digits: int = 12) -> str:
    """A number in a message: whole numbers in full with separators, others to so many digits."""
    if value.denominator == 1 and abs(value) < 10**15:
        return f"{int(value):,}"
    try:
        return f"{float(value):,.{digits}g}"
    except OverflowError:
        return f"10^{len(str(int(value))) - 1}"


def _not_a_share(value: Fraction, x: object, argument: str, position: int | None, allowed: str) -> KpiError:
    # 100 is asked about where 100 % is allowed; a chance of 100 % is not
    if 1 < value <= 100 and not (allowed == "chance" and value == 100):
        decimal = plain(float(value / 100))
        return KpiError("#NUM!", argument, position, x, f"{allowed}_percent", percent=f"{plain(x)}%", decimal=decimal)
    return KpiError("#NUM!", argument, position, x, allowed)
