"""What is in a stage after closed months beside what its days say: nobody knows how long open items had been there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

from xl_kpi import calc
from xl_kpi.calc.review.flow import Over, closed_flow
from xl_kpi.plan.closed.closing import Closing, stage_key
from xl_kpi.plan.outlook import PlanOutlook

SPREAD = 0.35  # how far a stage's actuals of a month are off what was to come, beside chance, in the logarithm
DOUBT = 6  # how far what is typed as open is believed rather than what was asked, as a logarithm of the odds


class Stay:
    """Of each step, how many are in the stage still though their days are over.

    The run forward has open items just entered (or half through), while the targets have them go on as they are needed.
    Both are taken for possible: a count between the two tells nothing of the rate, and what has not gone on is there
    still.  So months that came as planned show the plan's rates and leave what the plan has.

    Arguments: ``closing`` the closed months; ``start`` the outlook from the start; ``told`` what entered each stage in
    each of them, None where nobody tells.

    Source: K14.
    """

    def __init__(self, closing: Closing, start: PlanOutlook, told: Sequence[Sequence[Fraction | None]]):
        self.closing, self.plan, self.start, self.told = closing, closing.plan, start, told

    @cached_property
    def planned(self) -> list[float]:
        """How many the plan has in each stage still though their days are over; below 0: how many it has gone on before
        their days, or of open items that nobody typed.

        Equation: D(i) = of how many the days are over, had all come as asked − Σ asked(i + 1) ÷ r(i), with the rates of
        when it was asked, of the months that are told.
        """
        closing, start = self.closing, self.start
        pairs = zip(self.told[1:], self._asked[1:])
        asked = [[one if row[k] is not None else None for k, one in enumerate(due)] for row, due in pairs]
        edges, rates = start.edges[: closing.months + 1], self.plan.rates
        rows: list[list] = [self._asked[0], *asked]
        flow = closed_flow(
            edges, rows, start.targets.lags, start.leads_by_day, start.opened, age=start.age,
            fill=lambda place, *_: float(calc.exact(rates[place])),
        )  # fmt: skip
        found = []
        for place, (row, over) in enumerate(zip(asked, flow[1])):
            then = [closing.rate_then(place, month) for month in range(closing.months)]
            gone = sum(count / rate for count, rate in zip(row, then) if count and rate)
            found.append(over.new + over.old - float(gone))
        return found

    @cached_property
    def _asked(self) -> list[list[Fraction]]:
        closing = self.closing
        return [[closing.agreed(stage_key(one.id), k) for k in range(closing.months)] for one in self.plan.stages]

    @cached_property
    def _as_asked(self) -> float:
        """How likely it is that actuals follow what was asked, and not what is typed as open, where that is too little
        for it: how near each month's are to the one and to the other.

        Equation: with a, t, f the logarithms of 1 + actual, target, and what was to come of what is typed, the odds are
        exp(Σ ((a − f)² − (a − t)²) ÷ 2 (0.35² + 1 ÷ (1 + the largest of the three)) − 6), the sum over the months and
        stages that are told.
        """
        nearer = 0.0
        for row, asked, due in list(zip(self.told, self._asked, self.start.run.entries))[1:]:
            for actual, *planned in zip(row, asked, due):
                if actual is None:
                    continue
                counts = [max(0.0, float(one)) for one in (actual, *planned)]
                came, target, forward = map(math.log1p, counts)
                unsure = SPREAD**2 + 1 / (1 + max(counts))
                nearer += ((came - forward) ** 2 - (came - target) ** 2) / 2 / unsure
        return 1 / (1 + math.exp(-max(-99.0, min(99.0, nearer - DOUBT))))

    def kept(self, place: int, over: Over, gone_on: float) -> float:
        """The same after what has come: as far as the plan's rate is the right one, between 0 and what was planned.

        Arguments: ``over`` as of ``closed_flow``, of the months that are told; ``gone_on`` into the next stage in them.
        Special cases: where fewer are typed as open than the plan needs, so many went on beside these as is likely.
        """
        rate, planned = float(calc.exact(self.plan.rates[place])), self.planned[place]
        if not rate:
            return 0.0
        there = over.new + over.old - gone_on / rate
        kept = _between(there, planned)
        if self._is_typed(place) and self._short(place):
            kept *= self._as_asked
            kept += (1 - self._as_asked) * _between(there, max(planned + self._short(place), -over.left))
        return kept

    def more(self, place: int, kept: float) -> float:
        """How many more are in the stage than its days say (below 0: fewer): ``kept``, and of what the plan needs there
        and nobody typed, the part that the actuals show: it went on, and not what is under way."""
        if not kept:
            return kept
        if self._is_typed(place):  # as far as what was asked came, though too few are typed as open for it
            return kept + self._as_asked * min(max(0.0, self._short(place)), max(0.0, -kept))
        return kept * (1 + self._short(place) / self.planned[place])

    def _is_typed(self, place: int) -> bool:
        return self.plan.is_open_typed(self.plan.stages[place].id)

    def _short(self, place: int) -> float:
        """How many the plan needs in the stage at the start that are not typed."""
        here, there = (self.start.shortage[at] for at in (place, place + 1))
        return float(here - there / calc.exact(self.plan.rates[place]))


def _between(count: float, end: float) -> float:
    """The count, between 0 and an end."""
    return min(max(count, min(0.0, end)), max(0.0, end))
