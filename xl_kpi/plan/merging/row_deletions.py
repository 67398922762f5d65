"""A row of a table that grows by typing, deleted by some and changed by others: one question, and never half a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.pages.tables import find_table
from xl_kpi.plan.records import Proposal, Records, Value
from xl_kpi.plan.same_value import same, told

Row = tuple[str, str]  # table and id


@dataclass(frozen=True)
class Deletion:
    """Who has deleted a row, in folded letters, the key of the entry at which is asked, and the row as it was sent."""

    people: frozenset[str]
    question: str
    sent: Mapping[str, Value]


def row_of(key: str) -> Row | None:
    """The row of such a table that an entry belongs to; None for every other entry."""
    entry = EntryKey.parse(key)
    return (entry.table, entry.row) if entry.row and entry.column and find_table(entry.table) else None


def deletions(
    proposals: Mapping[str, Mapping[str, Proposal]], sent: Mapping[str, Mapping[str, Value]]
) -> dict[Row, Deletion]:
    """The rows that somebody has deleted: of all that was sent of them nothing stands in that person's file.

    Arguments: ``proposals`` key → who → what they propose, ``sent`` version → the entries that it had.
    Result: asked is at what the row is called, at its first entry where it has no name.
    """
    blank: dict[tuple[Row, str, str], set[str]] = {}
    speaking: set[tuple[Row, str]] = set()
    for key, each in proposals.items():
        row = row_of(key)
        if row is None:
            continue
        for person, one in each.items():
            if told(one.value) is None:
                blank.setdefault((row, person, one.version), set()).add(key)
            else:
                speaking.add((row, person))
    rows = {version: _rows(entries) for version, entries in sent.items()} if blank else {}
    found: dict[Row, Deletion] = {}
    for (row, person, version), keys in blank.items():
        there = rows.get(version, {}).get(row, {})
        if there and there.keys() <= keys and (row, person) not in speaking:
            before = found.get(row)
            people = (before.people if before else frozenset()) | {person}
            found[row] = Deletion(people, _question(row, there), there)
    return found


def is_contested(one: Deletion, said: Mapping[str, Mapping[str, Proposal]], own: Mapping[str, Value]) -> bool:
    """Whether somebody else has typed into a row that is deleted, or the master.

    Arguments: ``said`` what is proposed for its entries, ``own`` what the master itself has there.
    """
    for key, each in said.items():
        if any(
            person not in one.people and told(other.value) is not None and not same(other.value, one.sent.get(key))
            for person, other in each.items()
        ):
            return True
    return any(told(value) is not None and not same(value, one.sent.get(key)) for key, value in own.items())


def asked_rows(records: Records) -> dict[str, frozenset[str]]:
    """The entries at which it is asked, or was chosen, whether a row stays, and who has deleted it."""
    proposals: dict[str, dict[str, Proposal]] = {}
    for one in records.proposals:
        proposals.setdefault(one.key, {})[one.person.casefold()] = one
    found = deletions(proposals, {sent.version: sent.entries for sent in records.sent}).values()
    decided = {key for key, decision in records.decisions.items() if decision.open or decision.choice}
    return {one.question: one.people for one in found if one.question in decided}


def _rows(entries: Mapping[str, Value]) -> dict[Row, dict[str, Value]]:
    found: dict[Row, dict[str, Value]] = {}
    for key, value in entries.items():
        row = row_of(key)
        if row and told(value) is not None:
            found.setdefault(row, {})[key] = value
    return found


def _question(row: Row, there: Mapping[str, Value]) -> str:
    table = find_table(row[0])
    lead = EntryKey(*row).beside(table.lead) if table else ""
    return lead if lead in there else min(there)
