"""xlwings calls for rules, names, pages and protection: done, saved, reopened with openpyxl."""

from __future__ import annotations

import datetime as dt

import pytest
import xlwings
from xlwings import NoSuchObjectError

from tests.engine.reopened import written
from xl_kpi import engine

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
