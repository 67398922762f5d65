"""How columns hang together: one is never more than the other, one is two others divided, days come in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log10
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.roles import Order, Quotient, days_in_turn, orders, quotients
from xl_kpi.exchange.suggestions.profiles import Profile

if TYPE_CHECKING:
    import numpy as np

_NEARLY = 0.95  # of the rows
_SELDOM = 0.3
_LEAST_ROWS = 2  # that have to agree before anything follows
# What an assignment gains or loses by each relation, beside 1 for a word that is known.
_ORDER, _DISORDER, _USUAL, _QUOTIENT, _NO_QUOTIENT, _TURN = 0.08, -0.3, 0.12, 0.4, -0.15, 0.08


@dataclass
class Relations:
    """The columns of a table beside each other; what was computed once is kept."""

    profiles: Sequence[Profile]
    _orders: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)
    _quotients: dict[tuple[int, int, int, int], float] = field(default_factory=dict)
    _turns: dict[tuple[int, int], float] = field(default_factory=dict)

    def worth(self, places: Mapping[str, int]) -> float:
        """What the relations say for an assignment: role → place of its column."""
        total = sum(self._order(one, places) for one in orders())
        total += sum(self._quotient(one, places)[0] for one in quotients())
        turn = [places[role] for role in days_in_turn() if role in places]
        return total + sum(self._turn(first, then) for first, then in zip(turn, turn[1:]))

    def proved(self, role: str, places: Mapping[str, int]) -> tuple[str, str] | None:
        """The two roles whose columns divided by each other are the one with this role, or of which it is part."""
        for one in quotients():
            _, found = self._quotient(one, places)
            if found and role in (one.role, *found):
                return found
        return None

    def is_quotient(self, one: Quotient, place: int, of: int, by: int) -> bool:
        """Whether a column is two others divided as a role asks it."""
        return max(self._divides(place, of, by, times) for times in one.times) >= _NEARLY

    def when(self, place: int) -> tuple[float, float]:
        """By what days are put in turn: the fullest column first, then the earliest."""
        import numpy as np

        at = self.profiles[place].at
        known = at[~np.isnan(at)]
        return -round(self.profiles[place].filled, 2), float(np.median(known)) if len(known) else 0.0

    def _order(self, one: Order, places: Mapping[str, int]) -> float:
        more = next((places[role] for role in one.more if role in places), None)
        less = next((places[role] for role in one.less if role in places), None)
        if more is None or less is None or more == less:
            return 0.0
        part, off = self._compared(more, less)
        if part < 0:
            return 0.0
        worth = 0.0
        if one.usual is None or one.spread is None or one.spread:
            worth = _ORDER if part >= _NEARLY else _DISORDER * (1 - part)
        if one.usual and one.spread:
            worth += _USUAL * (1 - min(2.0, abs(off - log10(one.usual)) / one.spread))
        return worth

    def _compared(self, more: int, less: int) -> tuple[float, float]:
        """The part of rows in which the first is at least the second (-1: too few rows), log10 of second ÷ first."""
        import numpy as np

        if (more, less) not in self._orders:
            a, b = self._numbers(more), self._numbers(less)
            both = ~(np.isnan(a) | np.isnan(b))
            count = int(both.sum())
            sums = float(a[both].sum()), float(b[both].sum())
            part = float((a[both] >= b[both]).mean()) if count >= _LEAST_ROWS else -1.0
            off = log10(sums[1] / sums[0]) if min(sums) > 0 else -9.0
            self._orders[more, less] = part, off
        return self._orders[more, less]

    def _quotient(self, one: Quotient, places: Mapping[str, int]) -> tuple[float, tuple[str, str] | None]:
        if one.role not in places:
            return 0.0, None
        best, found = None, None
        for of in one.of:
            for by in one.by:
                if of in places and by in places:
                    part = max(self._divides(places[one.role], places[of], places[by], times) for times in one.times)
                    if best is None or part > best:
                        best, found = part, (of, by)
        if best is None or best < 0:
            return 0.0, None
        if best >= _NEARLY:
            return _QUOTIENT, found
        return (_NO_QUOTIENT if best < _SELDOM else 0.0), None

    def _divides(self, role: int, of: int, by: int, times: int) -> float:
        """The part of rows in which a column is two others divided, to the digits that it shows; -1: too few rows."""
        import numpy as np

        key = (role, of, by, times)
        if key not in self._quotients:
            shown, a, b = self._numbers(role), self._numbers(of), self._numbers(by)
            if self.profiles[role].percent:
                shown, a = shown * 100, a * 100
            use = ~(np.isnan(shown) | np.isnan(a) | np.isnan(b)) & (b > 0) & (a > 0)
            if int(use.sum()) < _LEAST_ROWS:
                self._quotients[key] = -1.0
            else:
                ratio = a[use] / b[use] * times
                near = np.abs(shown[use] - ratio) <= np.maximum(0.0051, 0.006 * ratio)
                self._quotients[key] = float((near & (shown[use] > 0)).mean())
        return self._quotients[key]

    def _turn(self, first: int, then: int) -> float:
        import numpy as np

        if (first, then) not in self._turns:
            a, b = self.profiles[first].at, self.profiles[then].at
            both = ~(np.isnan(a) | np.isnan(b))
            if int(both.sum()) < _LEAST_ROWS:
                worth = 0.0
            else:
                part = float((a[both] <= b[both]).mean())
                worth = _TURN if part >= _NEARLY else _DISORDER * (1 - part)
                worth += 0.04 if self.profiles[first].filled >= self.profiles[then].filled else -0.1
            self._turns[first, then] = worth
        return self._turns[first, then]

    def _numbers(self, place: int) -> np.ndarray[Any, Any]:
        return self.profiles[place].numbers
