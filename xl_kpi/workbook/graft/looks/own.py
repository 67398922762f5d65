"""How a user dressed single cells of a generated sheet: kept, whatever else of the cell is made anew."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from xl_kpi.workbook.addresses import Place
from xl_kpi.workbook.graft.cells import Now
from xl_kpi.workbook.graft.looks.bare import BareLooks
from xl_kpi.workbook.graft.old_sheet import OldSheet
from xl_kpi.workbook.graft.styles import OURS, Styles, seen
from xl_kpi.workbook.package.package import main

# What of a format is looks, in the order of ``Sheaf.look``: attribute, and the one that says that it counts.
# Protection is ours, and so is the mark that keeps text from being a formula.
_LOOKS = (
    ("numFmtId", "applyNumberFormat"),
    ("fontId", "applyFont"),
    ("fillId", "applyFill"),
    ("borderId", "applyBorder"),
)
# Of amounts in version 0.1, whose cells held yen and showed them in 千円 or 百万円: nobody but us has set these.
_FORMER = {("own", "#,##0,"), ("own", "#,##0.0,,")}
_HIDDEN = f"{OURS}calc"  # on hidden sheets: LibreOffice dresses a formula there as the cells that it points at
_ALIGNMENT = "alignment"
_FORMAT = "."  # in a style's name between its role and the number format


class CellLooks:
    """Formats of cells that the user dressed otherwise than our style of that name is dressed elsewhere.

    Arguments: ``bare`` where the file tells no style of ours by its name: how it has them (None: it tells them).
    """

    def __init__(self, styles: Styles, bare: BareLooks | None = None):
        self._styles, self._bare = styles, bare
        self._names = {number: name for number, name in styles.made.names.items() if name.startswith(OURS)}
        self._usual_looks = self._usual()
        self._own: dict[tuple[str, str], frozenset[str]] = {}
        self._kept: dict[tuple[str, str, str], str | None] = {}

    def style(self, sheet: str, place: Place, old: str) -> str:
        """The name of our style that a cell of an old sheet has, "" for none; ``old`` the number of its format."""
        if self._bare is not None:
            return self._bare.name(sheet, place)
        return self._styles.user.ours.get(old, "")

    def is_own(self, old: str, was: str) -> bool:
        """Whether a format of the user's file is our style ``was``, dressed otherwise."""
        return bool(self._changes(old, was))

    def kept(self, old: str, new: str, was: str) -> str | None:
        """The number of the format for a cell that the user had dressed.

        Arguments: ``old`` the number of its format in the user's file, ``new`` of that in ``made``; ``was`` its style.
        Result: None where nothing of it is to be kept: the cell has another role now, or it looks as usual.
        """
        if (old, new, was) not in self._kept:
            self._kept[old, new, was] = self._worn(old, new, was)
        return self._kept[old, new, was]

    def _worn(self, old: str, new: str, was: str) -> str | None:
        changes = self._changes(old, was)
        xf = self._styles.made.entries("cellXfs")[int(new)]
        now = self._names.get(xf.get("xfId", "0"), "")
        if was == _HIDDEN or was != now and (_is_money(was) or _is_money(now)):  # dressed for amounts in another unit
            changes -= {"numFmtId"}
        if (old in self._styles.user.dates) != (new in self._styles.made.dates):  # nobody makes a date of a number
            changes -= {"numFmtId"}
        if not changes or _role(now) != _role(was):
            return None
        theirs = self._styles.user.entries("cellXfs")[int(old)]
        plain = int(self._styles.cell(new))  # it may be appended to the formats
        worn = copy.deepcopy(self._styles.user.entries("cellXfs")[plain])
        for attribute, counts in _LOOKS:
            if attribute in changes:
                worn.set(attribute, theirs.get(attribute, "0"))
                worn.set(counts, "1")
        if _ALIGNMENT in changes:
            for each in worn.findall(main(_ALIGNMENT)):
                worn.remove(each)
            for each in theirs.findall(main(_ALIGNMENT)):
                worn.insert(0, copy.deepcopy(each))
            worn.set("applyAlignment", "1")
        return self._styles.dressed(worn)

    def _changes(self, old: str, was: str) -> frozenset[str]:
        """The attributes in which a format of the user's file differs from what is usual for its style."""
        if (old, was) not in self._own:
            self._own[old, was] = frozenset(self._differing(old, was)) if was in self._usual_looks else frozenset()
        return self._own[old, was]

    def _differing(self, old: str, was: str) -> Iterator[str]:
        if self._bare is not None:
            look, usual = self._bare.look(old), self._bare.usual(was)
            if look in self._bare.usuals:
                return
        else:
            look = seen(self._styles.user.look(self._styles.user.entries("cellXfs")[int(old)], ""))
            usual = self._usual_looks[was]
        if look[0] in _FORMER and _is_money(was):
            look = (usual[0], *look[1:])
        names = [*(attribute for attribute, _ in _LOOKS), _ALIGNMENT]
        yield from (name for name, one, other in zip(names, look, usual) if one != other)

    def _usual(self) -> dict[str, tuple[Any, ...]]:
        """Our style → how ``made`` dresses its cells, which is how most of the user's are dressed."""
        made = self._styles.made
        found = {}
        for number, xf in enumerate(made.entries("cellStyleXfs")):
            if str(number) in self._names:
                found[self._names[str(number)]] = seen(made.look(xf, ""))
        return found


def keep_looks(was: OldSheet, now: Now, looks: CellLooks) -> list[tuple[Any, str]]:
    """The new cells that take the place of cells that the user had dressed, and the format of each.

    Arguments: ``now`` our sheet with the formats of ``made`` still.
    """
    found = {}
    for place, (cell, _) in was.cells.items():
        old = cell.get("s", "0")
        style = looks.style(was.name, place, old)
        there = was.to(*place) if style and looks.is_own(old, style) else None
        new = now.cells.get(there) if there else None
        if new is not None and there not in found:
            number = looks.kept(old, new.get("s", "0"), style)
            if number is not None:
                found[there] = (new, number)
    return list(found.values())


def _is_money(name: str) -> bool:
    """Whether a style of ours is that of amounts: ``kpi input.million_yen_typed``."""
    return "yen" in name.partition(_FORMAT)[2]


def _role(name: str) -> str:
    """``kpi input`` of ``kpi input.rate``."""
    return name.partition(_FORMAT)[0]
