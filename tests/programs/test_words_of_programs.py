"""What other programs write in their own words is read as it was meant: formulas, names, cells without our styles."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

import xl_kpi.engine as engine
from tests.regenerate.typing_in import type_in
from tests.torture.package import unzipped
from xl_kpi.catalog.messages import line
from xl_kpi.commands.examine import open_workbook
from xl_kpi.commands.regenerate import regenerate
from xl_kpi.workbook.cells.spelling import spelled
from xl_kpi.workbook.package.sheet_rows import MAIN
from xl_kpi.workbook.package.strange_names import put_back

OLD = Path(__file__).parents[1] / "old_workbooks"


# As each program saved the formula on the left: Gnumeric 1.12 the first four, LibreOffice 7.4 the next, Excel itself.
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("SUM('計算'!$A$1:$A$1)", "SUM(計算!$A$1)"),
        ("A1+0.00123", "A1+0.00123000000000000000003"),
        ("A1>0.0000001", "A1>9.99999999999999999985e-08"),
        ("MIN(A1,9E+99)", "MIN(A1,9.00000000000000000008e+99)"),
        ("IF(TRUE,FALSE)", "IF(TRUE(),FALSE())"),
        ("A1>1e-12", "A1>0.000000000001"),
        ("SUM(E19:E19)", "SUM(E19)"),
        ("IF(A1, 2)", "IF(A1,2)"),
    ],
)
def test_one_formula_in_the_words_of_two_programs(ours, theirs):
    assert spelled(ours) == spelled(theirs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SUM(A1:A2)", "SUM(A1)"),
        ("SUM(A1:A11)", "SUM(A1)"),
        ("A1+0.00123", "A1+0.001230000001"),
        ('A1&"A1:A1"', 'A1&"A1"'),  # a text stays a text
        ('A1&"0.10"', 'A1&"0.1"'),
        ('A1&"TRUE()"', 'A1&"TRUE"'),
        ("ISTRUE()", "ISTRUE"),
        ("$A$1:A1", "A1"),
        ("'a'!A1", "'b'!A1"),
    ],
)
def test_formulas_that_mean_something_else(one, other):
    assert spelled(one) != spelled(other)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('_xlfngnumeric.ERROR("紹介・パートナー!$A$6:$I$29")', "'紹介・パートナー'!$A$6:$I$29"),
        ('ERROR("_xlfn.LAMBDA(_xlpm.a,IF(_xlpm.a="""",0,1))")', '_xlfn.LAMBDA(_xlpm.a,IF(_xlpm.a="",0,1))'),
        ('error("_xlfn.lambda(_xlpm.a,1)")', "_xlfn.lambda(_xlpm.a,1)"),  # and LibreOffice after it
        ('_xlfngnumeric.ERROR("_xlfn.lambda(_xlpm.a,1)")', "_xlfn.lambda(_xlpm.a,1)"),  # or before it
        ("設定!$C$9", "設定!$C$9"),
        ('_xlfngnumeric.ERROR("1+")', '_xlfngnumeric.ERROR("1+")'),  # no cells: whatever it was, it is not ours
        ("", None),
    ],
)
def test_a_name_that_gnumeric_could_not_read(written, meant):
    book = etree.fromstring(
        f'<workbook xmlns="{MAIN[1:-1]}"><definedNames><definedName name="a"/></definedNames></workbook>'
    )
    name = next(book.iter(f"{MAIN}definedName"))
    name.text = written
    put_back(book)
    assert (name.text or None) == meant


def test_drawings_have_the_prefix_by_which_exceljs_knows_them():
    book = engine.new_book()
    sheet = book.sheets[0]
    for row in (1, 2):
        sheet.range((row, 1)).value = row
    chart = sheet.charts.add(0, 0, 100, 100)
    chart.set_source_data(sheet.range("A1:A2"))
    drawing = unzipped(book.api.to_bytes())["xl/drawings/drawing1.xml"].decode()
    root = etree.fromstring(drawing)
    space = root.nsmap["xdr"]
    ours = [each for each in root.iter() if each.tag.startswith(f"{{{space}}}")]
    assert drawing.startswith("<xdr:wsDr ") and {each.prefix for each in ours} == {"xdr"}
    assert sum(each.tag.endswith("}graphicFrame") for each in ours) == 1


def test_a_file_that_is_looked_at_under_another_name_is_called_by_its_own(tmp_path):
    """A new file lies under a name of its own until it is found sound: nobody knows that name."""
    path = tmp_path / ".計画.xlsx.tmp"
    path.write_bytes((OLD / "million_yen.xlsx").read_bytes())
    type_in(path, {"kgi_value": "多め"})
    told = [line(fault, "ja") for fault in open_workbook(path, "ja", called="計画.xlsx").read.faults]
    assert told and all(".tmp" not in words for words in told) and any("計画.xlsx 設定" in words for words in told)


@pytest.mark.slow  # a whole workbook is written
def test_inner_lines_of_an_old_workbook_are_not_the_users_when_a_program_dropped_the_styles(tmp_path):
    """As SheetJS, ExcelJS and Gnumeric leave it: an earlier version's sheets, and no cell style by its name."""
    path = tmp_path / "計画.xlsx"
    parts = unzipped((OLD / "million_yen.xlsx").read_bytes())
    styles = parts["xl/styles.xml"].decode()
    parts["xl/styles.xml"] = re.sub(r"<cellStyles\b.*?</cellStyles>", "", styles, flags=re.DOTALL).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    done, _ = regenerate(path)
    assert done.kept == ()
    again = etree.fromstring(unzipped(path.read_bytes())["xl/styles.xml"])
    named = {each.get("xfId"): each.get("name") for each in again.iter(f"{MAIN}cellStyle")}
    assert named["0"] == "Normal" and any(name.startswith("kpi ") for name in named.values())
