"""Small figures that every sheet shows, each as Python number and as Excel text that must agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

Number = float | int | str | None  # "" and None are blank


def is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def attainment(actual: Number, target: Number, better: str = "up") -> float | str:
    """actual ÷ target (target ÷ actual where less is better); blank without both or with a zero below."""
    if better == "down":
        actual, target = target, actual
    if not is_number(actual) or not is_number(target) or target == 0:
        return ""
    return actual / target


def attainment_excel(actual: str, target: str, better: str = "up") -> str:
    """The Excel text of ``attainment``; ``actual`` and ``target`` are references or formulas without "="."""
    if better == "down":
        actual, target = target, actual
    return f'=IF(COUNT({actual},{target})<2,"",IF({target}=0,"",{actual}/{target}))'


def sum_where(present: Sequence[Number], values: Sequence[Number]) -> float:
    """The sum of ``values`` at the places where ``present`` holds a number."""
    return sum(value for there, value in zip(present, values, strict=True) if is_number(there) and is_number(value))


def sum_where_excel(present: str, values: str) -> str:
    return f'SUMIF({present},">-9E+99",{values})'
