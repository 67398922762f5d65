"""What the readers of returned files know of the distribution, and what they gather from one file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from xl_kpi.calc import month_start
from xl_kpi.errors import Words
from xl_kpi.exchange.returned.row_words import words_of_answers, words_of_block
from xl_kpi.plan.agreement import numbers
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.history.slots import typed_series
from xl_kpi.plan.keys import actual_key
from xl_kpi.plan.merging.as_sent import plan_as_sent
from xl_kpi.plan.merging.permissions import opened_actuals, opened_answers, opened_tables
from xl_kpi.plan.model import Plan
from xl_kpi.plan.money.cells import factor_of
from xl_kpi.plan.records import Records, Sent, Value
from xl_kpi.workbook.reading.tables import CellAddress


@dataclass(frozen=True)
class ChangedElsewhere:
    """A cell that somebody changed although it was not open to them."""

    key: str
    value: Value
    sent: Value
    place: CellAddress


@dataclass
class Gathered:
    """What the readers of the single sheets put together: entries, and what is wrong."""

    entries: dict[str, Value] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    foreign: list[ChangedElsewhere] = field(default_factory=list)
    places: dict[str, CellAddress] = field(default_factory=dict)  # of the actuals that were typed
    lost: list[Words] = field(default_factory=list)  # ids and months that are gone


class Round:
    """One distribution, as the readers need it: the plan as it was sent, and what was open to whom."""

    def __init__(self, plan: Plan, records: Records, sent: Sent):
        self.sent = sent
        self.plan = plan_as_sent(plan, records, sent)
        self.entries = {**entries_of(self.plan), **sent.entries}
        self.units = typed_series(self.plan.stages, self.plan.channels, self.plan.kpis)
        self.months = tuple(month_start(self.plan.start, k) for k in range(self.plan.months))
        self.kpis = {f"{kpi.channel}:{kpi.id}" for kpi in self.plan.kpis}
        self.channels = {channel.id for channel in self.plan.channels}
        self.actuals = lru_cache(None)(lambda ids: frozenset(opened_actuals(self.plan, ids) & set(self.units)))
        self.keys = lru_cache(None)(lambda what: tuple((month, actual_key(what, month)) for month in self.months))
        self.answers = lru_cache(None)(lambda ids: frozenset(opened_answers(self.plan, ids)))
        self.tables = lru_cache(None)(lambda ids: tuple(opened_tables(ids)))
        self.words = lru_cache(None)(lambda owner: words_of_block(self.plan, owner))
        self.names = words_of_answers(self.plan)

    @property
    def factor(self) -> int:
        """How many yen a number alone stands for in the amounts of what was sent."""
        return factor_of(self.sent.unit)

    @cached_property
    def numbers(self) -> Mapping[str, float]:
        """What stood beside each row of 合意; of a version from before this was kept, as the plan says it was."""
        return self.sent.numbers or numbers(self.plan)


def channels_in(ids: Iterable[str]) -> list[str]:
    """Of what was open to a person the channels; stages and departments have a colon."""
    return [one for one in ids if ":" not in one]
