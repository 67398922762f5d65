"""KPIs that lead nowhere near the goal (K11) or are counted in two branches of the tree; factors without a KPI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xl_kpi.errors import Fault
from xl_kpi.formulas.fault import FormulaFault
from xl_kpi.formulas.formula import Formula, is_input, parse
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.keys import KPIS
from xl_kpi.plan.model import Kpi, Plan
from xl_kpi.plan.pages.kpi_links import KpiLinks, kpi_link
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.pages.tables import KSF_KPIS

ON_FORMULAS = ("plan_check_no_path", "plan_check_twice")  # what is told of formulas that can be read
_FORMULAS = ("target", "actual", "decomposition")


def off_the_path(plan: Plan) -> Iterator[Fault]:
    """A warning for each KPI of ``off_the_way``, at its target.

    Source: K11.
    """
    off, names = off_the_way(plan), {channel.id: channel.name for channel in plan.channels}
    for kpi in plan.kpis:
        if kpi_link(kpi) in off:
            said = {"name": {"ja": kpi.name_ja, "en": kpi.name_en}, "channel": names[kpi.channel]}
            yield fault("plan_check_no_path", kpi.id, f"{KPIS}[{kpi.channel}.{kpi.id}].target", **said)


def off_the_way(plan: Plan) -> frozenset[str]:
    """The KPIs ("web.followers") of channels that are on from which no chain of formulas leads to a stage.

    Special cases: of a channel that owns no stage of the funnel nothing is said.  ``weight`` leads as well: a rate that
    is weighed by visits is a rate of visits; so does the parent of a part.  KPIs that are off are asked for nothing.  A
    formula that can't be read leads nowhere.

    Source: K11.
    """
    stages = {stage.id for stage in plan.stages}
    return frozenset(
        kpi_link(kpi)
        for channel in plan.channels_on
        if channel.stage in stages
        for rows in [plan.kpis_of(channel.id)]
        for reached in [_reached(rows, stages)]
        for kpi in shown_kpis(plan, channel)
        if kpi.id not in reached
    )


def _reached(rows: tuple[Kpi, ...], stages: set[str]) -> set[str]:
    """The KPIs that a chain of formulas joins to a stage."""
    joined: dict[str, set[str]] = {}
    for kpi in rows:
        ids = {id_ for column in _FORMULAS for id_ in _ids(getattr(kpi, column))} | ({kpi.weight, kpi.parent} - {""})
        for id_ in ids:
            joined.setdefault(kpi.id, set()).add(id_)
            joined.setdefault(id_, set()).add(kpi.id)
    found, open_ones = set(stages), list(stages)
    while open_ones:
        new = joined.get(open_ones.pop(), set()) - found
        found |= new
        open_ones += new
    return found


def factors(plan: Plan) -> Iterator[Fault]:
    """What the page KSF says in its column 確認, while it is on.

    Source: K2.
    """
    if not is_on(plan, "ksf"):
        return
    links = KpiLinks.of(plan)
    for id_, row in plan.tables.get("tbl_ksf", {}).items():
        linked = {key: row[key] for key in KSF_KPIS if key in row}
        name, place = str(row.get("factor", "")), f"tbl_ksf[{id_}]"
        if not linked and name:
            yield fault("plan_check_ksf_none", name, f"{place}.{KSF_KPIS[0]}", name=name)
        for key, link in linked.items():
            if link not in links.active:
                said = links.words.get(link, link)
                yield fault("plan_check_ksf_gone", said, f"{place}.{key}", name=name, kpi=said)


def counted_twice(plan: Plan) -> Iterator[Fault]:
    """KPIs that are added up of parts of which two hold the same KPI.

    Example: ``cv = form_cv + cv_ads`` where ``cv_ads`` is itself ``form_cv + calls``.
    """
    for channel in plan.channels_on:
        rows = {kpi.id: kpi for kpi in shown_kpis(plan, channel)}
        for column in ("decomposition", "actual"):
            formulas = {id_: _parsed(getattr(kpi, column)) for id_, kpi in rows.items()}
            for id_, formula in formulas.items():
                twice = _twice(formula, formulas) if formula else ""
                if twice:
                    part = rows.get(twice)
                    named = {"ja": part.name_ja, "en": part.name_en} if part else twice
                    cell = f"{KPIS}[{channel.id}.{id_}].{column}"
                    yield fault("plan_check_twice", formula.text if formula else "", cell, part=named)


def _twice(formula: Formula, formulas: Mapping[str, Formula | None]) -> str:
    """The first KPI that is held by two parts of a sum."""
    operator, parts = formula.top_level()
    if operator != "+":
        return ""
    seen: set[str] = set()
    for part in parts:
        held = _summed(part, formulas, frozenset())
        if held & seen:
            return min(held & seen)
        seen |= held
    return ""


def _summed(part: str, formulas: Mapping[str, Formula | None], on_the_way: frozenset[str]) -> set[str]:
    """The KPIs that are added into this one, itself among them."""
    formula = _parsed(part)
    if formula is None:
        return set()
    operator, parts = formula.top_level()
    if operator == "+":
        return {id_ for one in parts for id_ in _summed(one, formulas, on_the_way)}
    if part not in formulas or part in on_the_way:
        return {part} if part in formulas else set()
    inner = formulas[part]
    if inner is None or inner.top_level()[0] != "+":
        return {part}
    deeper = (_summed(one, formulas, on_the_way | {part}) for one in inner.top_level()[1])
    return {part} | {id_ for held in deeper for id_ in held}


def _ids(text: str) -> tuple[str, ...]:
    formula = _parsed(text)
    return formula.ids if formula else ()


def _parsed(text: str) -> Formula | None:
    if not text.strip() or is_input(text):
        return None
    try:
        return parse(text)
    except FormulaFault:  # of a channel's row in which something else is wrong, which is told as such
        return None
