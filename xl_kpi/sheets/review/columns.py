"""The columns that all tables of レビュー share: a name, ten numbers, a wide one; texts run over several of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from xl_kpi.sheets.blocks.table import Row
from xl_kpi.sheets.excel_text import digits_wide

NAME, NUMBER, WIDE = 26.0, 11.2, 15.0
LINE, AIR, LEAST = 13.5, 5.0, 18.0  # points
MARGIN = 4  # digits that a text does not use
DIGITS = 6  # of a difference: what floats leave of two that are the same is none


def row_of(key: str, tall: float = LEAST) -> Row:
    """A row of a table of the page."""
    return Row(key, f"review:{key}", tall)


def height(texts: Sequence[tuple[str, int]]) -> float:
    """How high a row is that holds texts, each over so many columns of numbers."""
    lines = max(spanned(text, span) for text, span in texts)
    return max(LEAST, LINE * lines + AIR)


def spanned(text: str, span: int) -> int:
    """How many lines a text takes over so many columns of numbers."""
    return max(1, -(-digits_wide(text) // int(NUMBER * span - MARGIN)))


def or_blank(number: Fraction | float | None) -> float | str:
    """What a cell shows of a number, which may be none."""
    return "" if number is None else float(number)


def difference(number: Fraction | None) -> float | str:
    """The same of a difference, to ``DIGITS``."""
    return "" if number is None else round(float(number), DIGITS)
