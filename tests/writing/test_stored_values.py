"""Results beside the formulas: the right value, the right cell type, nothing else touched."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
import xlwings
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.how_often import often as many
from xl_kpi import engine
from xl_kpi.errors import EngineDisagrees
from xl_kpi.workbook.writing.stored_values import evaluate, with_stored_values


def book_of(formulas: list[list[object]], name: str = "計画") -> xlwings.Book:
    book = engine.new_book()
    book.sheets.add(name).range("A1").formula = formulas
    return book


def stored(data: bytes) -> dict[str, object]:
    """Every stored value of the first sheet, by address."""
    ws = openpyxl.load_workbook(BytesIO(data), data_only=True).worksheets[0]
    return {cell.coordinate: cell.value for row in ws.iter_rows() for cell in row}


def sheet_xml(data: bytes) -> str:
    with ZipFile(BytesIO(data)) as file:
        return file.read("xl/worksheets/sheet1.xml").decode("utf-8")


def test_numbers_texts_truth_and_blanks() -> None:
    data = with_stored_values(
        book_of([[50, "=A1/0.0277777777777778", '="<"&A1&">"', "=A1>5", '=""', "=2^70", "=-0.1*3"]]).api.to_bytes()
    )
    cells = dict(re.findall(r'<c r="([A-G]1)"([^/].*?)</c>', sheet_xml(data)))
    # 50/0.0277777777777778 in double precision, written so that it is read back the same.
    assert cells["B1"].endswith(f"<v>{50 / 0.0277777777777778!r}</v>") and " t=" not in cells["B1"]
    assert cells["C1"].startswith(' t="str"') and cells["C1"].endswith("<v>&lt;50&gt;</v>")
    assert cells["D1"].startswith(' t="b"') and cells["D1"].endswith("<v>1</v>")
    assert cells["E1"].startswith(' t="str"') and cells["E1"].endswith("<v></v>")
    assert stored(data)["F1"] == 2.0**70
    assert stored(data)["G1"] == -0.1 * 3


def test_nothing_but_results_is_changed() -> None:
    before = book_of([["=1+1", "text", 3], ["=A1*2", "=A2", None]]).api.to_bytes()
    after = with_stored_values(before)
    with ZipFile(BytesIO(before)) as old, ZipFile(BytesIO(after)) as new:
        assert old.namelist() == new.namelist()
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
        assert {info.compress_type for info in new.infolist()} == {ZIP_DEFLATED}
    assert changed == ["xl/worksheets/sheet1.xml"]
    assert re.sub(r"<v>[^<]*</v></c>", "</c>", sheet_xml(after)) == re.sub(
        r"<v>[^<]*</v></c>", "</c>", sheet_xml(before)
    )
    assert openpyxl.load_workbook(BytesIO(after)).calculation.fullCalcOnLoad


def test_the_same_workbook_gives_the_same_bytes() -> None:
    data = book_of([["=1/3", "=A1*3"]]).api.to_bytes()
    assert with_stored_values(data) == with_stored_values(data)


def test_values_that_stand_there_are_replaced() -> None:
    once = with_stored_values(book_of([["=1>2", '="text"', "=7"]]).api.to_bytes())
    assert with_stored_values(once) == once


def test_several_sheets_in_any_order() -> None:
    book = book_of([["='う え'!A1*2"]], "あ")
    book.sheets.add("う え").range("A1").formula = [[21, "='あ'!A1+1"]]
    book.sheets.add("い's", before="あ").range("A1").formula = "='あ'!A1"
    file = openpyxl.load_workbook(BytesIO(with_stored_values(book.api.to_bytes())), data_only=True)
    assert (file["あ"]["A1"].value, file["う え"]["B1"].value, file["い's"]["A1"].value) == (42, 43, 42)


def test_files_of_other_writers(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "other.xlsx"
    with xlsxwriter.Workbook(path) as file:
        ws = file.add_worksheet()
        ws.write("A1", 4)
        ws.write_formula("B1", "=A1/8", None, 0)  # with a wrong result beside it
        ws.write_formula("C1", '=IF(A1>1,"yes","no")', None, "no")
    assert stored(with_stored_values(path.read_bytes()))["B1"] == 0.5
    assert stored(with_stored_values(path.read_bytes()))["C1"] == "yes"


def test_names_count_in_any_letters_and_in_a_formula_that_is_told_as_it_stands() -> None:
    book = book_of([[21, "=RATE*2", "=SUM({1,2})+rate_2.x"]])
    for name in ("rate", "rate_2.x", "nobody"):
        book.names.add(name, "='計画'!$A$1")
    data = with_stored_values(book.api.to_bytes())
    assert (float(stored(data)["B1"]), float(stored(data)["C1"])) == (42, 24)
    assert set(openpyxl.load_workbook(BytesIO(data)).defined_names) == {"rate", "rate_2.x", "nobody"}


def test_a_workbook_that_shares_formulas_already_is_calculated_as_it_stands() -> None:
    packed = BytesIO()
    with ZipFile(BytesIO(book_of([[1, "=A1*2"], [2, "=A2*2"]]).api.to_bytes())) as old, ZipFile(packed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            part = part.replace(b"<f>A1*2</f>", b'<f t="shared" ref="B1:B2" si="0">A1*2</f>')
            new.writestr(name, part.replace(b"<f>A2*2</f>", b'<f t="shared" si="0"/>'))
    cells = stored(with_stored_values(packed.getvalue()))
    assert (float(cells["B1"]), float(cells["B2"])) == (2, 4)


def test_an_error_value_stops_everything_and_is_named() -> None:
    with pytest.raises(EngineDisagrees) as error:
        with_stored_values(book_of([["=1/0", 5, "=A1+1"], ["=NOSUCH(1)", '=VALUE("x")', None]]).api.to_bytes())
    lines = str(error.value).splitlines()
    assert lines == [
        "計画!A1: =1/0 → #DIV/0!",
        "計画!C1: =A1+1 → #DIV/0!",
        "計画!A2: =NOSUCH(1) → #NAME?",
        '計画!B2: =VALUE("x") → #VALUE!',
    ]
    assert error.value.exit_code == 3


def test_a_text_that_only_looks_like_an_error_is_a_text() -> None:
    assert stored(with_stored_values(book_of([['="#N/A"&""']]).api.to_bytes()))["A1"] == "#N/A"


@pytest.mark.parametrize(("lang", "last"), [("en", "… and 10 more"), ("ja", "…ほか10件")])
def test_twenty_errors_are_shown_and_the_rest_counted(lang: str, last: str) -> None:
    data = book_of([["=1/0"]] * 30).api.to_bytes()
    with pytest.raises(EngineDisagrees) as error:
        with_stored_values(data, lang)
    lines = str(error.value).splitlines()
    assert (len(lines), lines[-1]) == (21, last)


def test_what_ironcalc_cannot_read_is_said_so() -> None:
    with pytest.raises(EngineDisagrees, match="IronCalc"):
        with_stored_values(b"no workbook")


def test_evaluate_gives_every_cell() -> None:
    assert evaluate(book_of([[2, "=A1*3", "x", "=A1>1", "=1/0", '=""']]).api.to_bytes()) == {
        ("計画", 1, 1): 2.0,
        ("計画", 1, 2): 6.0,
        ("計画", 1, 3): "x",
        ("計画", 1, 4): True,
        ("計画", 1, 5): "#DIV/0!",
        ("計画", 1, 6): "",
    }


@settings(max_examples=many(8, 30), deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=1, max_size=20))
def test_every_number_is_read_back_the_same(numbers: list[float]) -> None:
    """Oracle: Python's own float of what was put in (a formula that is only a reference changes nothing)."""
    rows = [[number, f"=A{row}"] for row, number in enumerate(numbers, 1)]
    cells = stored(with_stored_values(book_of(rows).api.to_bytes()))
    assert [float(cells[f"B{row}"]) for row in range(1, len(numbers) + 1)] == numbers
