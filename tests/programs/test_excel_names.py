"""Notes, tables and drawings that openpyxl has saved are named as Excel does it, without which ExcelJS fails."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.worksheet.table import Table, TableStyleInfo

from tests.programs.savers import Job, exceljs
from xl_kpi.workbook.package.excel_names import name_as_excel
from xl_kpi.workbook.package.package import Package

NOTE = "4月は展示会の分を含みません"


@pytest.fixture
def saved() -> bytes:
    """Two sheets with a note each; on one of them a table and a chart."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["月", "件数"], ["4月", 3], ["5月", 4]):
        sheet.append(row)
    sheet["A1"].comment = Comment(NOTE, "田中")
    sheet.add_table(Table(displayName="件数", ref="A1:B3", tableStyleInfo=TableStyleInfo(name="TableStyleLight1")))
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3))
    sheet.add_chart(chart, "D1")
    other = book.create_sheet("別")
    other["B2"] = 1
    other["B2"].comment = Comment(NOTE, "田中")
    return written(book)


def written(book) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def named(data: bytes) -> bytes:
    package = Package(data, "計画.xlsx", "ja")
    name_as_excel(package)
    return package.to_bytes()


def targets(data: bytes) -> set[str]:
    package = Package(data, "計画.xlsx", "ja")
    sheets = [each.part for each in package.relations(package.book) if each.kind == "worksheet"]
    found = [each for sheet in sheets for each in package.relations(sheet)]
    assert all(each.part and package.types.of(each.part) for each in found)
    return {each.target for each in found if each.kind != "drawing"}


def test_parts_beside_sheets_are_called_as_excel_calls_them(saved):
    now = named(saved)
    assert targets(now) == {
        "../comments1.xml", "../comments2.xml", "../tables/table1.xml",
        "../drawings/vmlDrawing1.vml", "../drawings/vmlDrawing2.vml",
    }  # fmt: skip
    assert Package(now, "", "ja").parts["xl/drawings/drawing1.xml"].count(b"<xdr:wsDr ") == 1
    sheet = openpyxl.load_workbook(BytesIO(now)).worksheets[0]
    assert (sheet["A1"].comment.text, list(sheet.tables), len(sheet._charts)) == (NOTE, ["件数"], 1)
    assert named(now) == now


@pytest.mark.host
def test_exceljs_opens_it_and_keeps_the_notes(saved, tmp_path):
    path = tmp_path / "計画.xlsx"
    path.write_bytes(named(saved))
    exceljs()([Job(path, "E", {"別": {"B2": 2}})], 0)
    book = openpyxl.load_workbook(path)
    assert [sheet[cell].comment.text for sheet, cell in zip(book, ("A1", "B2"))] == [NOTE, NOTE]
