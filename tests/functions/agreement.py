"""When two hosts give the same result: the one place that says how far numbers may lie apart, and why.

A result is rows of values: numbers, texts, dates as the number of their day, errors as a tuple of their code.
"""

from __future__ import annotations

import datetime as dt
import math
from functools import cache
from typing import Any

from tests.functions.cases import ARGUMENTS, CASES, as_cells, cases
from udfs import functions
from xl_kpi.calc import KpiError

LANGUAGES = ("ja", "en", None)  # as KPI_ERROR is asked; left out it answers in Japanese
EPOCH = dt.datetime(1899, 12, 30)

# Over COM the same Python computes, from the same values as floats: not a digit may differ.
COM = 0.0
# Pyodide is another build of Python with another C library: logarithms, powers and the normal quantile may differ in
# the last of 16 digits (2.2e-16), and more of them where nearly equal numbers are subtracted (a part of a gap) or a
# logarithm is multiplied by up to 10⁷ leads.
LITE, LITE_NEAR_ZERO = 1e-11, 1e-12
# Python rounds one exact result; a LAMBDA rounds each of some ten steps to 53 bits (1.1e-16 each).
LAMBDA = 1e-13
# GOAL_CHANCE as a LAMBDA adds up to some thousand terms, and its logarithms are multiplied by up to 10⁷ leads; the
# functions promise ten digits.
LAMBDA_CHANCE = 1e-10
# A clean ceiling keeps 14 digits, so with rounding "each" noise may lift a volume above 10¹¹ to the next number.
HUGE, LAMBDA_HUGE = 1e11, 1e-11


def python_result(name: str, arguments: tuple) -> list[list]:
    """What the plain function gives for a case."""
    try:
        found = getattr(functions, name.lower())(*map(as_cells, arguments))
    except KpiError as error:
        return [[(error.code,)]]
    return as_rows(found)


@cache
def failing() -> list[tuple[str, int, KpiError, str | None]]:
    """(function, number of its case, Python's error, language) of CASES cases that fail, from all functions in turn.

    What KPI_ERROR is asked about: where a host hands over the cell, it must answer with the error's message, word for
    word; where a host hands over the error alone, the newest call that failed with it, its function's name before it.
    """
    found: list[tuple[str, int, KpiError, str | None]] = []
    for place in range(CASES):
        for name in ARGUMENTS:
            try:
                getattr(functions, name.lower())(*map(as_cells, cases(name)[place]))
            except KpiError as error:
                found.append((name, place, error, LANGUAGES[len(found) % len(LANGUAGES)]))
    return found[:CASES]


def as_rows(found: Any) -> list[list]:
    """A result as Python returns it, in rows and with dates as the number of their day."""
    lines = found if isinstance(found, list) else [[found]]
    return [[serial(value) for value in line] for line in lines]


def serial(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return (value.replace(tzinfo=None) - EPOCH) / dt.timedelta(days=1)
    return value


def same(host: str, name: str, ours: Any, theirs: Any) -> bool:
    """Is a value from a host ("COM", "LITE", "LAMBDA") the one that Python gives?"""
    if not (_is_number(ours) and _is_number(theirs)):
        return type(ours) is type(theirs) and ours == theirs
    if host == "COM":
        return ours == theirs
    if host == "LITE":
        return math.isclose(ours, theirs, rel_tol=LITE, abs_tol=LITE_NEAR_ZERO)
    if name == "GOAL_CHANCE":
        return abs(ours - theirs) <= LAMBDA_CHANCE
    return math.isclose(ours, theirs, rel_tol=LAMBDA_HUGE if abs(ours) > HUGE else LAMBDA)


def equal(host: str, name: str, ours: list[list], theirs: Any) -> bool:
    """Is a whole result the same, in its shape too?"""
    return (
        isinstance(theirs, list)
        and list(map(len, ours)) == list(map(len, theirs))
        and all(same(host, name, a, b) for row, line in zip(ours, theirs) for a, b in zip(row, line))
    )


def is_error(result: list[list]) -> bool:
    return any(isinstance(value, tuple) for row in result for value in row)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
