"""人員: the people whom the plan's calls, meetings and deals take by month, and the months that are over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from xl_kpi.calc import clean_ceiling, exact, month_start
from xl_kpi.calc.economy import busiest, months_over, people_needed
from xl_kpi.errors import Fault
from xl_kpi.kpi.channel_figures import TARGET, ChannelFigures
from xl_kpi.kpi.figures import is_number
from xl_kpi.kpi.money_formulas import formulas_in_cells
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.economics.inputs import EconomicInputs, Work, inputs_of
from xl_kpi.plan.findings import fault
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.keys import PEOPLE
from xl_kpi.plan.model import Plan
from xl_kpi.plan.money.cells import factor_of, in_cells
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.targets import Targets

NOTHING = Fraction(0)


@dataclass(frozen=True)
class Team:
    """One team: the people it takes by month, exact and in heads, how many there are, and where they are too few.

    ``over``: pairs (month from 0, people missing); empty where nobody has said how many there are.
    """

    name: str
    needed: tuple[Fraction, ...]
    present: Fraction | None
    over: tuple[tuple[int, int], ...]

    @property
    def heads(self) -> tuple[int, ...]:
        return tuple(clean_ceiling(people) for people in self.needed)


class People:
    """The people of a plan.

    The work of a month is what the plan newly asks of a stage then (as the sheets show it), or the target of a KPI
    such as the calls.  What one team does goes on side by side: the work that takes most people decides.

    Arguments: ``targets`` of a plan, ``inputs`` what was typed.

    Source: K9 (against capacity).
    """

    def __init__(self, targets: Targets, inputs: EconomicInputs):
        self.targets, self.plan, self.inputs = targets, targets.plan, inputs

    def volumes(self, work: Work) -> list[Fraction] | None:
        """How much of it there is in each month; None where the plan has no such stage or KPI."""
        owner, _, kpi = work.of.partition(":")
        if not kpi:
            places = {stage.id: place for place, stage in enumerate(self.plan.stages)}
            return [*map(Fraction, self.targets.whole_new[places[owner]].months)] if owner in places else None
        channel = next((one for one in self.plan.channels_on if one.id == owner), None)
        if channel is None or all(one.id != kpi for one in shown_kpis(self.plan, channel)):
            return None
        months = ChannelFigures(self.plan, self.targets, channel).months[TARGET, kpi]
        return [exact(number) if is_number(number) else NOTHING for number in months]

    @cached_property
    def days(self) -> list[Fraction]:
        """The working days of each month of the plan."""
        starts = [month_start(self.plan.start, month) for month in range(self.plan.months)]
        return [exact(self.inputs.days.get(start.month, self.inputs.usual_days)) for start in starts]

    def needed(self, work: Work) -> list[Fraction] | None:
        """The people whom one kind of work takes by month; None where that is not known.

        Special cases: in a month without working days nobody can do it, so nobody is asked for.
        """
        volumes = self.volumes(work)
        if volumes is None or not work.per_person or not self.inputs.usual_days:
            return None
        doable = [volume if day else NOTHING for volume, day in zip(volumes, self.days, strict=True)]
        return people_needed(doable, work.per_person, self.days, self.inputs.usual_days)

    @cached_property
    def teams(self) -> list[Team]:
        """The teams in the order in which they are named first; work of no team takes nobody."""
        return [self._team(name) for name in dict.fromkeys(one.team for one in self.inputs.work) if name]

    def _team(self, name: str) -> Team:
        work = [one for one in self.inputs.work if one.team == name]
        rows: Sequence[list[Fraction]] = [row for one in work if (row := self.needed(one)) is not None]
        needed = tuple(busiest(rows)) if rows else (NOTHING,) * self.plan.months
        said = [one.present for one in work if one.present is not None]
        present = exact(max(said)) if said else None
        over = () if present is None else tuple(months_over(needed, present))
        return Team(name, needed, present, over)


def short_of_people(plan: Plan) -> Iterator[Fault]:
    """What the page 人員 says: teams that are too few in some month, work that can't be counted; nothing while it is
    off.

    Arguments: ``plan``, sound.  Result: ``cell`` is a key of ``plan.checks``.
    """
    if not is_on(plan, "people") or not plan.tables.get(PEOPLE):
        return
    shown_plan = in_cells(plan)  # as the sheets compute it
    shown_plan = shown_plan.with_(kpis=formulas_in_cells(shown_plan.kpis, factor_of(plan.currency_unit)))
    people = People(Targets(shown_plan), inputs_of(plan))
    rows = plan.tables[PEOPLE]
    for team in people.teams:
        if team.over:
            named = (one for one in people.inputs.work if one.team == team.name and one.present is not None)
            cell, most = f"{PEOPLE}[{next(named).id}].present", max(count for _, count in team.over)
            values = {"team": team.name, "months": str(len(team.over)), "most": str(most)}
            yield fault("plan_check_people_short", shown(team.present), cell, **values)
    for one in people.inputs.work:
        typed = str(rows[one.id].get("of") or "")
        if typed and not one.of:
            yield fault("plan_check_work_unknown", typed, f"{PEOPLE}[{one.id}].of")
