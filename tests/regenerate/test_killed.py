"""Killed at any moment, regenerate and restore leave the old file or the new one, never a third."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.regenerate.described import template
from tests.regenerate.typing_in import type_in
from xl_kpi.build import build
from xl_kpi.commands import open_workbook
from xl_kpi.commands import restore as restore_module
from xl_kpi.commands import rewrite as rewrite_module
from xl_kpi.plan.renewal import first_state
from xl_kpi.workbook.records_lines import as_read
from xl_kpi.workbook.save import backups

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL; it can't rename over a file that is open"),
]
KILLS = 50
NOW = dt.datetime(2026, 6, 3, 9, 0, 0)


@pytest.fixture(scope="module")
def begun() -> bytes:
    plan = template("c1").with_(months=1)
    state = first_state(plan, plan_id="p1", who="佐藤", now=dt.datetime(2026, 4, 1))
    return build(state.plan, records=as_read(state.records))


def regenerate(path: Path) -> None:
    rewrite_module.rewrite(open_workbook(path, "ja"), command="regenerate", who="鈴木", now=NOW)


def restore(path: Path) -> None:
    restore_module.restore(path, lang="ja")


def child_of(action: Callable[[Path], None], path: Path, module) -> tuple[int, int]:
    """A process that carries out ``action``; the pipe gets a byte when it begins to save."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        real = module.save

        def told(*args, **options):
            os.write(writer, b"s")
            return real(*args, **options)

        module.save = told
        try:
            action(path)
        finally:
            os._exit(0)
    os.close(writer)
    return pid, reader


def times(action: Callable[[Path], None], path: Path, module) -> tuple[float, float]:
    """How long one run takes until it saves, and how long it saves."""
    began = time.monotonic()
    pid, reader = child_of(action, path, module)
    os.read(reader, 1)
    saving = time.monotonic()
    os.waitpid(pid, 0)
    os.close(reader)
    return saving - began, time.monotonic() - saving


@pytest.mark.parametrize(("action", "module"), [(regenerate, rewrite_module), (restore, restore_module)])
def test_killed_at_fifty_moments(begun, tmp_path, action, module):
    path = tmp_path / "計画.xlsx"
    path.write_bytes(begun)
    if action is restore:
        type_in(path, {"kgi_value": 51})
        regenerate(path)
    type_in(path, {"kgi_value": 55, "plan_months": 2})
    old = path.read_bytes()
    before, saving = times(action, path, module)
    new = path.read_bytes()
    assert new != old
    kept = len(backups(path)) - 1  # before the run
    chance = random.Random(20260401)
    seen = []
    for number in range(KILLS):
        as_before(path, old, kept)
        pid, reader = child_of(action, path, module)
        if number % 2:  # half of the kills while it saves, else nearly all would come too early
            os.read(reader, 1)
            time.sleep(chance.uniform(0, 1.2 * saving))
        else:
            time.sleep(chance.uniform(0, before + saving))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reader)
        left = path.read_bytes()
        assert left in (old, new), f"kill {number}: a third state"
        assert all(backup.read_bytes() == old for backup in backups(path)[kept:])
        seen.append(left == new)
    assert True in seen and False in seen, "the kills came all too early or all too late"
    # the next run clears what was left behind
    as_before(path, old, kept)
    action(path)
    assert path.read_bytes() == new
    assert not [file.name for file in tmp_path.iterdir() if file.name not in (path.name, f"{path.name}.backups")]


def as_before(path: Path, data: bytes, kept: int) -> None:
    """The file and its former states as they were before the run."""
    for backup in backups(path)[kept:]:
        backup.unlink()
    path.unlink()  # a former state may be a second name of the same file
    path.write_bytes(data)
