"""A formula that runs down a column told once, as Excel itself stores it: what an engine reads in half the time."""

from __future__ import annotations

import re

# A cell with a formula of its own, as the writer puts it: column, row, other attributes, formula.
_CELL = re.compile(r'<c r="([A-Z]+)([0-9]+)"([^>]*)><f>([^<]*)</f>')
# The relative row of a reference: not a function (LOG10), not a part of a name (tax_A1, A1_old, FY2027).
_ROW = re.compile(r"(?<![A-Za-z0-9_.\\])([A-Z]{1,3})([0-9]+)(?![0-9A-Za-z_.(])")
# What looks like a reference and is none, or is one that the pattern above doesn't see: text, a sheet's name in
# quotes, a column of a table, rows (5:9), small letters, a pattern's own braces.  Such a formula is told as it stands.
_UNSURE = re.compile(r"[\"'\[{}]|&quot;|&apos;|(?<![A-Za-z0-9$])\$?[0-9]+:|(?<![A-Za-z_.$])\$?[a-z]{1,3}\$?[0-9]")


def shared(xml: str) -> str:
    """A sheet's XML in which a formula that only moves with its row is written out in the first of its cells.

    ``xml`` the part of a sheet in which no formula is shared yet; one where some are comes back as it is.
    Equation: a cell shares the formula of the last cell above it in its column that tells one when that
    formula, with every relative row moved by the rows between the two, is its own to the letter.
    Example: ``A1*2``, ``A2*2`` in B1 and B2: B1 tells ``A1*2`` with number 0, B2 says "number 0".
    Source: ECMA-376 part 1, 18.3.1.40 (f, attributes t and si).
    """
    if 't="shared"' in xml:
        return xml
    above: dict[str, tuple[str, tuple[int, ...], int]] = {}
    told = 0

    def share(match: re.Match[str]) -> str:
        nonlocal told
        column, place, attributes, formula = match.groups()
        row = int(place)
        if known := above.get(column):
            pattern, offsets, number = known
            if pattern.format(*[row + offset for offset in offsets]) == formula:
                return f'<c r="{column}{place}"{attributes}><f t="shared" si="{number}"/>'
        if _UNSURE.search(formula):
            above.pop(column, None)
            return match[0]
        offsets = tuple(int(found[2]) - row for found in _ROW.finditer(formula))
        above[column] = _ROW.sub(r"\1{}", formula), offsets, told
        cell = f"{column}{place}"
        told += 1
        return f'<c r="{cell}"{attributes}><f t="shared" ref="{cell}" si="{told - 1}">{formula}</f>'

    return _CELL.sub(share, xml)
