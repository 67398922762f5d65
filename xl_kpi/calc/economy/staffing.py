"""How many people a month's calls, meetings and deals take, and in which months there are too few."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from xl_kpi.calc.errors import KpiError
from xl_kpi.calc.inputs import numbers, same_length
from xl_kpi.calc.number import above_zero, clean_ceiling, zero_or_more

NOISE = Fraction(1, 10**9)  # of a person: nothing but the digits of a cell


def people_needed(volumes: object, per_person: object, days: object, usual_days: object) -> list[Fraction]:
    """How many people one kind of work takes by month.

    Arguments: ``volumes`` how much of it there is in each month, 0 or more; ``per_person`` how much of it one person
    does in a month of ``usual_days`` working days, both above 0; ``days`` the working days of each month, 0 or more.
    Result: a Fraction for each month; rounded up with ``clean_ceiling`` it is heads.
    Equation: volume ÷ (per person × days ÷ usual days).
    Special cases: no work takes nobody, also in a month without working days.
    Errors: KpiError for a bad number; #DIV/0! with the month for work in a month without working days.
    Example: 1,200 calls at 400 a month, and in a month of 16 days in place of 20.
    >>> [str(people) for people in people_needed([1_200, 1_200], 400, [20, 16], 20)]
    ['3', '15/4']

    Source: K9 (against capacity).
    """
    work = numbers(volumes, "volumes")
    daily = above_zero(per_person, "per_person") / above_zero(usual_days, "usual_days")
    lengths = same_length(numbers(days, "days"), "days", len(work))
    found = []
    for month, (volume, length) in enumerate(zip(work, lengths), 1):
        if volume and not length:
            raise KpiError("#DIV/0!", "days", month, 0, "above_zero")
        found.append(volume / (daily * length) if volume else Fraction(0))
    return found


def busiest(rows: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    """The people whom several kinds of work take that the same people do side by side: the most of each month.

    Example: meetings take two people, deals three.
    >>> busiest([[Fraction(2), Fraction(5)], [Fraction(3), Fraction(1)]])
    [Fraction(3, 1), Fraction(5, 1)]
    """
    return [max(month) for month in zip(*rows, strict=True)]


def months_over(needed: Sequence, present: object) -> list[tuple[int, int]]:
    """The months in which there are too few people, and how many more it takes, whole.

    Arguments: ``needed`` people for each month; ``present`` how many there are, 0 or more, in parts too.
    Result: pairs (month from 0, people missing), each at least one.
    Equation: missing = needed − present, rounded up.
    Example: two and a half people where 3 and 4.1 are needed.
    >>> months_over([Fraction(5, 2), 3, 4.1], 2.5)
    [(1, 1), (2, 2)]

    Source: K9 (against capacity).
    """
    there = zero_or_more(present, "present")
    missing = [people - there for people in numbers(needed, "needed")]
    return [(month, clean_ceiling(more)) for month, more in enumerate(missing) if more > NOISE]
