"""What a collect did: file by file, entry by entry, for whoever tells it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from xl_kpi.errors import Fault
from xl_kpi.plan.records import Change, Kept, Value
from xl_kpi.plan.same_value import entry_of


@dataclass(frozen=True)
class FileResult:
    """What became of one returned workbook.

    ``outdated`` a later file of the same person is in the plan already; ``unsure`` another one is, and nothing tells
    which is the later; ``reason`` why nothing of it was taken ("" for the others); ``newer`` the file of the same
    person that stands in its place, ``twin`` one that says the same; ``latest`` the version that the person was sent
    since ("": this one); ``copy``: a copy of the plan, with the line ``base`` of 履歴 in common with it last (None:
    not known), ``counted`` as a recipient's answer.  ``called`` the person with name and address.  Counts are of
    entries and add up to ``entries``: in the plan since now, from before or by another file (``known``), in conflict,
    passed over for another value, not taken.
    """

    file: str
    person: str = ""
    version: str = ""
    taken: int = 0
    known: int = 0
    conflicts: int = 0
    passed: int = 0
    left: int = 0
    news: bool = False
    newer: str = ""
    twin: str = ""
    outdated: bool = False
    unsure: bool = False
    reason: str = ""
    called: str = ""
    latest: str = ""
    copy: bool = False
    base: Change | None = None
    counted: bool = False

    @property
    def entries(self) -> int:
        """How many entries the file holds that are not as they were sent."""
        return self.taken + self.known + self.conflicts + self.passed + self.left


@dataclass(frozen=True)
class Silent:
    """Somebody of whom no entry has come back: address, name ("" where the list is not known), version and its day;
    ``blank``: a file did, and nothing was typed in it."""

    person: str
    name: str
    version: str
    sent_on: dt.date
    blank: bool = False


@dataclass(frozen=True)
class Said:
    """A value, and how the plan's pages write it (a rate as %, an answer in words)."""

    value: Value
    words: str


@dataclass(frozen=True)
class Changed:
    """An entry of the plan that the merge has changed; ``why``: taken, withdrawn or chosen."""

    key: str
    label: str
    old: Said
    new: Said
    why: str


@dataclass(frozen=True)
class Conflict:
    """An entry about which people disagree: what the plan holds, and who says what."""

    key: str
    label: str
    master: Said
    opinions: dict[str, Said]


@dataclass(frozen=True)
class Collected:
    """What a collect did.  ``path`` and ``backup`` of the plan; ``written`` False when nothing had changed."""

    path: Path
    lang: str
    files: tuple[FileResult, ...] = ()
    changes: tuple[Changed, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    kept: tuple[Kept, ...] = ()
    faults: tuple[Fault, ...] = ()  # cells of returned files, warnings among them
    silent: tuple[Silent, ...] = ()  # who has not answered yet
    written: bool = False
    backup: Path | None = None
    put_back: tuple[str, ...] = ()  # what another program had left out of the plan's workbook, in one sentence

    @property
    def changed(self) -> int:
        """How many entries of the plan have changed; an answer, with name and date and comment, is one."""
        return len({entry_of(one.key) for one in self.changes})

    @property
    def clean(self) -> bool:
        """Everything that came back is in the plan, and nobody disagrees."""
        refused = any(one.reason for one in self.files)
        return not (refused or self.conflicts or any(fault.level == "error" for fault in self.faults))
