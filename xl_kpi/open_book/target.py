"""An open book as the renderer sees it: only the new sheets, and names that may stand already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class Target:
    """The book while new sheets are written beside the old ones.

    Arguments: ``places`` name of a new sheet → the old one whose place it takes (None: nobody's).
    """

    def __init__(self, book: Any, places: Mapping[str, Any]):
        self._book = book
        self.sheets, self.names = _Sheets(book, places), _Names(book)
        self._aside: dict[str, str] = {}  # name of an old sheet → the one that it bears meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._book, name)

    def set_aside(self, old: Mapping[str, Any]) -> None:
        """Give the old sheets other names, so that the new ones may have theirs."""
        self._aside = dict(zip(old, _free_names(len(old), self._book)))
        for name, sheet in old.items():
            sheet.name = self._aside[name]

    def undo(self) -> None:
        """The new sheets away, the old ones under their own names, our names as they were.

        Sheets are looked up by name: where the host has carried out a part of the calls only, xlwings has read
        anew what stands there, and a sheet that was not renamed yet is the old one.
        """
        there = {sheet.name for sheet in self._book.sheets}
        for name in self.sheets.names:
            if name in there and (name not in self._aside or self._aside[name] in there):
                self._book.sheets[name].delete()
        for name, meanwhile in self._aside.items():
            if meanwhile in there:
                self._book.sheets[meanwhile].name = name
        self.names.undo()


def _free_names(count: int, book: Any) -> Iterator[str]:
    taken = {sheet.name for sheet in book.sheets}
    number = 0
    for _ in range(count):
        number += 1
        while f"~{number}" in taken:
            number += 1
        yield f"~{number}"


class _Sheets:
    """Adds each sheet behind the one whose place it takes, else behind the one that was added before it."""

    def __init__(self, book: Any, places: Mapping[str, Any]):
        self._book, self._places = book, places
        self._added: list[Any] = []
        self.names: list[str] = []

    def __len__(self) -> int:
        return len(self._added)

    def __getitem__(self, position: int) -> Any:
        return self._added[position]

    def add(self, name: str, after: Any = None) -> Any:
        place = self._places[name] or (self._added[-1] if self._added else None)
        beside = {"after": place} if place is not None else {"before": self._book.sheets[0]}
        self.names.append(name)
        self._added.append(self._book.sheets.add(name, **beside))
        return self._added[-1]


class _Names:
    """Points a name that is there at its new place: deleting it would break the formulas that use it."""

    def __init__(self, book: Any):
        self._book = book
        self._before = {name.name.casefold(): (name, name.refers_to) for name in book.names}
        self._changed: dict[str, str] = {}
        self._added: set[str] = set()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._book.names)

    def add(self, name: str, refers_to: str) -> Any:
        there = self._before.get(name.casefold())
        if there is None:
            self._added.add(name.casefold())
            return self._book.names.add(name, refers_to)
        self._changed[name.casefold()] = there[1]
        there[0].refers_to = refers_to
        return there[0]

    def undo(self) -> None:
        """Each name says what it said, those that were not there go."""
        for name in list(self._book.names):
            folded = name.name.casefold()
            if folded in self._added:
                name.delete()
            elif folded in self._changed:
                name.refers_to = self._changed[folded]
