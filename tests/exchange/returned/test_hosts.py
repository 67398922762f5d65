"""Workbooks that another program has saved: LibreOffice, and a reader of its own (openpyxl) beside ours."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from tests.agreement.selected import often
from tests.exchange.sent_books import SATO, TANAKA, Office, differences, quarter
from xl_kpi.plan.same_value import told

pytestmark = [pytest.mark.host, pytest.mark.slow]

TYPED = {
    "actual[ads:clicks][2026-05]": 1234.5,
    "actual[ads:cost][2026-04]": 1e15 / 3,
    "actual[web:cv][2026-06]": 1 / 3,
    "actual[web:sessions][2026-04]": None,
    "tbl_agreement[channel:ads].state": "合意",
    "tbl_agreement[channel:ads].by": "田中",
    "tbl_agreement[channel:ads].on": dt.date(2026, 5, 10),
    "tbl_agreement[channel:ads].comment": "=HYPERLINK(\"http://example.com\")",
    "tbl_agreement[channel:web].state": "異議",
    "tbl_agreement[channel:web].comment": "２行の\nコメント",
}  # fmt: skip


@pytest.mark.parametrize("rest", often(["visible", "none"], ["visible"]))
def test_libreoffice_saves_a_workbook_that_says_the_same(rest, libreoffice, tmp_path):
    office = Office(quarter(), rest=rest).send()
    paths = []
    for name, book in (("filled", office.book(TANAKA).type(TYPED)), ("untouched", office.book(SATO))):
        paths.append(tmp_path / f"{name}.xlsx")
        paths[-1].write_bytes(book.bytes())
    before = [office.read(path.read_bytes()) for path in paths]
    after = [office.read(path.read_bytes()) for path in libreoffice.convert(paths, "xlsx")]
    said = [{key: told(value) for key, value in one.returned.entries.items()} for one in (before[0], after[0])]
    assert said[0] == said[1] and len(said[0]) > len(TYPED)
    assert after[1].returned.entries == {} and after[1].foreign == () and after[1].faults == ()
    assert differences(office, after[0])["tbl_agreement[channel:ads].comment"] == '=HYPERLINK("http://example.com")'


def test_the_parts_are_read_as_openpyxl_reads_them(libreoffice, tmp_path):
    """Every cell behind our names, in the file as we made it and as LibreOffice saved it."""
    from xl_kpi.workbook.package.parts_book import PartsBook
    from xl_kpi.workbook.package.safety import few_parts

    office = Office(quarter()).send([TANAKA])
    path = tmp_path / "book.xlsx"
    path.write_bytes(office.book(TANAKA).type(TYPED).bytes())
    compared = 0
    for file in (path, *libreoffice.convert([path], "xlsx")):
        data = file.read_bytes()
        book = PartsBook(few_parts(data, "x", "ja"), "x", lambda name: name.startswith(("act_", "tbl_")),
                         lambda key: False)  # fmt: skip
        values, formulas = (openpyxl.load_workbook(file, data_only=only) for only in (True, False))
        for name in book.names:
            area = name.refers_to_range
            if area is None or area.sheet.name in ("計算", "控え"):
                continue
            matrix, typed = area.options(ndim=2).value, area.options(ndim=2).formula
            for row in range(area.shape[0]):
                for column in range(area.shape[1]):
                    place = (area.row + row, area.column + column)
                    wanted = values[area.sheet.name].cell(*place).value
                    assert _plain(matrix[row][column]) == _plain(wanted), (name.name, place)
                    formula = formulas[area.sheet.name].cell(*place).value
                    is_formula = isinstance(formula, str) and formulas[area.sheet.name].cell(*place).data_type == "f"
                    assert typed[row][column].startswith("=") is is_formula, (name.name, place)
                    compared += 1
    assert compared > 2000


def _plain(value: object) -> object:
    """An empty text, as a formula gives it, is a blank to some readers."""
    return None if value == "" else value


def test_a_script_that_loses_the_results_of_formulas(tmp_path):
    """openpyxl writes formulas without results, the headers of the months among them."""
    office = Office(quarter()).send([TANAKA])
    path = tmp_path / "book.xlsx"
    path.write_bytes(office.book(TANAKA).type({"actual[ads:clicks][2026-05]": 1200}).bytes())
    book = openpyxl.load_workbook(path)
    book.save(path)
    assert office.read(path.read_bytes()).returned.entries == {"actual[ads:clicks][2026-05]": 1200}
