"""The steps from what stands in a workbook to the sheets that take their places: for a file and an open book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isclose, nan
from typing import Any, Protocol

from xl_kpi.calc import month_start
from xl_kpi.catalog import text
from xl_kpi.catalog.messages import line
from xl_kpi.errors import BadFile, Fault, Joined, Phrase, Refused, Words
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.history.renewal import Renewed, with_more
from xl_kpi.plan.keys import actual_key
from xl_kpi.plan.model import AgreedTargets, Plan
from xl_kpi.plan.records import Kept, Records
from xl_kpi.plan.same_value import same
from xl_kpi.regenerate.new_sheets import NewSheets, Standing, new_sheets, with_kept_formulas
from xl_kpi.regenerate.next_state import Known, next_state
from xl_kpi.workbook.cells.moves import LeftSheet, LostCell
from xl_kpi.workbook.reading.findings import findings_of, raise_errors
from xl_kpi.workbook.reading.missing_sheets import SENT
from xl_kpi.workbook.reading.tables import named_range
from xl_kpi.workbook.relocation.user_cells import OwnCells

MOST_NAMED = 5  # entries in one message


class Carrier(Protocol):
    """Where the sheets are written, a file or an open book: it knows what of the user's stands on them and around."""

    def cells(self, made: NewSheets) -> OwnCells:
        """What the user has typed on our sheets besides entries, and where it goes."""

    def leftovers(self, made: NewSheets) -> Mapping[str, LeftSheet]:
        """Name of a sheet of ours that goes → the sheet on which what the user had put there stays."""

    def lost(self, made: NewSheets) -> Sequence[LostCell]:
        """What of the user's on our sheets finds no place on the new ones."""

    def stands(self, made: NewSheets) -> bool:
        """Whether everything that would be written stands there already."""


@dataclass(frozen=True)
class Settled:
    """What is to be written: the new sheets, and the plan and the records that they show.

    ``warnings`` what the checks doubt, hints aside; ``unchanged`` all of it stands there already, so that nothing is
    written.
    """

    made: NewSheets
    renewed: Renewed
    warnings: tuple[Fault, ...]
    unchanged: bool


def settled(
    book: Any,
    standing: Standing,
    carrier: Carrier,
    log: Mapping[str, Any],
    *,
    name: str,
    plan: Plan | None = None,
    records: Records | None = None,
) -> Settled:
    """Next state → findings → new sheets → leftovers → lost → the same? → note.

    Arguments: ``book`` the workbook (xlwings, or a snapshot of one) and ``standing`` what was read from it, ``name``
    what it is called in messages; ``plan`` and ``records`` what the command has made of
    it (None: nothing); ``log`` as for ``next_state``.
    Errors: InputFaults with every error in what was typed; Refused for a copy that was sent to somebody; whatever
    ``carrier`` refuses.
    """
    _refuse_copy(book, name)
    renewed = next_state(standing, plan or standing.read.plan, records or standing.records, log)
    warnings = findings_of(standing.read, renewed.plan, name)
    raise_errors(warnings)
    made, after = new_sheets(book, standing, renewed, carrier.cells)
    rest = carrier.leftovers(made)
    if rest:  # the user's cells on a sheet that goes stay on another, and what points at them follows them there
        made = made.again(after, rest)
    made, after = with_kept_formulas(made, after, log)
    lost = _not_told(carrier.lost(made), standing)
    if lost:  # what finds no place on the new sheets is kept in words
        after = _with_lost(after, lost, log)
        made = made.again(after)
    same_history = after.records.history == standing.records.history
    unchanged = same_history and carrier.stands(made)
    if same_history and not unchanged:
        # the sheets alone are new (another order, other words): every command that writes leaves a line
        after = _with_note(after, log)
        made = made.again(after)
    return Settled(made, after, tuple(one for one in warnings if one.level != "hint"), unchanged)


def read_back(renewed: Renewed, again: Known, name: str) -> None:
    """Whether a new workbook says, when it is read, what it was meant to say.

    Errors: Refused names the entries that differ.
    """
    wanted, found = entries_of(renewed.plan), entries_of(again.read.plan)
    keys = sorted(wanted.keys() | found.keys())
    wrong: list[Phrase] = [key for key in keys if not same(wanted.get(key), found.get(key))]
    if again.records != renewed.records:
        wrong.append(Words("sheet_record"))
    if not _as_agreed(renewed.plan.agreed, again.read.plan.agreed):
        wrong.append(Words("section_closed"))
    wrong += [partial(line, fault) for fault in again.read.faults if fault.level == "error"]
    if wrong:
        named = Joined(tuple(wrong[:MOST_NAMED]), ", ")
        raise Refused("rewrite_differs", file=name, entries=named, count=len(wrong))


def _refuse_copy(book: Any, name: str) -> None:
    """A copy that was sent, made anew, would lose the page by which the plan's owner knows it when it comes back."""
    try:
        named_range(book, SENT, name)
    except BadFile:  # no such name, or the page is gone already
        return
    raise Refused("rewrite_copy", file=name)


def _as_agreed(wanted: AgreedTargets, found: AgreedTargets) -> bool:
    """Whether every month that was ever closed has its targets: to the last digit, but for those of another unit."""
    months = ((key, value) for key, value in wanted.months.items() if key[1] < wanted.ever)
    return all(isclose(found.months.get(key, nan), value, rel_tol=1e-12) for key, value in months)


def _not_told(lost: Sequence[LostCell], known: Known) -> list[LostCell]:
    """Those of ``lost`` that are no entries: a number typed over a sum of ours goes to 保管 as the entry that it is."""
    read = known.read
    typed = {(one.place.sheet, one.place.cell) for one in read.typed
             if actual_key(one.what, month_start(read.plan.start, one.month)) in read.homeless}  # fmt: skip
    return [one for one in lost if one.kind != "cell" or (one.sheet, one.cell) not in typed]


def _with_lost(renewed: Renewed, lost: Sequence[LostCell], log: Mapping[str, Any]) -> Renewed:
    """The same with what finds no place on the new sheets, in words on 保管 and in 履歴."""
    lines = []
    for one in lost:
        words = text(one.label, renewed.plan.lang, sheet=one.sheet, cell=one.cell)
        more = "" if one.kind in ("cell", "note", "sparkline") else f" {one.text}"
        key = f"cell[{one.sheet}!{one.cell}{more}]"
        lines.append(Kept(key, words, one.text, log["now"].date()))
    return with_more(renewed, lost=lines, **log)


def _with_note(renewed: Renewed, log: Mapping[str, Any]) -> Renewed:
    """The same with a line in 履歴 that says that the sheets alone are new."""
    return with_more(renewed, told=[("", text("log_wrote", renewed.plan.lang), None, None)], **log)
