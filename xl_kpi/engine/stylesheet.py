"""The list of styles of a user's workbook into openpyxl: as far as our styles go, whatever else stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.workbook import Workbook
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import Element, fromstring, tostring

PREFIX = "kpi "  # how our styles are called in Excel's list of cell styles
_LOOKS = (("fonts", "fontId", "font"), ("fills", "fillId", "fill"), ("borders", "borderId", "border"))
_NEEDLESS = ("dxfs", "tableStyles", "extLst")


@lru_cache(maxsize=2)  # the workbooks of one command wear the same
def named_styles(styles: bytes | None) -> tuple[dict[int, str], Workbook]:
    """Our style names by the number that cells refer to (openpyxl renumbers its own list, so it can't say), and a
    workbook with these styles and the cell formats that use them, for reading.

    Special cases: no names where there are none of ours, or the list is none that can be read.
    """
    try:
        ours = {int(each.get("xfId")): each.get("name")[len(PREFIX) :] for each in _named(fromstring(styles or b""))}
        return ours, _stylesheet(styles or b"", ours) if ours else Workbook()
    except Exception:  # XML or openpyxl, each with an error of its own; a look that nobody knows dresses nothing
        return {}, Workbook()


def _stylesheet(styles: bytes, ours: Mapping[int, str]) -> Workbook:
    """The workbook, each format under its number.

    Fonts, fills and formats of others stand there as blanks: what openpyxl does not know of them does no harm.
    """
    root = fromstring(styles)
    formats, cells = _all(root, "cellStyleXfs"), _all(root, "cellXfs")
    worn = [each for number, each in enumerate(formats) if number in ours or not number]
    worn += [each for number, each in enumerate(cells) if int(each.get("xfId", "0")) in ours or not number]
    for list_, attribute, tag in _LOOKS:
        used = {int(each.get(attribute, "0")) for each in worn} | {0}
        for number, each in enumerate(_all(root, list_)):
            if number not in used:
                _empty(each)
                each.extend([Element(_tag("patternFill"))] if tag == "fill" else [])
    for numbered in (formats, cells):
        for number, each in enumerate(numbered):
            if number and each not in worn:
                _empty(each)
    mine = list(_named(root))
    for names in list(root.iter(_tag("cellStyles"))):
        for each in list(names):
            if each not in mine and each.get("xfId") != "0":
                names.remove(each)
    for name in _NEEDLESS:
        for each in root.findall(_tag(name)):
            root.remove(each)
    _number_own_formats(root)
    workbook = Workbook()
    apply_stylesheet(_Part(tostring(root)), workbook)
    return workbook


def _number_own_formats(root: Any) -> None:
    """Number formats of the file's own to where Excel has them: Gnumeric gives them numbers below (100, 101 …), by
    which openpyxl takes those of named styles for Excel's own formats, which there are none of."""
    own = _all(root, "numFmts")
    free = max([BUILTIN_FORMATS_MAX_SIZE - 1, *(int(each.get("numFmtId", "0")) for each in own)]) + 1
    low = {number: str(new) for new, number in enumerate(_low(own), start=free)}
    for each in (*own, *_all(root, "cellStyleXfs"), *_all(root, "cellXfs")):
        if each.get("numFmtId") in low:
            each.set("numFmtId", low[each.get("numFmtId")])


def _low(formats: list[Any]) -> list[str]:
    numbers = (each.get("numFmtId", "0") for each in formats)
    return [number for number in dict.fromkeys(numbers) if int(number) < BUILTIN_FORMATS_MAX_SIZE]


class _Part:
    """A package that has this one part."""

    def __init__(self, content: bytes):
        self._content = content

    def read(self, name: str) -> bytes:
        return self._content


def _empty(element: Any) -> None:
    """Nothing of an element but its place in the list."""
    element.attrib.clear()
    for child in list(element):
        element.remove(child)


def _named(root: Any) -> Iterator[Any]:
    for each in root.iter(_tag("cellStyle")):
        if each.get("name", "").startswith(PREFIX) and each.get("xfId", "").isdigit():
            yield each


def _all(root: Any, name: str) -> list[Any]:
    found = root.find(_tag(name))
    return [] if found is None else [each for each in found if isinstance(each.tag, str)]


def _tag(name: str) -> str:
    return f"{{{SHEET_MAIN_NS}}}{name}"
