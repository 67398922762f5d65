"""Saving by parts: sheets, names, styles and texts of a plain workbook, and what is refused."""

from __future__ import annotations

import random
import re

import pytest
from lxml import etree

from tests.graft.plain import ADS, MAIN, Plain, cell, defined_names, grafted, made, sheet_names, sheet_part, sheet_root
from tests.sheets.plans import five_months
from tests.torture.package import OFFICE, STYLES, TYPES, WORKBOOK, Parts, unzipped
from xl_kpi.build import build
from xl_kpi.errors import Refused
from xl_kpi.workbook.graft.run import graft

pytestmark = pytest.mark.slow  # each test builds or grafts a whole workbook

BLANK = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    "{}</sheetData></worksheet>"
)


@pytest.fixture(scope="module")
def english() -> bytes:
    return build(five_months("en"))


def test_a_workbook_without_changes_stays_as_it_is_byte_for_byte():
    done = grafted(made())
    assert done.data == made()
    assert done.changed == ()
    assert done.lost == ()


def test_another_language_takes_the_place_sheet_by_sheet(english):
    names = dict(zip(sheet_names(made()), sheet_names(english), strict=True))
    done = grafted(made(), english, Plain(names))
    assert sheet_names(done.data) == sheet_names(english)
    assert cell(done.data, "Ads", "B9") == cell(english, "Ads", "B9")
    ids = re.findall(r'sheetId="(\d+)"', unzipped(made())[WORKBOOK].decode())
    assert re.findall(r'sheetId="(\d+)"', unzipped(done.data)[WORKBOOK].decode()) == ids


def test_names_are_those_of_the_new_workbook(english):
    names = dict(zip(sheet_names(made()), sheet_names(english), strict=True))
    done = grafted(made(), english, Plain(names))
    assert sorted(defined_names(done.data), key=str) == sorted(defined_names(english), key=str)


def test_new_texts_stand_in_the_cells_and_the_users_texts_stay(english):
    names = dict(zip(sheet_names(made()), sheet_names(english), strict=True))
    done = grafted(made(), english, Plain(names))
    assert "xl/sharedStrings.xml" in done.same
    title = next(each for each in sheet_root(done.data, "Ads").iter(f"{MAIN}c") if each.get("r") == "B2")
    assert title.get("t") == "inlineStr"


def test_a_second_graft_changes_nothing(english):
    names = dict(zip(sheet_names(made()), sheet_names(english), strict=True))
    once = grafted(made(), english, Plain(names)).data
    twice = grafted(once, english, Plain({name: name for name in sheet_names(english)}))
    assert twice.changed == ()
    assert twice.data == once


def test_sheets_that_take_nobodys_place_come_after_the_one_before_them(english):
    """Without 広告 in the user's workbook, the tab comes back behind サービスサイト, hidden sheets stay hidden."""
    without = grafted(made(), made_without_ads(), Plain({ADS: None})).data
    assert ADS not in sheet_names(without)
    done = grafted(without)
    assert sheet_names(done.data) == sheet_names(made())
    assert cell(done.data, ADS, "B9") == cell(made(), ADS, "B9")
    assert [n for n in defined_names(done.data) if n[0] == "act_ads"] == [("act_ads", None, "'広告'!$A$6:$K$27")]


def test_a_sheet_that_goes_takes_its_parts_and_names_along():
    done = grafted(made(), made_without_ads(), Plain({ADS: None}))
    drawing = "xl/drawings/drawing6.xml"  # the sixth with charts
    assert {drawing, "xl/drawings/_rels/drawing6.xml.rels", sheet_part(made(), ADS)} <= set(done.changed)
    assert not [name for name in unzipped(done.data) if name in (drawing, sheet_part(made(), ADS))]
    assert not [name for name in defined_names(done.data) if ADS in name[2] or name[0] == "act_ads"]
    assert done.rest == {}


def made_without_ads() -> bytes:
    plan = five_months("ja")
    return build(
        plan.with_(
            channels=tuple(channel for channel in plan.channels if channel.id != "ads"),
            kpis=tuple(kpi for kpi in plan.kpis if kpi.channel != "ads"),
            actuals={key: value for key, value in plan.actuals.items() if not key[0].startswith("ads:")},
        )
    )


def test_print_areas_of_the_users_sheets_follow_their_sheet_to_its_new_number():
    book = Parts(made())
    book.sheet("メモ", BLANK.format(""))
    at = len(sheet_names(made()))
    book.name("_xlnm.Print_Area", "'メモ'!$A$1:$C$9", f' localSheetId="{at}"')
    book.edit(WORKBOOK, 'activeTab="0"', f'activeTab="{at}"')
    done = grafted(book.zipped(), made_without_ads(), Plain({ADS: None}))
    assert ("_xlnm.Print_Area", str(at - 1), "'メモ'!$A$1:$C$9") in defined_names(done.data)
    assert f'activeTab="{at - 1}"' in unzipped(done.data)[WORKBOOK].decode()


def test_the_users_names_stay_and_follow():
    book = Parts(made())
    book.name("私のクリック", "'広告'!$G$9:$R$9", ' comment="5月から"')
    book.name("税率", "0.1")
    done = grafted(book.zipped(), moves=Plain(sheet=ADS, row=9, down=2))
    assert ("私のクリック", None, "'広告'!$G$11:$R$11") in defined_names(done.data)
    assert ("税率", None, "0.1") in defined_names(done.data)


def test_a_name_of_the_users_like_one_of_our_functions_stays_the_users():
    book = Parts(made())
    content = re.sub(r'<definedName name="LTV"[^>]*>[^<]*</definedName>', "", book.text(WORKBOOK))
    book.parts[WORKBOOK] = content.encode()
    book.name("ltv", "0.35")
    done = grafted(book.zipped())
    assert [text for name, _, text in defined_names(done.data) if name.casefold() == "ltv"] == ["0.35"]


def test_a_sheet_of_the_users_with_the_name_of_a_new_one_is_named():
    without = Parts(grafted(made(), made_without_ads(), Plain({ADS: None})).data)
    without.sheet(ADS, BLANK.format(""))
    ours = {name: name for name in sheet_names(made()) if name != ADS}
    with pytest.raises(Refused, match="plan.xlsx: 追加する「広告」シートと同じ名前のシートがあります"):
        graft(without.zipped(), made(), ours, moves=Plain(), lang="ja", name="plan.xlsx")


def test_styles_are_appended_and_the_users_numbers_stay():
    """A style that the user's file has not: it comes at the end, what was there keeps its place."""
    book = Parts(made())
    before = etree.fromstring(book.parts[STYLES])
    number = book.style("cellXfs", '<xf numFmtId="9" fontId="0" fillId="0" borderId="0" xfId="0"/>')
    font = (
        '<font><sz val="10"/><color rgb="FF1F2933"/><name val="Calibri"/><family val="2"/><scheme val="minor"/></font>'
    )
    other = font.replace("FF1F2933", "FF0000FF")
    assert font in book.text(STYLES)
    book.parts[STYLES] = book.text(STYLES).replace(font, other, 1).encode()
    done = grafted(book.zipped())
    after = etree.fromstring(unzipped(done.data)[STYLES])
    lists = {each.tag: each for each in after}
    formats, fonts = lists[f"{MAIN}cellXfs"], lists[f"{MAIN}fonts"]
    assert formats[number].get("numFmtId") == "9"
    assert fonts[1][1].get("rgb") == "FF0000FF"
    assert fonts[-1][1].get("rgb") == "FF1F2933"
    assert int(fonts.get("count")) == len(fonts) == len(before.find(f"{MAIN}fonts")) + 1
    # the named styles are the user's, restyled as they are; only cells whose own look changed are new
    assert len(lists[f"{MAIN}cellStyles"]) == len(before.find(f"{MAIN}cellStyles"))
    assert grafted(done.data).data == done.data


def test_too_many_cell_formats_are_refused():
    book = Parts(made())
    root = etree.fromstring(book.parts[STYLES])
    formats = root.find(f"{MAIN}cellXfs")
    for xf in formats:
        xf.set("fontId", "0")  # nothing fits any more
    chance = random.Random(4)  # what repeats itself packs so well that it is taken for a bomb
    for _ in range(len(formats), 64_000):
        ids = {"fontId": "0", "fillId": "0", "borderId": "0", "xfId": "0", "numFmtId": str(chance.randrange(10**9))}
        etree.SubElement(formats, f"{MAIN}xf", ids)
    book.parts[STYLES] = etree.tostring(root)
    with pytest.raises(Refused, match="64,000"):
        grafted(book.zipped())


@pytest.mark.parametrize(
    ("part", "kind", "words"),
    [
        ("", "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin", "デジタル署名"),
        (WORKBOOK, f"{OFFICE}/revisionHeaders", "ブックの共有"),
    ],
)
def test_files_that_must_not_be_changed_from_outside_are_refused(part, kind, words):
    book = Parts(made())
    book.relate(part, kind, book.add("xl/more.xml", "<more/>", "application/xml"))
    with pytest.raises(Refused, match=words):
        grafted(book.zipped())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (MAIN[1:-1].encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main", "Strict"),
        (b"spreadsheetml.sheet.main+xml", b"sheet.binary.macroEnabled.main", "xlsb"),
    ],
)
def test_formats_that_are_another_language_are_refused(old, new, words):
    book = Parts(made())
    for part in (WORKBOOK, TYPES):
        book.parts[part] = book.parts[part].replace(old, new)
    with pytest.raises(Refused, match=words) as refused:
        grafted(book.zipped())
    assert refused.value.exit_code == 3


def test_a_file_with_a_password_is_refused():
    encrypted = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(Refused, match="パスワード"):
        graft(encrypted, made(), {}, moves=Plain(), lang="ja")


def test_the_order_of_calculation_is_left_to_excel():
    book = Parts(made())
    chain = '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A1" i="1"/></calcChain>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    book.relate(WORKBOOK, "calcChain", book.add("xl/calcChain.xml", chain, kind))
    done = unzipped(grafted(book.zipped()).data)
    assert "xl/calcChain.xml" not in done
    assert b"calcChain" not in done[TYPES] + done["xl/_rels/workbook.xml.rels"]
