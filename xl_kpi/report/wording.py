"""How a report writes its numbers: by their unit, with the sign that the sheets have, and never 0 for a blank."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from xl_kpi.catalog import find_unit
from xl_kpi.catalog.review_limits import ABOVE, BELOW, EVEN, review_limits
from xl_kpi.kpi.figures import BEST, SPENT, is_number
from xl_kpi.kpi.review.attainment import Reached
from xl_kpi.kpi.review.words import few
from xl_kpi.plan.input.wording import FEW, Rounded, fixed
from xl_kpi.plan.money.cells import YEN

NOT_KNOWN = "—"
STATES = {ABOVE: "good", EVEN: "fair", BELOW: "poor"}


@dataclass(frozen=True)
class State:
    """How far something is: ``share`` 1 = on target (None: not known), ``state`` good, fair, poor or "", its words."""

    share: float | None
    state: str
    words: str


def attained(share: object) -> State:
    """An attainment as the sheets show it: 105 % and more ▲, 95 to 104 % ●, less ▼ (K4).

    Special cases: ``BEST``, which has no percentage, is the sign alone; a blank is ``NOT_KNOWN``.
    Example: ``attained(0.9).words`` is "▼ 90%".
    """
    if share == BEST:
        return State(None, "good", BEST)
    if isinstance(share, Fraction):
        share = float(share)
    if not is_number(share):
        return State(None, "", NOT_KNOWN)
    mark = review_limits().mark(share)
    return State(float(share), STATES[mark], f"{mark} {fixed(share * 100)}%")


def reached(one: Reached) -> State:
    """The same of a line of the review."""
    if one.mark and one.attained is None:
        return State(None, STATES[one.mark], one.mark)
    if one.better == SPENT and one.attained is not None:
        return State(one.attained, STATES.get(one.mark, ""), f"{one.mark} {fixed(one.attained * 100)}%".strip())
    return attained(one.attained)


def number(value: object, unit: str = "count", lang: str = "ja") -> str:
    """A number in its unit; money (in yen) in the words of its size, a blank as ``NOT_KNOWN``.

    Example: ``number(0.031, "rate")`` is "3.1%", ``number(942_300_000, "yen")`` "9.42億円".
    """
    if isinstance(value, Fraction):
        value = float(value)
    if not is_number(value):
        return NOT_KNOWN
    found = find_unit(unit)
    kind = found.format if found else unit
    if kind == "rate":
        return f"{fixed(value * 100, 1)}%"
    if kind == "yen":
        if unit == YEN and value >= 0:
            return Rounded(value)(lang)
        return f"{fixed(value)}円" if lang == "ja" else f"JPY {fixed(value)}"
    if kind == "decimal":
        return fixed(value, 1)
    if kind == "day":
        return fixed(value)
    return fixed(value, 1) if 0 < abs(value) < FEW and value != round(value) else fixed(value)


def signed(orders: float) -> str:
    """Orders with a decimal and their sign; what is rounded to 0 has none."""
    return f"+{few(orders)}" if round(orders, 1) > 0 else few(orders)
