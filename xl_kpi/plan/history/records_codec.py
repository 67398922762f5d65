"""Records ↔ lines of text: what the hidden sheet 控え holds, one thing a line, every value exactly as it was.

A line is a kind and a JSON list.  JSON begins with a bracket, so no program takes it for a number, a date or a
formula, and it tells 1 from TRUE from "1".
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.pages.tables import find_table
from xl_kpi.plan.records import Change, Decision, Kept, Proposal, Records, Seen, Sent, Value

Line = tuple[str, str]

LONGEST = 32_000  # characters of a cell (Excel: 32,767); the rest of a line goes into the cells beside it
CONTINUED = "…"  # begins such a cell, so that no program takes it for a formula or a number

# What XML can't hold, and _x0041_, which some programs take for an escaped letter.
_AWKWARD = re.compile("[\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def lines_of(records: Records) -> Iterator[Line]:
    """Every record but ``plan_id``; the same records give the same lines."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}  # of tables that grow by typing: a line for each row
    for key, value in sorted(records.last.items()):
        entry = EntryKey.parse(key) if find_table(key.partition("[")[0]) else None
        if entry and entry.row and entry.column:
            rows.setdefault((entry.table, entry.row), {})[entry.column] = _packed(value)
        else:
            yield _line("last", key, _packed(value))
    for (table, row), columns in rows.items():
        yield _line("last_row", table, row, columns)
    for change in records.history:
        time, old, new = change.time.isoformat(), _packed(change.old), _packed(change.new)
        yield _line("change", time, change.who, change.command, change.key, change.label, old, new)
    for _, kept in sorted(records.archive.items()):
        formula = (kept.left, kept.aim) if kept.left else ()
        yield _line("kept", kept.key, kept.label, _packed(kept.value), kept.since.isoformat(), *formula)
    for sent in records.sent:
        about = [sent.mark, sent.unit] if sent.unit != "yen" else [*filter(None, [sent.mark])]
        about = [sent.mark, sent.unit, sent.due] if sent.due else about
        about = [sent.mark, sent.unit, sent.due, sent.sender] if sent.sender else about
        yield _line("sent", sent.version, sent.time.isoformat(), *about)
        for person, opened in sorted(sent.opened.items()):
            called = [sent.names[person]] if sent.names.get(person) else []
            yield _line("opened", sent.version, person, list(opened), *called)
        for key, value in sorted(sent.entries.items()):
            yield _line("entry", sent.version, key, _packed(value))
        for key, number in sorted(sent.numbers.items()):
            yield _line("number", sent.version, key, _packed(number))
    for proposal in records.proposals:
        more = (proposal.saved, proposal.withdrawn) if proposal.saved or proposal.withdrawn else ()
        yield _line("proposal", proposal.key, proposal.person, proposal.version, _packed(proposal.value), *more)
    for _, decision in sorted(records.decisions.items()):
        before, applied = _packed(decision.before), _packed(decision.applied)
        yield _line("decision", decision.key, before, applied, decision.choice, decision.open)
    for seen in records.seen:
        latest = [[list(times) for times in seen.latest]] if seen.latest else []
        yield _line("seen", seen.version, seen.person, seen.saved, list(seen.marks), *latest)
    for key, name in sorted(records.names.items()):
        yield _line("name", key, name)


def records_from(lines: Iterable[Line]) -> Records:
    """The records that ``lines_of`` wrote.  ValueError (or one of its kind) for a line that is none of ours."""
    found = _Gathered()
    for number, (kind, data) in enumerate(lines):
        try:
            getattr(found, f"add_{kind}")(*json.loads(data))
        except (AttributeError, TypeError, ValueError, KeyError) as problem:
            raise DamagedLine(number) from problem
    return found.records()


def as_read(records: Records) -> Records:
    """The same records as they come back from a workbook: a number is of one kind, however it was computed."""
    return records_from(lines_of(records)).with_(plan_id=records.plan_id)


class DamagedLine(ValueError):
    """The line with this number (counted from 0) is none that we wrote."""

    def __init__(self, number: int):
        self.number = number
        super().__init__(str(number))


class _Gathered:
    """The parts of Records while the lines are read: one method a kind of line."""

    def __init__(self) -> None:
        self.last: dict[str, Value] = {}
        self.history: list[Change] = []
        self.archive: dict[str, Kept] = {}
        self.sent: dict[str, tuple[dt.datetime, dict, dict, str, dict, str, dict, str, str]] = {}
        self.proposals: list[Proposal] = []
        self.decisions: dict[str, Decision] = {}
        self.seen: list[Seen] = []
        self.names: dict[str, str] = {}

    def records(self) -> Records:
        return Records(
            history=tuple(self.history),
            archive=self.archive,
            sent=tuple(Sent(version, *parts) for version, parts in self.sent.items()),
            proposals=tuple(self.proposals),
            decisions=self.decisions,
            seen=tuple(self.seen),
            last=self.last,
            names=self.names,
        )

    def add_last(self, key: str, value: Any) -> None:
        self.last[key] = _unpacked(value)

    def add_last_row(self, table: str, row: str, columns: dict[str, Any]) -> None:
        start = f"{table}[{row}]."
        for column, value in columns.items():
            self.last[start + column] = _unpacked(value)

    def add_change(self, time: str, who: str, command: str, key: str, label: str, old: Any, new: Any) -> None:
        when = dt.datetime.fromisoformat(time)
        self.history.append(Change(when, who, command, key, label, _unpacked(old), _unpacked(new)))

    def add_kept(self, key: str, label: str, value: Any, since: str, left: str = "", aim: str = "") -> None:
        self.archive[key] = Kept(key, label, _unpacked(value), dt.date.fromisoformat(since), left, aim)

    def add_sent(self, version: str, time: str, mark: str = "", unit: str = "yen", due: str = "", by: str = "") -> None:
        self.sent[version] = dt.datetime.fromisoformat(time), {}, {}, mark, {}, unit, {}, due, by

    def add_opened(self, version: str, person: str, opened: list[str], name: str = "") -> None:
        self.sent[version][1][person] = tuple(opened)
        if name:
            self.sent[version][6][person] = name

    def add_entry(self, version: str, key: str, value: Any) -> None:
        self.sent[version][2][key] = _unpacked(value)

    def add_number(self, version: str, key: str, number: float) -> None:
        self.sent[version][4][key] = float(number)

    def add_proposal(
        self, key: str, person: str, version: str, value: Any, saved: str = "", withdrawn: bool = False
    ) -> None:
        self.proposals.append(Proposal(key, person, version, _unpacked(value), saved, withdrawn))

    def add_decision(self, key: str, before: Any, applied: Any, choice: str, is_open: bool) -> None:
        self.decisions[key] = Decision(key, _unpacked(before), _unpacked(applied), choice, is_open)

    def add_seen(
        self, version: str, person: str, saved: str, marks: list[str], latest: Iterable[list[str]] = ()
    ) -> None:
        times = tuple((mailed, at) for mailed, at in latest)
        self.seen.append(Seen(version, person, saved, tuple(marks), times))

    def add_name(self, key: str, name: str) -> None:
        self.names[key] = name


def _line(kind: str, *parts: Any) -> Line:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return kind, _AWKWARD.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _packed(value: Value) -> Any:
    """A value as JSON has it: dates named as such; whole numbers without a point, however they were read."""
    if isinstance(value, dt.date):
        return {"date": f"{value:%Y-%m-%d}"}
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def _unpacked(value: Any) -> Value:
    return dt.date.fromisoformat(value["date"]) if isinstance(value, dict) else value
