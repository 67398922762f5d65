"""What an order, an opportunity, an MQL or a lead may cost so that a customer brings enough of what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod

from xl_kpi.calc.funnel import forward_funnel, read_rates
from xl_kpi.calc.number import above_zero, zero_or_more


def allowed_costs(ltv: object, ratio: object, rates: object) -> list[Fraction]:
    """The most that one of each stage may cost.

    Arguments: ``ltv`` what a customer brings, 0 or more; ``ratio`` how many times over it must bring what it costs,
    above 0; ``rates`` n rates in funnel order.
    Result: n+1 Fractions in the unit of the LTV, first stage first, the order last.
    Equation: A(orders) = LTV ÷ ratio, A(i) = A(i+1) × r(i).
    Errors: KpiError for a bad number or rate; #DIV/0! for a ratio of 0.
    Example: 2,220,000 at three times, 50 of 1,800 leads order (C1): may a lead cost 20,556?  Not quite.
    >>> [round(cost) for cost in allowed_costs(2_220_000, 3, [50 / 1800])]
    [20556, 740000]

    Source: S6.
    """
    order = zero_or_more(ltv, "ltv") / above_zero(ratio, "ratio")
    return [*reversed(forward_funnel(order, list(reversed(read_rates(rates)))))]


def cost_of_order(unit_cost: object, rates: Sequence) -> Fraction:
    """What one order costs where one of a stage costs so much.

    Arguments: ``unit_cost`` 0 or more; ``rates`` those from that stage on (none: the order itself).
    Equation: unit cost ÷ Π r.
    Example: a lead for 3,000, one in 200 orders.
    >>> cost_of_order(3_000, [0.05, 0.1])
    Fraction(600000, 1)

    Source: S5.
    """
    return zero_or_more(unit_cost, "cost") / prod(read_rates(rates) if len(rates) else [])
