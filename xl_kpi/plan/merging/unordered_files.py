"""Two files of one person of which nobody knows the later one: what they say differently stands side by side.

The second opinion of a person is that of "tanaka@example.com (2)": chosen, shown and counted like anybody's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from xl_kpi.plan.records import Proposal, Value
from xl_kpi.plan.same_value import entry_of, told

Proposals = dict[str, dict[str, Proposal]]  # key → who, in folded letters → what they propose
_ALIAS = re.compile(r"(.+) \([0-9]+\)")


def person_of(name: str) -> str:
    """Whose opinion it is: the name without the number of the opinion."""
    match = _ALIAS.fullmatch(name)
    return match[1] if match else name


def put_beside(proposals: Proposals, said: Mapping[str, Proposal], person: str, unread: Collection[str]) -> None:
    """What a file says beside what other files of the same person say, into ``proposals``.

    Arguments: ``said`` key → what the file says; ``unread`` the keys about which it says nothing.
    Result: the same whichever file came first: what one of the files does not say is a question, and an answer of
    合意 stays in one piece.
    """
    folded = person.casefold()
    known = {entry_of(key) for key, each in proposals.items() if any(person_of(name) == folded for name in each)}
    spoken: dict[str, dict[str, Proposal]] = {}
    for key, one in said.items():
        spoken.setdefault(entry_of(key), {})[key] = one
    units: dict[str, list[str]] = {}
    for key in {*proposals, *said}:
        units.setdefault(entry_of(key), []).append(key)
    for unit in known | spoken.keys():
        if unit not in spoken:
            _question(proposals, units[unit], folded, unread, next(iter(said.values())).version)
            continue
        there = _opinions(proposals, units[unit], folded, next(iter(spoken[unit].values())).version)
        if any(_words(each) == _words(spoken[unit]) for each in there):
            continue
        new = spoken[unit]
        if not there:
            new = {key: replace(one, withdrawn=True) for key, one in new.items()}
        _name(proposals, units[unit], person, [*there, new])


def drop_aliases(
    proposals: Proposals, said: Mapping[str, Value], person: str, version: str, unread: Collection[str]
) -> None:
    """Once a file is known to be the last of a person: only what it does not say stays a question."""
    spoken = {entry_of(key) for key in said}
    for key, each in proposals.items():
        for name in [name for name in each if name != person and person_of(name) == person]:
            if each[name].version != version:
                continue
            if entry_of(key) in spoken:
                del each[name]
            elif key not in unread:
                each[name] = replace(each[name], withdrawn=True)


def _question(proposals: Proposals, keys: list[str], person: str, unread: Collection[str], version: str) -> None:
    for key in keys:
        for name, one in proposals.get(key, {}).items():
            if person_of(name) == person and key not in unread and one.version == version:
                proposals[key][name] = replace(one, withdrawn=True)


def _opinions(proposals: Proposals, keys: list[str], person: str, version: str) -> list[dict[str, Proposal]]:
    """What is known of one entry from this person, opinion by opinion."""
    found: dict[str, dict[str, Proposal]] = {}
    for key in keys:
        for name, one in proposals.get(key, {}).items():
            if person_of(name) == person and one.version == version:
                found.setdefault(name, {})[key] = one
    return list(found.values())


def _name(proposals: Proposals, keys: list[str], person: str, each: list[dict[str, Proposal]]) -> None:
    """The opinions under the person's name and its numbers, in an order that depends on nothing but them."""
    folded = person.casefold()
    for key in keys:
        for name in [name for name in proposals.get(key, {}) if person_of(name) == folded]:
            del proposals[key][name]
    for number, one in enumerate(sorted(each, key=_words), 1):
        name = person if number == 1 else f"{person} ({number})"
        for key, proposal in one.items():
            proposals.setdefault(key, {})[name.casefold()] = replace(proposal, person=name)


def _words(one: Mapping[str, Proposal]) -> list[tuple[str, str]]:
    return sorted((key, repr(told(proposal.value))) for key, proposal in one.items())
