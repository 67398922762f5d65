"""Monthly fees (サブスク): in how many months of a period an order is paid for, from the month of its delivery on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

from xl_kpi.calc.calendar import days_of_month, goal_months, month_start, read_month
from xl_kpi.calc.number import whole


def paid_months(start: dt.date, deadline: dt.date, season: Sequence | None = None) -> Fraction:
    """In how many months an order is paid for, on average over the orders of a period.

    Arguments: ``start`` first of a month; ``deadline`` the last day that counts; ``season`` 12 weights from January on.
    Result: a Fraction from 1 to the number of months.
    Equation: Σ share(m) × (months from m to the deadline's, both counted), with the shares of ``goal_months``: the
    part of the orders that is delivered in month m.
    Special cases: orders of the first month alone pay in all months, those of the last one once; a month that the
    deadline cuts is paid for in full.
    Errors: as for ``goal_months``.
    Example: a year of even orders, 12 months for the first ones and 1 for the last.
    >>> paid_months(dt.date(2026, 4, 1), dt.date(2027, 3, 31))
    Fraction(13, 2)

    Source: K1.
    """
    return sum(_upto(start, deadline, season), Fraction(0))


def fee_shares(start: dt.date, deadline: dt.date, season: Sequence | None = None) -> list[Fraction]:
    """The part of the fees of a period that comes in each of its months: of all orders delivered so far one fee each.

    Arguments and errors: as for ``paid_months``.
    Result: one Fraction for each month up to the deadline's; they add up to exactly 1.
    Equation: Σ share(j) over the months j up to m, ÷ ``paid_months``.
    Example: orders even over two months: one fee in the first, two in the second.
    >>> [str(part) for part in fee_shares(dt.date(2026, 4, 1), dt.date(2026, 5, 31))]
    ['1/3', '2/3']

    Source: K1.
    """
    upto = _upto(start, deadline, season)
    total = sum(upto, Fraction(0))
    return [part / total for part in upto]


def fees_after(left: Fraction, start: dt.date, deadline: dt.date, season: Sequence | None = None) -> Fraction:
    """``paid_months``, of the last orders of a period alone.

    Arguments: ``left`` which part of the orders is looked at (``orders_left`` after some months); the others as for
    ``paid_months``.
    Result: fees in the period, for one order of the whole period; ÷ ``left`` it is the average of these orders.
    Equation: Σ over the months m of max(0, ``left`` − the part of the orders that is delivered after m).
    Errors: as for ``goal_months``.
    Example: orders even over two months: the last half of them are paid for once each.
    >>> fees_after(Fraction(1, 2), dt.date(2026, 4, 1), dt.date(2026, 5, 31))
    Fraction(1, 2)

    Source: K1, K15.
    """
    return sum((max(Fraction(0), left - 1 + upto) for upto in _upto(start, deadline, season)), Fraction(0))


def fees_of_month(start: dt.date, month: int, deadline: dt.date, delivery_days: int = 0) -> Fraction:
    """How often an order of a month is paid for, on average over the days of that month.

    Arguments: ``start`` first of a month; ``month`` of the order, from 0; ``deadline`` the last day that counts;
    ``delivery_days`` from the order to the first fee.
    Result: a Fraction, 0 where the delivery comes after the deadline.
    Equation: Σ over the months m of the part of the order's days after which the delivery comes by the end of m.
    Errors: KpiError for a bad start, deadline or number of days.
    Example: ordered on any day of April, delivered 15 days later; of two months.
    >>> fees_of_month(dt.date(2026, 4, 1), 0, dt.date(2026, 5, 31), 15)
    Fraction(3, 2)

    Source: K1, K15.
    """
    first, days = read_month(start), whole(delivery_days, "delivery_days", low=0, high=10**6)
    begin = month_start(first, month)
    length, offset = days_of_month(begin), (begin - first).days
    parts = (Fraction(end - days - offset, length) for end in _ends(first, deadline))
    return sum((max(Fraction(0), min(Fraction(1), part)) for part in parts), Fraction(0))


def fees_of_start(start: dt.date, deadline: dt.date, delivery_days: int = 0) -> int:
    """How often an order that is won at the start is paid for.  Arguments and errors: as for ``fees_of_month``.

    Example: delivered on 1 May, of two months.
    >>> fees_of_start(dt.date(2026, 4, 1), dt.date(2026, 5, 31), 30)
    1

    Source: K1, K15.
    """
    days = whole(delivery_days, "delivery_days", low=0, high=10**6)
    return sum(end > days for end in _ends(read_month(start), deadline))


def _upto(start: dt.date, deadline: dt.date, season: Sequence | None) -> list[Fraction]:
    """The part of the goal that is delivered by the end of each of its months."""
    return list(accumulate(part.share for part in goal_months(start, deadline, season)))


def _ends(first: dt.date, deadline: dt.date) -> list[int]:
    """The day after each month of the goal, the last one's after the deadline, in days from the start."""
    return [(part.end - first).days for part in goal_months(first, deadline)]
