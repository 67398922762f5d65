"""When a goal counts as reached, and its share as it is said (K14)."""

from __future__ import annotations

from fractions import Fraction

from xl_kpi import calc
from xl_kpi.plan.input.wording import EXPECTED_WHOLE
from xl_kpi.plan.model import MONEY_ROWS

WHOLE = 1 - Fraction(1, 10**9)  # what lacks less of a goal lacks nothing but the last digits of a cell
NEARLY = Fraction(99, 100)  # more of a goal that is not reached is not said, since 100 % would be read as reached
ROUNDED = {True: 0.5000001, False: 0.0500001}  # orders lost to the rounding of those said whole, or with a decimal


def is_rounding(orders: float | Fraction, needed: float | Fraction) -> bool:
    """Whether what is missing of the orders needed is lost in the words for them (``plan.input.wording.expected``)."""
    return needed - orders <= ROUNDED[orders >= EXPECTED_WHOLE]


def told_share(share: float | Fraction, orders: float | Fraction, needed: float | Fraction, kind: str) -> Fraction:
    """A share of the goal as it is said: 100 % beside as many orders as it has, 99 % at most while something lacks."""
    exact = calc.exact(share)
    all_said = kind not in MONEY_ROWS and exact < 1 and is_rounding(orders, needed)
    return Fraction(1) if all_said else NEARLY if NEARLY < exact < WHOLE else exact
