"""Every template in both languages: Python, the file's stored values and LibreOffice say the same, cell by cell."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from tests.agreement.books import BOOKS, LANGUAGES, OFTEN, TEMPLATES, serial, template_book, template_plan
from tests.agreement.comparison import against_python, between_engines, numeric_cells
from tests.agreement.selected import asked, by_libreoffice, often
from tests.agreement.sheet_xml import read_values
from xl_kpi.sheets import book_spec

EVERY = pytest.mark.parametrize("book", often(BOOKS, OFTEN), ids="-".join)
IN_LIBREOFFICE = pytest.mark.parametrize("book", often(BOOKS, [("default", "ja"), ("c4", "en")]), ids="-".join)


@pytest.fixture(scope="module")
def stored(request):
    """What stands in each file beside the formulas."""
    return {book: read_values(template_book(*book).data) for book in asked(request, "book")}


@pytest.fixture(scope="module")
def libreoffice_says(request, libreoffice, tmp_path_factory):
    """What LibreOffice makes of the files, from one start of the program."""
    books = {book: template_book(*book) for book in asked(request, "book")}
    return by_libreoffice(request, libreoffice, tmp_path_factory, books, "book")


@EVERY
def test_stored_values_are_pythons(book, stored) -> None:
    assert against_python(template_book(*book), stored[book], "stored") == []


@pytest.mark.host
@IN_LIBREOFFICE
def test_libreoffice_computes_pythons_numbers(book, libreoffice_says) -> None:
    assert against_python(template_book(*book), libreoffice_says[book], "LibreOffice") == []


@pytest.mark.host
@IN_LIBREOFFICE
def test_libreoffice_and_ironcalc_agree_on_every_formula(book, stored, libreoffice_says) -> None:
    """Also where Python has no result: the plan in words, warnings, checks of a row."""
    assert between_engines(template_book(*book), stored[book], libreoffice_says[book]) == []


@pytest.mark.parametrize("name", often(TEMPLATES, ["default", "c2"]))
def test_both_languages_have_the_same_numbers(name: str) -> None:
    """The language changes words only: cell for cell the same Python numbers."""
    numbers = []
    for lang in LANGUAGES:
        sheets = book_spec(template_plan(name, lang)).sheets
        numbers.append(
            {
                (sheet.key, place): cell.value
                for sheet in sheets
                for place, cell in sheet.cells.items()
                if cell.formula is not None and not isinstance(cell.value, str)
            }
        )
    assert numbers[0] == numbers[1]


@EVERY
def test_there_is_something_to_compare(book) -> None:
    """A comparison of nothing would always agree.

    The default plan has 365 days × (6 stages + goal + what remains) on the calculation sheet alone.
    """
    assert numeric_cells(template_book(*book)) > (365 * 8 if book == ("default", "ja") else 500)


def test_our_reader_of_values_reads_what_openpyxl_reads() -> None:
    """The agreement rests on it, so it is held against another reader, on the file with most kinds of cells."""
    data = template_book("default", "ja").data
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    theirs = {
        (sheet.title, cell.row, cell.column): serial(cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert {place: value for place, value in read_values(data).items() if value != ""} == theirs
