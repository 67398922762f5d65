"""The default plan and the full one (all pages, 36 months, 12 channels, every table typed in) against XlsxWriter.

CPU time, since a build shares its machine: what others do meanwhile counts for neither side.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import log
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.plans import default_plan
from benchmarks.timing import interleaved
from benchmarks.writers import by_xlsxwriter
from tests.agreement.full_book import RECORDS, full_plan
from xl_kpi.build import build
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Records
from xl_kpi.sheets import book_spec

TARGET = 0.8  # × XlsxWriter writing the same cells, from the project's requirements, for the plans in HELD
LINEAR = 1.05  # the power of cells with which time grows; repeated runs differ by up to 0.03
MONTHS = 36
ROUNDS = 5
HELD = ("default", f"full, {MONTHS} months")


def plans() -> dict[str, tuple[Plan, Records | None]]:
    """Name → plan and what its workbook remembers, the smallest first."""
    return {
        "default": (default_plan(), None),
        "full, 12 months": (full_plan("ja", 12), RECORDS),
        f"full, {MONTHS} months": (full_plan("ja", MONTHS), RECORDS),
    }


def full(console: Console) -> bool:
    """Prints the ratio of each and how time grows from the default plan to the full one; False when a bar is missed."""
    table = Table(title=f"CPU time of a build against XlsxWriter writing the same cells, median of {ROUNDS}")
    for heading in ("plan", "cells", "ms", "µs a cell", "XlsxWriter ms", "ours is", "verdict"):
        table.add_column(heading, justify="left" if heading in ("plan", "verdict") else "right")
    points: list[tuple[int, float]] = []
    good = True
    for name, (plan, records) in plans().items():
        spec = book_spec(plan, records)
        count = sum(len(sheet.cells) for sheet in spec.sheets)
        sides: dict[str, Callable[[], object]] = {
            "ours": partial(build, plan, records=records),
            "theirs": partial(by_xlsxwriter.write, spec),
        }
        ours, theirs = interleaved(sides, ROUNDS, cpu=True).values()
        ratio, mine = median(own / other for own, other in zip(ours, theirs, strict=True)), median(ours)
        points.append((count, mine))
        held = name in HELD
        good = good and (ratio <= TARGET or not held)
        verdict = "[green]ok[/]" if ratio <= TARGET else f"[red]above {TARGET:g} ×[/]" if held else "no bar"
        per_cell = f"{1e6 * mine / count:.1f}"
        table.add_row(name, f"{count:,}", f"{1000 * mine:.0f}", per_cell, f"{1000 * median(theirs):.0f}",
                      f"{ratio:.2f} ×", verdict)  # fmt: skip
    console.print(table)
    (few, little), (many, much) = points[0], points[-1]
    power = log(much / little) / log(many / few)
    console.print(
        f"{'[green]PASS[/]' if power <= LINEAR else '[red]FAIL[/]'}: from the default plan to the full one time grows "
        f"with cells to the power of {power:.2f}, target at most linear (1, measured to {LINEAR})\n"
    )
    return good and power <= LINEAR
