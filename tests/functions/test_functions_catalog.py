"""The catalog of functions: complete, in order, texts within Excel's limits, every example true."""

from __future__ import annotations

import datetime as dt
import inspect
import math

import pytest

from udfs import functions as excel
from udfs.cell_formula import read_call
from xl_kpi import engine
from xl_kpi.catalog.functions import HOSTS, LONGEST_HELP, categories, function, functions
from xl_kpi.sheets.reference.functions import shown

# design §6, row by row; KPI_ERROR stands in the text above the table
NAMES = """REQUIRED_LEADS REQUIRED_STAGES EXPECTED_ORDERS REQUIRED_ORDERS REQUIRED_RATE GOAL_CHANCE LEADS_FOR_CHANCE
RATE_INTERVAL START_BY MONTHLY_REQUIRED SPREAD ALLOCATE_LEADS LTV CAC LTV_CAC PAYBACK_MONTHS NPS LEAD_SCORE
ACTION_SCORE STAGE_DAYS GAP_BY_STAGE BOTTLENECK FORECAST_TOTAL KPI_ADVICE KPI_ERROR""".split()
EVERY = pytest.mark.parametrize("entry", functions(), ids=lambda entry: entry.name)
DIGITS = 1e-11  # examples are typed with 12 digits


def test_all_functions_in_the_order_of_the_design():
    assert [entry.name for entry in functions()] == NAMES


def test_the_python_functions_are_those_of_the_catalog():
    assert [name.upper() for name in excel.__all__] == NAMES


@EVERY
def test_arguments_are_those_of_the_python_function(entry):
    parameters = inspect.signature(getattr(excel, entry.python_name)).parameters.values()
    assert [(p.name, p.default is not inspect.Parameter.empty) for p in parameters] == [
        (argument.name, argument.optional) for argument in entry.arguments
    ]


@EVERY
def test_every_text_stands_in_both_languages_and_within_excels_limits(entry):
    for texts in (entry.does, entry.result, categories()[entry.category], *(arg.text for arg in entry.arguments)):
        assert set(texts) == {"ja", "en"} and all(texts.values())
        assert any(ord(char) > 0x2E7F for char in texts["ja"]) and not any(ord(char) > 0x2E7F for char in texts["en"])
    assert len(entry.help) <= LONGEST_HELP
    assert all(len(argument.help) <= LONGEST_HELP for argument in entry.arguments)


@EVERY
def test_what_needs_no_python_is_available_everywhere(entry):
    assert entry.hosts == (HOSTS if entry.formula else HOSTS[:2])


def plain(value):
    return value.date().isoformat() if isinstance(value, dt.datetime) else value


@pytest.mark.parametrize("lang", ["ja", "en"])
@EVERY
def test_the_example_gives_its_value(entry, lang):
    formula, value = entry.example_in(lang)
    if entry.name == "KPI_ERROR":  # needs the cell that the example speaks of
        book = engine.new_book()
        sheet = book.sheets.add("plan")
        sheet["B5"].value = "#NUM!"
        assert excel.kpi_error(Cell(sheet["B5"], "=REQUIRED_LEADS(50,20)", "#NUM!"), lang) == value
        return
    found = getattr(excel, entry.python_name)(*read_call(formula).arguments)
    found = [list(map(plain, row)) for row in found] if isinstance(found, list) else [[found]]
    wanted = value if isinstance(value, list) else [[value]]
    assert [len(row) for row in found] == [len(row) for row in wanted]
    for ours, theirs in zip(sum(found, []), sum(wanted, [])):
        assert ours == theirs or math.isclose(ours, theirs, rel_tol=DIGITS)


class Cell:
    """A cell with an error, as a range of a running Excel shows it."""

    def __init__(self, cell, formula: str, error: str):
        self.sheet, self.formula, self.value = cell.sheet, formula, error

    def options(self, **_):
        return self


def test_a_function_is_found_by_its_name_in_any_letters():
    assert function("required_leads") is function("REQUIRED_LEADS")
    assert function("LTV").syntax == "LTV(revenue, churn, [margin])"


def test_results_of_several_cells_are_shown_as_an_array():
    assert shown([[0, 20], [3, 31]]) == "{0,20;3,31}" and shown(834) == 834
