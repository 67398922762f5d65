"""Where the year will end if the rest goes as the months so far."""

from __future__ import annotations

from fractions import Fraction

from xl_kpi.calc.errors import KpiError
from xl_kpi.calc.inputs import numbers
from xl_kpi.calc.number import exact
from xl_kpi.calc.schedule import LONGEST_MONTHS


def forecast_total(actual: object, season: object, months_elapsed: object) -> Fraction:
    """Where the figure will end if the rest goes as the months so far.

    Arguments: ``actual`` what was reached so far, one number or one a month, added up; ``season`` the weights
    of all months of the period, in order, each 0 or more; ``months_elapsed`` how many of them are over,
    above 0, also in parts (2.5).
    Result: a Fraction in the unit of ``actual``.
    Equation: actual ÷ (Σ of the weights so far ÷ Σ of all weights).
    Special cases: of a month that is over in part, that part of its weight counts.
    Errors: KpiError for a bad number; #NUM! for more months than weights; #DIV/0! where the weights so far
    are 0.
    Example: 30 orders in the first quarter, which usually holds a fifth of the year.
    >>> forecast_total(30, [0.2, 0.3, 0.2, 0.3], 1)
    Fraction(150, 1)

    Source: K13.
    """
    reached = sum(numbers(actual, "actual", exact, at_most=LONGEST_MONTHS))
    weights = numbers(season, "season", at_most=LONGEST_MONTHS)
    over = exact(months_elapsed, "months_elapsed", None, "number")
    if not 0 < over <= len(weights):
        raise KpiError("#NUM!", "months_elapsed", None, months_elapsed, "elapsed", count=len(weights))
    full = int(over)
    so_far = sum(weights[:full])
    if full < over:
        so_far += weights[full] * (over - full)
    if not so_far:
        raise KpiError("#DIV/0!", "season", None, 0, "elapsed_zero")
    return reached * sum(weights) / so_far
