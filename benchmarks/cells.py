"""The paths that every cell takes, against the libraries they stand on: written, dressed, into bytes, recalculated."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import ironcalc
import openpyxl
from openpyxl.styles import NamedStyle
from rich.console import Console
from rich.table import Table

from benchmarks.timing import interleaved
from xl_kpi import engine
from xl_kpi.workbook.theme import Style
from xl_kpi.workbook.writing.stored_values import with_stored_values

ROWS, COLUMNS = 1_000, 10
ROUNDS = 5
NAMES = ("a", "b", "c")
# × the time of the library alone: measured 0.3, 0.2, 0.2 and 1.5, with room for what differs from run to run.
WRITTEN, DRESSED, SAVED, RECALCULATED = 0.6, 0.4, 0.4, 2.0


def cells_speed(console: Console) -> bool:
    """Prints a table; False when a bar is missed."""
    table = Table(title=f"{ROWS * COLUMNS:,} cells, time as a part of the library's own, median of {ROUNDS}")
    for heading in ("", "library", "measured", "bar", "verdict"):
        table.add_column(heading, justify="right" if heading in ("measured", "bar") else "left")
    good = True
    for name, library, bar, sides in (*by_openpyxl(), recalculated()):
        ours, theirs = interleaved(sides, ROUNDS).values()
        ratio = median(own / other for own, other in zip(ours, theirs, strict=True))
        good = good and ratio <= bar
        verdict = "[green]ok[/]" if ratio <= bar else "[red]too slow[/]"
        table.add_row(name, library, f"{ratio:.2f} ×", f"at most {bar:g} ×", verdict)
    console.print(table)
    return good


def by_openpyxl() -> list[tuple[str, str, float, dict[str, Callable[[], object]]]]:
    matrix = [[f"=A{row}*{column}" if column else row * 1.5 for column in range(COLUMNS)] for row in range(1, ROWS + 1)]
    book = engine.new_book()
    book.api.define_styles({name: Style(name) for name in NAMES})
    sheet = book.sheets.add("計画")
    names = {(r, c): NAMES[(r + c) % 3] for r in range(1, ROWS + 1) for c in range(1, COLUMNS + 1)}
    theirs = openpyxl.Workbook()
    for name in NAMES:
        theirs.add_named_style(NamedStyle(name))

    def write() -> None:
        sheet.range("A1").formula = matrix

    def write_theirs() -> None:
        for row, values in enumerate(matrix, 1):
            for column, value in enumerate(values, 1):
                theirs.active.cell(row, column, value)

    def dress_theirs() -> None:
        for (row, column), name in names.items():
            theirs.active.cell(row, column).style = name

    return [
        ("written", "openpyxl", WRITTEN, {"ours": write, "theirs": write_theirs}),
        ("dressed", "openpyxl", DRESSED, {"ours": lambda: sheet.api.set_styles(names), "theirs": dress_theirs}),
        ("into bytes", "openpyxl", SAVED, {"ours": book.api.to_bytes, "theirs": lambda: theirs.save(BytesIO())}),
    ]


def recalculated() -> tuple[str, str, float, dict[str, Callable[[], object]]]:
    """The stored values of formulas, against IronCalc's own reading and computing of the same file."""
    book = engine.new_book()
    book.sheets.add("計画").range("A1").formula = [
        [row, *(f'=IF(COUNT($A{row})<1,"",$A{row}*{column}/7)' for column in range(1, COLUMNS - 1))]
        for row in range(1, ROWS + 1)
    ]
    data = book.api.to_bytes()
    sides: dict[str, Callable[[], object]] = {
        "ours": lambda: with_stored_values(data),
        "theirs": lambda: calculated_alone(data),
    }
    return "recalculated, values stored", "IronCalc", RECALCULATED, sides


def calculated_alone(data: bytes) -> None:
    with TemporaryDirectory() as folder:  # IronCalc reads .xlsx from a path only
        path = Path(folder, "book.xlsx")
        path.write_bytes(data)
        ironcalc.load_from_xlsx(str(path), "en", "UTC", "en").evaluate()
