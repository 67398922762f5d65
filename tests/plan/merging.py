"""What goes out and comes back of a plan in the tests of merging, without any file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from xl_kpi.plan.merging.merge import Merged, Returned, before_sending, merge
from xl_kpi.plan.records import Decision, Records, Sent, Value

CLICKS, LEADS, MQL = "actual[ads:clicks][2026-05]", "actual[ads:leads][2026-05]", "actual[stage:mql][2026-05]"
PEOPLE = ("sato@example.com", "tanaka@example.com", "suzuki@example.com", "ito@example.com", "mori@example.com")
SATO, TANAKA, SUZUKI, ITO, MORI = PEOPLE
MAY, JUNE = dt.datetime(2026, 5, 1, 9), dt.datetime(2026, 6, 1, 9)


def sent(entries: Mapping[str, Value], version: str = "1", people: Sequence[str] = PEOPLE, time=MAY) -> Sent:
    return Sent(version, time, dict.fromkeys(people, ("ads", "dept:営業")), dict(entries))


def records(entries: Mapping[str, Value]) -> Records:
    """Version 1 went out to all five with these entries."""
    return Records(plan_id="plan", sent=(sent(entries),))


def file(person: str, entries: Mapping[str, Value], version: str = "1", unread: Sequence[str] = ()) -> Returned:
    return Returned(person, version, dict(entries), frozenset(unread))


class Master:
    """The plan's entries and records from one collect to the next."""

    def __init__(self, entries: Mapping[str, Value], start: Records | None = None):
        self.entries = {key: value for key, value in entries.items() if value is not None}
        self.records = start or records(entries)

    def collect(self, *files: Returned) -> Merged:
        merged = merge(self.entries, self.records, files)
        for key, value in merged.changes.items():
            self.type(key, value)
        self.records = merged.records
        return merged

    def type(self, key: str, value: Value) -> None:
        self.entries.pop(key, None)
        if value is not None:
            self.entries[key] = value

    def choose(self, key: str, choice: str) -> None:
        """As the reader gives back what was chosen on 統合."""
        decision = self.records.decisions[key]
        chosen = Decision(key, decision.before, decision.applied, choice, decision.open)
        self.records = self.records.with_(decisions={**self.records.decisions, key: chosen})

    def send(self, version: str, people: Sequence[str], time=JUNE) -> None:
        settled = before_sending(self.records, people)
        self.records = settled.with_(sent=(*settled.sent, sent(self.entries, version, people, time)))

    @property
    def open(self) -> set[str]:
        return {key for key, decision in self.records.decisions.items() if decision.open}


# --- rows of tables that grow by typing ------------------------------------------------------------------

NAME, AT_STAGE, HEADS = (f"tbl_accounts[r2].{column}" for column in ("name", "stage", "leads"))


# --- answers ---------------------------------------------------------------------------------------------------

ROW = "tbl_agreement[stage:mql]"


def answer(state: str | None, by: str | None = None, day: int | None = None, comment: str | None = None,
           number: float | None = None) -> dict[str, Value]:  # fmt: skip
    on = dt.date(2026, 5, day) if day else None
    return {f"{ROW}.state": state, f"{ROW}.by": by, f"{ROW}.on": on, f"{ROW}.comment": comment, f"{ROW}.value": number}
