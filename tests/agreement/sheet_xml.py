"""Values and formulas straight from the XML of a workbook: no date is guessed from a number format, and it is quick."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL, _FORMULA, _RESULT, _TEXT = (f"{MAIN}{tag}" for tag in ("c", "f", "v", "t"))

Place = tuple[str, int, int]  # sheet, row, column


def read_values(data: bytes) -> dict[Place, float | str | bool]:
    """What a reader sees that computes nothing: constants, and the results stored beside the formulas.

    Dates are the numbers that stand in the file, errors their text; blank cells are left out.
    """
    found = {}
    for place, cell, texts in _cells(data):
        value = _value(cell, texts)
        if value is not None:
            found[place] = value
    return found


def read_formulas(data: bytes) -> dict[Place, str]:
    """The formula of each cell that has one, with its "="."""
    formulas = ((place, cell.find(_FORMULA)) for place, cell, _ in _cells(data))
    return {place: f"={formula.text}" for place, formula in formulas if formula is not None}


def _cells(data: bytes) -> Iterator[tuple[Place, etree._Element, list[str]]]:
    with ZipFile(BytesIO(data)) as package:

        def root(part: str) -> etree._Element:
            return etree.fromstring(package.read(part))

        texts = []
        if "xl/sharedStrings.xml" in package.namelist():
            texts = ["".join(item.itertext(_TEXT)) for item in root("xl/sharedStrings.xml")]
        targets = {relation.get("Id"): relation.get("Target") for relation in root("xl/_rels/workbook.xml.rels")}
        for sheet in root("xl/workbook.xml").iter(f"{MAIN}sheet"):
            name = sheet.get("name")
            for cell in root(posixpath.join("/xl", targets[sheet.get(RELATION)])[1:]).iter(_CELL):
                address = cell.get("r")
                letters = address.rstrip("0123456789")
                yield (name, int(address[len(letters) :]), _column(letters)), cell, texts


@cache
def _column(letters: str) -> int:
    assert letters.isascii() and letters.isalpha() and letters.isupper()
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    return column


def _value(cell: etree._Element, texts: list[str]) -> float | str | bool | None:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(cell.itertext(_TEXT))
    value = next((child.text for child in cell if child.tag == _RESULT), None)
    if kind == "str":
        return value or ""
    if not value:
        return None
    if kind == "s":
        return texts[int(value)]
    if kind == "b":
        return value == "1"
    return value if kind == "e" else float(value)
