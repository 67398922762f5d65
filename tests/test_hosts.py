"""The hosts themselves: LibreOffice computes anew, several files at once stay apart, pages become pictures."""

from __future__ import annotations

import openpyxl
import pytest
import xlsxwriter

pytestmark = pytest.mark.host


def test_libreoffice_does_not_believe_stored_results(libreoffice_values, tmp_path):
    path = tmp_path / "stale.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("逆算")
        sheet.write_number("A1", 50)
        sheet.write_formula("A2", "=A1*36", value=99)  # stored: 99; true: 50 orders need 1,800 leads (C1)
        sheet.write_formula("A3", '=TEXT(A1,"0.0")')
    assert openpyxl.load_workbook(path, data_only=True)["逆算"]["A2"].value == 99
    assert libreoffice_values(path) == {("逆算", 1, 1): 50, ("逆算", 2, 1): 1800, ("逆算", 3, 1): "50.0"}


def test_several_files_of_the_same_name_in_one_call(libreoffice_values, tmp_path):
    paths = []
    for number in (3, 1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        book = openpyxl.Workbook()
        book.active.append([number, "=A1*10"])
        book.save(folder / "plan.xlsx")
        paths.append(folder / "plan.xlsx")
    found = libreoffice_values(*paths)
    assert [values["Sheet", 1, 2] for values in found] == [30, 10, 20]


def test_each_page_becomes_a_picture(libreoffice_pdf, pdf_png, tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "リード"
    book.create_sheet("KPIツリー")["A1"] = "受注"
    book.save(tmp_path / "pages.xlsx")
    pictures = pdf_png(libreoffice_pdf(tmp_path / "pages.xlsx"))
    assert [picture.name[-6:] for picture in pictures] == ["-1.png", "-2.png"]
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)
