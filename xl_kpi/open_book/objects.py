"""What stands on the sheets of an open book besides cells, as far as a host tells: charts, pictures, tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from xl_kpi.catalog import text
from xl_kpi.errors import Refused
from xl_kpi.open_book.rules import UNKNOWN
from xl_kpi.open_book.snapshot import Fetched
from xl_kpi.regenerate.new_sheets import NewSheets
from xl_kpi.workbook.relocation.dependents import is_excels_own
from xl_kpi.workbook.spec import CHART_NAME

_READING = ("charts", "pivot_tables")
_KINDS = ("charts", "pictures", "shapes", "tables", "pivot_tables")
_PASSED = ("chart", "comment")  # kinds of shapes that are told as charts and as notes


def refuse_objects(book: Any, ours: Collection[str], found: Fetched, lang: str) -> None:
    """Refused where something of the user's stands on one of our sheets that no xlwings call can take along.

    Arguments: ``ours`` the names of our sheets; ``found`` what was fetched of the book.
    """
    lines = []
    for sheet in book.sheets:
        if sheet.name in ours:
            kinds = [*dict.fromkeys(kind for kind, _ in _theirs(sheet))]
            kinds += ["threads"] if sheet.name in found.threads else []
            kinds += ["names"] if any(_scoped(book, sheet.name)) else []
            words = text("object_and", lang).join(text(f"object_{kind}", lang) for kind in kinds)
            if words:
                lines.append(text("regenerate_object", lang, sheet=sheet.name, objects=words))
    if lines:
        raise Refused("\n".join([text("regenerate_objects", lang), *lines]))


def to_check(book: Any, made: NewSheets, found: Fetched, follows: Collection[str], lang: str) -> list[str]:
    """The user's own sheets with what on them may read ours and can't be pointed at the new ones, sheet by sheet.

    Arguments: ``follows`` kinds that the host takes care of.
    Special cases: what charts and pivot tables are made from xlwings does not tell, so each may read our sheets; of
    rules on cells only those are named that do, or of which it can't be found out.
    """
    lines = []
    for sheet in book.sheets:
        if sheet.name not in made.keys:
            kinds = [kind for kind in _READING if kind not in follows and any(_all(sheet, [kind]))]
            rules = found.rules.get(sheet.name, ())
            kinds += dict.fromkeys(kind for kind, formula in rules if _reads_ours(formula, sheet.name, made))
            words = text("object_and", lang).join(text(f"object_{kind}", lang) for kind in kinds)
            if words:
                lines.append(text("regenerate_look_at", lang, sheet=sheet.name, objects=words))
    return lines


def _reads_ours(formula: str, sheet: str, made: NewSheets) -> bool:
    return formula == UNKNOWN or made.moves.trail(formula.removeprefix("="), sheet).ours


def _theirs(sheet: Any) -> Iterator[tuple[str, Any]]:
    """Kind and object of everything that we did not draw."""
    for kind, each in _all(sheet, _KINDS):
        if each.name.startswith(CHART_NAME) or kind == "shapes" and each.type in _PASSED:
            continue
        yield kind, each


def _scoped(book: Any, sheet: str) -> Iterator[str]:
    """The names that hold on one sheet alone and are not Excel's own."""
    for name in book.names:
        where = name.name.rpartition("!")[0]
        if where.strip("'").replace("''", "'") == sheet and not is_excels_own(name.name):
            yield name.name


def _all(sheet: Any, kinds: Collection[str]) -> Iterator[tuple[str, Any]]:
    for kind in kinds:
        try:
            yield from ((kind, each) for each in getattr(sheet, kind))
        except (NotImplementedError, AttributeError):  # a host that knows no such objects has none
            continue
