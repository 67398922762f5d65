"""``python -m benchmarks``: speed against other writers, growth with the plan, where the time goes, Excel functions.

``python -m benchmarks functions`` runs that part alone; the names of the parts stand in ``PARTS``.  What hangs on a
number is a ratio within the run; what a single run took is told and no more.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from math import log
from statistics import linear_regression, median

from rich.console import Console
from rich.table import Table

from benchmarks.cells import cells_speed
from benchmarks.collecting import collecting
from benchmarks.distributing import distributing
from benchmarks.full import full
from benchmarks.functions import functions_speed
from benchmarks.importing import importing
from benchmarks.leads import leads_speed
from benchmarks.plans import default_plan, sized_plan
from benchmarks.regenerating import regenerating
from benchmarks.reviewing import reviewing
from benchmarks.styled import styled
from benchmarks.timing import interleaved, medians
from benchmarks.writers import by_openpyxl, by_xlsxwriter, ours
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.spec import BookSpec

TARGET = 2.5  # × openpyxl, from the project's requirements
ROUNDS = 9
GROWTH_ROUNDS = 3
SIZES = [(channels, months) for months in (12, 36) for channels in (1, 5, 20)]
# time ~ cells ** power over all sizes; linear is 1, and repeated runs differ by up to 0.03.
LINEAR = 1.05
LIBRARIES = ("xlwings", "openpyxl", "XlsxWriter", "ironcalc", "lxml")


def main(names: Sequence[str] = ()) -> int:
    """Prints the tables of the parts with these names, of all without any; 1 when a target is missed."""
    if unknown := set(names) - set(PARTS):
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    console = Console(width=110, highlight=False)
    console.print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, "
        + ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    )
    passed = [PARTS[name](console) for name in names or PARTS]
    return 0 if all(passed) else 1


def cells(spec: BookSpec) -> int:
    return sum(len(sheet.cells) for sheet in spec.sheets)


def verdict(good: bool) -> str:
    return "[green]PASS[/]" if good else "[red]FAIL[/]"


def against_others(console: Console) -> bool:
    plan = default_plan()
    spec = book_spec(plan)
    contestants = {
        "ours: everything, recalculated": lambda: ours.write(plan),
        "openpyxl: cells and styles only": lambda: by_openpyxl.write(spec),
        "openpyxl with NamedStyles": lambda: by_openpyxl.write_named(spec),
        "XlsxWriter: cells and styles only": lambda: by_xlsxwriter.write(spec),
    }
    times = interleaved(contestants, ROUNDS)
    middle = medians(times)
    mine, *others = contestants
    table = Table(
        title=f"12 months, 5 channels: {cells(spec):,} cells on {len(spec.sheets)} sheets, median of {ROUNDS}"
    )
    for heading in ("", "ms", "fastest", "slowest", "ours is"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name in contestants:
        # the ratio of each round, so that both sides of it saw the same moment
        ratio = median(a / b for a, b in zip(times[mine], times[name], strict=True))
        low, high = min(times[name]), max(times[name])
        row = [f"{1000 * seconds:.0f}" for seconds in (middle[name], low, high)]
        table.add_row(name, *row, "" if name == mine else f"{ratio:.2f} ×")
    console.print(table)
    ratio = median(a / b for a, b in zip(times[mine], times[others[0]], strict=True))
    console.print(
        f"{verdict(ratio <= TARGET)}: {ratio:.2f} × openpyxl, target at most {TARGET} × "
        "(ours also has charts, validations, formats by condition, print setup and stored values)\n"
    )
    return ratio <= TARGET


def growth(console: Console) -> bool:
    plans = {size: sized_plan(*size) for size in SIZES}
    counts = {size: cells(book_spec(plan)) for size, plan in plans.items()}
    runs = {str(size): (lambda plan=plan: ours.write(plan)) for size, plan in plans.items()}
    fastest = {size: min(each) for size, each in zip(SIZES, interleaved(runs, GROWTH_ROUNDS).values(), strict=True)}
    table = Table(title=f"Growth, fastest of {GROWTH_ROUNDS}; the last column is time ratio ÷ cell ratio")
    for heading in ("months", "channels", "cells", "ms", "µs a cell", "against", "growth"):
        table.add_column(heading, justify="right")
    for channels, months in SIZES:
        size = channels, months
        smaller = _smaller(size)
        row = [str(months), str(channels), f"{counts[size]:,}", f"{1000 * fastest[size]:.0f}"]
        row.append(f"{1e6 * fastest[size] / counts[size]:.1f}")
        for other in smaller:
            factor = (fastest[size] / fastest[other]) / (counts[size] / counts[other])
            table.add_row(*row, f"{other[1]} months, {other[0]} channels", f"{factor:.2f}")
            row = [""] * len(row)
        if not smaller:
            table.add_row(*row, "", "")
    console.print(table)
    power = linear_regression([log(counts[size]) for size in SIZES], [log(fastest[size]) for size in SIZES]).slope
    console.print(
        f"{verdict(power <= LINEAR)}: time grows with cells to the power of {power:.2f}, "
        f"target at most linear (1, measured to {LINEAR})\n"
    )
    return power <= LINEAR


def _smaller(size: tuple[int, int]) -> list[tuple[int, int]]:
    """The next smaller plan in each direction."""
    channels, months = size
    fewer = [(c, m) for c, m in SIZES if m == months and c < channels][-1:]
    shorter = [(c, m) for c, m in SIZES if c == channels and m < months][-1:]
    return fewer + shorter


def stages(console: Console) -> bool:
    """Tells, without a target."""
    plan = default_plan()
    runs = [ours.staged(plan)[0] for _ in range(ROUNDS + 1)][1:]
    middle = {stage: median(run[stage] for run in runs) for stage in ours.STAGES}
    whole = sum(middle.values())
    table = Table(title=f"Where our time goes: 12 months, 5 channels, median of {ROUNDS}")
    for heading in ("stage", "ms", "part"):
        table.add_column(heading, justify="left" if heading == "stage" else "right")
    for stage, seconds in middle.items():
        table.add_row(stage, f"{1000 * seconds:.0f}", f"{seconds / whole:.0%}")
    table.add_row("all", f"{1000 * whole:.0f}", "100%", style="bold")
    console.print(table)
    return True


# Each prints its tables and tells whether its targets were met.
PARTS: dict[str, Callable[[Console], bool]] = {
    "others": against_others,
    "full": full,
    "growth": growth,
    "stages": stages,
    "cells": cells_speed,
    "functions": functions_speed,
    "distributing": distributing,
    "collecting": collecting,
    "regenerating": regenerating,
    "reviewing": reviewing,
    "styled": styled,
    "importing": importing,
    "leads": leads_speed,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
