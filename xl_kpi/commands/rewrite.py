"""The one way in which a command writes a user's workbook: settle, log, build, graft, read back, save."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from xl_kpi.build import Progress, build_spec
from xl_kpi.catalog.messages import worded
from xl_kpi.commands.examine import Opened, open_workbook
from xl_kpi.commands.lost.formats import lost_a_format
from xl_kpi.commands.quoted_cells import as_cells_show
from xl_kpi.commands.user import user_name
from xl_kpi.errors import Fault, Words, told_in
from xl_kpi.plan.history.renewal import Renewed
from xl_kpi.plan.history.structure_changes import structure
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Change, Kept, Records
from xl_kpi.plan.stages.step_words import step_sentences
from xl_kpi.regenerate import steps
from xl_kpi.regenerate.differences import SheetChange, sheet_changes, stands_already
from xl_kpi.regenerate.new_sheets import NewSheets, switched
from xl_kpi.workbook.cells.moves import LeftSheet, LostCell
from xl_kpi.workbook.graft.run import Grafted, graft
from xl_kpi.workbook.graft.unchanged import same_around
from xl_kpi.workbook.graft.user_cells import FileCells, UserFile
from xl_kpi.workbook.package.dropped import put_back
from xl_kpi.workbook.package.save import save
from xl_kpi.workbook.reading.findings import plan_findings
from xl_kpi.workbook.relocation.dependents import Dependent
from xl_kpi.workbook.relocation.input_formulas import with_typed_formulas
from xl_kpi.workbook.relocation.user_cells import OwnCells
from xl_kpi.workbook.uncollected import uncollected


@dataclass(frozen=True)
class Rewritten:
    """What a command wrote, or (``dry_run``) would write.

    ``path`` the file and ``backup`` where its former state went; ``changes`` the new lines of 履歴, ``kept`` what
    went to 保管 and ``returned`` what came back; ``structure`` what changed in words,
    ``formulas`` the user's formulas that follow, ``parts`` the parts of the package that differ,
    ``warnings`` what the checks doubt; ``unchanged`` the file is as it was, byte for byte; ``put_back`` what another
    program had left out, and what of that can't be put back: a sentence each.
    """

    path: Path
    backup: Path | None
    plan: Plan
    records: Records
    changes: tuple[Change, ...] = ()
    kept: tuple[Kept, ...] = ()
    returned: tuple[Kept, ...] = ()
    structure: tuple[str, ...] = ()
    formulas: tuple[Dependent, ...] = ()
    parts: tuple[str, ...] = ()
    warnings: tuple[Fault, ...] = ()
    unchanged: bool = False
    put_back: tuple[str, ...] = ()
    _sheets: Callable[[], Iterable[SheetChange]] = field(default=tuple, compare=False, repr=False)

    @cached_property
    def sheets(self) -> tuple[SheetChange, ...]:
        """What changes on each sheet, looked for when somebody asks."""
        return tuple(self._sheets())


@uncollected()
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
    file = _File(opened, progress)
    settle = partial(steps.settled, opened.book, opened, file, log, name=opened.path.name, plan=plan, records=records)
    with told_in(opened.lang, opened.path.name):
        settled = settle()
        if not file.is_as_found(settled.made):
            file.surely = True
            settled = settle()
        made, renewed, warnings = settled.made, settled.renewed, as_cells_show(opened.book, settled.warnings)
        grafted = file.grafted(made)
        unchanged, target = settled.unchanged, out or opened.path
        lost = () if unchanged else opened.lost  # before the file of now is the former one
        data = file.before if unchanged else grafted.data
        backup = None
        if not dry_run and (out is not None or not unchanged):
            backup = save(target, data, opened.lang, verify=_reads_back(opened, renewed, warnings)).backup
    told = renewed.plan.with_(lang=opened.lang)
    return Rewritten(
        target,
        backup,
        renewed.plan,
        renewed.records,
        renewed.changes,
        renewed.kept,
        renewed.returned,
        (
            *structure(opened.records.last, renewed.records.last, told, opened.read.former),
            *step_sentences(told, opened.records.last, opened.read.former),
        ),
        (*made.followers, *grafted.followed),
        () if unchanged else grafted.changed,
        (
            *warnings,
            *_told(grafted, made.followers, opened.path.name, in_report=command == "regenerate"),
            *lost,
        ),
        unchanged,
        tuple(worded(each, opened.lang) for each in put_back(None if unchanged else opened.dropped)),
        partial(sheet_changes, made.keys, made.spec, made.moves),
    )


def _told(grafted: Grafted, formulas: Iterable[Dependent], file: str, in_report: bool) -> Iterator[Fault]:
    """What of the user's no command can point at the right cells any more; ``in_report``: the formulas stand there."""
    places = {(one.sheet, one.cell): one.old for one in formulas if one.in_words}
    for one in grafted.stranded:
        if one.kind != "words" or (one.sheet, one.cell) not in places:
            words = Words(f"graft_stranded_{one.kind}")
            yield Fault(one.text, words, cell=one.cell, sheet=one.sheet, file=file, level="warning")
    for (sheet, cell), old in () if in_report else places.items():
        words = Words("graft_stranded_words")
        yield Fault(old, words, cell=cell, sheet=sheet, file=file, level="warning")


class _File:
    """The user's file as what carries the new sheets: see ``steps.Carrier``.

    What is asked is answered from the file as it is and the description of the new sheets, so that the new file is
    built and grafted once, when everything about it is settled.  It is done more than once where a sheet goes, as
    what stays of it is known when it has been taken out; where the cells are the same but not what stands around
    them (a rule, a look, the order of the tabs), which only a look at both files tells; and where the graft loses
    something that was not foreseen (``surely``).
    """

    def __init__(self, opened: Opened, progress: Progress | None):
        self._opened, self._progress, self.before = opened, progress, opened.data
        self._carries_lite = _carries_lite(opened)
        self._cells: tuple[NewSheets, FileCells] | None = None
        self._grafted: tuple[NewSheets, Grafted] | None = None
        self.surely = False

    @cached_property
    def _user(self) -> UserFile:
        return UserFile(self.before, self._opened.path.name, self._opened.lang)

    def cells(self, made: NewSheets) -> OwnCells:
        return self._found(made).own

    def _found(self, made: NewSheets) -> FileCells:
        if self._cells is None or self._cells[0] is not made:
            specs = {sheet.name: sheet for sheet in made.spec.sheets}
            new = {name: specs.get(to or "") for name, to in made.moves.sheets.items()}
            self._cells = made, self._user.cells(new, made.moves, made.moves.back, lambda: made.before)
        return self._cells[1]

    def grafted(self, made: NewSheets) -> Grafted:
        """The user's file with its sheets."""
        if self._grafted is None or self._grafted[0] is not made:
            data = build_spec(made.spec, styled_like=self._opened.styles, progress=self._progress)
            data = with_typed_formulas(data, made.spec, made.formulas)
            user = self.before
            if self._carries_lite:
                from xl_kpi.addin.lite.put_in import kept_up, without_names  # for the few workbooks with such a part

                user, data = kept_up(user, self._opened.lang), without_names(data, self._opened.lang)
            done = graft(
                user,
                data,
                made.moves.sheets,
                moves=made.moves,
                lang=self._opened.lang,
                name=self._opened.path.name,
                back=made.moves.back,
                found=self._found(made).carried,
                left=self._found(made).left,
                shown=switched(made),
                before=lambda: made.before if self._opened.is_of_this_version else {},
            )
            self._grafted = made, done
        return self._grafted[1]

    def is_as_found(self, made: NewSheets) -> bool:
        """Whether the graft lost nothing but what the steps were told."""
        return {*self.grafted(made).lost} == {*self.lost(made)}

    def leftovers(self, made: NewSheets) -> Mapping[str, LeftSheet]:
        return self.grafted(made).rest if self._one_goes(made) else {}

    def lost(self, made: NewSheets) -> Sequence[LostCell]:
        return self.grafted(made).lost if self.surely or self._one_goes(made) else made.own.lost

    def stands(self, made: NewSheets) -> bool:
        """Special cases: another program may have saved it: it says the same in other words, or has lost formats."""
        if lost_a_format(self._opened.read.faults) or not stands_already(
            made.keys, made.spec, made.moves, made.formulas, made.own.carried
        ):
            return False
        after = self.grafted(made).data
        return after == self.before or same_around(self.before, after, made.keys, self._opened.lang)

    @staticmethod
    def _one_goes(made: NewSheets) -> bool:
        return None in made.moves.sheets.values()


def _carries_lite(opened: Opened) -> bool:
    """Whether a workbook carries our code for xlwings Lite: then it has no LAMBDA names of the same names."""
    if not any("webextension" in name.casefold() for name in opened.parts):
        return False
    from xl_kpi.addin.lite.put_in import carries_lite  # as above

    return carries_lite(opened.data, opened.lang)


def _reads_back(opened: Opened, renewed: Renewed, warnings: list[Fault]) -> Callable[[Path], None]:
    """A look at the new file before it takes its place: everything that was typed stands in it.

    The warnings about the plan get the cells that they are about in the new file; hints are for `check` to tell.
    """

    def look(path: Path) -> None:
        made = open_workbook(path, opened.lang, opened.lang, called=opened.path.name)
        steps.read_back(renewed, made, opened.path.name)
        doubts = [fault for fault in plan_findings(renewed.plan) if fault.level != "hint"]
        warnings[:] = [*opened.read.faults, *as_cells_show(made.book, made.read.located(doubts, opened.path.name))]

    return look
