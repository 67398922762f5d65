"""Wrong input: for every function and argument a defined Excel error, and a message that says what and where."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests.udfs.calls import APRIL, CALLS, wrong_values
from udfs import functions
from udfs.excel_values import rows
from xl_kpi.calc import KpiError
from xl_kpi.calc.errors import TEXTS, is_error_value

CODES = {"#VALUE!", "#NUM!", "#DIV/0!", "#N/A", "#REF!"}
ARGUMENTS = [(name, argument) for name, arguments in CALLS.items() for argument in arguments]
EACH_ARGUMENT = pytest.mark.parametrize(("name", "argument"), ARGUMENTS)


def call(name: str, **changed):
    values = {argument: right for argument, (_, right) in CALLS[name].items()}
    return getattr(functions, name)(**{**values, **changed})


def cells(value: object) -> list:
    if not isinstance(value, list):
        return [value]
    return [cell for row in value for cell in (row if isinstance(row, list) else [row])]


def shown(value: object, lang: str) -> str:
    """A wrong value as a message must repeat it."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return {"ja": "空欄", "en": "(blank)"}[lang]
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        return str(value.date())
    return str(value)


def refused(name: str, **changed) -> KpiError:
    with pytest.raises(KpiError) as found:
        call(name, **changed)
    return found.value


def test_every_function_but_kpi_error_is_tried():
    assert [*CALLS, "kpi_error"] == functions.__all__


@pytest.mark.parametrize("name", CALLS)
def test_the_right_values_are_taken(name):
    assert call(name) not in (None, "")


@EACH_ARGUMENT
def test_wrong_values_are_refused_with_argument_place_and_what_is_allowed(name, argument):
    kind, right = CALLS[name][argument]
    for wrong in wrong_values(kind, right):
        error = refused(name, **{argument: wrong})
        assert error.code in CODES, wrong
        assert error.argument == argument or error.allowed_key == "count", (wrong, error)
        for lang in ("ja", "en"):
            message = error.message(lang)
            assert message.startswith(TEXTS[f"argument.{error.argument}"][lang]), (wrong, message)
            assert error.allowed(lang) in message and error.allowed(lang), (wrong, message)
            assert "\n" not in message, message
            if not isinstance(wrong, list):
                assert shown(wrong, lang) in message, (wrong, message)
        # an error in a cell stays the same error
        errors = [value for value in cells(wrong) if is_error_value(value)]
        assert not errors or error.code == errors[0], (wrong, error)


@EACH_ARGUMENT
def test_the_place_in_a_range_is_named(name, argument):
    kind, right = CALLS[name][argument]
    if kind.rstrip("*") in ("numbers", "rates", "factors"):
        error = refused(name, **{argument: [[*right, "abc"]]})
        assert (error.code, error.position) == ("#VALUE!", len(right) + 1)
        assert "abc" in error.message("ja") and f"position {len(right) + 1}" in error.message("en")


@EACH_ARGUMENT
@pytest.mark.parametrize("blank", [None, "", " ", "　", [[None]], [[None], [None]]], ids=repr)
def test_a_blank_is_an_error_only_where_a_value_is_needed(name, argument, blank):
    kind, _ = CALLS[name][argument]
    if kind.endswith("*") and blank != [[None], [None]]:
        assert call(name, **{argument: blank}) not in (None, "")
    elif kind in ("date", "spans") or not kind.endswith("*"):
        assert refused(name, **{argument: blank}).code in ("#VALUE!", "#N/A")


@pytest.mark.parametrize(
    ("name", "argument"),
    [(name, argument) for name, argument in ARGUMENTS if CALLS[name][argument][0].rstrip("*") in ("rates", "rate")],
)
@pytest.mark.parametrize(("rate", "code"), [(20, "#NUM!"), (-0.05, "#NUM!"), (1.3, "#NUM!"), (0, None)])
def test_rates_out_of_range(name, argument, rate, code):
    kind, right = CALLS[name][argument]
    error = refused(name, **{argument: rate if kind.startswith("rate") and not isinstance(right, list) else [rate]})
    assert error.code == code or (code is None and error.code in ("#NUM!", "#DIV/0!")) or error.allowed_key == "count"
    if rate == 20 and error.allowed_key != "count":  # never guessed: the message asks back
        assert "20% のことですか" in error.message("ja") and "Did you mean 20%?" in error.message("en")


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("monthly_required", {"lags": [10, 20, 30]}),
        ("allocate_leads", {"capacity": [1000]}),
        ("allocate_leads", {"rate": [0.05, 0.1, 0.2]}),
        ("lead_score", {"factors": [1, 2, 3]}),
        ("action_score", {"points": [1, 2, 3]}),
        ("stage_days", {"to_dates": [[dt.datetime(2026, 5, 1)]]}),
        ("gap_by_stage", {"actual": [1, 2]}),
        ("bottleneck", {"names": ["a", "b"]}),
    ],
)
def test_lists_of_different_length(name, changed):
    error = refused(name, **changed)
    assert error.code == "#VALUE!" and error.message("ja") and error.message("en")


@pytest.mark.parametrize("serial", [0, 1, 60, -1, 2_958_466])
def test_dates_that_excel_counts_wrongly_or_not_at_all(serial):
    # Excel's day 60 is 29 February 1900, which never was: the days before it are one off
    error = refused("start_by", deadline=serial)
    assert (error.code, error.argument) == ("#NUM!", "deadline")
    assert "1 March 1900" in error.message("en") and "1900年3月1日" in error.message("ja")


def test_the_first_and_the_last_day_of_excel():
    assert functions.start_by(61, 0) == [[dt.datetime(1900, 3, 1)]]
    assert functions.start_by(2_958_465, 0) == [[dt.datetime(9999, 12, 31)]]
    assert refused("start_by", deadline=61, lags=[1, 0]).code == "#NUM!"  # the result would lie before


def test_results_too_large_for_a_cell():
    assert refused("expected_orders", leads=10**400).code == "#NUM!"
    assert refused("required_leads", goal=1e300, rates=[1e-200]).code == "#NUM!"


# What no cell holds, but a caller in Python or a table of another package may hand over.
ODD = (
    [], [[]], [[], []], (), {}, {"type": "Error"}, object(), 1j, 10**400, -(10**400), Decimal("sNaN"),
    Decimal("1E+999999"), dt.time(1, 2), dt.timedelta(3), [[[0.2]]], [[1, 2], [3]], [[1], [2, 3]], b"0.2", "x" * 40_000,
    1e308, 5e-324, "\x00", "9" * 400, [[0.2] * 200], [[0.2]] * 200, dt.datetime(9999, 12, 31), dt.date(1, 1, 1),
    dt.datetime(2026, 4, 1, tzinfo=dt.UTC), {1, 2}, len, NotImplemented,
)  # fmt: skip


@EACH_ARGUMENT
def test_no_value_at_all_breaks_a_function(name, argument):
    """A result or a KpiError with one short line, for whatever comes; any other exception would be a stack trace."""
    for odd in ODD:
        try:
            call(name, **{argument: odd})
        except KpiError as error:
            for lang in ("ja", "en"):
                assert "\n" not in error.message(lang) and len(error.message(lang)) < 260, odd


@pytest.mark.parametrize(
    "odd", [*ODD, None, "", "abc", True, 20, -0.05, APRIL, "#N/A", "#NUM!"], ids=lambda odd: type(odd).__name__
)
def test_kpi_error_takes_every_cell(odd):
    found = None
    try:
        found = functions.kpi_error(odd)
    except KpiError as error:  # several cells
        assert (error.code, error.argument, error.allowed_key) == ("#VALUE!", "cell", "one_cell")
        assert len(cells(rows(odd))) > 1
    else:
        assert (found != "") == (odd in ("#N/A", "#NUM!") if isinstance(odd, str) else False)


@pytest.mark.parametrize("wrong", ["fr", 5, True, [["ja", "en"]]], ids=repr)
def test_kpi_error_speaks_two_languages(wrong):
    with pytest.raises(KpiError) as found:
        functions.kpi_error("#NUM!", wrong)
    assert (found.value.code, found.value.argument) == ("#VALUE!", "language")


# Of a whole column, 1,048,576 cells, these arguments can make use; every other one is a slip and refused.
COLUMN_TAKEN = {("spread", "weights"), ("cac", "costs"), ("nps", "scores"), ("start_by", "holidays")}
SECONDS = 300  # a hung run is a failure, not a wait


@pytest.fixture(scope="module")
def whole_columns() -> dict[str, list]:
    """Every argument of every function as a whole column: what came of it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.udfs.whole_columns"],
        capture_output=True, text=True, cwd=Path(__file__).parents[2], timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize(("name", "argument"), [*ARGUMENTS, ("kpi_error", "cell"), ("kpi_error", "language")])
def test_a_million_cells_come_back(name, argument, whole_columns):
    code, found = whole_columns[f"{name} {argument}"]
    if (name, argument) in COLUMN_TAKEN:
        assert code == "result"
    else:
        assert code in CODES and found == "one line"


def test_a_whole_column_with_a_few_values_counts_as_these_values():
    column = [[0.2], [0.3], *[[None]] * 1_048_574]
    assert functions.required_leads(50, column) == 834  # 50 ÷ 0.06 = 833.3


def test_errors_come_before_anything_else_and_in_the_order_of_the_arguments():
    assert refused("required_leads", goal=-1, rates=[0.2, "#N/A"]).code == "#N/A"
    assert refused("required_leads", goal="#REF!", rates=[0.2, "#N/A"]).code == "#REF!"
    error = refused("required_leads", goal=-1, rates=[20])
    assert (error.argument, error.code) == ("goal", "#NUM!")
