"""Closed months held against what was agreed for them, like with like: what they say of a rate (K9, K15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from xl_kpi import calc
from xl_kpi.plan.closed.closing import Closing, channel_key, gone_rows, lead_rows, stage_key
from xl_kpi.plan.model import Plan

Month = tuple[Fraction, Fraction]  # actual and target


@dataclass(frozen=True)
class SeenRate:
    """What closed months say of the rate from a stage to the next.

    ``months`` how many say so; ``gone_on`` what entered the next stage in them; ``entered`` of how many entries that
    is: as many as the rate in force then turns into what was to be expected; ``through`` the same by the days that a
    stage takes: of what was missing of the targets only that counts which would have gone on by now.
    """

    months: int
    gone_on: Fraction
    entered: Fraction
    through: Fraction

    @property
    def rate(self) -> Fraction:
        return self.gone_on / self.entered


def seen_rate(plan: Plan, closing: Closing, index: int) -> SeenRate | None:
    """What the closed months with both actuals say of a rate; None where nothing was to be expected of them.

    Open items of the start, and entries whose days are not over, make the counts of the same months say little: those
    of the plan have them as well, so that each is held against its own target.  On plan the rate is the plan's, to the
    last digit.
    Equation: entered = (Σ target(i + 1) × Σ actual(i) ÷ Σ target(i)) ÷ r(i), so that gone_on ÷ entered is the estimate
    of KPIツリー: r(i) × (actual ratio ÷ target ratio).  through = (Σ target(i + 1) + r(i) × Σ (actual(i) − target(i)) ×
    P(gone on by now)) ÷ r(i).  r(i) is that with which the targets were made, its mean over the months.
    Example: 40 % are to go on; of 100 leads asked for 80 came, and of 50 MQL (10 of open leads) 40: still 40 %.

    Source: K9, K15.
    """
    here, there = (compared(plan, closing, at) for at in (index, index + 1))
    both = [(k, one, other) for k, (one, other) in enumerate(zip(here, there)) if one and other]
    came, asked = (sum((one[part] for _, one, _ in both), Fraction(0)) for part in (0, 1))
    gone_on, expected = (sum((other[part] for _, _, other in both), Fraction(0)) for part in (0, 1))
    if min(came, asked, expected) <= 0:
        return None
    rate = sum((closing.rate_then(index, k) for k, _, _ in both), Fraction(0)) / len(both)
    through = expected / rate + _gone_on_by_now(plan, closing, index, here)
    return SeenRate(len(both), gone_on, expected * came / asked / rate, through)


def compared(plan: Plan, closing: Closing, index: int) -> list[Month | None]:
    """Actual and target of a stage in each closed month; None where one is not told, for leads by any channel.

    What channels brought that are off now counts, and so does what was asked of them.
    """
    stage, months = plan.stages[index], range(closing.months)
    rows = lead_rows(plan) if index == 0 else {}
    if not rows:
        actuals = [closing.actual(stage_key(stage.id), k) for k in months]
        return [_month(closing, [stage_key(stage.id)], k, [actuals[k]]) for k in months]
    all_told = len(rows) == sum(channel.stage == stage.id for channel in plan.channels_on)
    rows |= gone_rows(plan)
    whats = [stage_key(stage.id)] if all_told else [channel_key(id_, stage.id) for id_ in rows]
    return [_month(closing, whats, k, [row[k] for row in rows.values()]) for k in months]


def _month(closing: Closing, whats: Sequence[str], month: int, actuals: Sequence[float | None]) -> Month | None:
    told = [calc.exact(one) for one in actuals if one is not None]
    if len(told) < len(actuals):
        return None
    return sum(told, Fraction(0)), sum((closing.agreed(what, month) for what in whats), Fraction(0))


def _gone_on_by_now(plan: Plan, closing: Closing, index: int, months: Sequence[Month | None]) -> Fraction:
    """Of what entered a stage more than was asked (below 0: less), how much is to have gone on."""
    lag, pairs = plan.stages[index].lag, [month or (Fraction(0), Fraction(0)) for month in months]
    came, asked = ([pair[part] for pair in pairs] for part in (0, 1))
    left = [sum(row, Fraction(0)) - calc.under_way(plan.start, lag, row) for row in (came, asked)]
    return left[0] - left[1]
