"""What stands on the sheets of an open book besides cells, as far as a host tells: charts, pictures, tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from xl_kpi.addin.open_snapshot import Fetched
from xl_kpi.catalog import text
from xl_kpi.errors import Refused
from xl_kpi.workbook.followers import is_excels_own
from xl_kpi.workbook.spec import CHART_NAME

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


def sheets_with(kinds: Collection[str], book: Any, ours: Collection[str]) -> list[str]:
    """The user's own sheets that hold charts or pivot tables: what those are made from, xlwings does not tell."""
    return [sheet.name for sheet in book.sheets if sheet.name not in ours and any(_all(sheet, kinds))]


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
