"""Parts as they are shown: rounded to a tenth, so that they add up to their whole as it is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from xl_kpi.calc.number import nearest_float

FINE = 10**6  # units in a tenth: so fine are the remainders that decide
TENTHS = 10


def shown_parts(parts: Sequence[float], whole: float) -> list[float]:
    """Each part rounded down or up to a tenth (largest remainder), so that all add up to the rounded whole.

    Arguments: ``parts`` in orders, of either sign; ``whole`` what they add up to.
    Equation: all are rounded down; as many tenths as are missing go to those with the largest remainders, of equal ones
    to the first.
    Example:
    >>> shown_parts([-4.45, -3.0, 0.45], -7.0)
    [-4.4, -3.0, 0.4]
    """
    units = [math.floor(part * FINE * TENTHS + 0.5) for part in parts]
    lower = [unit // FINE for unit in units]
    missing = round(nearest_float(whole, 1) * TENTHS) - sum(lower)
    rests = sorted(range(len(units)), key=lambda place: (-(units[place] % FINE), place))
    up = set(rests[: max(0, missing)])
    return [(low + (place in up)) / TENTHS for place, low in enumerate(lower)]
