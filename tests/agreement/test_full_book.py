"""All pages and all channels on, every table typed in, in both languages: Python, IronCalc and LibreOffice agree."""

from __future__ import annotations

from functools import cache

import pytest
from openpyxl.utils import range_boundaries

from tests.agreement.books import LANGUAGES, Built, read_back
from tests.agreement.comparison import against_python, between_engines, numeric_cells
from tests.agreement.full_book import ACTUAL_MONTHS, CLOSED, alone, full_book, full_plan
from tests.agreement.selected import often
from tests.agreement.sheet_xml import read_values
from tests.agreement.test_formulas import ALLOWED, functions_of
from xl_kpi import catalog
from xl_kpi.kpi.figures import is_number
from xl_kpi.plan.model import MAX_MONTHS
from xl_kpi.plan.pages.optional import OPTIONAL
from xl_kpi.plan.pages.tables import TABLES

# Cells given as a formula alone, without a number of Python's own: words, all of them.  Page → the test that says what
# they have to say, beside the two engines that are compared on each of them here.
WORDS = {
    "start": "tests/cli/test_start.py",  # the plan in a sentence, the next period
    "dashboard": "tests/sheets/test_dashboard.py",  # cards, labels of bars
    "review": "tests/sheets/test_stamp.py",  # of which day it is, and that inputs have changed since
    "settings": "tests/agreement/test_examples_agree.py",  # the live sentence, warnings in words
    "funnel": "tests/agreement/test_findings_agree.py",  # what is wrong with a row
    "channels": "tests/agreement/test_findings_agree.py",
    "tree": "tests/agreement/test_findings_agree.py",  # below the title: what the plan can't be computed with
    "agreement": "tests/agreement/test_findings_agree.py",
    "backwards": "tests/agreement/test_next_period_agrees.py",  # the heading of the next period
    "tab": "tests/sheets/test_channel_totals.py",  # what a channel gets and gives
    "economics": "tests/sheets/test_economics_pages.py",  # verdicts in words
    "people": "tests/sheets/test_economics_pages.py",
    "content": "tests/sheets/test_content.py",  # which content goes with orders, what counts
    "functions": "tests/functions/test_functions_sheet.py",  # who answers
    "calc": "tests/agreement/test_findings_agree.py",  # the parts of the warnings
}


@pytest.fixture(scope="module")
def stored():
    """What stands in a file beside the formulas, as IronCalc computed it, by language."""
    return cache(lambda lang: read_values(full_book(lang).data))


def test_everything_is_on_and_typed_in() -> None:
    """A page, a channel or a table that is new has to get its entries in ``full_book``."""
    plan, sheets = full_plan(), {sheet.key: sheet for sheet in full_book().spec.sheets}
    assert [key for key in OPTIONAL if sheets[key].hidden] == []
    assert {one.id for one in plan.channels_on} == {one.id for one in catalog.channels()}
    assert all(kpi.on for kpi in plan.kpis)
    assert [table.key for table in TABLES if not plan.tables.get(table.key)] == []
    blank = {
        f"{table.key}.{field.column}"
        for table in TABLES
        for field in table.columns
        if not any(field.column in row for row in plan.tables[table.key].values())
    }
    assert blank <= {"tbl_ksf.kpi4"}
    assert plan.closed_months == CLOSED and plan.channel_rates and plan.pipeline and plan.answers
    typed = {what for what, month in plan.actuals if month == ACTUAL_MONTHS - 1}
    rows = {f"{kpi.channel}:{kpi.id}" for kpi in plan.kpis if kpi.actual == "input"}
    assert rows <= typed


@pytest.mark.parametrize("lang", often(LANGUAGES, ["ja"]))
def test_stored_values_are_pythons(lang, stored) -> None:
    assert against_python(full_book(lang), stored(lang), "stored") == []
    assert numeric_cells(full_book(lang)) > 20_000


@pytest.mark.parametrize("lang", often(LANGUAGES, ["ja"]))
def test_what_is_a_formula_alone_is_words(lang, stored) -> None:
    """Each number has Python's own beside it; words have the two engines and a test of their page."""
    book = full_book(lang)
    places = alone(book)
    assert {key.partition(":")[0] for key in places} == set(WORDS)
    values = [stored(lang).get((book.spec.sheet(key).name, *place)) for key in places for place in places[key]]
    assert {type(value) for value in values} <= {str, type(None)}
    assert sum(bool(value) for value in values) > 40  # most of them have something to say


@pytest.mark.long
def test_both_languages_have_the_same_numbers() -> None:
    """In each row the same in the same order: a wide word takes a column more in one of the languages."""

    def numbers(lang: str) -> dict[tuple[str, int], list[object]]:
        found: dict[tuple[str, int], list[object]] = {}
        for sheet in full_book(lang).spec.sheets:
            for (row, _), cell in sorted(sheet.cells.items()):
                if cell.formula is not None and is_number(cell.value):
                    found.setdefault((sheet.key, row), []).append(cell.value)
        return found

    assert numbers("ja") == numbers("en")


def test_functions_of_excel_2010_only() -> None:
    assert functions_of(full_book().spec) - ALLOWED == set()


@pytest.mark.parametrize("lang", often(LANGUAGES, ["ja"]))
def test_everything_that_was_typed_is_read_back(lang) -> None:
    assert read_back(full_book(lang).data) == full_plan(lang)


@pytest.mark.parametrize("lang", often(LANGUAGES, ["ja"]))
def test_below_a_table_that_grows_a_row_is_blank(lang) -> None:
    """What stands directly below it would be read as a row that was typed there."""
    spec = full_book(lang).spec
    for table in TABLES:
        sheet, _, area = spec.names[table.key].rpartition("!")
        page = next(one for one in spec.sheets if one.name == sheet.strip("'"))
        first, top, last, bottom = range_boundaries(area)
        below = {page.cells[bottom + 1, column].value for column in range(first, last + 1)
                 if (bottom + 1, column) in page.cells}  # fmt: skip
        assert below <= {None, ""}, (table.key, below)


@pytest.mark.host
@pytest.mark.parametrize("lang", often(LANGUAGES, ["ja"]))
def test_libreoffice_computes_the_same(lang, stored, libreoffice, tmp_path) -> None:
    """Every formula, those included that only the workbook computes."""
    (path,) = libreoffice.convert([full_book(lang).at(tmp_path, lang)], "xlsx")
    theirs = read_values(path.read_bytes())
    assert against_python(full_book(lang), theirs, "LibreOffice") == []
    assert between_engines(full_book(lang), stored(lang), theirs) == []


@pytest.mark.long
@pytest.mark.host
def test_of_36_months(libreoffice, tmp_path) -> None:
    book: Built = full_book("ja", MAX_MONTHS)
    values = read_values(book.data)
    assert against_python(book, values, "stored") == []
    (path,) = libreoffice.convert([book.at(tmp_path, "long")], "xlsx")
    theirs = read_values(path.read_bytes())
    assert against_python(book, theirs, "LibreOffice") == []
    assert between_engines(book, values, theirs) == []
