"""What a user puts on a generated sheet: cells, rules, links, tables; each keeps its place beside ours or is named."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from lxml import etree

from tests.graft.plain import ADS, MAIN, Plain, cell, grafted, made, sheet_part, sheet_root
from tests.sheets.plans import in_the_year
from tests.torture.book import torture_set
from tests.torture.package import SHEETML, Parts, unzipped
from xl_kpi.build import build
from xl_kpi.errors import Refused
from xl_kpi.workbook.cells.moves import LostCell

pytestmark = pytest.mark.slow  # each test grafts a whole workbook

DOWN = Plain(sheet=ADS, row=14, down=2)  # the tab's rows from the actual clicks on go two rows down
# The generated tab stays where it is in these tests: what moves is what the user has put beside it.
# The row of 広告's actual clicks in the default template: behind header, leads, the next period's, four rows of what
# the leads bring, the target.
CLICKS = 14


def with_cells(cells: dict[str, str], merges: str = "") -> Parts:
    """The tab 広告 with more cells: address → the rest of the element after its address."""
    book = Parts(made())
    part = sheet_part(made(), ADS)
    root = etree.fromstring(book.parts[part])
    data = root.find(f"{MAIN}sheetData")
    for address, rest in cells.items():
        row = re.sub(r"\D", "", address)
        line = next((each for each in data if each.get("r") == row), None)
        if line is None:
            line = etree.SubElement(data, f"{MAIN}row", r=row)
        new = etree.fromstring(f'<c xmlns="{MAIN[1:-1]}" r="{address}" {rest}</c>')
        old = next((each for each in line if each.get("r") == address), None)
        if old is None:
            line.append(new)
        else:
            line.replace(old, new)
    book.parts[part] = etree.tostring(root)
    return book


def styled(address: str) -> str:
    """The number of the style of one of our cells."""
    return next(each.get("s") for each in sheet_root(made(), ADS).iter(f"{MAIN}c") if each.get("r") == address)


def test_cells_beside_ours_move_with_their_row():
    done = grafted(with_cells({"T13": "><v>7</v>", "T14": "><v>8</v>"}).zipped(), moves=DOWN)
    assert (cell(done.data, ADS, "T13"), cell(done.data, ADS, "T16")) == ("7", "8")
    assert cell(done.data, ADS, "T14") is None
    assert done.lost == ()


def test_a_what_if_table_puts_its_values_into_the_cell_that_it_did():
    """Excel writes the input cells of a data table beside its formula, not as one."""
    table = '><f t="dataTable" ref="T14:T17" dt2D="1" dtr="1" r1="H14" r2="H13"/><v>1</v>'
    done = grafted(with_cells({"T14": table}).zipped(), moves=DOWN)
    found = [each for each in sheet_root(done.data, ADS).iter(f"{MAIN}f") if each.get("t") == "dataTable"]
    assert [(each.get("ref"), each.get("r1"), each.get("r2")) for each in found] == [("T16:T19", "H16", "H13")]


def test_cells_below_ours_stay_below():
    done = grafted(with_cells({"B60": "><v>5</v>"}).zipped())
    assert cell(done.data, ADS, "B60") == "5"


def test_a_formula_of_the_users_on_our_sheet_follows():
    cells = {"T14": "><f>SUM(G14:R14)*$G$7</f><v>1</v>"}
    done = grafted(with_cells(cells).zipped(), moves=DOWN)
    assert cell(done.data, ADS, "T16") == "=SUM(G16:R16)*$G$7"


def test_formulas_that_cells_share_are_written_out():
    cells = {
        "T14": '><f t="shared" ref="T14:U14" si="0">G14*2</f><v>1</v>',
        "U14": '><f t="shared" si="0"/><v>1</v>',
    }
    done = grafted(with_cells(cells).zipped(), moves=DOWN)
    assert (cell(done.data, ADS, "T16"), cell(done.data, ADS, "U16")) == ("=G16*2", "=H16*2")


def test_a_cell_whose_row_is_gone_is_named():
    moves = Plain(sheet=ADS, gone=frozenset({CLICKS}))
    done = grafted(with_cells({"T14": ' t="inlineStr"><is><t>覚え書き</t></is>'}).zipped(), moves=moves)
    assert done.lost == (LostCell(ADS, "T14", "cell", "覚え書き"),)


def test_a_cell_under_new_contents_of_ours_is_named():
    """Two rows up (a row number that is not ours before) it would stand on the chart's heading."""
    moves = Plain(sheet=ADS, row=60, down=-54)
    done = grafted(with_cells({"B60": "><v>5</v>"}).zipped(), moves=moves)
    assert done.lost == (LostCell(ADS, "B60", "cell", "5"),)
    assert cell(done.data, ADS, "B6") == cell(made(), ADS, "B6")


def test_a_number_typed_over_a_formula_of_ours_is_named():
    done = grafted(with_cells({"G13": f's="{styled("G13")}"><v>4711</v>'}).zipped())
    assert done.lost == (LostCell(ADS, "G13", "cell", "4711"),)
    assert cell(done.data, ADS, "G13") == cell(made(), ADS, "G13")


def test_an_entry_pasted_with_another_format_is_no_cell_of_the_users_own():
    """It was read as an entry: the new workbook has it already."""
    done = grafted(with_cells({f"K{CLICKS}": "><v>99</v>"}).zipped())
    assert done.lost == ()


def test_a_row_that_somebody_put_into_a_table_is_not_lost():
    """In Excel a new row takes over our cell styles; it has no id."""
    number = styled("G14")
    book = with_cells({"A17": ">", "G17": f's="{number}"><v>321</v>'})
    done = grafted(book.zipped(), moves=Plain(sheet=ADS, gone=frozenset({17})))
    assert LostCell(ADS, "G17", "cell", "321") in done.lost


def test_merged_cells_rules_and_links_of_the_users_move_along():
    book = with_cells({"T14": "><v>1</v>"})
    part = sheet_part(made(), ADS)
    link = book.relate(part, "hyperlink", "https://www.example.com/", outside=True)
    xml = book.text(part).replace("</mergeCells>", '<mergeCell ref="T14:U15"/></mergeCells>')
    xml = xml.replace(
        "</dataValidations>",
        '<dataValidation type="whole" sqref="T14"><formula1>$G$14</formula1></dataValidation></dataValidations>',
    )
    rule = (
        '<conditionalFormatting sqref="T14:T17"><cfRule type="cellIs" operator="greaterThan" priority="77">'
        "<formula>G14</formula></cfRule></conditionalFormatting>"
    )
    xml = xml.replace("<dataValidations", f"{rule}<dataValidations", 1)
    space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    xml = xml.replace("</hyperlinks>", f'<hyperlink xmlns:r="{space}" ref="T14" r:id="{link}"/></hyperlinks>')
    book.parts[part] = xml.encode()
    done = grafted(book.zipped(), moves=DOWN)
    root = sheet_root(done.data, ADS)
    assert "T16:U17" in [each.get("ref") for each in root.iter(f"{MAIN}mergeCell")]
    rules = {each.get("sqref"): each for each in root.iter(f"{MAIN}conditionalFormatting")}
    assert rules["T16:T19"].findtext(f"{MAIN}cfRule/{MAIN}formula") == "G16"
    checks = {each.get("sqref"): each for each in root.iter(f"{MAIN}dataValidation")}
    assert checks["T16"].findtext(f"{MAIN}formula1") == "$G$16"
    assert "T16" in [each.get("ref") for each in root.iter(f"{MAIN}hyperlink")]
    assert b"https://www.example.com/" in unzipped(done.data)[f"xl/worksheets/_rels/{part.rpartition('/')[2]}.rels"]
    again = grafted(done.data)
    assert again.data == done.data


def test_our_own_rules_are_not_taken_for_the_users():
    """As many as before, however often the tab is made anew."""
    once = grafted(with_cells({"T14": "><v>1</v>"}).zipped())
    assert len(list(sheet_root(once.data, ADS).iter(f"{MAIN}cfRule"))) == len(
        list(sheet_root(made(), ADS).iter(f"{MAIN}cfRule"))
    )
    validations = [each.get("sqref") for each in sheet_root(once.data, ADS).iter(f"{MAIN}dataValidation")]
    assert len(validations) == len(set(validations))


def test_our_rule_of_a_row_in_which_nothing_is_typed_yet_is_ours():
    """What says the same beside the cell and when it objects is one of ours directly below our cells; elsewhere a user
    has copied it."""
    book = Parts(made())
    part = sheet_part(made(), ADS)
    xml = book.text(part)
    last = max(int(row) for row in re.findall(r'<c r="B([0-9]+)"', xml))
    said, chosen = 'type="list" error="一覧から" prompt="一覧から"', '<formula1>"a"</formula1></dataValidation>'
    rules = "".join(f'<dataValidation {said} sqref="B{last + below}">{chosen}' for below in (1, 9))
    book.edit(part, "</dataValidations>", f"{rules}</dataValidations>")
    root = sheet_root(grafted(book.zipped()).data, ADS)
    found = [each.get("sqref") for each in root.iter(f"{MAIN}dataValidation") if each.get("error") == "一覧から"]
    assert found == [f"B{last + 9}"]


def test_a_table_of_the_users_moves_in_one_piece():
    done = grafted(with_table("T14:U15").zipped(), moves=DOWN)
    table = etree.fromstring(unzipped(done.data)["xl/tables/table9.xml"])
    assert table.get("ref") == "T16:U17"
    assert table.find(f"{MAIN}autoFilter").get("ref") == "T16:U17"
    assert len(list(sheet_root(done.data, ADS).iter(f"{MAIN}tablePart"))) == 1


def test_a_table_that_would_come_apart_is_refused():
    with pytest.raises(Refused, match="plan.xlsx: 広告!T13:U14 のテーブルが"):
        grafted(with_table("T13:U14").zipped(), moves=DOWN)


def with_table(ref: str) -> Parts:
    first, last = (int(re.sub(r"\D", "", end)) for end in ref.split(":"))
    book = with_cells(
        {
            f"T{first}": ' t="inlineStr"><is><t>担当</t></is>',
            f"U{first}": ' t="inlineStr"><is><t>数</t></is>',
            f"T{last}": ' t="inlineStr"><is><t>東</t></is>',
            f"U{last}": "><v>3</v>",
        }
    )
    part = sheet_part(made(), ADS)
    xml = (
        f'<table xmlns="{MAIN[1:-1]}" id="9" name="T13" displayName="T13" ref="{ref}"><autoFilter ref="{ref}"/>'
        '<tableColumns count="2"><tableColumn id="1" name="担当"/><tableColumn id="2" name="数"/></tableColumns>'
        "</table>"
    )
    rid = book.relate(part, "table", book.add("xl/tables/table9.xml", xml, f"{SHEETML}.table+xml"))
    space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    tables = f'<tableParts xmlns:r="{space}" count="1"><tablePart r:id="{rid}"/></tableParts>'
    book.edit(part, "</worksheet>", f"{tables}</worksheet>")
    return book


def test_notes_and_threads_move_with_their_cell():
    torture = torture_set("ja")
    done = grafted(torture.data, moves=DOWN)
    parts = unzipped(done.data)
    notes = etree.fromstring(parts["xl/userComments2.xml"])
    assert [each.get("ref") for each in notes.iter(f"{MAIN}comment")] == ["H16", "U16", "B63"]
    assert re.findall(rb"<x:Row>(\d+)</x:Row>", parts["xl/drawings/userNotes2.vml"]) == [b"15", b"15", b"62"]
    assert parts["xl/threadedComments/threadedComment2.xml"].count(b'ref="I16"') == 2
    assert done.lost == ()


def test_notes_and_threads_of_cells_that_are_gone_are_named():
    """Row 14 of the torture set: two notes, a thread of two comments, a formula and a number of the user's."""
    done = grafted(torture_set("ja").data, moves=Plain(sheet=ADS, gone=frozenset({14})))
    assert {(each.cell, each.kind, each.text) for each in done.lost} == {
        ("T14", "cell", "=SUM(G14:R14)"),
        ("U14", "cell", "123"),
        ("H14", "note", "5月は検索広告を増額"),
        ("U14", "note", "手計算"),
        ("I14", "note", "この数字の根拠は?\n代理店の見積もりです"),
    }
    parts = unzipped(done.data)
    assert b"H14" not in parts["xl/userComments2.xml"] + parts["xl/threadedComments/threadedComment2.xml"]
    assert re.findall(rb"<x:Row>(\d+)</x:Row>", parts["xl/drawings/userNotes2.vml"]) == [b"60"]


def test_pictures_stay_as_far_from_our_contents_as_they_were():
    """The torture set's picture lies over rows 61 to 63 and column T, below and beside a tab of 51 rows to column R.

    With a month more the tab ends at column S, with as many rows.
    """
    plan = in_the_year("ja")
    longer = build(plan.with_(months=13, goal=replace(plan.goal, deadline=dt.date(2027, 4, 30))))
    done = grafted(torture_set("ja").data, longer)
    root = etree.fromstring(unzipped(done.data)["xl/drawings/drawing6.xml"])
    corners = [[int(each.text) + 1 for each in anchor.iter() if each.tag.endswith(("}row", "}col"))] for anchor in root]
    assert corners[1] == [21, 61, 21, 63]  # U61 to U63


def test_what_a_user_sets_on_the_tab_stays():
    book = Parts(made())
    part = sheet_part(made(), ADS)
    xml = re.sub(r'<tabColor rgb="\w+"/>', '<tabColor rgb="FF00B050"/>', book.text(part), count=1)
    xml = xml.replace("<sheetView ", '<sheetView zoomScale="70" ', 1).replace(
        "<sheetPr>", '<sheetPr codeName="Ads">', 1
    )
    xml = re.sub(r"<sheetProtection [^>]*/>", "", xml)
    book.parts[part] = xml.encode()
    book.edit("xl/workbook.xml", 'sheetId="11" state="visible"', 'sheetId="11" state="hidden"')
    done = grafted(book.zipped(), moves=DOWN)
    root = sheet_root(done.data, ADS)
    assert root.find(f"{MAIN}sheetPr").get("codeName") == "Ads"
    assert root.find(f"{MAIN}sheetPr/{MAIN}tabColor").get("rgb") == "FF00B050"
    assert root.find(f"{MAIN}sheetViews/{MAIN}sheetView").get("zoomScale") == "70"
    assert root.find(f"{MAIN}sheetProtection") is None
    assert 'sheetId="11" state="hidden"' in unzipped(done.data)["xl/workbook.xml"].decode()
