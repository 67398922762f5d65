"""The charts of 連携 and ブランド・信頼: MQL→SQL against the plan, NPS by month, awareness by survey (S9, S11)."""

from __future__ import annotations

from collections.abc import Sequence

from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.chart import AnyChart, ChartBlock, Drawn
from xl_kpi.sheets.blocks.table import Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.relations.parts import Months
from xl_kpi.workbook.spec import Series, SheetSpec
from xl_kpi.workbook.theme import LINE_COLOUR, SERIES_COLOURS

ROWS = 12  # two of them on a page
LEAST_NPS = -100


def handover_chart(ctx: Context, months: Months) -> ChartBlock:
    """MQL→SQL: what was reached as columns, the plan as a line."""
    drawn = (
        Drawn("rate", ctx.t("row_actual"), Series("column_clustered", color=SERIES_COLOURS[1])),
        Drawn("rate_plan", ctx.t("row_plan"), Series("line_markers", color=LINE_COLOUR)),
    )
    return ChartBlock("rate_chart", ctx.t("align_chart"), months.table, drawn, number_format="0%", tall=ROWS)


def nps_chart(ctx: Context, months: Months) -> ChartBlock:
    """NPS by month, from the lowest that there is."""
    drawn = (Drawn("nps", ctx.t("brand_nps"), Series("column_clustered", color=SERIES_COLOURS[1])),)
    return ChartBlock("nps_chart", ctx.t("brand_nps_chart"), months.table, drawn, minimum=LEAST_NPS, tall=ROWS)


class SurveyChart(AnyChart):
    """Awareness by survey, the oldest first: a column for us and for each competitor; no survey, no column.

    Arguments: ``surveys`` a row for each survey, the latest first, with its day in ``on``; ``brands`` its columns.
    """

    def __init__(self, surveys: Table, brands: Sequence[str]):
        super().__init__("awareness_chart", (len(brands), len(surveys.keys)), tall=ROWS)
        self._surveys, self._brands = surveys, brands

    def draw(self, ctx: Context, page: SheetSpec, last_column: int) -> None:
        table, keys = self._surveys, self._surveys.keys[::-1]
        days = [(self._value(key, "on"), f"={table.cell(key, 'on')}") for key in keys]
        lines = [
            (str(table.head_text(brand)), f"={table.head(brand)}", [self._value(key, brand) for key in keys],
             [f"={table.cell(key, brand)}" for key in keys])
            for brand in self._brands
        ]  # fmt: skip
        chart_data.by_day(self.source, days, lines)
        colours = (SERIES_COLOURS[0], SERIES_COLOURS[3], SERIES_COLOURS[4])
        looks = [Series("column_clustered", color=colour) for colour in colours[: len(self._brands)]]
        self.put(page, last_column, ctx.t("brand_awareness_chart"), looks, number_format="0%")

    def _value(self, key: str, column: str) -> object:
        cell = self._surveys.at_cell(key, column)
        return "" if cell is None or cell.value is None else cell.value
