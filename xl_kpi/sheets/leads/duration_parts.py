"""What the blocks of 所要日数 share: widths, cells that are plain numbers where only totals are known, charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.chart import AnyChart
from xl_kpi.sheets.blocks.table import Table
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.spec import Series, SheetSpec

NAME, DAY, NARROW = 21.5, 10.8, 8.4  # widths: of names, of the figure that may be a day, of others
SAID = 3  # columns that a sentence takes
TALL = 11  # rows of a chart


@dataclass(frozen=True)
class Put:
    """A figure into a cell: with its formula over the rows, alone where it is of totals."""

    ctx: Context
    is_totals: bool

    def __call__(self, table: Table, row: str, column: str, value: Any, style: str, formula: str) -> None:
        if self.is_totals:
            table.put(row, column, None if value == "" else value, style)
        else:
            table.put(row, column, value, style, formula=f"={formula}")


class RowsChart(AnyChart):
    """A chart of columns of a table: a category for each of some rows, a series for each column."""

    def __init__(
        self,
        id: str,
        title: str,
        table: Table,
        rows: Sequence[str],
        series: dict[str, Series],
        look: str,
        maximum: float | None = None,
    ):
        super().__init__(id, (len(series), len(rows)), tall=TALL)
        self._title, self._table, self._rows, self._series, self._look = title, table, rows, series, look
        self._maximum = maximum

    def draw(self, ctx: Context, page: SheetSpec, last_column: int) -> None:
        table = self._table
        lines = [
            (str(table.head_text(column)), f"={table.head(column)}", [self._value(row, column) for row in self._rows],
             [f'=IF(ISNUMBER({cell}),{cell},"")' for cell in (table.cell(row, column) for row in self._rows)])
            for column in self._series
        ]  # fmt: skip
        names = [str(self._value(row, "name")) for row in self._rows]
        chart_data.by_stage(self.source, lines, names, [f'={table.cell(row, "name")}&""' for row in self._rows])
        about = {"number_format": self._look, "category_format": "General", "maximum": self._maximum}
        self.put(page, last_column, self._title, [*self._series.values()], **about)

    def _value(self, row: str, column: str) -> Any:
        cell = self._table.at_cell(row, column)
        return "" if cell is None or cell.value is None else cell.value
