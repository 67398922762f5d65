"""The parts of a gap as they are shown, on 計算: rounded so that they add up to it as shown (``calc.review.shown``)."""

from __future__ import annotations

import math

from xl_kpi.calc.review.shown import FINE, TENTHS, shown_parts
from xl_kpi.sheets.blocks.closed_rows import block_cell
from xl_kpi.sheets.context import ChartSource


def fill(source: ChartSource, columns: tuple[int, int, int, int], count: int, whole: float, whole_text: str) -> None:
    """The parts of a block as they are shown (``calc.review.shown``), in three columns: each in units of a ten
    millionth, what is left of a tenth, and rounded, the largest rests up."""
    part, units, rest, shown = columns
    found = [source.cells[1 + k, part][0] for k in range(count)]
    numbers = [one for one in found if not isinstance(one, str)]
    told = iter(shown_parts(numbers, whole))

    def text(column: int, first: int, last: int) -> str:
        return block_cell(source, first, column).to(block_cell(source, last, column)).here

    missing = f"ROUND({TENTHS}*({whole_text}),0)-(SUM({text(units, 1, count)})-SUM({text(rest, 1, count)}))/{FINE}"
    for line, one in enumerate(found, 1):
        here, unit, left = (block_cell(source, line, column).here for column in (part, units, rest))
        low = f"INT({unit}/{FINE})"
        rank = f'COUNTIF({text(rest, 1, count)},">"&{left})+COUNTIF({text(rest, 1, line)},{left})'
        texts = (
            f"ROUND({here}*{FINE * TENTHS},0)",
            f"{unit}-{FINE}*{low}",
            f"({low}+IF({rank}<={missing},1,0))/{TENTHS}",
        )
        value: tuple[object, ...] = ("", "", "")
        if not isinstance(one, str):
            whole_units = math.floor(one * FINE * TENTHS + 0.5)
            value = (whole_units, whole_units % FINE, next(told))
        for column, number, formula in zip((units, rest, shown), value, texts, strict=True):
            source.cells[line, column] = (number, f'=IF(ISNUMBER({here}),{formula},"")', "calc")
