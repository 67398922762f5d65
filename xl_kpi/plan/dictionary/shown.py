"""Which KPIs of a channel its tab shows: those that are on, what their formulas use, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xl_kpi.formulas.fault import FormulaFault
from xl_kpi.formulas.formula import is_input, parse
from xl_kpi.plan.model import Channel, Kpi, Plan


def shown_kpis(plan: Plan, channel: Channel) -> tuple[Kpi, ...]:
    """The KPIs of a channel's tab.

    Result: those that are on; those that are off but without which something on the tab could not be computed (they
    stand in a formula of one that is shown, or weigh it), and the one whose target is what the plan asks of the
    channel; parts below their parent, else in the order of the dictionary.
    Example: CVR is on, its actual is ``cv / sessions``: both of these are shown, whether they are on or not.
    Source: K10.
    """
    return tuple(kpi for kpi, _ in with_depths(plan, channel))


def with_depths(plan: Plan, channel: Channel) -> tuple[tuple[Kpi, int], ...]:
    """The same, each with how far it stands below a KPI that is no part of another: 0, 1 for its parts, …"""
    rows = plan.kpis_of(channel.id)
    used = _used(rows, channel)
    return tuple(_in_families([kpi for kpi in rows if kpi.on or kpi.id in used]))


def is_kept(plan: Plan, kpi: Kpi) -> bool:
    """Whether a KPI is off and on its tab all the same."""
    channel = next((one for one in plan.channels_on if one.id == kpi.channel), None)
    return channel is not None and not kpi.on and any(one is kpi for one in shown_kpis(plan, channel))


def counted(plan: Plan, channel: Channel) -> int:
    """How many KPIs a channel has (K10): those that are on; the parts of one are no further ones."""
    return sum(kpi.on and not kpi.parent for kpi in plan.kpis_of(channel.id))


def families(kpis: Sequence[Kpi]) -> dict[tuple[str, str], list[Kpi]]:
    """By parent and split the parts that have to add up to the parent; those with no parent among them are left out."""
    there = {kpi.id: kpi for kpi in kpis}
    found: dict[tuple[str, str], list[Kpi]] = {}
    for kpi in kpis:
        if _parent(kpi, there) is not None:
            found.setdefault((kpi.parent, kpi.split), []).append(kpi)
    return found


def _used(rows: Iterable[Kpi], channel: Channel) -> set[str]:
    """The ids without which what is on could not be computed."""
    by_id = {kpi.id: kpi for kpi in rows}
    waiting = [kpi for kpi in by_id.values() if kpi.on]
    anchor = next((kpi for kpi in by_id.values() if (kpi.target or "").strip() == channel.stage), None)
    waiting += [anchor] if anchor else []
    found = {kpi.id for kpi in waiting if not kpi.on}
    while waiting:
        for name in _names(waiting.pop()):
            if name and name in by_id and name not in found and not by_id[name].on:
                found.add(name)
                waiting.append(by_id[name])
    return found


def _names(kpi: Kpi) -> Iterator[str]:
    """The ids in a KPI's formulas; none of one that can't be read, which is a fault of its own."""
    yield kpi.weight
    for said in (kpi.target, kpi.actual):
        if said and not is_input(said):
            try:
                yield from parse(said).ids
            except FormulaFault:
                continue


def _parent(kpi: Kpi, there: dict[str, Kpi]) -> Kpi | None:
    """The KPI that one is a part of, where there is one and the way up ends."""
    seen, found = {kpi.id}, there.get(kpi.parent) if kpi.parent else None
    above = found
    while above is not None:
        if above.id in seen:
            return None
        seen.add(above.id)
        above = there.get(above.parent)
    return found


def _in_families(kpis: Sequence[Kpi]) -> Iterator[tuple[Kpi, int]]:
    there = {kpi.id: kpi for kpi in kpis}
    parts: dict[str | None, list[Kpi]] = {}  # by the id of their parent: None for what is no part
    for kpi in kpis:
        parent = _parent(kpi, there)
        parts.setdefault(parent.id if parent else None, []).append(kpi)

    def below(id_: str | None, depth: int) -> Iterator[tuple[Kpi, int]]:
        for kpi in parts.get(id_, ()):
            yield kpi, depth
            if len(there) == len(kpis):  # ids that stand twice have no parts
                yield from below(kpi.id, depth + 1)

    if len(there) < len(kpis):
        yield from ((kpi, 0) for kpi in kpis)
    else:
        yield from below(None, 0)
