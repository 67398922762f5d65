"""Charts as the renderer draws them: stacked columns with a line on a second axis, and simple ones."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
import xlwings
from lxml import etree

from xl_kpi import engine

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
X = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


@pytest.fixture
def sheet() -> xlwings.Sheet:
    sheet = engine.new_book().sheets.add("逆算")
    sheet.range("B4").value = [
        [None, "4月", "5月", "6月"],
        ["Web", 10, 20, 30],
        ["広告", 5, 5, 5],
        ["累計受注", 1, 3, 6],
    ]
    return sheet


def part(sheet: xlwings.Sheet, name: str) -> etree._Element:
    """One part of the written file, as its XML."""
    with ZipFile(BytesIO(sheet.book.api.to_bytes())) as file:
        return etree.fromstring(file.read(name))


def chart_xml(sheet: xlwings.Sheet) -> etree._Element:
    return part(sheet, "xl/charts/chart1.xml")


def values(element: etree._Element, path: str) -> list[str]:
    return [found.get("val") for found in element.iterfind(path.replace("c:", C))]


def combination(sheet: xlwings.Sheet) -> xlwings.Chart:
    """The chart of the backwards page: leads by channel, and cumulative orders against the second axis."""
    area = sheet.range("B10:H20")
    chart = sheet.charts.add(left=area.left, top=area.top, width=area.width, height=area.height)
    chart.chart_type = "column_stacked"
    for row, color in ((5, "1E3A5F"), (6, "2A7F9E")):
        chart.api.add_series(f"=$B${row}", f"$C${row}:$E${row}", "$C$4:$E$4", color=color)
    line = chart.api.add_series("=$B$7", "$C$7:$E$7", "$C$4:$E$4", chart_type="line_markers", secondary=True)
    line.set(line_color="#B3261E")
    chart.title = "必要リード"
    chart.legend.position = "bottom"
    chart.value_axis.title = "件"
    chart.value_axis.number_format = "#,##0"
    chart.secondary_value_axis.number_format = "0%"
    chart.secondary_value_axis.maximum_scale = 1
    return chart


def test_columns_and_a_line_on_the_second_axis(sheet: xlwings.Sheet) -> None:
    chart = combination(sheet)
    assert chart.chart_type == "combination"
    assert [series.chart_type for series in chart.series] == ["column_stacked", "column_stacked", "line_markers"]
    assert [series.axis_group for series in chart.series] == ["primary", "primary", "secondary"]
    xml = chart_xml(sheet)
    plot = xml.find(f"{C}chart/{C}plotArea")
    assert values(plot, "c:barChart/c:grouping") == ["stacked"]
    assert values(plot, "c:barChart/c:overlap") == ["100"]
    names = [found.text for found in plot.iterfind(f".//{C}ser/{C}tx/{C}strRef/{C}f")]
    assert names == ["'逆算'!$B$5", "'逆算'!$B$6", "'逆算'!$B$7"]
    assert [found.text for found in plot.iterfind(f".//{C}val/{C}numRef/{C}f")] == [
        "'逆算'!$C$5:$E$5",
        "'逆算'!$C$6:$E$6",
        "'逆算'!$C$7:$E$7",
    ]
    colors = [found.get("val") for found in plot.iterfind(f".//{C}ser/{C}spPr//{A}srgbClr")]
    assert colors == ["1E3A5F", "2A7F9E", "B3261E"]
    assert values(plot, "c:lineChart/c:ser/c:marker/c:symbol") == ["circle"]
    # Every group has a category and a value axis of its own, and each axis names its partner.
    partners = {ax.find(f"{C}axId").get("val"): ax.find(f"{C}crossAx").get("val") for ax in plot if "Ax" in ax.tag}
    assert partners == {"10": "100", "100": "10", "20": "200", "200": "20"}
    assert values(plot, "c:lineChart/c:axId") == ["20", "200"]
    deleted = {ax.find(f"{C}axId").get("val"): ax.find(f"{C}delete").get("val") for ax in plot if "Ax" in ax.tag}
    assert deleted == {"10": "0", "100": "0", "20": "1", "200": "0"}
    second = next(ax for ax in plot.iterfind(f"{C}valAx") if ax.find(f"{C}axId").get("val") == "200")
    assert second.find(f"{C}scaling/{C}max").get("val") == "1"
    assert second.find(f"{C}numFmt").get("formatCode") == "0%"
    assert values(xml, "c:chart/c:legend/c:legendPos") == ["b"]
    assert "".join(xml.find(f"{C}chart/{C}title").itertext()) == "必要リード"
    assert values(xml, "c:roundedCorners") == ["0"]


def place(sheet: xlwings.Sheet) -> dict[str, list[str]]:
    """column, row and the rests of both corners, as they stand in the file (counted from 0)."""
    anchor = part(sheet, "xl/drawings/drawing1.xml").find(f"{X}twoCellAnchor")
    names = ("col", "row", "colOff", "rowOff")
    return {corner: [anchor.find(f"{X}{corner}/{X}{name}").text for name in names] for corner in ("from", "to")}


def test_the_names_of_columns_stand_below_negative_numbers_too(sheet: xlwings.Sheet) -> None:
    combination(sheet)
    root = chart_xml(sheet)
    assert values(root, ".//c:catAx/c:tickLblPos") == ["low"] * len(root.findall(f".//{C}catAx"))
    assert values(root, ".//c:valAx/c:tickLblPos") == ["nextTo"] * 2


def test_it_lies_over_the_cells_it_was_given(sheet: xlwings.Sheet) -> None:
    sheet.range("B:B").column_width = 30
    combination(sheet)  # over B10:H20, so it ends where column I (8 from 0) and row 21 begin
    assert place(sheet) == {"from": ["1", "9", "0", "0"], "to": ["8", "20", "0", "0"]}


def test_it_keeps_its_cells_when_widths_change(sheet: xlwings.Sheet) -> None:
    chart = combination(sheet)
    sheet.range("A:C").column_width = 30
    sheet.api.default_row_height(18)
    assert place(sheet) == {"from": ["1", "9", "0", "0"], "to": ["8", "20", "0", "0"]}
    assert (chart.left, chart.top) == (sheet.range("B10").left, 9 * 18)
    assert chart.width == sheet.range("B10:H20").width


def test_it_can_be_moved_and_resized(sheet: xlwings.Sheet) -> None:
    chart = sheet.charts.add(source=sheet.range("C5:E5"), anchor=sheet.range("D8"), width=96, height=30)
    assert place(sheet) == {"from": ["3", "7", "0", "0"], "to": ["5", "9", "0", "0"]}  # columns 48, rows 15 points
    chart.left, chart.top, chart.width, chart.height = 48, 15, 60, 20
    # 60 = 48 + 12 and 20 = 15 + 5 points, at 12,700 EMU to the point.
    assert place(sheet) == {"from": ["1", "1", "0", "0"], "to": ["2", "2", "152400", "63500"]}


def test_openpyxl_reads_the_chart_back(sheet: xlwings.Sheet) -> None:
    combination(sheet)
    (chart,) = openpyxl.load_workbook(BytesIO(sheet.book.api.to_bytes()))["逆算"]._charts
    assert [len(part.series) for part in chart._charts] == [2, 1]


def test_series_from_a_block_of_cells(sheet: xlwings.Sheet) -> None:
    chart = sheet.charts.add(chart_type="line", source=sheet.range("B4:E7"), plot_by="rows", name="推移")
    assert [series.name for series in chart.series] == ["='逆算'!$B$5", "='逆算'!$B$6", "='逆算'!$B$7"]
    xml = chart_xml(sheet)
    assert [found.text for found in xml.iterfind(f".//{C}cat//{C}f")] == ["'逆算'!$C$4:$E$4"] * 3
    chart.set_source_data(sheet.range("B4:E7"), "columns")
    assert [series.name for series in chart.series] == ["='逆算'!$C$4", "='逆算'!$D$4", "='逆算'!$E$4"]
    assert sheet.charts["推移"] == chart or sheet.charts["推移"].name == chart.name
    assert len(sheet.charts) == 1
    chart.delete()
    assert len(sheet.charts) == 0


def test_a_block_of_numbers_alone_has_no_headings(sheet: xlwings.Sheet) -> None:
    chart = sheet.charts.add(source=sheet.range("C5:E6"))
    assert [series.name for series in chart.series] == ["", ""]  # two rows are wider than high: by rows
    assert [found.text for found in chart_xml(sheet).iterfind(f".//{C}val//{C}f")] == [
        "'逆算'!$C$5:$E$5",
        "'逆算'!$C$6:$E$6",
    ]


def test_series_attributes_through_xlwings(sheet: xlwings.Sheet) -> None:
    chart = sheet.charts.add(source=sheet.range("B4:E7"), plot_by="rows")
    series = chart.series[2]
    series.chart_type = "line"
    series.axis_group = "secondary"
    series.line_color = (179, 38, 30)
    series.name = "=$B$7"
    chart.series[0].fill_color = "#1E3A5F"
    chart.series[1].name = "Ads"
    assert (series.chart_type, series.axis_group, series.line_color) == ("line", "secondary", (179, 38, 30))
    xml = chart_xml(sheet)
    assert [found.text for found in xml.iterfind(f".//{C}ser/{C}tx/{C}v")] == ["Ads"]
    assert values(xml, ".//c:lineChart/c:ser/c:marker/c:symbol") == ["none"]


def test_without_a_title_excel_does_not_make_one_up(sheet: xlwings.Sheet) -> None:
    chart = sheet.charts.add(source=sheet.range("C5:E5"))
    chart.legend.visible = False
    xml = chart_xml(sheet)
    assert values(xml, "c:chart/c:autoTitleDeleted") == ["1"]
    assert xml.find(f"{C}chart/{C}title") is None and xml.find(f"{C}chart/{C}legend") is None


def test_a_type_that_is_not_drawn_is_refused(sheet: xlwings.Sheet) -> None:
    chart = sheet.charts.add(source=sheet.range("C5:E5"))
    with pytest.raises(NotImplementedError, match="pie"):
        chart.chart_type = "pie"


def test_charts_of_two_sheets(sheet: xlwings.Sheet) -> None:
    other = sheet.book.sheets.add("ファネル")
    sheet.charts.add(source=sheet.range("C5:E5"))
    other.charts.add(source=other.range("A1:B2"))
    file = openpyxl.load_workbook(BytesIO(sheet.book.api.to_bytes()))
    assert [len(ws._charts) for ws in file.worksheets] == [1, 1]
