"""Other programs that open workbooks and save them again, each started once for all files where it can be."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import LibreOffice, _host

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / ".venv" / "programs"
SECONDS = 240  # for all files of one program, on a busy machine


@dataclass
class Job:
    """A file to be saved by each program of ``chain`` (its first letters) in turn; ``cells`` are typed on the way.

    ``cells``: sheet → cell → value; the last program types them where it can be told to, else they stand in the file
    when the first one opens it.
    """

    path: Path
    chain: str
    cells: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def typed(self, step: int) -> list[list[Any]]:
        """What the program of this step types."""
        if self.chain[-1] not in TYPING or step != len(self.chain) - 1:
            return []
        return [[sheet, cell, value] for sheet, cells in self.cells.items() for cell, value in cells.items()]


TYPING = "ESO"  # ExcelJS, SheetJS, openpyxl: they are programmed; LibreOffice and Gnumeric convert


def by_node(script: str, package: str) -> Callable[[Sequence[Job], int], None]:
    def save(jobs: Sequence[Job], step: int) -> None:
        node = _host("node", "nodejs")
        if not (MODULES / "node_modules" / package).is_dir():
            reason = f"the npm package {package} is not installed (scripts/programs.sh installs it)"
            pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
        files = [{"path": str(job.path), "cells": job.typed(step)} for job in jobs]
        done = subprocess.run(
            [node, str(HERE / script), str(MODULES)],
            input=json.dumps(files), capture_output=True, text=True, timeout=SECONDS,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        assert json.loads(done.stdout) == [None] * len(jobs)

    return save


def by_gnumeric(jobs: Sequence[Job], step: int) -> None:
    ssconvert = _host("ssconvert")
    for job in jobs:
        saved = job.path.with_name(f"{job.path.stem}-saved.xlsx")
        done = subprocess.run([ssconvert, str(job.path), str(saved)], capture_output=True, timeout=SECONDS)
        assert saved.exists(), done.stderr[-2000:]
        saved.replace(job.path)


def by_openpyxl(jobs: Sequence[Job], step: int) -> None:
    for job in jobs:
        book = openpyxl.load_workbook(job.path)
        for sheet, cell, value in job.typed(step):
            book[sheet][cell] = value
        book.save(job.path)


def by_libreoffice(libreoffice: LibreOffice) -> Callable[[Sequence[Job], int], None]:
    def save(jobs: Sequence[Job], step: int) -> None:
        for job, saved in zip(jobs, libreoffice.convert([job.path for job in jobs], "xlsx"), strict=True):
            job.path.write_bytes(saved.read_bytes())

    return save


def exceljs() -> Callable[[Sequence[Job], int], None]:
    return by_node("exceljs.mjs", "exceljs")


def sheetjs() -> Callable[[Sequence[Job], int], None]:
    return by_node("sheetjs.mjs", "xlsx")
