"""How much of a sheet one printed page holds, and where its pages end so that no block is cut without need."""

from __future__ import annotations

from collections.abc import Sequence

from xl_kpi.workbook.spec import SheetSpec

A4 = (11.69, 8.27)  # inches, landscape
MARGINS = (0.5 + 0.5, 0.6 + 0.6)  # of the engine: left and right, top and bottom
POINTS = 72  # in an inch
PIXELS, PADDING, DOTS = 7, 5, 96  # of one character of a column's width, of each column, in an inch
SURE = 0.97  # of the page: fonts differ from machine to machine
SMALLEST = 0.6  # a page that would be printed smaller than this part of what its width allows goes on over several
LEFT_EMPTY = 0.45  # of a page at most, before a block that is cut in any case
LEAST = 0.3  # of a page: with less than this on it no page ends, or its title would stand alone


def room(page: SheetSpec, last_column: int) -> float:
    """The height in points, at 100 %, of the rows that one page of A4 holds.

    Arguments: ``last_column`` of those that are printed.

    Equation: height of the paper ÷ scale, where the scale makes all columns fit on ``fit_width`` pages and is
    at most 100 %.
    """
    pixels = sum(PIXELS * page.widths.get(column, 8.43) + PADDING for column in range(1, last_column + 1))
    across, down = (inches - margin for inches, margin in zip(A4 if page.landscape else A4[::-1], MARGINS))
    scale = min(1.0, across * max(page.fit_width, 1) * DOTS / pixels)
    return SURE * down * POINTS / scale


def height(page: SheetSpec, first: int, last: int) -> float:
    """The height in points of the rows from ``first`` to ``last``."""
    return sum(page.heights.get(row, page.default_height) for row in range(first, last + 1))


def breaks(page: SheetSpec, blocks: Sequence[tuple[int, int]], whole: float, repeated: float = 0.0) -> list[int]:
    """The rows after which a page ends, so that each block stands on one page where it can.

    Arguments: ``blocks`` first and last row of each, from top to bottom; ``whole`` the ``room`` of a page;
    ``repeated`` the height of the rows that each page but the first begins with.
    Result: a block that is longer than a page begins where it stands, unless little of the page is left.
    Example: two tables of 20 rows from row 2 on, a page with room for 30: [22], the row above the second.
    """
    found: list[int] = []
    used = height(page, 1, blocks[0][0] - 1) if blocks else 0.0
    end = blocks[0][0] - 1 if blocks else 0
    for first, last in blocks:
        tall, above = height(page, first, last), height(page, end + 1, first - 1)
        fits = used + above + tall <= whole
        filled = (used + above) / whole
        if not fits and filled > LEAST and (tall + repeated <= whole or filled > 1 - LEFT_EMPTY):
            found.append(first - 1)
            used, above = repeated, 0.0
        used += above
        for row in range(first, last + 1):
            one = height(page, row, row)
            used = used + one if used + one <= whole else repeated + one
        end = last
    return found
