"""What closed months show of a step, and what its rate is taken for (K14)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from xl_kpi import calc

UNSURE = 0.27  # how far plans are off before anything is seen: a quarter more or less is usual
OPENED = 0.2  # how far a rate that is seen in items open at the start is off: their days are not known
SHIFTED = 0.5  # how far off it is, as a part of what chance does, how many of these came in the months that are told
MISCOUNTED = 0.5  # how far all that is typed as open is off together, where it is off, in the logarithm
ALIKE = 0.05  # how far apart steps are in that case, beside chance
DOUBT = 1  # how far the one is believed rather than the other without a sight of either, as a logarithm of the odds
MOST_RATE = Fraction(999, 1000)


@dataclass(frozen=True)
class Estimate:
    """What a rate, or leads ÷ planned leads, is taken for, and the variance of that."""

    value: Fraction
    variance: float


@dataclass(frozen=True)
class Seen:
    """What closed months with an actual show of a step: how many have ``gone_on``, of how many whose days are ``over``.

    ``opened`` what was open before the plan and went on in any closed month, as a part of these; ``window`` the part of
    it that was to go on in the months that are told; ``guessed`` the part of the entries that is a guess for lack of an
    actual; ``kept`` how many are not in ``over`` though their days are, as the plan has them in the stage still (below
    0: how many are, that the plan has gone on before their days, or that were open though nobody typed them);
    ``taken``: the rate is the plan's since ``kept`` takes up what is beside it, so that the months tell nothing of it.
    """

    gone_on: float
    over: float
    opened: float
    guessed: float = 0.0
    window: float = 1.0
    kept: float = 0.0
    taken: bool = False

    @property
    def rate(self) -> float:
        return self.gone_on / self.over

    @property
    def off(self) -> float:
        """The variance of what is open, as a part of the rate: nobody says how long it had been there."""
        return (OPENED**2 + SHIFTED**2 * self.window * (1 - self.window)) * self.opened**2

    def middle(self, planned: float) -> float:
        """The rate with the plan's as one more entry, not quite 0 and not quite 1."""
        return min(1 - 1e-6, max(1e-6, (planned + min(1.0, self.rate) * self.over) / (1 + self.over)))


def estimate(rate: float | Fraction | None, seen: Seen | None, more: tuple[float, float] = (0.0, 0.0)) -> Estimate:
    """What a rate is taken for between the plan's and that of the closed months, the nearer to these the more is known.

    Arguments: ``rate`` the plan's; ``more`` was open than is typed, and its variance (``miscounted``).
    Equation: value = (v × s + w × r) ÷ (v + w), with the plan's rate r and its variance v = (0.27 r)², the seen one s
    of n entries whose days are over and its variance w = q (1 − q) ÷ n + (0.2 o r)², where q is (r + s n) ÷ (1 + n) and
    o the part of the n that was open at the start.  Where a part g of the n is a guess, w is larger by (0.27 g r)²;
    where some months are not told, and a part p of what was open was to go on in the others, by 0.25 p (1 − p) (o r)²;
    by the variance of ``more`` × (o r)².
    What was open without being typed is taken out of s first: s ÷ exp(o × ``more``), which takes no rate
    beyond the plan's.
    Special cases: the plan's where nothing is seen.
    Source: K14.
    """
    exact = calc.exact(rate)
    planned = float(exact)
    unsure = (UNSURE * planned) ** 2
    if seen is None:
        return Estimate(exact, unsure)
    here = min(1.0, _without(more[0] * seen.opened, seen.rate, planned))
    middle = seen.middle(planned)
    noise = (
        middle * (1 - middle) / seen.over
        + (seen.off + more[1] * seen.opened**2 + (UNSURE * seen.guessed) ** 2) * planned**2
    )
    value = (unsure * here + noise * planned) / (unsure + noise)
    return Estimate(min(MOST_RATE, calc.exact(value)), unsure * noise / (unsure + noise))


def miscounted(rates: Sequence[float | Fraction | None], seen: Sequence[Seen | None]) -> tuple[float, float]:
    """How many more were open at the start than is typed (below 0: fewer), as a logarithm, as far as that is likely;
    the variance of that.

    Arguments: ``rates`` of the plan; ``seen`` of each of them.
    Equation: with x = ln((gone on + ½) ÷ (r n + ½)) of each step, o, w and v as in ``estimate`` (as parts of r²), two
    cases are held against each other: each rate is off for itself, x ~ N(0, v + w), or all that is open is off by the
    same c, x ~ N(o c, chance + 0.05²) with c ~ N(0, 0.5²).  The result is the c of the latter × how likely it is (p),
    with odds of the densities' ratio ÷ e; its variance p × that of the latter's c + p (1 − p) c².
    Special cases: 0 where nothing is seen, and of months as planned.  Five steps that are all 50 % above the plan after
    a month are one thing that is off, not five rates that multiply (1.5⁵ = 7.6).
    Source: K14.
    """
    apart, weight, pull, alike = 0.0, 1 / MISCOUNTED**2, 0.0, -math.log(MISCOUNTED)
    for planned, one in zip(rates, seen):
        if one is None or one.taken or not planned:
            continue
        rate = float(planned)
        off = math.log((one.gone_on + 0.5) / (rate * one.over + 0.5))
        chance = (1 / one.middle(rate) - 1) / one.over + (UNSURE * one.guessed) ** 2
        apart += _density(off, UNSURE**2 + chance + one.off)
        near = chance + ALIKE**2
        alike += _density(off, near)
        weight, pull = weight + one.opened**2 / near, pull + one.opened * off / near
    alike += (pull**2 / weight - math.log(weight)) / 2
    likely = 1 / (1 + math.exp(max(-99.0, min(99.0, apart - alike + DOUBT))))
    more = pull / weight
    return likely * more, likely / weight + likely * (1 - likely) * more**2


def _without(more: float, rate: float, planned: float) -> float:
    """A seen rate less so much (a logarithm), but not beyond the planned one."""
    less = rate * math.exp(-more)
    return max(less, min(rate, planned)) if more > 0 else min(less, max(rate, planned))


def _density(off: float, variance: float) -> float:
    """The logarithm of a normal density about 0, but for its constant."""
    return -(math.log(variance) + off**2 / variance) / 2
