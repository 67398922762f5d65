"""How a program that drops cell styles (Gnumeric, ExcelJS) left the cells of each style of ours.

What of a single cell differs from that is the user's, as it is where a file tells our styles by their names.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from xl_kpi.workbook.addresses import Place
from xl_kpi.workbook.graft.cells import CALC, Now, said
from xl_kpi.workbook.graft.old_sheet import OldSheet
from xl_kpi.workbook.graft.styles import OURS, Styles, seen
from xl_kpi.workbook.spec import SheetSpec

_LEFT = 0.1  # share of cells that look as we had them, by which the program is known to have changed none of them
_FEW = 3  # cells by which nothing is known
_NUMBER_FORMAT = 0  # its place in a look
_NONE = "none"
_OFF = ("0", _NONE, "baseline")  # of what a font may be besides
_SOLID, _WHITE = ("patternFill", (("patternType", "solid"),)), ("fgColor", (("rgb", "FFFFFFFF"),), ())
_SIDES = {"start": "left", "end": "right"}


class BareLooks:
    """Our styles in a file that has lost their names."""

    def __init__(self, styles: Styles):
        self._styles = styles
        self._names: dict[str, dict[Place, str]] = {}
        self._worn: dict[tuple[int, Any], Counter[Any]] = defaultdict(Counter)
        self._is_known = True
        made, formats = styles.made, enumerate(styles.made.entries("cellStyleXfs"))
        named = {made.names.get(str(number), ""): xf for number, xf in formats}
        self._ours = {name: _plain(made.look(xf, "")) for name, xf in named.items() if name.startswith(OURS)}
        self._looks = [_plain(styles.user.look(xf, "")) for xf in styles.user.entries("cellXfs")]

    def learn(self, was: OldSheet, now: Now, before: SheetSpec | None) -> None:
        """Take in the cells of a sheet.

        Arguments: ``now`` the sheet that takes its place, with the formats of ``made`` still; ``before`` how the last
        command left it (None: not known).
        """
        self._is_known &= before is not None
        names = self._names[was.name] = dict(self._named(was, now, before))
        for place, name in names.items():
            for key, one in zip(self._keys(name), self.look(was.cells[place][0].get("s", "0"))):
                self._worn[key][one] += 1

    def name(self, sheet: str, place: Place) -> str:
        """Our style of a cell of an old sheet, "" for none."""
        return self._names.get(sheet, {}).get(place, "")

    def look(self, number: str) -> tuple[Any, ...]:
        """What can be compared of a cell format of the user's file."""
        return self._looks[int(number)]

    def usual(self, name: str) -> tuple[Any, ...]:
        """How cells of one of our styles look in the file where nobody has dressed them."""
        return tuple(self._most(key) for key in self._keys(name))

    @cached_property
    def usuals(self) -> frozenset[tuple[Any, ...]]:
        """How cells look that nobody has dressed: one that looks like another style of ours had that one then."""
        return frozenset(self.usual(name) for name in self._ours)

    def _named(self, was: OldSheet, now: Now, before: SheetSpec | None) -> Iterator[tuple[Place, str]]:
        """The cells of ours, each with its style: as it was described, else that of the cell in its place."""
        formats, names = self._styles.made.entries("cellXfs"), self._styles.made.names
        covered = [rect for rect in now.merged if rect.first != (rect.last_row, rect.last_column)]
        for place in was.cells:
            there = was.to(*place)
            if there is None or any(there in rect and there != rect.first for rect in covered):
                continue
            new = now.cells.get(there)
            name = "" if new is None else names.get(formats[int(new.get("s", "0"))].get("xfId", "0"), "")
            if before is not None and _same_row(place[0], was, now, before):
                cell = before.cells.get(place)
                name = f"{OURS}{cell.style}" if name and cell else name
            if name in self._ours and not name.startswith(CALC):  # nobody dresses what is hidden
                yield place, name

    def _keys(self, name: str) -> list[tuple[int, Any]]:
        """What is counted together; a number format by the style, as two may have the same one by chance."""
        look = enumerate(self._ours[name])
        return [(at, name if at == _NUMBER_FORMAT else one) for at, one in look]

    def _most(self, key: tuple[int, Any]) -> Any:
        """What most cells show; ours, where the program leaves things as they are and it is known what they were: then
        somebody has dressed them all."""
        worn, ours = self._worn[key], self._as_ours(key)
        if not worn:
            return ours
        trusted = key[0] in self._left and (self._is_known or worn.total() < _FEW)
        return ours if trusted or worn[ours] > _LEFT * worn.total() else worn.most_common(1)[0][0]

    def _as_ours(self, key: tuple[int, Any]) -> Any:
        at, one = key
        return self._ours[one][at] if at == _NUMBER_FORMAT else one

    @cached_property
    def _left(self) -> set[int]:
        """The places in a look that the program leaves as they are, on the whole."""
        same, all_ = Counter[int](), Counter[int]()
        for key, worn in self._worn.items():
            all_[key[0]] += 1
            same[key[0]] += worn[self._as_ours(key)] > _LEFT * worn.total()
        return {at for at in all_ if 2 * same[at] > all_[at]}


def _same_row(row: int, was: OldSheet, now: Now, before: SheetSpec) -> bool:
    """Whether a row still has the id with which it was described."""
    described, there = before.cells.get((row, 1)), was.cells.get((row, 1))
    return bool(described and described.value and there and said(there[0], now.texts) == described.value)


def _plain(look: tuple[Any, ...]) -> tuple[Any, ...]:
    """What programs leave of a look where they change none: no name of a font, nothing that is said to be absent."""
    code, font, fill, border, alignment = seen(look)
    if font is not None:
        font = tuple(each for each in font if each[0] != "name" and dict(each[1]).get("val") not in _OFF)
    if fill is not None:
        fill = tuple(_colour(pattern) for pattern in fill[2])
    if border is not None:
        sides = ((_SIDES.get(name, name), dict(line).get("style", _NONE), colour) for name, line, colour in border[2])
        border = frozenset(each for each in sides if each[1] != _NONE)
    return code, font, fill, border, alignment


def _colour(pattern: tuple[Any, ...]) -> Any:
    """The colour of a solid fill, of another its kind; white is as good as none."""
    if pattern[:2] != _SOLID:
        return pattern[1]
    return tuple(each for each in pattern[2] if each[0] == "fgColor" and each != _WHITE)
