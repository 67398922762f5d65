"""The command line as a person meets it: run in this process or in one of its own, on files that were edited."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from click.testing import CliRunner
from openpyxl.utils import range_boundaries

from xl_kpi.cli import cli

ROOT = Path(__file__).parents[2]
JAPANESE = {"LC_ALL": "ja_JP.UTF-8"}
ENGLISH = {"LC_ALL": "en_US.UTF-8"}


@dataclass(frozen=True)
class Answer:
    """What a command printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def faults(self) -> list[str]:
        return self.err.splitlines()


def xl(*arguments: Any, env: dict[str, str] = JAPANESE, charset: str = "utf-8") -> Answer:
    """The command in this process, on a console that shows the signs of ``charset``."""
    runner = CliRunner(env={"LC_MESSAGES": None, "LANG": None, **env}, charset=charset)
    result = runner.invoke(cli, [str(one) for one in arguments])
    return Answer(result.exit_code, result.stdout, result.stderr)


def xl_process(*arguments: Any, cwd: Path, env: dict[str, str] = JAPANESE) -> Answer:
    """The command in a process of its own, as the installed ``xl-kpi`` runs it."""
    done = subprocess.run(
        [sys.executable, "-c", "from xl_kpi.cli import main; main()", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **env},
        capture_output=True,
        timeout=60,
    )
    return Answer(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


class Edit:
    """A workbook in which a person types: cells are found by defined name, rows by their id, columns by header."""

    def __init__(self, data: bytes):
        self.book = openpyxl.load_workbook(BytesIO(data))

    def area(self, name: str) -> tuple[Any, int, int, int, int]:
        """Sheet, first row, first column, last row, last column of a defined name."""
        sheet, _, address = self.book.defined_names[name].attr_text.rpartition("!")
        left, top, right, bottom = range_boundaries(address.replace("$", ""))
        return self.book[sheet.strip("'")], top, left, bottom, right

    def cell(self, name: str) -> Any:
        sheet, top, left, _, _ = self.area(name)
        return sheet.cell(top, left)

    def entry(self, table: str, row_id: str, header: str) -> Any:
        """The cell of a table in the row with this id and the column with this header."""
        sheet, top, left, bottom, right = self.area(table)
        column = next(c for c in range(left, right + 1) if sheet.cell(top, c).value == header)
        row = next(r for r in range(top + 1, bottom + 1) if sheet.cell(r, left).value == row_id)
        return sheet.cell(row, column)

    def add_below(self, table: str, **values: Any) -> int:
        """Type a new row directly below a table, values by header; gives the row's number."""
        sheet, top, left, bottom, right = self.area(table)
        for header, value in values.items():
            column = next(c for c in range(left, right + 1) if sheet.cell(top, c).value == header)
            sheet.cell(bottom + 1, column).value = value
        return bottom + 1

    def save(self, path: Path) -> Path:
        self.book.save(path)
        return path


def edited(data: bytes, path: Path, change: Callable[[Edit], Any]) -> Path:
    """A copy of a workbook, changed and saved at ``path``."""
    edit = Edit(data)
    change(edit)
    return edit.save(path)
