"""The LAMBDA names against the Python functions: IronCalc computes them from a file, errors included."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import ironcalc
import pytest

from tests.functions.agreement import LAMBDA, LAMBDA_CHANCE, python_result, same
from tests.functions.cases import CASES, Block, Line, Literal, as_cells, as_text, cases
from tests.sheets.plans import template
from udfs import functions
from xl_kpi import engine
from xl_kpi.calc import KpiError
from xl_kpi.catalog.functions import functions as catalog_functions
from xl_kpi.catalog.functions import is_name_of_function
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.writing.lambdas import LONGEST_FORMULA, lambda_names

NAMES = [entry.name for entry in catalog_functions() if entry.formula]
IN, OUT, OUT_DOWN = 0, 1, 2  # sheets: inputs, results beside each other, results below each other
ROOM = 12  # rows that one case has on the sheet of the inputs


@pytest.fixture(scope="module")
def workbook(tmp_path_factory) -> str:
    """A file with the names as we write them, and three empty sheets."""
    book = engine.new_book()
    for name in ("in", "out", "down"):
        book.sheets.add(name)
    for name, (refers_to, comment) in lambda_names("ja").items():
        book.names.add(name, "=" + refers_to)
        book.api.name_comment(name, comment)
    path = tmp_path_factory.mktemp("lambdas") / "names.xlsx"
    path.write_bytes(book.api.to_bytes())
    return str(path)


def put(model: ironcalc.Model, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        model.update_cell_with_bool(IN, row, column, value)
    elif isinstance(value, str) and value.startswith("#"):
        model.set_user_input(IN, row, column, f"={value}")
    elif isinstance(value, str):
        model.update_cell_with_text(IN, row, column, value)
    else:
        model.update_cell_with_number(IN, row, column, float(value))


def written(model: ironcalc.Model, argument: Any, row: int, column: int) -> str:
    """Puts an argument into cells, if it needs some, and gives what the formula says."""
    if isinstance(argument, Literal):
        return as_text(argument.value)
    if isinstance(argument, Block) or (isinstance(argument, Line) and argument.constant):
        return "{" + ";".join(",".join(map(as_text, row)) for row in argument.rows) + "}"
    cells = as_cells(argument)
    for down, line in enumerate(cells):
        for right, value in enumerate(line):
            put(model, row + down, column + right, value)
    first, last = (ironcalc_address(row + d, column + r) for d, r in ((0, 0), (len(cells) - 1, len(cells[0]) - 1)))
    return f"in!{first}:{last}" if first != last else f"in!{first}"


def ironcalc_address(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"${letters}${row}"


def is_down(arguments: tuple) -> bool:
    return any(isinstance(argument, Line) and argument.down and len(argument.values) > 1 for argument in arguments)


def lambda_results(path: str, name: str, calls: Sequence[tuple]) -> list[list[list]]:
    """What IronCalc shows for each call: rows of values, an error as its text in a tuple."""
    model = ironcalc.load_from_xlsx(path, "en", "UTC", "en")
    for number, arguments in enumerate(calls):
        row = 1 + number * ROOM
        texts = [written(model, argument, row, 1 + 12 * place) for place, argument in enumerate(arguments)]
        formula = f"={name}({','.join(texts)})"
        if is_down(arguments):
            model.set_user_input(OUT_DOWN, 1, number + 1, formula)
        else:
            model.set_user_input(OUT, number + 1, 1, formula)
    model.evaluate()

    def value(sheet: int, row: int, column: int) -> Any:
        found = model.get_cell_value(sheet, row, column)
        is_error = model.get_cell_type(sheet, row, column) == ironcalc.CellType.ErrorValue
        return (found,) if is_error else found

    results = []
    for number, arguments in enumerate(calls):
        if is_down(arguments):
            cells = [[value(OUT_DOWN, row, number + 1)] for row in range(1, ROOM)]
        else:
            cells = [[value(OUT, number + 1, column) for column in range(1, ROOM)]]
        results.append(cells)
    return results


def agrees(name: str, ours: list[list], cells: list[list], down: bool) -> bool:
    """The result fills as many cells as it has numbers, in its direction, and no more."""
    flat = [value for row in ours for value in row]
    shown = [row[0] for row in cells] if down else cells[0]
    return all(same("LAMBDA", name, a, b) for a, b in zip(flat, shown)) and not any(
        value is not None for value in shown[len(flat) :]
    )


def test_the_names_are_the_functions_marked_L():
    # design §6, the rows with an L
    assert NAMES == list(lambda_names())


@pytest.mark.parametrize("name", NAMES)
def test_python_and_lambda_agree(name, workbook):
    calls = cases(name)
    wrong, errors = [], set()
    for arguments, cells in zip(calls, lambda_results(workbook, name, calls), strict=True):
        ours = python_result(name, arguments)
        errors |= {value for row in ours for value in row if isinstance(value, tuple)}
        if not agrees(name, ours, cells, is_down(arguments)):
            wrong.append((list(map(as_cells, arguments)), ours, cells))
    assert not wrong, f"{len(wrong)} of {CASES} differ, such as {wrong[:3]}"
    # the cases really hold wrong values of every kind
    assert errors >= {("#VALUE!",), ("#NUM!",), ("#N/A",), ("#DIV/0!",), ("#REF!",)}


def test_no_binary_noise_in_the_lambdas(workbook):
    # 7 ÷ (0.7 × 0.1) is 100.00000000000001 in binary, and 50 in 1,800 (C1) comes as 0.027777…
    calls = [(Literal(7), Line((0.7, 0.1), constant=True)), (Literal(50), Literal(50 / 1800))]
    assert [cells[0][0] for cells in lambda_results(workbook, "REQUIRED_LEADS", calls)] == [100, 1800]


@pytest.mark.parametrize(
    ("goal", "leads", "rate"),
    [
        (50, 1800, 50 / 1800),
        (10, 10**7, 1e-6),
        (25, 10**7, 1e-6),
        (300_500, 10**7, 0.03),
        (4_998_000, 10**7, 0.5),
        (9_999_990, 10**7, 0.999999),
        (1, 10**7, 1e-6),
        (1, 1, 0.3),
        (16, 31, 0.5),
        (1, 6_000_000, 1e-17),  # a comparison with 0 that allows for noise would call this rate 0
    ],
)
def test_goal_chance_is_exact_up_to_ten_million_leads(goal, leads, rate, workbook):
    # calc.goal_chance is held to SciPy and mpmath elsewhere; IronCalc's own BINOM.DIST is off by up to 8e-6 here
    found = lambda_results(workbook, "GOAL_CHANCE", [(Literal(goal), Literal(leads), Literal(rate))])[0][0][0]
    assert abs(found - functions.goal_chance(goal, leads, rate)) <= LAMBDA_CHANCE


def test_a_hundred_and_one_rates_are_too_many_in_both(workbook):
    calls = [(Literal(1), Line((0.5,) * 100, constant=True)), (Literal(1), Line((0.5,) * 101, constant=True))]
    allowed, too_many = (cells[0][0] for cells in lambda_results(workbook, "EXPECTED_ORDERS", calls))
    assert math.isclose(allowed, functions.expected_orders(1, [0.5] * 100), rel_tol=LAMBDA)
    assert too_many == ("#VALUE!",)
    with pytest.raises(KpiError, match="at most 100"):
        functions.expected_orders(1, [0.5] * 101)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_name_is_within_excels_limits(lang):
    by_name = {entry.name: entry for entry in catalog_functions()}
    for name, (refers_to, comment) in lambda_names(lang).items():
        assert len(refers_to) <= LONGEST_FORMULA
        assert len(comment) <= 255 and by_name[name].does[lang] in comment


def test_a_file_has_excels_prefixes_and_a_running_excel_has_none():
    in_file, typed = lambda_names()["LTV"][0], lambda_names(as_typed=True)["LTV"][0]
    assert in_file.startswith("_xlfn.LAMBDA(_xlpm.revenue,_xlpm.churn,_xlop.margin,_xlfn.LET(")
    assert "_xlfn.ISOMITTED(_xlpm.margin)" in in_file and "_xlop.margin)" not in in_file
    assert typed.startswith("LAMBDA(revenue,churn,[margin],LET(") and "_xl" not in typed


def local_names(text: str) -> set[str]:
    return set(re.findall(r'(?<![A-Za-z"])[a-z][a-z_0-9]*', re.sub(r'"[^"]*"', "", text)))


def test_no_local_name_can_be_taken_for_a_cell():
    # Excel refuses local names such as r, c or e1
    for name, (text, _) in lambda_names(as_typed=True).items():
        words = local_names(text)
        assert words and not [word for word in words if re.fullmatch(r"[rc]|[a-z]{1,3}[0-9]+", word)], name


def test_no_local_name_is_a_name_of_the_workbook():
    # IronCalc takes the workbook's name then; Excel does not, but nobody should have to know
    taken = {name.lower() for name in (*book_spec(template("default", "en")).names, *lambda_names())}
    for name, (text, _) in lambda_names(as_typed=True).items():
        assert local_names(text) & taken == set(), name


@pytest.mark.parametrize("entry", [entry for entry in catalog_functions() if entry.formula], ids=lambda e: e.name)
def test_the_examples_work_in_a_finished_workbook(entry, finished):
    finished.set_user_input(1, 1, 1, entry.example)
    finished.evaluate()
    wanted = entry.value[0] if isinstance(entry.value, list) else [entry.value]
    for column, value in enumerate(wanted, 1):  # typed with 12 digits
        assert math.isclose(finished.get_cell_value(1, 1, column), value, rel_tol=1e-11)


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> ironcalc.Model:
    """A plan's workbook with all its names and ours, and an empty sheet beside the first one."""
    book = engine.new_book()
    spec = book_spec(template("default", "ja"))
    for key in spec.sheets:
        book.sheets.add(key.name)
    book.sheets.add("試算", after=book.sheets[0])
    for name, reference in spec.names.items():
        book.names.add(name, "=" + reference)
    for name, (refers_to, _) in lambda_names("ja").items():
        if name not in spec.names:
            book.names.add(name, "=" + refers_to)
    path = tmp_path_factory.mktemp("finished") / "plan.xlsx"
    path.write_bytes(book.api.to_bytes())
    return ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")


@pytest.mark.parametrize("as_typed", [False, True])
def test_our_names_are_known_as_a_file_and_as_excel_spells_them(as_typed):
    for name, (refers_to, _) in lambda_names(as_typed=as_typed).items():
        assert is_name_of_function(name, refers_to)
        assert is_name_of_function(name.lower(), f"={refers_to.replace(',', ', ')}")


@pytest.mark.parametrize(
    "refers_to",
    [
        '_xlfngnumeric.ERROR("_xlfn.lambda(_xlpm.scores,IF(_xlpm.scores=""""")',  # LibreOffice, then Gnumeric
        'error("_xlfn.lambda(_xlpm.scores,_xlfn.let(_xlp)',  # Gnumeric, then LibreOffice: 1,023 characters of it
        '_xlfngnumeric.ERROR("error(""_xlfn.lambda(_xlpm.scores,_xlfn.let(',  # and Gnumeric again
    ],
)
def test_what_two_programs_made_of_one_of_ours_is_ours(refers_to):
    assert is_name_of_function("NPS", refers_to) and not is_name_of_function("CAC", refers_to)


@pytest.mark.parametrize(
    "refers_to", ["設定!$C$7", "_xlfn.LAMBDA(_xlpm.x,_xlpm.x*2)", "=LAMBDA(1)", 'ERROR("1+")', '"names"', "", None]
)
def test_a_user_s_name_that_is_called_like_a_function_is_his(refers_to):
    assert not is_name_of_function("NPS", refers_to)  # ours has one parameter, scores
    assert not is_name_of_function("SPREAD", refers_to)  # has no LAMBDA
