"""Values and formulas straight from the XML of a workbook: no date is guessed from a number format, and it is quick."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

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
    formulas = ((place, cell.find(f"{MAIN}f")) for place, cell, _ in _cells(data))
    return {place: f"={formula.text}" for place, formula in formulas if formula is not None}


def _cells(data: bytes) -> Iterator[tuple[Place, etree._Element, list[str]]]:
    with ZipFile(BytesIO(data)) as package:

        def root(part: str) -> etree._Element:
            return etree.fromstring(package.read(part))

        texts = []
        if "xl/sharedStrings.xml" in package.namelist():
            texts = ["".join(item.itertext(f"{MAIN}t")) for item in root("xl/sharedStrings.xml")]
        targets = {relation.get("Id"): relation.get("Target") for relation in root("xl/_rels/workbook.xml.rels")}
        for sheet in root("xl/workbook.xml").iter(f"{MAIN}sheet"):
            for cell in root(posixpath.join("/xl", targets[sheet.get(RELATION)])[1:]).iter(f"{MAIN}c"):
                letters, row = re.fullmatch("([A-Z]+)([0-9]+)", cell.get("r")).groups()
                column = 0
                for letter in letters:
                    column = 26 * column + ord(letter) - 64
                yield (sheet.get("name"), int(row), column), cell, texts


def _value(cell: etree._Element, texts: list[str]) -> float | str | bool | None:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(cell.itertext(f"{MAIN}t"))
    value = cell.findtext(f"{MAIN}v")
    if kind == "str":
        return value or ""
    if not value:
        return None
    if kind == "s":
        return texts[int(value)]
    if kind == "b":
        return value == "1"
    return value if kind == "e" else float(value)
