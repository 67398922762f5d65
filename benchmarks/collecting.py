"""``python -m benchmarks.collecting [N]``: N returned workbooks into a plan, against reading them with openpyxl."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import openpyxl
from rich.console import Console
from rich.table import Table

from benchmarks.distributing import people
from benchmarks.plans import default_plan
from benchmarks.timing import interleaved
from tests.exchange.sent_books import Filled, Office
from xl_kpi.commands.mail.collect import collect
from xl_kpi.exchange.returned.desk import Desk
from xl_kpi.plan.entries import actual_key
from xl_kpi.plan.merging.permissions import opened_actuals
from xl_kpi.plan.merging.take_in import take_in
from xl_kpi.workbook.package.safety import read_parts

TARGET = 5  # × faster than openpyxl read-only, from the project's requirements
FILES = 1_000
MEMORY_FILES = 80
SAMPLE, ROUNDS = 25, 5  # files that both sides read in turn, and how often
TYPED = 6  # cells that each person fills in
# The most memory for four times as many files, as a part of that for one time: what is said in them adds a little.
FLAT = 1.15
NOW = dt.datetime(2026, 5, 20, 10, 30)

# VmHWM is the most memory of this program alone; ru_maxrss counts what its parent had when it began.
MEMORY = """
import datetime as dt, resource, sys
from pathlib import Path
from xl_kpi.commands.mail.collect import collect
folder = Path(sys.argv[1])
files = sorted(folder.glob("back-*.xlsx"))[:int(sys.argv[2])]
collect(folder / "memory.xlsx", files, words="ja", now=dt.datetime(2026, 5, 20, 10, 30))
status = Path("/proc/self/status")
own = [line.split()[1] for line in status.read_text().splitlines() if "VmHWM" in line] if status.exists() else []
print(own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def made(folder: Path, count: int) -> Office:
    """The plan, and ``count`` workbooks that came back, in each of which a person has filled in a few cells."""
    recipients = people(count)
    office = Office(default_plan()).send(recipients)
    (folder / "plan.xlsx").write_bytes(office.master())
    months = [dt.date(2026, month, 1) for month in (4, 5, 6)]
    for number, person in enumerate(recipients):
        ids = office.records.sent[0].opened[person.mail]
        rows = sorted(what for what in opened_actuals(office.plan, ids) if not what.startswith("stage:"))
        keys = [actual_key(what, month) for what in rows for month in months][number % 3 :: 3][:TYPED]
        # one in forty differs from all others: conflicts, as there are in life
        typed = {key: 1000 + len(key) + (number % 40 == 0) * number for key in keys}
        (folder / f"back-{number:04d}.xlsx").write_bytes(Filled(office.books[person.mail]).type(typed).bytes())
        del office.books[person.mail]
    return office


def by_openpyxl(path: Path) -> list[list]:
    """The cells behind the names that we read as well; nothing is checked."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    found: list[list] = []
    for name, defined in book.defined_names.items():
        if name.startswith(("act_", "sent_")) or name == "tbl_agreement":
            for sheet, address in defined.destinations:
                cells = book[sheet][address]
                rows = cells if isinstance(cells, tuple) else ((cells,),)
                found += ([cell.value for cell in row] for row in rows)
    book.close()
    return found


def memory(folder: Path, count: int) -> int:
    """The most memory of a whole collect of ``count`` files, in kilobytes."""
    shutil.copyfile(folder / "plan.xlsx", folder / "memory.xlsx")
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(folder), str(count)], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def collecting(console: Console, count: int = FILES) -> bool:
    """Prints times and memory; False when a target is missed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office = made(folder, count)
        files = sorted(folder.glob("back-*.xlsx"))
        desk = Desk(office.plan, office.records)
        sample = files[:: max(1, len(files) // SAMPLE)][:SAMPLE]
        sides: dict[str, Callable[[], object]] = {
            "ours": lambda: [desk.read(read_parts(path, "ja"), path.name) for path in sample],
            "openpyxl": lambda: [by_openpyxl(path) for path in sample],
        }
        times = interleaved(sides, ROUNDS)
        each = median(other / own for own, other in zip(times["ours"], times["openpyxl"]))
        own, other = (median(times[side]) / len(sample) for side in sides)
        shutil.copyfile(folder / "plan.xlsx", folder / "again.xlsx")
        start = perf_counter()
        back = [desk.read(read_parts(path, "ja"), path.name) for path in files]
        take_in(office.plan, office.records, [one.returned for one in back], NOW.date())
        merged = perf_counter()
        collect(folder / "again.xlsx", files, words="ja", now=NOW)
        whole = perf_counter()
        # the machine may be slower or faster than before
        other = median([other, *(after / len(sample) for after in interleaved({"": sides["openpyxl"]}, 2)[""])])
        in_memory, command = (merged - start) / count, (whole - merged) / count
        rows = (
            ("checked and read", own, each),
            (f"all {count:,} read and merged", in_memory, other / in_memory),
            ("the whole command, the plan opened and written", command, other / command),
        )
        most = [memory(folder, part) for part in (MEMORY_FILES // 4, MEMORY_FILES)]
    flat = most[1] / most[0]
    table = Table(title=f"{count:,} returned workbooks, 12 months, 5 channels: ms for each")
    for heading in ("", "ours", "openpyxl read-only", "faster by"):
        table.add_column(heading, justify="right" if heading else "left")
    for what, seconds, ratio in rows:
        table.add_row(what, f"{1000 * seconds:.1f}", f"{1000 * other:.1f}", f"{ratio:.1f} ×")
    console.print(table)
    good = min(ratio for _, _, ratio in rows) >= TARGET
    console.print(
        f"{_verdict(good)}: the whole command is {rows[2][2]:.1f} × as fast as openpyxl reads the same cells, "
        f"target at least {TARGET} × (openpyxl's side checks nothing, and opens and writes no plan)"
    )
    console.print(
        f"{_verdict(flat <= FLAT)}: {most[1] / 1000:.0f} MB for {MEMORY_FILES} files, {most[0] / 1000:.0f} MB for "
        f"{MEMORY_FILES // 4}: {flat:.2f} ×, target at most {FLAT} ×\n"
    )
    return good and flat <= FLAT


def _verdict(good: bool) -> str:
    return "[green]PASS[/]" if good else "[red]FAIL[/]"


if __name__ == "__main__":
    sys.exit(0 if collecting(Console(width=110, highlight=False), int(sys.argv[1]) if sys.argv[1:] else FILES) else 1)
