"""The one way to write a workbook: a BookSpec into an xlwings Book, in Excel, in xlwings Lite or in a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from xl_kpi.catalog.functions import MARKER
from xl_kpi.workbook.addresses import column_letters
from xl_kpi.workbook.spec import CHART_NAME, BookSpec, Chart, Series, SheetSpec
from xl_kpi.workbook.theme import style
from xl_kpi.workbook.writing.host import PlainHost
from xl_kpi.workbook.writing.hosts import host_of

EPOCH = dt.date(1899, 12, 30)
Progress = Callable[[str, int, int], None]


def render(spec: BookSpec, book: Any, progress: Progress | None = None, host: PlainHost | None = None) -> None:
    """Add every sheet of the spec to the book, then the names.  ``progress(sheet, done, all)`` is told.

    ``host`` is found from the book; tests name another one.
    """
    host = host or host_of(book)
    host.start({cell.style for sheet in spec.sheets for cell in sheet.cells.values()}, spec.lang)
    sheets: dict[str, Any] = {}
    for sheet_spec in spec.sheets:  # all sheets first: formulas and links point at each other
        after = book.sheets[len(book.sheets) - 1] if sheets else None
        sheets[sheet_spec.key] = book.sheets.add(sheet_spec.name, after=after)
    for name, reference in spec.names.items():
        if host.functions or name != MARKER:
            book.names.add(name, "=" + reference)
    if host.functions:
        host.add_functions()
    for done, sheet_spec in enumerate(spec.sheets):
        if progress:
            progress(sheet_spec.name, done, len(spec.sheets))
        _sheet(host, sheets[sheet_spec.key], sheet_spec, spec)
    visible = [sheet.key for sheet in spec.sheets if not sheet.hidden]
    if visible:
        host.show(sheets[visible[0]])


def _sheet(host: Any, sheet: Any, spec: SheetSpec, book_spec: BookSpec) -> None:
    host.start_sheet(sheet, spec)
    _cells(host, sheet, spec)
    for (row, column), target in spec.links.items():  # before the styles: a new link brings Excel's own look
        sheet.range((row, column)).add_hyperlink(target, text_to_display=str(spec.cells[row, column].value))
    host.paint(sheet, {place: cell.style for place, cell in spec.cells.items()})
    for column, width in spec.widths.items():
        sheet.range((1, column)).column_width = width
    for row, height in spec.heights.items():
        sheet.range((row, 1)).row_height = height
    for area in spec.merges:
        sheet.range(area).merge()
    _validations(host, sheet, spec)
    for condition in spec.conditions:
        look = style(condition.style)
        sheet.range(condition.ref).conditional_formats.add_custom(
            condition.formula, font_color="#" + look.color, fill_color="#" + look.fill if look.fill else None
        )
    for number, chart in enumerate(spec.charts, 1):
        _chart(host, sheet, chart, number)
    sheet.show_gridlines = False
    if spec.freeze:
        _freeze(sheet, spec.freeze)
    if spec.print_area:
        sheet.page_setup.print_area = spec.printed
    host.finish_sheet(sheet, spec, book_spec.title)
    if spec.hidden:
        sheet.visible = False


def _freeze(sheet: Any, cell: str) -> None:
    """Freeze the rows above and the columns left of a cell."""
    corner = sheet.range(cell)
    row, column = corner.row - 1, corner.column - 1
    if row and column:
        sheet.freeze_panes.freeze_at(sheet.range((1, 1), (row, column)))
    elif row:
        sheet.freeze_panes.freeze_at(f"1:{row}")
    elif column:
        sheet.freeze_panes.freeze_at(f"A:{column_letters(column)}")


def _cells(host: PlainHost, sheet: Any, spec: SheetSpec) -> None:
    """All contents in one call: a call for each cell would take Excel minutes."""
    if not spec.cells:
        return
    last_row = max(row for row, _ in spec.cells)
    last_column = max(column for _, column in spec.cells)
    matrix: list[list[Any]] = [[None] * last_column for _ in range(last_row)]
    for (row, column), cell in spec.cells.items():
        matrix[row - 1][column - 1] = cell.formula if cell.formula is not None else _typed(cell.value)
    host.write(sheet.range((1, 1), (last_row, last_column)), matrix)


def _typed(value: Any) -> Any:
    """A constant as it has to be typed so that Excel keeps it: dates as serial numbers, text as text."""
    if isinstance(value, dt.datetime):
        return (value - dt.datetime.combine(EPOCH, dt.time())) / dt.timedelta(days=1)
    if isinstance(value, dt.date):
        return (value - EPOCH).days
    if isinstance(value, str) and value and (value[0] in "=+-@'#" or value[0].isdigit() or value in ("TRUE", "FALSE")):
        return "'" + value
    return value


def _validations(host: Any, sheet: Any, spec: SheetSpec) -> None:
    for rule in spec.validations:
        area = sheet.range(rule.ref)
        validation = area.data_validation
        one, two = rule.formula1, rule.formula2
        if rule.kind == "list":
            validation.set_list(_range(sheet, one[1:]) if one.startswith("=") else one.split(","))
        elif rule.kind == "custom":
            validation.set_custom(one)
        else:
            compare = {
                "decimal": validation.set_decimal, "whole": validation.set_whole_number, "date": validation.set_date,
            }[rule.kind]  # fmt: skip
            compare(rule.operator, _bound(one), _bound(two) if two else None)
        host.validation(area, rule.title[:32], rule.error[:255], rule.prompt[:255])


def _range(sheet: Any, address: str) -> Any:
    """The cells of an address, on the sheet itself or on another one: ``'計算'!$A$1:$A$9``."""
    name, found, area = address.rpartition("!")
    return (sheet.book.sheets[name[1:-1].replace("''", "'")] if found else sheet).range(area)


def _bound(text: str) -> Any:
    if text.startswith("="):
        return text
    number = float(text)
    return int(number) if number == int(number) else number


def chart_name(number: int) -> str:
    """By which a chart of ours is known from the user's; ``number`` counts those of a sheet from 1."""
    return f"{CHART_NAME} {number}"


def _chart(host: Any, sheet: Any, spec: Chart, number: int) -> None:
    place = sheet.range(spec.ref)
    # the frame stays inside the print area
    box = place.left, place.top, place.width - 2, place.height - 2
    chart = sheet.charts.add(*box, name=chart_name(number))
    sheet_name, _, area = spec.source.rpartition("!")
    source = sheet.book.sheets[sheet_name.strip("'").replace("''", "'")].range(area)
    chart.chart_type = spec.series[0].kind
    host.chart_source(chart, source)
    for index, look in enumerate(spec.series):
        paint_series(chart.series[index], look, spec.series[0].kind)
    finish_chart(chart, spec)


def paint_series(series: Any, look: Series, chart_kind: str) -> None:
    """Kind, axis and colour of one series of a chart of ``chart_kind``."""
    if look.kind != chart_kind:
        series.chart_type = look.kind
    if look.secondary:
        series.axis_group = "secondary"
    if look.color and look.kind.startswith("line"):
        series.line_color = "#" + look.color
    elif look.color:
        series.fill_color = "#" + look.color


def finish_chart(chart: Any, spec: Chart) -> None:
    """Title, legend and axes, once the series are there."""
    chart.title = spec.title
    chart.legend.position = "bottom"
    chart.legend.visible = spec.legend and len(spec.series) > 1
    if spec.category_format:
        chart.category_axis.number_format = spec.category_format
    axes = [(chart.value_axis, spec.axis_title)]
    if any(series.secondary for series in spec.series):
        axes.append((chart.secondary_value_axis, spec.secondary_title))
    for axis, title in axes:
        if title:
            axis.title = title
        axis.number_format = spec.number_format
        if spec.minimum is not None:
            axis.minimum_scale = spec.minimum
        if spec.maximum is not None:
            axis.maximum_scale = spec.maximum
