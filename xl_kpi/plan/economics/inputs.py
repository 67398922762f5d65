"""What is typed on 採算 and 人員, as data: what a customer brings, what winning it costs, segments, people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Customer:
    """What one customer brings, in yen: the first order, orders a month after it, more a month; how long it stays.

    ``first`` None: the plan's order value; ``churn`` share lost in a month, ``contract`` months that are looked at
    (None: not known, no end); ``margin`` None: nobody has said, revenue counts as profit.
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
    """What the plan's months cost for one channel, in yen by kind; ``marketing`` None: its unit cost × its volume.

    ``ltv``: what a customer of this channel brings, where it is not what all of them do.
    """

    marketing: float | None = None
    sales: float | None = None
    systems: float | None = None
    ltv: float | None = None


@dataclass(frozen=True)
class Segment:
    """A part of the customers: how many at a month's start, of these lost, their revenue of the month in yen; how many
    were won in a period and what that cost, in yen."""

    name: str
    customers: float | None = None
    lost: float | None = None
    revenue: float | None = None
    won: float | None = None
    cost: float | None = None
    margin: float | None = None


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
    segments: tuple[tuple[Segment, ...], ...] = ()
    budget: float | None = None  # of the plan's months, in yen
    work: tuple[Work, ...] = ()
    usual_days: float = 0
    days: Mapping[int, float] = field(default_factory=dict)
