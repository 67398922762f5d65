"""Three ways into one plan: what was sent, what came back, and what the master says now.

The result depends on what came back alone, not on the order or in how many calls.  An entry about which all
who changed it agree is taken; two different opinions are a conflict: the master keeps its own value, and both
stand among the decisions until somebody chooses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xl_kpi.plan.keys import STATE, EntryKey
from xl_kpi.plan.merging.imported_actuals import closed_imports
from xl_kpi.plan.merging.row_deletions import Deletion, Row, deletions, is_contested, row_of
from xl_kpi.plan.merging.unordered_files import drop_aliases, person_of, put_beside
from xl_kpi.plan.records import MASTER, Decision, Proposal, Records, Value
from xl_kpi.plan.same_value import entry_of, said_in, same, told

JOIN = " / "  # between what several people wrote about the same answer
Doubted = Callable[[str, Value], object]

_WITH = ("by", "on", "comment", "value")  # go where the state goes, and are never a conflict


def _nothing(key: str, value: Value) -> bool:
    """No value is a question by itself."""
    return False


@dataclass(frozen=True)
class Returned:
    """One file that came back: the entries that were open to its recipient, as they stand in it.

    ``entries`` holds blank ones as None, and need not hold those that are as they were sent; ``unread`` the keys
    of cells that could not be read: about these the file says nothing.  ``saved`` when it was saved last, to be
    compared as text ("" where it does not say); ``old``: a file that the same person saved later is merged already, or
    the person was sent a later version since;
    ``unsure``: another file of that person is, and nobody knows which is the later one.
    """

    person: str
    version: str
    entries: Mapping[str, Value]
    unread: frozenset[str] = frozenset()
    saved: str = ""
    old: bool = False
    unsure: bool = False


@dataclass(frozen=True)
class Merged:
    """What a merge asks for: entries to change in the master, and the records afterwards."""

    changes: dict[str, Value]
    records: Records
    chosen: tuple[str, ...] = field(default=())  # keys whose choice on 統合 was applied now


def merge(
    now: Mapping[str, Value],
    records: Records,
    returned: Sequence[Returned] = (),
    doubted: Doubted = _nothing,
) -> Merged:
    """Merge what came back into the master.

    Arguments: ``now`` the master's entries; ``records`` as the last command left them, with the choices made
    on 統合 since; ``returned`` files of known recipients, of one person in the order
    in which they were saved, old ones last (a reply to a version before the latest is old too: each of its entries is
    a question).  Without any, the choices alone are applied; ``doubted``: whether a value is a question by itself,
    taken by nobody's word but a choice.
    Result: changed entries (None clears one) and the new records.
    Equation: the opinions about an entry are the values that differ from what was sent, and the master's own
    value where it differs too; none: stays, one: taken, more: conflict.  What a file brought for a month that is closed
    is the master's opinion, too (``imported_actuals``).
    Special cases: an opinion that its author's successor has seen (it was in the next version sent) is none
    any more; a choice stands until a value comes that it did not know; an answer of 合意 is one opinion.  A row that
    some have deleted and others typed into is one question, whether it stays, and stays whole until then.  What a
    person has said in one file and not in a later one is a question: nobody knows whether it was taken back or
    the later file made from an older copy.
    """
    work = _Merge(now, records, doubted)
    chosen = work.choose()
    for one in returned:
        work.take_in(one)
    work.settle()
    changes = {key: value for key, value in work.values.items() if not same(value, now.get(key))}
    made = records.with_(
        proposals=tuple(work.proposals[key][person] for key, person in sorted(work.pairs())),
        decisions=dict(sorted(work.decisions.items())),
    )
    return Merged(changes, made, tuple(chosen))


def before_sending(records: Records, recipients: Iterable[str]) -> Records:
    """The records when a new version goes out: what is settled is the master's own from now on.

    ``recipients`` of the new version; what they proposed before is done with, but for open conflicts.
    """
    work = _Merge({}, records)
    decisions = {key: decision for key, decision in records.decisions.items() if decision.open}
    open_entries = {entry_of(key) for key in decisions}
    open_rows = {row for key in decisions if (row := row_of(key))}
    leaving = {_folded(person) for person in recipients}
    stay = [
        work.proposals[key][person]
        for key, person in sorted(work.pairs())
        if entry_of(key) in open_entries or row_of(key) in open_rows or person_of(person) not in leaving
    ]
    return records.with_(decisions=decisions, proposals=tuple(stay))


def latest_versions(records: Records) -> dict[str, str]:
    """The version that each recipient, in folded letters, was sent last."""
    return {_folded(person): sent.version for sent in records.sent for person in sent.opened}


class _Merge:
    """The records while they change: proposals by key and person, decisions, and the master's entries."""

    def __init__(self, now: Mapping[str, Value], records: Records, doubted: Doubted = _nothing):
        self.doubted = doubted
        self.values = dict(now)
        self.decisions = dict(records.decisions)
        self.sent = {sent.version: sent.entries for sent in records.sent}
        self.age = {sent.version: number for number, sent in enumerate(records.sent)}
        self.proposals: dict[str, dict[str, Proposal]] = {}
        for proposal in records.proposals:
            self.proposals.setdefault(proposal.key, {})[_folded(proposal.person)] = proposal
        self.weighed = {key: dict(each) for key, each in self.proposals.items()}
        self.contested: dict[Row, Deletion] = {}  # rows that some have deleted and others changed
        self.keys: dict[Row | None, list[str]] = {}  # what anybody knows of a row that somebody has deleted
        self.imported = closed_imports(now)
        self.decided: set[Row] = set()  # those of which it was chosen now whether they stay

    def pairs(self) -> Iterable[tuple[str, str]]:
        return ((key, person) for key, each in self.proposals.items() for person in each)

    # --- what came back ------------------------------------------------------------------------------

    def take_in(self, one: Returned) -> None:
        """The proposals of a file, in place of what the same person said before; an old one adds what is missing."""
        person = _folded(one.person)
        spoken = said_in(one.entries, self.sent.get(one.version, {}))
        if one.unsure:
            if spoken:  # a workbook in which nothing was typed takes nothing back unless it is the later one
                said = {key: Proposal(key, one.person, one.version, spoken[key], one.saved) for key in spoken}
                put_beside(self.proposals, said, one.person, one.unread)
            return
        if not one.old:
            drop_aliases(self.proposals, spoken, person, one.version, one.unread)
        old = {key: each[person] for key, each in self.proposals.items() if person in each}
        # the comment of an agreement is not that of an objection by the same person
        turned = {key for key in spoken.keys() & old.keys() if not same(spoken[key], old[key].value)}
        for key in old.keys() - spoken.keys() if not one.old else ():
            if old[key].version == one.version and entry_of(key) in turned:
                del self.proposals[key][person]
            elif old[key].version == one.version and key not in one.unread:
                self.proposals[key][person] = replace(old[key], withdrawn=True)
        for key in spoken:
            before = old.get(key)
            if one.old and before and self._age(before) >= self.age.get(one.version, -1):
                if before.version != one.version or not before.withdrawn or before.saved > one.saved:
                    continue  # what was said later counts
            made = Proposal(key, one.person, one.version, spoken[key], one.saved, one.old)
            self.proposals.setdefault(key, {})[person] = made

    # --- choices -------------------------------------------------------------------------------------

    def choose(self) -> list[str]:
        """Apply the choices made on 統合: new ones, and those that somebody changed since."""
        applied = []
        for key, decision in sorted(self.decisions.items()):
            own = self._own(key) if decision.open else decision.before
            chosen: Value = own
            if not decision.choice:
                continue
            if decision.choice != MASTER:
                proposal = self.proposals.get(key, {}).get(_folded(decision.choice))
                if proposal is None:
                    continue  # nobody has said this: the conflict stays open
                chosen = proposal.value
            if decision.open or not same(chosen, decision.applied):
                self.values[key] = chosen
                self.decisions[key] = replace(decision, before=own, applied=chosen, open=False)
                applied.append(key)
                if row := row_of(key):
                    self.decided.add(row)
                entry = EntryKey.parse(key)
                if entry.is_answer and entry.column == STATE:
                    self._follow(entry)
        return applied

    # --- opinions ------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Weigh every entry about which something new was said, and those that are still open."""
        due = {key for key in {*self.proposals, *self.weighed} if self._said(key) != self._said(key, self.weighed)}
        due |= {key for key, decision in self.decisions.items() if decision.open}
        answers = {key: entry_of(key) for key in due if EntryKey.parse(key).is_answer}
        rows = self._contested({*(row_of(key) for key in due), *self.decided})
        for row in rows:
            self._weigh_row(row)
        for key in sorted(due - answers.keys()):
            if row_of(key) not in rows:
                self._weigh(key)
        for key in sorted(set(answers.values())):
            self._weigh(key)
            self._follow(EntryKey.parse(key))

    def _contested(self, among: set[Row | None]) -> list[Row]:
        """The rows among these that some have deleted and others changed."""
        if among <= {None}:
            return []
        deleted = {row: one for row, one in deletions(self.proposals, self.sent).items() if row in among}
        if not deleted:
            return []
        self.keys = {row: [] for row in deleted}
        for key in sorted({*self.values, *self.decisions, *self.proposals}):
            if (row := row_of(key)) in self.keys:
                self.keys[row].append(key)
        for row, one in deleted.items():
            said = {key: self.proposals.get(key, {}) for key in self.keys[row]}
            if is_contested(one, said, {key: self._own(key) for key in said}):
                self.contested[row] = one
        return sorted(self.contested)

    def _weigh_row(self, row: Row) -> None:
        """Whether a row stays, and what stands in it if it does."""
        asked = self.contested[row]
        self._weigh(asked.question)
        decision = self.decisions.get(asked.question)
        goes = decision and not decision.open and _folded(decision.choice) in asked.people
        for key in self.keys[row]:
            if key == asked.question:
                continue
            if not goes:
                self._weigh(key)
                continue
            own = self._own(key)
            self.values[key] = None
            if told(own) is None:
                self.decisions.pop(key, None)
            else:
                self.decisions[key] = Decision(key, own, None)

    def _said(self, key: str, where: Mapping[str, Mapping[str, Proposal]] | None = None) -> dict[str, tuple[Any, bool]]:
        """What everybody says, and whether they still do."""
        each = (self.proposals if where is None else where).get(key, {})
        return {person: (told(proposal.value), not proposal.withdrawn) for person, proposal in each.items()}

    def _own(self, key: str) -> Value:
        """What the master itself says: its entry, or what it was before a merge put another value there.

        After a choice the chosen value is the master's own.
        """
        decision, now = self.decisions.get(key), self.values.get(key)
        merged = decision and same(now, decision.applied) and (decision.open or not decision.choice)
        return decision.before if decision and merged else now

    def _base(self, proposal: Proposal) -> Value:
        return self.sent.get(proposal.version, {}).get(proposal.key)

    def _opinions(self, key: str) -> list[Proposal]:
        """The proposals that count: not a blank where nothing was sent, nor what a later version has answered.

        Of a row of which is asked whether it stays, the blanks of those who deleted it are no opinion of their own.
        """
        each = list(self.proposals.get(key, {}).values())
        row = self.contested.get(row_of(key) or ("", ""))
        if row and key != row.question:
            each = [one for one in each if _folded(one.person) not in row.people]
        answered: dict[Any, int] = {}  # what was sent -> the latest version in which somebody changed it
        for one in each:
            seen = told(self._base(one))
            answered[seen] = max(answered.get(seen, -1), self._age(one))
        return [
            one
            for one in each
            if not (told(one.value) is None and told(self._base(one)) is None)
            and answered.get(told(one.value), -1) <= self._age(one)
        ]

    def _age(self, proposal: Proposal) -> int:
        return self.age.get(proposal.version, -1)

    def _weigh(self, key: str) -> None:
        decision = self.decisions.get(key)
        if decision and decision.choice and not decision.open and not self._is_news(key, decision):
            return
        own, opinions = self._own(key), self._opinions(key)
        if decision and not decision.open and opinions:
            if all(same(self._base(one), decision.applied) for one in opinions):
                own = decision.applied  # a copy made since has seen what was merged, and says something else of it
        values = {told(one.value): one.value for one in sorted(opinions, key=lambda one: one.person)}
        said = {told(one.value) for one in opinions if not one.withdrawn}
        chosen = decision and decision.choice and opinions  # what somebody chose is an opinion of the master's
        row = self.contested.get(row_of(key) or ("", ""))
        asked = (row is not None and key == row.question or key in self.imported) and opinions
        doubted = any(self.doubted(key, one.value) for one in opinions)
        apart = any(not same(self._base(one), own) or told(one.value) not in said for one in opinions)
        if chosen or asked or doubted or apart:
            values[told(own)] = own
        value = next(iter(values.values())) if len(values) == 1 else own
        self.values[key] = value
        if len(values) > 1:
            self.decisions[key] = Decision(key, own, own, open=True)
        elif same(value, own):
            self.decisions.pop(key, None)
        else:
            self.decisions[key] = Decision(key, own, value)

    def _is_news(self, key: str, decision: Decision) -> bool:
        """Whether something was said, or said again, that the choice did not know, or its author takes it back."""
        said, weighed = self._said(key), self._said(key, self.weighed)
        known = {*(value for value, _ in weighed.values()), told(decision.before), told(decision.applied)}
        author = _folded(decision.choice)
        moved = said.get(author) not in (weighed.get(author), (told(decision.applied), True))
        again = any(
            stands and value != told(decision.applied) and weighed.get(person) == (value, False)
            for person, (value, stands) in said.items()
        )
        return moved or again or any(value not in known for value, _ in said.values())

    # --- answers -------------------------------------------------------------------------------------

    def _follow(self, answer: EntryKey) -> None:
        """Name, date, comment and number of an answer go with its state; several people's stand side by side."""
        state = answer.beside(STATE)
        decision, final = self.decisions.get(state), self.values.get(state)
        speakers = [] if decision and decision.open else [
            person
            for person, one in self.proposals.get(state, {}).items()
            if (not one.withdrawn or decision and _folded(decision.choice) == person)
            and (same(one.value, final) or told(one.value) is None and told(self._base(one)) is None)
        ]  # fmt: skip
        for column in _WITH:
            key = answer.beside(column)
            said = [one for person, one in self.proposals.get(key, {}).items() if person in speakers]
            own = self._own(key)
            value = self._together(column, said, own) if said else own
            self.values[key] = value
            if same(value, own):
                self.decisions.pop(key, None)
            else:
                self.decisions[key] = Decision(key, own, value)

    def _together(self, column: str, said: list[Proposal], own: Value) -> Value:
        said = sorted(said, key=lambda one: (self._age(one), _folded(one.person)))
        found = [one.value for one in said if told(one.value) is not None]
        if column == "value":  # the number that the answer of the latest version was about
            return found[-1] if found else None
        if any(not same(self._base(one), own) for one in said) and told(own) is not None:
            found.append(own)
        if column == "on":
            return max((day for day in found if isinstance(day, dt.date)), default=found[-1] if found else None)
        return JOIN.join(dict.fromkeys(str(words) for words in found)) or None


def _folded(person: str) -> str:
    return person.casefold()
