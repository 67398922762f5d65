"""What a user has set for paper on one of our sheets stays; what nobody touched is as we set it now.

Whose a setting is tells the record of how we had set it up; for a workbook of a former version, which has no such
record, what those versions set.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from xl_kpi.workbook.cells.made_paper import MadePaper
from xl_kpi.workbook.package.package import main, put_in_order

_SIDES = ("left", "right", "top", "bottom")
_APART = 0.02  # inches by which programs round
_FITS = ("fitToWidth", "fitToHeight", "scale")
_PAPER, _ORDER = "9", "overThenDown"  # A4; pages side by side follow each other
_FONTS = re.compile(r'&"[^"]*"|&\d+|&K[0-9A-Fa-f]{6}|\s')  # some programs write them into every footer
_SECTIONS = re.compile(r"&[LCR]|\s")  # left, centre, right: alone they print nothing
_OUR_FOOTER = "&C&A&R&D&P/&N"
_PORTRAIT = ("start", "cover")  # pages of former versions that were upright
_FORMER_MARGINS = ((0.5, 0.5, 0.6, 0.6), (0.3, 0.3, 0.6, 0.6))

Now = Callable[[int], int | None]  # where a row or column of ours is now


def former(key: str) -> MadePaper:
    """How a sheet was set up by versions that kept no record of it."""
    return MadePaper(key not in _PORTRAIT, _FORMER_MARGINS)


class KeptPaper:
    """Puts the user's paper onto the new sheet.

    Arguments: ``old`` and ``new`` the roots of the sheet before and after; ``was`` how it was set up; ``row`` and
    ``column`` tell where those of ours are now; ``is_heading`` whether a block of ours begins in a row; ``order`` of a
    sheet's elements.
    """

    def __init__(
        self,
        old: Any,
        new: Any,
        was: MadePaper,
        row: Now,
        column: Now,
        is_heading: Callable[[int], bool],
        order: tuple[str, ...],
    ):
        self._old, self._new, self._was, self._order = old, new, was, order
        self._row, self._column, self._is_heading = row, column, is_heading

    def keep(self) -> None:
        """All of it, in place."""
        self.keep_pages()
        ours = (self._was.rows, self._was.columns)
        for name, made, now in zip(("rowBreaks", "colBreaks"), ours, (self._row, self._column), strict=True):
            self._breaks(name, made, now)

    def keep_pages(self) -> None:
        """What holds for each page of the sheet, in place; not where pages begin."""
        self._margins()
        self._setup()
        options = self._old.find(main("printOptions"))
        if options is not None and self._new.find(main("printOptions")) is None:
            put_in_order(self._new, _copied(options), self._order)
        self._head_and_foot()

    @property
    def is_set_up(self) -> bool:
        """Whether the user has another paper than ours, or other words at the head or foot."""
        setup, words = self._old.find(main("pageSetup")), self._old.find(main("headerFooter"))
        paper = _PAPER if setup is None else setup.get("paperSize", _PAPER)
        said = [] if words is None else [each for each in words if _SECTIONS.sub("", each.text or "")]
        return paper != _PAPER or any(each.tag != main("oddFooter") or not self._is_ours(each.text) for each in said)

    def _margins(self) -> None:
        theirs, ours = self._old.find(main("pageMargins")), self._new.find(main("pageMargins"))
        if theirs is None or ours is None:
            return
        now = tuple(_number(ours.get(side)) for side in _SIDES)
        for at, side in enumerate(_SIDES):
            made = [known[at] for known in (*self._was.margins, *(() if self._was.title is not None else (now,)))]
            if not any(abs(_number(theirs.get(side)) - one) < _APART for one in made):
                ours.set(side, theirs.get(side, ours.get(side)))
        for side in ("header", "footer"):
            if theirs.get(side):
                ours.set(side, theirs.get(side))

    def _setup(self) -> None:
        """Paper, orientation, order and what the printer stores; pages and scale where the user has set them."""
        theirs, ours = self._old.find(main("pageSetup")), self._new.find(main("pageSetup"))
        if theirs is None or ours is None:
            return
        for key, value in theirs.attrib.items():
            if key not in (*_FITS, "orientation", "pageOrder", "paperSize"):
                ours.set(key, value)
        if theirs.get("paperSize", _PAPER) != _PAPER:
            ours.set("paperSize", theirs.get("paperSize"))
        if (theirs.get("orientation") == "landscape") != self._was.landscape and "orientation" in theirs.attrib:
            ours.set("orientation", theirs.get("orientation"))
        known = self._was.title is not None
        if known and theirs.get("pageOrder", "downThenOver") != _ORDER:
            ours.attrib.pop("pageOrder", None)
        fits = self._fits(self._old, theirs)
        zoomed = isinstance(fits, int)
        if self._was.fits is None:  # former versions always made the sheet fit
            touched = zoomed and fits != 100
        else:
            touched = fits != (self._was.zoom or self._was.fits)
        if touched:
            self._fit(fits, ours)

    @staticmethod
    def _fits(root: Any, setup: Any) -> int | tuple[int, int]:
        """Pages across and down, or the scale in percent."""
        whole = root.find(f"{main('sheetPr')}/{main('pageSetUpPr')}")
        if whole is not None and whole.get("fitToPage") in ("1", "true"):
            return int(setup.get("fitToWidth", "1")), int(setup.get("fitToHeight", "1"))
        return int(setup.get("scale", "100"))

    def _fit(self, fits: int | tuple[int, int], setup: Any) -> None:
        for name in _FITS:
            setup.attrib.pop(name, None)
        if isinstance(fits, int):
            setup.set("scale", str(fits))
        else:
            setup.set("fitToWidth", str(fits[0]))
            setup.set("fitToHeight", str(fits[1]))
        whole = self._new.find(f"{main('sheetPr')}/{main('pageSetUpPr')}")
        if whole is not None:
            whole.set("fitToPage", "0" if isinstance(fits, int) else "1")

    def _head_and_foot(self) -> None:
        """Ours have no header, and in the footer the plan's title and the page: all else is the user's."""
        ours, theirs = self._new.find(main("headerFooter")), self._old.find(main("headerFooter"))
        if theirs is None:
            return
        new = _copied(theirs)
        foot = new.find(main("oddFooter"))
        fresh = None if ours is None else ours.find(main("oddFooter"))
        if foot is not None and fresh is not None and self._is_ours(foot.text or ""):
            foot.text = fresh.text
        if ours is not None:
            self._new.remove(ours)
        put_in_order(self._new, new, self._order)

    def _is_ours(self, footer: str) -> bool:
        said = _FONTS.sub("", footer)
        if not said.endswith(_OUR_FOOTER):
            return False
        title = self._was.title
        left = said.removesuffix(_OUR_FOOTER).removeprefix("&L")
        whole = title and _FONTS.sub("", title.replace("&", "&&"))
        return whole is None or left == whole or left.endswith("…") and whole.startswith(left[:-1])

    def _breaks(self, name: str, made: frozenset[int] | None, now: Now) -> None:
        """Pages that the user has begun beside those that we begin, and those of ours that he has taken away."""
        theirs, ours = self._old.find(main(name)), self._new.find(main(name))
        old = {} if theirs is None else {int(each.get("id", "0")): each for each in theirs.iterfind(main("brk"))}
        new = {} if ours is None else {int(each.get("id", "0")): each for each in ours.iterfind(main("brk"))}
        for number in (made or frozenset()) - old.keys():
            new.pop(now(number) or 0, None)
        for number, each in old.items():
            there = now(number)
            if made is not None and number in made or made is None and self._was_ours(name, number):
                continue
            if there is None or new.keys() & {there - 1, there, there + 1}:
                continue
            new[there] = _copied(each)
            new[there].set("id", str(there))
        if ours is not None:
            self._new.remove(ours)
        if new:
            root = etree.Element(main(name), count=str(len(new)), manualBreakCount=str(len(new)))
            root.extend(new[number] for number in sorted(new))
            put_in_order(self._new, root, self._order)

    def _was_ours(self, name: str, number: int) -> bool:
        """Whether a former version may have ended a page there: it did so above the heading of a block."""
        return name == "rowBreaks" and self._is_heading(number + 1)


def _number(said: str | None) -> float:
    try:
        return float(said or "")
    except ValueError:
        return -1.0


def _copied(element: Any) -> Any:
    new = copy.deepcopy(element)
    new.tail = None
    return new
