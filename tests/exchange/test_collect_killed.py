"""``collect`` killed at any moment: the plan is the old or the new one, byte for byte, and the next run goes on."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.exchange.sent_books import SATO, SUZUKI, TANAKA, Office, quarter

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a process as POSIX has it"),
]

ROOT = Path(__file__).parents[2]
MOMENTS = 50

# Everything is imported once; each collect runs in a child of its own, and tells when it begins and ends.
DRIVER = """
import datetime as dt, os, sys
from pathlib import Path
from xl_kpi.commands.collect import collect
folder = Path(sys.argv[1])
files = sorted(folder.glob("back_*.xlsx"))
for line in sys.stdin:
    child = os.fork()
    if not child:
        try:
            collect(folder / "plan.xlsx", files, words="ja", now=dt.datetime(2026, 5, 20, 10, 30))
        finally:
            os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("done", flush=True)
"""


class Driver:
    """Collects, one after the other, each of which can be killed."""

    def __init__(self, folder: Path):
        self.plan = folder / "plan.xlsx"
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip

    def run(self, before: bytes, kill_after: float | None = None) -> float:
        """Seconds that a collect took that begins with the plan ``before``."""
        self.plan.write_bytes(before)
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        child = int(self.process.stdout.readline())
        begin = time.perf_counter()
        if kill_after is not None:
            time.sleep(kill_after)
            with suppress(ProcessLookupError):  # it was quicker this time
                os.kill(child, 9)
        assert self.process.stdout.readline() == "done\n"
        return time.perf_counter() - begin

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(60)


def test_killed_at_fifty_random_moments(tmp_path):
    office = Office(quarter(months=1)).send()
    old = office.master()
    for person, clicks in ((TANAKA, 1200), (SUZUKI, 1300), (SATO, None)):
        typed = {"actual[ads:clicks][2026-04]": clicks} if clicks else {"actual[stage:sql][2026-04]": 9}
        (tmp_path / f"back_{person.mail}.xlsx").write_bytes(office.book(person).type(typed).bytes())
    driver = Driver(tmp_path)
    try:
        driver.run(old)  # the first loads what is loaded late
        seconds = driver.run(old)
        new = driver.plan.read_bytes()
        assert new != old
        chance, seen = random.Random(7), set()
        for number in range(MOMENTS):
            # half of them at any moment, half close to the one in which the new plan takes its place
            share = chance.uniform(0, 1) if number % 2 else chance.uniform(0.95, 1.05)
            driver.run(old, share * seconds)
            found = driver.plan.read_bytes()
            assert found in (old, new), f"moment {number}: neither the old nor the new plan"
            seen.add(found == new)
            if not number % 2:
                seconds *= 0.95 if found == new else 1.05
        driver.run(old)
        assert driver.plan.read_bytes() == new, "what was killed stands in nobody's way"
        assert seen == {True, False}, "some were killed before the plan was replaced, some after"
    finally:
        driver.close()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []
