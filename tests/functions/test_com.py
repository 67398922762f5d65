"""xlwings' own COM server and conversions give what Python gives: values, shapes, dates, errors and their messages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.functions.agreement import equal, failing, is_error, python_result
from tests.functions.cases import ARGUMENTS, CASES, cases
from tests.functions.com_host import SCODES
from xl_kpi.calc.errors import ERROR_VALUES
from xl_kpi.catalog.functions import functions as catalog_functions

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SECONDS = 300  # a hung run is a failure, not a wait
MIDNIGHT = 46113  # 1 April 2026
LEFT_OUT = {"left_out": True}


def shown_as(kind: str, *cells: object) -> dict:
    """A row of cells with a number format."""
    return {"shown_as": kind, "rows": [list(cells)]}


# (function, arguments, what goes back to VBA)
OWN = {
    "currency": ("ltv", [shown_as("currency", 50_000), [[0.02]], [[0.6]]], 1_500_000),  # S4
    # a currency has four decimals: 0.123456 shown as one stays a number in Excel's cell, and comes as one
    "finer than currency": ("ltv_cac", [shown_as("currency", 0.123456), [[1]]], 0.123456),
    "rate shown as a time": ("expected_orders", [[[100]], shown_as("date", 0.25)], 25),  # 6:00 is a quarter of a day
    "date with a time": ("expected_orders", [shown_as("date", MIDNIGHT + 0.5), [[1]]], MIDNIGHT + 0.5),
    # 31 January 2027 less 20 and another 30 days
    "dates": ("start_by", [shown_as("date", 46418), [[30], [20]], LEFT_OUT, LEFT_OUT], [[46368], [46398]]),
    "first day": ("start_by", [shown_as("date", 61), [[0]], LEFT_OUT, LEFT_OUT], 61),
    # Excel's day 60 is a 29 February 1900; COM makes the 28th of it, which Excel calls 59
    "day before": ("start_by", [shown_as("date", 60), [[0]], LEFT_OUT, LEFT_OUT], "#NUM!"),
    "numbers as names": ("bottleneck", [[[1, 2]], [[10, 5]], [[10, 1]]], "2"),
    "a row is a list": ("rate_interval", [[[0]], [[10]], LEFT_OUT], [0, pytest.approx(0.27753279986288926)]),
    "no error": ("kpi_error", [[[834]], LEFT_OUT], ""),
    "empty": ("kpi_error", [[[None]], LEFT_OUT], ""),
    "no range": ("kpi_error", [834, LEFT_OUT], ""),
    "several cells": ("kpi_error", [[["#NUM!", "#NUM!"]], LEFT_OUT], "#VALUE!"),
    "language": ("kpi_error", [[["#NUM!"]], "fr"], "#VALUE!"),
    "nested 1": ("required_leads", [[[50]], [[20]], LEFT_OUT], "#NUM!"),
    "nested 2": (
        # =KPI_ERROR(REQUIRED_LEADS(50,20)): no cell, so the newest message with that error
        "kpi_error",
        ["#NUM!", "en"],
        "REQUIRED_LEADS: rates, position 1: found 20. Did you mean 20%? "
        "Allowed: a rate above 0 and at most 1, so 20% or 0.2.",
    ),
    **{f"cell with {code}": ("required_leads", [[[50]], [[0.2, code]], LEFT_OUT], code) for code in sorted(SCODES)},
    **{f"argument {code}": ("required_leads", [code, [[0.2]], LEFT_OUT], code) for code in sorted(SCODES)},
}


@pytest.fixture(scope="module")
def answers() -> dict[str, list]:
    """One run of everything: by function what goes back to VBA, a text with the code where it is an error."""
    explain = [(name, place, error.code, lang) for name, place, error, lang in failing()]
    job = json.dumps({"explain": explain, "own": [call[:2] for call in OWN.values()]})
    done = subprocess.run(
        [sys.executable, "-m", "tests.functions.com_host"],
        input=job, capture_output=True, text=True, cwd=ROOT, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def in_cells(answer: object) -> list[list]:
    """What VBA makes of an answer: rows, real errors for their codes, dates by the number of their day."""

    def plain(value: object) -> object:
        if isinstance(value, dict) and "date" in value:
            return value["date"]
        # tests/addin/test_calls.py runs the VBA that turns these texts into errors
        return (value,) if value in ERROR_VALUES else value

    if not isinstance(answer, list):
        return [[answer if isinstance(answer, dict) and "raised" in answer else plain(answer)]]
    lines = answer if isinstance(answer[0], list) else [answer]
    return [[plain(value) for value in line] for line in lines]


@pytest.mark.parametrize("name", ARGUMENTS)
def test_com_gives_what_python_gives(name, answers):
    wrong = []
    for arguments, answer in zip(cases(name), answers[name], strict=True):
        ours, theirs = python_result(name, arguments), in_cells(answer)
        if not equal("COM", name, ours, theirs):
            wrong.append((arguments, ours, theirs))
    assert not wrong, f"{len(wrong)} of {CASES} differ, such as {wrong[:3]}"


@pytest.mark.parametrize("name", ARGUMENTS)
def test_the_cases_hold_results_and_errors_in_plenty(name):
    # otherwise the comparisons would hold errors against errors, or nothing but good input
    results = [python_result(name, arguments) for arguments in cases(name)]
    share = sum(map(is_error, results)) / CASES
    assert 0.25 < share < 0.6, share
    codes = {row[0][0] for row in results if is_error(row)}
    assert codes >= {("#VALUE!",), ("#NUM!",), ("#N/A",), ("#DIV/0!",), ("#REF!",), ("#NAME?",)}


def test_every_function_is_called():
    assert {*ARGUMENTS, "KPI_ERROR"} == {entry.name for entry in catalog_functions()}


def test_kpi_error_of_a_cell_is_the_message_that_python_raises(answers):
    """The same for KPI_ERROR: where Excel hands over the cell, the very words of Python's error for its formula."""
    wrong = []
    for (name, place, error, lang), answer in zip(failing(), answers["KPI_ERROR"], strict=True):
        expected = error.message(lang or "ja")
        if answer != expected:
            wrong.append((name, cases(name)[place], expected, answer))
    assert not wrong, f"{len(wrong)} of {CASES} differ, such as {wrong[:3]}"
    assert len(failing()) == CASES and {name for name, *_ in failing()} == set(ARGUMENTS)


@pytest.mark.parametrize("number", range(len(OWN)), ids=list(OWN))
def test_what_only_com_hands_over(number, answers):
    name, arguments, wanted = list(OWN.values())[number]
    found = answers["own"][number]
    lines = found if isinstance(found, list) else [found]
    plain = [value.get("date", value) if isinstance(value, dict) else value for value in flat(lines)]
    if name == "kpi_error" and arguments[0] == "#NUM!":
        plain = plain[0].split("\n")[:1]  # older messages with that error follow
    assert plain == list(flat(wanted if isinstance(wanted, list) else [wanted])), (name, arguments)


def flat(values: list) -> list:
    return [item for value in values for item in (flat(value) if isinstance(value, list) else [value])]
