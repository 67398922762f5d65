"""Those who entered a stage, counted by the days after which they went on or for which they have been watched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from xl_kpi.calc.lag import LONGEST_DAYS
from xl_kpi.calc.number import LARGEST_WHOLE, whole

TOO_EARLY = 0.02  # so large a part of all entries, open and younger than most need, makes the plain share too low


@dataclass(frozen=True)
class Cohort:
    """Counts of entries into one stage: days → how many.

    ``gone``: went on after just so many days; ``within``: went on, the day is not known, but not after more days (a
    stage in between was skipped); ``waiting``: have not gone on in the days for which they have been watched, those
    who never will (lost) among them; ``undated``: went on, and nothing is known of the days.
    """

    gone: Mapping[int, int] = field(default_factory=dict)
    within: Mapping[int, int] = field(default_factory=dict)
    waiting: Mapping[int, int] = field(default_factory=dict)
    undated: int = 0

    @cached_property
    def gone_on(self) -> int:
        """How many have gone on."""
        return sum(self.gone.values()) + sum(self.within.values()) + self.undated

    @cached_property
    def entered(self) -> int:
        """How many entered."""
        return self.gone_on + sum(self.waiting.values())

    @property
    def plain(self) -> float | None:
        """Gone on ÷ entered; None where nobody entered.  Too low while many entries are young."""
        return self.gone_on / self.entered if self.entered else None

    def too_early(self, most_days: int | None) -> bool:
        """Whether so many entries are young that the plain share says little.

        Arguments: ``most_days`` the days within which 80 % of those who go on have done so; None: not known.
        Result: True where more than 2 % of all entries are still open and have been watched for fewer days than that;
        where the days are not known, while anybody is open.
        Example: 100 entered, 30 went on, 10 have been watched for a week and the others for a year.
        >>> one = Cohort(gone={20: 30}, waiting={7: 10, 365: 60})
        >>> one.plain, one.too_early(40), one.too_early(5)
        (0.3, True, False)
        """
        if most_days is None:
            return any(self.waiting.values())
        young = sum(count for days, count in self.waiting.items() if days < most_days)
        return young > TOO_EARLY * self.entered


def checked(cohort: Cohort) -> Cohort:
    """The cohort, its days from 0 to 36,500 and its counts 0 or more.

    Errors: KpiError with the first day or count that is neither.
    """
    for counts in (cohort.gone, cohort.within, cohort.waiting):
        for position, (days, count) in enumerate(counts.items(), 1):
            whole(days, "days", position, low=0, high=LONGEST_DAYS)
            whole(count, "leads", position, low=0, high=LARGEST_WHOLE)
    whole(cohort.undated, "leads", low=0, high=LARGEST_WHOLE)
    return cohort


def together(cohorts: list[Cohort]) -> Cohort:
    """Several cohorts as one.

    Example:
    >>> together([Cohort(gone={3: 1}), Cohort(gone={3: 2}, waiting={9: 4})])
    Cohort(gone={3: 3}, within={}, waiting={9: 4}, undated=0)
    """
    sums: dict[str, dict[int, int]] = {"gone": {}, "within": {}, "waiting": {}}
    for one in cohorts:
        for name, found in sums.items():
            for days, count in getattr(one, name).items():
                found[days] = found.get(days, 0) + count
    return Cohort(**sums, undated=sum(one.undated for one in cohorts))
