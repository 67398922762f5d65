"""What a person has added where nothing is read: sheets of their own, and comments.  It is told in one line."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from xl_kpi.errors import BadFile, Fault, Joined, Words
from xl_kpi.workbook.package.parts_book import PartsBook

MOST_NAMED = 5  # in one message
_COMMENTS = re.compile(r"(?i)(?:^|/)comments[^/]*\.xml$")
_COMMENT = re.compile(rb'<(?:\w+:)?comment\b[^>]*?\sref="([A-Z]{1,3}[0-9]{1,7})"')
_LOCKED = re.compile(rb'<(?:\w+:)?sheetProtection\b[^>]*?\bsheet="(?:1|true)"')
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|t)>[^<]")


def beside(parts: Mapping[str, bytes], book: PartsBook, file: str) -> Iterator[Fault]:
    """A warning that names what stands elsewhere and was not taken; none where there is nothing.

    Special cases: every sheet that was sent is locked, and none that a person adds is: where one has taken the lock
    away from a sheet of ours, the names that point at it tell.
    """
    places = [*_sheets(book), *_comments(parts, book)]
    if places:
        more = [Words("collect_more", count=len(places) - MOST_NAMED)] if len(places) > MOST_NAMED else []
        named = Joined((*places[:MOST_NAMED], *more), Words("collect_comma"))
        yield Fault(named, Words("collect_elsewhere"), file=file, level="warning")


def _sheets(book: PartsBook) -> Iterator[Words]:
    """The sheets of the person's own in which something stands."""
    for name, sheet in book.sheets.items():
        if name.casefold() in book.pointed_at:
            continue
        try:
            content = sheet.content
        except BadFile:  # what nobody reads may be damaged
            continue
        if _FILLED.search(content) and not _LOCKED.search(content):
            yield Words("collect_own_sheet", sheet=name)


def _comments(parts: Mapping[str, bytes], book: PartsBook) -> Iterator[Words]:
    """The cells with a comment, sheet by sheet; what is sent has none."""
    if not any(_COMMENTS.search(part) for part in parts):
        return
    for name, sheet in book.sheets.items():
        for part in book.parts.beside(sheet.part_name, "/comments"):
            cells = dict.fromkeys(ref.decode() for ref in _COMMENT.findall(parts.get(posixpath.normpath(part), b"")))
            yield from (Words("collect_comment_at", cell=f"{name}!{cell}") for cell in cells)
