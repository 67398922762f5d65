"""Which sheets of an open book are ours, and what the user's own sheets and names say about them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from xl_kpi.addin.lite_snapshot import Snapshot, SnapshotSheet, reference
from xl_kpi.catalog import LANGUAGES, text
from xl_kpi.errors import Refused
from xl_kpi.workbook.spec import BookSpec, quoted, relative

# Text in quotes (no reference), a quoted sheet name, a plain one.
_TOKEN = re.compile(r"""("(?:[^"]|"")*")|'((?:[^']|'')+)'!|([^\s"'!=+\-*/^&(),;:<>{}]+)!""")
_TAB_KEY = re.compile(r"[\w.]+:(?:target|actual|attainment)")


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
    for name in book.names:
        if name.name.casefold() in known:
            continue
        if _is_tab(book, name.name, name.refers_to):
            found.names.append(name.name)
        elif name.refers_to and (moved := _moved(name.refers_to, moves, name.name, spec.lang)) is not None:
            found.references[name.name] = moved
    return found


def _ours(book: Snapshot, spec: BookSpec) -> dict[str, str | None]:
    targets = {name.casefold(): reference(refers_to) for name, refers_to in spec.names.items()}
    sheets = {name.casefold(): name for name in book.sheets}
    ours: dict[str, str | None] = {}
    for name in book.names:
        old = name.reference and sheets.get(name.reference.sheet.casefold())
        target = targets.get(name.name.casefold())
        if old and target:
            ours[old] = target.sheet
        elif old and _is_tab(book, name.name, name.refers_to):
            ours.setdefault(old, None)
    for sheet in book.sheets.values():
        if key := _marked(sheet):
            ours.setdefault(sheet.name, spec.sheet(key).name)
    return ours


def _is_tab(book: Snapshot, name: str, refers_to: str | None) -> bool:
    """Whether a name is that of a channel's block of actuals: by its beginning, and by the row ids there."""
    place = reference(refers_to)
    sheet = next((one for one in book.sheets.values() if place and one.name.casefold() == place.sheet.casefold()), None)
    if not name.startswith("act_") or sheet is None:
        return False
    ids = sheet.range((place.row, place.column), (place.last_row, place.column)).options(ndim=2).value
    return any(_TAB_KEY.fullmatch(str(line[0] or "")) for line in ids)


def _marked(sheet: SnapshotSheet) -> str | None:
    """start, tree or glossary, by name and title or by the sentence of the plan."""
    if sheet.range("B5").formula == "=plan_sentence":
        return "start"
    for key in ("tree", "glossary"):
        names = {text(f"sheet_{key}", lang).casefold() for lang in LANGUAGES}
        titles = {text(f"{key}_title", lang) for lang in LANGUAGES}
        if sheet.name.casefold() in names and sheet.range("B2").value in titles:
            return key
    return None


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
