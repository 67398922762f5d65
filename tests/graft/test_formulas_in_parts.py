"""Formulas in the user's own parts: only their letters change, and none of those that cells share goes wrong."""

from __future__ import annotations

import pytest

from tests.graft.plain import Plain
from xl_kpi.workbook.cells.rectangles import Places, Rect, rect_of, rects_of, shifted
from xl_kpi.workbook.graft.pointing.formulas import followed

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
DRAWING = "application/vnd.openxmlformats-officedocument.drawing+xml"
CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
PIVOT = "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml"
CONNECTIONS = "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml"
RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
DOWN = Plain({"広告": "広告"}, sheet="広告", row=9, down=2)  # the rows of 広告 from 9 on go two rows down


def follow(xml: str, content_type: str = SHEET, moves: Plain = DOWN) -> str | None:
    new = followed(xml.encode("utf-8"), content_type, lambda text: moves.formula(text, "メモ"))
    return None if new is None else new.decode("utf-8")


def test_only_the_letters_of_the_formula_change():
    """Quotes, comments, blanks and other ways to write the same stay."""
    xml = (
        "<?xml version='1.0'?>\r\n<!-- <f>'広告'!A9</f> --><x:worksheet>\n <x:row r='3' ><x:c r='B3' ><x:f >"
        "'広告'!$B$9&amp;&quot;円&quot;</x:f><x:v>1</x:v></x:c ></x:row><![CDATA[<f>'広告'!A9</f>]]></x:worksheet>"
    )
    assert follow(xml) == xml.replace("'広告'!$B$9&amp;&quot;円&quot;", "'広告'!$B$11&amp;\"円\"")


def test_a_part_in_which_nothing_points_at_cells_that_moved_is_left():
    assert follow("<worksheet><c r='A1'><f>'広告'!A8+メモ!A9+A9</f></c></worksheet>") is None


def test_a_part_of_another_kind_is_left():
    assert follow("<a><f>'広告'!A9</f></a>", "application/xml") is None


def test_a_shared_formula_that_moves_as_a_whole_is_changed_in_its_first_cell():
    """Rows 20 to 22 of 広告 all go two rows down: the cells below still read the first one."""
    xml = (
        '<row r="2"><c r="A2"><f t="shared" ref="A2:A4" si="0">広告!B20*2</f></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/></c></row><row r="4"><c r="A4"><f t="shared" si="0"/></c></row>'
    )
    assert follow(xml) == xml.replace("広告!B20*2", "'広告'!B22*2")


def test_a_shared_formula_of_which_a_part_moves_is_written_out():
    """Row 8 stays and row 9 goes: the two cells no longer say the same."""
    xml = (
        '<row r="2"><c r="A2" s="4"><f t="shared" ref="A2:A3" si="0">広告!B8*2</f><v>1</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/><v>2</v></c></row>'
    )
    assert follow(xml) == (
        '<row r="2"><c r="A2" s="4"><f>広告!B8*2</f><v>1</v></c></row>'
        '<row r="3"><c r="A3"><f>\'広告\'!B11*2</f><v>2</v></c></row>'
    )


def test_array_formulas_keep_their_range():
    xml = '<c r="D2"><f t="array" ref="D2:D5">SUM(広告!B9:B12)</f></c>'
    assert follow(xml) == '<c r="D2"><f t="array" ref="D2:D5">SUM(\'広告\'!B11:B14)</f></c>'


@pytest.mark.parametrize(
    ("content_type", "xml", "new"),
    [
        (SHEET, "<formula>広告!B9&gt;1</formula>", "<formula>'広告'!B11&gt;1</formula>"),
        (SHEET, "<formula1>広告!B9:B12</formula1>", "<formula1>'広告'!B11:B14</formula1>"),
        (SHEET, "<x14:ext><xm:f>広告!B9</xm:f></x14:ext>", "<x14:ext><xm:f>'広告'!B11</xm:f></x14:ext>"),
        (SHEET, '<hyperlink ref="A1" location="広告!B9"/>', '<hyperlink ref="A1" location="\'広告\'!B11"/>'),
        (SHEET, '<cfvo type="formula" val="広告!B9"/>', '<cfvo type="formula" val="\'広告\'!B11"/>'),
        (CHART, "<c:f>広告!$B$9:$M$9</c:f>", "<c:f>'広告'!$B$11:$M$11</c:f>"),
        (DRAWING, '<xdr:sp macro="" textlink="広告!$B$9">', '<xdr:sp macro="" textlink="\'広告\'!$B$11">'),
        (CHART, "<c15:sqref>広告!$B$9:$M$9</c15:sqref>", "<c15:sqref>'広告'!$B$11:$M$11</c15:sqref>"),
        (PIVOT, '<worksheetSource ref="A9:B12" sheet="広告"/>', '<worksheetSource ref="A11:B14" sheet="広告"/>'),
        (PIVOT, '<rangeSet ref="A9:B12" sheet="広告"/>', '<rangeSet ref="A11:B14" sheet="広告"/>'),
        (SHEET, '<dataRef ref="A9:B12" sheet="広告"/>', '<dataRef ref="A11:B14" sheet="広告"/>'),
        (CONNECTIONS, '<parameter cell="広告!$B$9"/>', "<parameter cell=\"'広告'!$B$11\"/>"),
        (RELATIONS, '<Relationship Target="#広告!B9"/>', "<Relationship Target=\"#'広告'!B11\"/>"),
    ],
)
def test_every_place_that_holds_a_formula(content_type, xml, new):
    assert follow(xml, content_type) == new


def test_a_relation_to_another_part_or_page_is_no_formula():
    """Their names may read like cells."""
    xml = '<Relationship Target="../charts/B9.xml"/><Relationship Target="https://example.com/#広告!B9"/>'
    assert follow(xml, RELATIONS) is None


def test_a_link_to_a_sheet_that_is_gone_stays_a_link():
    """A link can't say #REF!; a formula can."""
    gone = Plain({"広告": None})
    xml = '<c r="A1"><f>広告!B9</f></c><hyperlink ref="A1" location="広告!B9"/>'
    assert follow(xml, moves=gone) == xml.replace("<f>広告!B9", "<f>#REF!")


def test_parts_in_another_encoding_keep_it():
    xml = '<?xml version="1.0" encoding="UTF-16"?><c r="A1"><f>広告!B9</f></c>'
    new = followed(xml.encode("utf-16"), SHEET, lambda text: DOWN.formula(text, "メモ"))
    assert new == xml.replace("広告!B9", "'広告'!B11").encode("utf-16")


@pytest.mark.parametrize(
    ("formula", "by", "there"),
    [
        ("A1+$B$2+C$3+$D4", (1, 2), "C2+$B$2+E$3+$D5"),  # as Excel copies one row down and two columns to the right
        ("SUM(A:A,1:1)", (1, 2), "SUM(C:C,2:2)"),
        ("表!A1", (1, 0), "'表'!A2"),
        ("[1]単価!A1*'[2]表 1'!B$2", (1, 1), "[1]単価!B2*'[2]表 1'!C$2"),  # other workbooks
        ('"A1"&T_担当[件数]', (1, 1), '"A1"&T_担当[件数]'),
        ("A1", (-1, 0), "#REF!"),
    ],
)
def test_a_formula_in_another_cell(formula, by, there):
    assert shifted(formula, *by) == there


def test_lists_of_references():
    assert rects_of("A1:B2 D4 C:C") == [Rect(1, 1, 2, 2), Rect(4, 4, 4, 4)]
    assert rect_of("$B$3:$D$9") == Rect(3, 2, 9, 4)
    assert Rect(3, 2, 9, 4).text == "B3:D9"


def test_a_list_of_references_after_a_row_has_gone_and_another_has_come():
    """Row 2 is gone, what was below row 4 stands one row further down."""
    places = Places(lambda row, column: None if row == 2 else (row + (row > 4), column))
    assert places.sqref("A1:A3 B2 C5:C6 D:D") == "A1:A3 C6:C7 D:D"
    assert places.sqref("A1 C5", avoid=[Rect(6, 3, 6, 3)]) == "A1"
    assert places.moved(Rect(4, 1, 5, 1)) is None  # it would come apart
