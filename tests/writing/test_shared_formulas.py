"""Formulas that only move told once: the same cells hold the same formulas, and an engine finds the same results."""

from __future__ import annotations

import re
import tempfile
from io import BytesIO
from zipfile import ZipFile

import ironcalc
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agreement.books import template_plan
from tests.new_files import new_file
from tests.writing.test_stored_values import book_of, sheet_xml
from xl_kpi.workbook.writing.shared_formulas import shared
from xl_kpi.workbook.writing.stored_values import evaluate, with_stored_values


def sheet(*columns: list[str]) -> str:
    """The XML of cells A1, A2 … B1, B2 … with these formulas, row by row."""
    cells = [
        (row, f'<c r="{letter}{row}" s="4"><f>{formula}</f></c>')
        for letter, formulas in zip("ABCDEFG", columns, strict=False)
        for row, formula in enumerate(formulas, 1)
    ]
    return "".join(cell for _, cell in sorted(cells))


def told(xml: str) -> list[str]:
    """The cells whose formula is written out."""
    return re.findall(r'<c r="([A-Z]+[0-9]+)"[^>]*><f[^>]*>[^<]+</f>', shared(xml, set()))


def test_a_formula_that_only_moves_is_told_in_its_first_cell() -> None:
    xml = sheet(["B1*$C$1+D$2", "B2*$C$1+D$2", "B3*$C$1+D$2"], ["$A1", "$A2", "$A3"])
    assert told(xml) == ["A1", "B1"]
    assert '<c r="A3" s="4"><f t="shared" si="0"/>' in shared(xml, set())


def test_another_formula_is_told_and_is_the_one_that_goes_on() -> None:
    assert told(sheet(["B1", "B2", "C3", "C4", "C4"])) == ["A1", "A3", "A5"]


def test_a_formula_that_moves_to_the_right_is_told_once() -> None:
    xml = sheet(["B$1*$Z9", "B$1*$Z10"], ["C$1*$Z9", "C$1*$Z10"], ["E$1*$Z9", "$D1"])
    assert told(xml) == ["A1", "C1", "C2"]
    assert '<c r="B2" s="4"><f t="shared" si="0"/>' in shared(xml, set())


def test_a_formula_that_was_told_anywhere_before_is_not_told_again() -> None:
    assert told(sheet(["B1", "7", "B3"], ["8", "C2", "C3"])) == ["A1", "B1", "A2"]


def test_a_formula_beside_the_edge_is_not_that_of_a_cell_further_in() -> None:
    """A1, one to the left of B1, moved to column A is no reference."""
    assert told(sheet(["2", "0"], ["A1", "A2"])) == ["A1", "B1", "A2"]


def test_sheets_in_quotes_and_texts_stay_as_they_are_and_what_stands_beside_them_moves() -> None:
    xml = sheet(["'FY 1'!B1&\"B1\"", "'FY 1'!B2&\"B1\"", "'FY 1'!B3&\"B3\""])
    assert told(xml) == ["A1", "A3"]


def test_every_word_of_the_formulas_is_said() -> None:
    said: set[str] = set()
    shared(sheet(["plan_start+B1", "plan_start+B2", "SUM(tbl[rate])"]), said)
    assert {"plan_start", "SUM(tbl[rate])"} <= said


@pytest.mark.parametrize(
    "formulas",
    [
        pytest.param(['INDIRECT("B1")', 'INDIRECT("B2")'], id="text that looks like a cell"),
        pytest.param(["INDIRECT(&quot;B1&quot;)", "INDIRECT(&quot;B2&quot;)"], id="text, escaped"),
        pytest.param(["'FY 1'!B1", "'FY 2'!B2"], id="a sheet's name in quotes"),
        pytest.param(["LOG10(2)", "LOG11(2)"], id="a function's name"),
        pytest.param(["rate_A1", "rate_A2"], id="the end of a name"),
        pytest.param(["A1_rate", "A2_rate"], id="the beginning of a name"),
        pytest.param(["1E5", "1E6"], id="a number's exponent"),
        pytest.param(["SUM(5:5)", "SUM(5:5)"], id="whole rows, which would move"),
        pytest.param(["b1", "b1"], id="small letters, which would move"),
        pytest.param(["SUM(tbl[A1])", "SUM(tbl[A2])"], id="a column of a table"),
    ],
)
def test_what_only_looks_like_a_reference_is_told_as_it_stands(formulas: list[str]) -> None:
    assert told(sheet(formulas)) == ["A1", "A2"]


PARTS = st.sampled_from(
    [
        "B{0}",
        "{2}{0}",
        "{2}$3",
        "'B 1'!{2}{0}",
        '"{2}{0}"',
        "$B{0}",
        "B$2",
        "$C$3",
        "C{1}",
        "SUM(B{0}:$C$4)",
        "LOG10(7)",
        "2",
        "1E2",
        "{0}",
    ]
)


@given(st.lists(st.tuples(PARTS, PARTS, PARTS, PARTS), min_size=2, max_size=8))
def test_what_is_shared_unfolds_to_what_was_written(lines: list[tuple[str, str, str, str]]) -> None:
    """openpyxl unfolds shared formulas by itself: the other side of this test."""
    formulas = [
        [f"={a}+{b}".format(row, row + 1, letter) for letter, a, b in (("F", *line[:2]), ("G", *line[2:]))]
        for row, line in enumerate(lines, 1)
    ]
    before = book_of(formulas).api.to_bytes()
    xml = sheet_xml(before)
    packed = BytesIO()
    with ZipFile(BytesIO(before)) as old, ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(name, shared(xml, set()) if name == "xl/worksheets/sheet1.xml" else old.read(name))
    ws = openpyxl.load_workbook(packed).worksheets[0]
    assert [[cell.value for cell in row] for row in ws.iter_rows(max_col=2)] == formulas


def test_results_are_those_of_the_file_as_it_stands() -> None:
    rows = [[7, "=A1*2", "=B1+$A$1", "=SUM(A$1:A1)"]] + [
        [row, f"=A{row}*2", f"=B{row}+$A$1", f"=SUM(A$1:A{row})"] for row in range(2, 30)
    ]
    data = book_of(rows).api.to_bytes()
    firsts = [7, *range(2, 30)]  # column A; twice that, 7 more, and all so far
    by_hand = [(one, 2 * one, 2 * one + 7, sum(firsts[: row + 1])) for row, one in enumerate(firsts)]
    ws = openpyxl.load_workbook(BytesIO(with_stored_values(data)), data_only=True).worksheets[0]
    assert list(ws.iter_rows(values_only=True)) == by_hand
    found = evaluate(data)
    (name,) = {name for name, _, _ in found}
    assert [tuple(found[name, row, column] for column in range(1, 5)) for row in range(1, 30)] == by_hand


def test_a_whole_workbook_has_the_results_of_its_formulas_told_one_by_one() -> None:
    """Read by IronCalc as it was written, without what makes it quick to read."""
    data = new_file(template_plan("c1", "ja"))
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(data)
        file.flush()
        model = ironcalc.load_from_xlsx(file.name, "en", "UTC", "en")
    model.evaluate()
    names = [sheet["name"] for sheet in model.get_worksheets_properties()]
    plain = {(names[sheet], row, column): model.get_cell_value(sheet, row, column)
             for sheet, row, column in model.get_all_cells()}  # fmt: skip
    assert {cell: value for cell, value in plain.items() if value is not None} == evaluate(data)
