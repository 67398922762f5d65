"""The journal of a distribution: what was planned, and how far each mail got, on the disk before and after it.

One line of JSON for each step, only ever added to; the last line may be cut off by a crash.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from xl_kpi.catalog import text
from xl_kpi.errors import BadFile, Refused

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]  # on Windows
try:
    import msvcrt  # what Windows has in its place
except ImportError:
    msvcrt = None  # type: ignore[assignment]  # everywhere else

NAME = "xl-kpi-distribute.jsonl"
VERSION = "version"  # what is to be sent: number, fingerprint, files
_BEYOND = 1 << 30  # Windows locks bytes, also where there are none: one behind every line
SENDER = "sender"  # who signs it
SENDING, SENT, UNCERTAIN, FAILED = "sending", "sent", "uncertain", "failed"


@dataclass
class Planned:
    """One version: what it was made from, when, the names of its files, and who sends it as typed ("": nobody said)."""

    version: str
    fingerprint: str
    time: datetime
    files: tuple[str, ...]
    states: dict[str, str] = field(default_factory=dict)  # mail address → last state of its mail
    sender: str = ""


class Journal:
    """The journal in a folder; ``planned`` holds its versions in their order."""

    def __init__(self, folder: Path, lang: str):
        self.path, self.lang = folder / NAME, lang
        self.planned: list[Planned] = []
        self._file: IO[bytes] | None = None
        for entry in self._read():
            self._take(entry)

    def version(self, version: str, fingerprint: str) -> Planned | None:
        """The latest plan of this version that was made from the same."""
        found = [one for one in self.planned if (one.version, one.fingerprint) == (version, fingerprint)]
        return found[-1] if found else None

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Held for writing; Refused while another run holds it, so that no two send the same mails."""
        with self.path.open("ab") as file:
            try:
                _hold(file.fileno())
            except OSError:
                raise Refused(text("journal_held", self.lang, folder=self.path.parent)) from None
            self._file = file
            self.planned = []
            for entry in self._read():  # another run may have gone on since it was read
                self._take(entry)
            if file.tell() and not self.path.read_bytes().endswith(b"\n"):
                file.write(b"\n")  # after a line that a crash cut off
            try:
                yield
            finally:
                self._file = None

    def plan(self, version: str, fingerprint: str, time: datetime, files: tuple[str, ...]) -> Planned:
        """Note what is going to be sent, before anything else happens."""
        self._add(what=VERSION, version=version, fingerprint=fingerprint, at=time.isoformat(), files=list(files))
        return self.planned[-1]

    def signed(self, planned: Planned, sender: str) -> None:
        """Note who sends it, as typed: reminders come from the same."""
        self._add(what=SENDER, version=planned.version, fingerprint=planned.fingerprint, sender=sender)

    def note(self, state: str, planned: Planned, mail: str, message_id: str, reason: str = "") -> None:
        """Note how far a mail got; on the disk when this returns."""
        more = {"reason": reason} if reason else {}
        now = datetime.now().isoformat(timespec="seconds")
        self._add(what=state, version=planned.version, fingerprint=planned.fingerprint, to=mail, id=message_id, at=now,
                  **more)  # fmt: skip

    def _add(self, **entry: Any) -> None:
        assert self._file is not None, "the journal is not open for writing"
        self._file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._take(entry)

    def _take(self, entry: dict[str, Any]) -> None:
        try:
            if entry["what"] == VERSION:
                time = datetime.fromisoformat(entry["at"])
                self.planned.append(Planned(entry["version"], entry["fingerprint"], time, tuple(entry["files"])))
                return
            planned = self.version(entry["version"], entry["fingerprint"])
            if planned is not None and entry["what"] == SENDER:
                planned.sender = str(entry["sender"])
            elif planned is not None:
                planned.states[entry["to"]] = entry["what"]
        except (KeyError, TypeError, ValueError):
            raise BadFile(text("journal_damaged", self.lang, file=self.path.name)) from None

    def _read(self) -> Iterator[dict[str, Any]]:
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        except OSError:
            raise BadFile(text("file_unreadable", self.lang, file=self.path.name)) from None
        for line in lines:
            if not line.strip():
                continue
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # cut off by a crash: that step never happened, or is told by the line before it
            if isinstance(entry, dict):
                yield entry


def _hold(handle: int) -> None:
    """Lock a file until it is closed or the process ends, however it ends; OSError when another one has it."""
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    elif msvcrt is not None:
        os.lseek(handle, _BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(handle, 0, os.SEEK_END)
