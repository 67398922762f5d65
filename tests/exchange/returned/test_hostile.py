"""A returned workbook is hostile until proven: what is refused, what is ignored, and how little it may cost."""

from __future__ import annotations

import io
import pickle
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.exchange.sent_books import TANAKA, Filled, Office, quarter, tag
from xl_kpi.catalog.messages import message
from xl_kpi.errors import BadFile

ROOT = Path(__file__).parents[3]
CLICKS = "actual[ads:clicks][2026-05]"


@pytest.fixture(scope="module")
def office() -> Office:
    return Office(quarter()).send([TANAKA])


@pytest.fixture
def book(office) -> Filled:
    return office.book(TANAKA)


def refusal(office: Office, book: Filled | bytes) -> str:
    with pytest.raises(BadFile) as error:
        office.read(book)
    return message(error.value, "ja")


def ads(book: Filled) -> str:
    """The part of the ads sheet."""
    return book.sheet_parts["広告"]


def with_part(book: Filled, name: str, content: bytes) -> bytes:
    """The workbook's bytes with a part in place of another, or more."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book.bytes())) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info))
        new.writestr(name, content)
    return file.getvalue()


def test_a_zip_bomb(office, book):
    assert "展開すると大きくなりすぎる" in refusal(office, with_part(book, "xl/media/x.bin", bytes(60_000_000)))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "docProps/core.xml"])
def test_an_entity_bomb(office, book, part):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
    assert "外部定義（DTD）" in refusal(office, with_part(book, part, bomb))


@pytest.mark.parametrize("name", ["../evil.xml", "xl/../../evil.xml", "/etc/passwd", "xl\\evil.xml", "C:/evil.xml"])
def test_path_tricks_in_part_names(office, book, name):
    assert "不正な名前" in refusal(office, with_part(book, name, b"x"))


def test_a_relation_that_points_outside_the_package(office, book):
    rels = book.parts["xl/_rels/workbook.xml.rels"]
    book.parts["xl/_rels/workbook.xml.rels"] = rels.replace(b"worksheets/", b"../../../etc/")
    with pytest.raises((BadFile, KeyError)):
        office.read(book.bytes())


def test_a_million_rows(office, book):
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) for row in range(100, 1_000_200))
    sheet = book.bytes_of("広告").replace(b"</sheetData>", rows + b"</sheetData>")
    assert "セルが多すぎます" in refusal(office, with_part(book, ads(book), sheet))


# VmHWM is the most memory of this program alone; ru_maxrss counts what its parent had when it began.
READING = """
import pickle, sys
from pathlib import Path
from xl_kpi.exchange.returned.desk import Desk
from xl_kpi.workbook.package.safety import read_parts

plan, records = pickle.load(open(sys.argv[1], "rb"))
back = Desk(plan, records).read(read_parts(sys.argv[2], "ja"), "x.xlsx")
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(len(back.returned.entries), status["VmHWM"].split()[0])
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the memory of a process as Linux tells it")
def test_nearly_a_million_rows_are_passed_over_without_filling_the_memory(office, book, tmp_path):
    """Rows above what the names reach are read one by one and forgotten; those below are not looked at."""
    office_file = tmp_path / "office"
    office_file.write_bytes(pickle.dumps((office.plan, office.records)))
    (tmp_path / "small.xlsx").write_bytes(book.type({CLICKS: 1200}).bytes())
    above = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) for row in range(1, 500_001))
    sheet = book.insert_rows("広告", 1, 500_000).bytes_of("広告")
    sheet = re.sub(rb"<sheetData>", b"<sheetData>" + above, sheet, count=1)
    (tmp_path / "large.xlsx").write_bytes(with_part(book, ads(book), sheet))
    memory = {}
    for name in ("small", "large"):
        command = [sys.executable, "-c", READING, str(office_file), str(tmp_path / f"{name}.xlsx")]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
        assert done.returncode == 0, done.stderr
        found, memory[name] = map(int, done.stdout.split())
        assert found == 1
    # In kilobytes.  The packed and unpacked parts take about 50 MB; a tree of all cells takes 500 MB.
    assert memory["large"] - memory["small"] < 150_000


def test_a_name_over_a_whole_sheet(office, book):
    message = refusal(office, book.set_name("act_ads", "'広告'!$A$1:$XFD$1048576"))
    assert "act_ads" in message


def test_a_name_that_calls_itself_or_means_nothing(office, book):
    for meaning in ("act_ads", "=cmd|'/c calc'!A0", "OFFSET(広告!$A$1,0,0,9,9)", "'無いシート'!$A$1:$B$9", ""):
        assert "act_ads" in refusal(office, book.set_name("act_ads", meaning))


def test_thousands_of_names_and_relations_cost_nothing(office, book):
    names = book.name("act_ads").getparent()
    for number in range(5_000):
        item = names.makeelement(tag("definedName"), name=f"act_x{number}")
        item.text = "'広告'!$A$1:$CV$3000"
        names.append(item)
    assert office.read(book.type({CLICKS: 1200})).returned.entries == {CLICKS: 1200}


@pytest.mark.parametrize("stored", ["1e999", "nan", "-inf", "１２", "0x10", "1" * 400, "1e15000"])
def test_a_number_that_is_none(office, book, stored):
    cell = book.put(*book.place(CLICKS), 1)
    cell.find(tag("v")).text = stored
    back = office.read(book)
    if stored == "１２":  # Python reads full-width digits, and so do we everywhere
        assert back.returned.entries == {CLICKS: 12}
    else:
        assert back.returned.entries == {} and back.returned.unread == {CLICKS}


def test_a_date_beyond_all_calendars(office, book):
    book.type({"tbl_agreement[channel:ads].state": "合意"})
    cell = book.put(*book.place("tbl_agreement[channel:ads].on"), 1)
    cell.find(tag("v")).text = "1e300"
    assert "tbl_agreement[channel:ads].on" in office.read(book).returned.unread


@pytest.mark.parametrize("index", ["99999999", "-1", "1e3", "", "x"])
def test_a_shared_text_that_is_not_there(office, book, index):
    cell = book.put(*book.place(CLICKS), "x", kind="s")
    cell.find(tag("v")).text = index
    assert CLICKS not in office.read(book).returned.entries


def test_rows_and_cells_out_of_order_or_without_addresses(office, book):
    """Rows whose numbers fall are in no sound file; the months are then not found, and nothing of it is taken."""
    book.type({CLICKS: 1200})
    data = book.trees["広告"].find(tag("sheetData"))
    data[:] = list(data)[::-1]
    back = office.read(book)
    assert back.returned.entries == {} and CLICKS in back.returned.unread
    assert [(fault.sheet, fault.level) for fault in back.faults] == [("広告", "error")]


def test_cells_without_addresses_stand_side_by_side(office, book):
    """The format allows it: a cell without an address follows the one before."""
    book.type({CLICKS: 1200})
    for row in book.trees["広告"].iter(tag("row")):
        columns = [cell.get("r") for cell in row]
        if columns and columns[0].startswith("A") and len(columns) == 9:  # A … I without a gap
            for cell in row:
                del cell.attrib["r"]
    assert office.read(book).returned.entries == {CLICKS: 1200}


def test_a_formula_is_never_handed_on(office, book):
    """Whatever stands in a formula, the entries hold values alone."""
    book.formula(CLICKS, "1+1", 2).type({"tbl_agreement[channel:ads].comment": '=HYPERLINK("http://x")'})
    for value in office.read(book).returned.entries.values():
        assert not isinstance(value, str) or value == '=HYPERLINK("http://x")'


def test_an_external_link_in_the_package_is_not_followed(office, book):
    """The part may be there (Excel keeps one for each workbook that was ever linked); it is not even read."""
    data = with_part(book.type({CLICKS: 1200}), "xl/externalLinks/externalLink1.xml", b"<not even xml")
    assert office.read(data).returned.entries == {CLICKS: 1200}


def test_damaged_xml_names_the_part(office, book):
    assert f"壊れています（{ads(book)}）" in refusal(office, with_part(book, ads(book), b"<worksheet><sheetData>"))


def test_what_is_shown_of_a_hostile_text_stays_on_one_line(office, book):
    book.stamp("sent_to", "x\n_x001B_[31m" + "y" * 5000)
    message = refusal(office, book)
    assert len(message) < 300 and message.isprintable()
