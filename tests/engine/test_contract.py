"""Every xlwings call that the renderer, the reader and the macros make: books, sheets, ranges, values.

A new xlwings release is checked by this file and by test_contract_formats.py and test_contract_rules.py: done, saved,
reopened with openpyxl.  Expected values are what was set a line above, unless a comment says otherwise.
"""

from __future__ import annotations

import datetime as dt

import pytest
import xlwings
from xlwings import NoSuchObjectError

from tests.engine.reopened import written
from xl_kpi import engine

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
