"""What stands in the cells: results beside every formula, no error, and functions of Excel 2010 only."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from tests.agreement.books import BOOKS, OFTEN, Values, template_book
from tests.agreement.selected import often
from tests.agreement.sheet_xml import MAIN, read_formulas, read_values
from tests.agreement.variants import edge_plans
from tests.sheets.content_plans import with_content
from tests.sheets.relations_plans import with_relations
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.addresses import relative
from xl_kpi.workbook.spec import BookSpec

# All are in Excel 2007 already, and mean the same in LibreOffice, IronCalc and Google Sheets.  A new function
# comes onto this list when it has been seen to: TEXT is missing because the engines round differently in it.
ALLOWED = {
    "ABS", "ADDRESS", "AND", "CHAR", "COLUMN", "COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "DATE", "DAY", "EDATE", "EXP",
    "FIND", "FIXED", "IF", "IFERROR", "INDEX", "INT", "ISERROR", "ISNUMBER", "ISTEXT", "LARGE", "LEFT", "LN",
    "LOG10", "MATCH", "MAX", "MIN", "MOD", "MONTH", "N", "NOT", "OR", "ROUND", "ROUNDUP", "ROW", "SUBSTITUTE", "SUM",
    "SUMIF", "SUMIFS", "SUMPRODUCT", "TRIM", "WORKDAY", "YEAR",
}  # fmt: skip
# They are computed anew at every change, whatever changed: a plan would never be at rest.
VOLATILE = {"CELL", "INDIRECT", "INFO", "NOW", "OFFSET", "RAND", "RANDARRAY", "RANDBETWEEN", "TODAY"}
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA")


@lru_cache(1)  # the tests of a workbook follow one another
def formulas(book: tuple[str, str]) -> dict[str, str]:
    """Address -> formula of every formula cell."""
    found = read_formulas(template_book(*book).data)
    return {f"{sheet}!{relative(row, column)}": text for (sheet, row, column), text in found.items()}


@lru_cache(1)
def values_of(book: tuple[str, str]) -> Values:
    return read_values(template_book(*book).data)


@pytest.fixture(params=often(BOOKS, OFTEN), ids="-".join, scope="module")
def book(request) -> tuple[str, str]:
    """Of each template; a fixture of the module, so that all tests of one workbook follow one another."""
    return request.param


def shape(formula: str) -> str:
    """The formula without its numbers; a digit before a bracket belongs to a function's name."""
    return re.sub(r"\d+(?![\d(])", "0", formula)


@cache
def functions(formula: str) -> set[str]:
    return {
        token.value[:-1].upper()
        for token in Tokenizer(formula).items
        if token.type == Token.FUNC and token.subtype == Token.OPEN
    }


def functions_of(spec: BookSpec) -> set[str]:
    """All functions of a workbook; formulas that differ in numbers alone are looked at once."""
    shapes = {shape(cell.formula) for sheet in spec.sheets for cell in sheet.cells.values() if cell.formula}
    return set().union(*map(functions, shapes))


@lru_cache(1)
def sheet_xml(book: tuple[str, str]) -> list[tuple[str, etree._Element]]:
    with ZipFile(BytesIO(template_book(*book).data)) as package:
        names = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        return [(name, etree.fromstring(package.read(name))) for name in names]


def test_every_formula_has_a_stored_result(book) -> None:
    without = [
        f"{part}: {cell.get('r')}"
        for part, root in sheet_xml(book)
        for cell in root.iter(f"{MAIN}c")
        if cell.find(f"{MAIN}f") is not None
        and (cell.find(f"{MAIN}v") is None or (cell.find(f"{MAIN}v").text is None and cell.get("t") != "str"))
    ]
    assert without == []


def test_no_cell_holds_an_error(book) -> None:
    """Neither as an error nor as a text that looks like one."""
    assert [
        cell.get("r") for _, root in sheet_xml(book) for cell in root.iter(f"{MAIN}c") if cell.get("t") == "e"
    ] == []
    assert {place: value for place, value in values_of(book).items() if value in ERRORS} == {}


def test_excel_2010_functions_only(book) -> None:
    found = {place: functions(shape(formula)) - ALLOWED for place, formula in formulas(book).items()}
    assert {place: names for place, names in found.items() if names} == {}


# Those of which each has formulas of its own; of "36 months" they are the same, many times over.
EDGES = [name for name in edge_plans() if not name.startswith("36")]
EDGES_OFTEN = [
    "odd KPIs", "measured curves", "one month", "a yearly goal in 18 months", "deadline two years after the end",
    "pipeline", "revenue in millions", "profit with existing customers", "rounding each", "no channel",
]  # fmt: skip


@pytest.mark.parametrize("name", often(EDGES, EDGES_OFTEN))
def test_edges_use_no_other_functions(name) -> None:
    """Curves, revenue goals, rounding at each stage and the pipeline have formulas of their own."""
    assert functions_of(book_spec(edge_plans()[name])) - ALLOWED == set()


@pytest.mark.long
def test_the_list_of_functions_is_no_longer_than_it_must_be() -> None:
    """A function that no workbook uses any more has not been looked at for long."""
    assert not ALLOWED & VOLATILE
    plans = [edge_plans()[name] for name in ("every KPI of the catalog", "rounding each", "revenue in millions")]
    plans += [with_relations("ja"), with_pages(plans[0], {"durations": True, "actions": True}), with_content("ja", 2)]
    assert ALLOWED - set().union(*(functions_of(book_spec(plan)) for plan in plans)) == set()


def test_plain_formulas_only(book) -> None:
    """No array entry, no data table, no prefix of a later Excel, no link to another file, at most 8,192 characters."""
    kinds = {f.get("t", "normal") for _, root in sheet_xml(book) for f in root.iter(f"{MAIN}f")}
    assert kinds == {"normal"}
    for place, formula in formulas(book).items():
        assert not re.search(r"_xlfn|_xlws|_xlpm|_xludf|\{|\[|#REF!|@", _without_texts(formula)), (place, formula)
        assert len(formula) <= 8192, place


def _without_texts(formula: str) -> str:
    return re.sub(r'"[^"]*"|\'[^\']*\'', "", formula)


def test_divisions_are_guarded_in_an_empty_workbook(book) -> None:
    """The templates hold no actuals, so each attainment and each actual ratio divides by nothing: all are blank."""
    values = values_of(book)
    attainments = [
        values.get((sheet.name, *place))
        for sheet in template_book(*book).spec.sheets
        for place, cell in sheet.cells.items()
        if cell.style.endswith(".attain") and cell.formula
    ]
    assert len(attainments) > 10
    assert set(attainments) <= {None, ""}
