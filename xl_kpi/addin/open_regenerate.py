"""Regenerate, first form: the generated sheets of an open book written anew from what is typed in them.

Runs on any xlwings book, through the xlwings API alone.  The old sheets are renamed, the new ones written
beside them, and only then do the old ones go: protected sheets can't be written in xlwings Lite, and
whatever fails on the way leaves the old ones to go back to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from xl_kpi.addin.lite_sheets import Standing, standing
from xl_kpi.addin.lite_snapshot import Fetched, Snapshot
from xl_kpi.catalog import text
from xl_kpi.errors import Fault, InputFaults
from xl_kpi.plan.model import Plan
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.findings import read_and_check
from xl_kpi.workbook.host import PlainHost
from xl_kpi.workbook.render import render
from xl_kpi.workbook.spec import BookSpec

MOST_SHOWN = 15  # lines of a message: more do not fit on a screen


@dataclass(frozen=True)
class Regenerated:
    """What was written, from which plan, and what the user should look at."""

    plan: Plan
    spec: BookSpec
    warnings: tuple[Fault, ...]

    @property
    def message(self) -> str:
        lines = [text("regenerate_done", self.plan.lang, count=len(self.spec.sheets))]
        if self.warnings:
            lines += ["", text("regenerate_warnings", self.plan.lang), *shown(self.warnings, self.plan.lang)]
        return "\n".join(lines)


def regenerate(
    book: Any,
    found: Fetched,
    *,
    adapt: Callable[[BookSpec], BookSpec] = lambda spec: spec,
    host: PlainHost | None = None,
) -> Regenerated:
    """Write the generated sheets of an open book anew; the user's own sheets and names stay.

    Arguments: ``book`` an xlwings Book; ``found`` its formulas and formats, from ``fetched`` or ``awaited``;
    ``adapt`` what the host needs changed in the description of the sheets; ``host`` as for ``render``.
    Special cases: formulas on the user's sheets that point at ours are written again as they were, under the
    sheets' new names.
    Errors: BadFile when the book is none of ours; InputFaults with everything that is wrong in what was
    typed; Refused when something of the user's would be lost.  In each case nothing was changed.
    """
    snapshot = Snapshot(book, found)
    read, faults = read_and_check(snapshot, book.name)
    if any(fault.level == "error" for fault in faults):
        raise InputFaults([fault for fault in faults if fault.level == "error"])
    spec = book_spec(read.plan)
    _write(book, adapt(spec), standing(snapshot, spec), host)
    return Regenerated(read.plan, spec, tuple(faults))


def shown(faults: tuple[Fault, ...], lang: str) -> list[str]:
    """Faults as lines, as many as fit into a message."""
    lines = [f"・{fault.line()}" if lang == "ja" else f"- {fault.line()}" for fault in faults[:MOST_SHOWN]]
    if len(faults) > MOST_SHOWN:
        lines.append(text("regenerate_more", lang, count=len(faults) - MOST_SHOWN))
    return lines


def _write(book: Any, spec: BookSpec, before: Standing, host: PlainHost | None) -> None:
    old = {name: book.sheets[name] for name in before.ours}
    target = _Target(book)
    try:
        for number, sheet in enumerate(old.values(), 1):
            sheet.name = _free(f"~{number}", book)
        render(spec, target, host=host)  # type: ignore[arg-type]
    except BaseException:
        _undo(old, target)
        raise
    for sheet in old.values():
        sheet.delete()
    for name in [name for name in book.names if name.name in before.names]:
        name.delete()
    for name in book.names:
        if name.name in before.references:
            name.refers_to = before.references[name.name]
    for (sheet_name, row, column), formula in before.formulas.items():
        book.sheets[sheet_name].range((row, column)).formula = formula


def _free(wanted: str, book: Any) -> str:
    taken = {sheet.name for sheet in book.sheets}
    while wanted in taken:
        wanted += "~"
    return wanted


def _undo(old: Mapping[str, Any], target: _Target) -> None:
    """The new sheets away, the names as they were, the old sheets under their own names."""
    for sheet in target.sheets.added:
        sheet.delete()
    for name, sheet in old.items():
        sheet.name = name
    target.names.restore()


class _Target:
    """The book as the renderer sees it: only the new sheets, and names that may stand already."""

    def __init__(self, book: Any):
        self._book = book
        self.sheets, self.names = _Sheets(book), _Names(book)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._book, name)


class _Sheets:
    """Adds ours in their order before the user's."""

    def __init__(self, book: Any):
        self.book = book
        self.added: list[Any] = []

    def __len__(self) -> int:
        return len(self.added)

    def __getitem__(self, position: int) -> Any:
        return self.added[position]

    def add(self, name: str, after: Any = None) -> Any:
        place = {"after": self.added[-1]} if self.added else {"before": self.book.sheets[0]}
        self.added.append(self.book.sheets.add(name, **place))
        return self.added[-1]


class _Names:
    """Points a name that is there at its new place: deleting it would break the formulas that use it."""

    def __init__(self, book: Any):
        self.book = book
        self.there = {name.name.casefold(): (name, name.refers_to) for name in book.names}
        self.changed: list[tuple[Any, str]] = []
        self.added: list[Any] = []

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
