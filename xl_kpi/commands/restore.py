"""Bring a former state of a workbook back: one of the last 20, byte for byte; what made each is told by itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from xl_kpi.catalog import find_choice, text
from xl_kpi.errors import BadFile, Fault, InputFaults, Refused, Words
from xl_kpi.plan.history.log import TYPED, command_words
from xl_kpi.workbook.package.parts_book import PartsBook
from xl_kpi.workbook.package.safety import read_package, read_parts
from xl_kpi.workbook.package.save import MOST_BACKUPS, SavedFile, backups, save
from xl_kpi.workbook.reading.entry_reader import as_text
from xl_kpi.workbook.reading.records_reader import read_records
from xl_kpi.workbook.reading.tables import named_value

_TIME = "%Y%m%d-%H%M%S-%f"
_WRITING = dt.timedelta(minutes=1)  # a file that was saved later than its last command was saved once more
_RECORD, _LANG = "tbl_record", "plan_lang"


@dataclass(frozen=True)
class MadeBy:
    """The command that made a state: its id, who ran it ("" where that is not known), when, and the lines of 履歴
    about entries that it left, those typed since the command before among them."""

    command: str
    who: str
    time: dt.datetime
    changes: int


@dataclass(frozen=True)
class State:
    """A former state of a file.

    ``number`` 1 is the newest; ``until`` when it was replaced, ``size`` in bytes, ``saved`` when it was saved last;
    ``made`` by which command, None for a file without a record of that.
    """

    number: int
    path: Path
    until: dt.datetime
    size: int
    saved: dt.datetime
    made: MadeBy | None = None

    def words(self, lang: str) -> str:
        """One line for a person: until when, how big, made by which command, and whether it was saved since."""
        if self.made is None:
            made = text("restore_unknown", lang)
        else:
            made = text(
                "restore_made", lang, command=command_words(self.made.command, lang), time=_shown(self.made.time),
                who=self.made.who or text("history_unknown", lang), changes=self.made.changes,
            )  # fmt: skip
            if self.saved - self.made.time > _WRITING:
                made += text("restore_saved_since", lang, time=_shown(self.saved))
        return text("restore_state", lang, until=_shown(self.until), size=f"{self.size / 1024:,.0f}", made=made)


def language_of(path: str | Path, words: str) -> str:
    """The language of the plan in a file, or of its newest former state that can be read.

    Arguments: ``words`` the language where none of them says it.
    """
    file = Path(path)
    for one in (file, *backups(file)[::-1]):
        try:
            book = PartsBook(read_parts(one, words), one.name, lambda name: name.casefold() == _LANG)
            found = find_choice("lang", as_text(named_value(book, _LANG, one.name)[0]))
        except Exception:  # missing or damaged, in whatever way: said where it is used
            continue
        if found:
            return found.id
    return words


def states(path: str | Path, lang: str) -> list[State]:
    """The former states that are kept, newest first.

    ``lang`` the language of messages.  Errors: BadFile where neither the file nor a former state of it is there.
    """
    file = Path(path)
    kept = backups(file)[::-1]
    if not kept and not file.exists():
        raise BadFile(text("file_missing", lang, file=file.name))
    if kept and file.exists() and kept[0].read_bytes() == file.read_bytes():
        kept = kept[1:]  # a command was killed before it had replaced what it had kept
    found = []
    for number, backup in enumerate(kept, 1):
        until, there = dt.datetime.strptime(backup.stem, _TIME), backup.stat()
        saved = dt.datetime.fromtimestamp(there.st_mtime)
        found.append(State(number, backup, until, there.st_size, saved, _made(backup, lang)))
    return found


def restore(path: str | Path, number: int = 1, *, lang: str) -> tuple[SavedFile, State]:
    """Put a former state in the place of the present one, which becomes the newest former state.

    Arguments: ``number`` as in ``State``; ``lang`` the language of messages.
    Result: the save, and the state that was brought back.
    Errors: InputFaults for a number that there is not; Refused without any former state, or where the file is open
    elsewhere; BadFile for a state that is damaged.  In each case nothing was changed.
    """
    file = Path(path)
    known = states(file, lang)
    if not known:
        raise Refused(text("restore_none", lang, file=file.name))
    state = next((one for one in known if one.number == number), None)
    if state is None:
        raise InputFaults([Fault(str(number), _allowed(len(known)), cell="N")])
    data = read_package(state.path, lang)
    return save(file, data, lang), state


def _allowed(most: int) -> Words:
    return Words("restore_number", most=most) if most > 1 else Words("restore_one")


def number_of(typed: str | None) -> int:
    """The number that was typed for a state; 1 for none.  Errors: InputFaults for what is no number."""
    if typed is None:
        return 1
    digits = typed.strip()
    if not digits.isdecimal():
        raise InputFaults([Fault(typed, Words("restore_number", most=MOST_BACKUPS), cell="N")])
    return int(digits)


def _made(state: Path, lang: str) -> MadeBy | None:
    """What the last lines of a state's own 履歴 say; only that part of the file is read."""
    try:
        book = PartsBook(read_parts(state, lang), state.name, lambda name: name.casefold() == _RECORD)
        history = read_records(book, state.name).history
    except Exception:  # damaged, in whatever way: said once it is to be brought back
        return None
    if not history:
        return None
    last = list(takewhile(lambda line: line.time == history[-1].time, reversed(history)))
    own = next((line for line in last if line.command != TYPED), last[0])
    last = list(takewhile(lambda line: line.command in (TYPED, own.command), last))  # two commands within one second
    return MadeBy(own.command, own.who, own.time, sum(1 for line in last if line.key))


def _shown(time: dt.datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}"
