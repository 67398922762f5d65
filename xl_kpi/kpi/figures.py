"""Attainment, progress and the rule for months with blanks, each as Python number and as Excel text that must agree.

The rule, the same on every page: a figure of several months takes those months only in which all its parts have a
number, and is compared with the plan's figure of the same months.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeGuard

from xl_kpi.calc.number import HALF_NOISE, nearest_float

Number = float | int | str | None  # "" and None are blank
Months = Sequence[Number]

SPENT = "spent"  # of money spent: the share of its budget, of which less is neither good nor bad
WORST = "▼"  # money spent without a budget: by no percentage
BEST = "▲"  # nothing spent where less is better: on the right side of the target, by no percentage
_A_NUMBER = '">-9E+99"'


@dataclass(frozen=True)
class MonthRow:
    """A row of months: Python's values, and the address of its cells."""

    values: Months
    span: str


def is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def attainment(actual: Number, target: Number, better: str = "up") -> float | str:
    """How far an actual has reached its target, 1 = exactly.

    Arguments: both in the same unit, over the same months; ``better`` "up", "down" (less is better: a
    rate, cost of one) or ``SPENT`` (an amount of money).
    Equation: actual ÷ target; target ÷ actual where less is better, so that 1 and more means reached either way.
    Special cases: blank without both numbers. Up: blank where the target is 0 or less (there is nothing to reach);
    an actual below 0 gives a negative attainment. Down: an actual of 0 or less against a target above 0 is
    ``BEST``, blank against a target of 0; something spent against a target of 0 is 0, of ``SPENT`` it is
    ``WORST``.
    Example: ``attainment(90, 120)`` is 0.75, ``attainment(90, 120, "down")`` 1.333…
    Source: K4.
    """
    if not is_number(actual) or not is_number(target):
        return ""
    if better == SPENT and actual > 0 and target == 0:
        return WORST
    if better != "down":
        return actual / target if target > 0 else ""
    if actual > 0:
        return target / actual if target >= 0 else ""
    return BEST if target > 0 else ""


def attainment_excel(actual: str, target: str, better: str = "up") -> str:
    """The Excel text of ``attainment``; ``actual`` is a reference, ``target`` too or a formula without "="."""
    if better == "down":
        reached = f'IF({actual}>0,IF({target}<0,"",{target}/{actual}),IF({target}>0,"{BEST}",""))'
    else:
        without = f'IF(AND({target}=0,{actual}>0),"{WORST}","")' if better == SPENT else '""'
        reached = f"IF({target}>0,{actual}/{target},{without})"
    return f'=IF(AND(ISNUMBER({actual}),ISNUMBER({target})),{reached},"")'


def progress(actual: Number, whole: Number) -> float | str:
    """The share of a whole period's target that is there so far: 30 of 120 is 0.25, for a budget as for orders.

    Special cases: blank without both numbers, and where the target is 0 or less.
    """
    return attainment(actual, whole)


def progress_excel(actual: str, whole: str) -> str:
    """The Excel text of ``progress``."""
    return attainment_excel(actual, whole)


def complete(rows: Sequence[Months]) -> list[bool]:
    """For each month: does every one of ``rows`` (one or more) have a number there?"""
    return [all(map(is_number, month)) for month in zip(*rows, strict=True)]


def sum_where(rows: Sequence[Months], values: Months) -> float:
    """The sum of ``values`` over the months in which every one of ``rows`` has a number."""
    return sum(
        value for there, value in zip(complete([*rows, values]), values, strict=True) if there and is_number(value)
    )


def sum_where_excel(rows: Sequence[str], values: str) -> str:
    """The Excel text of ``sum_where``; all are ranges of the same shape."""
    others = [row for row in dict.fromkeys(rows) if row != values]
    if not others:
        return f"SUM({values})"
    if len(others) == 1:
        return f"SUMIF({others[0]},{_A_NUMBER},{values})"
    return f"SUMIFS({values},{_criteria(others)})"


def count_where(rows: Sequence[Months]) -> int:
    """In how many months every one of ``rows`` has a number."""
    return sum(complete(rows))


def count_where_excel(rows: Sequence[str]) -> str:
    """The Excel text of ``count_where``."""
    rows = list(dict.fromkeys(rows))
    return f"COUNT({rows[0]})" if len(rows) == 1 else f"COUNTIFS({_criteria(rows)})"


def _criteria(rows: Sequence[str]) -> str:
    return ",".join(f"{row},{_A_NUMBER}" for row in rows)


def nearest_excel(value: str, digits: int = 0) -> str:
    """The Excel text of ``calc.nearest``: rounded to so many digits after the point, a half up, noise or not."""
    hair = f"{float(HALF_NOISE / Fraction(10) ** digits):.8f}".rstrip("0").rstrip(".")
    return f"ROUND({value}+{hair},{digits})"


def rounded_upto(months: Months, digits: int = 0) -> list[Number]:
    """Rounded numbers in place of months, so that the first k of them add up to the first k months, rounded.

    Special cases: a blank stays one and adds nothing.
    Example: a third a month, four times: 0, 1, 0, 0.
    Source: K3.
    """
    found: list[Number] = []
    exact = shown = 0.0
    for month in months:
        if not is_number(month):
            found.append("")
            continue
        exact += month
        before, shown = shown, nearest_float(exact, digits)
        found.append(shown - before)
    return found


def rounded_upto_excel(upto: Callable[[int], str], month: int, digits: int = 0) -> str:
    """The Excel text of a month of it; ``upto`` gives the months from the first one to another, as a range."""
    ends = [month, month - 1] if month else [month]
    return "-".join(nearest_excel(f"SUM({upto(end)})", digits) for end in ends)
