"""What xlwings Lite does its own way on a page: widths in points, row heights, charts that have to be waited for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from xl_kpi.workbook.cells.areas import rectangle
from xl_kpi.workbook.spec import BookSpec, Chart, SheetSpec
from xl_kpi.workbook.theme import FONTS, Style
from xl_kpi.workbook.writing.host import PlainHost
from xl_kpi.workbook.writing.render import chart_name, finish_chart, paint_series

DIGIT, PADDING, PIXEL = 7, 5, 0.75  # pixels of a digit and around a cell's text; points in a pixel
COMMON = Style("common")  # the look that most cells share
USUAL_WIDTH = 8.43  # characters, of a column that has no width of its own


def adapted(spec: BookSpec) -> BookSpec:
    """The description of a book for xlwings Lite: column widths in points, charts left for ``draw_charts``."""
    sheets = [
        replace(sheet, widths={column: points(width) for column, width in sheet.widths.items()}, charts=[])
        for sheet in spec.sheets
    ]
    return replace(spec, sheets=sheets)


def points(width: float) -> float:
    """A column's width in points, from characters as Excel's dialogue has them."""
    return int(width * DIGIT + PADDING) * PIXEL


class LiteHost(PlainHost):
    """xlwings Lite: the look of the plain host with a third of its calls, each of which travels to Excel.

    The common look is set once for the whole page, then only what differs from it.
    """

    functions = False

    def start_sheet(self, sheet: Any, spec: SheetSpec) -> None:
        last = max((row for row, _ in spec.cells), default=1), max((column for _, column in spec.cells), default=1)
        page = sheet.range((1, 1), last)
        page.row_height = spec.default_height  # before the rows that have a height of their own
        page.font.name, page.font.size, page.font.color = self._font, COMMON.size, "#" + COMMON.color
        page.vertical_alignment = COMMON.valign

    @property
    def _font(self) -> str:
        return FONTS[self.lang][1 if self.lang == "ja" else 0]

    def _attributes(self, area: Any, look: Style) -> None:
        for attribute, value in (("size", look.size), ("bold", look.bold), ("italic", look.italic)):
            if value != getattr(COMMON, attribute):
                setattr(area.font, attribute, value)
        if look.color != COMMON.color:
            area.font.color = "#" + look.color
        if look.fill:
            area.color = "#" + look.fill
        if look.number_format != COMMON.number_format:
            area.number_format = look.number_format
        if look.align != COMMON.align:
            area.horizontal_alignment = look.align
        if look.valign != COMMON.valign:
            area.vertical_alignment = look.valign
        if look.wrap:
            area.wrap_text = True
        self._borders(area, look)

    @staticmethod
    def _borders(area: Any, look: Style) -> None:
        rows, columns = area.shape
        drawn: dict[str, tuple[str, str]] = {}  # a line between two cells is an edge of both: once is enough
        for side, line, color in look.borders:
            weight = {"medium": {"weight": "medium"}, "hair": {"weight": "hairline"}}.get(line, {})
            across = side in ("left", "right")
            inside = "inside_vertical" if across else "inside_horizontal"
            edges = [f"edge_{side}", *([inside] if (columns if across else rows) > 1 else [])]
            for edge in edges:
                if drawn.get(edge) != (line, color):
                    drawn[edge] = line, color
                    area.borders.set(edge, line_style="continuous", color="#" + color, **weight)


async def draw_charts(book: Any, spec: BookSpec) -> None:
    """Draw every chart of the description into the sheets that were just written.

    xlwings Lite makes a chart only when its data are known and tells its series only when asked to wait.
    """
    for sheet in spec.sheets:
        for number, chart in enumerate(sheet.charts, 1):
            await _draw(book, sheet, chart, chart_name(number))


async def _draw(book: Any, sheet: SheetSpec, spec: Chart, name: str) -> None:
    place, source = rectangle(spec.ref), rectangle(spec.source)
    width = sum(points(sheet.widths.get(column, USUAL_WIDTH)) for column in range(place.column, place.last_column + 1))
    height = sum(sheet.heights.get(row, sheet.default_height) for row in range(place.row, place.last_row + 1))
    page = book.sheets[sheet.name]
    chart = page.charts.add(
        width=width - 2,
        height=height - 2,
        chart_type=spec.series[0].kind,
        source=book.sheets[source.sheet].range((source.row, source.column), (source.last_row, source.last_column)),
        plot_by="rows",
        name=name,
        anchor=page.range((place.row, place.column)),
    )
    for series, look in zip(await chart.get_series(), spec.series, strict=True):
        paint_series(series, look, spec.series[0].kind)
    finish_chart(chart, spec)
