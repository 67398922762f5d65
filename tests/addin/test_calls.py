"""What a cell gets: results, real Excel errors, and never 0 for want of an answer.  The VBA runs in an interpreter."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.addin.parts import modules, texts
from tests.addin.vba_host import EMPTY, NULL, Excel, Stand, VBARuntimeError, cells, rows

GETTING_DATA = ("error", 2043)
RATES = cells([0.2, 0.3])
# Numbers of Excel's errors as VBA knows them (XlCVError in the Excel object model).
NUMBERS = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
    "#SPILL!": 2045,
    "#CONNECT!": 2046,
    "#BLOCKED!": 2047,
    "#UNKNOWN!": 2048,
    "#FIELD!": 2049,
    "#CALC!": 2050,
}


@pytest.fixture
def excel() -> Excel:
    return Excel(modules(), texts())


def answering(excel: Excel, value: object) -> Excel:
    excel.answer = lambda function, arguments: value
    return excel


def failing(excel: Excel, number: int, description: str) -> Excel:
    def fail(function, arguments):
        raise VBARuntimeError(number, description)

    excel.answer = fail
    return excel


# --- results and errors


def test_a_number_arrives_as_it_is(excel):
    # 50 ÷ (0.2 × 0.3) = 833.3…, rounded up
    assert answering(excel, 834).run("required_leads", 50.0, RATES) == 834


@pytest.mark.parametrize(("code", "number"), NUMBERS.items())
def test_the_code_of_an_error_becomes_the_error(excel, code, number):
    assert answering(excel, code).run("required_leads", 50.0, RATES) == ("error", number)


@pytest.mark.parametrize("text", ["", "#", "受注", "#1", "NUM!", "see #NUM!", "#num!"])
def test_other_texts_stay_texts(excel, text):
    assert answering(excel, text).run("bottleneck", RATES, RATES, RATES) == text


@pytest.mark.parametrize("nothing", [EMPTY, NULL])
def test_nothing_is_an_empty_text_and_not_0(excel, nothing):
    assert answering(excel, nothing).run("kpi_error", RATES) == ""


def test_a_table_is_looked_at_cell_by_cell(excel):
    found = answering(excel, rows([1.5, "#N/A"], [EMPTY, "計"])).run("monthly_required", RATES, RATES, RATES, 46113.0)
    assert found == [[1.5, ("error", 2042)], ["", "計"]]


def test_a_row_is_looked_at_cell_by_cell(excel):
    row = rows([1.5, "#DIV/0!"])
    row.bounds = row.bounds[1:]  # xlwings hands a single row over as a list
    assert answering(excel, row).run("rate_interval", 1.0, 2.0) == [1.5, ("error", 2007)]


@pytest.mark.parametrize(
    ("description", "number"),
    [
        ("Unexpected Python Error: Traceback … TypeError: unsupported operand", 2015),
        ("KpiError: #NUM!", 2036),
        ('raise KpiError("#VALUE!") … after all #N/A', 2042),  # the last one named
        ("", 2015),
    ],
)
def test_an_exception_of_python_is_an_error_value(excel, description, number):
    assert failing(excel, -2147467259, description).run("required_leads", 50.0, RATES) == ("error", number)


def test_an_exception_of_python_is_no_reason_to_pause(excel):
    failing(excel, -2147467259, "TypeError").run("required_leads", 50.0, RATES)
    assert answering(excel, 834).run("required_leads", 50.0, RATES) == 834


# --- Python can't be reached


def test_without_python_a_cell_waits_for_data(excel):
    excel.server_error = VBARuntimeError(53, "File not found: the DLL")
    assert excel.run("required_leads", 50.0, RATES) == GETTING_DATA


@pytest.mark.parametrize("number", [462, -2147023174, -2147023170, -2147417848])
def test_a_server_that_has_ended_is_no_error_of_the_function(excel, number):
    assert failing(excel, number, "#NUM!").run("required_leads", 50.0, RATES) == GETTING_DATA


def test_the_result_of_before_stays_while_the_arguments_are_the_same(excel):
    answering(excel, 834).run("required_leads", 50.0, RATES)
    failing(excel, 462, "gone")
    assert excel.run("required_leads", 50.0, RATES) == 834
    assert excel.run("required_leads", 50.0, cells([0.2, 0.3])) == 834  # the same values in other cells


@pytest.mark.parametrize(
    "arguments",
    [
        (51.0, RATES),
        (50.0, cells([0.2, 0.31])),
        (50.0, cells([0.2], [0.3])),  # a column gives a column
        (50.0, RATES, "each"),
        ("50", RATES),
        (True, RATES),
    ],
)
def test_other_arguments_never_get_an_old_result(excel, arguments):
    answering(excel, 834).run("required_leads", 50.0, RATES)
    assert failing(excel, 462, "gone").run("required_leads", *arguments) == GETTING_DATA


def test_another_function_never_gets_the_result(excel):
    answering(excel, 834).run("expected_orders", 50.0, RATES)
    assert failing(excel, 462, "gone").run("required_leads", 50.0, RATES) == GETTING_DATA


def test_texts_that_only_look_the_same_in_a_row_are_kept_apart(excel):
    answering(excel, "A").run("bottleneck", cells(["a;8.1.b", "c"]), RATES, RATES)
    failing(excel, 462, "gone")
    assert excel.run("bottleneck", cells(["a", "b;8.1.c"]), RATES, RATES) == GETTING_DATA


def test_a_long_range_is_not_remembered(excel):
    # 401 cells: one more than REMEMBERED_CELLS
    long = cells(*[[0.5]] * 401)
    answering(excel, 1).run("nps", long)
    assert failing(excel, 462, "gone").run("nps", long) == GETTING_DATA


def test_a_range_of_400_cells_is_remembered(excel):
    most = cells(*[[0.5]] * 400)
    answering(excel, 1).run("nps", most)
    assert failing(excel, 462, "gone").run("nps", most) == 1


def test_several_areas_are_not_remembered(excel):
    areas = cells([0.5])
    areas.members["areas"] = Stand("Areas", Count=2)
    answering(excel, 1).run("nps", areas)
    assert failing(excel, 462, "gone").run("nps", areas) == GETTING_DATA


def test_a_thousand_cells_do_not_wait_a_thousand_times(excel):
    excel.vba.freeze(dt.datetime(2026, 4, 1, 9, 0, 0))
    excel.server_error = VBARuntimeError(53, "no DLL")
    for goal in range(1000):
        excel.run("required_leads", float(goal), RATES)
    assert excel.starts == 1


def test_after_half_a_minute_python_is_tried_again(excel):
    excel.vba.freeze(dt.datetime(2026, 4, 1, 9, 0, 0))
    excel.server_error = VBARuntimeError(53, "no DLL")
    excel.run("required_leads", 50.0, RATES)
    excel.server_error = None
    answering(excel, 834)
    excel.vba.freeze(dt.datetime(2026, 4, 1, 9, 0, 29))
    assert excel.run("required_leads", 50.0, RATES) == GETTING_DATA
    excel.vba.freeze(dt.datetime(2026, 4, 1, 9, 0, 31))
    assert excel.run("required_leads", 50.0, RATES) == 834


# --- the function wizard

OURS, OTHER = 7, 3  # processes; 7 is what GetCurrentProcessId gives here


def test_the_wizard_does_not_run_the_function(excel):
    excel.open_windows = [("bosa_sdm_XL9", OURS)]
    excel.commands_enabled = False
    assert answering(excel, 834).run("required_leads", 50.0, RATES) == GETTING_DATA
    assert excel.starts == 0


@pytest.mark.parametrize(
    ("windows", "enabled"),
    [
        ([], True),
        ([], False),  # a cell is being edited elsewhere, no wizard
        ([("bosa_sdm_XL9", OTHER)], False),  # the wizard of another Excel
        ([("bosa_sdm_XL9", OURS)], True),  # Find and Replace
        ([("XLMAIN", OURS)], False),
    ],
)
def test_without_the_wizard_the_function_runs(excel, windows, enabled):
    excel.open_windows, excel.commands_enabled = windows, enabled
    assert answering(excel, 834).run("required_leads", 50.0, RATES) == 834


def test_the_wizard_is_found_among_windows_of_other_programs(excel):
    excel.open_windows = [("bosa_sdm_XL9", OTHER), ("XLMAIN", OURS), ("bosa_sdm_XL9", OURS)]
    excel.commands_enabled = False
    assert excel.run("InWizard") is True
