"""KPI_ERROR: the message of the very cell where Excel hands it over; and the reading of its formula."""

from __future__ import annotations

import datetime as dt

import pytest

from udfs import functions
from udfs.cell_formula import Call, CannotRead, Reference, read_call
from udfs.excel_function import notes
from xl_kpi import engine


@pytest.mark.parametrize(
    ("formula", "name", "arguments"),
    [
        ("=REQUIRED_LEADS(50,{0.2,0.3})", "REQUIRED_LEADS", (50, [[0.2, 0.3]])),
        ("=ltv( 5e4 , 2% , -.5 )", "LTV", (50_000, 0.02, -0.5)),
        ("=LTV(B2,$C$3,)", "LTV", (Reference("B2"), Reference("C3"), None)),
        ("=LTV(,C3)", "LTV", (None, Reference("C3"))),
        ("=NPS('It''s'!A1:A9)", "NPS", (Reference("A1:A9", "It's"),)),
        ("=NPS(設定!A1)", "NPS", (Reference("A1", "設定"),)),
        ("=NPS(kgi_value)", "NPS", (Reference("kgi_value"),)),
        ('=NPS({"a";"say ""b"""},{1;-2},{TRUE;#N/A})', "NPS", ([["a"], ['say "b"']], [[1], [-2]], [[True], ["#N/A"]])),
        ("=START_BY(DATE(2027,1,31),10)", "START_BY", (dt.date(2027, 1, 31), 10)),
        ("=@XLWINGS.NPS({1})", "NPS", ([[1]],)),
        ("=_xlfn.NPS(#REF!)", "NPS", ("#REF!",)),
    ],
)
def test_a_call_is_read(formula, name, arguments):
    assert read_call(formula) == Call(name, arguments)


@pytest.mark.parametrize(
    "formula",
    [
        "NPS(1)",
        "=1+1",
        "=NPS(1)+1",
        "=NPS(1",
        "=NPS(SUM(A1))",
        "=NPS(1 2)",
        "=",
        "=NPS({1,{2}})",
        "=NPS(DATE(2027,13,1))",
    ],
)
def test_anything_else_is_not_guessed_at(formula):
    with pytest.raises(CannotRead):
        read_call(formula)


class Shown:
    """A range of a running Excel: the formula of a cell and the error that it shows.

    The file engine holds no computed errors, so only these two are made up; sheets and names are real.
    """

    def __init__(self, sheet, formula: str, value: object):
        self.sheet, self.formula, self.value = sheet, formula, value

    def options(self, **_):
        return self


@pytest.fixture
def sheet():
    book = engine.new_book()
    sheet, other = book.sheets.add("計画"), book.sheets.add("Rates")
    sheet["A1"].value = [[50, 0.2], [-1, 20]]
    other["A1"].value = [[0.2], [None], [0.3]]
    book.names.add("my_rates", "='Rates'!$A$1:$A$3")
    return sheet


@pytest.mark.parametrize(
    ("formula", "error", "english", "japanese"),
    [
        (
            "=REQUIRED_LEADS(A1,B2)",
            "#NUM!",
            "rates, position 1: found 20. Did you mean 20%?",
            "rates（転換率）の1番目: 「20」",
        ),
        ("=REQUIRED_LEADS(A2,B1)", "#NUM!", "goal: found -1", "goal（目標）: 「-1」"),
        ("=REQUIRED_LEADS(A1,Rates!A1:A3)", "#VALUE!", "rates, position 2: found (blank)", "の2番目: 空欄"),
        ("=REQUIRED_LEADS(A1,my_rates)", "#VALUE!", "rates, position 2: found (blank)", "の2番目: 空欄"),
        ("=REQUIRED_LEADS(A1:B1,0.5)", "#VALUE!", "found '1 × 2'. Allowed: one cell", "セルを1つだけ"),
        ("=REQUIRED_LEADS(A1)", "#VALUE!", "can't be found from this cell's formula", "このセルの式"),
        ("=REQUIRED_LEADS(A1,gone)", "#NAME?", "can't be found", "このセルの式"),
        ("=REQUIRED_LEADS(A1,Gone!A1)", "#REF!", "can't be found", "このセルの式"),
        ("=1/0", "#DIV/0!", "can't be found", "このセルの式"),
    ],
)
def test_the_formula_of_the_cell_is_computed_once_more(sheet, formula, error, english, japanese):
    cell = Shown(sheet, formula, error)
    assert english in functions.kpi_error(cell, "en")
    assert japanese in functions.kpi_error(cell) == functions.kpi_error(cell, "ja")


def test_a_cell_without_an_error_needs_no_words(sheet):
    assert functions.kpi_error(Shown(sheet, "=REQUIRED_LEADS(A1,B1)", 250)) == ""
    assert functions.kpi_error(sheet["A1"]) == functions.kpi_error(834) == functions.kpi_error(None) == ""


def test_the_error_alone_brings_no_message_of_another_error():
    notes.clear()
    assert "can't be found" in functions.kpi_error("#NUM!", "en")
