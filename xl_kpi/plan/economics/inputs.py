"""What is typed on 採算 and 人員, as data: what a customer brings, what winning it costs, segments, people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from xl_kpi import catalog
from xl_kpi.calc import exact
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.keys import COSTS, PEOPLE, SEGMENTS, WORKDAYS
from xl_kpi.plan.model import Plan

NOTHING = Fraction(0)


@dataclass(frozen=True)
class Customer:
    """What one customer brings, in yen: the first order, orders a month after it, more a month; how long it stays.

    ``first`` None: the plan's order value, with monthly fees none, ``frequency`` then once and ``value`` the fee;
    ``churn`` share lost in a month, ``contract`` months that are looked at (None: not known, no end); ``margin``
    None: nobody has said, revenue counts as profit.
    """

    first: float | None = None
    frequency: float | None = None
    value: float | None = None
    more: float | None = None
    churn: float | None = None
    contract: int | None = None
    margin: float | None = None


@dataclass(frozen=True)
class Costs:
    """What was typed of the costs of a channel in the plan's months, in yen by kind; its unit costs come on top."""

    marketing: Fraction = NOTHING
    sales: Fraction = NOTHING
    systems: Fraction = NOTHING

    @property
    def total(self) -> Fraction:
        return self.marketing + self.sales + self.systems

    def plus(self, kind: str, amount: Fraction) -> Costs:
        return replace(self, **{kind: getattr(self, kind) + amount})


@dataclass(frozen=True)
class Segment:
    """A part of the customers by some ``kind`` (industry, size, channel), money in yen.

    ``customers`` at a month's start, ``lost`` of these in the month, ``revenue`` of it, ``margin`` where it is not that
    of all; ``won`` in a period at this ``cost``.
    """

    name: str
    kind: str = ""
    customers: float | None = None
    lost: float | None = None
    revenue: float | None = None
    margin: float | None = None
    won: float | None = None
    cost: float | None = None


@dataclass(frozen=True)
class Work:
    """One kind of work of a team: ``of`` is what is counted (a stage's id, or channel:kpi), ``per_person`` how much of
    it one person does in a usual month, ``present`` how many people the team has (None: said in another row)."""

    id: str
    name: str
    team: str
    of: str
    per_person: float | None = None
    present: float | None = None


@dataclass(frozen=True)
class EconomicInputs:
    """All of it; ``ratio`` how many times its cost a customer should bring, ``days`` working days by calendar month."""

    ratio: float
    customer: Customer = Customer()
    costs: Mapping[str, Costs] = field(default_factory=dict)  # by channel
    common: Costs = Costs()  # of no channel
    segments: tuple[Segment, ...] = ()
    budget: float | None = None  # of the plan's months, in yen
    work: tuple[Work, ...] = ()
    usual_days: float = 0
    days: Mapping[int, Fraction] = field(default_factory=dict)


def inputs_of(plan: Plan) -> EconomicInputs:
    """What was typed, from a plan whose money is in yen.

    Special cases: a cost of a channel that is not on, or of none, is one of no channel: nothing of it is lost; one
    without a kind is marketing.
    """
    said, standard = plan.settings, catalog.economics()
    customer = Customer(
        first=said.get("ltv_first"),
        frequency=said.get("ltv_frequency"),
        value=said.get("ltv_value"),
        more=said.get("ltv_more"),
        churn=said.get("ltv_churn"),
        contract=said.get("ltv_contract"),
        margin=said.get("gross_margin"),
    )
    costs, common = _costs(plan)
    return EconomicInputs(
        ratio=said.get("ltv_ratio") or standard.ratio,
        customer=customer,
        costs=costs,
        common=common,
        segments=tuple(Segment(**{"name": "", **row}) for row in plan.tables.get(SEGMENTS, {}).values()),
        budget=said.get("budget"),
        work=_works(plan),
        usual_days=said.get("work_days") or standard.days,
        days=_days(plan),
    )


def _costs(plan: Plan) -> tuple[dict[str, Costs], Costs]:
    """What is typed of each channel that is on, by id, and of none of them."""
    ids = {channel.name.casefold(): channel.id for channel in reversed(plan.channels_on)}
    costs: dict[str, Costs] = {}
    common = Costs()
    for row in plan.tables.get(COSTS, {}).values():
        kind, amount = row.get("kind") or "marketing", exact(row.get("amount") or 0)
        id_ = ids.get(str(row.get("channel") or "").casefold())
        if id_ is None:
            common = common.plus(kind, amount)
        else:
            costs[id_] = costs.get(id_, Costs()).plus(kind, amount)
    return costs, common


def works_of(plan: Plan) -> dict[str, dict[str, str]]:
    """What can be counted as work: ``of`` of a Work → its name in each language: the stages, calls of the channels."""
    found = {stage.id: dict.fromkeys(catalog.LANGUAGES, stage.name) for stage in plan.stages}
    for channel in plan.channels_on:
        for kpi in shown_kpis(plan, channel):
            if kpi.id in catalog.economics().calls:
                names = {lang: f"{channel.name} › {kpi.name(lang)}" for lang in catalog.LANGUAGES}
                found[f"{channel.id}:{kpi.id}"] = names
    return found


def _works(plan: Plan) -> tuple[Work, ...]:
    rows = plan.tables.get(PEOPLE, {})
    works = works_of(plan) if rows else {}
    known = {name.casefold(): of for of, names in reversed(works.items()) for name in (*names.values(), of)}
    return tuple(
        Work(
            id_,
            str(row.get("work") or ""),
            str(row.get("team") or ""),
            known.get(str(row.get("of") or "").casefold(), ""),
            row.get("per_person"),
            row.get("present"),
        )
        for id_, row in rows.items()
    )


def _days(plan: Plan) -> dict[int, Fraction]:
    """The working days of the months that are typed; of a month that stands twice their mean."""
    typed: dict[int, list[Fraction]] = {}
    for row in plan.tables.get(WORKDAYS, {}).values():
        if row.get("month") is not None and row.get("days") is not None:
            typed.setdefault(int(row["month"]), []).append(exact(row["days"]))
    return {month: sum(days, NOTHING) / len(days) for month, days in typed.items()}
