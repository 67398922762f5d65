"""Rows taken out of a sheet: what its formulas, areas and links say afterwards."""

from __future__ import annotations

import pytest

from xl_kpi.exchange.outgoing.sheet import SheetPart, mentions, moved, sheet_of, shifted

# Rows 3 and 4 have gone.
ROWS = {1: 1, 2: 2, 5: 3, 6: 4, 7: 5}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("A5*$B$6", "A3*$B$4"),
        ("SUM($G5:$R7)", "SUM($G3:$R5)"),
        ('IF(A5="A6 & B7","A3",SUM(A5))', 'IF(A3="A6 & B7","A3",SUM(A3))'),  # words stay
        ("LOG10(A7)+ROUND(B6,2)", "LOG10(A5)+ROUND(B4,2)"),
        ("A3+1", None),  # a row that goes
        ("SUM(A2:A5)", None),  # rows in between go: the sum would be another one
        ("SUM(A:A)", None),
        ("plan_start+A5", "plan_start+A3"),
    ],
)
def test_a_formula_follows_its_rows(formula, expected):
    assert shifted(formula, ROWS) == expected


def test_a_rule_follows_from_its_new_first_row():
    """Written for row 3, which goes; row 5 is the first that stays: two further down."""
    assert shifted("AND(ISNUMBER(F3),F3<$C$6)", ROWS, 2) == "AND(ISNUMBER(F3),F3<$C$4)"


@pytest.mark.parametrize(
    ("area", "expected"),
    [("B2:D5", "B2:D3"), ("$A$3:$K$7", "$A$3:$K$5"), ("A6", "A4"), ("A4", None), ("A3:B4", None), ("$1:$5", "$1:$3")],
)
def test_an_area_is_the_hull_of_what_stays(area, expected):
    assert moved(area, ROWS) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("'逆算'!F49*2", True),
        ("SUM(逆算!A1:B2)", True),
        ("'O''Brien'!A1", True),
        ('"逆算!A1"&A1', False),
        ("EDATE(Plan_Start,3)", True),
        ("plan_start_2+1", False),
        ('IF(A1="plan_start",1,2)', False),
        ("'チャネル'!A1", False),
    ],
)
def test_what_a_formula_mentions(formula, expected):
    assert mentions(formula, {"逆算", "o'brien"}, {"plan_start"}) is expected


@pytest.mark.parametrize(
    ("location", "sheet"),
    [("'逆算'!A1", "逆算"), ("#'O''Brien'!$B$3:$C$4", "O'Brien"), ("plan_start", ""), ("https://example.com", "")],
)
def test_where_a_link_leads(location, sheet):
    assert sheet_of(location) == sheet


SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<dimension ref="A1:C7"/><sheetViews><sheetView workbookViewId="0"><pane xSplit="1" ySplit="2" topLeftCell="B3"
 activePane="bottomRight" state="frozen"/></sheetView></sheetViews><sheetData>
<row r="2"><c r="A2" t="s"><v>0</v></c></row>
<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" s="4"><v>1</v></c></row>
<row r="5" ht="20"><c r="A5" t="s"><v>2</v></c><c r="B5" s="4"><f>B3*2</f><v>2</v></c>
<c r="C5"><f>B5+1</f><v>3</v></c></row>
<row r="6"><c r="A6" t="s"><v>3</v></c><c r="B6" s="4" t="str"><f>""&amp;B3</f><v></v></c></row>
</sheetData><mergeCells count="2"><mergeCell ref="A3:B3"/><mergeCell ref="A5:B6"/></mergeCells>
<conditionalFormatting sqref="B3:B5"><cfRule type="expression" dxfId="0" priority="1">
<formula>B3&gt;1</formula></cfRule>
</conditionalFormatting><dataValidations count="1"><dataValidation sqref="B3" type="decimal"><formula1>0</formula1>
</dataValidation></dataValidations><hyperlinks><hyperlink ref="A5" location="'x'!A7"/></hyperlinks></worksheet>"""


@pytest.fixture
def part():
    return SheetPart(SHEET.encode(), ["head", "gone", "mine", "blank"])


def test_rows_are_taken_out_and_everything_else_follows(part):
    assert part.keep({1, 2, 5, 6}) == {1: 1, 2: 2, 5: 3, 6: 4}
    assert {cell.get("r"): "".join(cell.itertext()) for cell in part.cells()} == {
        "A2": "0", "A3": "2", "B3": "2", "C3": "B3+13", "A4": "3", "B4": ""}  # fmt: skip
    text = part.to_bytes().decode()
    assert '<mergeCells count="1"><mergeCell ref="A3:B4"/></mergeCells>' in text
    assert 'sqref="B3:B3"' in text and "<formula>B3&gt;1</formula>" in text
    assert "dataValidation" not in text and "dimension" not in text
    assert '<row r="3" ht="20">' in text
    assert 'ref="A3"' in text and "ySplit" in text, "the frozen rows are all there"
    part.relink({"x": {7: 4}})
    assert "location=\"'x'!A4\"" in part.to_bytes().decode()


def test_rows_that_are_not_open_are_locked(part):
    part.lock({"4": "9"}, lambda key: key == "mine")
    assert {cell.get("r"): cell.get("s") for cell in part.cells() if cell.get("s")} == {"B3": "9", "B5": "4", "B6": "9"}
    part.lock_column("B", {"4": "9"})
    assert {cell.get("s") for cell in part.cells()} == {None, "9"}


def test_a_link_goes_with_its_words(part):
    part.unlink(lambda sheet: sheet == "x")
    text = part.to_bytes().decode()
    assert "hyperlink" not in text
    assert part.used_texts() == {0, 1, 3}
