"""The one way in which a command writes a user's workbook: settle, log, build, graft, read back, save."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from xl_kpi.build import Progress, build
from xl_kpi.commands.examine import Opened, open_workbook
from xl_kpi.commands.user import user_name
from xl_kpi.errors import Fault
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Change, Kept, Records
from xl_kpi.plan.renewal import Renewed
from xl_kpi.plan.structure_changes import structure
from xl_kpi.regenerate.differences import SheetChange, sheet_changes, stands_already
from xl_kpi.regenerate.new_sheets import NewSheets, differing, new_sheets, not_told, refused, with_lost, with_note
from xl_kpi.regenerate.next_state import next_state
from xl_kpi.workbook.graft.run import Grafted, graft
from xl_kpi.workbook.graft.unchanged import same_around
from xl_kpi.workbook.package.save import save
from xl_kpi.workbook.reading.findings import faults_of, findings_of, raise_errors
from xl_kpi.workbook.relocation.dependents import Dependent
from xl_kpi.workbook.relocation.input_formulas import with_typed_formulas


@dataclass(frozen=True)
class Rewritten:
    """What a command wrote, or (``dry_run``) would write.

    ``path`` the file and ``backup`` where its former state went; ``changes`` the new lines of 履歴, ``kept`` what
    went to 保管 and ``returned`` what came back; ``structure`` what changed in words, ``sheets`` what changes on
    each sheet, ``formulas`` the user's formulas that follow, ``parts`` the parts of the package that differ,
    ``warnings`` what the checks doubt; ``unchanged`` the file is as it was, byte for byte.
    """

    path: Path
    backup: Path | None
    plan: Plan
    records: Records
    changes: tuple[Change, ...] = ()
    kept: tuple[Kept, ...] = ()
    returned: tuple[Kept, ...] = ()
    structure: tuple[str, ...] = ()
    sheets: tuple[SheetChange, ...] = ()
    formulas: tuple[Dependent, ...] = ()
    parts: tuple[str, ...] = ()
    warnings: tuple[Fault, ...] = ()
    unchanged: bool = False


def rewrite(
    opened: Opened,
    plan: Plan | None = None,
    records: Records | None = None,
    *,
    command: str,
    who: str | None = None,
    now: dt.datetime | None = None,
    out: Path | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Rewritten:
    """Write a workbook anew after a command.

    Arguments: ``opened`` the workbook as it was read; ``plan`` and ``records`` what the command has made of it
    (None: nothing); ``command`` its id for 履歴; ``who`` ran it (None: the user of this computer) and ``now`` when
    (None: now); ``out`` another file to write instead; ``dry_run`` writes nothing; ``progress`` as for ``build``.
    Result: see ``Rewritten``.
    Errors: InputFaults with every error in what was typed; Refused where something of the user's would be lost, the
    file is open elsewhere, or what was made does not read back as what was meant; EngineDisagrees.  In each case
    nothing was written.
    """
    log = {"command": command, "who": user_name() if who is None else who, "now": now or dt.datetime.now()}
    renewed = next_state(opened, plan or opened.read.plan, records or opened.records, log)
    warnings = _checked(opened, renewed)
    before = opened.path.read_bytes()
    settled = renewed
    made, renewed = new_sheets(opened.book, opened, settled, log)
    grafted = _grafted(opened, made, before, progress)
    rest = grafted.rest
    if rest:  # the user's cells on a sheet that goes stay on another, and what points at them follows them there
        made, renewed = new_sheets(opened.book, opened, settled, log, rest)
        grafted = _grafted(opened, made, before, progress)
    lost = not_told(grafted.lost, opened)
    if lost:  # what finds no place on the new sheets is kept in words
        renewed = with_lost(renewed, lost, log)
        made = NewSheets(opened.book, opened, renewed, rest)
        grafted = _grafted(opened, made, before, progress)
    same_history = renewed.records.history == opened.records.history
    if grafted.data != before and same_history and _stands(opened, made, before, grafted.data):
        grafted = replace(grafted, data=before, changed=())  # another program has saved it: the same in other words
    if grafted.data != before and same_history:
        # the sheets alone are new (another order, other words): every command that writes leaves a line
        renewed = with_note(renewed, log)
        made = NewSheets(opened.book, opened, renewed, rest)
        grafted = _grafted(opened, made, before, progress)
    data = grafted.data
    unchanged, target = data == before, out or opened.path
    backup = None
    if not dry_run and (out is not None or not unchanged):
        backup = save(target, data, opened.lang, verify=_reads_back(opened, renewed, warnings)).backup
    return Rewritten(
        target,
        backup,
        renewed.plan,
        renewed.records,
        renewed.changes,
        renewed.kept,
        renewed.returned,
        tuple(structure(opened.records.last, renewed.records.last, renewed.plan.with_(lang=opened.lang))),
        tuple(sheet_changes(opened.book, made.keys, made.spec, made.moves)),
        (*made.followers, *grafted.followed),
        tuple(grafted.changed),
        tuple(warnings),
        unchanged,
    )


def _checked(opened: Opened, renewed: Renewed) -> list[Fault]:
    """The warnings about a plan that has no errors."""
    found = findings_of(opened.read, renewed.plan, opened.path.name, opened.lang)
    raise_errors(found)
    return found


def _grafted(opened: Opened, made: NewSheets, before: bytes, progress: Progress | None) -> Grafted:
    """The user's file with its sheets."""
    data = build(made.plan, records=made.records, names=made.names, styled_like=opened.path, progress=progress)
    data = with_typed_formulas(data, made.spec, made.formulas)
    told = {"lang": opened.lang, "name": opened.path.name}
    return graft(before, data, made.moves.sheets, moves=made.moves, back=made.moves.back, **told)


def _stands(opened: Opened, made: NewSheets, before: bytes, after: bytes) -> bool:
    """Whether everything that would be written stands in the file already."""
    same = stands_already(opened.book, made.keys, made.spec, made.formulas)
    return same and same_around(before, after, made.keys, opened.lang)


def _reads_back(opened: Opened, renewed: Renewed, warnings: list[Fault]) -> Callable[[Path], None]:
    """A look at the new file before it takes its place: everything that was typed stands in it.

    The warnings about the plan get the cells that they are about in the new file.
    """

    def look(path: Path) -> None:
        made = open_workbook(path, opened.lang, opened.lang)
        wrong = differing(renewed, made, opened.lang)
        if wrong:
            raise refused(wrong, opened.path.name, opened.lang)
        found = made.read.located(faults_of(renewed.plan.with_(lang=opened.lang)), opened.path.name)
        warnings[:] = [*opened.read.faults, *found]

    return look
