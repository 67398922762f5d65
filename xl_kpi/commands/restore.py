"""Bring a former state of a workbook back: one of the last 20, byte for byte."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xl_kpi.catalog import text
from xl_kpi.commands.examine import open_workbook
from xl_kpi.errors import BadFile, Fault, InputFaults, Refused
from xl_kpi.plan.log import TYPED
from xl_kpi.plan.records import Change
from xl_kpi.workbook.package import read_package
from xl_kpi.workbook.save import MOST_BACKUPS, SavedFile, backups, save

_TIME = "%Y%m%d-%H%M%S-%f"


@dataclass(frozen=True)
class State:
    """A former state of a file.

    ``number`` 1 is the newest; ``until`` when it was replaced, ``size`` in bytes, ``command`` the id of the command
    that replaced it ("" where that is not known).
    """

    number: int
    path: Path
    until: dt.datetime
    size: int
    command: str = ""


def states(path: str | Path, lang: str) -> list[State]:
    """The former states that are kept, newest first.

    ``lang`` the language of messages.  Errors: BadFile where neither the file nor a former state of it is there.
    """
    file = Path(path)
    kept = backups(file)[::-1]
    if not kept and not file.exists():
        raise BadFile(text("file_missing", lang, file=file.name))
    history = _history(file, lang)
    found = []
    for number, backup in enumerate(kept, 1):
        until, there = _time(backup), backup.stat()
        command = _command(history, dt.datetime.fromtimestamp(there.st_mtime), until)
        found.append(State(number, backup, until, there.st_size, command))
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
        raise InputFaults([Fault(str(number), text("restore_number", lang, most=len(known)), cell="N")])
    data = read_package(state.path, lang)
    return save(file, data, lang), state


def number_of(typed: str | None, lang: str) -> int:
    """The number that was typed for a state; 1 for none.  Errors: InputFaults for what is no number."""
    if typed is None:
        return 1
    digits = typed.strip()
    if not digits.isdecimal():
        raise InputFaults([Fault(typed, text("restore_number", lang, most=MOST_BACKUPS), cell="N")])
    return int(digits)


def _time(backup: Path) -> dt.datetime:
    return dt.datetime.strptime(backup.stem, _TIME)


def _history(file: Path, lang: str) -> Sequence[Change]:
    """履歴 as the present file has it; nothing where it can't be read."""
    try:
        return open_workbook(file, lang).records.history
    except (BadFile, OSError):
        return ()


def _command(history: Sequence[Change], earlier: dt.datetime, until: dt.datetime) -> str:
    """The command whose lines were written after a state was saved and until it was replaced."""
    earlier = earlier.replace(microsecond=0)  # as the lines have it
    between = [line for line in history if earlier <= line.time <= until]
    batch = [line.command for line in between if line.time == between[-1].time]
    return ([command for command in batch if command != TYPED] or batch or [""])[-1]
