"""A process that dies at a chosen moment: before its n-th call that changes a file or talks to a server.

Between two such calls nothing outside the process changes, so that these moments stand for all; a write that is cut
short in the middle has ``at_size``.  No clock is looked at: a busy machine changes nothing.
"""

from __future__ import annotations

import io
import mmap
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

# What changes a file, and what is said to a server and heard from it.
CHANGES = frozenset(
    "open write writelines flush close fsync ftruncate truncate sendfile copy_file_range rename replace link symlink "
    "unlink remove mkdir rmdir chmod utime sendall connect readline".split()
)
FILES = (io.FileIO, io.BufferedWriter, io.BufferedRandom, io.BufferedReader, io.TextIOWrapper, socket.socket)


@dataclass(frozen=True)
class End:
    """How a process ended: whether it was killed, and before which of its calls; else how many it made."""

    killed: bool
    calls: int


def run(work: Callable[[], object], kill_at: int | None = None, at_size: int | None = None) -> End:
    """``work`` in a process of its own, killed before call ``kill_at``, or when a file grows beyond ``at_size``.

    Errors: AssertionError when the work itself fails.
    """
    told = mmap.mmap(-1, 8)
    child = os.fork()
    if child == 0:
        _child(work, kill_at, at_size, told)
    _, status = os.waitpid(child, 0)
    (calls,) = struct.unpack("q", told[:8])
    told.close()
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) in (signal.SIGKILL, signal.SIGXFSZ)
        return End(True, calls)
    assert os.waitstatus_to_exitcode(status) == 0, "the work itself failed"
    return End(False, calls)


def _child(work: Callable[[], object], kill_at: int | None, at_size: int | None, told: mmap.mmap) -> None:
    failed = 1
    try:
        if at_size is not None:
            _limit(at_size)
        calls = 0

        def count(frame: object, event: str, called: object) -> None:
            nonlocal calls
            if event == "c_call" and _changes(called):
                calls += 1
                told[:8] = struct.pack("q", calls)
                if calls == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(count)
        work()
        sys.setprofile(None)
        failed = 0
    finally:
        sys.setprofile(None)
        os._exit(failed)


def _changes(called: object) -> bool:
    owner = getattr(called, "__self__", None)
    return getattr(called, "__name__", "") in CHANGES and isinstance(owner, (ModuleType, *FILES))


def _limit(size: int) -> None:
    """The system ends the process in the middle of the write that would make a file longer than this."""
    import resource  # of POSIX, as fork is

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
