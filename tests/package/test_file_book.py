"""A user's workbook read from its file: wherever programs have put its parts, whatever else the user keeps in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from operator import sub
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from tests.agreement.selected import often
from tests.package.damages import small_plan
from tests.torture.book import torture, torture_set
from tests.torture.package import unzipped
from xl_kpi import engine
from xl_kpi.build import build
from xl_kpi.catalog.messages import message
from xl_kpi.commands import check, open_workbook
from xl_kpi.commands.channels import switch_channels
from xl_kpi.commands.examine import findings
from xl_kpi.errors import BadFile
from xl_kpi.workbook.cells.areas import Area
from xl_kpi.workbook.cells.grid import MARK, Grid
from xl_kpi.workbook.package import file_book
from xl_kpi.workbook.package.file_book import FileBook
from xl_kpi.workbook.package.safety import package_parts
from xl_kpi.workbook.reading.our_sheets import our_sheets
from xl_kpi.workbook.relocation.dependents import formula_cells

Parts = dict[str, bytes]
TYPES = "[Content_Types].xml"


@pytest.fixture(scope="module")
def plain() -> Parts:
    return unzipped(build(small_plan()))


def packed(parts: Parts) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def book_of(data: bytes) -> FileBook:
    return FileBook(package_parts(data, "plan.xlsx", "en"), "plan.xlsx")


def with_sheet(parts: Parts, rows: str, more: str = "") -> FileBook:
    """The workbook with these rows on its first sheet."""
    xml = parts["xl/worksheets/sheet1.xml"].decode()
    xml = re.sub(r"<sheetData>.*</sheetData>", lambda _: f"<sheetData>{rows}</sheetData>{more}", xml, flags=re.DOTALL)
    return book_of(packed({**parts, "xl/worksheets/sheet1.xml": xml.encode()}))


def first(book: FileBook) -> Grid:
    return next(iter(book.sheets.values())).grid


# --- what stands on the sheets ----------------------------------------------------------------------------


@pytest.mark.slow
def test_of_a_big_sheet_each_row_is_read_as_the_whole_sheet_has_it(plain):
    sheet = book_of(packed(plain)).sheets["計算"]
    assert sheet.range("C3").value is not None and "grid" not in vars(sheet)
    last = len(sheet.values)
    one_by_one = Area(sheet, 1, 1, last, 80).value
    assert "grid" not in vars(sheet) and sheet.grid.rows <= last
    assert Area(sheet, 1, 1, last, 80).value == one_by_one
    assert Area(sheet, last + 1, 1, last + 2, 1).value == [[None], [None]]


@pytest.mark.slow
@pytest.mark.parametrize("date1904", often([False, True], [True]))
def test_everything_is_read_as_openpyxl_reads_it(tmp_path, date1904):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(torture(date1904=date1904))
    found, other = book_of(path.read_bytes()), engine.open_book(path)
    assert [(name.name, name.refers_to) for name in found.names] == [(n.name, n.refers_to) for n in other.names]
    for sheet in other.sheets:
        ours, printed = found.sheets[sheet.name].page_setup.print_area, sheet.page_setup.print_area
        if ours != printed:  # more is ours than is printed: below a channel's tab, right on KPI辞書
            corners = [coordinate_to_tuple(area.rpartition(":")[2].replace("$", "")) for area in (ours, printed)]
            assert str(sheet.range("A1").value).startswith(MARK) and min(map(sub, *corners)) >= 0
        mine, theirs = found.sheets[sheet.name].grid, Grid.of_sheet(sheet)
        for row in range(1, max(mine.rows, theirs.rows) + 1):
            for column in range(1, max(mine.columns, theirs.columns) + 1):
                place = sheet.name, row, column
                if theirs.formula(row, column) == "'広告'!H14":
                    continue  # openpyxl takes the source of a sparkline, which stands in an extension, for a cell
                assert (*place, mine.value(row, column)) == (
                    *place,
                    theirs.value(row, column) or None,
                ) or not theirs.value(row, column)
                assert (*place, mine.content(row, column)) == (*place, theirs.content(row, column))


def test_a_formula_that_cells_share_is_read_as_each_of_them_says_it(plain):
    rows = (
        '<row r="2"><c r="B2"><f t="shared" ref="B2:C3" si="0">A1*$A$1</f><v>4</v></c>'
        '<c r="C2"><f t="shared" si="0"/><v>5</v></c></row>'
        '<row r="3"><c r="C3"><f t="shared" si="0"/><v>6</v></c></row>'
    )
    sheet = next(iter(with_sheet(plain, rows).sheets.values()))
    assert [sheet.grid.formula(*place) for place in ((2, 2), (2, 3), (3, 3))] == ["=A1*$A$1", "=B1*$A$1", "=B2*$A$1"]
    assert dict(formula_cells(sheet)) == {(2, 2): "=A1*$A$1", (2, 3): "=B1*$A$1", (3, 3): "=B2*$A$1"}


def test_a_table_of_what_if_results_holds_numbers(plain):
    rows = '<row r="2"><c r="B2"><f t="dataTable" ref="B2:B3" dt2D="0" dtr="0" r1="A1"/><v>4</v></c></row>'
    grid = first(with_sheet(plain, rows))
    assert (grid.value(2, 2), grid.content(2, 2)) == (4.0, 4.0)


def test_errors_texts_truth_and_blanks(plain):
    rows = (
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="b"><v>1</v></c><c r="C1" t="str"><f>""</f><v/></c>'
        '<c r="D1" t="inlineStr"><is><t> 二　三 </t></is></c><c r="E1" s="1"/></row><row r="9"/>'
    )
    grid = first(with_sheet(plain, rows))
    assert [grid.value(1, column) for column in range(1, 6)] == [None, True, None, " 二　三 ", None]
    assert [grid.formula(1, column) for column in range(1, 6)] == ["#N/A", "True", '=""', " 二　三 ", ""]
    assert (grid.rows, grid.columns) == (1, 4)


def test_a_cell_in_the_last_corner_of_a_sheet_costs_nothing(plain):
    grid = first(with_sheet(plain, '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    assert (grid.value(1_048_576, 16_384), grid.value(1, 1)) == (1.0, None)


def test_a_sheet_of_ours_with_more_places_than_the_memory_should_hold_is_refused(plain, monkeypatch):
    monkeypatch.setattr(file_book, "MOST_PLACES", 100)
    with pytest.raises(BadFile) as refused:
        first(with_sheet(plain, '<row r="1"><c r="CW1"><v>1</v></c></row>'))  # CW is column 101
    assert "too many cells (101, at most 100)" in message(refused.value, "en")


def test_a_sheet_whose_rows_are_none_of_a_workbook_is_damaged(plain):
    sheet = plain["xl/worksheets/sheet1.xml"].replace(b"spreadsheetml/2006/main", b"wordprocessingml/2006/main")
    rows = b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><r><t>x</t></r></is></c></row></sheetData>'
    sheet = re.sub(rb"<sheetData>.*</sheetData>", rows, sheet, flags=re.DOTALL)
    with pytest.raises(BadFile) as refused:
        first(book_of(packed({**plain, "xl/worksheets/sheet1.xml": sheet})))
    assert "damaged (xl/worksheets/sheet1.xml)" in message(refused.value, "en")


# --- where the parts are ----------------------------------------------------------------------------------


def _default_type(parts: Parts) -> Parts:
    """As System.IO.Packaging writes it: the type of the workbook is that of every .xml."""
    types = parts[TYPES].decode()
    main = re.search(r'<Override PartName="/xl/workbook.xml" ContentType="([^"]*)"\s*/>', types)
    types = re.sub(r'<Default Extension="xml"[^>]*/>', "", types.replace(main[0], ""))
    default = f'<Default Extension="xml" ContentType="{main[1]}"/>'
    return {**parts, TYPES: re.sub(r"(<Types[^>]*>)", rf"\1{default}", types).encode()}


def _in_the_root(parts: Parts) -> Parts:
    """The workbook beside the folder of its sheets."""
    moved = {**parts, "book.xml": parts["xl/workbook.xml"]}
    rels = re.sub(rb'Target="(?!/)', b'Target="xl/', parts["xl/_rels/workbook.xml.rels"])
    moved["_rels/book.xml.rels"] = rels
    del moved["xl/workbook.xml"], moved["xl/_rels/workbook.xml.rels"]
    moved[TYPES] = moved[TYPES].replace(b"/xl/workbook.xml", b"/book.xml")
    moved["_rels/.rels"] = re.sub(rb'Target="/?xl/workbook.xml"', b'Target="book.xml"', moved["_rels/.rels"])
    return moved


def _other_letters(parts: Parts) -> Parts:
    """Parts in capitals to which relations in small letters lead."""
    return {name if name == TYPES else name.upper(): content for name, content in parts.items()}


def _roundabout(parts: Parts) -> Parts:
    rels = re.sub(
        rb'Target="/?(?:xl/)?worksheets/', b'Target="./../xl/./worksheets/', parts["xl/_rels/workbook.xml.rels"]
    )
    start = re.sub(rb'Target="/?xl/workbook.xml"', b'Target="./xl/../xl/workbook.xml"', parts["_rels/.rels"])
    return {**parts, "xl/_rels/workbook.xml.rels": rels, "_rels/.rels": start}


def _percent(parts: Parts) -> Parts:
    """A name with a blank, which relations write as %20."""
    moved = {name.replace("sheet1.xml", "sheet 1.xml"): content for name, content in parts.items()}
    rels = moved["xl/_rels/workbook.xml.rels"].replace(b"/sheet1.xml", b"/sheet%201.xml")
    types = moved[TYPES].replace(b"/sheet1.xml", b"/sheet%201.xml")
    return {**moved, "xl/_rels/workbook.xml.rels": rels, TYPES: types}


@pytest.mark.parametrize("rearranged", [_default_type, _in_the_root, _other_letters, _roundabout, _percent])
def test_the_workbook_is_found_by_relations_and_types(plain, tmp_path, rearranged: Callable[[Parts], Parts]):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(packed(rearranged(plain)))
    assert open_workbook(path, "ja").read.plan == small_plan()
    switch_channels(path, off=["webinar"], words="ja")
    assert [channel.on for channel in open_workbook(path, "ja").read.plan.channels] == [True, False]


# --- what is not ours -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def users() -> tuple[Parts, list[str]]:
    """A workbook full of things of the user's, and the parts that are his."""
    made = torture_set()
    return unzipped(made.data), sorted(part for part in made.users if not part.endswith(".rels") and part != TYPES)


def test_nothing_of_what_is_not_ours_is_judged(users, tmp_path: Path):
    parts, theirs = users
    path = tmp_path / "plan.xlsx"
    path.write_bytes(packed(parts))
    sound = open_workbook(path, "ja")
    path.write_bytes(packed({name: b"<?xml no" if name in theirs else part for name, part in parts.items()}))
    odd = open_workbook(path, "ja")
    assert (odd.read.plan, our_sheets(odd.book)) == (sound.read.plan, our_sheets(sound.book))
    assert findings(odd) == findings(sound)


def test_relations_to_parts_that_are_not_there_stop_nobody(users, tmp_path: Path):
    """All of the user's parts at once; ``tests.package.damages`` takes them one by one."""
    parts, theirs = users
    path = tmp_path / "plan.xlsx"
    path.write_bytes(packed({name: part for name, part in parts.items() if name not in theirs}))
    assert {fault.level for fault in check(path, "ja")} == {
        "warning"
    }  # what is short before the start, and so at the end
    switch_channels(path, off=["webinar"], words="ja")
    assert not next(one.on for one in open_workbook(path, "ja").read.plan.channels if one.id == "webinar")
