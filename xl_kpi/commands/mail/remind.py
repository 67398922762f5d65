"""Draft mails to those who have not answered a distribution, naming what is missing; nothing is sent."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xl_kpi.catalog import text
from xl_kpi.catalog.messages import message as worded_error
from xl_kpi.catalog.messages import worded
from xl_kpi.commands.examine import Opened, open_workbook
from xl_kpi.commands.mail.distribute_order import Order, read_order
from xl_kpi.errors import BadFile, Joined, Refused, XlKpiError, told_in
from xl_kpi.exchange.mail.drafts import draft, message
from xl_kpi.exchange.mail.journal import Journal
from xl_kpi.exchange.mail.mailbox import Found, everything_in, files_in, workbooks_in
from xl_kpi.exchange.outgoing.file_names import DRAFT, WORKBOOK, file_names
from xl_kpi.exchange.people import Person
from xl_kpi.exchange.returned.copies import is_plan
from xl_kpi.exchange.returned.desk import Desk, ReadBack, in_order
from xl_kpi.plan.input.wording import said_months
from xl_kpi.plan.keys import EntryKey, actual_key
from xl_kpi.plan.labels import label
from xl_kpi.plan.language import in_language
from xl_kpi.plan.merging.missing import Missing, missing
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Records, Value
from xl_kpi.workbook.package.atomic_write import write
from xl_kpi.workbook.package.safety import read_parts
from xl_kpi.workbook.reading.our_sheets import our_sheets
from xl_kpi.workbook.sheet_kinds import tab_key

PLACEHOLDERS = (
    "name",
    "title",
    "due",
    "department",
    "version",
    "sent",
    "missing",
    "until",
    "greeting",
    "sender",
    "signature",
)
MISSING = "{missing}"


@dataclass(frozen=True)
class Reminder:
    """One draft: to whom, what is missing, the file, and whether the workbook as it was sent goes along again;
    ``late`` days since the day until which answers were asked for (None: no such day, or not over)."""

    person: Person
    missing: Missing
    lines: tuple[str, ...]  # what is missing in words, sheet by sheet
    file: str
    attached: bool
    late: int | None = None


@dataclass(frozen=True)
class Reminded:
    """What was drafted.

    ``complete``: whose answers are complete; ``never``: people on the list to whom nothing was sent yet; ``unlisted``:
    recipients who miss something and are not on the list; ``stale``: drafts of an earlier run that are not needed any
    more; ``unread``: replies that can't be used, with the reason.  ``sender`` of the drafts, "" where nobody said;
    ``same_sender``: it is that of the distribution.  ``past_due``: the new day for answers, where it is over.
    """

    lang: str
    folder: Path
    reminders: tuple[Reminder, ...]
    complete: tuple[Person, ...]
    never: tuple[Person, ...]
    unlisted: tuple[str, ...]
    stale: tuple[str, ...]
    unread: tuple[str, ...]
    sender: str = ""
    same_sender: bool = False
    past_due: str = ""


def remind(
    path: str | Path,
    order: Order,
    replies: Sequence[str | Path] = (),
    *,
    as_of: dt.date | None = None,
    dry_run: bool = False,
    words: str = "ja",
    lang: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Reminded:
    """Write the drafts.

    Arguments: ``path`` the master; ``order`` as for ``distribute``: list, folder, due, subject and body count;
    the sender is that of the distribution from this folder, else of the latest one, where the order names none;
    ``replies`` files and folders that came back and were not collected yet, which count as answers; ``as_of``: actuals
    are missed of the months that are over by then (None: today); ``dry_run`` writes nothing; ``words`` and ``lang`` as
    for ``open_workbook``.
    Result: nobody of whom nothing is missing gets a draft.  The workbook as it was sent goes along where it lies in the
    folder.
    Errors: as for ``distribute``; Refused for a plan that was never distributed.
    """
    opened = open_workbook(path, words, lang)
    with told_in(opened.lang):
        return _Reminding(opened, order, as_of or dt.date.today(), not dry_run, environment).done(replies)


class _Reminding:
    def __init__(self, opened: Opened, order: Order, as_of: dt.date, writes: bool, environment: Mapping[str, str]):
        self.writes = writes
        self.opened, self.plan, self.records = opened, opened.read.plan, opened.records
        self.lang, self.as_of = opened.lang, as_of
        about = {"subject": "remind_subject", "body": "remind_body"}
        self.same_sender = ""
        if order.sender is None:
            self.same_sender = _sender_before(Path(order.out), self.records, self.lang)
            order = replace(order, sender=self.same_sender or None)
        self.job = read_order(opened, order, environment, about=about, placeholders=PLACEHOLDERS)
        if not self.records.rounds:
            raise Refused("remind_not_distributed", file=opened.path.name)
        self.unread: list[str] = []
        self.early: dict[str, str] = {}  # recipient in folded letters -> the version before the latest that is here
        self.names = {key: name for name, key in our_sheets(opened.book).items()}

    def done(self, replies: Sequence[str | Path]) -> Reminded:
        names = {person.mail.casefold(): person.name for person in self.job.people}
        found = missing(self.plan, self.records, self.as_of, self._back(replies), names)
        asked = {person.casefold(): one for person, one in found.items()}
        people = self.job.people
        files = file_names(self.plan.title, people)
        reminders, complete, never = [], [], []
        for person in people:
            one = asked.get(person.mail.casefold())
            if one is None:
                never.append(person)
            elif not one.count:
                complete.append(person)
            else:
                one = replace(one, earlier=one.earlier or self.early.get(person.mail.casefold(), ""))
                reminders.append(self._reminder(person, one, files[person.mail]))
        listed = {person.mail.casefold() for person in people}
        unlisted = tuple(person for person, one in found.items() if one.count and person.casefold() not in listed)
        drafts = {one.file for one in reminders}
        mine = {files[person.mail] + self._suffix for person in people} - drafts
        stale = tuple(sorted(name for name in mine if (self.job.folder / name).exists()))
        return Reminded(
            self.lang, self.job.folder, tuple(reminders), tuple(complete), tuple(never), unlisted, stale,
            tuple(self.unread), self.job.order.sender or "", bool(self.same_sender),
            self.job.past_due(dt.date.today()),
        )  # fmt: skip

    @property
    def _suffix(self) -> str:
        return text("remind_suffix", self.plan.lang) + DRAFT

    # --- what came back

    def _back(self, replies: Sequence[str | Path]) -> dict[str, Mapping[str, Value]]:
        """Entries of replies by recipient in folded letters, of each the latest file."""
        desk, back = Desk(self.plan, self.records), list[ReadBack]()
        there = [one for one in replies if not Path(one).is_dir() or any(everything_in(Path(one)))]
        for file in files_in(there, self.lang, but=self.opened.path, skipped=self.unread):
            try:
                read = [_read(desk, one) for one in workbooks_in(file, self.lang)]
            except XlKpiError as problem:
                self.unread.append(worded_error(problem, self.lang))
                continue
            back += [one for one in read if not one.latest]
            early = [one.returned for one in read if one.latest and one.returned.entries]
            self.early |= {one.person.casefold(): one.version for one in early}
            self.unread += [
                text("remind_old_version", self.lang, file=one.file, found=one.returned.version, latest=one.latest)
                for one in read
                if one.latest
            ]
        return {one.returned.person.casefold(): one.returned.entries for one in in_order(back)}

    # --- one draft

    def _reminder(self, person: Person, one: Missing, name: str) -> Reminder:
        own = in_words(self.plan, self.records, one, self.names)
        job, lang = self.job, self.plan.lang
        lines = own
        if one.earlier and not one.heard:
            lines = [text("remind_received", lang, earlier=one.earlier, version=one.version), "", *own]
        values = {"missing": "\n".join(lines), "version": one.version, "sent": f"{one.sent_on:%Y/%m/%d}", "until": ""}
        due = job.due or one.due
        if due:
            values["due"] = f"{due:%Y/%m/%d}"
            values["until"] = text("remind_until", lang, due=values["due"])
        late = (self.as_of - due).days if due and self.as_of > due else None
        body = job.words.body if MISSING in job.words.body else f"{job.words.body.rstrip()}\n\n{MISSING}\n"
        words = replace(job.words, body=body, own={person.mail: {**job.words.own[person.mail], **values}})
        data = self._as_sent(person, one, name + WORKBOOK)
        called, sender = job.sender if job.order.sender else ("", "")
        attached = name + WORKBOOK if data else ""
        mail = message(person, words, attached, data or b"", sender=sender, sender_name=called)
        file = name + self._suffix
        if self.writes:
            try:
                job.folder.mkdir(parents=True, exist_ok=True)
                write(job.folder / file, draft(mail))
            except OSError:
                raise BadFile("distribute_no_folder", folder=job.folder) from None
        return Reminder(person, one, tuple(own), file, data is not None, late)

    def _as_sent(self, person: Person, one: Missing, name: str) -> bytes | None:
        """The workbook that the person was sent, where it lies in the folder and says itself whose it is.

        Special cases: none to who has replied: they go on with their own file.
        """
        if one.heard:
            return None
        file = self.job.folder / name
        journal = Journal(self.job.folder, self.lang)
        if not any(planned.version == one.version and name in planned.files for planned in journal.planned):
            return None
        try:
            returned = Desk(self.plan, self.records).read(read_parts(file, self.lang), name).returned
            return file.read_bytes() if returned.person.casefold() == person.mail.casefold() else None
        except (OSError, XlKpiError):
            return None


def _read(desk: Desk, found: Found) -> ReadBack:
    """What a reply says; of a copy of the plan, which ``collect`` takes, that nothing of it is counted here."""
    parts = found.parts()
    try:
        return desk.read(parts, found.name, found.mail)
    except BadFile as problem:
        if problem.key != "collect_no_stamp" or not is_plan(parts, found.name):
            raise
        raise BadFile("remind_copy", file=found.name) from problem


def _sender_before(folder: Path, records: Records, lang: str) -> str:
    """Who has sent what lies in a folder, else the latest version, as typed then; "" where nobody said."""
    here = Journal(folder, lang).planned if folder.is_dir() else ()
    senders = [*(one.sender for one in records.rounds), *(one.sender for one in here)]
    return next((one for one in reversed(senders) if one), "")


def in_words(plan: Plan, records: Records, one: Missing, names: Mapping[str, str]) -> list[str]:
    """What is missing, sheet by sheet, in the plan's language; ``names`` key of a sheet → how the user calls it."""
    lang, said = plan.lang, in_language(plan, plan.lang)
    by_sheet: dict[str, list[str]] = {}

    def add(key: str, words: str) -> None:
        by_sheet.setdefault(names.get(key) or text(f"sheet_{key}", lang), []).append(words)

    for row, months in one.actuals:
        owner = EntryKey.parse(actual_key(row, months[0])).owner
        place = label(actual_key(row, months[0]), said, records.last, month=False).parts[0]
        kpi = worded(place.parts[-1] if isinstance(place, Joined) else place, lang)
        shown = said_months(months, lang)
        key = "backwards" if owner == "stage" else tab_key(str(owner))
        add(key, text("remind_actual", lang, kpi=kpi, months=shown))
    for row in one.answers:
        add("agreement", text("remind_answer", lang, name=_item(plan, row)))
    for key in one.pages:
        add(key, text("remind_page", lang))
    lines = []
    for sheet, each in by_sheet.items():
        lines += [text("remind_sheet", lang, sheet=sheet), *each, ""]
    return lines[:-1]


def _item(plan: Plan, row: str) -> str:
    kind, _, id_ = row.partition(":")
    rows = plan.stages if kind == "stage" else plan.channels
    return next((one.name for one in rows if one.id == id_), id_)
