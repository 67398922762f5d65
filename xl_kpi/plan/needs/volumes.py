"""How much of something is needed when: before the start, in each month, after the plan's end; exact and whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Volumes:
    """How much of one stage is needed when.  ``before`` and ``next`` lie outside the plan's months."""

    before: Fraction
    months: tuple[Fraction, ...]
    next: Fraction

    @property
    def total(self) -> Fraction:
        return self.before + sum(self.months) + self.next

    @property
    def parts(self) -> list[Fraction]:
        """All of it in the order of time."""
        return [self.before, *self.months, self.next]

    def times(self, factor: Fraction) -> Volumes:
        return Volumes(self.before * factor, tuple(month * factor for month in self.months), self.next * factor)


@dataclass(frozen=True)
class Whole:
    """The same as the sheets show it: whole things, which add up to a whole total."""

    before: int
    months: tuple[int, ...]
    next: int

    @property
    def in_plan(self) -> int:
        return sum(self.months)

    @property
    def total(self) -> int:
        return self.before + self.in_plan + self.next

    @property
    def parts(self) -> list[int]:
        """All of it in the order of time."""
        return [self.before, *self.months, self.next]

    @classmethod
    def of(cls, parts: Sequence[int]) -> Whole:
        return cls(parts[0], tuple(parts[1:-1]), parts[-1])
