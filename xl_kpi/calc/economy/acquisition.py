"""What a new customer costs, by the three kinds of cost, and the months until that is back."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from xl_kpi.calc.errors import KpiError
from xl_kpi.calc.number import above_zero, exact, zero_or_more


@dataclass(frozen=True)
class AcquisitionCost:
    """What one new customer costs, of marketing, of sales, of systems: in the unit of the costs."""

    marketing: Fraction
    sales: Fraction
    systems: Fraction

    @property
    def total(self) -> Fraction:
        """The CAC."""
        return self.marketing + self.sales + self.systems


def acquisition_cost(marketing: object, sales: object, systems: object, customers: object) -> AcquisitionCost:
    """What it costs to win one customer, by kind of cost.

    Arguments: ``marketing``, ``sales`` and ``systems`` what was spent on each, 0 or more; ``customers`` new customers
    of the same period, above 0.
    Result: an AcquisitionCost, whose total is ``calc.cac`` of the three.
    Equation: each cost ÷ customers.
    Errors: KpiError for a bad cost; #DIV/0! for no customers.
    Example:
    >>> acquisition_cost(3_000_000, 5_000_000, 1_000_000, 20).total
    Fraction(450000, 1)

    Source: S5.
    """
    won = above_zero(customers, "customers")
    kinds = (("marketing", marketing), ("sales", sales), ("systems", systems))
    return AcquisitionCost(**{name: zero_or_more(cost, name) / won for name, cost in kinds})


def payback(cac: object, first: object, monthly: object) -> Fraction:
    """The months until what a customer brings has paid back what it cost to win.

    Arguments: ``cac`` 0 or more; ``first`` gross profit of the first order (below 0 where it is sold under its cost);
    ``monthly`` gross profit of a month after that, above 0 unless the first order pays for all; in one unit.
    Result: a Fraction of months, 0 or more.
    Equation: (CAC − first) ÷ monthly.
    Special cases: 0 where the first order brings what the customer cost; without a first order CAC ÷ monthly, as
    ``calc.payback_months`` has it.  Nobody is expected to leave before.
    Errors: KpiError for a bad number; #DIV/0! where nothing comes after the first order and it is not enough.
    Example: 450,000, of which the first order brings 150,000, then 30,000 a month.
    >>> payback(450_000, 150_000, 30_000)
    Fraction(10, 1)

    Source: S6.
    """
    left = zero_or_more(cac, "cac") - exact(first, "first")
    profit = zero_or_more(monthly, "monthly_profit")
    if left <= 0:
        return Fraction(0)
    if not profit:
        raise KpiError("#DIV/0!", "monthly_profit", None, monthly, "above_zero")
    return left / profit
