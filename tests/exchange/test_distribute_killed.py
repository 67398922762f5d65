"""Killed at random moments, `distribute --send` leaves the master old or new and every file whole, and goes on."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.terminal import JAPANESE, xl
from tests.exchange.mail_server import MailServer, environment, running
from xl_kpi.commands import open_workbook
from xl_kpi.exchange.journal import NAME as JOURNAL
from xl_kpi.exchange.journal import Journal
from xl_kpi.workbook.package import check_package

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is killed by a signal of POSIX"),
]

PEOPLE = 12
KILLS = 50


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("made") / "plan.xlsx"
    assert xl("new", path, "--template", "c1", "--months", "1").code == 0
    return path.read_bytes()


def people(path: Path) -> Path:
    rows = [f"担当{number},マーケティング,p{number}@example.com,web" for number in range(PEOPLE)]
    path.write_text("\n".join(["名前,部署,メール,担当チャネル", *rows]), "utf-8")
    return path


def in_child(run: Callable[[], object], seconds: float | None = None) -> tuple[bool, float]:
    """Run in a process of its own, killed after some seconds; whether it was killed, and how long it ran."""
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            run()
        finally:
            os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status), time.monotonic() - start


def look(folder: Path, book: bytes, server: MailServer) -> str:
    """What a kill left: every file whole, and nothing sent of which the master does not know.  Result: how far."""
    plan, out = folder / "plan.xlsx", folder / "out"
    opened = open_workbook(plan, "ja")
    versions = [sent.version for sent in opened.records.sent]
    assert plan.read_bytes() == book if not versions else versions == ["1"], "a third state of the master"
    files = [path for path in out.glob("*.xlsx") if not path.name.startswith(".")] if out.exists() else []
    for path in files:
        check_package(path, "ja")
    if out.exists() and (out / JOURNAL).exists():
        Journal(out, "ja")
    if not versions:
        assert not files and not server.taken
        return "old"
    if server.taken:
        assert len(files) == PEOPLE
        return "sending"
    return "writing"


def test_killed_at_fifty_random_moments(book, tmp_path):
    """Started again until it is through.  Every mail arrives once; one that was under way when a kill came is named,
    and arrived once or not at all."""
    chance, seen = random.Random(20260501), Counter()
    with running() as server:
        env = {**JAPANESE, **environment(server)}
        server.after = lambda address: time.sleep(0.04)  # so that the mails take as long as the rest

        def command(folder: Path, *more: str):
            return xl("distribute", folder / "plan.xlsx", "--to", people(folder / "people.csv"), "-o", folder / "out",
                      "--send", "--yes", *more, env=env)  # fmt: skip

        def fresh(name: str) -> Path:
            folder = tmp_path / name
            folder.mkdir()
            (folder / "plan.xlsx").write_bytes(book)
            return folder

        command(fresh("warm"))  # imports and caches: the children are forked from here
        timed = fresh("timed")
        _, whole = in_child(lambda: command(timed))
        assert list(server.taken.values()) == [2] * PEOPLE
        while seen.total() < KILLS:
            server.taken.clear()
            folder, new, before = fresh(str(len(list(tmp_path.iterdir())))), None, seen["writing"] + seen["sending"]
            while in_child(lambda folder=folder: command(folder), chance.uniform(0, 1.2 * whole))[0]:
                state = look(folder, book, server)
                seen[state] += 1
                new = new or (None if state == "old" else (folder / "plan.xlsx").read_bytes())
                assert new in (None, (folder / "plan.xlsx").read_bytes()), "the master changed once more"
            answer = command(folder)  # the last run was not killed: everything that can be done is done
            uncertain = [line for line in answer.faults if "届いたか分かりません" in line]
            assert answer.out.splitlines()[-1] == f"送信 0通、送信済み {PEOPLE - len(uncertain)}通"
            assert answer.code == bool(uncertain) and len(uncertain) <= seen["writing"] + seen["sending"] - before
            assert set(server.taken.values()) <= {1}, "a mail was sent twice"
            assert PEOPLE - len(uncertain) <= len(server.taken) <= PEOPLE
            assert look(folder, book, server) == "sending"
    # The moments were spread over the run, not all before the first write.
    assert min(seen["old"], seen["writing"] + seen["sending"]) >= 5, seen
