"""What a person has added where nothing is read: sheets, comments, words beside ours.  It is told in one line."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice

from xl_kpi.errors import BadFile, Fault, Joined, Words
from xl_kpi.exchange.returned.locked_pages import LOCKED
from xl_kpi.exchange.typed_beside import typed_beside
from xl_kpi.workbook.cells.rectangles import rect_of
from xl_kpi.workbook.package.parts_book import PartsBook

MOST_NAMED, MOST_COUNTED = 5, 1000  # in one message; of cells beside ours
_COMMENT = re.compile(rb'<(?:\w+:)?comment\b[^>]*?\sref="([A-Z]{1,3}[0-9]{1,7})"')
_FILLED = re.compile(rb"<(?:\w+:)?[vtf]\b[^>]*>[^<]")


def beside(parts: Mapping[str, bytes], book: PartsBook, file: str) -> Iterator[Fault]:
    """A warning that names what stands elsewhere and was not taken; none where there is nothing.

    Special cases: every sheet that was sent is locked, and none that a person adds is: where one has taken the lock
    away from a sheet of ours, the names that point at it tell.  Words in a cell beside ours are known by its style,
    unless the program that saved the file has dropped the names of styles.
    """
    places = [*_sheets(book), *_comments(parts, book), *islice(_beside_ours(book), MOST_COUNTED)]
    if places:
        more = [Words("collect_more", count=len(places) - MOST_NAMED)] if len(places) > MOST_NAMED else []
        named = Joined((*places[:MOST_NAMED], *more), Words("collect_comma"))
        yield Fault(named, Words("collect_elsewhere"), file=file, level="warning")


def _sheets(book: PartsBook) -> Iterator[Words]:
    """The sheets of the person's own in which something stands."""
    for name, content in _contents(book):
        if _FILLED.search(content) and not _is_ours(book, name, content):
            yield Words("collect_own_sheet", sheet=name)


def _is_ours(book: PartsBook, sheet: str, content: bytes) -> bool:
    return sheet.casefold() in book.pointed_at or bool(LOCKED.search(content))


def _contents(book: PartsBook) -> Iterator[tuple[str, bytes]]:
    for name, sheet in book.sheets.items():
        with suppress(BadFile):  # what nobody reads may be damaged
            yield name, sheet.content


def _beside_ours(book: PartsBook) -> Iterator[Words]:
    """The cells of sheets of ours in which something is typed, where nothing is read and nothing is ours."""
    ours = ((name, content) for name, content in _contents(book) if _is_ours(book, name, content))
    for name, cell in typed_beside(book.parts, ours):
        if not _is_read(book, name, cell):
            yield Words("collect_typed_at", cell=f"{name}!{cell}")


def _is_read(book: PartsBook, sheet: str, cell: str) -> bool:
    at = rect_of(cell)
    return at is not None and any(
        area.row <= at.row <= area.last_row and area.column <= at.column <= area.last_column
        for area in book.sheets[sheet].wanted
    )


def _comments(parts: Mapping[str, bytes], book: PartsBook) -> Iterator[Words]:
    """The cells with a comment, sheet by sheet; what is sent has none."""
    if not any("comment" in part.lower() for part in parts):
        return
    for name, sheet in book.sheets.items():
        for part in book.parts.beside(sheet.part_name, "/comments"):
            cells = dict.fromkeys(ref.decode() for ref in _COMMENT.findall(parts.get(posixpath.normpath(part), b"")))
            yield from (Words("collect_comment_at", cell=f"{name}!{cell}") for cell in cells)
