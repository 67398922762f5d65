"""What a cell sees: xlwings' own conversion around the functions, errors as Excel errors, help texts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from udfs import excel_function, functions
from xl_kpi.calc import KpiError
from xl_kpi.catalog.functions import functions as catalog_functions

ROOT = Path(__file__).parents[2]


def as_xlwings(function, *arguments):
    """Call the function as a module of xlwings would."""
    scope = {"__name__": "xlwings.udfs", "function": function, "arguments": arguments}
    exec("result = function(*arguments)", scope)  # noqa: S102 - the caller's module name is what is tested
    return scope["result"]


def test_an_error_is_raised_in_python_and_an_excel_error_in_a_cell():
    with pytest.raises(KpiError):
        functions.required_leads(50, [20])
    assert as_xlwings(functions.required_leads, [[50]], [[20]]) == "#NUM!"
    assert as_xlwings(functions.required_leads, [[50]], [[0.2, "#N/A"]]) == "#N/A"
    assert as_xlwings(functions.required_leads, [[50]], [[0.2, 0.3]]) == 834


def test_the_messages_of_cells_are_kept_within_bounds():
    excel_function.notes.clear()
    for _ in range(excel_function.MOST_NOTES + 5):
        as_xlwings(functions.required_orders, 1, 0)
    assert len(excel_function.notes) == excel_function.MOST_NOTES
    name, error = excel_function.notes[-1]
    assert (name, error.code, error.argument) == ("REQUIRED_ORDERS", "#DIV/0!", "order_value")


# Runs with the runtime of xlwings Lite and Server, which a test may use: the calls as Office.js sends them.
LITE = """
import asyncio, json, sys
from xlwings.server import custom_functions_call, custom_functions_meta
from udfs import functions

async def answers(calls):
    found = []
    for name, args in calls:
        data = {"func_name": name, "args": args, "version": VERSION, "client": "Office.js", "runtime": "1.4",
                "date_format": "yyyy-mm-dd", "culture_info_name": "en-US"}
        found.append(await custom_functions_call(data, functions))
    return found

import xlwings
VERSION = xlwings.__version__
calls = json.load(sys.stdin)
print(json.dumps({"answers": asyncio.run(answers(calls)), "meta": custom_functions_meta(functions)}))
"""

ERROR = {"type": "Error", "basicValue": "#N/A"}
# (function, arguments as Office.js sends them, the cells that come back)
LITE_CALLS = [
    ("required_leads", [[[50]], [[0.2, 0.3]]], [[834]]),
    ("required_leads", [[[50]], [[0.2], [0.3], [""]], [[None]]], [[834]]),
    ("required_stages", [[[6]], [[0.5], [0.1]], [["each"]]], [[120], [60], [6]]),
    ("required_leads", [[[50]], [[20]]], [[{"type": "Error", "errorType": "Num"}]]),
    ("required_leads", [[[None]], [[0.2]]], [[{"type": "Error", "errorType": "Value"}]]),
    ("required_leads", [[[None]], [[None]]], [[{"type": "Error", "errorType": "Value"}]]),
    ("required_leads", [[[True]], [[0.2]]], [[{"type": "Error", "errorType": "Value"}]]),
    ("required_leads", [[[50]], [[0.2, ERROR]]], [[{"type": "Error", "errorType": "NotAvailable"}]]),
    ("required_orders", [[[5]], [[0]]], [[{"type": "Error", "errorType": "Div0"}]]),
    ("nps", [[[10, 9, 8, 3]]], [[25]]),
    # 31 January 2027 less 20 and another 30 days, as formatted serial numbers
    ("start_by", [[[46418]], [[30, 20]]], [[46368, 46398]]),
    ("monthly_required", [[[0, 31]], [[0.5]], [[10]], [[46113]]], [[0, 20, 42], [0, 0, 31]]),
    ("bottleneck", [[["a", "b"]], [[10, 5]], [[10, 1]]], [["b"]]),
    ("kpi_error", [[[ERROR]], [["en"]]], None),
    ("kpi_error", [[[7]]], [[""]]),
]


@pytest.fixture(scope="module")
def lite() -> dict:
    environment = {**os.environ, "XLWINGS_ON_SERVER": "true", "XLWINGS_LICENSE_KEY": "noncommercial"}
    calls = json.dumps([call[:2] for call in LITE_CALLS])
    done = subprocess.run(
        [sys.executable, "-c", LITE], input=calls, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def bare(cell):
    return cell["basicValue"] if isinstance(cell, dict) and cell["type"] == "FormattedNumber" else cell


def test_xlwings_lite_gives_values_dates_and_real_errors(lite):
    for (name, args, wanted), found in zip(LITE_CALLS, lite["answers"], strict=True):
        if wanted is not None:
            assert [[bare(cell) for cell in row] for row in found] == wanted, (name, args)


def test_kpi_error_tells_the_newest_message_with_that_error(lite):
    # the call above with #N/A among its rates
    assert lite["answers"][13] == [
        ["REQUIRED_LEADS: rates, position 2: found '#N/A'. Correct the error in that cell first."]
    ]


def test_xlwings_lite_lists_every_function_with_its_help(lite):
    listed = {entry["name"]: entry for entry in lite["meta"]["functions"]}
    assert set(listed) == {entry.name for entry in catalog_functions()}
    for entry in catalog_functions():
        shown = listed[entry.name]
        assert shown["description"] == entry.help
        assert [(p["name"], p["description"], bool(p.get("optional"))) for p in shown["parameters"]] == [
            (argument.name, argument.help, argument.optional) for argument in entry.arguments
        ]
