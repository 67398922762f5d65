"""The torture workbook: one of ours in which a user has put everything that Excel can hold, made part by part in XML.

Nothing of ours writes what is the user's: parts come from XlsxWriter or are typed by hand, so that saving by parts is
measured against files that it has not made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import openpyxl
from lxml import etree

from tests.kinds import with_all_pages
from tests.sheets.plans import in_the_year
from tests.torture import foreign
from tests.torture.donor import Lifted, lifted
from tests.torture.package import HEAD, OFFICE, SHEETML, TYPES, WORKBOOK, Parts
from xl_kpi.addin.desktop.xlam import vba_project
from xl_kpi.build import build
from xl_kpi.plan.model import Plan
from xl_kpi.sheets import book_spec

ANALYSIS, DATA, PIVOT, HIDDEN, SECRET = "分析　２０２６", "データ", "ピボット", "隠し", "極秘"
OWN = (ANALYSIS, DATA, PIVOT, HIDDEN, SECRET)
DAYS_TO_1904 = 1462  # 1 January 1904 as Excel counts from 1900
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_VBA = 'Sub Run()\n    MsgBox "集計"\nEnd Sub\n'
_ORDER = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetProtection mergeCells conditionalFormatting "
    "dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks ignoredErrors drawing "
    "legacyDrawing tableParts extLst"
).split()


@dataclass(frozen=True, eq=False)  # one object a variant, so that what is made of it can be kept
class Torture:
    """The file; ``users`` the user's parts, ``ads`` our sheet that bears most of it, ``row`` of its clicks."""

    data: bytes
    plan: Plan
    users: frozenset[str]
    ads: str
    row: int


def torture(lang: str = "ja", *, macro: bool = False, date1904: bool = False) -> bytes:
    """The torture workbook.  ``macro`` an .xlsm with VBA of the user's, ``date1904`` days counted from 1904."""
    return torture_set(lang, macro=macro, date1904=date1904).data


def user_parts(lang: str = "ja", *, macro: bool = False, date1904: bool = False) -> frozenset[str]:
    """The parts of that workbook that are the user's."""
    return torture_set(lang, macro=macro, date1904=date1904).users


@cache
def torture_set(lang: str = "ja", *, macro: bool = False, date1904: bool = False, pages: bool = False) -> Torture:
    """The torture workbook with all that a test wants to know of it; ``pages``: with every page, something on each."""
    plan = _plan(lang, pages)
    spec = book_spec(plan)
    tab = spec.sheet("tab:ads")
    row = next(row for (row, column), cell in tab.cells.items() if column == 1 and cell.value == "clicks:actual")
    names = {key: spec.sheet(key).name for key in ("backwards", "channels")} | {"ads": tab.name}
    book = Parts(_base(lang, pages))
    if date1904:
        _count_from_1904(book)
    foreign.add_people(book)
    _own_sheets(book, names, row)
    _on_our_sheet(book, names["ads"], row)
    for add in (foreign.add_custom_xml, foreign.add_properties, foreign.add_web_extension, foreign.add_ribbon):
        add(book)
    if macro:
        _macro(book)
    return Torture(book.zipped(), plan, frozenset(book.added), names["ads"], row)


@cache
def _base(lang: str, pages: bool) -> bytes:
    return build(_plan(lang, pages))


def _plan(lang: str, pages: bool) -> Plan:
    return with_all_pages(in_the_year(lang)) if pages else in_the_year(lang)


def _count_from_1904(book: Parts) -> None:
    """The same days in a workbook that counts them from 1904."""
    dated = openpyxl.load_workbook(BytesIO(book.zipped()), data_only=True)
    for name, part in book.sheets().items():
        places = {cell.coordinate for line in dated[name].iter_rows() for cell in line if cell.data_type == "d"}

        def shift(match: re.Match[str], places: set[str] = places) -> str:
            if match[2] not in places or 't="' in match[3]:
                return match[0]
            return f"{match[1]}{match[4]}{float(match[5]) - DAYS_TO_1904!r}</v>"

        cell = r'(<c r="([A-Z]+\d+)"([^>]*)>)((?:<f>[^<]*</f>)?<v>)([\d.]+)</v>'
        xml = re.sub(cell, shift, book.text(part))
        book.parts[part] = xml.encode("utf-8")
    book.edit(WORKBOOK, "<workbookPr/>", '<workbookPr date1904="1"/>')


# ---- the user's own sheets ---------------------------------------------------------------------------------


def _own_sheets(book: Parts, names: dict[str, str], row: int) -> None:
    ads = f"'{names['ads']}'"
    rich = book.string(
        '<r><t xml:space="preserve">分析 </t></r><r><rPr><b/><sz val="14"/><color rgb="FFC00000"/><rFont '
        'val="游ゴシック"/></rPr><t>２０２６</t></r><rPh sb="0" eb="2"><t>ブンセキ</t></rPh>'
    )
    title = _red_title(book)
    fraction = book.style(
        "dxfs", '<dxf><font><b/></font><fill><patternFill><bgColor theme="5"/></patternFill></fill></dxf>'
    )
    foreign.add_external_link(book)
    cells = {
        "A1": f's="{title}" t="s"><v>{rich}</v>',
        "B2": f"><f>{ads}!H{row}*1</f><v>0</v>",
        "B3": f"><f>SUM({ads}!G{row}:R{row})</f><v>0</v>",
        "B4": "><f>kgi_value</f><v>0</v>",
        "B5": "><f>INDEX(out_months,1,2)</f><v>0</v>",
        "B6": f"><f>'{names['backwards']}'!C7</f><v>0</v>",
        "B7": "><f>SUM(自分の範囲)</f><v>0</v>",
        "C2": f'><f t="shared" ref="C2:C5" si="0">{ads}!G{row}*2</f><v>0</v>',
        "C3": '><f t="shared" si="0"/><v>0</v>',
        "C4": '><f t="shared" si="0"/><v>0</v>',
        "C5": '><f t="shared" si="0"/><v>0</v>',
        "D2": f'><f t="array" ref="D2">SUM({ads}!G{row}:I{row}*1)</f><v>0</v>',
        "D3": f' t="str"><f>IF({ads}!H{row}&gt;0,"入力済み &amp; 確認","未")</f><v>未</v>',
        "E2": "><f>[1]単価!$A$1*2</f><v>2400</v>",
        "F2": "><f>SUM(T_担当[件数])</f><v>12</v>",
        "H1": ' t="inlineStr"><is><t>担当</t></is>', "I1": ' t="inlineStr"><is><t>件数</t></is>',
        "H2": ' t="inlineStr"><is><t>東</t></is>', "I2": "><v>3</v>",
        "H3": ' t="inlineStr"><is><t>西</t></is>', "I3": "><v>4</v>",
        "H4": ' t="inlineStr"><is><t>南</t></is>', "I4": "><v>5</v>",
    }  # fmt: skip
    part = book.sheet(ANALYSIS, _sheet(cells))
    lift = lifted(names["ads"], row, (20, 1), (0x2A, 0x7F, 0x9E), {"B2": "5月のクリック数を参照", "C2": "2倍"})
    thread = foreign.add_thread, (book, part, 1, "B3", ("合計はこれで良い?", "はい、確認済みです"))
    tables, slicers = foreign.add_table_with_slicer(book, part)
    drawing = _drawing(book, lift, part, "user1", foreign.slicer_anchor())
    legacy = _notes(book, lift, part, "1")
    thread[0](*thread[1])
    printer = foreign.add_printer(book, part, 1)
    x14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    validation = (
        f'<ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{x14}"><x14:dataValidations count="1" '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list" '
        f"allowBlank=\"1\"><x14:formula1><xm:f>'{names['channels']}'!$C$7:$C$9</xm:f></x14:formula1>"
        "<xm:sqref>B9</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
    )
    rules, *others = re.findall(r"<ext .*?</ext>", lift.extensions)
    _into(
        book,
        part,
        '<sheetPr codeName="Analysis"><tabColor rgb="FF7030A0"/></sheetPr>',
        '<sheetViews><sheetView tabSelected="1" zoomScale="85" workbookViewId="0"><selection activeCell="B3" '
        'sqref="B3"/></sheetView></sheetViews>',
        lift.rules,
        f'<conditionalFormatting sqref="B2:B7"><cfRule type="expression" dxfId="{fraction}" priority="9"><formula>'
        "B2&gt;kgi_value</formula></cfRule></conditionalFormatting>",
        '<dataValidations count="1"><dataValidation type="decimal" allowBlank="1" showErrorMessage="1" sqref="C9">'
        "<formula1>0</formula1><formula2>kgi_value</formula2></dataValidation></dataValidations>",
        f'<hyperlinks><hyperlink ref="A2" location="{ads}!H{row}" display="5月"/></hyperlinks>',
        f'<pageSetup paperSize="9" orientation="landscape" r:id="{printer}"/>',
        f'<drawing r:id="{drawing}"/>',
        f'<legacyDrawing r:id="{legacy}"/>',
        tables,
        f"<extLst>{rules}{validation}{''.join(others)}{slicers}</extLst>",
    )
    data = {
        "A1": ' t="inlineStr"><is><t>部門</t></is>', "B1": ' t="inlineStr"><is><t>件数</t></is>',
        "A2": ' t="inlineStr"><is><t>東</t></is>', "B2": "><v>3</v>",
        "A3": ' t="inlineStr"><is><t>西</t></is>', "B3": "><v>4</v>",
        "A4": ' t="inlineStr"><is><t>東</t></is>', "B4": "><v>5</v>",
    }  # fmt: skip
    book.sheet(DATA, _sheet(data))
    pivot = {
        "A3": ' t="inlineStr"><is><t>行ラベル</t></is>', "B3": ' t="inlineStr"><is><t>合計 / 件数</t></is>',
        "A4": ' t="inlineStr"><is><t>西</t></is>', "B4": "><v>4</v>",
        "A5": ' t="inlineStr"><is><t>東</t></is>', "B5": "><v>8</v>",
        "A6": ' t="inlineStr"><is><t>総計</t></is>', "B6": "><v>12</v>",
    }  # fmt: skip
    foreign.add_pivot(book, book.sheet(PIVOT, _sheet(pivot)), DATA)
    book.sheet(HIDDEN, _sheet({"A1": f"><f>{ads}!G{row}+1</f><v>0</v>"}), "hidden")
    book.sheet(SECRET, _sheet({"A1": ' t="inlineStr"><is><t>社外秘</t></is>'}), "veryHidden")
    sheets = list(book.sheets())
    book.name("自分の範囲", f"{ads}!$G${row}:$R${row}")
    book.name("年度", f"'{ANALYSIS}'!$A$1", ' comment="見出し"')
    book.name("税率", "0.1")
    local = f' localSheetId="{sheets.index(ANALYSIS)}"'
    book.name("_xlnm.Print_Area", f"'{ANALYSIS}'!$A$1:$N$40", local)
    book.edit(WORKBOOK, 'activeTab="0"', f'activeTab="{sheets.index(ANALYSIS)}"')
    chain = f'{HEAD}<calcChain xmlns="{_MAIN}"><c r="B2" i="{len(sheets)}"/></calcChain>'
    book.relate(WORKBOOK, "calcChain", book.add("xl/calcChain.xml", chain, f"{SHEETML}.calcChain+xml"))
    book.added.discard("xl/calcChain.xml")  # Excel's own order of work: not the user's


def _sheet(cells: dict[str, str]) -> str:
    """A sheet with these cells: address → the rest of the element after its address."""
    rows: dict[int, list[str]] = {}
    for address, rest in cells.items():
        rows.setdefault(int(re.sub(r"\D", "", address)), []).append(f'<c r="{address}" {rest.strip()}</c>')
    data = "".join(f'<row r="{row}">{"".join(sorted(line))}</row>' for row, line in sorted(rows.items()))
    return (
        f'{HEAD}<worksheet xmlns="{_MAIN}" xmlns:r="{OFFICE}"><sheetFormatPr defaultRowHeight="15"/>'
        f"<sheetData>{data}</sheetData></worksheet>"
    )


def _red_title(book: Parts) -> int:
    font = book.style("fonts", '<font><b/><sz val="14"/><color rgb="FFC00000"/><name val="游ゴシック"/></font>')
    fill = book.style(
        "fills", '<fill><patternFill patternType="solid"><fgColor theme="0" tint="-0.15"/></patternFill></fill>'
    )
    xf = f'<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" applyFont="1" applyFill="1"/>'
    return book.style("cellXfs", xf)


# ---- on a sheet of ours ------------------------------------------------------------------------------------


def _on_our_sheet(book: Parts, ads: str, row: int) -> None:
    """Beside the twelve months of a channel, and on them."""
    part = book.sheets()[ads]
    style = _red_title(book)
    memo = book.string('<r><t xml:space="preserve">担当 </t></r><r><rPr><b/><sz val="10"/></rPr><t>佐藤</t></r>')
    cells = {
        f"T{row - 1}": f's="{style}" t="s"><v>{memo}</v>',
        f"T{row}": f"><f>SUM(G{row}:R{row})</f><v>0</v>",
        f"U{row}": "><v>123</v>",
        f"T{row + 1}": f'><f t="shared" ref="T{row + 1}:U{row + 1}" si="9">H{row}*2</f><v>0</v>',
        f"U{row + 1}": '><f t="shared" si="9"/><v>0</v>',
        f"T{row + 2}": f'><f t="array" ref="T{row + 2}">SUM(G{row}:I{row}*1)</f><v>0</v>',
        "B60": ' t="inlineStr"><is><t>自分用のメモ（表の下）</t></is>',
        "C61": "><v>42</v>",
    }
    root = etree.fromstring(book.parts[part])
    data = root.find(f"{{{_MAIN}}}sheetData")
    for address, rest in cells.items():
        number = re.sub(r"\D", "", address)
        line = next((each for each in data if each.get("r") == number), None)
        if line is None:
            line = etree.SubElement(data, f"{{{_MAIN}}}row", r=number, ht="33", customHeight="1")
        line.append(etree.fromstring(f'<c xmlns="{_MAIN}" r="{address}" {rest.strip()}</c>'))
    book.parts[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    notes = {f"H{row}": "5月は検索広告を増額", f"U{row}": "手計算", "B61": "表の外の覚え書き"}
    lift = lifted(ads, row, (60, 19), (0xC0, 0x39, 0x2B), notes)
    drawing = book.text(f"xl/worksheets/_rels/{part.rpartition('/')[2]}.rels")
    ours = re.search(r'Target="/?(xl/drawings/[^"]*)"', drawing)[1]
    _append_drawing(book, lift, ours, "user2")
    legacy = _notes(book, lift, part, "2")
    foreign.add_thread(book, part, 2, f"I{row}", ("この数字の根拠は?", "代理店の見積もりです"))
    printer = foreign.add_printer(book, part, 2)
    link = book.relate(part, "hyperlink", "https://www.example.com/ads", outside=True)
    look = book.style("dxfs", '<dxf><font><i/><color rgb="FF7030A0"/></font></dxf>')
    _into(
        book,
        part,
        f'<mergeCell ref="T{row + 6}:U{row + 7}"/>',
        f'<conditionalFormatting sqref="G{row}:R{row}"><cfRule type="colorScale" priority="90"><colorScale>'
        '<cfvo type="min"/><cfvo type="max"/><color rgb="FFFFFFFF"/><color rgb="FF63BE7B"/></colorScale></cfRule>'
        "</conditionalFormatting>",
        f'<conditionalFormatting sqref="T{row}:U{row}"><cfRule type="expression" dxfId="{look}" priority="91"><formula>'
        f"T{row}&gt;$H${row}</formula></cfRule></conditionalFormatting>",
        lift.rules.replace('priority="1"', 'priority="92"'),
        f'<dataValidation type="list" allowBlank="1" sqref="U{row}"><formula1>$G${row}:$R${row}</formula1>'
        "</dataValidation>",
        f'<hyperlink ref="T{row - 1}" r:id="{link}"/>',
        f'<ignoredErrors><ignoredError sqref="T{row}" formulaRange="1"/></ignoredErrors>',
        f'<legacyDrawing r:id="{legacy}"/>',
        f"<extLst>{lift.extensions}</extLst>",
    )
    xml = book.text(part).replace("<pageSetup ", f'<pageSetup xmlns:r="{OFFICE}" r:id="{printer}" ', 1)
    xml = re.sub(r"<sheetPr>", '<sheetPr codeName="Ads">', xml, count=1)
    xml = xml.replace("<sheetView ", '<sheetView zoomScale="70" ', 1)
    xml = re.sub(r'(<tabColor rgb=")[0-9A-F]{8}', r"\g<1>FF00B050", xml, count=1)
    book.parts[part] = xml.encode("utf-8")


def _into(book: Parts, part: str, *fragments: str) -> None:
    """Put elements into a sheet where the schema has them; single rules, merges and links into the lists there."""
    root = etree.fromstring(book.parts[part])
    lists = {"mergeCell": "mergeCells", "dataValidation": "dataValidations", "hyperlink": "hyperlinks"}
    for fragment in fragments:
        for new in etree.fromstring(f'<x xmlns="{_MAIN}" xmlns:r="{OFFICE}">{fragment}</x>'):
            name = etree.QName(new).localname
            above = root.find(f"{{{_MAIN}}}{lists[name]}") if name in lists else None
            if above is not None:
                above.append(new)
                if "count" in above.attrib:
                    above.set("count", str(len(above)))
                continue
            if name in lists:
                outer = etree.Element(f"{{{_MAIN}}}{lists[name]}", count="1")
                outer.append(new)
                new, name = outer, lists[name]
            for old in root.findall(f"{{{_MAIN}}}{name}") if name in ("sheetPr", "sheetViews") else ():
                root.remove(old)
            rank = _ORDER.index(name)
            at = sum(1 for each in root if _ORDER.index(etree.QName(each).localname) <= rank)
            root.insert(at, new)
    book.parts[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _drawing(book: Parts, lift: Lifted, sheet: str, stem: str, more: str = "") -> str:
    """The lifted drawing as the sheet's own; gives the id of the relation."""
    drawing = f"xl/drawings/{stem}.xml"
    xml, rels = _renamed(book, lift, stem)
    book.add(drawing, xml.replace("</xdr:wsDr>", f"{more}</xdr:wsDr>"), _drawing_type())
    book.add(f"xl/drawings/_rels/{stem}.xml.rels", rels)
    return book.relate(sheet, "drawing", drawing)


def _append_drawing(book: Parts, lift: Lifted, ours: str, stem: str) -> None:
    """The lifted drawing's contents behind our chart, in our drawing."""
    xml, rels = _renamed(book, lift, stem)
    theirs = etree.fromstring(xml.encode("utf-8"))
    for each in re.findall(r"<Relationship [^>]*>", rels):
        old, kind, target = (re.search(rf'{name}="([^"]*)"', each)[1] for name in ("Id", "Type", "Target"))
        new = book.relate(ours, kind, "xl/" + target.removeprefix("../"))
        for element in theirs.iter():
            for name, value in element.attrib.items():
                if name.startswith(f"{{{OFFICE}}}") and value == old:
                    element.set(name, f"new {new}")
    for element in theirs.iter():
        for name, value in element.attrib.items():
            if value.startswith("new "):
                element.set(name, value.removeprefix("new "))
    root = etree.fromstring(book.parts[ours])
    root.extend(list(theirs))
    book.parts[ours] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _renamed(book: Parts, lift: Lifted, stem: str) -> tuple[str, str]:
    """Put the drawing's charts and pictures in under names of their own; gives drawing and relations that know them."""
    rels = lift.drawing_rels
    for kind, parts in (("charts", lift.charts), ("media", lift.media)):
        for name, content in parts.items():
            new = f"{stem}_{name.rpartition('/')[2]}"
            book.add(
                f"xl/{kind}/{new}",
                content,
                "application/vnd.openxmlformats-officedocument.drawingml.chart+xml" if kind == "charts" else "",
            )
            rels = rels.replace(name.removeprefix("xl/"), f"{kind}/{new}")
    book.ending("png", "image/png")
    return lift.drawing, rels


def _drawing_type() -> str:
    return "application/vnd.openxmlformats-officedocument.drawing+xml"


def _notes(book: Parts, lift: Lifted, sheet: str, number: str) -> str:
    """The lifted notes; gives the id of the relation to their boxes."""
    book.ending("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
    comments = book.add(f"xl/userComments{number}.xml", lift.comments, f"{SHEETML}.comments+xml")
    book.relate(sheet, "comments", comments)
    return book.relate(sheet, "vmlDrawing", book.add(f"xl/drawings/userNotes{number}.vml", lift.vml))


def _macro(book: Parts) -> None:
    project = book.add("xl/vbaProject.bin", vba_project({"UserCode": _VBA}), "application/vnd.ms-office.vbaProject")
    book.relate(WORKBOOK, "http://schemas.microsoft.com/office/2006/relationships/vbaProject", project)
    book.edit(TYPES, f"{SHEETML}.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
