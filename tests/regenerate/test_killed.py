"""Killed at any moment, each command that writes one file leaves the old one or the new one, never a third.

The moments: before each call that changes a file, and in the middle of a write.
``distribute``, which writes many files, has a test of its own beside its others.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest

from tests.exchange.sent_books import SATO, SUZUKI, TANAKA, Office, quarter
from tests.new_files import new_file
from tests.package.kills import run as run_apart
from tests.regenerate.described import template
from tests.regenerate.typing_in import type_in
from xl_kpi.addin.desktop import install as install_module
from xl_kpi.addin.desktop import xlam as xlam_module
from xl_kpi.commands import channels as channels_module
from xl_kpi.commands import lite as lite_module
from xl_kpi.commands import open_workbook
from xl_kpi.commands import restore as restore_module
from xl_kpi.commands import rewrite as rewrite_module
from xl_kpi.commands.plans.set_options import SetOption
from xl_kpi.workbook.package import save as save_module
from xl_kpi.workbook.package.save import backups

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL; it can't rename over a file that is open"),
]
CUT = (0.5,)  # how much of the new file is written when a write is cut short
new_module = import_module("xl_kpi.commands.plans.new")  # the package has a function of that name
demo_module = import_module("xl_kpi.commands.demo")
collect_module = import_module("xl_kpi.commands.mail.collect")
NOW = dt.datetime(2026, 6, 3, 9, 0, 0)
MADE = {"plan_id": "p1", "who": "佐藤", "now": NOW}  # so that a run gives the same bytes as the run before


@lru_cache
def begun() -> bytes:
    plan = template("c1").with_(months=1)
    return new_file(plan)


def rewritten(path: Path, **options: object) -> None:
    rewrite_module.rewrite(open_workbook(path, "ja"), command="regenerate", who="鈴木", now=NOW, **options)


# --- the commands: what they find, and what they do


def typed(path: Path) -> None:
    path.write_bytes(begun())
    type_in(path, {"kgi_value": 55, "plan_months": 2})


def two_states(path: Path) -> None:
    typed(path)
    rewritten(path)


def with_lite(path: Path) -> None:
    path.write_bytes(begun())
    lite_module.put_lite(path, "ja")


def small(path: Path) -> None:
    path.write_bytes(begun())


@lru_cache
def returned() -> tuple[bytes, dict[str, bytes]]:
    """A plan that was sent to three people, and what they send back."""
    office = Office(quarter(months=1)).send()
    typed = {TANAKA: {"actual[ads:clicks][2026-04]": 1200}, SUZUKI: {"actual[ads:clicks][2026-04]": 1300},
             SATO: {"actual[stage:sql][2026-04]": 9}}  # fmt: skip
    return office.master(), {f"{who.mail}.xlsx": office.book(who).type(cells).bytes() for who, cells in typed.items()}


def sent(path: Path) -> None:
    master, books = returned()
    path.write_bytes(master)
    for name, data in books.items():
        path.with_name(name).write_bytes(data)


def collected(path: Path) -> None:
    collect_module.collect(path, sorted(path.parent.glob("*@*.xlsx")), words="ja", now=NOW)


def another(path: Path) -> None:
    path.write_bytes(b"an add-in of an older version")


def nothing(path: Path) -> None:
    pass


def beside(path: Path) -> None:
    path.with_name("元.xlsx").write_bytes(begun())


def new(path: Path, *, force: bool = False) -> None:
    new_module.new(path, template="c1", changes=[SetOption("plan_months", "1")], force=force, **MADE)


def demo(path: Path) -> None:
    assert path.parts[-2:] == new_module.DEMO.parts
    path.parent.mkdir(exist_ok=True)
    demo_module.demo(path.parents[1])


def install(path: Path) -> None:
    where = install_module.places("ja", install_module.MAC, path.parents[6], {})
    assert where.addin == path
    install_module.install("ja", where, b"the add-in")


@dataclass(frozen=True)
class Command:
    """What is there before it runs, the run, and the function that writes its file for it."""

    before: Callable[[Path], None]
    run: Callable[[Path], None]
    module: ModuleType
    writes: str = "save"
    name: str = "計画.xlsx"


ADDIN = install_module.places("ja", install_module.MAC, Path(), {}).addin
COMMANDS = {
    "regenerate": Command(typed, rewritten, rewrite_module),
    "regenerate -o": Command(beside, lambda path: rewritten(path.with_name("元.xlsx"), out=path), rewrite_module),
    "channels": Command(
        small, lambda path: channels_module.switch_channels(path, on=["ads"], words="ja", now=NOW), rewrite_module
    ),
    "collect": Command(sent, collected, rewrite_module),
    "restore": Command(two_states, lambda path: restore_module.restore(path, lang="ja"), restore_module),
    "new": Command(nothing, new, new_module),
    "new --force": Command(typed, partial(new, force=True), new_module),
    "demo": Command(small, demo, new_module, name=str(new_module.DEMO)),
    "addin lite": Command(small, lambda path: lite_module.put_lite(path, "ja"), lite_module),
    "addin lite --remove": Command(with_lite, lambda path: lite_module.put_lite(path, "ja", remove=True), lite_module),
    "addin build": Command(another, xlam_module.build, xlam_module, "write", "xl_kpi.xlam"),
    "addin install": Command(another, install, install_module, "write", str(ADDIN)),
}


class Enough(Exception):
    """The kills are done; the command goes no further."""


class Killer:
    """Takes the place of the function that writes: one child after the other writes, and each is killed."""

    def __init__(self, path: Path, real: Callable[..., object]):
        self.path, self.real = path, real
        self.old = path.read_bytes() if path.exists() else None
        self.kept = len(backups(path))
        self.new: bytes | None = None
        self.moments = 0
        self.files = files_of(path)

    def __call__(self, target: Path, *more: object, **options: object) -> object:
        if target != self.path:  # another file of an installation
            return self.real(target, *more, **options)
        there = files_of(self.path)
        assert all(there[name] == data for name, data in self.files.items()), "written before it is to be written"
        if "verify" in options:  # only reads, so that the moments in it are all the same: none needs to wait for it
            options["verify"] = self.read_only(options["verify"])
            run_apart(partial(self.real, target, *more, **options))
            self.as_before()
            options["verify"] = None
        write = partial(self.real, target, *more, **options)
        run_apart(write)
        self.new = self.path.read_bytes()
        assert self.new != self.old
        seen = []
        for number in count(1):
            self.as_before()
            if not run_apart(write, kill_at=number).killed:
                break  # it makes fewer calls than that
            seen.append(self.state())
        assert seen == sorted(seen) and not seen[0], "the old file is back"
        assert self.state(), "the write was not killed and has done nothing"
        for share in CUT:
            self.as_before()
            assert run_apart(write, at_size=int(share * len(self.new))).killed
            assert not self.state(), "a part of a file took its place"
        self.moments = len(seen) + len(CUT)
        raise Enough

    def state(self) -> bool:
        """Whether the new file is there; nothing else than it and the old one may be."""
        left = self.path.read_bytes() if self.path.exists() else None
        assert left in (self.old, self.new), "a third state"
        assert all(backup.read_bytes() == self.old for backup in backups(self.path)[self.kept :])
        return left == self.new

    def read_only(self, look: Callable[[Path], object]) -> Callable[[Path], None]:
        def looked(written: Path) -> None:
            before = files_of(self.path)
            look(written)
            assert files_of(self.path) == before, "a look at the new file has written something"

        return looked

    def as_before(self) -> None:
        """The file and its former states as they were; what else a kill has left stays."""
        for backup in backups(self.path)[self.kept :]:
            backup.unlink()
        self.path.unlink(missing_ok=True)  # a former state may be a second name of the same file
        if self.old is not None:
            self.path.write_bytes(self.old)


def files_of(path: Path) -> dict[Path, bytes]:
    """What lies in the file's folder and below, and in the folder above it."""
    return {file: file.read_bytes() for file in path.parents[1].rglob("*") if file.is_file()}


@pytest.mark.parametrize(
    "name",
    [name if name in ("regenerate",) else pytest.param(name, marks=pytest.mark.long) for name in COMMANDS],
)
def test_killed_at_each_moment(name, tmp_path, monkeypatch):
    killed(COMMANDS[name], tmp_path, monkeypatch)


@pytest.mark.long
def test_killed_where_the_former_state_is_copied(tmp_path, monkeypatch):
    """On a file system that gives no file a second name."""
    monkeypatch.setattr(save_module.os, "link", lambda *names: (_ for _ in ()).throw(OSError("no links")))
    killed(COMMANDS["restore"], tmp_path, monkeypatch)


def killed(command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "here" / command.name
    path.parent.mkdir(parents=True)
    command.before(path)
    monkeypatch.setattr(demo_module, "new", partial(new_module.new, **MADE))  # as ``demo`` calls it
    real = getattr(command.module, command.writes)
    killer = Killer(path, real)
    with monkeypatch.context() as patched:
        patched.setattr(command.module, command.writes, killer)
        with suppress(Enough):
            command.run(path)
    assert killer.new is not None, "nothing was written"
    print(f"killed at {killer.moments} moments")
    # the next run does what it would have done, and clears what was left behind
    killer.as_before()
    command.run(path)
    assert path.read_bytes() == killer.new
    left = {file for file in files_of(path) if file != path and file not in backups(path)}
    assert left == {file for file in killer.files if file != path and file not in backups(path)}
