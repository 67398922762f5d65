"""Everything wrong or doubtful in a plan or a workbook, found in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xl_kpi import catalog, engine
from xl_kpi.catalog import text
from xl_kpi.errors import BadFile, Fault, InputFaults, XlKpiError
from xl_kpi.plan.checks import check as check_plan
from xl_kpi.plan.model import Plan
from xl_kpi.workbook.kpi_graph import check_kpis
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


def faults_of(plan: Plan) -> list[Fault]:
    """The faults of a plan, those of its KPI formulas among them, in the plan's language.

    Result: faults whose ``cell`` is a key as ``xl_kpi.plan.checks`` writes it.
    Special cases: the formulas of a channel that is off compute nothing, so what is wrong there is a warning.
    """
    faults = check_plan(plan)
    told = {fault.cell for fault in faults}
    off = {channel.id for channel in plan.channels if not channel.on}
    known = {channel.id for channel in plan.channels}
    kpis = [kpi for kpi in plan.kpis if kpi.channel in known]  # of the others their channel is the fault
    stages = [stage.id for stage in plan.stages]
    for kpi, column, message in check_kpis(kpis, stages, _dimension, plan.lang):
        cell = f"tbl_kpis[{kpi.channel}.{kpi.id}].{column}"
        if cell not in told:
            level = "warning" if kpi.channel in off else "error"
            faults.append(Fault(getattr(kpi, column), message, cell, level=level))
    return faults


def _dimension(unit: str) -> Any:
    found = catalog.find_unit(unit)
    return None if found is None else found.dimension


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
