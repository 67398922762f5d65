"""How much of a sheet one printed page holds, and where its pages end so that no block is cut without need."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.workbook.addresses import column_number, relative
from xl_kpi.workbook.cells.rectangles import rect_of
from xl_kpi.workbook.spec import MARGINS as PAGE
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.theme import style

A4 = (11.69, 8.27)  # inches, landscape
MARGINS = (PAGE[0] + PAGE[1], PAGE[2] + PAGE[3])  # left and right, top and bottom
POINTS = 72  # in an inch
DOTS = 96  # pixels in an inch
NARROW, WIDE = (
    (7.0, 5.0),
    (9.33, 6.63),
)  # pixels of a column's character, and of each column: Excel; where Calibri lacks
SURE = 0.97  # of the page: fonts differ from machine to machine
LEFT_ACROSS = 0.05  # percent of its width that stay free: LibreOffice rounds the width of columns
SMALLEST = 7.0  # points: no text is printed smaller for the sake of one page
LEAST_ZOOM = 70  # percent: texts of 10 points are printed at 7
LOWER = (1.0, 0.85, 0.7)  # of a row's height: those of charts, where that saves a page
QUARTER = 3  # months
LEFT_EMPTY = 0.45  # of a page at most, before a block that is cut in any case
TALLER = 1.08  # than a page: what is looked up is rather printed a little smaller than on a second one
MARGIN = 1.7  # characters: the first column, with the ids, of every sheet
EDGELESS = "section", "note", "text", "subtitle", "key"  # styles of which a blank cell shows nothing, or a rule alone
UNSURE = 3  # pages that nobody has ended: by then programs differ by a row, and a heading could stand alone
LEAST = 0.3  # of a page: with less than this on it no page ends, or its title would stand alone


def room(page: SheetSpec, last_column: int) -> float:
    """The height in points, at 100 %, of the rows that one page of A4 holds wherever it is printed.

    Arguments: ``last_column`` of those that are printed.

    Equation: height of the paper ÷ scale, where the scale makes all columns fit on ``fit_width`` pages and is
    at most 100 %.
    """
    return SURE * _down(page) / scale(page, last_column, NARROW)


def scale(page: SheetSpec, last_column: int, font: tuple[float, float] = WIDE) -> float:
    """How much smaller than at 100 % a page is printed so that its columns fit on ``fit_width`` pages; at most 1.

    Columns that are repeated stand on every page.  ``font``: columns are wider where another one stands for Calibri.
    """
    if page.zoom:
        return page.zoom / 100
    pages = max(page.fit_width, 1)
    pixels = _pixels(page, last_column, font)
    if pages > 1 and page.print_title_columns:
        pixels += (pages - 1) * _pixels(page, column_number(page.print_title_columns.rpartition("$")[2]), font)
    return min(1.0, across(page) * pages / pixels)


def across(page: SheetSpec) -> float:
    """The width in pixels that a page has for cells."""
    return ((A4 if page.landscape else A4[::-1])[0] - MARGINS[0]) * DOTS


def _down(page: SheetSpec) -> float:
    """The height in points that a page has for cells."""
    return ((A4 if page.landscape else A4[::-1])[1] - MARGINS[1]) * POINTS


def widest(page: SheetSpec, pages: Sequence[Sequence[int]], font: tuple[float, float] = WIDE) -> float:
    """How many pixels the widest of some printed pages takes, each given by its columns."""
    return max(sum(font[0] * page.widths.get(column, 8.43) + font[1] for column in one) for one in pages)


def _pixels(page: SheetSpec, last_column: int, font: tuple[float, float]) -> float:
    return widest(page, [range(1, last_column + 1)], font)


def columns(names: Sequence[float | None], width: float, size: float = 10.0) -> int:
    """How many columns of a width stand beside those with names on a page of A4 whose texts of a size stay readable.

    Arguments: widths in characters; ``size`` in points of the smallest text.  Result: at least 1.
    Equation: (width of the paper × size ÷ 7 points − the names) ÷ the width of one.
    """
    return max(1, int(_left_beside(names, size) // _wide(width)))


def left_for_one(widths: Sequence[float]) -> float:
    """How many characters wide one more column may be beside those of these widths, so that texts of 10 points stay
    readable; one percent is for programs that print in whole percents."""
    return (_left_beside(widths, 9.9) - WIDE[1]) / WIDE[0]


def columns_apart(widths: Sequence[float], first: int) -> list[int]:
    """The columns after which a page of A4 ends so that texts of 10 points stay readable; none where all stand on one.

    Arguments: ``widths`` in characters from column ``first`` on, which every page begins with.
    """
    room, used = _left_beside(widths[:1], 10.0), 0.0
    ends: list[int] = []
    for column, width in enumerate(map(_wide, widths[1:]), first + 1):
        if used and used + width > room:
            ends.append(column - 1)
            used = 0.0
        used += width
    return ends


def side_by_side(ends: list[int]) -> dict[str, Any]:
    """How a sheet is printed whose pages end after these columns: what stands in the first one is on each page."""
    return {"fit_height": 0, "column_breaks": ends, "print_title_columns": "$A:$B" if ends else ""}


def _left_beside(names: Sequence[float | None], size: float) -> float:
    """How many pixels a page of A4 has beside columns with names where texts of a size stay readable."""
    room = (A4[0] - MARGINS[0]) * DOTS * size / SMALLEST
    return room - sum(_wide(one or 0) for one in (MARGIN, *names))


def _wide(width: float) -> float:
    """The pixels of a column of so many characters where another font stands for Calibri."""
    return WIDE[0] * width + WIDE[1]


def behind_titles(page: SheetSpec) -> int:
    """The column in which a text begins that runs on over others: not one that is printed again, cut, on each page."""
    again = page.print_title_columns if page.column_breaks or page.fit_width > 1 else ""
    return column_number(again.rpartition("$")[2]) + 1 if again else 2


def in_lines(page: SheetSpec, row: int, column: int, last_column: int) -> None:
    """Break a long remark into lines where it would run over the edge of the first printed page.

    Arguments: ``last_column`` of those that are printed: where pages stand side by side, the first one ends before.
    """
    last, cell = min([last_column, *page.column_breaks]), page.cells[row, column]
    wide = digits_wide(str(cell.value or ""))
    room = sum(page.widths.get(each, 8.43) for each in range(column, last + 1))
    if page.column_breaks or wide > room:
        page.cells[row, column] = replace(cell, style="note")
        page.merges.append(f"{relative(row, column)}:{relative(row, last)}")
        page.heights[row] = max(page.default_height, 14 * math.ceil(wide / room))


def months_a_page(months: int, most: int) -> int:
    """How many months stand on each of as few pages side by side as can be: all, or whole quarters, fewer on the last.

    Arguments: ``most`` that one page holds.
    Example: 18 months, at most 10 a page: 9.
    """
    return months_that_fit(months, lambda here: here <= most)


def months_that_fit(months: int, fits: Callable[[int], bool]) -> int:
    """The same where ``fits`` says whether so many stand on one page; a quarter does in any case."""
    here, pages = months, 1
    while here > QUARTER and not fits(here):
        pages += 1
        here = QUARTER * -(-months // pages // QUARTER)
    return here


def zoom(page: SheetSpec, last_column: int, found: Callable[[], list[int]]) -> list[int]:
    """Print a page as large as the paper's width allows, unless a size that can still be read saves pages.

    One that stands on a single page across is made to fit its width where no percentage saves a page.
    Arguments: ``found`` where the pages end then.  Result: that.
    """
    ends = [*page.column_breaks, last_column]
    again = range(1, column_number(page.print_title_columns.rpartition("$")[2] or "A") + 1)
    pages = [
        [*(again if first > 1 else ()), *range(first, last + 1)]
        for first, last in zip([1, *(end + 1 for end in ends)], ends)
    ]
    page.zoom, plain = 0, found()
    cut = math.ceil(height(page, 1, max(page.cells)[0]) / room(page, last_column)) - 1  # with ends inside blocks
    page.zoom = 100
    page.zoom = least = math.ceil(100 * SMALLEST / smallest(page, last_column))
    fewest, most = found(), min(100, int(100 * across(page) / widest(page, pages) - LEFT_ACROSS))
    if len(pages) == 1 and (most < least or cut <= len(plain) <= len(fewest)):
        page.zoom = 0
        return plain
    for percent in range(max(least, most), least - 1, -1):
        page.zoom = percent
        if len(found()) <= len(fewest):
            break
    return found()


def lower(page: SheetSpec, rows: Iterable[int], heights: Sequence[float], pages: Callable[[], int]) -> int:
    """Make the rows of charts as high as they are wanted first, unless lower ones save pages.

    Arguments: ``heights`` in points, from the first wanted on; ``pages`` ends them, and gives how many they are.
    Result: that.
    """
    found = {}
    for points in heights:
        page.heights.update(dict.fromkeys(rows, points))
        found[points] = pages()
    page.heights.update(dict.fromkeys(rows, min(heights, key=lambda points: found[points])))
    return pages()


def smallest(page: SheetSpec, last_column: int, font: tuple[float, float] = WIDE) -> float:
    """The size in points, on paper, of the smallest text below the row of links, as far as the width decides."""
    sizes = [
        style(cell.style).size
        for (row, column), cell in page.cells.items()
        if row > 1
        and 1 < column <= last_column
        and cell.style != "key"
        and (cell.formula or cell.value not in (None, ""))
    ]
    return min(sizes, default=SMALLEST) * scale(page, last_column, font)


def fits_one(page: SheetSpec, last_column: int, last_row: int) -> bool:
    """Whether all of it can still be read on a single page."""
    size = smallest(page, last_column) / scale(page, last_column)
    tall = SURE * _down(page) / height(page, 1, last_row)
    return size * min(scale(page, last_column), tall) >= SMALLEST


def height(page: SheetSpec, first: int, last: int) -> float:
    """The height in points of the rows from ``first`` to ``last``."""
    return sum(_heights(page, first, last))


def _heights(page: SheetSpec, first: int, last: int) -> list[float]:
    """The height of each of these rows."""
    folded = {row for head, end in page.folds for row in range(head + 1, end + 1)}
    usual, heights = page.default_height, page.heights.get
    return [0.0 if row in folded else heights(row, usual) for row in range(first, last + 1)]


def last_on_page(page: SheetSpec, row: int, last_row: int, last_column: int) -> int:
    """The last row, up to ``last_row``, for which the page that ends with a row has room."""
    ends = [0, *(end for end in page.row_breaks if end < row)]
    title = int(page.print_title_rows.rpartition("$")[2] or 0)
    used = height(page, title, title) if ends[-1] >= title > 0 else 0.0
    used, whole = used + height(page, ends[-1] + 1, row), room(page, last_column)
    for below, tall in enumerate(_heights(page, row + 1, last_row), row + 1):
        used += tall
        if used > whole:
            break
        row = below
    return row


def breaks(
    page: SheetSpec,
    blocks: Sequence[tuple[int, int]],
    whole: float,
    repeated: float = 0.0,
    groups: Mapping[int, Sequence[int]] | None = None,
    drawn: Collection[int] = (),
) -> list[int]:
    """The rows after which a page ends, so that each block stands on one page where it can.

    Arguments: ``blocks`` first and last row of each, from top to bottom; ``whole`` the ``room`` of a page;
    ``repeated`` the height of the rows that each page but the first begins with; ``groups`` by the first row of a
    block the rows at which a group of its rows begins, none of which is cut; ``drawn`` the first rows of charts, whose
    edge would still be printed below the page before, so that the blank row over them goes with them.
    Result: a block that is longer than a page begins where it stands, unless little of the page is left; one with
    groups is spread evenly over its pages, so that none holds a row or two.
    Example: two tables of 20 rows from row 2 on, a page with room for 30: [22], the row above the second.
    """
    found: list[int] = []
    used = height(page, 1, blocks[0][0] - 1) if blocks else 0.0
    end, unsure = blocks[0][0] - 1 if blocks else 0, 0  # pages that end where a program has them end
    for first, last in blocks:
        tall, above = height(page, first, last), height(page, end + 1, first - 1)
        fits = used + above + tall <= whole
        filled = (used + above) / whole
        if unsure >= UNSURE or not fits and filled > LEAST and (tall + repeated <= whole or filled > 1 - LEFT_EMPTY):
            last_before = end if first in drawn else first - 1
            found.append(last_before)
            used, above, unsure = repeated, height(page, last_before + 1, first - 1), 0
        used += above
        starts = [row for row in (groups or {}).get(first, ()) if first < row <= last]
        if starts:
            pages, top = math.ceil((used + tall) / whole), used + height(page, first, starts[0] - 1)
            while len(ends := _spread(page, starts, top, last, whole, repeated, pages)) >= pages:
                pages += 1  # groups leave room on each page, and may take one more
            found += ends
        for row, one in enumerate(_heights(page, first, last), first):
            if row - 1 in found or used + one > whole:
                unsure = 0 if row - 1 in found else unsure + 1
                used = repeated
            used += one
        end = last
    return found


def parts(page: SheetSpec, last_column: int, last_row: int) -> list[tuple[int, int]]:
    """What is printed of a page whose months are parted over pages, so that no page holds names alone.

    Arguments: the last column and row that are printed.
    Result: last row and last column of each part: rows between two ends of pages that fill the same pages across are
    one.  None where all fill as many.
    """
    ends, found = [*page.column_breaks, last_column], list[tuple[int, int]]()
    lasts = [*(row for row in page.row_breaks if row < last_row), last_row]
    for first, last in zip([1, *(row + 1 for row in lasts)], lasts):
        filled = max((right for top, end, right in _filled(page) if top <= last and end >= first), default=1)
        end = next(end for end in ends if end >= min(filled, last_column))
        if found and found[-1][1] == end:
            found.pop()
        found.append((last, end))
    return found if len(found) > 1 else []


def _filled(page: SheetSpec) -> Iterator[tuple[int, int, int]]:
    """First row, last row and last column of what is seen below the row of links."""
    for (row, column), cell in page.cells.items():
        blank = not cell.formula and cell.value in (None, "")
        if row > 1 and not (blank and cell.style.partition("_")[0] in EDGELESS):
            yield row, row, column
    for area in [*page.merges, *(chart.ref for chart in page.charts)]:
        one = rect_of(area)
        if one and one.row > 1:
            yield one.row, one.last_row, one.last_column


def _spread(
    page: SheetSpec, starts: Sequence[int], used: float, last: int, whole: float, repeated: float, pages: int
) -> list[int]:
    """The rows after which a page ends where groups of rows are spread evenly over so many of them.

    Arguments: ``starts`` the rows at which a group begins, ``last`` the row at which the last one ends; ``used`` the
    height of what stands above on the first page.
    """
    found: list[int] = []
    even = (used + height(page, starts[0], last) + (pages - 1) * repeated) / pages
    for row, after in zip(starts, [*starts[1:], last + 1]):
        group = height(page, row, after - 1)
        if used + group > (whole if len(found) >= pages - 1 else min(whole, even + group / 2)):
            found.append(row - 1)
            used = repeated
        used += group
    return found
