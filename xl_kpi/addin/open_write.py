"""New sheets into an open book, in the places of the old ones, and all that pointed at those.

There is one way for every host: the old sheets are renamed, the new ones written beside them, the user's formulas
pointed at these, and only then do the old ones go.  Writing into the old sheets is no way: they are protected, and
xlwings knows no word to lift that (in xlwings Lite there is none at all); a cell whose row has moved would keep its
address under a user's chart and show another number, where one that points at nothing is seen; and whatever fails on
the way leaves the old sheets to go back to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xl_kpi.sheets.anew import Anew
from xl_kpi.workbook.followers import Follower
from xl_kpi.workbook.host import PlainHost
from xl_kpi.workbook.own_cells import OwnCell
from xl_kpi.workbook.render import render
from xl_kpi.workbook.spec import BookSpec


@dataclass(frozen=True)
class Note:
    """A note of the user's: sheet key, cell, words."""

    sheet: str
    row: int
    column: int
    text: str


@dataclass(frozen=True)
class Carried:
    """What of the user's goes along from the old sheets to the new ones."""

    cells: Sequence[OwnCell] = ()
    notes: Sequence[Note] = ()


def write(book: Any, made: Anew, spec: BookSpec, carried: Carried, host: PlainHost) -> None:
    """Write the sheets of ``made``, described for the host in ``spec``.

    Special cases: the sheets keep the order that the user gave them, a new one comes behind the one that stands
    before it in ``spec``; what the user has hidden or brought to view stays so.
    Errors: whatever the host raises, once everything is as it was.
    """
    _Writing(book, made, spec, carried, host).run()


@dataclass
class _Done:
    """What has to be taken back when something fails."""

    formulas: list[tuple[Any, str]] = field(default_factory=list)  # cell, what stood there
    references: list[tuple[Any, str]] = field(default_factory=list)  # name, what it said


class _Writing:
    def __init__(self, book: Any, made: Anew, spec: BookSpec, carried: Carried, host: PlainHost):
        self._book, self._made, self._carried, self._host = book, made, carried, host
        self._old = {name: book.sheets[name] for name in made.keys}
        by_key = {key: self._old[name] for name, key in made.keys.items()}
        sheets = [
            replace(sheet, hidden=not by_key[sheet.key].visible) if sheet.key in by_key else sheet
            for sheet in spec.sheets
        ]
        self._spec = replace(spec, sheets=sheets)
        self._target = _Target(book, {sheet.name: by_key.get(sheet.key) for sheet in sheets})
        host.book = self._target  # names that stand already are pointed anew, and put back when something fails
        self._active = book.sheets.active.name
        self._done = _Done()

    def run(self) -> None:
        # before anything is renamed: hosts write the new names into formulas by themselves
        formulas = {one: self._host.formula(self._cell(one), one.old) for one in self._made.pointing if one.sheet}
        self._host.remember([sheet for sheet in self._book.sheets if sheet.name not in self._old])
        try:
            for number, sheet in enumerate(self._old.values(), 1):
                sheet.name = _free(f"~{number}", self._book)
            render(self._spec, self._target, host=self._host)  # type: ignore[arg-type]
            self._bring_along()
            self._point(formulas)
            self._host.follow(self._made.moves)
        except BaseException:
            self._undo()
            raise
        for sheet in self._old.values():
            sheet.delete()
        for name in [name for name in self._book.names if name.name in self._made.gone]:
            name.delete()
        for key, sheet in self._new().items():
            self._host.lock(sheet, self._spec.sheet(key))
        self._host.show(self._shown())

    def _cell(self, one: Follower) -> Any:
        return self._book.sheets[one.sheet].range(one.cell)

    def _shown(self) -> Any:
        """The sheet that was in view, or the one that has taken its place."""
        key = self._made.keys.get(self._active)
        visible = {sheet.key: sheet.name for sheet in self._spec.sheets if not sheet.hidden}
        name = self._active if key is None else visible.get(key, next(iter(visible.values())))
        return self._book.sheets[name]

    def _new(self) -> dict[str, Any]:
        return {sheet.key: self._book.sheets[sheet.name] for sheet in self._spec.sheets}

    def _bring_along(self) -> None:
        """The formulas typed into input cells, the user's cells and notes."""
        for name, cells in self._made.formulas.items():
            for place, formula in cells.items():
                self._host.put(self._book.sheets[name].range(place), formula)
        new = self._new()
        for cell in self._carried.cells:
            there = new[self._made.keys[cell.sheet]].range(cell.to)
            self._old[cell.sheet].range((cell.row, cell.column)).copy(there)  # with its look
            if cell.formula is not None:
                self._host.put(there, cell.formula)
        for note in self._carried.notes:
            new[note.sheet].range((note.row, note.column)).add_note(note.text)

    def _point(self, formulas: Mapping[Follower, str]) -> None:
        """The user's formulas and names point at the new sheets, each as far as what it pointed at is there."""
        for one, formula in formulas.items():
            cell = self._cell(one)
            self._done.formulas.append((cell, formula))
            self._host.put(cell, "=" + self._made.moves.formula(formula[1:], one.sheet))
        names = {one.cell: one for one in self._made.pointing if not one.sheet}
        for name in self._book.names:
            if name.name in names:
                self._done.references.append((name, names[name.name].old))
                name.refers_to = names[name.name].new

    def _undo(self) -> None:
        """The new sheets away, the old ones under their own names, and what pointed at them as it was."""
        for sheet in self._target.sheets.added:
            sheet.delete()
        for name, sheet in self._old.items():
            sheet.name = name
        self._target.names.restore()
        for name, refers_to in self._done.references:
            name.refers_to = refers_to
        for cell, formula in self._done.formulas:
            self._host.put(cell, formula)


def _free(wanted: str, book: Any) -> str:
    taken = {sheet.name for sheet in book.sheets}
    while wanted in taken:
        wanted += "~"
    return wanted


class _Target:
    """The book as the renderer sees it: only the new sheets, and names that may stand already."""

    def __init__(self, book: Any, places: Mapping[str, Any]):
        self._book = book
        self.sheets, self.names = _Sheets(book, places), _Names(book)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._book, name)


class _Sheets:
    """Adds each sheet behind the one whose place it takes, else behind the one that was added before it."""

    def __init__(self, book: Any, places: Mapping[str, Any]):
        self.book, self._places = book, places
        self.added: list[Any] = []

    def __len__(self) -> int:
        return len(self.added)

    def __getitem__(self, position: int) -> Any:
        return self.added[position]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.added)

    def add(self, name: str, after: Any = None) -> Any:
        place = self._places[name] or (self.added[-1] if self.added else None)
        beside = {"after": place} if place is not None else {"before": self.book.sheets[0]}
        self.added.append(self.book.sheets.add(name, **beside))
        return self.added[-1]


class _Names:
    """Points a name that is there at its new place: deleting it would break the formulas that use it."""

    def __init__(self, book: Any):
        self.book = book
        self.there = {name.name.casefold(): (name, name.refers_to) for name in book.names}
        self.changed: list[tuple[Any, str]] = []
        self.added: list[Any] = []

    def __iter__(self) -> Iterator[Any]:
        return iter(self.book.names)

    def add(self, name: str, refers_to: str) -> Any:
        there = self.there.get(name.casefold())
        if there is None:
            self.added.append(self.book.names.add(name, refers_to))
            return self.added[-1]
        self.changed.append(there)
        there[0].refers_to = refers_to
        return there[0]

    def restore(self) -> None:
        for name, refers_to in self.changed:
            name.refers_to = refers_to
        for name in self.added:
            name.delete()
