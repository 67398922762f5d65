"""Named styles: made, given to cells, restyled by a person in a template and taken over from there."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
import xlwings
from lxml import etree
from openpyxl.styles import Alignment, Font, PatternFill

from xl_kpi import engine
from xl_kpi.workbook.package.file_book import FileBook
from xl_kpi.workbook.package.safety import package_parts
from xl_kpi.workbook.package.worn_styles import worn_styles
from xl_kpi.workbook.theme import Style

STYLES = {
    "title": Style("title", size=18, bold=True, color="1E3A5F"),
    "input.rate": Style(
        "input.rate",
        color="1D4ED8",
        fill="FFF8DC",
        number_format="0.0%",
        align="right",
        indent=1,
        borders=(("top", "thin", "C9D1DA"), ("bottom", "medium", "1E3A5F")),
        locked=False,
        wrap=True,
    ),
    "note": Style("note", size=9, italic=True, valign="top", shrink=True),
}


def styled() -> xlwings.Book:
    """A sheet with every style on two cells, one of them blank."""
    book = engine.new_book()
    book.api.font = ("Calibri", "游ゴシック")
    book.api.define_styles(STYLES)
    sheet = book.sheets.add("設定")
    sheet.range("A1").formula = [["題"], [0.2], ["注"]]
    names = dict(enumerate(STYLES, 1))
    sheet.api.set_styles({(row, column): name for row, name in names.items() for column in (1, 2)})
    return book


def written(book: xlwings.Book) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(book.api.to_bytes()))


def test_each_style_is_a_named_style_of_excel() -> None:
    file = written(styled())
    assert {"kpi title", "kpi input.rate", "kpi note"} <= set(file.named_styles)
    cell = file["設定"]["A2"]
    assert cell.style == "kpi input.rate"
    assert (cell.font.size, cell.font.color.rgb, cell.font.scheme, cell.font.name) == (
        10,
        "FF1D4ED8",
        "minor",
        "Calibri",
    )
    assert (cell.fill.fgColor.rgb, cell.number_format) == ("FFFFF8DC", "0.0%")
    assert (cell.alignment.horizontal, cell.alignment.indent, cell.alignment.wrap_text) == ("right", 1, True)
    assert (cell.border.top.style, cell.border.bottom.style, cell.border.left.style) == ("thin", "medium", None)
    assert not cell.protection.locked
    assert file["設定"]["B1"].font.bold and file["設定"]["B1"].value is None
    assert (file["設定"]["A3"].alignment.shrink_to_fit, file["設定"]["A3"].alignment.vertical) == (True, "top")


def test_setting_an_attribute_leaves_the_style_of_other_cells_alone() -> None:
    book = styled()
    book.sheets[0].range("A1").font.color = "#FF0000"
    ws = written(book)["設定"]
    assert (ws["A1"].font.color.rgb, ws["B1"].font.color.rgb) == ("FFFF0000", "FF1E3A5F")
    assert ws["A1"].style == "kpi title"


def test_a_quoted_text_stays_quoted_under_a_style() -> None:
    book = styled()
    sheet = book.sheets[0]
    sheet.range("A1").formula = "'=1+1"
    sheet.api.set_styles({(1, 1): "note"})
    cell = written(book)["設定"]["A1"]
    assert (cell.value, cell.data_type, cell.quotePrefix, cell.style) == ("=1+1", "s", True, "kpi note")


def test_a_style_that_is_not_defined_is_refused() -> None:
    with pytest.raises(KeyError):
        styled().sheets[0].api.set_styles({(1, 1): "unknown"})


def test_theme_and_normal_style_carry_both_fonts() -> None:
    book = styled()
    book.api.define_styles({})
    file = written(book)
    theme = ZipFile(BytesIO(book.api.to_bytes())).read("xl/theme/theme1.xml").decode("utf-8")
    for block in re.findall(r"<a:(?:major|minor)Font>.*?</a:(?:major|minor)Font>", theme, re.DOTALL):
        assert '<a:latin typeface="Calibri"/>' in block
        assert '<a:ea typeface="游ゴシック"/>' in block
        assert 'script="Jpan" typeface="游ゴシック"' in block
    assert (file["設定"]["Z9"].font.name, file["設定"]["Z9"].font.size, file["設定"]["Z9"].font.scheme) == (
        "Calibri",
        11,
        "minor",
    )
    assert theme.count("游ゴシック") == 4


def restyled(folder: Path) -> Path:
    """The same workbook after a person went over it: cells reformatted, one style changed, another theme font."""
    path = folder / "restyled.xlsx"
    path.write_bytes(styled().api.to_bytes())
    file = openpyxl.load_workbook(path)
    ws = file["設定"]
    for cell in ws["2"]:  # both cells of input.rate
        cell.fill = PatternFill("solid", fgColor="FFDDF1E8")
        cell.number_format = "0%"
        cell.alignment = Alignment(horizontal="center")
    ws["A1"].font = Font(name="Meiryo", size=30)  # one of the two titles: B1 still has the old look
    ws["C1"].value, ws["C1"].style = 1, "kpi title"
    ws["C1"].font = Font(name="Meiryo", size=30)
    for cell in ws["3"]:
        cell.style = "Normal"  # nothing wears "note" any more …
    next(style for style in file._named_styles if style.name == "kpi note").font = Font(name="Arial", size=7)
    file.loaded_theme = file.loaded_theme.replace(b"Calibri", b"Aptos")
    file.save(path)
    return path


def worn(path: Path) -> tuple:
    """How a file's cells are dressed, as ``adopt_styles`` takes it."""
    found = worn_styles(FileBook(package_parts(path.read_bytes(), path.name, "ja"), path.name))
    return found.styles, found.theme, found.cells


@pytest.mark.parametrize("adopt_first", [True, False])
def test_the_look_of_a_restyled_template_is_taken_over(tmp_path: Path, adopt_first: bool) -> None:
    path = restyled(tmp_path)
    book = engine.new_book()
    book.api.font = ("Calibri", "游ゴシック")
    if adopt_first:
        assert book.api.adopt_styles(*worn(path)) == ["input.rate", "note", "title"]
    book.api.define_styles(STYLES)
    sheet = book.sheets.add("設定")
    sheet.api.set_styles({(1, 1): "title", (2, 1): "input.rate", (3, 1): "note"})
    if not adopt_first:
        book.api.adopt_styles(*worn(path))
    ws = written(book)["設定"]
    assert (ws["A2"].fill.fgColor.rgb, ws["A2"].number_format) == ("FFDDF1E8", "0%")
    assert (ws["A2"].alignment.horizontal, ws["A2"].font.color.rgb) == ("center", "FF1D4ED8")
    assert not ws["A2"].protection.locked  # ours, whatever the template says
    assert (ws["A1"].font.name, ws["A1"].font.size) == ("Meiryo", 30)  # two of three cells
    assert (ws["A3"].font.name, ws["A3"].font.size) == ("Arial", 7)  # no cell: the named style itself
    assert ws["A3"].style == "kpi note"
    theme = ZipFile(BytesIO(book.api.to_bytes())).read("xl/theme/theme1.xml").decode("utf-8")
    assert "Aptos" in theme


def test_cells_that_name_another_style_than_they_wear_are_not_believed(tmp_path: Path) -> None:
    """openpyxl orders named styles anew in a file that LibreOffice has written, and leaves the numbers in the cells."""
    book = engine.new_book()
    book.api.define_styles({**STYLES, "input.month": Style("input.month", number_format="yyyy/mm")})
    sheet = book.sheets.add("設定")
    sheet.range("A1").formula = [[46113], [0.2]]
    sheet.api.set_styles({(1, 1): "input.month", (2, 1): "input.rate"})
    path = tmp_path / "ordered.xlsx"
    path.write_bytes(book.api.to_bytes())
    styles, theme, cells = worn(path)
    root = etree.fromstring(styles)
    numbers = {each.get("name"): each.get("xfId") for each in root.iter("{*}cellStyle")}
    month, rate = numbers["kpi input.month"], numbers["kpi input.rate"]
    for each in root.find("{*}cellXfs"):
        each.set("xfId", {month: rate, rate: month}.get(each.get("xfId"), each.get("xfId")))
    new = engine.new_book()
    new.api.adopt_styles(etree.tostring(root), theme, cells)
    new.api.define_styles({**STYLES, "input.month": Style("input.month", number_format="yyyy/mm")})
    new.sheets.add("設定").api.set_styles({(1, 1): "input.month", (2, 1): "input.rate"})
    ws = written(new)["設定"]
    assert (ws["A1"].number_format, ws["A2"].number_format) == ("yyyy/mm", "0.0%")


def test_formats_numbered_as_gnumeric_does_stay_what_they_are(tmp_path: Path) -> None:
    """Numbers from 100 on, and one of Excel's own: what is below 164 was taken for Excel's, a month for a number."""
    path = tmp_path / "low.xlsx"
    file = engine.new_book()
    file.api.define_styles({"input.month": Style("input.month", number_format="yyyy/mm"), **STYLES})
    file.sheets.add("設定").api.set_styles({(1, 1): "input.month", (2, 1): "input.rate"})
    path.write_bytes(file.api.to_bytes())
    styles, theme, cells = worn(path)
    for number, code in ((b"100", b"yyyy/mm"), (b"14", b"0.0%")):
        there = re.search(rb'numFmtId="([0-9]+)" formatCode="%s"' % code, styles)
        styles = styles.replace(b'numFmtId="%s"' % there[1], b'numFmtId="%s"' % number)
    book = engine.new_book()
    book.api.adopt_styles(styles, theme, cells)
    book.api.define_styles({"input.month": Style("input.month"), **STYLES})
    book.sheets.add("設定").api.set_styles({(1, 1): "input.month", (2, 1): "input.rate"})
    ws = written(book)["設定"]
    assert (ws["A1"].number_format, ws["A2"].number_format) == ("yyyy/mm", "0.0%")


def test_locking_is_not_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    file = styled()
    file.sheets[0].range("A2:B2").api.set_locked(True)
    path.write_bytes(file.api.to_bytes())
    book = engine.new_book()
    book.api.adopt_styles(*worn(path))
    book.api.define_styles(STYLES)
    book.sheets.add("設定").api.set_styles({(1, 1): "input.rate"})
    assert not written(book)["設定"]["A1"].protection.locked


def test_a_workbook_without_our_styles_changes_nothing_but_the_theme(tmp_path: Path) -> None:
    path = tmp_path / "plain.xlsx"
    openpyxl.Workbook().save(path)
    book = styled()
    assert book.api.adopt_styles(*worn(path)) == []
    assert written(book)["設定"]["A1"].font.size == 18


@pytest.mark.parametrize("wrong", [b'fontId="999"', b'fontId="x"', b'fontId="-1"'])
def test_a_cell_format_that_can_not_be_read_leaves_our_style_as_it_is(tmp_path: Path, wrong: bytes) -> None:
    styles, theme, cells = worn(restyled(tmp_path))
    book = engine.new_book()
    book.api.adopt_styles(re.sub(rb'fontId="[0-9]+"', wrong, styles), theme, cells)
    book.api.define_styles(STYLES)
    book.sheets.add("設定").api.set_styles({(1, 1): "title"})
    assert written(book)["設定"]["A1"].style == "kpi title"
