"""What came back by mail into the plan: taken where all agree, side by side on 統合 where they do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from xl_kpi.build import Progress
from xl_kpi.catalog import text
from xl_kpi.catalog.messages import line, message, worded
from xl_kpi.commands.examine import Opened, findings, open_workbook, raise_errors
from xl_kpi.commands.mail.collect_result import Changed, Collected, Conflict, FileResult, Said, Silent
from xl_kpi.commands.rewrite import rewrite
from xl_kpi.errors import BadFile, Fault, InputFaults, Words, XlKpiError, told_in
from xl_kpi.exchange.mail.mailbox import Found, files_in, workbooks_in
from xl_kpi.exchange.returned.copies import Copies, is_plan, with_base
from xl_kpi.exchange.returned.desk import Desk, ReadBack, in_order
from xl_kpi.kpi.slips import doubtful_actuals
from xl_kpi.plan.dictionary.counts import part_of_a_count
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.labels import label
from xl_kpi.plan.merging.collected_files import SeenFiles, mark_of
from xl_kpi.plan.merging.merge import Merged
from xl_kpi.plan.merging.opinions import opinion_mark, opinions
from xl_kpi.plan.merging.pending import answered_by_copy, silent
from xl_kpi.plan.merging.row_deletions import asked_rows, row_of
from xl_kpi.plan.merging.take_in import take_in
from xl_kpi.plan.merging.unordered_files import person_of
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Change, Proposal, Records, Value
from xl_kpi.plan.same_value import entry_of, same
from xl_kpi.sheets import Context
from xl_kpi.sheets.kept.entry_values import in_words
from xl_kpi.workbook.reading.our_sheets import foreign_sheets


def collect(
    path: str | Path,
    files: Sequence[str | Path] = (),
    *,
    words: str,
    lang: str | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Collected:
    """Merge returned files into a plan.

    Arguments: ``path`` the plan; ``files`` returned .xlsx files, mails (.eml, .msg) that hold them, or folders of
    such; none: only the choices made on 統合 are applied.  ``words`` and ``lang`` as for ``open_workbook``; ``now``
    the time that is written down; ``progress(step, done, all)`` is told before each file.
    Result: see ``Collected``; where nothing changed nothing is written.
    Errors: BadFile for the plan or for files that are not there; InputFaults for what can't be read in the plan;
    Refused when the plan can't be written.  A returned file that can't be used is no error but told in the result.
    """
    opened, choices = without_choices(open_workbook(path, words, lang))
    with told_in(opened.lang):
        raise_errors(findings(opened))
        work = _Work(opened, choices)
        skipped: list[str] = []
        work.read(files_in(files, opened.lang, but=opened.path, skipped=skipped), progress)
        work.results += [FileResult(line.partition(":")[0], reason=line) for line in skipped]
        return work.finished((now or datetime.now()).replace(microsecond=0), now, progress)


def without_choices(opened: Opened) -> tuple[Opened, tuple[Fault, ...]]:
    """The plan, and apart from it the choices on 統合 that are none: these conflicts stay open, nothing else waits."""
    cells = {
        (place.sheet, place.cell)
        for key, places in opened.read.places.items() if key.startswith("tbl_merge[")
        for place in places
    }  # fmt: skip
    choices = tuple(fault for fault in opened.read.faults if (fault.sheet, fault.cell) in cells)
    rest = [fault for fault in opened.read.faults if fault not in choices]
    return replace(opened, read=replace(opened.read, faults=rest)), choices


_OF_TABLES = ("reader_no_column", "reader_no_name", "reader_too_wide")


@dataclass
class _Work:
    """The files read so far."""

    opened: Opened
    choices: tuple[Fault, ...] = ()  # those on 統合 that can't be read
    results: list[FileResult] = field(default_factory=list)
    back: list[ReadBack] = field(default_factory=list)
    again: set[tuple[str, str]] = field(default_factory=set)  # files, and whose, that were collected before
    # of people of whom a newer file is in the plan already, or who were sent a later version since
    old: list[ReadBack] = field(default_factory=list)
    settled: set[tuple[str, str]] = field(default_factory=set)  # those of them of which nothing is asked any more
    twins: list[tuple[ReadBack, str]] = field(default_factory=list)  # files that say what another one here says
    bases: dict[str, Change] = field(default_factory=dict)  # file of a copy -> the last line in common with it
    copied: dict[str, str] = field(default_factory=dict)  # copies of the plan, and whose, "" for not known

    def __post_init__(self) -> None:
        self.plan, self.records, self.lang = self.opened.read.plan, self.opened.records, self.opened.lang
        self.seen = SeenFiles(self.records.seen)
        self._pages = Context(self.plan.with_(lang=self.lang))

    # --- reading -------------------------------------------------------------------------------------

    def read(self, files: Sequence[Path], progress: Progress | None) -> None:
        self.desk = Desk(self.plan, self.records)
        for done, file in enumerate(files):
            if progress:
                progress(f"{text('collect_step', self.lang)} {file.name}", done, len(files))
            for found in self._workbooks(file):
                try:
                    self.back.append(self._read(found))
                except Exception as problem:
                    self._refuse(found.name, problem)

    def _read(self, found: Found) -> ReadBack:
        """A workbook that was sent and has come back, or a copy of the plan itself."""
        parts = found.parts()
        try:
            return self.desk.read(parts, found.name, found.mail)
        except BadFile as problem:
            if problem.key != "collect_no_stamp" or not is_plan(parts, found.name):
                raise
        copy = self.copies.read(parts, found.name, found.mail)
        self.copied[found.name] = copy.whose
        if copy.common:
            self.bases[found.name] = copy.common
        if copy.back.returned.entries:
            self.records = with_base(self.records, copy.base)
        return copy.back

    @cached_property
    def copies(self) -> Copies:
        own = {*foreign_sheets(self.opened.book)}
        in_words_here = partial(in_words, self._pages)
        return Copies(self.plan, self.records, self.opened.path, own, self.lang, in_words_here)

    def _workbooks(self, file: Path) -> Iterator[Found]:
        try:
            yield from workbooks_in(file, self.lang)
        except Exception as problem:
            self._refuse(file.name, problem)

    def _refuse(self, file: str, problem: Exception) -> None:
        """Tell that a file is not taken; whatever is wrong with it, the others are."""
        if not isinstance(problem, XlKpiError):
            problem = BadFile("file_damaged", file=file, part=Words("file_contents"))
        if isinstance(problem, InputFaults):  # of a copy that lacks sheets: the first says it
            problem = BadFile("collect_copy_faults", file=file, fault=line(problem.faults[0], self.lang))
        if isinstance(problem, BadFile) and problem.key in _OF_TABLES:  # what a plan's owner can do about it is no help
            values = problem.words.values
            problem = BadFile(
                "collect_lost_table", file=file, name=values["name"], lost=values.get("columns") or values["name"]
            )
        self.results.append(FileResult(file, reason=message(problem, self.lang)))

    # --- merging -------------------------------------------------------------------------------------

    def finished(self, time: datetime, now: datetime | None, progress: Progress | None) -> Collected:
        """Merge, write, and tell."""
        counted = self._put_in_order()
        returned = [one.returned for one in self.back]
        # of what is settled nothing is asked: it is counted alone
        returned += [
            replace(one.returned, entries={}) if (one.file, one.returned.person) in self.settled else one.returned
            for one in self.old
        ]
        taken = take_in(self.plan, self.records, returned, time.date())
        taken = replace(taken, records=taken.records.with_(seen=self.seen.all))
        before, merged = taken.before, taken.merged
        written = bool(merged.changes) or not _same_records(taken.records, self.opened.records)
        path, backup, kept = self.opened.path, None, {one.key: one for one in taken.kept}
        put_back: tuple[str, ...] = ()
        if written:
            done = rewrite(self.opened, taken.plan, taken.records, command="collect", now=now, progress=progress)
            path, backup, put_back = done.path, done.backup, done.put_back
            kept |= {one.key: one for one in done.kept}  # of what is switched off, such as a channel
        after = {**before, **merged.changes}
        return Collected(
            path, self.lang,
            files=(*self.results, *self._told(counted, merged, after)), silent=tuple(self._silent(taken.records)),
            changes=tuple(self._changes(before, merged)),
            conflicts=tuple(self._conflicts(merged.records, after)),
            kept=tuple(kept.values()), faults=(*self._left_out(written), *self._faults(counted, merged),
                                     *self._doubtful(taken.plan, merged)),
            written=written, backup=backup, put_back=put_back,
        )  # fmt: skip

    def _put_in_order(self) -> list[ReadBack]:
        """Each person's files from the earliest to the latest; those of which the latest was there before are told.

        Result: the files of which nobody has a later one.
        """
        current: list[ReadBack] = []
        last: dict[str, ReadBack] = {}
        here: dict[tuple[str, str, str], str] = {}  # the first file of those that say the same
        for one in in_order(self.back):
            returned, times = one.returned, (one.saved, one.mailed)
            first = here.setdefault((returned.version, returned.person, mark_of(returned, one.saved)), one.file)
            if first != one.file:
                self.twins.append((one, first))
                continue
            known = self.seen.knows(returned, one.saved)
            if known:
                self.again.add((one.file, returned.person))
            if returned.old:
                self.seen.add(returned, *times)
            if returned.old or self.seen.is_outdated(returned, *times):
                # What was collected in its time is settled, and is no question again because a version went out since.
                self.old.append(replace(one, returned=replace(returned, old=True)))
                if known and one.latest:
                    self.settled.add((one.file, returned.person))
                continue
            unsure = self.seen.is_unsure(returned, *times)
            self.seen.add(returned, *times)
            one = replace(one, returned=replace(returned, unsure=unsure))
            if not unsure:
                last[returned.person] = one
            current.append(one)
        self.back = current
        return [one for one in current if one.returned.unsure or last[one.returned.person] is one]

    # --- telling -------------------------------------------------------------------------------------

    def _label(self, key: str) -> str:
        return worded(label(key, self._pages.plan, self.records.last), self._pages.plan.lang)

    def _said(self, key: str, value: Value) -> Said:
        return Said(value, in_words(self._pages, key, value))

    def _opinion(self, one: Proposal) -> Said:
        said = self._said(one.key, one.value)
        if not one.withdrawn:
            return said
        mark, values = opinion_mark(one, self.records)
        return replace(said, words=text(f"collect_opinion_{mark}", self.lang, value=said.words, **values))

    def _told(self, counted: list[ReadBack], merged: Merged, after: dict[str, Value]) -> Iterator[FileResult]:
        last = {one.returned.person: one for one in counted if not one.returned.unsure}
        earlier: dict[str, dict[str, Value]] = {}
        for proposal in (one for one in self.opened.records.proposals if not one.withdrawn):
            earlier.setdefault(person_of(proposal.person), {})[proposal.key] = proposal.value
        count = _Count(merged.records, after, earlier)

        def result_of(one: ReadBack) -> FileResult:
            return replace(
                count.of(one), person=one.returned.person, version=one.returned.version, called=self._called(one),
                copy=one.file in self.copied, base=self.bases.get(one.file), latest=one.latest,
                counted=bool(answered_by_copy(one.returned.version, one.returned.person, self.records)),
            )  # fmt: skip

        def not_counted_twice(one: ReadBack) -> FileResult:
            found = result_of(one)  # what it says is in the plan by another file
            return replace(found, taken=0, known=found.known + found.taken)

        for one in self.old:
            late = bool(one.latest) or one.file in self.copied
            again = (one.file, one.returned.person) in self.again
            found = result_of(one) if late and not again else not_counted_twice(one)
            yield replace(found, outdated=not late, news=late and not again)
        for one, first in self.twins:
            yield replace(not_counted_twice(one), twin=first)
        for one in self.back:
            returned = one.returned
            person, again = returned.person, (one.file, returned.person) in self.again
            if not returned.unsure and last[person] is not one:
                yield replace(not_counted_twice(one), newer=last[person].file)
                continue
            news = not again and (
                earlier.get(person, {}) != dict(returned.entries) or bool(returned.unread or one.foreign)
            )
            yield replace(result_of(one), news=news, unsure=returned.unsure and news)

    def _called(self, one: ReadBack) -> str:
        if one.file in self.copied:
            whose = self.copied[one.file]
            return text("collect_copy_of" if whose else "collect_copy_called", self.lang, whose=whose)
        return self.records.called(one.returned.person)

    def _silent(self, records: Records) -> Iterator[Silent]:
        """Who has not answered the latest version that they were sent, in the order of the list."""
        back = {one.returned.person for one in self.back}
        for sent, people in silent(self.plan, records):
            for person in people:
                yield Silent(person, sent.names.get(person, ""), sent.version, sent.time.date(), person in back)

    def _doubtful(self, plan: Plan, merged: Merged) -> Iterator[Fault]:
        """What was taken and is off from its target by about a power of ten; what somebody chose is no question."""
        for doubt in doubtful_actuals(plan):
            if doubt.cell in merged.changes and doubt.cell not in merged.chosen:
                yield replace(doubt, file=self.opened.path.name, cell=self._label(doubt.cell))

    def _changes(self, before: Mapping[str, Value], merged: Merged) -> Iterator[Changed]:
        proposed = {one.key for one in merged.records.proposals if not one.withdrawn}
        for key, value in sorted(merged.changes.items()):
            why = "chosen" if key in merged.chosen else "taken" if key in proposed else "withdrawn"
            yield Changed(key, self._label(key), self._said(key, before.get(key)), self._said(key, value), why)

    def _conflicts(self, records: Records, after: dict[str, Value]) -> Iterator[Conflict]:
        said = opinions(records)
        for key, decision in sorted(records.decisions.items()):
            if decision.open:
                people = {one.person: self._opinion(one) for one in said.get(key, ())}
                yield Conflict(key, self._label(key), self._said(key, after.get(key)), people)

    def _left_out(self, written: bool) -> Iterator[Fault]:
        """What another program left out of the plan's workbook, where it was not written anew."""
        if self.opened.dropped and not written:
            yield self.opened.dropped

    def _faults(self, counted: list[ReadBack], merged: Merged) -> Iterator[Fault]:
        yield from self.choices
        unit_of = part_of_a_count(self.plan)
        for one in (*counted, *(one for one in self.old if one.latest or one.file in self.copied)):
            yield from one.faults
            for key, value in one.returned.entries.items():
                decision, place = merged.records.decisions.get(key), one.places.get(key)
                if decision and decision.open and place and (unit := unit_of(key, value)):
                    asked = Words("collect_part_of_a_count", unit=unit)
                    yield Fault(shown(value), asked, place.cell, place.sheet, one.file, "warning")
            for cell in one.foreign:
                sent = Words("collect_blank") if cell.sent is None else shown(cell.sent)
                allowed = Words("collect_foreign", sent=sent)
                yield Fault(shown(cell.value), allowed, cell.place.cell, cell.place.sheet, one.file)


@dataclass(frozen=True)
class _Count:
    """What became of the entries of a file, once the merge is done: ``after`` what stands in the plan, ``earlier`` what
    was known from each person."""

    records: Records
    after: Mapping[str, Value]
    earlier: Mapping[str, Mapping[str, Value]]

    def of(self, one: ReadBack) -> FileResult:
        """The file with its counts: taken, known before, in conflict, passed over for another value, and left."""
        returned, before = one.returned, self.earlier.get(one.returned.person, {})
        heard = {entry_of(key) for key in returned.entries}
        # an answer that counts without one of its cells is one entry, and taken
        left = len({entry_of(key) for key in returned.unread} - heard) + len(one.foreign)
        counts: dict[str, Any] = {"taken": 0, "known": 0, "conflicts": 0, "passed": 0, "left": left}
        person, asked = returned.person.casefold(), self._asked
        for key, value in _entries(returned.entries):
            question, people = asked.get(row_of(key), (key, frozenset()))
            if key != question and person in people:
                continue  # a row that this person has deleted is one thing: it counts where it is asked about
            decision = self.records.decisions.get(key)
            if decision and decision.open and self._stands(key, value):
                counts["conflicts"] += 1
            elif not same(value, self.after.get(key)):
                counts["passed"] += 1
            else:
                counts["known" if key in before and same(value, before[key]) else "taken"] += 1
        return FileResult(one.file, **counts)

    @cached_property
    def _asked(self) -> dict[Any, tuple[str, frozenset[str]]]:
        return {row_of(key): (key, people) for key, people in asked_rows(self.records).items()}

    @cached_property
    def _proposed(self) -> dict[str, list[Value]]:
        found: dict[str, list[Value]] = {}
        for one in self.records.proposals:
            found.setdefault(one.key, []).append(one.value)
        return found

    def _stands(self, key: str, value: Value) -> bool:
        """Whether a value is among those to choose from."""
        return any(same(value, one) for one in self._proposed.get(key, ()))


def _entries(said: Any) -> Iterator[tuple[str, Value]]:
    """What a person said entry by entry; an answer counts once."""
    for key, value in said.items():
        if entry_of(key) == key:
            yield key, value


def _same_records(one: Records, other: Records) -> bool:
    return one.with_(proposals=tuple(sorted(one.proposals, key=_place))) == other.with_(
        proposals=tuple(sorted(other.proposals, key=_place))
    )


def _place(proposal: Any) -> tuple[str, str]:
    return proposal.key, proposal.person.casefold()
