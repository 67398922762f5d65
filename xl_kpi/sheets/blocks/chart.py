"""Charts on a page: what all kinds share, and rows of a table by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xl_kpi.errors import XlKpiError
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks import paper
from xl_kpi.sheets.blocks.head import FIRST_COLUMN
from xl_kpi.sheets.blocks.layout import Block
from xl_kpi.sheets.blocks.table import MonthTable
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.workbook.addresses import column_letters
from xl_kpi.workbook.spec import Chart, Series, SheetSpec

ROWS = 13


def month_format(months: int, most: int) -> str:
    """How an axis with so many months writes them: 2026/04, or '26/04 where there is no room for more than ``most``."""
    return "\\'yy/mm" if months > most else "yyyy/mm"


@dataclass(frozen=True)
class Drawn:
    """One series: a row of the table, what it is called in the legend, how it is drawn."""

    row: str
    name: str
    look: Series


class AnyChart(Block):
    """A chart on a page and the room for its numbers: ``size`` how many series and points each.

    ``tall`` how many rows it takes.  It is as wide as the page, or as the first of several on paper.  What is drawn is
    for its kinds to say.
    """

    is_chart = True

    def __init__(self, id: str, size: tuple[int, int], *, above: int = 1, tall: int = ROWS):
        super().__init__(id, above)
        self._size, self._tall = size, tall
        self._source: ChartSource | None = None

    @property
    def rows(self) -> int:
        return self._tall

    def place(self, ctx: Context, sheet: str, top: int) -> None:
        super().place(ctx, sheet, top)
        self._source = chart_data.reserve(ctx, *self._size)

    @property
    def source(self) -> ChartSource:
        """Where its numbers stand."""
        if self._source is None:
            raise XlKpiError(f"chart {self.id!r} stands on no page yet")
        return self._source

    def put(self, page: SheetSpec, last_column: int, title: str, looks: Sequence[Series], **about: Any) -> None:
        """The chart itself; ``about`` what else a ``Chart`` says."""
        first, last = paper.behind_titles(page), min([last_column, *page.column_breaks])
        area = f"{self.at(0, first - FIRST_COLUMN).free}:{column_letters(last)}{self.top + self._tall - 1}"
        page.charts.append(Chart(area, title, str(self.source), tuple(looks), **about))


class ChartBlock(AnyChart):
    """Rows of a table by month; blanks stay blank."""

    def __init__(
        self, id: str, title: str, table: MonthTable, drawn: Sequence[Drawn], *, above: int = 1, axis_title: str = "",
        number_format: str = "#,##0", minimum: float = 0, tall: int = ROWS,
    ):  # fmt: skip
        super().__init__(id, (len(drawn), len(table.months)), above=above, tall=tall)
        self._title, self._table, self._drawn, self._axis_title = title, table, drawn, axis_title
        self._number_format, self._minimum = number_format, minimum

    def draw(self, ctx: Context, page: SheetSpec, last_column: int) -> None:
        chart_data.by_month(ctx, self.source, [self._line(one) for one in self._drawn])
        self.put(page, last_column, self._title, [one.look for one in self._drawn], axis_title=self._axis_title,
                 number_format=self._number_format, minimum=self._minimum,
                 category_format=month_format(len(self._table.months), 12))  # fmt: skip

    def _line(self, drawn: Drawn) -> chart_data.Line:
        cells = [str(self._table.cell(drawn.row, key)) for key in self._table.months]
        texts = [f'=IF(ISNUMBER({cell}),{cell},"")' for cell in cells]
        values = []
        for key in self._table.months:
            cell = self._table.at_cell(drawn.row, key)
            computed = cell is not None and cell.formula is not None  # without a value it is the engine's alone
            values.append(cell.value if cell and (computed or cell.value is not None) else "")
        in_quotes = drawn.name.replace('"', '""')
        return drawn.name, f'="{in_quotes}"', values, texts
