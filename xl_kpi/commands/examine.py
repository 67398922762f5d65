"""Everything wrong or doubtful in a plan or a workbook, found in one pass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

from xl_kpi import __version__
from xl_kpi.catalog.messages import message
from xl_kpi.commands.lost.extras import lost_extras
from xl_kpi.commands.lost.formats import Meant, meant_cells, read_as_meant, with_the_way_out
from xl_kpi.commands.lost.headers import lost_headers
from xl_kpi.commands.quoted_cells import as_cells_show
from xl_kpi.errors import BadFile, Fault, Words, XlKpiError
from xl_kpi.plan.records import Records
from xl_kpi.plan.stages.step_words import with_what_is_kept
from xl_kpi.regenerate.typed_over import typed_over
from xl_kpi.workbook.package.dropped import dropped
from xl_kpi.workbook.package.file_book import FileBook
from xl_kpi.workbook.package.named_parts import NamedParts
from xl_kpi.workbook.package.safety import opened_package
from xl_kpi.workbook.package.save import backups
from xl_kpi.workbook.package.worn_styles import WornStyles, worn_styles
from xl_kpi.workbook.reading.findings import faults_of, findings_of, is_cut_short, raise_errors, worst_first
from xl_kpi.workbook.reading.our_sheets import our_sheets
from xl_kpi.workbook.reading.plan_reader import ReadPlan
from xl_kpi.workbook.reading.version_reader import made_version, numbers_of
from xl_kpi.workbook.reading.workbook_reader import Whole, read_whole
from xl_kpi.workbook.uncollected import uncollected

__all__ = ["Opened", "check", "faults_of", "findings", "is_cut_short", "looked_over", "open_workbook", "raise_errors"]


@dataclass(frozen=True)
class Opened:
    """A workbook file that was read, once: the open book and what stands in it.

    ``data`` the file as it was then, ``parts`` its parts: nobody reads it again.
    """

    path: Path
    book: FileBook
    read: ReadPlan
    lang: str  # of messages
    records: Records = field(default_factory=Records)
    old_start: dt.date | None = None  # with which the sheets were made
    data: bytes = b""
    parts: NamedParts = field(default_factory=lambda: NamedParts({}))

    @cached_property
    def styles(self) -> WornStyles:
        """How a person has restyled its sheets."""
        return worn_styles(self.book)

    @cached_property
    def is_of_this_version(self) -> bool:
        """Whether this version made its sheets: of those of another one it is not known how exactly they were."""
        return made_version(self.book, self.path.name) == numbers_of(__version__)

    @cached_property
    def dropped(self) -> Fault | None:
        """What another program left out of our sheets when it saved the file; of another version's it is not known."""
        return dropped(self.book, [*our_sheets(self.book)]) if self.is_of_this_version else None

    @cached_property
    def lost(self) -> list[Fault]:
        """What it left out of the user's own sheets, as far as that is known."""
        return lost_extras(self.book, self.path, self.dropped.found, self.lang) if self.dropped else []


@uncollected()
def open_workbook(
    path: str | Path,
    words: str,
    lang: str | None = None,
    *,
    remembers: bool = True,
    unit_typed: str = "",
    called: str = "",
) -> Opened:
    """A plan workbook, looked at before it is opened.

    Arguments: ``words`` the language of messages about the file itself; ``lang`` that of messages about
    what is in it (None: the plan's own); ``remembers`` and ``unit_typed`` as for ``read_whole``;
    ``called`` its name in messages, where it lies under another one until it is sound ("": its own).
    Errors: InputFaults when a sheet is missing that can't be made anew;
    BadFile when it is missing, no workbook, damaged, hostile, or none of ours.
    """
    file = Path(path)
    name = called or file.name
    try:
        data, parts = opened_package(file, words)
        read = partial(read_whole, file=name, remembers=remembers, unit_typed=unit_typed)
        book, whole = _read(parts, name, read)
    except BadFile as problem:
        raise _with_the_way_back(problem, file, words) from problem
    except XlKpiError:
        raise
    except Exception as problem:
        # A sound package may still hold sheets of ours that no reader can use, each with an error of its own.
        damaged = BadFile("file_damaged", file=name, part=Words("file_contents"))
        raise _with_the_way_back(damaged, file, words) from problem
    return Opened(file, book, whole.read, lang or whole.read.plan.lang, whole.records, whole.old_start, data, parts)


def _with_the_way_back(problem: BadFile, file: Path, words: str) -> BadFile:
    """The same with the command that brings a former state back, where there is one and it does not say so itself."""
    said = message(problem, problem.lang or words)
    if not backups(file) or "xl-kpi restore" in said:
        return problem
    found = BadFile("file_restore", problem=said, file=file.name)
    found.lang = problem.lang
    return found


def _read(parts: NamedParts, name: str, read: Callable[[FileBook], Whole]) -> tuple[FileBook, Whole]:
    """The book and what stands in it, each entry as it was meant whatever format its cell has lost."""
    meant: Meant = {}
    while True:
        book = FileBook(parts, name, meant)
        whole = read(book)
        more = lost_headers(book, whole)
        if any(fault.level == "error" for fault in whole.read.faults):
            more |= meant_cells(book, whole)
        if not more.keys() - meant.keys():
            break
        meant |= more
    plan, faults = whole.read.plan, whole.read.faults
    faults = with_what_is_kept(faults, plan, whole.records.last, whole.read.former)
    faults = [with_the_way_out(book, fault) for fault in faults]
    return book, replace(whole, read=replace(whole.read, faults=[*faults, *read_as_meant(book, whole)]))


def check(path: str | Path, words: str, lang: str | None = None, today: dt.date | None = None) -> list[Fault]:
    """Every finding about a workbook, with file, sheet and cell; empty when all is well.

    Arguments and errors: as for ``open_workbook``; ``today`` as for ``looked_over``.
    """
    return looked_over(open_workbook(path, words, lang), today)


def looked_over(opened: Opened, today: dt.date | None = None) -> list[Fault]:
    """Every finding: those of ``findings``, days that have passed, what a program left out, and what was typed over
    our cells.

    Arguments: ``today`` the day on which is asked; None: nothing is said of days that have passed.
    """
    found = findings_of(opened.read, opened.read.plan, opened.path.name, opened.records, today)
    left_out = [opened.dropped] if opened.dropped else []
    found = as_cells_show(opened.book, found)
    return worst_first([*found, *left_out, *opened.lost, *typed_over(opened.book, opened, opened.path.name)])


def findings(opened: Opened) -> list[Fault]:
    """What can't be read, what does not fit, and what a distributed plan still waits for, together."""
    return findings_of(opened.read, opened.read.plan, opened.path.name, opened.records)
