"""How the revenue of an order comes: at once, or as a monthly fee (サブスク) from the month of its delivery on (K1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

from xl_kpi import calc
from xl_kpi.calc.calendar import months_from
from xl_kpi.calc.economy import subscription
from xl_kpi.calc.economy.lifetime import expected_months
from xl_kpi.plan.model import Plan

WAY, FEE, MONTHLY = "revenue_way", "monthly_fee", "monthly"  # the entries on 設定, and the choice


def is_monthly(plan: Plan) -> bool:
    """Whether an order brings a fee each month, and not its value at once."""
    return plan.settings.get(WAY) == MONTHLY


def price(plan: Plan) -> Fraction | None:
    """What an order brings at a time, as revenue: its value, or the fee of one month; None where that is blank."""
    typed = plan.settings.get(FEE) if is_monthly(plan) else plan.order_value
    return None if typed is None else calc.exact(typed)


def last_day(plan: Plan) -> dt.date:
    """The last day that counts."""
    return plan.goal.deadline or calc.month_start(plan.start, plan.months) - dt.timedelta(days=1)


def goal_length(plan: Plan) -> int:
    """The months from the start to that of the last day that counts."""
    last = last_day(plan)
    return months_from(plan.start, last) + 1


def times(plan: Plan) -> Fraction:
    """How often an order brings its ``price`` within the goal's months, on average over the orders of the plan.

    Result: 1 where revenue comes at once; else ``calc.economy.subscription.paid_months``.
    Example: fees of a year in which orders are even: 6.5.

    Source: K1.
    """
    return subscription.paid_months(plan.start, last_day(plan), plan.season) if is_monthly(plan) else Fraction(1)


def expected_stay(plan: Plan) -> Fraction | None:
    """The months for which a customer of the plan is expected to stay, by the entries on 採算; None without any.

    Source: S4.
    """
    churn, contract = plan.settings.get("ltv_churn"), plan.settings.get("ltv_contract")
    return expected_months(churn, contract) if churn or contract else None


def worth(plan: Plan) -> Fraction | None:
    """What an order is worth in all: its value, or its fees for as long as a customer stays; None where not known.

    Example: 50,000 a month for a contract of 24 months: 1,200,000.

    Source: S4.
    """
    once, stay = price(plan), expected_stay(plan) if is_monthly(plan) else Fraction(1)
    return None if once is None or stay is None else once * stay


def revenue_parts(plan: Plan, goal: Fraction, new: Fraction) -> list[Fraction]:
    """The part of a goal in money that comes in each of its months, up to that of its last day.

    Arguments: ``goal`` and what ``new`` orders must bring of it, in the same unit.
    Equation: by the goal's weights; with monthly fees so for what existing customers bring, and for the rest as the
    fees come (``calc.economy.subscription.fee_shares``).
    Example: all of it from orders that are even over two months: 1/3 and 2/3.

    Source: K1.
    """
    plain = [part.share for part in calc.goal_months(plan.start, last_day(plan), plan.season)]
    if not is_monthly(plan) or not goal:
        return plain
    fees, part = subscription.fee_shares(plan.start, last_day(plan), plan.season), new / goal
    return [share * (1 - part) + fee * part for share, fee in zip(plain, fees, strict=True)]


def fees_in(plan: Plan, delivered: Sequence[Fraction], most: Fraction) -> list[Fraction]:
    """How many fees come in each month of the goal, of orders delivered month by month.

    Arguments: ``delivered`` orders of each month, ``most`` how many of all count for the goal.
    Result: one Fraction for each month up to that of the last day that counts.
    Equation: min(most, the orders so far).
    """
    return [min(most, upto) for upto in accumulate(delivered[: goal_length(plan)])]
