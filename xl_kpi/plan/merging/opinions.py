"""What 統合 lists: the entries that returned files have changed, and what several people said about each."""

from __future__ import annotations

from xl_kpi.plan.keys import AGREEMENT, EntryKey
from xl_kpi.plan.merging.merge import latest_versions
from xl_kpi.plan.merging.unordered_files import person_of
from xl_kpi.plan.records import COPY, Decision, Proposal, Records

# Name, date and number of an answer go with its state and say nothing by themselves; its comment does.
_SILENT = {f"{AGREEMENT}.{column}" for column in ("by", "on", "value")}
_FOLLOWS = {*_SILENT, f"{AGREEMENT}.comment"}


def listed(records: Records) -> tuple[Decision, ...]:
    """The decisions that are worth a line, open conflicts first, each part by key."""
    worth = (decision for key, decision in records.decisions.items() if EntryKey.parse(key).kind not in _SILENT)
    return tuple(sorted(worth, key=lambda decision: (not decision.open, decision.key)))


def opinions(records: Records) -> dict[str, tuple[Proposal, ...]]:
    """For each entry that can be chosen what everybody said about it last, by name.

    Special cases: who left blank what was sent blank has said nothing; name, date and comment of an answer
    go with its state and are not chosen by themselves.
    """
    sent = {one.version: one.entries for one in records.sent}
    latest: dict[str, dict[str, Proposal]] = {}
    for one in records.proposals:
        blank = one.value is None and sent.get(one.version, {}).get(one.key) is None
        if not blank and EntryKey.parse(one.key).kind not in _FOLLOWS:
            latest.setdefault(one.key, {})[one.person.casefold()] = one
    return {key: tuple(people[name] for name in sorted(people)) for key, people in latest.items()}


def opinion_mark(one: Proposal, records: Records) -> tuple[str, dict[str, str]]:
    """Why an opinion is a question of its own, as the end of a text's key, and its values.

    Result: it is of an earlier version than the person was sent last ("late"), of a copy of which nobody knows what it
    was made from ("copy"), or a later file of the same person does not say it ("once").
    """
    latest = latest_versions(records).get(person_of(one.person).casefold())
    if latest is None:
        return ("copy" if one.version == COPY else "once"), {}
    return ("once", {}) if latest == one.version else ("late", {"version": one.version})
