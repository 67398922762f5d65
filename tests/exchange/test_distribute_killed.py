"""Killed anywhere in its run, `distribute --send` leaves the master old or new and every file whole, and goes on.

What a run reads and computes before it writes is done once for all runs that find the same; the kills hit the rest.
"""

from __future__ import annotations

import datetime as dt
import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.terminal import JAPANESE, xl
from tests.exchange.mail.mail_server import MailServer, environment, running
from tests.package.kills import End
from tests.package.kills import run as run_apart
from xl_kpi.commands import open_workbook
from xl_kpi.commands.mail import distribute as distribute_module
from xl_kpi.commands.mail.distribute import Order, Prepared, carry_out, prepare
from xl_kpi.exchange.mail.journal import Journal
from xl_kpi.workbook.package.safety import read_package
from xl_kpi.workbook.package.save import save

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is killed by a signal of POSIX"),
]

PEOPLE = 8
EARLY = (2, 7, 12, 17)  # calls before the master is written, as the test sees
ROUNDS = 10  # more, evenly through the whole run
NOW = dt.datetime(2026, 5, 1, 9, 0, 0)


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("made") / "plan.xlsx"
    assert xl("new", path, "--template", "c1", "--months", "1").code == 0
    return path.read_bytes()


class Distribution:
    """A folder with a plan and a list of people, and the runs in it."""

    def __init__(self, folder: Path, book: bytes, server: MailServer):
        self.folder, self.book, self.server = folder, book, server
        self.plan, self.people, self.out = folder / "plan.xlsx", folder / "people.csv", folder / "out"
        rows = [f"担当{number},マーケティング,p{number}@example.com,web" for number in range(PEOPLE)]
        self.people.write_text("\n".join(["名前,部署,メール,担当チャネル", *rows]), "utf-8")
        self._masters: dict[object, tuple[object, bytes]] = {}
        self._computed: dict[object, object] = {}

    def begin(self) -> None:
        """Everything as it was before any run."""
        self.server.taken.clear()
        for file in [*self.folder.glob("plan*"), *self.folder.glob(".plan*"), *self.folder.glob("*/*")]:
            if file.is_file():
                file.unlink()
        self.plan.write_bytes(self.book)

    def command(self):
        """The whole command, as a user runs it."""
        env = {**JAPANESE, **environment(self.server)}
        return xl("distribute", self.plan, "--to", self.people, "-o", self.out, "--send", "--yes", env=env)

    def run(self, kill_at: int | None = None) -> End:
        """What is written and sent, in a process of its own, killed before one of its calls to the system."""
        return run_apart(partial(carry_out, self.prepared()), kill_at)

    def prepared(self) -> Prepared:
        """What a run is about to do with master and journal as they are now; nothing is written for it."""
        before = self.files()
        order = Order(self.people, self.out, send=True)
        prepared = prepare(self.plan, order, environment=environment(self.server))
        if prepared.planned is None and prepared.time not in self._masters:
            copy = self.folder.parent / "master.xlsx"
            done = distribute_module.rewrite(
                prepared.job.opened, prepared.plan, prepared.records, command="distribute", now=prepared.time, out=copy
            )
            self._masters[prepared.time] = done, copy.read_bytes()
        assert self.files() == before, "written before it was asked for"
        return prepared

    def compute_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on what is read from the same master, and made of it, is there at once."""
        for name in ("open_workbook", "Outgoing"):
            real = getattr(distribute_module, name)
            monkeypatch.setattr(distribute_module, name, partial(self._once, name, real))
        clock = SimpleNamespace(datetime=SimpleNamespace(now=lambda: NOW))
        monkeypatch.setattr(distribute_module, "dt", clock)
        monkeypatch.setattr(distribute_module, "rewrite", partial(self._rewritten, distribute_module.rewrite))

    def _once(self, name: str, make: Callable[..., object], *given: object, **more: object) -> object:
        key = name, self.plan.read_bytes()
        if key not in self._computed:
            self._computed[key] = make(*given, **more)
        return self._computed[key]

    def _rewritten(self, real, opened, *given: object, now: dt.datetime, **more: object):
        """``rewrite`` without the computing, once that was done."""
        if now not in self._masters:
            return real(opened, *given, now=now, **more)
        done, data = self._masters[now]
        return replace(done, path=opened.path, backup=save(opened.path, data, opened.lang).backup)

    def files(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    def look(self) -> str:
        """What a kill left: every file whole, and nothing sent of which the master does not know.  Result: how far."""
        known = self.plan.read_bytes() != self.book
        if known:
            assert self.plan.read_bytes() in {data for _, data in self._masters.values()}, "a third state"
        files = [path for path in self.out.glob("*.xlsx") if not path.name.startswith(".")]
        for path in files:
            read_package(path, "ja")
        Journal(self.out, "ja")  # can be read
        if not known:
            assert not files and not self.server.taken
            return "old"
        if self.server.taken:
            assert len(files) == PEOPLE
            return "sending"
        return "writing"


def test_killed_at_moments_of_every_kind(book, tmp_path, monkeypatch):
    """Started again until it is through.  Every mail arrives once; one that was under way when a kill came is named,
    and arrived once or not at all."""
    chance, seen = random.Random(20260501), Counter()
    (tmp_path / "here").mkdir()
    with running() as server:
        here = Distribution(tmp_path / "here", book, server)
        here.begin()
        assert here.command().code == 0  # all of it, unabridged
        assert list(server.taken.values()) == [1] * PEOPLE
        here.compute_once(monkeypatch)
        here.begin()
        whole = here.run().calls
        assert list(server.taken.values()) == [1] * PEOPLE and here.look() == "sending"
        assert [sent.version for sent in open_workbook(here.plan, "ja").records.sent] == ["1"]
        # the first kill of each round; those after it, until it is through, come where chance will
        for first in (*EARLY, *range(20, whole + 1, whole // ROUNDS)):
            here.begin()
            before, interrupted, moment = seen.total(), 0, first
            while here.run(moment).killed:
                state = here.look()
                seen[state] += 1
                interrupted += state != "old"
                moment = chance.randint(1, whole)
            answer = here.command()  # the last run was not killed: everything that can be done is done
            uncertain = [line for line in answer.faults if "届いたか分かりません" in line]
            assert answer.out.splitlines()[-1] == f"送信 0通、送信済み {PEOPLE - len(uncertain)}通"
            assert answer.code == bool(uncertain) and len(uncertain) <= interrupted <= seen.total() - before
            assert set(server.taken.values()) <= {1}, "a mail was sent twice"
            assert PEOPLE - len(uncertain) <= len(server.taken) <= PEOPLE
            assert here.look() == "sending"
    print(f"{seen.total()} kills: {dict(seen)}")
    # The moments were spread over the run, not all before the first write.
    assert seen["old"] >= len(EARLY) and min(seen["writing"], seen["sending"]) >= 5, seen
