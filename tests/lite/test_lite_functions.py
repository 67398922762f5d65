"""The functions in xlwings' own runtime in Pyodide answer as in Python: values, shapes, errors, examples."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.functions.agreement import EPOCH, equal, failing, python_result
from tests.functions.cases import ARGUMENTS, CASES, Literal, as_cells, cases
from tests.lite.workbook_parts import read_main_py
from tests.open_book.open_books import file_of
from udfs.cell_formula import Reference, read_call
from xl_kpi.addin.lite.put_in import add_lite
from xl_kpi.catalog.functions import functions

pytestmark = [pytest.mark.pyodide, pytest.mark.host]

ERROR_TYPES = {
    "#DIV/0!": "Div0", "#N/A": "NotAvailable", "#NAME?": "Name", "#NULL!": "Null", "#NUM!": "Num", "#REF!": "Ref",
    "#VALUE!": "Value",
}  # fmt: skip
NEWER_ERRORS = ("#SPILL!", "#CALC!", "#BLOCKED!", "#CONNECT!", "#FIELD!", "#UNKNOWN!", "#GETTING_DATA")

# Office.js gives empty cells and left-out arguments as null, which is no None in Pyodide.
CALL = """
import xlwings as xw
from pyodide.ffi import jsnull
from xlwings.server import custom_functions_call, custom_functions_meta
frame = {"version": xw.__version__, "client": "Office.js", "runtime": "1.4", "date_format": "yyyy/mm/dd",
         "culture_info_name": "ja-JP", "caller_address": "plan.xlsx[Sheet1]A1"}
listed = custom_functions_meta(module)["functions"]
answers = []
for name, blocks in job:
    blocks = [[[jsnull if cell is None else cell for cell in row] for row in block] for block in blocks]
    try:
        answers.append(await custom_functions_call({"func_name": name, "args": blocks, **frame}, module))
    except Exception as error:
        answers.append(f"{type(error).__name__}: {error}")
json.dumps({"answers": answers,
            "meta": [[entry["name"], len(entry["parameters"])] for entry in listed]})
"""


def sent(name: str, arguments: list | tuple) -> list:
    """A call as Office.js sends it: every argument a block of cells, errors as objects, 2.0 as 2."""
    count = len(next(entry.arguments for entry in functions() if entry.name == name))
    blocks = [*map(as_cells, arguments), *[[[None]]] * (count - len(arguments))]
    return [name.lower(), [[[sent_cell(cell) for cell in row] for row in block] for block in blocks]]


def sent_cell(cell: Any) -> Any:
    if isinstance(cell, str) and cell in (*ERROR_TYPES, *NEWER_ERRORS):
        return {"type": "Error", "basicValue": cell}
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return cell


def in_cells(answer: Any) -> Any:
    """What Lite hands to Excel, with errors and dates as the tests compare them."""
    codes = {kind: code for code, kind in ERROR_TYPES.items()}

    def plain(cell: Any) -> Any:
        if isinstance(cell, dict):
            return (codes[cell["errorType"]],) if cell["type"] == "Error" else cell["basicValue"]
        return cell

    return [[plain(cell) for cell in row] for row in answer] if isinstance(answer, list) else answer


def examples() -> list[tuple[str, list, Any]]:
    """(function, arguments, result) of the examples that the catalog shows to users."""
    found = []
    for entry in functions():
        if entry.name == "KPI_ERROR":  # which asks about another cell
            continue
        for formula, value in dict(map(entry.example_in, ("ja", "en"))).items():
            call = read_call(formula)
            blocks = [argument if isinstance(argument, list) else [[argument]] for argument in call.arguments]
            assert not any(isinstance(cell, Reference) for block in blocks for row in block for cell in row)
            found.append((call.name, [[list(map(serial, row)) for row in block] for block in blocks], value))
    return found


def serial(cell: Any) -> Any:
    return (cell - EPOCH.date()).days if isinstance(cell, dt.date) else cell


def day_number(value: Any) -> Any:
    """The catalog writes dates as 2026-04-01."""
    try:
        return (dt.date.fromisoformat(value) - EPOCH.date()).days
    except (TypeError, ValueError):
        return value


@pytest.fixture(scope="module")
def ran(pyodide) -> dict[str, Any]:
    """One run of everything, in the main.py taken back out of a workbook; answers by what was asked."""
    main = read_main_py(add_lite(file_of("c1", "ja"), "ja"))
    asked: dict[str, list] = {name: [sent(name, case) for case in cases(name)] for name in ARGUMENTS}
    asked["examples"] = [
        [name.lower(), [[list(map(sent_cell, row)) for row in block] for block in blocks]]
        for name, blocks, _ in examples()
    ]
    asked["explained"] = []
    for name, place, error, lang in failing():
        asked["explained"] += [sent(name, cases(name)[place]), sent("KPI_ERROR", [error.code, lang])]
    asked["newer"] = [sent("REQUIRED_LEADS", [50, code]) for code in NEWER_ERRORS]
    asked["no error"] = [sent("KPI_ERROR", [value]) for value in (834, None, "", "text", True)]
    asked["wrong"] = [sent("KPI_ERROR", ["#NUM!", Literal("fr")])]
    done = pyodide(main, CALL, [call for calls in asked.values() for call in calls])["output"]
    answers = iter(done.pop("answers"))
    return {**done, **{key: [in_cells(next(answers)) for _ in calls] for key, calls in asked.items()}}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_lite_gives_what_python_gives(name, ran):
    wrong = []
    for arguments, answer in zip(cases(name), ran[name], strict=True):
        ours = python_result(name, arguments)
        if not equal("LITE", name, ours, answer):
            wrong.append((arguments, ours, answer))
    assert not wrong, f"{len(wrong)} of {CASES} differ, such as {wrong[:3]}"


def test_examples_of_the_catalog_work(ran):
    for (name, _, value), answer in zip(examples(), ran["examples"], strict=True):
        expected = value if isinstance(value, list) else [[value]]
        expected = expected if isinstance(expected[0], list) else [expected]
        assert equal("LITE", name, [list(map(day_number, row)) for row in expected], answer), name


def test_kpi_error_tells_first_the_newest_message_with_that_error(ran):
    """The same for KPI_ERROR: Lite hands over the error alone, so the words of the call that failed last with it."""
    wrong = []
    answers = iter(ran["explained"])
    for (name, place, error, lang), failed, words in zip(failing(), answers, answers, strict=True):
        expected = f"{name}: {error.message(lang or 'ja')}"
        if failed != [[(error.code,)]] or words[0][0].split("\n")[0] != expected:
            wrong.append((name, cases(name)[place], expected, failed, words))
    assert not wrong, f"{len(wrong)} of {CASES} differ, such as {wrong[:3]}"


def test_kpi_error_has_no_words_for_a_cell_without_an_error(ran):
    assert ran["no error"] == [[[""]]] * 5
    assert ran["wrong"] == [[[("#VALUE!",)]]]  # no such language


def test_an_error_that_lite_can_not_hand_on_is_still_an_error(ran):
    # xlwings knows the seven errors of the older Excels; as a text, #SPILL! would look like a result
    assert ran["newer"] == [[[("#VALUE!",)]]] * len(NEWER_ERRORS)


def test_excel_is_told_every_function_with_its_arguments(ran):
    assert sorted(map(tuple, ran["meta"])) == sorted((entry.name, len(entry.arguments)) for entry in functions())
