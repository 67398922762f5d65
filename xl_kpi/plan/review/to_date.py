"""Volumes up to the day of the review: what was planned of each stage and channel, what came, and what is not known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from operator import mul

from xl_kpi import calc
from xl_kpi.calc.calendar import DAY
from xl_kpi.plan.closed.closing import channel_key, first_stage_actuals, lead_rows, stage_key
from xl_kpi.plan.leads import Lead, leads_of
from xl_kpi.plan.model import Channel
from xl_kpi.plan.targets import Targets

Blank = tuple[str, int]  # "stage:<id>" or a channel's id, and the month from 0


class ToDate:
    """The whole months of a plan that are over on a day, with their targets and actuals.

    Arguments: ``as_of`` the day (None: the last day of the last month with an actual).
    A closed month has the targets that were agreed for it, one after them those of the plan as it stands.  A stage of
    which a month has no actual is not known to date; it is never taken for 0.
    """

    def __init__(self, targets: Targets, as_of: dt.date | None = None):
        self.targets, self.plan = targets, targets.plan
        self._as_of = as_of

    @cached_property
    def months(self) -> int:
        """How many months of the plan are over."""
        if self._as_of is None:
            return max((month + 1 for _, month in self.plan.actuals if month < self.plan.months), default=0)
        ends = calc.month_starts(self.plan.start, self.plan.months + 1)[1:]
        return sum(end - DAY <= self._as_of for end in ends)

    @cached_property
    def as_of(self) -> dt.date:
        """The last of their days; the day before the start while there is none."""
        return calc.month_start(self.plan.start, self.months) - DAY

    @cached_property
    def planned(self) -> list[Fraction]:
        """Targets of the stages to date, first stage first, the orders last."""
        return [sum(row, Fraction(0)) for row in self.planned_by_month]

    @cached_property
    def planned_by_month(self) -> list[list[Fraction]]:
        """The same by month."""
        closing, found = self.targets.closing, []
        for index, stage in enumerate(self.plan.stages):
            open_months = self.targets.new[index].months
            found.append([
                closing.agreed(stage_key(stage.id), month) if closing and month < closing.months
                else open_months[month]
                for month in range(self.months)
            ])  # fmt: skip
        return found

    @cached_property
    def actual_by_month(self) -> list[list[float | None]]:
        """Actuals of the stages by month; those of the first are what its channels brought."""
        sums, found = first_stage_actuals(self.plan), []
        for index, stage in enumerate(self.plan.stages):
            key = stage_key(stage.id)
            row = sums if index == 0 and sums is not None else None
            found.append([row[month] if row else self.plan.actuals.get((key, month)) for month in range(self.months)])
        return found

    @cached_property
    def actual(self) -> list[Fraction | None]:
        """Actuals of the stages to date; None where a month has none."""
        return [_total(row) for row in self.actual_by_month]

    @cached_property
    def blanks(self) -> list[Blank]:
        """Stages, and channels of the first one, with months that have no actual."""
        rows = {stage_key(stage.id): row for stage, row in zip(self.plan.stages, self.actual_by_month)}
        rows |= {id_: row[: self.months] for id_, row in self.lead_rows.items()}
        return [(key, month) for key, row in rows.items() for month, one in enumerate(row) if one is None]

    @cached_property
    def lead_rows(self) -> dict[str, list[float | None]]:
        """What each channel of the first stage brought by month, as far as it tells."""
        return lead_rows(self.plan)

    @cached_property
    def channels(self) -> list[Channel]:
        """The channels that bring leads and have a part of them."""
        return [one for one in self.plan.lead_channels if one.share]

    @cached_property
    def planned_of_channels(self) -> list[list[Fraction]]:
        """What each of them is to bring of every stage to date.

        Equation: of a stage the part share × Π rates of its own up to there ÷ Σ of that over the channels; of the first
        stage in closed months what was agreed for it.
        """
        ways = [
            list(accumulate([calc.exact(one.share), *map(calc.exact, self.plan.rates_of(one))], mul))
            for one in self.channels
        ]
        sums = [sum(column, Fraction(0)) for column in zip(*ways)]
        found = [[whole * part / all_ for whole, part, all_ in zip(self.planned, way, sums)] for way in ways]
        for row, channel in zip(found, self.channels):
            row[0] = sum((self._asked(channel, month) for month in range(self.months)), Fraction(0))
        return found

    def _asked(self, channel: Channel, month: int) -> Fraction:
        closing = self.targets.closing
        if closing and month < closing.months:
            return closing.agreed(channel_key(channel.id, channel.stage), month)
        return self.targets.of_channel(channel).months[month]

    @cached_property
    def actual_of_channels(self) -> list[list[Fraction | None]]:
        """What each of them brought of every stage to date: leads as typed, later stages out of the leads in the
        workbook, by the day on which these reached a stage; None where neither says it."""
        rows = self.lead_rows
        found = []
        for channel in self.channels:
            leads = _total(rows[channel.id][: self.months]) if channel.id in rows else None
            later = (self._reached(channel, stage.id) for stage in self.plan.stages[1:])
            found.append([leads, *later])
        return found

    def _reached(self, channel: Channel, stage: str) -> Fraction | None:
        """How many leads of a channel reached a stage to date; None where no lead in the workbook has reached it."""
        if not any(stage in lead.at for lead in self._leads):
            return None
        days = (lead.at.get(stage) for lead in self._leads if lead.channel in (channel.name, channel.id))
        return Fraction(sum(day is not None and self.plan.start <= day <= self.as_of for day in days))

    @cached_property
    def _leads(self) -> tuple[Lead, ...]:
        return leads_of(self.plan)


def _total(row: Sequence[float | None]) -> Fraction | None:
    """The sum of a row; None where something in it is not known, or nothing is in it."""
    known = [calc.exact(one) for one in row if one is not None]
    return sum(known, Fraction(0)) if known and len(known) == len(row) else None
