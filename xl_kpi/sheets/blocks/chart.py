"""A chart of rows of a table by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xl_kpi.errors import XlKpiError
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.layout import Block
from xl_kpi.sheets.blocks.table import MonthTable
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.workbook.addresses import column_letters
from xl_kpi.workbook.spec import Chart, Series, SheetSpec

ROWS = 15


@dataclass(frozen=True)
class Drawn:
    """One series: a row of the table, what it is called in the legend, how it is drawn."""

    row: str
    name: str
    look: Series


class ChartBlock(Block):
    """A chart over the width of the page; its numbers are those of the table, blanks stay blank."""

    def __init__(
        self, id: str, title: str, table: MonthTable, drawn: Sequence[Drawn], *, above: int = 1, axis_title: str = ""
    ):
        super().__init__(id, above)
        self._title, self._table, self._drawn, self._axis_title = title, table, drawn, axis_title
        self._source: ChartSource | None = None

    @property
    def rows(self) -> int:
        return ROWS

    def place(self, ctx: Context, sheet: str, top: int) -> None:
        super().place(ctx, sheet, top)
        self._source = chart_data.reserve(ctx, len(self._drawn), ctx.plan.months)

    def draw(self, ctx: Context, page: SheetSpec, last_column: int) -> None:
        if self._source is None:
            raise XlKpiError(f"chart {self.id!r} stands on no page yet")
        chart_data.by_month(ctx, self._source, [self._line(one) for one in self._drawn])
        area = f"{self.at(0, 0).free}:{column_letters(last_column)}{self.top + ROWS - 1}"
        looks = tuple(one.look for one in self._drawn)
        page.charts.append(Chart(area, self._title, str(self._source), looks, axis_title=self._axis_title))

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
