"""A workbook for each person on a list, with a draft mail or sent; what was sent is remembered in the master.

The order is what makes a crash harmless: the journal says what is planned, the master learns the version, the
files are written, the mails go out.  A run that is started again goes on where the last one ended.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from functools import partial
from itertools import groupby
from pathlib import Path

from xl_kpi.build import Progress
from xl_kpi.catalog import text
from xl_kpi.commands.examine import Opened, open_workbook
from xl_kpi.commands.mail.distribute_order import Job, Order, read_order
from xl_kpi.commands.mail.reviews import Reviews, with_reviews
from xl_kpi.commands.rewrite import rewrite
from xl_kpi.commands.user import user_name
from xl_kpi.errors import BadFile, Refused, told_in
from xl_kpi.exchange.mail.drafts import Words, draft, message
from xl_kpi.exchange.mail.journal import Journal, Planned
from xl_kpi.exchange.mail.mail_run import MailRun, send_all, waiting
from xl_kpi.exchange.mail.smtp import Connection, Server
from xl_kpi.exchange.outgoing import versions as rounds
from xl_kpi.exchange.outgoing.contents import Contents, contents
from xl_kpi.exchange.outgoing.file_names import DRAFT, WORKBOOK, file_names
from xl_kpi.exchange.outgoing.outsiders import OutgoingByPerson
from xl_kpi.exchange.outgoing.paper import SentPaper
from xl_kpi.exchange.outgoing.workbook import Outgoing, Sending
from xl_kpi.exchange.people import Person
from xl_kpi.exchange.typed_beside import typed_beside
from xl_kpi.plan.agreement import items, numbers_before, reopened, to_answer_again
from xl_kpi.plan.dictionary.counts import part_of_a_count
from xl_kpi.plan.entries import entries_of, with_entries
from xl_kpi.plan.language import in_language
from xl_kpi.plan.merging.merge import merge
from xl_kpi.plan.merging.pending import not_heard
from xl_kpi.plan.merging.permissions import OUTSIDE, ids_of, opened_answers, owners, owns_nothing
from xl_kpi.plan.merging.unasked import unasked
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Change, Records
from xl_kpi.regenerate.next_state import next_state
from xl_kpi.workbook.package.atomic_write import write
from xl_kpi.workbook.package.save import save
from xl_kpi.workbook.reading.our_sheets import our_sheets
from xl_kpi.workbook.sheet_kinds import kind_of

COMMAND = "distribute"  # as 履歴 knows it


@dataclass(frozen=True)
class Distributed:
    """What was done, or is about to be."""

    lang: str
    version: str
    folder: Path
    people: tuple[Person, ...]
    files: Mapping[str, str]  # mail address → name of the workbook
    words: Words
    continued: bool = False  # the version of an earlier run
    backup: Path | None = None  # of the master
    mails: MailRun | None = None
    kinds: tuple[tuple[Contents, int], ...] = field(default=())  # with the number of people
    strangers: tuple[str, ...] = ()  # departments on the list that own no number of the plan
    owners: tuple[str, ...] = ()  # those that do
    unasked: tuple[str, ...] = ()  # stages, channels and KPIs of the plan that nobody on the list can type, by name
    again: tuple[str, ...] = ()  # numbers that have moved since they were agreed to: to be answered again
    unheard: tuple[tuple[str, str], ...] = ()  # people and the version that they have not returned yet
    outsiders: tuple[Person, ...] = ()  # who work at another domain than ``own_domain``
    own_domain: str = ""
    sent_from: bool = False  # the own domain is the sender's, and not that of most people
    bare: bool = False  # the outsiders get their own sheets alone
    unowned: tuple[Person, ...] = ()  # those of them, as listed, to whom their department opens nothing
    unsigned: bool = False  # nobody says who sends
    past_due: str = ""  # the day until which answers are asked for, where it is over
    reviewed: str | None = None  # the months of the review that goes along; "" for targets alone, None for no review
    left: tuple[tuple[str, str], ...] = ()  # name of a sheet, and the key of the word for what of it can't be sent

    @property
    def complete(self) -> bool:
        return self.mails is None or self.mails.complete


@dataclass(frozen=True)
class Prepared:
    """A distribution that is ready: ``shown`` says what is about to happen; nothing is written yet."""

    job: Job
    outgoing: OutgoingByPerson
    journal: Journal
    fingerprint: str
    time: dt.datetime
    plan: Plan  # of the master, with the choices made on 統合
    records: Records  # with this version
    planned: Planned | None  # by an earlier run that this one goes on with
    known: bool  # the master has this version already
    shown: Distributed
    reviews: Reviews | None = None  # each person's part goes along

    def message(self, person: Person, file: str, data: bytes, sender: str = "", name: str = "") -> EmailMessage:
        """The mail to a person, with the workbook and the part of the review where that was asked for."""
        more = self.reviews.attached(person) if self.reviews else ()
        return message(person, self.shown.words, file, data, sender=sender, sender_name=name, more=more)


def prepare(
    path: str | Path,
    order: Order,
    *,
    words: str = "ja",
    lang: str | None = None,
    environment: Mapping[str, str] = os.environ,
    progress: Progress | None = None,
) -> Prepared:
    """Read everything and make the workbooks, without writing anything.

    Arguments: ``path`` the master; ``words`` and ``lang`` as for ``open_workbook``; ``environment`` names the mail
    server; ``progress`` as for ``build``.
    Special cases: with the same list and an unchanged plan the version of the last run goes on, in whatever folder.
    Errors: InputFaults for plan, list, options and environment in one pass; BadFile for a file that can't be read;
    Refused where files of another run would be overwritten.
    """
    opened = open_workbook(path, words, lang)
    with told_in(opened.lang):
        return _prepared(read_order(opened, order, environment), order, progress)


def _prepared(job: Job, order: Order, progress: Progress | None) -> Prepared:
    now = dt.datetime.now().replace(microsecond=0)
    typed, records = _chosen(job.opened)
    # As the master will have it once it is written: that is what is sent.
    log = {"command": COMMAND, "who": "", "now": now}
    typed = _asked_again(next_state(job.opened, typed, records, log).plan, typed, records, job.people)
    renewed = next_state(job.opened, typed, records, log)
    plan, again_about = renewed.plan, numbers_before(renewed.plan, renewed.records.history, COMMAND)
    # Without a review as it was before there were any, so that a run that was begun goes on.
    marked = ["review"] if order.with_review else []
    ids = {one.mail: ids_of(plan, one.channels, one.department, one.outside) for one in job.people}
    marked += [f"{OUTSIDE} {mail}" for mail, theirs in ids.items() if OUTSIDE in theirs]
    bare = sorted(person.mail for person in job.people if job.is_bare(person))
    sheets = our_sheets(job.opened.book)
    paper = SentPaper(job.opened.book, sheets)
    marked += [paper.mark] if paper.mark else []
    mark = rounds.fingerprint(plan, job.people, bare, job.due, order.lite, job.words.unsigned, *marked)
    journal = Journal(job.folder, job.lang)
    planned = rounds.continued(records, journal, mark)
    names = file_names(plan.title, job.people)
    _look_at(job, names, planned)
    again = rounds.known(records, mark)
    version = planned.version if planned else again.version if again else rounds.next_version(records)
    if again:
        now = again.time
    elif planned is None:
        words_of_it = text("log_distributed", plan.lang, version=version, count=len(job.people))
        line = Change(now, user_name(), COMMAND, "", words_of_it)
        records = rounds.with_sent(records, plan, job.people, version, now, mark, job.due, order.sender or "")
        records = records.with_(history=(*records.history, line))
    outgoing = _outgoing(job, plan, records, version, again_about, paper, progress)
    people = tuple(sorted(job.people, key=outgoing.kind))  # one kind after the other
    reviews = Reviews(plan, outgoing.ids, names) if order.with_review else None
    words = replace(job.words, same={**job.words.same, "version": version})
    shown = Distributed(
        job.lang, version, job.folder, people, {mail: name + WORKBOOK for mail, name in names.items()},
        with_reviews(words, reviews, job.people) if reviews else words, bool(planned or again),
        mails=waiting(people, planned, order.resend_uncertain) if order.send else None,
        kinds=_kinds(outgoing, people),
        strangers=tuple(owns_nothing(plan, [person.department for person in people])), owners=tuple(owners(plan)),
        unasked=tuple(_unasked(plan, outgoing, people, job.lang)),
        again=tuple(item.name for item in items(plan) if item.key in again_about),
        unheard=() if planned or again else tuple(
            (records.called(mail), sent)
            for mail, sent in not_heard(records, [one.mail for one in job.people], but=version)
        ),
        outsiders=tuple(job.outsiders), own_domain=job.company.own, sent_from=job.company.sent,
        bare=all(map(job.is_bare, job.outsiders)), unowned=job.unowned,
        unsigned=not job.sender[1] and order.body is None, past_due=job.past_due(now.date()),
        reviewed=reviews.span if reviews else None,
        left=tuple(_left(job, paper, {key: name for name, key in sheets.items() if kind_of(key).mailed})),
    )  # fmt: skip
    return Prepared(job, outgoing, journal, mark, now, typed, records, planned, again is not None, shown, reviews)


def _left(job: Job, paper: SentPaper, sheets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """As in ``Distributed.left``; ``sheets`` are the names of those that are sent, by their keys."""
    yield from paper.left(sheets)
    book = job.opened.book
    held = ((name, book.parts.part(book.sheets[name].part)) for name in sheets.values())
    own = dict.fromkeys(name for name, _ in typed_beside(book.parts, held))
    yield from ((name, "distribute_own_cells") for name in own)


def carry_out(
    prepared: Prepared, *, progress: Progress | None = None, wait: Callable[[float], None] = time.sleep
) -> Distributed:
    """Remember the version in the master, write the files, and send the mails if that was asked for.

    Arguments: ``progress`` as for ``build``; ``wait`` pauses between two tries of a mail.
    Special cases: when an earlier run goes on, files that are there stay and mails that were sent are not sent
    again; one of which nobody knows whether it arrived is sent again only if the order says so.
    Errors: NoServer when the mail server can't be reached, Refused when another run holds the folder, BadFile when
    the folder can't be made; then nothing was written.
    """
    job, journal, planned, done = prepared.job, prepared.journal, prepared.planned, prepared.shown
    runs = len(journal.planned)
    if job.server and done.mails and done.mails.waiting:
        with Connection(job.server, job.lang, wait) as connection:  # the password may be wrong
            connection.connect()
    _make_folder(job)
    with journal.opened():
        if len(journal.planned) != runs:  # another run was quicker: what was read is out of date
            raise Refused(text("journal_held", job.lang, folder=job.folder))
        if planned is None:
            files = tuple(name for one in done.files.values() for name in (one, _draft_of(one)))
            planned = journal.plan(done.version, prepared.fingerprint, prepared.time, files)
            if not prepared.known:
                written = rewrite(
                    job.opened, prepared.plan, prepared.records, command=COMMAND, now=prepared.time, progress=progress
                )
                done = replace(done, backup=written.backup)
        else:  # as the journal says now that it is held
            planned = journal.version(planned.version, planned.fingerprint) or planned
        if job.order.sender and job.order.sender != planned.sender:
            journal.signed(planned, job.order.sender)
        _write_files(prepared, progress)
        if job.server:
            done = replace(done, mails=_send(prepared, planned, job.server, wait, progress))
    return done


# --- before anything is written


def _chosen(opened: Opened) -> tuple[Plan, Records]:
    """Plan and records once the choices made on 統合 are applied."""
    merged = merge(entries_of(plan := opened.read.plan), opened.records, (), part_of_a_count(plan))
    return with_entries(plan, merged.changes)[0], merged.records


def _asked_again(plan: Plan, typed: Plan, records: Records, people: Sequence[Person]) -> Plan:
    """The typed plan with those answers blank that are to be given again by somebody on the list.

    What people disagree about stays as it is until somebody chooses.
    """
    theirs = {
        row
        for person in people
        for row in opened_answers(plan, ids_of(plan, person.channels, person.department))
        if not (one := records.decisions.get(f"tbl_agreement[{row}].state")) or not one.open
    }
    again = to_answer_again(plan, sorted(theirs))
    return reopened(typed, again) if again else typed


def _unasked(plan: Plan, outgoing: OutgoingByPerson, people: Sequence[Person], lang: str) -> Iterator[str]:
    """What nobody on the list can type, by name."""
    named = in_language(plan, lang)
    names = {f"stage:{stage.id}": stage.name for stage in named.stages}
    names |= {channel.id: channel.name for channel in named.channels}
    for kpi in named.kpis:
        names[f"{kpi.channel}:{kpi.id}"] = f"{names.get(kpi.channel, kpi.channel)}: {kpi.name(lang)}"
    return (names.get(one, one) for one in unasked(plan, map(outgoing.ids, people)))


def _look_at(job: Job, names: Mapping[str, str], planned: Planned | None) -> None:
    """Files of another run are not overwritten unless that was asked for."""
    ours = set(planned.files) if planned else set()
    wanted = [name + suffix for name in names.values() for suffix in (WORKBOOK, DRAFT)]
    there = [name for name in wanted if name not in ours and (job.folder / name).exists()]
    if there and not job.order.force:
        shown = text("list_comma", job.lang).join(there[:5])
        raise Refused(text("distribute_exists", job.lang, folder=job.folder, count=len(there), files=shown))


def _outgoing(job: Job, plan: Plan, records: Records, version: str, again: Mapping[str, float],
              paper: SentPaper, progress: Progress | None) -> OutgoingByPerson:  # fmt: skip
    names = {key: name for name, key in our_sheets(job.opened.book).items()}
    finish = None
    if job.order.lite:
        from xl_kpi.addin.lite.put_in import add_lite  # reads the whole project's sources: not for every start

        finish = partial(add_lite, lang=plan.lang)

    def make(rest: str) -> Outgoing:
        sending = Sending(records.plan_id, version, job.due, rest, again)
        styles = job.opened.styles
        return Outgoing(plan, sending, names=names, styled_like=styles, finish=finish, paper=paper, progress=progress)

    return OutgoingByPerson(make, job.is_bare)


def _kinds(outgoing: OutgoingByPerson, people: Sequence[Person]) -> tuple[tuple[Contents, int], ...]:
    """What is in the workbooks, and how many people get such a one: read from one workbook of each kind."""
    found: dict[Contents, int] = {}
    for _, alike in groupby(people, outgoing.kind):  # sorted by kind
        first, *others = alike
        inside = contents(outgoing.workbook(first))
        found[inside] = found.get(inside, 0) + 1 + len(others)
    return tuple(found.items())


# --- writing and sending


def _make_folder(job: Job) -> None:
    try:
        job.folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise BadFile(text("distribute_no_folder", job.lang, folder=job.folder)) from None


def _draft_of(workbook: str) -> str:
    return workbook.removesuffix(WORKBOOK) + DRAFT


def _write_files(prepared: Prepared, progress: Progress | None) -> None:
    """Each file whole; one that is there with the same content is left alone.  Who sends needs no drafts."""
    done = prepared.shown
    for number, person in enumerate(done.people):
        if progress:
            progress(text("distribute_writing", done.lang), number, len(done.people))
        name = done.files[person.mail]
        data = prepared.outgoing.workbook(person)
        save(done.folder / name, data, done.lang)
        if not prepared.job.order.send:
            sender = prepared.job.sender if prepared.job.order.sender else ("", "")
            mail = prepared.message(person, name, data, sender[1], sender[0])
            write(done.folder / _draft_of(name), draft(mail))


def _send(prepared: Prepared, planned: Planned, server: Server, wait: Callable[[float], None],
          progress: Progress | None) -> MailRun:  # fmt: skip
    job, done = prepared.job, prepared.shown

    def mail_of(person: Person) -> EmailMessage:
        data = prepared.outgoing.workbook(person)
        file = done.files[person.mail]
        return prepared.message(person, file, data, server.sender, server.name)

    def tell(person: Person, number: int, count: int) -> None:
        if progress:
            progress(text("distribute_sending", job.lang), number, count)

    run = waiting(done.people, planned, job.order.resend_uncertain)
    with Connection(server, job.lang, wait) as connection:
        return send_all(run, mail_of, prepared.journal, planned, connection, prepared.records.plan_id, tell)
