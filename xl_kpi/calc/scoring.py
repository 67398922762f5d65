"""Scores: of a lead by its qualities, of a lead by what it did, and of customers by what they answered (NPS).

Scores are floats, added from left to right as SUMPRODUCT does: 100,000 leads take a moment, and every host
gives the same digits (``sum`` and ``math.sumprod`` of newer Pythons round differently).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import chain
from typing import TypeGuard

from xl_kpi.calc.errors import KpiError, is_blank
from xl_kpi.calc.inputs import as_float, numbers
from xl_kpi.calc.number import exact, listed, whole, zero_or_more

MOST_COLUMNS = 1_000  # qualities or actions; more are a wrong range
ANSWERS = range(11)
PROMOTER_FROM = 9
DETRACTOR_TO = 6
PLAIN = frozenset({int, float})  # exact types: bool is an int as well

# A row's products written out, by the number of columns: a third of the time of any loop over the columns.  Each
# gives the scores of the rows whose cells are all plain numbers and, unless any sign will do, not below zero;
# looking at them here takes half the time of looking at all cells later.
# A row of another length raises ValueError while it is taken apart.
WRITTEN_OUT: dict[int, Callable] = {
    1: lambda rows, any_sign, zero, i: [a * i for (a,) in rows if type(a) in PLAIN and (any_sign or a >= zero)],
    2: lambda rows, any_sign, zero, i, j: [
        a * i + b * j for a, b in rows if type(a) in PLAIN and type(b) in PLAIN and (any_sign or a >= zero <= b)
    ],
    3: lambda rows, any_sign, zero, i, j, k: [
        a * i + b * j + c * k
        for a, b, c in rows
        if type(a) in PLAIN and type(b) in PLAIN and type(c) in PLAIN and (any_sign or a >= zero <= b and c >= zero)
    ],
    4: lambda rows, any_sign, zero, i, j, k, m: [
        a * i + b * j + c * k + d * m
        for a, b, c, d in rows
        if type(a) in PLAIN
        and type(b) in PLAIN
        and type(c) in PLAIN
        and type(d) in PLAIN
        and (any_sign or a >= zero <= b and c >= zero <= d)
    ],
    5: lambda rows, any_sign, zero, i, j, k, m, n: [
        a * i + b * j + c * k + d * m + e * n
        for a, b, c, d, e in rows
        if type(a) in PLAIN
        and type(b) in PLAIN
        and type(c) in PLAIN
        and type(d) in PLAIN
        and type(e) in PLAIN
        and (any_sign or a >= zero <= b and c >= zero <= d and e >= zero)
    ],
    6: lambda rows, any_sign, zero, i, j, k, m, n, o: [
        a * i + b * j + c * k + d * m + e * n + f * o
        for a, b, c, d, e, f in rows
        if type(a) in PLAIN
        and type(b) in PLAIN
        and type(c) in PLAIN
        and type(d) in PLAIN
        and type(e) in PLAIN
        and type(f) in PLAIN
        and (any_sign or a >= zero <= b and c >= zero <= d and e >= zero <= f)
    ],
    7: lambda rows, any_sign, zero, i, j, k, m, n, o, p: [
        a * i + b * j + c * k + d * m + e * n + f * o + g * p
        for a, b, c, d, e, f, g in rows
        if type(a) in PLAIN
        and type(b) in PLAIN
        and type(c) in PLAIN
        and type(d) in PLAIN
        and type(e) in PLAIN
        and type(f) in PLAIN
        and type(g) in PLAIN
        and (any_sign or a >= zero <= b and c >= zero <= d and e >= zero <= f and g >= zero)
    ],
    8: lambda rows, any_sign, zero, i, j, k, m, n, o, p, q: [
        a * i + b * j + c * k + d * m + e * n + f * o + g * p + h * q
        for a, b, c, d, e, f, g, h in rows
        if type(a) in PLAIN
        and type(b) in PLAIN
        and type(c) in PLAIN
        and type(d) in PLAIN
        and type(e) in PLAIN
        and type(f) in PLAIN
        and type(g) in PLAIN
        and type(h) in PLAIN
        and (any_sign or a >= zero <= b and c >= zero <= d and e >= zero <= f and g >= zero <= h)
    ],
}


def lead_score(values: object, factors: object) -> float | list[float]:
    """The quality score of leads.

    Arguments: ``values`` the points of a lead for each quality (size, industry, budget, authority, urgency),
    any numbers: one row, or a list of rows, one a lead; ``factors`` the weight of each quality.
    Result: a float for one row, a list of floats for rows.
    Equation: Σ value × factor.
    Special cases: blank rows at the end are ignored.
    Errors: KpiError for a bad number (in rows with row and column), a row of another length than the
    factors, a score beyond a double's range.
    Example: two leads, size counts twice.
    >>> lead_score([[3, 5], [4, 1]], [2, 1])
    [11.0, 9.0]

    Source: S1.
    """
    return _scores(values, "values", factors, "factors", exact)


def action_score(actions: object, points: object) -> float | list[float]:
    """The score of leads by their actions.

    Arguments: ``actions`` how often a lead did each thing, 0 or more: one row, or a list of rows, one a lead;
    ``points`` the points for doing each thing once, any number.
    Result, special cases and errors: as for ``lead_score``; a negative count is an error too.
    Equation: Σ times × points.
    Example: two downloads at 5 points and a trade show at 10.
    >>> action_score([2, 1], [5, 10])
    20.0

    Source: S2.
    """
    return _scores(actions, "actions", points, "points", zero_or_more)


def nps(scores: object) -> Fraction:
    """The net promoter score.

    Arguments: ``scores`` answers to "would you recommend us?", whole numbers from 0 to 10.
    Result: a Fraction from −100 to 100.
    Equation: 100 × (answers of 9 and 10 − answers of 0 to 6) ÷ answers.
    Errors: KpiError with the position of an answer that is no whole number from 0 to 10.
    Example: two promoters, one passive, one detractor.
    >>> nps([10, 9, 8, 3])
    Fraction(25, 1)

    Source: T6, S12.
    """
    items = listed(scores)
    answers = Counter(items) if set(map(type, items)) <= {int, float} else Counter()
    if not answers or not all(answer in ANSWERS for answer in answers):  # one by one, to find the wrong one
        answers = Counter(numbers(items, "scores", _answer))
    promoters = sum(count for answer, count in answers.items() if answer >= PROMOTER_FROM)
    detractors = sum(count for answer, count in answers.items() if answer <= DETRACTOR_TO)
    return Fraction(100 * (promoters - detractors), answers.total())


def _answer(x: object, argument: str, position: int) -> int:
    return whole(x, argument, position, low=0, high=ANSWERS[-1])


def _scores(
    values: object, argument: str, weights: object, weights_argument: str, check: Callable
) -> float | list[float]:
    factors = [
        as_float(factor, weights_argument) for factor in numbers(weights, weights_argument, exact, at_most=MOST_COLUMNS)
    ]
    if not _is_table(values):
        items = numbers(values, argument, check, at_most=MOST_COLUMNS)
        if len(items) != len(factors):
            raise KpiError("#VALUE!", argument, None, len(items), "count", count=len(factors))
        return _score(items, factors, argument, None)
    rows = list(values)
    while rows and _is_blank_row(rows[-1]):
        rows.pop()
    scores = _quick_scores(rows, factors, check is zero_or_more)
    return _careful_scores(rows, factors, argument, check) if scores is None else scores


def _quick_scores(rows: list, factors: list[float], from_zero: bool) -> list[float] | None:
    """All scores in one pass over all cells; None where a closer look is needed."""
    try:
        if len(factors) in WRITTEN_OUT:
            zero = 0.0 if type(rows[0][0]) is float else 0  # numbers of one type are compared fastest
            scores = WRITTEN_OUT[len(factors)](rows, not from_zero, zero, *factors)
        else:
            scores = [_added(row, factors) for row in rows if len(row) == len(factors)]
            cells = list(chain.from_iterable(rows))
            if set(map(type, cells)) - PLAIN or (from_zero and min(cells) < 0):
                return None
    except (TypeError, ValueError, OverflowError, LookupError):
        return None
    # nan and infinity in a cell reach the score in any case, and one score the sum
    finite = math.isfinite(sum(scores)) or all(map(math.isfinite, scores))
    return scores if finite and rows and len(scores) == len(rows) else None


def _careful_scores(rows: list, factors: list[float], argument: str, check: Callable) -> list[float]:
    """All scores cell by cell: for every kind of number, and to find the cell that is none."""
    if not rows:
        raise KpiError("#VALUE!", argument, None, None, "values")
    scores = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, (list, tuple)):
            raise KpiError("#VALUE!", argument, number, row, "rows")
        if len(row) != len(factors):
            raise KpiError("#VALUE!", argument, number, len(row), "count", count=len(factors))
        cells = [check(cell, argument, (number, column)) for column, cell in enumerate(row, 1)]
        scores.append(_score(cells, factors, argument, number))
    return scores


def _score(cells: list[Fraction], factors: list[float], argument: str, position: int | None) -> float:
    try:
        score = _added(map(float, cells), factors)
    except OverflowError:
        score = math.inf
    if not math.isfinite(score):
        raise KpiError("#NUM!", argument, position, max(cells, key=abs), "score_range")
    return score


def _added(cells: Iterable, factors: list[float]) -> float:
    total = 0.0
    for cell, factor in zip(cells, factors):
        total += cell * factor
    return total


def _is_table(values: object) -> TypeGuard[Sequence]:
    return isinstance(values, (list, tuple)) and any(isinstance(row, (list, tuple)) for row in values[:1])


def _is_blank_row(row: object) -> bool:
    return is_blank(row) or (isinstance(row, (list, tuple)) and not listed(row))
