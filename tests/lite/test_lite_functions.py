"""The functions in xlwings' own runtime in Pyodide answer as in Python: values, shapes, errors, examples."""

from __future__ import annotations

import datetime as dt
import math
import random

import pytest

from tests.lite.cell_inputs import arguments
from tests.lite.open_books import file_of
from udfs import functions as python
from udfs.cell_formula import Reference, read_call
from xl_kpi.addin.lite import add_lite, read_main_py
from xl_kpi.calc import KpiError
from xl_kpi.catalog.functions import functions

pytestmark = [pytest.mark.pyodide, pytest.mark.host]

CALLS = 1_000  # random calls of each function
# Two builds of Python add up and take powers with other libraries (and from 3.12 on sum() rounds once): the last
# digits of 16 may differ, more are lost where nearly equal numbers are subtracted.
RELATIVE, ABSOLUTE = 1e-11, 1e-12
EPOCH = dt.datetime(1899, 12, 30)
ERROR_TYPES = {
    "#DIV/0!": "Div0", "#N/A": "NotAvailable", "#NAME?": "Name", "#NULL!": "Null", "#NUM!": "Num", "#REF!": "Ref",
    "#VALUE!": "Value",
}  # fmt: skip

CALL = """
import time, xlwings as xw
from xlwings.server import custom_functions_call, custom_functions_meta
frame = {"version": xw.__version__, "client": "Office.js", "runtime": "1.4", "date_format": "yyyy/mm/dd",
         "culture_info_name": "ja-JP", "caller_address": "plan.xlsx[Sheet1]A1"}
listed = custom_functions_meta(module)["functions"]
answers, began = [], time.perf_counter()
for name, cells in job:
    try:
        answers.append(await custom_functions_call({"func_name": name, "args": cells, **frame}, module))
    except Exception as error:
        answers.append(f"{type(error).__name__}: {error}")
seconds = time.perf_counter() - began
json.dumps({"answers": answers, "seconds": seconds,
            "meta": [[entry["name"], len(entry["parameters"])] for entry in listed]})
"""


def sent(block: list[list]) -> list[list]:
    """Cells as Excel's custom functions get them: errors as objects."""
    return [
        [
            {"type": "Error", "basicValue": cell} if isinstance(cell, str) and cell in ERROR_TYPES else cell
            for cell in row
        ]
        for row in block
    ]


def in_python(name: str, blocks: list[list[list]]) -> list[list]:
    """What a plain call gives, laid out as cells."""
    try:
        result = getattr(python, name.lower())(*blocks)
    except KpiError as error:
        return [[error.code]]
    if not isinstance(result, list):
        result = [[result]]
    return [[(cell - EPOCH).days if isinstance(cell, dt.datetime) else cell for cell in row] for row in result]


def in_cells(answer) -> list[list]:
    """What Lite hands to Excel, with errors and dates as plain values."""
    codes = {kind: code for code, kind in ERROR_TYPES.items()}

    def plain(cell):
        if isinstance(cell, dict):
            return codes[cell["errorType"]] if cell["type"] == "Error" else cell["basicValue"]
        return cell

    return [[plain(cell) for cell in row] for row in answer] if isinstance(answer, list) else answer


def same(one, other) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        numbers = all(isinstance(value, (int, float)) for value in (one, other))
        return numbers and math.isclose(one, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return type(one) is type(other) and one == other


def equal(one, other) -> bool:
    if not isinstance(one, list) or not isinstance(other, list):
        return False
    return [len(row) for row in one] == [len(row) for row in other] and all(
        same(a, b) for row, line in zip(one, other) for a, b in zip(row, line)
    )


COMPUTED = [entry for entry in functions() if entry.name != "KPI_ERROR"]  # which asks about other cells


@pytest.fixture(scope="module")
def cases() -> list[tuple[str, list]]:
    r = random.Random(20260401)
    return [(entry.name, arguments(entry, r)) for entry in COMPUTED for _ in range(CALLS)]


@pytest.fixture(scope="module")
def examples() -> list[tuple[str, list, object]]:
    """(function, cells, result) of the examples that the catalog shows to users."""
    found = []
    for entry in COMPUTED:
        for formula, value in dict(map(entry.example_in, ("ja", "en"))).items():
            call = read_call(formula)
            blocks = [argument if isinstance(argument, list) else [[argument]] for argument in call.arguments]
            assert not any(isinstance(cell, Reference) for block in blocks for row in block for cell in row)
            blocks = [[[serial(cell) for cell in row] for row in block] for block in blocks]
            found.append((call.name, blocks, value))
    return found


def serial(cell):
    return (cell - EPOCH.date()).days if isinstance(cell, dt.date) else cell


@pytest.fixture(scope="module")
def ran(pyodide, cases, examples):
    """One run of everything, in the main.py taken back out of a workbook."""
    main = read_main_py(add_lite(file_of("c1", "ja"), "ja"))
    wrong = [("REQUIRED_LEADS", [[[50]], [[20]]]), ("KPI_ERROR", [[["#NUM!"]], [["ja"]]])]
    calls = [*cases, *((name, blocks) for name, blocks, _ in examples), *wrong]
    return pyodide(main, CALL, [[name.lower(), [sent(block) for block in blocks]] for name, blocks in calls])


def test_random_cells_give_what_python_gives(ran, cases):
    different, errors = [], 0
    for (name, blocks), answer in zip(cases, ran["output"]["answers"]):
        expected = in_python(name, blocks)
        errors += expected[0][0] in ERROR_TYPES
        if not equal(in_cells(answer), expected):
            different.append((name, blocks, answer, expected))
    assert different == []
    assert len(cases) == CALLS * len(COMPUTED) and 0.05 < errors / len(cases) < 0.6


def test_every_function_mostly_computes_on_these_cells(cases):
    # otherwise the comparison above would hold errors against errors
    computed = {entry.name: 0 for entry in COMPUTED}
    for name, blocks in cases:
        computed[name] += in_python(name, blocks)[0][0] not in ERROR_TYPES
    assert min(computed.values()) >= CALLS / 4, computed


def test_examples_of_the_catalog_work(ran, cases, examples):
    answers = ran["output"]["answers"][len(cases) :]
    for (name, _, value), answer in zip(examples, answers):
        expected = value if isinstance(value, list) else [[value]]
        expected = expected if isinstance(expected[0], list) else [expected]
        expected = [[day_number(cell) for cell in row] for row in expected]
        assert equal(in_cells(answer), expected), name


def day_number(value):
    """The catalog writes dates as 2026-04-01."""
    try:
        return (dt.date.fromisoformat(value) - EPOCH.date()).days
    except (TypeError, ValueError):
        return value


def test_a_wrong_rate_is_an_error_in_the_cell_and_words_in_kpi_error(ran):
    wrong, words = (in_cells(answer) for answer in ran["output"]["answers"][-2:])
    assert wrong == [["#NUM!"]]
    assert "rates" in words[0][0] and "20" in words[0][0]


def test_excel_is_told_every_function_with_its_arguments(ran):
    assert sorted(map(tuple, ran["output"]["meta"])) == sorted(
        (entry.name, len(entry.arguments)) for entry in functions()
    )


def test_it_is_fast_enough_to_type_formulas(ran):
    # a sheet of 100 formulas in a second; measured: a tenth of a millisecond to some milliseconds a call
    assert ran["output"]["seconds"] / len(ran["output"]["answers"]) < 0.01
