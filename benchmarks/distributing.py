"""``python -m benchmarks.distributing [N]``: N workbooks for N people, against openpyxl loading and saving them."""

from __future__ import annotations

import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from itertools import combinations, cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter

import openpyxl
from rich.console import Console
from rich.table import Table

from benchmarks.plans import default_plan
from xl_kpi.exchange.outgoing.workbook import NONE, VISIBLE, Outgoing, Sending
from xl_kpi.exchange.people import Person
from xl_kpi.workbook.package.save import save

TARGET = 20  # × faster than openpyxl, from the project's requirements
PEOPLE = 1_000
ROUNDS = 5
# Peak of what Python holds for four times as many people, as a part of the peak for one time: flat is 1; what is
# kept of kinds and variants differs by which of them come last.
FLAT = 1.1
PLAN_ID = "0" * 32


def people(count: int) -> list[Person]:
    """That many people: every choice of channels in every department, over and over."""
    plan = default_plan()
    ids = [channel.id for channel in plan.channels_on]
    departments = sorted({stage.owner for stage in plan.stages})
    choices = [channels for size in range(1, len(ids) + 1) for channels in combinations(ids, size)]
    kinds = cycle([(department, channels) for department in departments for channels in choices])
    return [
        Person(f"担当 {number}", department, f"p{number}@example.com", channels)
        for number, (department, channels) in enumerate(islice(kinds, count))
    ]


def workbooks(count: int, rest: str) -> Iterator[tuple[Person, bytes]]:
    """As ``xl-kpi distribute`` makes them, one after the other."""
    outgoing = Outgoing(default_plan(), Sending(PLAN_ID, "1", rest=rest))
    for person in sorted(people(count), key=outgoing.ids):
        yield person, outgoing.workbook(person)


def ours(count: int, rest: str, folder: Path) -> float:
    """Seconds for all, from the plan to the last file on the disk."""
    start = perf_counter()
    for number, (_, data) in enumerate(workbooks(count, rest)):
        save(folder / f"{rest}-{number}.xlsx", data, "en")
    return perf_counter() - start


def by_openpyxl(folder: Path, rest: str) -> float:
    """Seconds for one of these files, loaded and saved: the median of some of them."""
    files = sorted(folder.glob(f"{rest}-*.xlsx"))
    times = []
    for path in files[:: max(1, len(files) // ROUNDS)][:ROUNDS]:
        start = perf_counter()
        openpyxl.load_workbook(path).save(BytesIO())
        times.append(perf_counter() - start)
    return median(times)


def peak(count: int, rest: str) -> int:
    """The most that Python held while making ``count`` workbooks and keeping none."""
    tracemalloc.start()
    for _ in workbooks(count, rest):
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def distributing(console: Console, count: int = PEOPLE) -> bool:
    """Prints the table; whether all targets are met."""
    table = Table(title=f"{count:,} people: workbooks from the plan to the disk, against openpyxl on the same files")
    for heading in ("sheets of others", "ours, ms each", "openpyxl, ms each", "faster by", "memory, 4 × the people"):
        table.add_column(heading, justify="right")
    good = True
    for rest in (VISIBLE, NONE):
        with tempfile.TemporaryDirectory() as name:
            each = ours(count, rest, Path(name)) / count
            other = by_openpyxl(Path(name), rest)
        grown = peak(count, rest) / peak(count // 4, rest)
        good = good and other / each >= TARGET and grown <= FLAT
        table.add_row(rest, f"{1000 * each:.1f}", f"{1000 * other:.0f}", f"{other / each:.0f} ×", f"{grown:.2f} ×")
    console.print(table)
    verdict = "[green]PASS[/]" if good else "[red]FAIL[/]"
    console.print(f"{verdict}: at least {TARGET} × faster than openpyxl, memory at most {FLAT} ×\n")
    return good


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    sys.exit(0 if distributing(Console(width=110, highlight=False), wanted) else 1)
