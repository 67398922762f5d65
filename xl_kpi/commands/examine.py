"""Everything wrong or doubtful in a plan or a workbook, found in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xl_kpi import engine
from xl_kpi.catalog import text
from xl_kpi.errors import BadFile, Fault, InputFaults, XlKpiError
from xl_kpi.workbook.findings import faults_of
from xl_kpi.workbook.package import read_package
from xl_kpi.workbook.reader import ReadPlan, read_with_faults


@dataclass(frozen=True)
class Opened:
    """A workbook file that was read: the open book and what stands in it."""

    path: Path
    book: Any
    read: ReadPlan
    lang: str  # of messages


def open_workbook(path: str | Path, words: str, lang: str | None = None) -> Opened:
    """A plan workbook, looked at before it is opened.

    Arguments: ``words`` the language of messages about the file itself; ``lang`` that of messages about
    what is in it (None: the plan's own).
    Errors: BadFile when it is missing, no workbook, damaged, hostile, or none of ours.
    """
    file = Path(path)
    read_package(file, words)
    try:
        book = engine.open_book(file)
        read = read_with_faults(book, file.name, lang)
    except XlKpiError:
        raise
    except Exception as problem:
        # A sound package may still hold parts that no reader can use, each with an error of its own.
        raise BadFile(text("file_damaged", words, file=file.name, part=type(problem).__name__)) from problem
    return Opened(file, book, read, lang or read.plan.lang)


def check(path: str | Path, words: str, lang: str | None = None) -> list[Fault]:
    """Every finding about a workbook, with file, sheet and cell; empty when all is well.

    Arguments and errors: as for ``open_workbook``.
    """
    return findings(open_workbook(path, words, lang))


def findings(opened: Opened) -> list[Fault]:
    """What can't be read and what does not fit, together."""
    read = opened.read
    faults = faults_of(read.plan.with_(lang=opened.lang))
    return [*read.faults, *read.located(faults, opened.path.name)]


def raise_errors(faults: list[Fault]) -> None:
    """InputFaults with every error among ``faults``; warnings alone pass."""
    errors = [fault for fault in faults if fault.level == "error"]
    if errors:
        raise InputFaults(errors)
