"""What a distributed plan still waits for: answers, people of whom nothing came back, choices on 統合."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from xl_kpi.errors import Fault, Joined, ManyFaults, Words
from xl_kpi.plan.agreement import unsettled
from xl_kpi.plan.keys import STATE, EntryKey
from xl_kpi.plan.labels import label
from xl_kpi.plan.merging.merge import latest_versions
from xl_kpi.plan.merging.opinions import listed, opinions
from xl_kpi.plan.merging.permissions import opened_actuals, opened_answers, opened_tables
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import COPY, Records, Sent

MOST_NAMED = 5  # of the silent people, line by line; more of them share one


def pending(plan: Plan, records: Records) -> list[Fault]:
    """A warning for everything that somebody still has to do about a distributed plan.

    Arguments: ``plan``, sound.
    Result: ``cell`` is the key of the answer or of the line on 統合 (``tbl_merge[actual[web:sessions][2026-04]]``), ""
    for a person.
    Special cases: nothing for a plan that was never distributed.  An answer that waits for a choice is told with
    the choices, not with the departments that have yet to answer.  Who sent a file back untouched is waited for.
    """
    if not records.rounds:
        return list(_undecided(plan, records))
    open_ones = [EntryKey.parse(key) for key, one in records.decisions.items() if one.open]
    disputed = {entry.row for entry in open_ones if entry.row and entry.is_answer and entry.column == STATE}
    answers = unsettled(plan, asked=True, but=disputed)
    return [*answers, *_silent(plan, records), *_undecided(plan, records)]


def with_pending(found: list[Fault], plan: Plan, records: Records, *, sound: bool = True) -> list[Fault]:
    """What the checks of a plan have found, and what it waits for once it was distributed: each told once.

    Arguments: ``sound``: the plan has no errors; without that nothing can be said of what its numbers are to people.
    """
    if not records.rounds:
        return [*found, *_undecided(plan, records)]
    if not sound:
        return [*found, *_silent(plan, records), *_undecided(plan, records)]
    told = unsettled(plan)
    return [*(fault for fault in found if fault not in told), *pending(plan, records)]


def not_heard(records: Records, people: Iterable[str], *, but: str) -> list[tuple[str, str]]:
    """Of these people those of whom no entry is known, with the version that they were sent last before ``but``."""
    earlier = records.with_(sent=tuple(sent for sent in records.sent if sent.version != but))
    latest, known = latest_versions(earlier), heard(records)
    asked = ((person, latest.get(person.casefold(), "")) for person in people)
    return [(person, version) for person, version in asked if version and (version, person.casefold()) not in known]


def heard(records: Records) -> set[tuple[str, str]]:
    """The versions and people, in folded letters, of which an entry has come back, in a copy of the plan too."""
    told = {(one.version, one.person.casefold()) for one in records.seen}
    told |= {(one.version, one.person.casefold()) for one in records.proposals}
    return told.union(*(answered_by_copy(version, who, records) for version, who in told))


def answered_by_copy(version: str, who: str, records: Records) -> set[tuple[str, str]]:
    """The versions that a copy of the plan answers, and the recipient, in folded letters, whose copy it is.

    Arguments: ``version`` and ``who`` as ``Returned`` has them of a copy.
    Special cases: none for a copy that nothing but its file's name says whose it is, and for versions that went out
    after both had parted.
    """
    kind, _, time = version.partition(":")
    if kind != COPY or not time:
        return set()
    parted, whose = dt.datetime.fromisoformat(time), who.casefold()
    return {
        (sent.version, one)
        for sent in records.rounds if sent.time <= parted
        for one in map(str.casefold, sent.opened) if f"<{one}>: " in whose or whose.startswith(f"{one}: ")
    }  # fmt: skip


def silent(plan: Plan, records: Records) -> Iterator[tuple[Sent, list[str]]]:
    """The people of whom no entry of the latest version that they got is known, version by version.

    Special cases: nobody is waited for to whom nothing is open any more.
    """
    known = heard(records)
    latest = latest_versions(records)
    for sent in records.rounds:
        people = [
            person
            for person, ids in sorted(sent.opened.items())
            if latest[person.casefold()] == sent.version
            and (sent.version, person.casefold()) not in known
            and (opened_actuals(plan, ids) or opened_answers(plan, ids) or opened_tables(ids))
        ]
        if people:
            yield sent, people


def _silent(plan: Plan, records: Records) -> list[Fault]:
    return [fault for sent, people in silent(plan, records) for fault in _waited_for(people, sent, records)]


def _waited_for(people: list[str], sent: Sent, records: Records) -> list[Fault]:
    values = {"version": sent.version, "day": f"{sent.time:%Y/%m/%d}"}
    if len(people) <= MOST_NAMED:
        return [Fault(records.called(one), Words("pending_person", **values), level="warning") for one in people]
    first = Joined(tuple(map(records.called, people[:MOST_NAMED])), Words("agreement_join"))
    named = Words("pending_first", names=first, count=len(people) - MOST_NAMED)
    allowed = Words("pending_people", count=len(people), **values)
    return [ManyFaults(named, allowed, level="warning", each=tuple(people))]


def _undecided(plan: Plan, records: Records) -> list[Fault]:
    """The conflicts on 統合 without a choice, with those who disagree."""
    said, comma, found = opinions(records), Words("agreement_join"), []
    for decision in listed(records):
        if decision.open and not decision.choice:
            people = tuple(one.person for one in said.get(decision.key, ()))
            allowed = Words("pending_choice", people=Joined(people, comma))
            words = label(decision.key, plan, records.last)
            found.append(Fault(words, allowed, cell=f"tbl_merge[{decision.key}]", level="warning"))
    return found
