"""References in formulas: what is one, what only looks like one, and that all else is passed on sign by sign."""

from __future__ import annotations

import pytest

from xl_kpi.workbook.cells.references import Cells, cells_of, rewritten


def references(formula: str) -> tuple[list, list]:
    """What is found in a formula: references to other sheets, and those without a sheet."""
    sheets, here = [], []
    same = rewritten(
        formula,
        lambda sheet, area: sheets.append((sheet, area)),
        lambda area: here.append(area),
        lambda name: None,
    )
    assert same == formula
    return sheets, here


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("広告!H12*2", [("広告", "H12")]),
        ("'逆 算'!$C$6:$D$8", [("逆 算", "$C$6:$D$8")]),
        ("'O''Brien'!A1", [("O'Brien", "A1")]),
        ("計画（新）!B2", [("計画（新）", "B2")]),
        ("広告!H:H+広告!$3:9", [("広告", "H:H"), ("広告", "$3:9")]),
        ("SUM('ads:web'!B2)", [("ads:web", "B2")]),  # through several sheets
        ("SUM(ads:web!B2)", [("ads:web", "B2")]),
        ("A1:INDEX(広告!A1:A5,2)", [("広告", "A1:A5")]),
        ("広告!A1:広告!B2", [("広告", "A1:広告!B2")]),  # the second corner with its sheet
        ("_xlfn.ANCHORARRAY(広告!B2)", [("広告", "B2")]),
        ("広告!rate*2", [("広告", "")]),  # a name of one sheet
        ('"広告!A1"&INDIRECT("広告!A1")', []),
        ("[1]広告!A1+'[Book 1.xlsx]広告'!B2+'C:\\x\\[b.xlsx]s'!A1", []),
        ("Table1[[#This Row],[広告!x]]+T2[a]", []),
        ("#REF!+1", []),
    ],
)
def test_references_to_sheets(formula, found):
    assert references(formula)[0] == found


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("A1+$B$2:C3", ["A1", "$B$2:C3"]),
        ("LOG10(A1)+AB1_x+A1B+1E5+rate2", ["A1"]),
        ("IF(A1>2,TRUE,x.y1)", ["A1"]),
        ("'own'!B2+[1]s!C3", []),
    ],
)
def test_references_without_a_sheet(formula, found):
    assert references(formula)[1] == found


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("$B$3", Cells(3, 2, 3, 2, (True,) * 4, True)),
        ("b3:$D9", Cells(3, 2, 9, 4, (False, False, False, True))),
        ("B:$D", Cells(0, 2, 0, 4, (False, False, False, True))),
        ("$3:9", Cells(3, 0, 9, 0, (True, False, False, False))),
        ("XFD1048576", Cells(1_048_576, 16_384, 1_048_576, 16_384, (False,) * 4, True)),  # the last cell of a sheet
    ],
)
def test_an_address_taken_apart_and_put_together(text, cells):
    assert cells_of(text) == cells and cells.text() == text.upper()


@pytest.mark.parametrize("text", ["XFE1", "A1048577", "$3", "A", "A0", "A1:3"])
def test_what_no_sheet_has_is_no_address(text):
    assert cells_of(text) is None
