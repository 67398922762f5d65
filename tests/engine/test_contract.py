"""Every xlwings call that the renderer, the reader and the macros make: done, saved, reopened with openpyxl.

A new xlwings release is checked by this file.  Expected values are what was set a line above, unless a
comment says otherwise.
"""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlwings
from openpyxl.workbook import Workbook
from xlwings import NoSuchObjectError

from xl_kpi import engine


def written(book: xlwings.Book) -> Workbook:
    """The book as openpyxl reads it back from its bytes."""
    return openpyxl.load_workbook(BytesIO(book.api.to_bytes()))


@pytest.fixture
def book() -> xlwings.Book:
    return engine.new_book()


@pytest.fixture
def sheet(book: xlwings.Book) -> xlwings.Sheet:
    return book.sheets.add("計画")


def reopened(book: xlwings.Book, folder: Path) -> xlwings.Book:
    path = folder / "plan.xlsx"
    path.write_bytes(book.api.to_bytes())
    return engine.open_book(path)


# ---- the engine, books, sheets ------------------------------------------------------------------------


def test_engine_is_registered_with_xlwings_and_needs_no_licence_key() -> None:
    impl = xlwings.engines["xl_kpi"]
    assert impl.name == "xl_kpi"
    assert engine.new_book().app.engine.name == "xl_kpi"
    assert len(impl.apps.active.books.active.sheets) == 1


def test_books_of_the_same_name_are_told_apart() -> None:
    assert engine.new_book().name == engine.new_book().name == "Book1"
    assert engine.new_book() != engine.new_book()


def test_first_added_sheet_replaces_the_blank_one(book: xlwings.Book) -> None:
    assert book.sheet_names == ["Sheet1"]
    book.sheets.add("設定")
    assert book.sheet_names == ["設定"]


def test_a_first_sheet_that_was_used_stays(book: xlwings.Book) -> None:
    book.sheets[0].range("A1").value = 1
    book.sheets.add("設定")
    assert book.sheet_names == ["Sheet1", "設定"]


def test_sheets_stand_where_they_were_added(book: xlwings.Book) -> None:
    middle = book.sheets.add("b")
    book.sheets.add("a", before=middle)
    book.sheets.add("c", after="b")
    book.sheets.add("d")
    assert [sheet.name for sheet in book.sheets] == ["a", "b", "c", "d"]
    assert [sheet.index for sheet in book.sheets] == [1, 2, 3, 4]
    book.sheets["b"].delete()
    assert written(book).sheetnames == ["a", "c", "d"]
    assert "C" in book.sheets and "b" not in book.sheets
    assert book.sheets["c"] == book.sheets[1]
    with pytest.raises(NoSuchObjectError):
        book.sheets["b"]


@pytest.mark.parametrize("name", ["", "a" * 32, "a/b", "a:b", "[a]", "'a", "計画"])
def test_sheet_names_that_excel_refuses(book: xlwings.Book, sheet: xlwings.Sheet, name: str) -> None:
    with pytest.raises(ValueError):
        book.sheets.add(name or None).name = name
    with pytest.raises(ValueError):
        book.sheets.add().api.name = name


def test_hidden_sheet_and_the_sheet_that_is_shown_first(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    hidden = book.sheets.add("calc")
    hidden.visible = False
    sheet.activate()
    file = written(book)
    assert (file["calc"].sheet_state, file["計画"].sheet_state) == ("hidden", "visible")
    assert file.active.title == "計画"
    assert [ws.sheet_view.tabSelected for ws in file.worksheets] == [True, False]
    assert not hidden.visible and sheet.visible


def test_last_sheet_cannot_be_deleted(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    with pytest.raises(ValueError):
        sheet.delete()


def test_used_range(sheet: xlwings.Sheet) -> None:
    assert sheet.used_range.address == "$A$1"
    sheet.range("C3").value = [[1, 2], [3, 4]]
    assert sheet.used_range.address == "$C$3:$D$4"


def test_gridlines_freezing_print_area(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.show_gridlines = False
    sheet.freeze_panes.freeze_at("A1:B4")
    sheet.page_setup.print_area = "A1:D20"
    ws = written(book)["計画"]
    assert ws.sheet_view.showGridLines is False
    assert ws.freeze_panes == "C5"
    assert ws.print_area == "'計画'!$A$1:$D$20"
    assert sheet.page_setup.print_area == "$A$1:$D$20"
    assert sheet.show_gridlines is False


@pytest.mark.parametrize(("frozen", "pane"), [("1:3", "A4"), ("A:B", "C1"), ("A1", "B2")])
def test_freezing_rows_or_columns_alone(book: xlwings.Book, sheet: xlwings.Sheet, frozen: str, pane: str) -> None:
    sheet.freeze_panes.freeze_at(sheet.range(frozen))
    assert written(book)["計画"].freeze_panes == pane


# ---- ranges -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("corners", "address"),
    [
        (("B2",), "$B$2"),
        (("$B$2:C5",), "$B$2:$C$5"),
        (("C5:B2",), "$B$2:$C$5"),
        (((2, 3),), "$C$2"),
        (((2, 3), (4, 5)), "$C$2:$E$4"),
        (("A:C",), "$A:$C"),
        (("2:3",), "$2:$3"),
    ],
)
def test_range_by_address_and_by_corners(sheet: xlwings.Sheet, corners: tuple, address: str) -> None:
    assert sheet.range(*corners).address == address


def test_addresses(sheet: xlwings.Sheet) -> None:
    area = sheet.range("B2:C5")
    assert area.get_address(False, False) == "B2:C5"
    assert area.get_address(True, False) == "B$2:C$5"
    assert area.get_address(include_sheetname=True) == "'計画'!$B$2:$C$5"
    assert (area.row, area.column, area.shape, area.size) == (2, 2, (4, 2), 8)
    assert area.last_cell.address == "$C$5"
    assert area.offset(1, 2).address == "$D$3:$E$6"
    assert area.resize(1, 1).address == "$B$2"
    assert area[0, 1].address == "$C$2"
    assert [row.address for row in area.rows][0] == "$B$2:$C$2"
    assert sheet["B2:C5"] == area and sheet[1, 1].address == "$B$2"


def test_what_is_no_address_and_no_name_is_refused(sheet: xlwings.Sheet) -> None:
    for text in ("kgi_value", "AAAA1", "A0", "XFE1", "A1048577", ""):
        with pytest.raises(NoSuchObjectError):
            sheet.range(text)


def test_expanding_to_what_is_filled(sheet: xlwings.Sheet) -> None:
    sheet.range("B2").value = [["id", "name"], ["web", "Web"], ["ads", "Ads"]]
    assert sheet.range("B2").expand().address == "$B$2:$C$4"
    assert sheet.range("B2").expand("down").address == "$B$2:$B$4"
    assert sheet.range("B2").end("right").address == "$C$2"
    assert sheet.range("C4").end("up").address == "$C$2"


# ---- values and formulas ------------------------------------------------------------------------------


def test_values_keep_their_type(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.range("A1").value = [["text", 5, 0.1, True], [None, "", dt.datetime(2026, 4, 1, 9, 30), dt.date(2026, 4, 1)]]
    ws = written(book)["計画"]
    assert [cell.value for cell in ws[1]] == ["text", 5, 0.1, True]
    assert [cell.data_type for cell in ws[1]] == ["s", "n", "n", "b"]
    assert [cell.value for cell in ws[2]][2:] == [dt.datetime(2026, 4, 1, 9, 30), dt.datetime(2026, 4, 1)]
    assert ws["D2"].number_format == "yyyy-mm-dd"
    # Read through xlwings, numbers are floats and blanks None, as from Excel.
    assert sheet.range("A1:D1").value == ["text", 5.0, 0.1, True]
    assert type(sheet.range("B1").value) is float
    assert sheet.range("A2:B2").value == [None, None]
    assert sheet.range("D2").value == dt.datetime(2026, 4, 1)
    assert sheet.range("D2").options(dates=dt.date).value == dt.date(2026, 4, 1)
    assert sheet.range("A2").options(empty="-").value == "-"
    assert sheet.range("B1").options(numbers=int).value == 5


def test_one_value_for_a_whole_range(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.range("A1:B2").value = 7
    assert sheet.range("A1:B2").value == [[7, 7], [7, 7]]


def test_a_row_and_a_column_of_values(sheet: xlwings.Sheet) -> None:
    sheet.range("A1").value = [1, 2, 3]
    sheet.range("A2").options(transpose=True).value = [4, 5]
    assert sheet.range("A1:C1").value == [1, 2, 3]
    assert sheet.range("A2:A3").value == [4, 5]
    assert sheet.range("A1:A3").options(ndim=2).value == [[1], [4], [5]]


def test_formulas_texts_and_numbers_in_one_matrix(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.range("A1").formula = [["'=not a formula", '=A1&"<&>"', 5], ["'0120", "'plain", 0.25]]
    ws = written(book)["計画"]
    assert (ws["A1"].value, ws["A1"].data_type, ws["A1"].quotePrefix) == ("=not a formula", "s", True)
    assert (ws["B1"].value, ws["B1"].data_type) == ('=A1&"<&>"', "f")
    assert (ws["C1"].value, ws["B2"].value, ws["C2"].value) == (5, "plain", 0.25)
    assert (ws["A2"].value, ws["A2"].quotePrefix, ws["B2"].quotePrefix) == ("0120", True, False)
    assert sheet.range("B1").formula == '=A1&"<&>"'
    assert sheet.range("A1:C2").formula == (("=not a formula", '=A1&"<&>"', "5"), ("0120", "plain", "0.25"))
    assert sheet.range("Z9").formula == ""
    assert sheet.range("B1").value is None  # not calculated yet


def test_texts_come_back_as_they_were(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    texts = [" spaces ", "line\nbreak", "<&>\"'", "日本語🎌", "TRUE", "5", "__x__"]
    sheet.range("A1").value = [texts]
    assert [cell.value for cell in written(book)["計画"][1]] == texts


def test_what_no_cell_can_hold_is_refused(sheet: xlwings.Sheet) -> None:
    for value in ("bell\a", "x" * 32_768, "=" + "1+" * 5_000 + "1", float("inf"), 1j):
        with pytest.raises((ValueError, TypeError)):
            sheet.range("A1").value = value
    sheet.range("A1").value = float("nan")
    assert sheet.range("A1").value is None


def test_one_formula_for_many_cells_is_refused_because_it_would_not_be_adjusted(sheet: xlwings.Sheet) -> None:
    with pytest.raises(NotImplementedError):
        sheet.range("A1:A3").formula = "=B1"


def test_copying_cells_takes_their_look_along_and_shifts_what_is_relative(
    book: xlwings.Book, sheet: xlwings.Sheet
) -> None:
    other = book.sheets.add("写し")
    sheet.range("A1:B1").formula = [["=B1+$C$1", "確認済み"]]
    sheet.range("A1:B1").color = "#FF0000"
    sheet.range("A1:B1").copy(other.range("C3"))
    ws = written(book)["写し"]
    # two columns and two rows further, as Excel shifts it
    assert [cell.value for cell in ws[3][2:4]] == ["=D3+$C$1", "確認済み"]
    assert {cell.fill.fgColor.rgb for cell in ws[3][2:4]} == {"FFFF0000"}
    with pytest.raises(NotImplementedError, match="clipboard"):
        sheet.range("A1").copy()


def test_cells_with_several_fills_read_as_black(sheet: xlwings.Sheet) -> None:
    """As Excel tells it: only "no fill" is None."""
    sheet.range("A1").color = "#FF0000"
    assert sheet.range("A1:B1").color == (0, 0, 0)
    assert sheet.range("B1:C1").color is None


def test_clearing(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.range("A1:B1").value = [1, 2]
    sheet.range("A1:B1").color = "#FF0000"
    sheet.range("A1").clear_contents()
    sheet.range("B1").clear()
    assert sheet.range("A1").color == (255, 0, 0)
    assert sheet.range("B1").color is None
    assert sheet.range("A1:B1").value == [None, None]


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


# ---- rules --------------------------------------------------------------------------------------------


def rules_of(book: xlwings.Book) -> dict[str, object]:
    return {str(rule.sqref): rule for rule in written(book)["計画"].data_validations.dataValidation}


def test_validations(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.range("A1").data_validation.set_list(["○", "×"])
    sheet.range("A2:A5").data_validation.set_list(sheet.range("F1:F3"))
    book.names.add("choices", "='計画'!$F$1:$F$3")
    sheet.range("A6").data_validation.set_list(book.names["choices"])
    sheet.range("B1").data_validation.set_decimal("between", 0, 1)
    sheet.range("B2").data_validation.set_whole_number("greater_than", 0)
    sheet.range("B3").data_validation.set_date("greater_than_or_equal", dt.date(2026, 4, 1))
    sheet.range("B4").data_validation.set_custom("=DAY(B4)=1")
    sheet.range("B5").data_validation.api.set_list_formula("=INDIRECT($F$9)")
    found = rules_of(book)
    assert (found["A1"].type, found["A1"].formula1) == ("list", '"○,×"')
    assert found["A2:A5"].formula1 == "'計画'!$F$1:$F$3"
    assert found["A6"].formula1 == "choices"
    assert (found["B1"].type, found["B1"].formula1, found["B1"].formula2) == ("decimal", "0", "1")
    assert (found["B2"].type, found["B2"].operator, found["B2"].formula1) == ("whole", "greaterThan", "0")
    assert (found["B3"].type, found["B3"].formula1) == ("date", "DATE(2026,4,1)")
    assert (found["B4"].type, found["B4"].formula1) == ("custom", "DAY(B4)=1")
    assert found["B5"].formula1 == "INDIRECT($F$9)"
    assert all(rule.showErrorMessage and rule.allow_blank and rule.errorStyle == "stop" for rule in found.values())
    assert sheet.range("B1").data_validation.type == "decimal"
    assert (sheet.range("B1").data_validation.formula1, sheet.range("Z1").data_validation.type) == ("=0", "none")


def test_validation_messages(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    rule = sheet.range("B1:B3").data_validation
    rule.set_decimal("between", 0, 1)
    rule.api.set_messages("率", "0より大きく1以下", "20% または 0.2")
    found = rules_of(book)["B1:B3"]
    assert (found.errorTitle, found.error, found.promptTitle, found.prompt) == (
        "率",
        "0より大きく1以下",
        "率",
        "20% または 0.2",
    )
    assert found.showInputMessage
    assert sheet.range("B1:B3").data_validation.input_message == "20% または 0.2"
    with pytest.raises(ValueError):
        sheet.range("C1").data_validation.api.set_messages("a", "b", "c")


def test_messages_stay_within_what_excel_takes(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    rule = sheet.range("A1").data_validation
    rule.set_custom("=TRUE")
    rule.api.set_messages("t" * 40, "e" * 300, "p" * 300)
    found = rules_of(book)["A1"]
    assert [len(text) for text in (found.errorTitle, found.error, found.prompt)] == [32, 255, 255]


def test_a_range_has_one_validation(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.range("A1:A3").data_validation.set_custom("=TRUE")
    sheet.range("A1:A3").data_validation.set_whole_number("equal_to", 5)
    assert [rule.type for rule in rules_of(book).values()] == ["whole"]
    with pytest.raises(ValueError, match="overlaps|part of"):
        sheet.range("A2").data_validation.set_custom("=TRUE")  # Excel would call the file damaged
    sheet.range("A1:A3").data_validation.delete()
    assert rules_of(book) == {}


def test_conditional_formats(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    rules = sheet.range("C3:D9").conditional_formats
    rules.add_custom("=C3<0.95", fill_color="#FADFDC", font_color="#B3261E", font_bold=True, stop_if_true=True)
    rules.add_custom("=C3>=1.05", font_color=(27, 110, 83))
    ws = written(book)["計画"]
    (area,) = ws.conditional_formatting
    assert str(area.sqref) == "C3:D9"
    first, second = area.rules
    assert (first.type, first.formula, first.stopIfTrue, first.priority) == ("expression", ["C3<0.95"], True, 1)
    assert (first.dxf.fill.bgColor.rgb, first.dxf.font.color.rgb, first.dxf.font.bold) == ("FFFADFDC", "FFB3261E", True)
    assert (second.formula, second.dxf.fill, second.dxf.font.color.rgb) == (["C3>=1.05"], None, "FF1B6E53")
    assert [rule.formula for rule in rules] == ["=C3<0.95", "=C3>=1.05"]
    assert rules[0].fill_color == (250, 223, 220)
    rules.clear()
    assert len(rules) == 0


# ---- defined names ------------------------------------------------------------------------------------


def test_names(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    book.names.add("kgi_value", "='計画'!$C$4")
    book.names.add("half", "=0.5")
    sheet.range("B2:C3").name = "block"
    book.api.name_comment("kgi_value", "目標値")
    assert [name.name for name in book.names] == ["kgi_value", "half", "block"]
    assert book.names["kgi_value"].refers_to == "='計画'!$C$4"
    assert book.names["KGI_VALUE"].refers_to_range.address == "$C$4"
    assert sheet.range("block").shape == (2, 2)
    assert sheet.range("B2:C3").name.name == "block" and sheet.range("B2").name is None
    assert "kgi_value" in book.names and "other" not in book.names
    with pytest.raises(NoSuchObjectError):
        _ = book.names["half"].refers_to_range
    with pytest.raises(ValueError):
        book.names.add("KGI_value", "=1")
    book.names["block"].delete()
    names = written(book).defined_names
    assert set(names) == {"kgi_value", "half"}
    assert (names["kgi_value"].attr_text, names["kgi_value"].comment) == ("'計画'!$C$4", "目標値")


def test_a_quote_in_a_sheet_name(book: xlwings.Book) -> None:
    sheet = book.sheets.add("it's")
    sheet.range("A1").value = 5
    sheet.range("A1").name = "five"
    assert book.names["five"].refers_to == "='it''s'!$A$1"
    assert book.names["five"].refers_to_range.value == 5


# ---- beyond xlwings -----------------------------------------------------------------------------------


def test_page_set_up(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.api.setup(
        tab_color="1E3A5F",
        landscape=True,
        fit_width=1,
        fit_height=0,
        print_title_rows="1:4",
        header=("左", "", "R&&D"),
        footer=("", "&P / &N", "&D"),
        row_breaks=[20, 40],
        center_horizontally=True,
        margins=(0.4, 0.4, 0.5, 0.5),
    )
    sheet.api.default_row_height(18)
    sheet.api.zoom(90)
    ws = written(book)["計画"]
    assert ws.sheet_properties.tabColor.rgb == "FF1E3A5F"
    assert (ws.page_setup.orientation, ws.page_setup.paperSize) == ("landscape", 9)
    assert (ws.page_setup.fitToWidth, ws.page_setup.fitToHeight, ws.sheet_properties.pageSetUpPr.fitToPage) == (
        1,
        0,
        True,
    )
    assert ws.print_title_rows == "$1:$4"
    assert (ws.oddHeader.left.text, ws.oddHeader.right.text) == ("左", "R&&D")
    assert (ws.oddFooter.center.text, ws.oddFooter.right.text) == ("&P / &N", "&D")
    assert [item.id for item in ws.row_breaks.brk] == [20, 40]
    assert ws.print_options.horizontalCentered
    assert (ws.page_margins.left, ws.page_margins.top) == (0.4, 0.5)
    assert (ws.sheet_format.defaultRowHeight, ws.sheet_format.customHeight) == (18, True)
    assert ws.sheet_view.zoomScale == 90
    assert sheet.range("A1").row_height == 18 and sheet.range("A3").top == 36


def test_protection_without_password(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.range("B2").api.set_locked(False)
    sheet.api.protect()
    ws = written(book)["計画"]
    protection = ws.protection
    assert protection.sheet and not protection.password
    # In the file, True means "forbidden".
    assert not protection.selectLockedCells and not protection.selectUnlockedCells
    assert not protection.formatColumns and not protection.formatRows
    assert protection.formatCells and protection.insertRows
    assert not ws["B2"].protection.locked and ws["A1"].protection.locked


def test_filter_arrows_work_on_a_protected_sheet(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.range("B6").value = [["日時", "対象"], [1, "a"]]
    sheet.api.filter("B6:C7")
    sheet.api.protect()
    ws = written(book)["計画"]
    assert ws.auto_filter.ref == "B6:C7" and ws.protection.sheet and not ws.protection.autoFilter


def test_same_content_gives_the_same_bytes() -> None:
    def build() -> bytes:
        book = engine.new_book()
        sheet = book.sheets.add("計画")
        sheet.range("A1").formula = [["a", "=1+1"], ["b", 2]]
        sheet.charts.add(source=sheet.range("A1:B2"))
        return book.api.to_bytes()

    assert build() == build()


def test_writing_twice_gives_the_same_bytes(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    sheet.range("A1").value = "a"
    sheet.range("A2").add_hyperlink("https://example.com/")
    sheet.charts.add(source=sheet.range("A1:B2"))
    assert book.api.to_bytes() == book.api.to_bytes()


def test_file_properties(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    file = written(book)
    assert file.properties.creator == "xl_kpi"
    assert file.properties.created == file.properties.modified == dt.datetime(2026, 1, 1)
    assert file.calculation.fullCalcOnLoad


def test_a_call_that_is_not_there_says_so(sheet: xlwings.Sheet) -> None:
    with pytest.raises(NotImplementedError):
        sheet.range("A1").copy()
    with pytest.raises(NotImplementedError):
        sheet.autofit()
