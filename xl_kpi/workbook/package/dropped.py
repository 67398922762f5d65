"""What another program has left out of our sheets when it saved the workbook, and which program that was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xl_kpi.catalog.functions import MARKER, is_name_of_function
from xl_kpi.errors import Fault, Joined, Phrase, Words
from xl_kpi.workbook.package.file_book import FileBook, FileSheet
from xl_kpi.workbook.package.sheet_rows import MAIN

# What every workbook of ours has on some of its sheets: nobody takes it away from all of them by hand.
_COLOURS, _RULES, _LINKS = (
    re.compile(rb"<(?:\w+:)?%b[ />]" % tag) for tag in (b"conditionalFormatting", b"dataValidation", b"hyperlink")
)
# What a person may well take away: it counts beside one of the others, or where another program says that it saved.
_LOCKS, _PANES = (re.compile(rb"<(?:\w+:)?%b[ />]" % tag) for tag in (b"sheetProtection", b"pane"))
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_FILLED = re.compile(rb"patternType=[\"']solid")
_CHART = re.compile(rb"<(?:\w+:)?chart[ />]")
_LOOKS = "looks"
_LAMBDA = "=_xlfn.LAMBDA("
_APPLICATION = re.compile(rb"<(?:\w+:)?Application[^>]*>([^<]{1,200})<")
_OTHER = Words("save_dropped_other")
_PROGRAMS = {name.casefold(): name for name in ("LibreOffice", "Gnumeric", "SheetJS", "Numbers")}


def dropped(book: FileBook, ours: Sequence[str]) -> Fault | None:
    """A finding that names what none of our sheets has any more, and the program that saved the workbook.

    Arguments: ``book`` as it stands in its file, made by this version; ``ours`` the names of our sheets in it.
    Result: None where nothing is missing; a hint where it is nothing with which anybody works.
    Special cases: what is missing on some sheets alone somebody may have deleted, and is not told.
    Errors: BadFile, as for ``FileBook``.
    Example: a workbook that SheetJS has saved lacks colours, rules for input and charts.
    """
    sheets = [book.sheets[name] for name in ours if book.sheets[name].part]
    program = saved_by(book)
    strong = list(_strong(book, sheets))
    if not strong and not program:
        return None
    missing = [*strong, *_weak(book, sheets)]
    if missing == ["pane"] or not missing:  # the one thing that does not bring a regenerate about
        return None
    things: Sequence[Phrase] = [Words(f"save_dropped_{one}") for one in missing]
    named = Joined(tuple(things), Words("list_comma"))
    return Fault(program or _OTHER, Words("save_dropped", things=named), file=book.name,
                 level="warning" if strong else "hint")  # fmt: skip


def put_back(left_out: Fault | None) -> Iterator[Words]:
    """That what was ``dropped`` (None: nothing) stands in a new file again, and what of it can't: the user's own."""
    if left_out is None:
        return
    things = left_out.allowed.values["things"] if isinstance(left_out.allowed, Words) else ""
    yield Words("save_put_back", program=left_out.found, things=things)
    if isinstance(things, Joined) and Words(f"save_dropped_{_LOOKS}") in things.parts:
        yield Words("save_looks_gone", program=left_out.found)


def saved_by(book: FileBook) -> str:
    """The program that saved a workbook last, where it is another one than Excel and says so; "" for all others."""
    part = book.parts.of_package("/extended-properties")
    found = _APPLICATION.search(book.parts.part(part)) if part and book.parts.holds(part) else None
    words = found[1].decode("utf-8", "replace").casefold() if found else ""
    return next((name for word, name in _PROGRAMS.items() if words.startswith(word)), "")


def _strong(book: FileBook, sheets: Sequence[FileSheet]) -> Iterator[str]:
    for key, tag in (("colours", _COLOURS), ("rules", _RULES), ("links", _LINKS)):
        if not any(tag.search(book.parts.part(sheet.part)) for sheet in sheets):
            yield key
    if not any(_FORMULA.search(book.parts.part(sheet.part)) for sheet in sheets):
        yield "formulas"
    if not any(_has_chart(book, sheet) for sheet in sheets):
        yield "charts"
    if not _has_looks(book):
        yield _LOOKS


def _weak(book: FileBook, sheets: Sequence[FileSheet]) -> Iterator[str]:
    for key, tag in (("locks", _LOCKS), ("pane", _PANES)):
        if not any(tag.search(book.parts.part(sheet.part)) for sheet in sheets):
            yield key
    states = {tab.get("state", "visible") for tab in book.parts.workbook.iterfind(f"{MAIN}sheets/{MAIN}sheet")}
    if states == {"visible"}:
        yield "hidden"
    if not book.parts.has_add_in and not _has_functions(book):
        yield "functions"


def _has_functions(book: FileBook) -> bool:
    """Whether LAMBDAs are there, and none of ours as an error or in letters that Excel does not know."""
    said = [(name.name, name.refers_to or "") for name in book.names]
    spoilt = any(name != MARKER and not words.startswith(_LAMBDA) and is_name_of_function(name, words)
                 for name, words in said)  # fmt: skip
    return not spoilt and any(words.startswith(_LAMBDA) for _, words in said)


def _has_looks(book: FileBook) -> bool:
    """Whether cells can have a colour of their own: SheetJS writes number formats alone."""
    part = book.parts.of_workbook("/styles")
    return bool(part and book.parts.holds(part) and _FILLED.search(book.parts.part(part).partition(b"<dxfs")[0]))


def _has_chart(book: FileBook, sheet: FileSheet) -> bool:
    return any(
        _CHART.search(book.parts.part(drawing)) for drawing in book.parts.beside(sheet.part, "/drawing")
        if book.parts.holds(drawing)
    )  # fmt: skip
