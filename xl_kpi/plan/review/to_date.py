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
from xl_kpi.plan.closed.closing import channel_key, first_stage_actuals, gone_rows, lead_rows, stage_key
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
        return self.plan.months_past(self._as_of)

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
        return [row[: self.months] for row in self.asked_by_month]

    @cached_property
    def asked_by_month(self) -> list[list[Fraction]]:
        """Targets of the stages in every month of the plan."""
        closing, found = self.targets.closing, []
        for index, stage in enumerate(self.plan.stages):
            open_months = self.targets.new[index].months
            found.append([
                closing.agreed(stage_key(stage.id), month) if closing and month < closing.months
                else open_months[month]
                for month in range(self.plan.months)
            ])  # fmt: skip
        return found

    def of_period(self, asked: Sequence[Fraction], told: Sequence[float | None]) -> Fraction:
        """What the plan as it stands has for the whole period: of open months what is asked, of closed ones, where what
        they left missing is asked again, what they brought (as agreed where that is blank).

        Arguments: ``asked`` of every month of the plan, ``told`` of those to date.
        Example: 10 of each of six months; the first brought 4, and the others are asked for 56 in all: 60, not 66.
        """
        count = self.plan.closed_months if self.plan.carries_over else 0
        came = [one if real is None else calc.exact(real) for one, real in zip(asked[:count], told)]
        return sum([*came, *asked[len(came) :]], Fraction(0))

    @cached_property
    def actual_by_month(self) -> list[list[float | None]]:
        """Actuals of the stages by month; those of the first are what its channels brought, where all say it."""
        sums, found = self._sums, []
        for index, stage in enumerate(self.plan.stages):
            key = stage_key(stage.id)
            row = sums if index == 0 and sums is not None else None
            found.append([row[month] if row else self.plan.actuals.get((key, month)) for month in range(self.months)])
        return found

    @cached_property
    def _sums(self) -> list[float | None] | None:
        """Actuals of the first stage, added up; None where they are typed.  A month that a channel with a part of the
        leads does not tell is blank: what it brought is not 0."""
        sums = first_stage_actuals(self.plan)
        told = [self.lead_rows.get(one.id) for one in self.channels]
        if sums is None:
            return None
        if None in told:
            return [None] * len(sums)
        told += gone_rows(self.plan).values()
        return [None if any(row[month] is None for row in told if row) else one for month, one in enumerate(sums)]

    @cached_property
    def actual(self) -> list[Fraction | None]:
        """Actuals of the stages to date; None where a month has none."""
        return [total_of(row) for row in self.actual_by_month]

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
        found = [[whole * part for whole, part in zip(self.planned, way)] for way in self._parts]
        for row, channel in zip(found, self.channels):
            row[0] = sum((self.asked(channel, month) for month in range(self.months)), Fraction(0))
        return found

    @cached_property
    def _parts(self) -> list[list[Fraction]]:
        """The part of each channel in each stage."""
        ways = [
            list(accumulate([calc.exact(one.share), *map(calc.exact, self.plan.rates_of(one))], mul))
            for one in self.channels
        ]
        sums = [sum(column, Fraction(0)) for column in zip(*ways)]
        return [[part / all_ for part, all_ in zip(way, sums)] for way in ways]

    def asked_orders(self, channel: Channel) -> list[Fraction]:
        """The orders that the leads of a channel are to bring in every month of the plan."""
        part = self._parts[[one.id for one in self.channels].index(channel.id)][-1]
        return [month * part for month in self.asked_by_month[-1]]

    def asked(self, channel: Channel, month: int) -> Fraction:
        """What a channel is to bring of its own stage in a month; in a closed one what was agreed."""
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
            leads = total_of(rows[channel.id][: self.months]) if channel.id in rows else None
            later = (self._reached(channel, stage.id) for stage in self.plan.stages[1:])
            found.append([leads, *later])
        return found

    @cached_property
    def gone(self) -> dict[str, tuple[Fraction, Fraction | None]]:
        """Of each channel that is off now, by its id, the leads that closed months asked of it, and those that came."""
        first, found = self.plan.stages[0].id, {}
        for id_, row in gone_rows(self.plan).items():
            told = (
                self.plan.agreed.months.get((channel_key(id_, first), k), 0) for k in range(self.plan.closed_months)
            )
            asked = sum(map(calc.exact, [*told][: self.months]), Fraction(0))
            found[id_] = asked, total_of(row[: self.months])
        return found

    @cached_property
    def by_channel(self) -> dict[str, tuple[list[Fraction], list[Fraction | None]]]:
        """Of each of them what it is to bring and what it brought of every stage to date, by its id."""
        rows = zip(self.channels, self.planned_of_channels, self.actual_of_channels)
        return {channel.id: (planned, actual) for channel, planned, actual in rows}

    @cached_property
    def orders_by_month(self) -> dict[str, list[float | None]]:
        """Orders to date of each of them by month, out of the leads in the workbook; empty where these have none."""
        starts, last = calc.month_starts(self.plan.start, self.months + 1), self.plan.stages[-1].id
        rows: dict[str, list[float | None]] = {}
        for channel in self.channels:
            found = [self._reached(channel, last, since, end - DAY) for since, end in zip(starts, starts[1:])]
            if found and None not in found:
                rows[channel.id] = [None if one is None else float(one) for one in found]
        return rows

    def _reached(
        self, channel: Channel, stage: str, since: dt.date | None = None, until: dt.date | None = None
    ) -> Fraction | None:
        """How many leads of a channel reached a stage, to date or in other days; None where no lead in the workbook has
        reached it."""
        if not any(stage in lead.at for lead in self._leads):
            return None
        since, until = since or self.plan.start, until or self.as_of
        days = (lead.at.get(stage) for lead in self._leads if lead.channel in (channel.name, channel.id))
        return Fraction(sum(day is not None and since <= day <= until for day in days))

    @cached_property
    def _leads(self) -> tuple[Lead, ...]:
        return leads_of(self.plan)


def total_of(row: Sequence[float | None]) -> Fraction | None:
    """The sum of a row; None where something in it is not known, or nothing is in it."""
    known = [calc.exact(one) for one in row if one is not None]
    return sum(known, Fraction(0)) if known and len(known) == len(row) else None
