"""Notes and threaded comments on generated sheets: each stays with its cell, wherever that is now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from xl_kpi.workbook.addresses import place_of, relative
from xl_kpi.workbook.cells.moves import LostCell
from xl_kpi.workbook.graft.old_sheet import OldSheet
from xl_kpi.workbook.package.package import Package, bytes_of, local, main

_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape>", re.DOTALL)
_ROW, _COLUMN = (re.compile(rb"(<x:%s>\s*)(\d+)(\s*</x:%s>)" % (name, name)) for name in (b"Row", b"Column"))
_ANCHOR = re.compile(rb"(<x:Anchor>)([^<]*)(</x:Anchor>)")


def lost_notes(user: Package, was: OldSheet) -> list[LostCell]:
    """The notes and threads of a sheet whose cell is gone, with what they say."""
    lost: dict[str, LostCell] = {}
    for part, tag in _parts(user, was):
        said: dict[str, list[str]] = {}
        for each in user.tree(part).iter():
            place = place_of(each.get("ref", "")) if local(each) == tag else None
            if place and not was.to(*place):
                said.setdefault(each.get("ref", ""), []).append(_words(each))
        for name, words in said.items():
            lost.setdefault(name, LostCell(was.name, name, "note", "\n".join(words)))
    return list(lost.values())


def move_notes(user: Package, was: OldSheet) -> None:
    """Move the notes and threads of a sheet with their cells; those whose cell is gone are no longer there."""
    for part, tag in _parts(user, was):
        _move(user, part, tag, was)
    for relation in user.relations(was.part):
        if relation.kind == "vmlDrawing" and relation.part:
            _move_shapes(user, relation.part, was)


def _parts(user: Package, was: OldSheet) -> Iterator[tuple[str, str]]:
    """Part and tag, threads first: a thread has a note too, for programs that do not know threads."""
    relations = user.relations(was.part)
    for kind, tag in (("threadedComment", "threadedComment"), ("comments", "comment")):
        yield from ((relation.part, tag) for relation in relations if relation.kind == kind and relation.part)


def _move(user: Package, part: str, tag: str, was: OldSheet) -> None:
    root = user.tree(part)
    changed, stay = False, []
    for each in [each for each in root.iter() if local(each) == tag]:
        name = each.get("ref", "")
        place = place_of(name)
        there = was.to(*place) if place else None
        if there:
            changed = changed or relative(*there) != name
            each.set("ref", relative(*there))
            stay.append(each)
        elif place:
            changed = True
            each.getparent().remove(each)
    if tag == "comment" and stay and _name_authors(root, stay):
        user.parts[part] = bytes_of(root)
    if changed:
        above = stay[0].getparent() if stay and tag == "comment" else None
        if above is not None:
            above[:] = sorted(above, key=lambda each: place_of(each.get("ref", "")) or (0, 0))
        user.parts[part] = bytes_of(root)


def _name_authors(root: Any, notes: Sequence[Any]) -> bool:
    """Put in the authors that notes count and Gnumeric leaves out, as openpyxl opens no file without; False: none."""
    authors = next((each for each in root if local(each) == "authors"), None)
    most = max(int(number) if (number := each.get("authorId", "0")).isdigit() else 0 for each in notes)
    if authors is None or len(authors) > most:
        return False
    for each in notes:
        each.set("authorId", each.get("authorId", "0"))
    for _ in range(len(authors), most + 1):
        authors.append(authors.makeelement(main("author"), {}))
    return True


def _words(comment: Any) -> str:
    """What a comment says; readings beside Japanese words are no part of it."""
    return "".join(
        each.text or ""
        for each in comment.iter()
        if local(each) in ("t", "text") and local(each.getparent()) != "rPh" and not len(each)
    )


def _move_shapes(user: Package, part: str, was: OldSheet) -> None:
    """The boxes of notes, and of controls from the forms toolbar.  Such parts are not always sound XML."""

    def move(match: re.Match[bytes]) -> bytes:
        shape = match[0]
        row, column, anchor = _ROW.search(shape), _COLUMN.search(shape), _ANCHOR.search(shape)
        corners = anchor[2].split(b",") if anchor else []
        if row and column:
            old = int(row[2]) + 1, int(column[2]) + 1
        elif len(corners) == 8:
            old = int(corners[2]) + 1, int(corners[0]) + 1
        else:
            return shape
        new = was.to(*old) if row and column else was.drawn(*old)
        if new is None:
            return b""
        down, right = new[0] - old[0], new[1] - old[1]
        if not down and not right:
            return shape
        if row and column:
            shape = _ROW.sub(lambda m: b"%s%d%s" % (m[1], new[0] - 1, m[3]), shape)
            shape = _COLUMN.sub(lambda m: b"%s%d%s" % (m[1], new[1] - 1, m[3]), shape)
        if len(corners) == 8:
            by = (right, 0, down, 0, right, 0, down, 0)
            moved = ", ".join(str(max(int(number) + more, 0)) for number, more in zip(corners, by))
            shape = _ANCHOR.sub(lambda m: m[1] + moved.encode() + m[3], shape)
        return shape

    old = user.parts[part]
    new = _SHAPE.sub(move, old)
    if new != old:
        user.parts[part] = new
