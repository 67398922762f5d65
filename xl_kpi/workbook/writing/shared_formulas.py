"""A formula that only moves with its cell told once, as Excel itself stores it: an engine reads it in half the time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xl_kpi.workbook.addresses import column_letters, column_number

# A cell with a formula of its own, as the writer puts it: column, row, other attributes, formula.
_CELL = re.compile(r'<c r="([A-Z]+)([0-9]+)"([^>]*)><f>([^<]*)</f>')
# A text or a sheet's name in quotes, which stay as they are, or a word with the sign behind it that tells what it is.
_WORD = re.compile(r"(\"[^\"]*\"|'[^']*'|[\w.$\\]+[(:]?)")
# Dollar, column, dollar, row; not a function (LOG10), not a part of a name (tax_A1, A1_old).
_REFERENCE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]+)(:?)")
# What looks like a reference and is none, or is one that the pattern above doesn't see: columns (B:D), rows (5:9),
# small letters; a column of a table, a pattern's own braces, quotes told otherwise.  A formula with one of these is
# told as it stands.
_UNSURE_WORD = re.compile(r"\$?[A-Za-z]{1,3}:|\$?[0-9]+:|\$?[A-Za-z]{1,3}\$?[0-9].*")
_UNSURE_SIGN = re.compile(r"[\[{}]|&quot;|&apos;")

Holes = tuple[tuple[bool, int], ...]
Reference = tuple[str, int, int]  # the word with holes; column and row, 0 where they stay as they are


@dataclass(frozen=True, slots=True)
class _Told:
    """A formula with holes for what moves; each hole is a column or not, and how far from that of the cell itself."""

    number: int
    pattern: str
    holes: Holes

    def at(self, row: int, column: int) -> str:
        """The formula moved to that cell; what leaves the sheet is no reference."""
        return self.pattern.format(
            *[column_letters(column + offset) if of_column else row + offset for of_column, offset in self.holes]
        )


def shared(xml: str, said: set[str]) -> str:
    """A sheet's XML in which a formula that only moves with its cell is written out in the first of its cells.

    ``xml`` the part of a sheet in which no formula is shared yet; ``said`` gets every word of its formulas, or the
    formula that has it.
    Equation: a cell shares a formula that is told before it when that formula, with every relative row and column
    moved by the rows and columns between the two, is its own to the letter.
    Example: ``A1*2``, ``A2*2`` in B1 and B2: B1 tells ``A1*2`` with number 0, B2 says "number 0".
    Source: ECMA-376 part 1, 18.3.1.40 (f, attributes t and si).
    """
    references: dict[str, Reference | None] = {}
    known: dict[tuple[str, Holes], _Told] = {}
    above: dict[str, _Told] = {}  # letters of a column → what its last formula shares
    beside: _Told | None = None  # what the last formula of this row shares
    line = ""

    def share(match: re.Match[str]) -> str:
        nonlocal beside, line
        letters, place, attributes, formula = match.groups()
        row, column = int(place), column_number(letters)
        if place != line:
            beside, line = None, place
        for told in (above.get(letters), beside):
            if told is not None and told.at(row, column) == formula:
                break
        else:
            parts = _taken_apart(formula, row, column, references)
            if parts is None:
                said.add(formula)
                return match[0]
            told = known.get(parts)
            if told is None:
                number = len(known)
                known[parts] = above[letters] = beside = _Told(number, *parts)
                cell = f"{letters}{place}"
                return f'<c r="{cell}"{attributes}><f t="shared" ref="{cell}" si="{number}">{formula}</f>'
        above[letters] = beside = told
        return f'<c r="{letters}{place}"{attributes}><f t="shared" si="{told.number}"/>'

    told_once = _CELL.sub(share, xml)
    said.update(references)
    return told_once


def _reference(word: str) -> Reference | None:
    """What of a word moves with the cell; None where it can't be told."""
    if found := _REFERENCE.fullmatch(word):
        fixed_column, letters, fixed_row, row, colon = found.groups()
        moving = f"{fixed_column or '{}'}{letters if fixed_column else ''}{fixed_row or '{}'}{row if fixed_row else ''}"
        return moving + colon, 0 if fixed_column else column_number(letters), 0 if fixed_row else int(row)
    return None if _UNSURE_WORD.fullmatch(word) else (word, 0, 0)


def _taken_apart(
    formula: str, row: int, column: int, references: dict[str, Reference | None]
) -> tuple[str, Holes] | None:
    """Pattern and holes of ``_Told`` for a formula that stands in this cell; None where they can't be told.

    ``references`` keeps what is known of the words of a sheet.
    """
    if _UNSURE_SIGN.search(formula):
        return None
    parts = _WORD.split(formula)
    holes: list[tuple[bool, int]] = []
    for at in range(1, len(parts), 2):
        word = parts[at]
        if word in references:
            reference = references[word]
        else:
            reference = references[word] = _reference(word)
        if reference is None:
            return None
        parts[at], own_column, own_row = reference
        if own_column:
            holes.append((True, own_column - column))
        if own_row:
            holes.append((False, own_row - row))
    return "".join(parts), tuple(holes)
