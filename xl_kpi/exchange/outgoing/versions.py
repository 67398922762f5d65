"""One distribution as the master remembers it: which version, what is open to whom, and what was sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from uuid import uuid4

from xl_kpi.exchange.mail.journal import Journal, Planned
from xl_kpi.exchange.people import Person
from xl_kpi.plan.agreement import numbers
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.merging.merge import before_sending
from xl_kpi.plan.merging.permissions import ids_of, opened_keys
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Records, Sent


def fingerprint(plan: Plan, people: Iterable[Person], *more: object) -> str:
    """Equal for runs that would send the same; ``more`` is whatever else goes into the files and mails."""
    said: list[object] = [sorted((key, repr(value)) for key, value in entries_of(plan).items())]
    if plan.closed_months:  # what was agreed for them is no entry
        said.append(sorted(numbers(plan).items()))
    said += [sorted([p.mail, p.name, p.department, *p.channels] for p in people), [repr(item) for item in more]]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def continued(records: Records, journal: Journal, mark: str) -> Planned | None:
    """The version that an earlier run has begun and the master knows, if it was made from the same."""
    latest = records.rounds[-1] if records.rounds else None
    planned = latest and journal.version(latest.version, mark)
    return planned if latest and planned and planned.time == latest.time else None


def known(records: Records, mark: str) -> Sent | None:
    """The latest version, if the same goes out again: from a folder without the journal of that run."""
    latest = records.rounds[-1] if records.rounds else None
    return latest if latest and latest.mark == mark else None


def next_version(records: Records) -> str:
    return str(1 + max((int(sent.version) for sent in records.sent if sent.version.isdigit()), default=0))


def with_sent(
    records: Records,
    plan: Plan,
    people: Iterable[Person],
    version: str,
    time: datetime,
    mark: str,
    due: date | None = None,
    sender: str = "",
) -> Records:
    """The records once this version is sent, answers asked for until ``due``; ``sender`` who sends it.

    A workbook from before there were plan ids gets one.
    """
    people = list(people)
    opened = {person.mail: ids_of(plan, person.channels, person.department, person.outside) for person in people}
    called = {person.mail: person.name for person in people}
    tests = [opened_keys(plan, ids) for ids in dict.fromkeys(opened.values())]
    entries = {key: value for key, value in entries_of(plan).items() if any(is_open(key) for is_open in tests)}
    records = before_sending(records, opened)
    needed = {proposal.version for proposal in records.proposals}
    records = records.with_(sent=tuple(one for one in records.sent if one.opened or one.version in needed))
    day = due.isoformat() if due else ""
    sent = Sent(version, time, opened, entries, mark, numbers(plan), plan.currency_unit, called, day, sender)
    return records.with_(
        plan_id=records.plan_id or uuid4().hex,
        sent=(*records.sent, sent),
    )
