"""A chart's description as openpyxl chart objects: groups of one type, two pairs of axes, colours, place."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import BarChart, LineChart
from openpyxl.chart.data_source import AxDataSource, NumDataSource, NumRef, StrRef
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.chart.title import Title, title_maker
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties

from xl_kpi.engine.geometry import POINT_TO_EMU

_COLUMNS = {"column_clustered": "clustered", "column_stacked": "stacked", "column_stacked_100": "percentStacked"}
_BARS = {"bar_clustered": "clustered", "bar_stacked": "stacked"}  # the same lying down
_LINES = ("line", "line_markers")
_LEGEND = {"top": "t", "bottom": "b", "left": "l", "right": "r", "corner": "tr"}
_RULE, _TEXT = "D9DEE4", "4A5560"  # quiet lines and text, so that the series stand out
_PAPER = "FFFFFF"
# Axis numbers only have to differ from one another: (category, value) for each group.
_AXES = {"primary": (10, 100), "secondary": (20, 200)}


def check_type(chart_type: str) -> None:
    known = (*_COLUMNS, *_BARS, *_LINES)
    if chart_type not in known:
        raise NotImplementedError(f"chart type {chart_type!r}; there are {', '.join(known)}")


def build(chart: Any) -> Any:
    """One openpyxl chart, with a part for each (type, axis group) that its series need."""
    groups: dict[tuple[str, str], list[Any]] = {}
    for data in chart.all_series:
        kind = data.chart_type or chart.main_type
        groups.setdefault(("line" if kind in _LINES else kind, data.axis_group), []).append(data)
    if not groups:
        groups[chart.main_type, "primary"] = []
    # Primary before secondary, columns before lines: what is written later is drawn on top.
    parts = [_part(chart, kind, axis, groups[kind, axis]) for kind, axis in sorted(groups, key=lambda g: (g[1], g[0]))]
    whole = parts[0]
    for part in parts[1:]:
        whole += part
    whole.title = _title(chart.title, 1200, bold=True) if chart.title else None
    whole.legend = Legend(legendPos=_LEGEND[chart.legend.position]) if chart.legend.visible else None
    if whole.legend is not None:
        whole.legend.overlay = False
        whole.legend.txPr = _text(1000)
    whole.roundedCorners = False
    whole.graphical_properties = GraphicalProperties(solidFill=_PAPER, ln=LineProperties(solidFill=_RULE))
    whole.anchor = _anchor(chart)
    return whole


def _part(chart: Any, kind: str, axis: str, all_data: list[Any]) -> BarChart | LineChart:
    if kind == "line":
        part = LineChart()
        part.marker = True
    else:
        part = BarChart()
        part.type, part.grouping, part.gapWidth = "bar" if kind in _BARS else "col", (_COLUMNS | _BARS)[kind], 60
        part.overlap = None if part.grouping == "clustered" else 100
    part.series = [_series(chart, data) for data in all_data]
    category_number, value_number = _AXES[axis]
    secondary = axis == "secondary"
    part.x_axis.axId, part.x_axis.crossAx = category_number, value_number
    part.y_axis.axId, part.y_axis.crossAx = value_number, category_number
    _dress(part.x_axis, chart.secondary_category_axis if secondary else chart.category_axis)
    _dress(part.y_axis, chart.secondary_value_axis if secondary else chart.value_axis)
    part.x_axis.noMultiLvlLbl = True
    part.x_axis.axPos = "l" if kind in _BARS else "b"
    part.x_axis.tickLblPos = "low"  # below the columns of negative numbers, too
    if chart.category_axis.number_format == "General":  # names: each is told, however small the chart
        part.x_axis.tickLblSkip = 1
    part.x_axis.delete = secondary or not chart.category_axis.visible  # both pairs have the same categories
    part.y_axis.axPos = "r" if secondary else "b" if kind in _BARS else "l"
    part.y_axis.crosses = "max" if secondary else "autoZero"
    part.y_axis.crossBetween = "between"
    quiet = GraphicalProperties(ln=LineProperties(solidFill=_RULE))
    part.y_axis.majorGridlines = None if secondary else _gridlines(part.y_axis.majorGridlines, quiet)
    return part


def _gridlines(lines: Any, quiet: GraphicalProperties) -> Any:
    lines.spPr = quiet
    return lines


def _series(chart: Any, data: Any) -> Series:
    number = chart.all_series.index(data)
    series = Series(idx=number, order=number, val=NumDataSource(numRef=NumRef(f=data.values)))
    if data.name:
        label = {"strRef": StrRef(f=data.name)} if data.name_is_address else {"v": data.name}
        series.tx = SeriesLabel(**label)
    if data.categories:
        series.cat = AxDataSource(numRef=NumRef(f=data.categories))
    kind = data.chart_type or chart.main_type
    if kind in _LINES:
        color = data.line_color or data.fill_color
        series.spPr = GraphicalProperties(ln=LineProperties(solidFill=color or None, w=28_575))
        series.smooth = False
        plain = kind == "line"
        series.marker = Marker(symbol="none" if plain else "circle", size=None if plain else 5)
        if not plain and color:
            series.marker.spPr = GraphicalProperties(solidFill=color, ln=LineProperties(solidFill=color))
    else:
        series.invertIfNegative = False
        if data.fill_color == _PAPER:  # as good as nothing: the lines behind it go on
            series.spPr = GraphicalProperties(noFill=True)
            return series
        series.spPr = GraphicalProperties(solidFill=data.fill_color or None)
        if data.line_color and data.line_color != data.fill_color:
            series.spPr.ln = LineProperties(solidFill=data.line_color)
    return series


def _dress(axis: Any, wanted: Any) -> None:
    """What was asked for, and the look that all axes share."""
    axis.delete = not wanted.visible  # unsaid, newer versions of Excel show no axis at all
    axis.title = _title(wanted.title, 1000) if wanted.title else None
    axis.scaling.min, axis.scaling.max = wanted.minimum_scale, wanted.maximum_scale
    axis.scaling.orientation = "maxMin" if wanted.reverse_order else "minMax"
    if wanted.major_unit is not None:
        axis.majorUnit = wanted.major_unit
    axis.number_format = wanted.number_format
    axis.numFmt.sourceLinked = wanted.number_format == "General"
    axis.majorTickMark = axis.minorTickMark = "none"
    axis.tickLblPos = "nextTo"
    axis.spPr = GraphicalProperties(ln=LineProperties(solidFill=_RULE))
    axis.txPr = _text(1000)


def _letters(size: int, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=size, b=bold, solidFill=_TEXT)


def _text(size: int) -> RichText:
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=_letters(size)), endParaRPr=CharacterProperties())
    return RichText(p=[paragraph])


def _title(text: str, size: int, bold: bool = False) -> Title:
    title = title_maker(text)
    for paragraph in title.tx.rich.paragraphs:
        paragraph.pPr = ParagraphProperties(defRPr=_letters(size, bold))
        for run in paragraph.r:
            run.rPr = _letters(size, bold)
    title.overlay = False
    return title


def _anchor(chart: Any) -> TwoCellAnchor:
    """From cell to cell, so that the chart keeps covering the same cells whatever the font makes of widths."""
    anchor = TwoCellAnchor(editAs="oneCell")
    anchor._from, anchor.to = (
        AnchorMarker(
            col=corner.column - 1,
            colOff=round(corner.right_by * POINT_TO_EMU),
            row=corner.row - 1,
            rowOff=round(corner.down_by * POINT_TO_EMU),
        )
        for corner in chart.corners
    )
    return anchor
