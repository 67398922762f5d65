"""xlwings calls that give a cell its look, and those by which a file is read: done, saved, reopened with openpyxl."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlwings

from tests.engine.reopened import written
from xl_kpi import engine


def reopened(book: xlwings.Book, folder: Path) -> xlwings.Book:
    path = folder / "plan.xlsx"
    path.write_bytes(book.api.to_bytes())
    return engine.open_book(path)


# ---- reading a file -----------------------------------------------------------------------------------


def test_opened_book_gives_stored_results_and_formulas(tmp_path: Path) -> None:
    import xlsxwriter  # writes stored results, which openpyxl does not

    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(path) as file:
        ws = file.add_worksheet("計画")
        ws.write_row("A1", ["x", 2, True])
        ws.write_formula("A2", "=B1*3", None, 6)
        ws.write_formula("B2", '=""', None, "")
        ws.write_formula("C2", "=1/0", None, "#DIV/0!")
        file.define_name("total", "='計画'!$A$2")
    sheet = engine.open_book(path).sheets["計画"]
    assert sheet.range("A1:C1").value == ["x", 2, True]
    assert (sheet.range("A2").value, sheet.range("A2").formula) == (6, "=B1*3")
    assert sheet.range("C2").value is None
    assert sheet.range("C2").options(err_to_str=True).value == "#DIV/0!"
    assert sheet.range("total").value == 6
    assert sheet.book.names["total"].refers_to_range.address == "$A$2"
    assert sheet.range("A:A").value == ["x", 6]


def test_opened_book_is_for_reading_only(book: xlwings.Book, sheet: xlwings.Sheet, tmp_path: Path) -> None:
    opened = reopened(book, tmp_path)
    with pytest.raises(PermissionError):
        opened.sheets[0].range("A1").value = 1
    with pytest.raises(PermissionError):
        opened.api.to_bytes()


def test_opened_book_tells_formats(book: xlwings.Book, sheet: xlwings.Sheet, tmp_path: Path) -> None:
    sheet.range("B:B").column_width = 30
    sheet.range("A1:B2").merge()
    sheet.range("A3").add_hyperlink("#'計画'!A1", "上へ")
    opened = reopened(book, tmp_path).sheets[0]
    assert opened.range("B1").column_width == 30
    assert opened.range("B2").merge_area.address == "$A$1:$B$2"
    assert opened.range("A3").hyperlink == "#'計画'!A1"


# ---- formats ------------------------------------------------------------------------------------------


def test_formats_of_a_cell(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    cell = sheet.range("B2")
    cell.number_format = "0.0%"
    cell.color = (255, 248, 220)
    cell.font.name, cell.font.size, cell.font.bold, cell.font.italic = "Meiryo", 12, True, True
    cell.font.color = "#1D4ED8"
    cell.wrap_text = True
    cell.horizontal_alignment, cell.vertical_alignment = "center", "top"
    file = written(book)["計画"]["B2"]
    assert file.number_format == "0.0%"
    assert file.fill.fgColor.rgb == "FFFFF8DC"
    assert (file.font.name, file.font.size, file.font.bold, file.font.italic) == ("Meiryo", 12, True, True)
    assert file.font.color.rgb == "FF1D4ED8"
    assert (file.alignment.wrap_text, file.alignment.horizontal, file.alignment.vertical) == (True, "center", "top")
    assert (cell.number_format, cell.color, cell.font.color) == ("0.0%", (255, 248, 220), (29, 78, 216))
    assert (cell.font.name, cell.font.size, cell.font.bold, cell.font.italic) == ("Meiryo", 12, True, True)
    assert (cell.wrap_text, cell.horizontal_alignment, cell.vertical_alignment) == (True, "center", "top")


def test_cells_that_differ_read_as_none(sheet: xlwings.Sheet) -> None:
    sheet.range("A1").font.bold = True
    sheet.range("B1").font.bold = False
    assert sheet.range("A1:B1").font.bold is None


def test_a_changed_cell_leaves_cells_of_the_same_style_alone(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.range("A1:C3").color = "#00FF00"
    sheet.range("B2").font.bold = True
    sheet.range("C3").value = dt.date(2026, 4, 1)
    ws = written(book)["計画"]
    assert [cell.font.bold for row in ws["A1:C3"] for cell in row].count(True) == 1
    assert {cell.fill.fgColor.rgb for row in ws["A1:C3"] for cell in row} == {"FF00FF00"}
    assert (ws["C3"].number_format, ws["A1"].number_format) == ("yyyy-mm-dd", "General")


def test_borders(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    area = sheet.range("B2:C3")
    area.borders.set("outside", line_style="continuous", weight="medium", color="#1E3A5F")
    area.borders["inside_horizontal"].line_style = "dot"
    ws = written(book)["計画"]
    top_left, bottom_right = ws["B2"].border, ws["C3"].border
    assert (top_left.top.style, top_left.left.style, top_left.bottom.style) == ("medium", "medium", "dotted")
    assert (bottom_right.bottom.style, bottom_right.right.style) == ("medium", "medium")
    assert (top_left.right.style, top_left.top.color.rgb) == (None, "FF1E3A5F")
    assert (area.borders["edge_top"].line_style, area.borders["edge_top"].weight) == ("continuous", "medium")
    assert area.borders["edge_top"].color == (30, 58, 95)
    area.borders.clear()
    assert area.borders.line_style is None


def test_widths_heights_hiding(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.range("A:A").columns.hidden = True
    sheet.range("B1:C1").column_width = 12.5
    sheet.range("2:3").row_height = 24
    sheet.range("A4").rows.hidden = True
    ws = written(book)["計画"]
    assert ws.column_dimensions["A"].hidden and ws.row_dimensions[4].hidden
    # 12.5 characters are stored with 5 of 7 pixels of padding (Excel writes 182/256 for it).
    assert ws.column_dimensions["B"].width == ws.column_dimensions["C"].width == 12.5 + 182 / 256
    assert [ws.row_dimensions[row].height for row in (1, 2, 3)] == [None, 24, 24]
    assert sheet.range("B1").column_width == 12.5 and sheet.range("A2").row_height == 24
    assert sheet.range("A1").columns.hidden is True and sheet.range("A1").rows.hidden is False


def test_reading_a_width_sets_none(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    assert sheet.range("F1").column_width == 8.43  # Excel's usual width
    assert sheet.range("F1").left == 5 * 48.0  # 64 pixels each
    assert "F" not in written(book)["計画"].column_dimensions


def test_folding(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.range("C:E").column_width = 9
    sheet.range("C:E").group()
    sheet.range("3:4").group("rows")
    sheet.api.summary(left=True, above=True)
    ws = written(book)["計画"]
    # A reader may join like columns into one entry, so the span is looked at.
    level = [d.outlineLevel for d in ws.column_dimensions.values() for _ in range(d.min, d.max + 1)]
    assert level == [1, 1, 1]
    assert [ws.row_dimensions[row].outlineLevel for row in (2, 3, 4)] == [0, 1, 1]
    assert (ws.sheet_format.outlineLevelCol, ws.sheet_format.outlineLevelRow) == (1, 1)
    assert (ws.sheet_properties.outlinePr.summaryRight, ws.sheet_properties.outlinePr.summaryBelow) == (False, False)


def test_merging(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.range("A1:C2").value = 1
    sheet.range("A1:C2").merge()
    assert sheet.range("B2").merge_area.address == "$A$1:$C$2"
    assert sheet.range("A1").merge_cells and not sheet.range("D1").merge_cells
    with pytest.raises(ValueError):
        sheet.range("C2:D3").merge()
    sheet.range("E1:F2").merge(across=True)
    sheet.range("A4:B4").merge()
    sheet.range("A4").unmerge()
    ws = written(book)["計画"]
    assert sorted(str(area) for area in ws.merged_cells.ranges) == ["A1:C2", "E1:F1", "E2:F2"]
    assert (ws["A1"].value, ws["B2"].value) == (1, None)


def test_links_keep_the_text_that_a_cell_shows(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.range("A1").value = "戻る"
    sheet.range("A1").add_hyperlink("#'計画'!B2")
    sheet.range("A2").add_hyperlink("https://example.com/", "Example", "tip")
    sheet.range("A3").formula = '="see "&A1'
    sheet.range("A3").add_hyperlink("#'計画'!B3")
    ws = written(book)["計画"]
    assert (ws["A1"].value, ws["A1"].hyperlink.location, ws["A1"].hyperlink.target) == ("戻る", "'計画'!B2", None)
    assert ws["A1"].hyperlink.tooltip is None
    assert (ws["A2"].value, ws["A2"].hyperlink.target, ws["A2"].hyperlink.tooltip) == (
        "Example",
        "https://example.com/",
        "tip",
    )
    assert (ws["A3"].value, ws["A3"].hyperlink.location) == ('="see "&A1', "'計画'!B3")
    assert sheet.range("A1").hyperlink == "#'計画'!B2"
