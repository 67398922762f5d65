"""A plain copy of the plan in which somebody went on typing: what it says that the last common state does not.

Two people on a share, a copy on a laptop.  The state that both have in common is found by the lines of 履歴: one that
stands in both was written before they parted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from xl_kpi.calc import month_start
from xl_kpi.errors import BadFile, Fault, Joined, Phrase, Words, XlKpiError
from xl_kpi.exchange.mail.envelope import NO_MAIL, Envelope
from xl_kpi.exchange.returned.desk import ReadBack, saved_at
from xl_kpi.exchange.returned.whose_copy import whose
from xl_kpi.plan.entries import entries_of, with_entries
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.keys import CHANNELS, KPIS, STAGES, EntryKey, actual_key
from xl_kpi.plan.labels import column_label, row_label
from xl_kpi.plan.merging.merge import Returned
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import COPY, Change, Records, Sent, Value
from xl_kpi.plan.same_value import said_in
from xl_kpi.workbook.package.file_book import FileBook
from xl_kpi.workbook.package.named_parts import NamedParts
from xl_kpi.workbook.package.parts_book import PartsBook
from xl_kpi.workbook.package.safety import opened_package
from xl_kpi.workbook.package.save import backups
from xl_kpi.workbook.reading.our_sheets import foreign_sheets
from xl_kpi.workbook.reading.plan_reader import NO_START, ReadPlan
from xl_kpi.workbook.reading.records_reader import read_records
from xl_kpi.workbook.reading.tables import CellAddress
from xl_kpi.workbook.reading.workbook_reader import read_whole

MOST_ASKED = 100  # differences to a copy that has no line of 履歴 at all: more are those of another plan
_RECORD = "tbl_record"
_COMMA = Words("collect_comma")
MOST_TOLD = 8  # values of a row
_ROWS = (STAGES, CHANNELS, KPIS)
_SHEETS = {STAGES: "funnel", CHANNELS: "channels", KPIS: "kpis"}


def is_plan(parts: Mapping[str, bytes], file: str) -> bool:
    """Whether a workbook is a plan of its own, with what it remembers, and none that was sent to somebody."""
    return PartsBook(parts, file, lambda name: name.casefold() == _RECORD).defined(_RECORD)


@dataclass(frozen=True)
class Copy:
    """A copy that was read: what it says, the state that it is held against, and when that was (None: not known);
    ``whose`` it is, "" where nothing tells."""

    back: ReadBack
    base: Sent
    common: Change | None
    whose: str = ""


class Copies:
    """Reads the copies that come back to one plan.

    Arguments: ``plan`` and ``records`` of the master, in the file ``path``, whose backups may hold the common state;
    ``own`` the names of the sheets that a user added there; ``in_words`` how the plan's pages write a value.
    """

    def __init__(
        self, plan: Plan, records: Records, path: Path, own: Set[str], lang: str,
        in_words: Callable[[str, Value], str] = lambda key, value: shown(value),
    ):  # fmt: skip
        self.in_words = in_words
        self.plan, self.records, self.path, self.own, self.lang = plan, records, path, own, lang
        self._lines = {*records.history}

    def read(self, parts: Mapping[str, bytes], file: str, mail: Envelope = NO_MAIL) -> Copy:
        """What somebody typed in a copy.

        Arguments: as for ``Desk.read``.
        Equation: an entry of the copy that differs from the state in common is the copy's opinion about it.
        Special cases: a ready workbook in which no command ever ran has no line of 履歴: each difference is a question,
        unless there are so many that it is another plan.  Cells that can't be read are faults, and the copy says
        nothing about them; nor about rows of stages, channels and KPIs that stand in one of both alone, which a
        warning names.  Where both went on with commands and no backup holds the state in common, every difference to
        the plan is a question.
        Errors: BadFile for a plan that has no line of 履歴 in common with this one; as for ``read_whole``.
        """
        book = FileBook(NamedParts(parts), file)
        whole = read_whole(book, file)
        shared = [line for line in whole.records.history if line in self._lines]
        ready = not whole.records.history  # a ready workbook in which no command ever ran
        if not shared and not ready:
            raise BadFile("collect_copy_stranger", file=file)
        state = None if ready else self._common(whole.records)
        now = entries_of(self.plan)
        base = now if state is None else state
        copied = whole.read.plan
        entries = {**whole.read.homeless, **entries_of(copied)}
        unread = _unread(whole.read)
        said = said_in({key: entries.get(key) for key in {*entries, *base} - unread}, base)
        if ready and len(said) > MOST_ASKED:
            raise BadFile("collect_copy_stranger", file=file)
        apart = {**self._gone(copied, said, base), **self._new(said)}
        said = {key: value for key, value in said.items() if key not in apart}
        time = dt.datetime.min if state is None else shared[-1].time
        version = COPY if state is None else f"{COPY}:{shared[-1].time.isoformat()}"
        kept = {} if state is None else {key: base[key] for key in said if base.get(key) is not None}
        saved = saved_at(parts, PartsBook(parts, file, lambda name: False))
        name = whose(parts, file, mail, self.records)
        who = f"{name}: {file.rpartition('›')[2].strip()}" if name else file
        returned = Returned(who, version, said, frozenset(unread), saved, old=state is None)
        faults = [*whole.read.faults, *self._rows(apart, copied, file), *self._sheets(book, file)]
        back = ReadBack(file, returned, saved, mail.date, tuple(faults), (), places=_places(whole.read))
        return Copy(back, Sent(version, time, {}, kept), None if state is None else shared[-1], name)

    def _common(self, copied: Records) -> Mapping[str, Value] | None:
        """The entries when both were the same for the last time; None where nothing holds them any more."""
        lines = {*copied.history}
        if copied.history[-1] in self._lines:
            return copied.last
        if self.records.history[-1] in lines:
            return self.records.last
        for backup in reversed(backups(self.path)):
            try:
                before = read_records(FileBook(opened_package(backup, self.lang)[1], backup.name), backup.name)
            except (XlKpiError, OSError):
                continue  # a backup that nobody can read helps nobody
            if before.history and before.history[-1] in lines and before.history[-1] in self._lines:
                return before.last
        return None

    @staticmethod
    def _gone(copied: Plan, said: Mapping[str, Value], base: Mapping[str, Value]) -> dict[str, Value]:
        """Of what the copy does not say any more, what it has no place for: its row is gone there."""
        blank = {key: base[key] for key, value in said.items() if value is None and key in base}
        return with_entries(copied, blank)[1]

    def _new(self, said: Mapping[str, Value]) -> dict[str, Value]:
        """Of what the copy says, the rows that this plan does not have."""
        homeless = with_entries(self.plan, said)[1]
        return {key: value for key, value in homeless.items() if EntryKey.parse(key).table in _ROWS}

    def _rows(self, apart: Mapping[str, Value], copied: Plan, file: str) -> Iterator[Fault]:
        """A warning for the rows that stand in one of both alone: those that are gone by name, of those that are new
        what is to be typed where."""
        rows: dict[tuple[str, str], list[str]] = {}
        for one in apart:
            entry = EntryKey.parse(one)
            if entry.table in _ROWS:
                rows.setdefault((entry.table, entry.row or ""), []).append(one)
        here, there = _row_ids(self.plan), _row_ids(copied)
        gone = tuple(row_label(keys[0], self.plan) for row, keys in sorted(rows.items()) if row in here - there)
        if gone:
            yield Fault(Joined(gone, _COMMA), Words("collect_copy_row_gone"), file=file, level="warning")
        for (table, id_), keys in sorted(rows.items()):
            if (table, id_) in there - here and not (table == KPIS and (CHANNELS, id_.partition(".")[0]) not in here):
                values = [self._value(key, apart[key]) for key in sorted(keys) if apart[key] not in (None, "")]
                more = [Words("collect_more", count=len(values) - MOST_TOLD)] if len(values) > MOST_TOLD else []
                named = Joined((*values[:MOST_TOLD], *more), _COMMA)
                sheet = Words(f"sheet_{_SHEETS[table]}")
                new = Words("collect_copy_row_new", sheet=sheet, id=id_.rpartition(".")[2], values=named)
                yield Fault(row_label(keys[0], copied), new, file=file, level="warning")

    def _value(self, key: str, value: Value) -> Phrase:
        is_stage = EntryKey.parse(key).column == "stage"
        words = row_label(f"{STAGES}[{value}].name", self.plan) if is_stage else self.in_words(key, value)
        return Joined((column_label(key), words), " ")

    def _sheets(self, book: FileBook, file: str) -> Iterator[Fault]:
        """A warning for the sheets that somebody has added to the copy."""
        new = [name for name in foreign_sheets(book) if name not in self.own]
        if new:
            named = Joined(tuple(Words("collect_own_sheet", sheet=name) for name in new), _COMMA)
            yield Fault(named, Words("collect_elsewhere"), file=file, level="warning")


def _unread(read: ReadPlan) -> set[str]:
    """The entries whose cells can't be read."""
    faulty = {(fault.sheet, fault.cell) for fault in read.faults if fault.level == "error"}
    places = [(key, place) for key, each in read.places.items() for place in each]
    places += [*_places(read).items()]
    return {key for key, place in places if (place.sheet, place.cell) in faulty}


def _places(read: ReadPlan) -> dict[str, CellAddress]:
    """The cell of each actual."""
    if read.plan.start == NO_START:
        return {}
    return {actual_key(one.what, month_start(read.plan.start, one.month)): one.place for one in read.typed}


def _row_ids(plan: Plan) -> set[tuple[str, str]]:
    found = {(STAGES, stage.id) for stage in plan.stages} | {(CHANNELS, one.id) for one in plan.channels}
    return found | {(KPIS, f"{kpi.channel}.{kpi.id}") for kpi in plan.kpis}


def with_base(records: Records, base: Sent) -> Records:
    """The records with a state that copies are held against, in its place among what was sent."""
    known = next((sent for sent in records.sent if sent.version == base.version), None)
    entries = {**(known.entries if known else {}), **base.entries}
    others = [sent for sent in records.sent if sent.version != base.version]
    place = sum(sent.time <= base.time for sent in others)
    made = Sent(base.version, base.time, {}, entries)
    return records.with_(sent=(*others[:place], made, *others[place:]))
