"""Which sheets of an open book are ours, and what the user's own sheets and names say about them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from xl_kpi.addin.lite_snapshot import Snapshot, SnapshotSheet
from xl_kpi.catalog import text
from xl_kpi.errors import Refused
from xl_kpi.workbook.spec import BookSpec, quoted, relative
from xl_kpi.workbook.whose import our_sheets, passing_names

# Text in quotes (no reference), a quoted sheet name, a plain one.
_TOKEN = re.compile(r"""("(?:[^"]|"")*")|'((?:[^']|'')+)'!|([^\s"'!=+\-*/^&(),;:<>{}]+)!""")


@dataclass
class Standing:
    """What a book holds before it is written anew.

    ``ours`` old sheet name → the new one (None: it goes); ``names`` the defined names that are ours and go;
    ``formulas`` and ``references`` what the user's own sheets and names have to say afterwards.
    """

    ours: dict[str, str | None]
    names: list[str] = field(default_factory=list)
    formulas: dict[tuple[str, int, int], str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)


def standing(book: Snapshot, spec: BookSpec) -> Standing:
    """Tell our sheets from the user's.

    Ours are those that the names of our workbooks point to, and the three that have none and are known by
    what stands on them: nothing is taken for ours by its name alone.
    Errors: Refused when a sheet of the user's has a name that we need, or refers to a sheet that goes.
    """
    found = Standing(_ours(book, spec))
    taken = {sheet.name.casefold() for sheet in spec.sheets}
    for name in book.sheets:
        if name not in found.ours and name.casefold() in taken:
            raise Refused(text("regenerate_name_taken", spec.lang, sheet=name))
    moves = {old.casefold(): new for old, new in found.ours.items()}
    for sheet in book.sheets.values():
        if sheet.name not in found.ours:
            for row, column, formula in _formulas(sheet):
                place = f"{sheet.name}!{relative(row, column)}"
                moved = _moved(formula, moves, place, spec.lang)
                if moved is not None:
                    found.formulas[sheet.name, row, column] = moved
    known = {name.casefold() for name in spec.names}
    gone = {name for name in passing_names(book) if name.casefold() not in known}
    for name in book.names:
        if name.name.casefold() in known:
            continue
        if name.name in gone:
            found.names.append(name.name)
        elif name.refers_to and (moved := _moved(name.refers_to, moves, name.name, spec.lang)) is not None:
            found.references[name.name] = moved
    return found


def _ours(book: Snapshot, spec: BookSpec) -> dict[str, str | None]:
    """Old sheet name → the name of the sheet that takes its place."""
    made = {sheet.key: sheet.name for sheet in spec.sheets}
    return {name: made.get(key) for name, key in our_sheets(book).items()}


def _formulas(sheet: SnapshotSheet) -> Iterator[tuple[int, int, str]]:
    for row, line in enumerate(sheet.formulas, 1):
        for column, formula in enumerate(line, 1):
            if isinstance(formula, str) and formula.startswith("="):
                yield row, column, formula


def _moved(formula: str, moves: Mapping[str, str | None], place: str, lang: str) -> str | None:
    """A formula with our sheets' new names; None when it mentions none of them."""
    mentioned = False

    def rename(match: re.Match[str]) -> str:
        nonlocal mentioned
        in_quotes, plain = match[2], match[3]
        old = in_quotes.replace("''", "'") if in_quotes else plain
        if not old or old.casefold() not in moves:
            return match[0]
        mentioned = True
        new: Any = moves[old.casefold()]
        if new is None:
            raise Refused(text("regenerate_vanishing", lang, place=place, sheet=old))
        return f"{quoted(new)}!"

    moved = _TOKEN.sub(rename, formula)
    return moved if mentioned else None
