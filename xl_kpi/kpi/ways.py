"""Which KPIs lead to the goal (K11): those that a chain of formulas joins to a stage of the funnel."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from xl_kpi.formulas.fault import FormulaFault
from xl_kpi.formulas.formula import is_input, parse
from xl_kpi.kpi.graph import COLUMNS
from xl_kpi.plan.model import Kpi, Plan
from xl_kpi.plan.pages.kpi_links import kpi_link


def off_the_way(plan: Plan) -> frozenset[str]:
    """The KPIs ("web.dwell") of channels that are on from which no formula leads to a stage.

    Special cases: a KPI that weighs a rate leads where the rate leads; a formula that can't be read leads nowhere.
    Source: K11.
    """
    stages = [stage.id for stage in plan.stages]
    return frozenset(
        kpi_link(kpi)
        for channel in plan.channels_on
        for rows in [plan.kpis_of(channel.id)]
        for reached in [_reached(rows, stages)]
        for kpi in rows
        if kpi.id not in reached
    )


def _reached(rows: Sequence[Kpi], stages: Collection[str]) -> set[str]:
    joined: dict[str, set[str]] = {}
    for kpi in rows:
        for id_ in _ids(kpi):
            joined.setdefault(kpi.id, set()).add(id_)
            joined.setdefault(id_, set()).add(kpi.id)
    found, waiting = set(stages), list(stages)
    while waiting:
        new = joined.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _ids(kpi: Kpi) -> Iterator[str]:
    """What a KPI is computed from, and what weighs it."""
    for column in COLUMNS:
        said = getattr(kpi, column)
        if said.strip() and not is_input(said):
            try:
                yield from parse(said).ids
            except FormulaFault:
                continue
    if kpi.weight:
        yield kpi.weight
