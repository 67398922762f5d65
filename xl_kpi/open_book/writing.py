"""New sheets into an open book, in the places of the old ones, and all that pointed at those.

There is one way for every host: the old sheets are renamed, the new ones written beside them, the user's formulas
pointed at these, and only then do the old ones go.  Writing into the old sheets is no way: they are protected, and
xlwings knows no word to lift that (in xlwings Lite there is none at all); a cell whose row has moved would keep its
address under a user's chart and show another number, where one that points at nothing is seen; and whatever fails on
the way leaves the old sheets to go back to.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xl_kpi.catalog import text
from xl_kpi.catalog.functions import is_name_of_function
from xl_kpi.errors import Refused
from xl_kpi.open_book.looks import AskedLooks, put
from xl_kpi.open_book.target import Target
from xl_kpi.regenerate.new_sheets import NewSheets
from xl_kpi.workbook.relocation.dependents import Dependent
from xl_kpi.workbook.relocation.user_cells import OwnCell
from xl_kpi.workbook.spec import BookSpec
from xl_kpi.workbook.writing.host import PlainHost
from xl_kpi.workbook.writing.render import render


@dataclass(frozen=True)
class Note:
    """A note of the user's: sheet key, cell, words."""

    sheet: str
    row: int
    column: int
    text: str


@dataclass(frozen=True)
class CarriedAlong:
    """What of the user's goes along from the old sheets to the new ones.

    ``rest`` name of a sheet to be added → cells of one that goes, which stay there.
    """

    cells: Sequence[OwnCell] = ()
    notes: Sequence[Note] = ()
    looks: AskedLooks | None = None
    rest: Mapping[str, Sequence[OwnCell]] = field(default_factory=dict)


def writing(
    book: Any, made: NewSheets, spec: BookSpec, carried: CarriedAlong, host: PlainHost
) -> Generator[None, None, None]:
    """Write the sheets of ``made``, described for the host in ``spec``, step by step.

    xlwings Lite only gathers the calls: who drives the steps has them carried out before the next, and throws what
    goes wrong with that into the iterator, which then takes everything back.
    Special cases: the sheets keep the order that the user gave them, a new one comes behind the one that stands
    before it in ``spec``; what the user has hidden or brought to view stays so.
    Errors: Refused where the user's own formulas can't be written; whatever else the host raises.  In each case
    everything is as it was.
    """
    run = _Writing(book, made, spec, carried, host)
    try:
        run.put_sheets()
        yield
        try:
            run.point()
            yield
        except Exception as problem:  # each host has its own errors
            raise Refused(run.why_not()) from problem
    except BaseException:
        run.undo()
        raise
    run.clear_away()


def function_names(book: Any) -> list[str]:
    """The names of an open book that answer as functions, and the one that tells so."""
    return [name.name for name in book.names if is_name_of_function(name.name, name.refers_to)]


class _Writing:
    def __init__(self, book: Any, made: NewSheets, spec: BookSpec, carried: CarriedAlong, host: PlainHost):
        self._book, self._made, self._carried, self._host = book, made, carried, host
        self._old = {name: book.sheets[name] for name in made.keys}
        by_key = {key: self._old[name] for name, key in made.keys.items()}
        sheets = [
            replace(sheet, hidden=not by_key[sheet.key].visible) if sheet.key in by_key else sheet
            for sheet in spec.sheets
        ]
        self._spec = replace(spec, sheets=sheets)
        self._active = book.sheets.active.name
        self._functions = function_names(book)
        # An open book does not tell whether it carries code for xlwings Lite: one that does has none of the names.
        host.functions = host.functions and bool(self._functions)
        # before anything is renamed: hosts write new names of sheets into formulas by themselves
        self._formulas = {one: host.formula(self._cell(one), one.old) for one in made.pointing if one.sheet}
        self._names = {one.cell: one for one in made.pointing if not one.sheet}
        host.remember([sheet for sheet in book.sheets if sheet.name not in self._old])
        places = {sheet.name: by_key.get(sheet.key) for sheet in sheets}
        places.update({name: self._old[cells[0].sheet] for name, cells in carried.rest.items()})
        self._target = Target(book, places)
        host.book = self._target
        self._pointed: list[Dependent] = []  # formulas that were written anew

    def put_sheets(self) -> None:
        """The new sheets beside the old ones, with what of the user's goes along."""
        self._target.set_aside(self._old)
        render(self._spec, self._target, host=self._host)
        for name, formulas in self._made.formulas.items():  # typed into input cells
            for place, formula in formulas.items():
                self._host.put(self._book.sheets[name].range(place), formula)
        new = self._new()
        if self._carried.looks:
            put(self._carried.looks, new)
        for cell in self._carried.cells:
            self._copy(cell, new[self._made.keys[cell.sheet]])
        for name, cells in self._carried.rest.items():
            sheet = self._target.sheets.add(name)
            for cell in cells:
                self._copy(cell, sheet)
        for note in self._carried.notes:
            new[note.sheet].range((note.row, note.column)).add_note(note.text)

    def _copy(self, cell: OwnCell, sheet: Any) -> None:
        there = sheet.range(cell.to)
        self._old[cell.sheet].range((cell.row, cell.column)).copy(there)  # with its look
        if cell.formula is not None:
            self._host.put(there, cell.formula)
        elif cell.result is not None:
            there.value = cell.result

    def point(self) -> None:
        """The user's formulas, names and charts at the new sheets, each as far as what it points at is there."""
        for one, formula in self._formulas.items():
            now = one.new if one.back else "=" + self._made.moves.formula(formula[1:], one.sheet)
            self._host.put(self._cell(one), now)
            self._pointed.append(one)
        for name in self._book.names:
            if name.name in self._names:
                name.refers_to = self._names[name.name].new
        self._host.follow(self._made.moves)

    def clear_away(self) -> None:
        """The old sheets go, and our names that nothing has any more."""
        for sheet in self._old.values():
            sheet.delete()
        gone = [*self._made.gone, *(() if self._host.functions else self._functions)]
        for name in [name for name in self._book.names if name.name in gone]:
            name.delete()
        for key, sheet in self._new().items():
            self._host.lock(sheet, self._spec.sheet(key))
        shown = self._shown()
        if shown is not None:
            self._host.show(self._book.sheets[shown])

    def undo(self) -> None:
        """The new sheets away, the old ones under their own names, and what pointed at them as it was."""
        self._target.undo()
        for one in self._pointed:
            self._host.put(self._cell(one), self._formulas[one])
        for name in self._book.names:
            if name.name in self._names and name.refers_to != self._names[name.name].old:
                name.refers_to = self._names[name.name].old

    def why_not(self) -> str:
        """What the user is told when formulas on sheets of his own could not be written."""
        sheets = text("object_and", self._spec.lang).join(dict.fromkeys(one.sheet for one in self._formulas))
        return text("regenerate_own_formulas", self._spec.lang, sheets=sheets)

    def _cell(self, one: Dependent) -> Any:
        return self._book.sheets[one.sheet].range(one.cell)

    def _new(self) -> dict[str, Any]:
        return {sheet.key: self._book.sheets[sheet.name] for sheet in self._spec.sheets}

    def _shown(self) -> str | None:
        """The sheet that was in view, or the one that has taken its place."""
        key = self._made.keys.get(self._active)
        if key is None:
            return self._active
        visible = {sheet.key: sheet.name for sheet in self._spec.sheets if not sheet.hidden}
        return visible.get(key, next(iter(visible.values()), None))
