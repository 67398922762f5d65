"""What a customer brings over the whole relationship, in parts, and how long it lasts: the detailed LTV and churn."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from xl_kpi.calc.errors import KpiError, is_blank
from xl_kpi.calc.inputs import margin_from, share
from xl_kpi.calc.number import above_zero, exact, whole, zero_or_more

LONGEST = 1_200  # months: a relationship of a hundred years is a slip


@dataclass(frozen=True)
class Lifetime:
    """What one customer brings, as gross profit in the unit of the amounts.

    ``months``: how long a customer is expected to stay; ``first``: of the first order; ``repeats``: of the orders after
    it; ``more``: of up- and cross-sell; ``monthly``: of one month, without the first order.
    """

    months: Fraction
    first: Fraction
    repeats: Fraction
    more: Fraction
    monthly: Fraction

    @property
    def total(self) -> Fraction:
        """The LTV."""
        return self.first + self.repeats + self.more


def churn_rate(lost: object, at_start: object) -> Fraction:
    """The share of the customers that was lost.

    Arguments: ``lost`` customers lost in a period, 0 or more, and at most ``at_start``, the customers at its start,
    above 0.
    Result: a Fraction from 0 to 1, of that period.
    Equation: lost ÷ customers at the start.
    Errors: KpiError for a bad number; #DIV/0! for no customers; #NUM! for more lost than there were.
    Example:
    >>> churn_rate(5, 200)
    Fraction(1, 40)

    Source: S4, T6.
    """
    gone = zero_or_more(lost, "lost")
    customers = above_zero(at_start, "at_start")
    if gone > customers:
        raise KpiError("#NUM!", "lost", None, lost, "at_most_start")
    return gone / customers


def expected_months(churn: object = None, contract: object = None) -> Fraction:
    """The months for which a customer is expected to stay.

    Arguments: ``churn`` share of the customers lost in a month, 0 to 1 (None: nobody is lost); ``contract`` the months
    that are looked at, a whole number from 1 to 1,200 (None: no end).
    Result: a Fraction of months, 1 or more.
    Equation: Σ (1 − churn)^k over the months k = 0, 1, … of the contract = (1 − (1 − churn)^contract) ÷ churn.
    Special cases: without a contract 1 ÷ churn; with a churn of 0 the contract's months; everybody pays in the first
    month.
    Errors: KpiError for a bad number; #DIV/0! where neither a churn above 0 nor a contract ends it.
    Example: half of the customers leave each month, within two months.
    >>> expected_months(0.02), expected_months(0.5, 2), expected_months(0, 36)
    (Fraction(50, 1), Fraction(3, 2), Fraction(36, 1))

    Source: S4.
    """
    lost = Fraction(0) if is_blank(churn) else share(churn, "churn")
    months = None if is_blank(contract) else whole(contract, "contract", low=1, high=LONGEST)
    if not lost:
        if months is None:
            raise KpiError("#DIV/0!", "churn", None, churn, "rate")
        return Fraction(months)
    return (1 if months is None else 1 - (1 - lost) ** months) / lost


def lifetime(
    first: object = 0,
    frequency: object = 0,
    value: object = 0,
    more: object = 0,
    *,
    churn: object = None,
    contract: object = None,
    margin: object = 1,
    first_margin: object = None,
) -> Lifetime:
    """What a customer brings: the first order, the ones after it, and what is sold in addition.

    Arguments: ``first`` value of the first order; ``frequency`` orders a month after it, each of the ``value``;
    ``more`` up- and cross-sell a month; all 0 or more; ``churn`` and ``contract`` as for ``expected_months``;
    ``margin`` gross margin, -1 to 1; ``first_margin`` that of the first order where it is another one, at most 1; both
    below 0 where something is sold under its cost.
    Result: a Lifetime.
    Equation: LTV = first × first margin + months × (frequency × value + more) × margin.
    Special cases: the short form, revenue a month × margin ÷ churn, is that of no first order, one order a month and
    no contract; nobody has to stay for a first order alone, so where nothing is repeated neither churn nor contract
    is asked for and the months are 0.
    Errors: KpiError for a bad number, and as for ``expected_months``.
    Example: 600,000 at first, then every other month 100,000 and 10,000 of extras, at 60 %, two in a hundred leave.
    >>> lifetime(600_000, 0.5, 100_000, 10_000, churn=0.02, margin=0.6).total
    Fraction(2160000, 1)

    Source: S4.
    """
    part = margin_from(margin, "margin")
    opening = part if is_blank(first_margin) else exact(first_margin, "first_margin", None, "at_most_one")
    if opening > 1:
        raise KpiError("#NUM!", "first_margin", None, first_margin, "at_most_one")
    begun = zero_or_more(first, "first")
    repeated = zero_or_more(frequency, "frequency") * zero_or_more(value, "value")
    added = zero_or_more(more, "more")
    if not repeated + added and is_blank(contract) and (is_blank(churn) or not share(churn, "churn")):
        months = Fraction(0)
    else:
        months = expected_months(churn, contract)
    return Lifetime(
        months=months,
        first=begun * opening,
        repeats=months * repeated * part,
        more=months * added * part,
        monthly=(repeated + added) * part,
    )
