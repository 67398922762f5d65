"""What a workbook remembers besides the plan: who changed what, what lost its place, what was sent and came back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

# What one entry may hold; text is never a formula, None is "nothing typed".
Value = float | int | str | bool | dt.date | None


@dataclass(frozen=True)
class Change:
    """One line of 履歴: an entry that a command, or somebody typing since the last command, changed."""

    time: dt.datetime  # whole seconds, local
    who: str
    command: str  # id of the command: new, typed, regenerate, collect, distribute, restore
    key: str  # stable key of the entry, "" for the command as a whole
    label: str  # the entry in words, in the plan's language
    old: Value = None
    new: Value = None


@dataclass(frozen=True)
class Kept:
    """One entry on 保管: its place in the workbook is gone (channel off, month outside the plan).

    Of a formula that has lost what it pointed at ``left`` is how it reads since, and ``aim`` what it pointed at
    (see ``workbook.relocation.precedents``); both are empty for everything else.
    """

    key: str
    label: str
    value: Value
    since: dt.date
    left: str = ""
    aim: str = ""


@dataclass(frozen=True)
class Sent:
    """One distribution: what everybody was sent, to merge against when files come back."""

    version: str  # "1", "2" … in the order of sending
    time: dt.datetime
    opened: Mapping[str, tuple[str, ...]]  # recipient (mail address) -> ids of channels and "dept:<name>" open to them
    entries: Mapping[str, Value]  # stable key -> value as sent; only keys that are open to somebody
    mark: str = ""  # of everything that was sent: equal where the same goes out again
    numbers: Mapping[str, float] = field(default_factory=dict)  # what stood on 合意: "stage:<id>" … -> number
    unit: str = "yen"  # in which the cells of what was sent hold money
    names: Mapping[str, str] = field(default_factory=dict)  # recipient -> what the list of people calls them
    due: str = ""  # the day until which answers were asked for, as 2027-01-20
    sender: str = ""  # who sent it, as "Name <address>"


@dataclass(frozen=True)
class Proposal:
    """What came back for one entry: one person's value that differs from what was sent.

    ``saved`` when the file was saved that says so ("" where it does not tell); ``withdrawn``: in a later file of the
    same person the entry is as it was sent.
    """

    key: str
    person: str  # recipient
    version: str
    value: Value
    saved: str = ""
    withdrawn: bool = False


@dataclass(frozen=True)
class Decision:
    """One entry on 統合 about which there is more than one opinion, or that a returned file has changed."""

    key: str
    before: Value  # what the master held before any of the proposals
    applied: Value  # what the merge has put into the master
    choice: str = ""  # what the user chose on 統合: a recipient, or MASTER; "" while open
    open: bool = False  # a conflict without a choice


@dataclass(frozen=True)
class Seen:
    """What was collected from one person of one version: when the latest file was saved, and marks of all files.

    ``saved`` as the file says it, to be compared as text ("" where none said it).
    """

    version: str
    person: str
    saved: str = ""
    marks: tuple[str, ...] = ()  # sorted
    latest: tuple[tuple[str, str], ...] = ()  # times (mailed, saved) of the files of which none is known to be older


@dataclass(frozen=True)
class Records:
    """Everything beside the plan that a workbook carries; empty for a new one."""

    plan_id: str = ""
    history: tuple[Change, ...] = ()
    archive: Mapping[str, Kept] = field(default_factory=dict)
    sent: tuple[Sent, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    seen: tuple[Seen, ...] = ()  # sorted by version and person
    last: Mapping[str, Value] = field(default_factory=dict)  # the entries as the last command left them
    names: Mapping[str, str] = field(default_factory=dict)  # key of a sheet that is gone -> how the user called it

    def with_(self, **changes: Any) -> Records:
        """These records with some fields replaced."""
        return replace(self, **changes)

    @property
    def rounds(self) -> tuple[Sent, ...]:
        """The distributions alone: what a copy of the plan is held against was sent to nobody."""
        return tuple(sent for sent in self.sent if sent.opened)

    def called(self, person: str) -> str:
        """A recipient by the name that the latest list gives them, with the address: "佐藤 花子 <sato@example.com>"."""
        folded = person.casefold()
        for sent in reversed(self.sent):
            for mail, name in sent.names.items():
                if mail.casefold() == folded and name:
                    return f"{name} <{person}>"
        return person


COPY = "copy"  # begins the version of the state that a copy of the plan is held against; alone: nobody knows it
MASTER = "MASTER"  # the choice of the master's own value
