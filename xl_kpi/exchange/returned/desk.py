"""A workbook that came back: whose it is, and what stands in the cells that were open to them.

Entries are found by the ids beside the rows and the months above the columns, so rows, columns and sheets that a
person has inserted, moved, renamed, hidden, sorted or filtered do not matter.  Where ids or months are gone, nothing
of the file is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from xl_kpi.errors import BadFile, Fault, Joined, Words
from xl_kpi.exchange.mail.envelope import NO_MAIL, Envelope
from xl_kpi.exchange.returned.answers import read_answers_back
from xl_kpi.exchange.returned.blocks import read_block
from xl_kpi.exchange.returned.distribution import ChangedElsewhere, Gathered, Round, channels_in
from xl_kpi.exchange.returned.locked_pages import INPUTS, read_rest
from xl_kpi.exchange.returned.typed_rows import read_rows_back
from xl_kpi.exchange.returned.unread_places import beside
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.reading import Collector
from xl_kpi.plan.merging.collected_files import is_later
from xl_kpi.plan.merging.merge import Returned, latest_versions
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.tables import TABLES
from xl_kpi.plan.records import Records
from xl_kpi.plan.same_value import said_in
from xl_kpi.workbook.package.parts_book import PartsBook
from xl_kpi.workbook.reading.entry_reader import Entries, as_text
from xl_kpi.workbook.reading.money_reader import MoneyInCells
from xl_kpi.workbook.reading.tables import OPEN_ROWS, CellAddress, named_value

_STAMP = ("sent_plan", "sent_version", "sent_to")
_FIXED = {*_STAMP, "act_stages", "tbl_agreement", *INPUTS, *(table.key for table in TABLES)}
_GROWING = {table.key: table.most + OPEN_ROWS for table in TABLES}
_NEEDLESS = (":target", ":attainment")  # rows of a channel's tab that hold formulas of ours alone
_MODIFIED = re.compile(rb"<(?:\w+:)?modified\b[^>]*>\s*([0-9T:.Z+-]{10,40})\s*<")
MOST_LOST = 5  # named in one message


@dataclass(frozen=True)
class ReadBack:
    """One returned workbook that belongs to the plan.

    ``saved``: when the program in which it was filled in has saved it last, to be compared as text ("" where it
    does not say), ``mailed`` the date of the mail with which it came ("" for none); ``faults``: cells that could not
    be read (errors) and formulas of which the number was taken (warnings); ``latest`` the version that the person was
    sent since ("" where the file is of that one); ``places`` of the actuals that it says.
    """

    file: str
    returned: Returned
    saved: str
    mailed: str
    faults: tuple[Fault, ...]
    foreign: tuple[ChangedElsewhere, ...]
    latest: str = ""
    places: Mapping[str, CellAddress] = field(default_factory=dict)


class Desk:
    """Reads the files that come back to one plan.

    Arguments: ``plan`` and ``records`` of the master.
    """

    def __init__(self, plan: Plan, records: Records):
        self.plan, self.records = plan, records
        ids = {channel.id for channel in plan.channels}
        ids |= {one for sent in records.sent for opened in sent.opened.values() for one in channels_in(opened)}
        self._names = _FIXED | {f"act_{one}".casefold() for one in ids}
        self._latest = latest_versions(records)
        self._recipients = {
            (sent.version, person.casefold()): (person, tuple(ids))
            for sent in records.sent
            for person, ids in sent.opened.items()
        }
        self._round = lru_cache(None)(self._made_round)

    def read(self, parts: Mapping[str, bytes], file: str, mail: Envelope = NO_MAIL) -> ReadBack:
        """The entries of one file.

        Arguments: ``parts`` of a package that has been checked; ``file`` what it is called in messages; ``mail`` with
        which it came.
        Result: cells that can't be read are faults, and the file says nothing about them.
        Special cases: a file of a version before the recipient's latest says what it says; ``latest`` tells.
        Errors: BadFile for a file that is not from this plan, of a version that was not sent to this person, or in
        which ids or months are gone: with the reason, and nothing of it is taken.
        """
        book = PartsBook(parts, file, lambda name: name.casefold() in self._names, _is_needless, _GROWING)
        person, version, ids = self._stamp(book, file)
        latest = self._latest[person.casefold()]
        old = version != latest
        if old and not ids:
            raise BadFile("collect_old_version", file=file, found=shown(version), latest=latest)
        this = self._round(version)
        entries = Entries(book, Collector(file=file))
        entries.money = MoneyInCells(this.sent.unit, this.sent.unit, this.entries)
        found = Gathered()
        read_block(entries, this, "act_stages", "stage", ids, found)
        for channel in sorted(this.channels | set(channels_in(ids))):
            read_block(entries, this, f"act_{channel}", channel, ids, found)
        read_answers_back(entries, this, person, ids, found)
        read_rows_back(entries, this, person, ids, found)
        read_rest(parts, book, this, found)
        said = said_in(found.entries, this.sent.entries)  # only what differs is kept: a thousand files may come at once
        saved = saved_at(parts, book)
        returned = Returned(person, version, said, frozenset(found.unread), saved, old=old)
        if found.lost:
            more = Words("collect_more", count=len(found.lost) - MOST_LOST)
            lost = [*found.lost[:MOST_LOST], *([more] if len(found.lost) > MOST_LOST else [])]
            raise BadFile("collect_lost", file=file, lost=Joined(tuple(lost), Words("collect_comma")))
        entries.collector.faults.extend(beside(parts, book, file))
        if mail.sender and mail.sender.casefold() != person.casefold():
            allowed = Words("collect_other_sender", person=person)
            entries.collector.add(mail.sender, allowed, level="warning")
        places = {key: place for key, place in found.places.items() if key in said}
        faults, foreign = tuple(entries.collector.faults), tuple(found.foreign)
        return ReadBack(file, returned, saved, mail.date, faults, foreign, latest if old else "", places)

    def _stamp(self, book: PartsBook, file: str) -> tuple[str, str, tuple[str, ...]]:
        """Recipient, version, and what was open to them."""
        if not all(book.defined(name) for name in _STAMP):
            raise BadFile("collect_no_stamp", file=file)
        plan_id, version, person = (as_text(named_value(book, name, file)[0]) for name in _STAMP)
        if plan_id != self.records.plan_id:
            raise BadFile("collect_other_plan", file=file, found=shown(plan_id))
        if person.casefold() not in self._latest:
            raise BadFile("collect_unknown_person", file=file, found=shown(person))
        name, ids = self._recipients.get((version, person.casefold()), (person, ()))
        return name, version, ids

    def _made_round(self, version: str) -> Round:
        return Round(self.plan, self.records, next(sent for sent in self.records.sent if sent.version == version))


def saved_at(parts: Mapping[str, bytes], book: PartsBook) -> str:
    """When a file was saved, as its properties say: programs keep them in parts of different names."""
    found = _MODIFIED.search(parts.get(book.parts.of_package("/core-properties"), b""))
    return found[1].decode("ascii") if found else ""


def _is_needless(key: str) -> bool:
    return key.endswith(_NEEDLESS) or key.startswith("plan:")


def in_order(back: Sequence[ReadBack]) -> list[ReadBack]:
    """Each person's files, none before one that is known to be earlier; people as they come.

    Special cases: of files that contradict one another (a later mail with an earlier file, and a third between) any
    may come first.
    """
    people: dict[str, list[ReadBack]] = {}
    for one in back:
        people.setdefault(one.returned.person, []).append(one)
    found: list[ReadBack] = []
    for files in people.values():
        files = list(files)
        while files:
            first = next((one for one in files if not any(_is_later(one, other) for other in files)), files[0])
            files.remove(first)
            found.append(first)
    return found


def _is_later(one: ReadBack, other: ReadBack) -> bool:
    return bool(is_later((one.mailed, one.saved), (other.mailed, other.saved)))
