"""What stands on a page can be read: columns as wide as their numbers, rows as high as their texts."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import replace

from xl_kpi.sheets.blocks import paper
from xl_kpi.sheets.blocks.head import FIRST_COLUMN
from xl_kpi.sheets.excel_text import digits_wide, number_width, word_width
from xl_kpi.workbook.cells.rectangles import rect_of
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.theme import Style, style

LABELS = ("label", "label_strong", "total")  # styles that shrink or cut a text; with "_wrap" they break it
SHRUNK = 0.91  # of a label, columns of how many characters show a digit
BOLD, SURE = 1.02, 1.05  # times as wide: at least, and in the widest of the fonts that stand for ours
LINE, AIR, TIGHT = 14.0, 2.0, 1.3  # points of a line of 10 points, of a row besides; the least line, in sizes
LONG = 11  # signs of a number of which each may be a little wider than thought
LEAST_NAME = 16.0  # characters of a column with names
USUAL = 8.43  # characters of a column of which nothing is said
_NUMBER = re.compile(r'^(?:\[[^]]*\])?(?:"([^"]*)")?#,##0(?:\.(0*)(#*))?')
_SAID = re.compile(r"[+-]?\d[\d,.]*")  # a number as a text
_FEW = re.compile(r"\[<([\d.]+)\]([^;]*)")
_SHARE = re.compile('"[^"]*"0%')
_PIECES = re.compile(r"[!-\u024f]+|.")


def fit(page: SheetSpec) -> None:
    """Make columns as wide as their numbers and the longest word of their headers, rows as high as their texts.

    What numbers need so that a printed page could no longer be read, the names in the first column give: they break.
    """
    words_in_one_piece(page)
    room = paper.across(page) * 100 / (paper.LEAST_ZOOM + 2 * paper.LEFT_ACROSS)
    before = _across(page)
    numbers_in_full(page)
    if before <= room < (now := _across(page)):
        page.widths[FIRST_COLUMN] = max(LEAST_NAME, page.widths[FIRST_COLUMN] - (now - room) / paper.WIDE[0])
    labels_in_lines(page)
    texts_in_full(page)


def words_in_one_piece(page: SheetSpec) -> None:
    """Columns are as wide as the longest word of their headers."""
    merged = _merged(page)
    for (row, column), cell in page.cells.items():
        if cell.style == "header" and isinstance(cell.value, str) and (row, column) not in merged:
            page.widths[column] = max(page.widths.get(column, USUAL), word_width(cell.value))


def numbers_in_full(page: SheetSpec, but: Collection[int] = ()) -> None:
    """Columns, all ``but`` some, are as wide as the numbers that stand there now: none is shown as ####."""
    merged = _merged(page)
    for (row, column), cell in page.cells.items():
        look, value = style(cell.style), cell.value
        if column > 1 and column not in but and not look.shrink and (row, column) not in merged:
            said = value if isinstance(value, str) and _SAID.fullmatch(value) else ""
            said = shown(float(value), look) if isinstance(value, (int, float)) else said
            sure = number_width(said, look.size * (SURE if look.bold else 1))
            least = sure if len(said) > LONG else number_width(said, look.size * (BOLD if look.bold else 1))
            if said and least > page.widths.get(column, USUAL):
                page.widths[column] = round(sure + 0.05, 1)


def shown(value: float, look: Style) -> str:
    """An amount or a count as its format shows it; a share behind a word; "" of other formats, which are short.

    Example: 1234.5 as "#,##0.0##" → "1,234.5".
    """
    if few := _FEW.search(look.number_format):  # with digits after the point up to a number
        code = few[2] if value < float(few[1]) else "#,##0"
    else:
        code = look.number_format
    found = _NUMBER.match(code)
    if not found:
        return code.split('"')[1] + f"{value:.0%}" if _SHARE.fullmatch(code) else ""
    word, least, more = found[1] or "", len(found[2] or ""), len(found[3] or "")
    text = f"{value:,.{least + more}f}"
    return word + (text[: len(text) - more] + text[len(text) - more :].rstrip("0") if more else text).rstrip(".")


def labels_in_lines(page: SheetSpec) -> None:
    """Labels that would be shrunk stand in several lines instead."""
    for row, column, room in _in_one_row(page):
        cell = page.cells[row, column]
        if cell.style in LABELS and SHRUNK * digits_wide(str(cell.value or "")) > room:
            page.cells[row, column] = replace(cell, style=f"{cell.style}_wrap")
            page.heights[row] = max(page.heights.get(row, page.default_height), 2 * LINE + AIR)


def texts_in_full(page: SheetSpec) -> None:
    """Rows are as high as their texts that may run over several lines."""
    for row, column, room in _in_one_row(page):
        cell = page.cells[row, column]
        look = style(cell.style)
        if not isinstance(cell.value, str) or not look.wrap:
            continue
        size = look.size * (SURE if look.bold else 1)
        needed = lines(cell.value, (room - 0.6 - look.indent) * 11 / size)
        height = page.heights.get(row, page.default_height)
        if needed > 1 and needed * look.size * TIGHT > height + 2:
            page.heights[row] = needed * LINE * look.size / 10 + AIR


def lines(text: str, room: float) -> int:
    """How many lines a text takes where ``room`` digits stand in one; East Asian ones break anywhere."""
    count = 0
    for line in text.split("\n"):
        used, count = 0.0, count + 1
        for piece in _PIECES.findall(line):
            wide = digits_wide(piece)
            if used and used + wide > room:
                if piece == " ":  # the next one begins a line
                    continue
                used, count = 0.0, count + 1
            over = math.ceil(wide / max(room, 1)) - 1
            used, count = (wide - over * room if over else used + wide), count + over
    return count


def _across(page: SheetSpec) -> float:
    """How many pixels its widest printed page takes; names are on each."""
    last = max((column for row, column in page.cells if row > 1), default=1)
    ends = [*page.column_breaks, last]
    pages = [[1, FIRST_COLUMN, *range(first + 1, end + 1)] for first, end in zip([FIRST_COLUMN, *ends], ends)]
    return paper.widest(page, pages)


def _in_one_row(page: SheetSpec) -> list[tuple[int, int, float]]:
    """The row and the column of each cell that no other row is merged into, and the characters that it has."""
    merged, found = _merged(page), []
    for row, column in page.cells:
        bottom, right = merged.get((row, column), (row, column))
        if bottom == row:
            found.append((row, column, sum(page.widths.get(each, USUAL) for each in range(column, right + 1))))
    return found


def _merged(page: SheetSpec) -> dict[tuple[int, int], tuple[int, int]]:
    """The first cell of each merged area → the last one: row and column."""
    found = {}
    for area in page.merges:
        if one := rect_of(area):
            found[one.row, one.column] = (one.last_row, one.last_column)
    return found
