"""Regenerate in an open book: from what stands in it to the sheets that take the old ones' places.

Runs on any xlwings book, through the xlwings API alone; what is to be written is found by the same code that the
command line uses for files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from xl_kpi.catalog import text
from xl_kpi.catalog.messages import line
from xl_kpi.errors import Fault
from xl_kpi.open_book.looks import AskedLooks, ask, awaited_ask
from xl_kpi.open_book.objects import refuse_objects, to_check
from xl_kpi.open_book.snapshot import Fetched, Snapshot
from xl_kpi.open_book.writing import CarriedAlong, Note, function_names, writing
from xl_kpi.plan.history.structure_changes import structure
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Change
from xl_kpi.plan.stages.step_words import step_sentences, with_what_is_kept
from xl_kpi.regenerate import steps
from xl_kpi.regenerate.change_report import change_report, cut
from xl_kpi.regenerate.differences import sheet_changes, stands_already
from xl_kpi.regenerate.new_sheets import NewSheets
from xl_kpi.workbook.addresses import relative
from xl_kpi.workbook.cells.moves import LeftSheet, LostCell
from xl_kpi.workbook.reading.findings import findings_of, raise_errors
from xl_kpi.workbook.reading.spec_as_book import DescribedBook
from xl_kpi.workbook.reading.workbook_reader import Whole, read_whole
from xl_kpi.workbook.relocation.user_cells import OwnCells, own_cells, rest_name
from xl_kpi.workbook.spec import CHART_NAME, BookSpec
from xl_kpi.workbook.writing.host import PlainHost
from xl_kpi.workbook.writing.hosts import host_of

MOST_SHOWN = 15  # lines of a message: more do not fit on a screen


@dataclass(frozen=True)
class Regenerated:
    """What is written: ``spec`` the sheets (None: nothing has changed, so nothing is written).

    ``plan`` what they are made of; ``changes`` the new lines of 履歴; ``message`` what the user is told; ``steps``
    write it, one after the other, once everything is answered that ``looks`` asks about the book.
    """

    spec: BookSpec | None
    plan: Plan
    changes: tuple[Change, ...]
    message: str
    steps: Generator[None, None, None]
    looks: AskedLooks | None = None


def regenerate(book: Any, found: Fetched, **options: Any) -> Regenerated:
    """Write the generated sheets of an open book anew, in a host that carries out each call at once.

    Arguments, special cases and errors: as for ``begin``.
    """
    begun = begin(book, found, **options)
    if begun.looks:
        ask(begun.looks, book)
    for _ in begun.steps:
        pass
    return begun


async def awaited_regenerate(book: Any, found: Fetched, **options: Any) -> Regenerated:
    """The same in xlwings Lite, which gathers the calls: each step is carried out before the next begins."""
    begun = begin(book, found, **options)
    if begun.looks:
        await awaited_ask(begun.looks, book)
    for _ in begun.steps:
        try:
            await book.flush()
        except Exception as problem:
            try:
                begun.steps.throw(problem)
            finally:
                with suppress(Exception):  # what can't be put back was never changed
                    await book.flush()
    return begun


def begin(
    book: Any,
    found: Fetched,
    *,
    adapt: Callable[[BookSpec], BookSpec] = lambda spec: spec,
    host: PlainHost | None = None,
    command: str = "regenerate",
    change: Callable[[Whole], Plan] | None = None,
    who: str = "",
    now: dt.datetime | None = None,
) -> Regenerated:
    """Everything but the writing: what is the user's stays and follows.

    Arguments: ``book`` an xlwings Book; ``found`` what ``fetched`` or ``awaited`` brought of it; ``adapt`` what the
    host needs changed in the description of the sheets; ``host`` as for ``render``; ``command`` its id for 履歴 and
    ``change`` what it makes of a sound plan (None: nothing); ``who`` runs it ("": not known) and ``now`` when (None:
    now), for 履歴.
    Special cases: where every sheet stands there as it would be written, there are no steps.
    Errors: BadFile when the book is none of ours; InputFaults with everything that is wrong in what was typed;
    Refused when something of the user's would be lost, or what was made does not read back as what was meant; in
    the steps Refused when the user's own formulas can't be written.  In each case everything is as it was.
    """
    host = host or host_of(book)
    run = _Run(book, found, host, change, {"command": command, "who": who, "now": now or dt.datetime.now()})
    if run.nothing:
        said = text("regenerate_unchanged", run.lang, path=book.name)
        said = "\n".join([said, *_warned(run.warnings, run.lang)])
        return Regenerated(None, run.renewed.plan, (), said, (None for _ in ()))
    lines = list(run.report(host))
    refuse_objects(book, run.made.keys, found, run.lang)
    run.read_back()
    carried = run.carried()
    steps = writing(book, run.made, adapt(run.made.spec), carried, host)
    return Regenerated(run.made.spec, run.renewed.plan, run.renewed.changes, "\n".join(lines), steps, carried.looks)


def shown(faults: tuple[Fault, ...], lang: str) -> list[str]:
    """Faults as lines, as many as fit into a message."""
    lines = [text("regenerate_item", lang, line=line(fault, lang)) for fault in faults]
    return list(cut(lines, lang, MOST_SHOWN))


def _warned(warnings: tuple[Fault, ...], lang: str) -> list[str]:
    return ["", text("regenerate_warnings", lang), *shown(warnings, lang)] if warnings else []


class _Run:
    """The next state of an open book, before any of it is written.

    ``nothing`` it is the present one.
    """

    def __init__(
        self,
        book: Any,
        found: Fetched,
        host: PlainHost,
        change: Callable[[Whole], Plan] | None,
        log: dict[str, Any],
    ):
        self._book, self._found, self._host = book, found, host
        self._snapshot = Snapshot(book, found)
        whole = read_whole(self._snapshot, book.name)
        self._last, self._former = whole.records.last, whole.read.former
        faults = with_what_is_kept(whole.read.faults, whole.read.plan, self._last, self._former)
        read, plan = replace(whole.read, faults=faults), None
        self._whole: Whole = replace(whole, read=read)
        self.lang = read.plan.lang
        if change is not None:
            raise_errors(findings_of(read, read.plan, book.name))
            plan = change(self._whole)
        settled = steps.settled(self._snapshot, self._whole, self, log, name=book.name, plan=plan)
        self.made, self.renewed = settled.made, settled.renewed
        self.warnings, self.nothing = settled.warnings, settled.unchanged

    # ---- what the steps ask: see ``steps.Carrier`` -----------------------------------------------------

    def cells(self, made: NewSheets) -> OwnCells:
        return own_cells(self._snapshot, made.keys, made.spec, made.moves)

    def leftovers(self, made: NewSheets) -> Mapping[str, LeftSheet]:
        taken = [*(sheet.name for sheet in self._book.sheets), *(sheet.name for sheet in made.spec.sheets)]
        found = {}
        for name, cells in made.own.left.items():
            taken.append(rest_name(name, taken, self.lang))
            found[name] = LeftSheet(taken[-1], frozenset((cell.row, cell.column) for cell in cells))
        return found

    def lost(self, made: NewSheets) -> Sequence[LostCell]:
        return [*made.own.lost, *(note for note in self._notes(made) if isinstance(note, LostCell))]

    def stands(self, made: NewSheets) -> bool:
        if not stands_already(made.keys, made.spec, made.moves, made.formulas, made.own.carried):
            return False
        if not self._host.functions and function_names(self._book):
            return False
        sheets = {sheet.name: sheet for sheet in self._book.sheets}
        return all(
            sum(chart.name.startswith(CHART_NAME) for chart in sheets[sheet.name].charts) >= len(sheet.charts)
            for sheet in made.spec.sheets
        )

    # ---- what is done with them --------------------------------------------------------------------------

    def report(self, host: PlainHost) -> Iterator[str]:
        """What the user is told about it."""
        made, renewed, lang = self.made, self.renewed, self.lang
        counts = {"changes": len(renewed.changes), "kept": len(renewed.kept)}
        yield text("regenerate_wrote", lang, path=self._book.name, **counts)
        now = structure(self._last, renewed.records.last, renewed.plan, self._former)
        now += step_sentences(renewed.plan, self._last, self._former)
        counted = [*change_report(now, sheet_changes(made.keys, made.spec, made.moves), (), (), (), lang, MOST_SHOWN)]
        own = [*change_report((), (), renewed.kept, renewed.returned, made.followers, lang, MOST_SHOWN)]
        # where there is no room for all, how many cells changed on each sheet leaves half of it to what is the user's
        room = min(len(counted), max(MOST_SHOWN - len(own), MOST_SHOWN // 2))
        yield from cut(counted, lang, room)
        yield from cut(own, lang, MOST_SHOWN - room)
        yield from _warned(self.warnings, lang)
        check = to_check(self._book, made, self._found, host.follows, lang)
        if check:
            yield from ("", text("regenerate_look", lang), *cut(check, lang, MOST_SHOWN))

    def read_back(self) -> None:
        """A look at the new sheets before they are written: everything that was typed stands on them."""
        again = read_whole(DescribedBook(self.made.spec, self._book.name), self._book.name)
        steps.read_back(self.renewed, again, self._book.name)

    def carried(self) -> CarriedAlong:
        """What of the user's goes along."""
        own = self.made.own
        notes = [note for note in self._notes(self.made) if isinstance(note, Note)]
        looks = AskedLooks(self.made, own, self._found)
        rest = {there.sheet: own.left[name] for name, there in self.made.moves.rests.items()}
        return CarriedAlong(own.carried, notes, looks, rest)

    def _notes(self, made: NewSheets) -> Iterator[Note | LostCell]:
        """The notes on our sheets: where they go, or that they have no place any more."""
        for (sheet, row, column), words in self._found.notes.items():
            there = made.own.to(sheet, row, column)
            if there:
                yield Note(made.keys[sheet], *there, words)
            else:
                yield LostCell(sheet, relative(row, column), "note", words)
