"""What a review says about some channels and stages alone: what may be told to those who look after them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from xl_kpi.calc.review.channels import MIX, VOLUME
from xl_kpi.kpi.review.actions import LEAST, Action
from xl_kpi.kpi.review.attainment import CHANNEL, KPI, STAGE, Attained
from xl_kpi.kpi.review.figure_ids import FUNNEL, OF_CHANNEL, RATES, stage_of
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.review.gap import Part

_STAGE = "stage:"  # how the ids of stages begin


class OwnPart:
    """The part of a review that belongs to some ids (``plan.merging.permissions.ids_of``).

    Told are figures that stand on these channels' own pages and at these stages, and what they cost in orders; nothing
    of other channels, and nothing that comes of pages which never leave by mail (採算, leads, brand).
    """

    def __init__(self, review: Review, ids: Iterable[str]):
        self.review, ids = review, set(ids)
        self.channels = [one.id for one in review.plan.channels_on if one.id in ids]
        self.stages = [one.id for one in review.plan.stages if f"{_STAGE}{one.id}" in ids]

    def __bool__(self) -> bool:
        return bool(self.channels or self.stages)

    @cached_property
    def attained(self) -> list[Attained]:
        """The lines of attainment: stages, then channel after channel, each with its KPIs."""
        return [one for one in self.review.attainment.all if self._is_own(one)]

    def _is_own(self, one: Attained) -> bool:
        if one.what == STAGE:
            return one.id in self.stages
        held = next((channel.stage for channel in self.review.plan.channels if channel.id == one.channel), "")
        return one.channel in self.channels and (one.what == KPI or (one.what == CHANNEL and one.id == held))

    @cached_property
    def gap(self) -> list[Part]:
        """What these cost or give in orders: a stage what goes on from it over all channels, the first one the number
        of leads; a channel its own parts.  The two lists look at the same orders from two sides and are not added."""
        return [one for one in (*self._of_stages(), *self._of_channels()) if abs(self.review.gap.shown(one)) >= LEAST]

    @cached_property
    def untold(self) -> list[str]:
        """Own channels of which nobody knows what they alone cost or give in orders; none where no gap is known."""
        gap = self.review.gap
        if gap.orders is None:
            return []
        told = {part.channel for part in gap.parts}
        return [one for one in self.channels if one not in told]

    @cached_property
    def untold_stages(self) -> list[str]:
        """Own stages of which that is not known: their actuals are missing.  Of the last one it is the gap itself."""
        if self.review.gap.orders is None:
            return []
        told = {_owner(part) for part in self.review.gap.by_stage} | {self.review.plan.stages[-1].id}
        return [one for one in self.stages if one not in told]

    @property
    def has_whole(self) -> bool:
        """Whether the orders themselves are among what is looked after."""
        return self.review.plan.stages[-1].id in self.stages

    def _of_stages(self) -> Iterator[Part]:
        for part in self.review.gap.by_stage:
            if _owner(part) in self.stages:
                yield part

    def _of_channels(self) -> Iterator[Part]:
        return (part for part in self.review.gap.parts if part.channel in self.channels and part.kind != MIX)

    @cached_property
    def actions(self) -> list[Action]:
        """The actions about them, those that bring most first."""
        return [one for one in self.review.actions if self._may_know(one)]

    def is_told_above(self, action: Action) -> bool:
        """Whether an action of these that stands above moves the same, so that its orders are the same ones."""
        above = self.actions[: self.actions.index(action)]
        return bool(action.lever) and any(self.review.overlap(action, one) for one in above)

    def _may_know(self, one: Action) -> bool:
        if one.channel == FUNNEL:
            return one.kpi.endswith(RATES) and stage_of(one.kpi) in self.stages
        kpis = {kpi.id for kpi in self.review.plan.kpis_of(one.channel)}
        return one.channel in self.channels and (one.kpi in kpis or one.kpi == OF_CHANNEL)


def _owner(part: Part) -> str:
    """The stage to which a part over all channels belongs: of leads their own, of a rate the one before it."""
    return part.stage if part.kind == VOLUME else part.since
