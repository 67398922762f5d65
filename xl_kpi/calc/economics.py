"""What a customer is worth and costs: LTV, CAC, their ratio and the months until the cost is back."""

from __future__ import annotations

from fractions import Fraction

from xl_kpi.calc.inputs import numbers, rate_from, share
from xl_kpi.calc.number import above_zero, zero_or_more


def ltv(revenue: object, churn: object, margin: object = 1) -> Fraction:
    """The lifetime value of a customer.

    Arguments: ``revenue`` average revenue per customer and month, 0 or more; ``churn`` share of the customers
    lost in a month, above 0 and at most 1; ``margin`` gross margin, 0 to 1.
    Result: a Fraction in the unit of the revenue.
    Equation: revenue × margin ÷ churn.
    Special cases: a margin of 1 counts revenue, not profit.
    Errors: KpiError for a bad number; #DIV/0! for a churn of 0.
    Example: 50,000 a month, 60 % margin, one customer in 50 leaves each month.
    >>> ltv(50_000, 0.02, 0.6)
    Fraction(1500000, 1)

    Source: S4.
    """
    value = zero_or_more(revenue, "revenue")
    lost = rate_from(churn, "churn", zero="#DIV/0!")
    return value * share(margin, "margin") / lost


def cac(costs: object, customers: object) -> Fraction:
    """What it costs to win one customer.

    Arguments: ``costs`` one amount or several (marketing, sales, systems), each 0 or more, added up;
    ``customers`` new customers in the same period, above 0.
    Result: a Fraction in the unit of the costs.
    Equation: Σ costs ÷ customers.
    Errors: KpiError for a bad cost (with its position); #DIV/0! for 0 customers.
    Example:
    >>> cac([3_000_000, 5_000_000, 1_000_000], 20)
    Fraction(450000, 1)

    Source: S5.
    """
    total = sum(numbers(costs, "costs"))
    return total / above_zero(customers, "customers")


def ltv_cac(ltv: object, cac: object) -> Fraction:
    """How many times over a customer pays back what it cost to win.

    Arguments: ``ltv`` 0 or more and ``cac`` above 0, in the same unit.
    Result: a Fraction.
    Equation: LTV ÷ CAC.
    Errors: KpiError for a bad number; #DIV/0! for a CAC of 0.
    Example:
    >>> float(ltv_cac(1_500_000, 450_000)) > 3
    True

    Source: S6.
    """
    return zero_or_more(ltv, "ltv") / above_zero(cac, "cac")


def payback_months(cac: object, revenue: object, margin: object = 1) -> Fraction:
    """The months until a customer's gross profit has paid back what it cost to win.

    Arguments: ``cac`` 0 or more; ``revenue`` average revenue per customer and month, above 0, in the same
    unit; ``margin`` gross margin, above 0 and at most 1.
    Result: a Fraction of months.
    Equation: CAC ÷ (revenue × margin).
    Errors: KpiError for a bad number; #DIV/0! for a revenue or margin of 0.
    Example: 450,000 at 30,000 of profit a month.
    >>> payback_months(450_000, 50_000, 0.6)
    Fraction(15, 1)

    Source: S6.
    """
    cost = zero_or_more(cac, "cac")
    return cost / (above_zero(revenue, "revenue") * rate_from(margin, "margin", zero="#DIV/0!"))
