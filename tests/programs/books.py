"""The workbooks that other programs save: a small plan, with what a person who has only Excel puts into it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import cache

from tests.closed_plans import closed, small
from tests.new_files import new_file
from tests.torture.package import HEAD, OFFICE, SHEETML, STYLES, Parts
from xl_kpi.plan.model import Plan

NOW = dt.datetime(2026, 4, 1, 9)
TAB = "紹介・パートナー"  # a tab whose name LibreOffice writes without quotes, and Gnumeric reads with quotes alone
OWN, OWN_NUMBERS = "自分の集計", {"B1": 150, "B2": 0.125}
DRESSED, PINK = ("逆算", "B10"), "FFFFC0CB"  # a cell of ours that the user has filled
NOTED, NOTE = ("設定", "C9"), "4月は展示会の分を含みません"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def plan() -> Plan:
    """Three months, one of them closed, two channels, a goal in money."""
    months = small(months=3, reached=2)
    channels = tuple(replace(one, name=TAB) if one.id == "ads" else one for one in months.channels)
    goal = replace(months.goal, kind="revenue", value=12_345_678.0)
    return closed(months.with_(goal=goal, order_value=1_200_000.0, channels=channels), 1)


@cache
def master() -> bytes:
    """The plan's workbook with a sheet of the user's, and a note and a colour on sheets of ours."""
    book = Parts(new_file(plan(), plan_id="p", who="田中", now=NOW))
    fill(book, book.sheets()[DRESSED[0]], DRESSED[1], PINK)
    add_note(book, book.sheets()[NOTED[0]], NOTED[1], NOTE)
    numbers = "".join(
        f'<row r="{cell[1:]}"><c r="{cell}"><v>{value}</v></c></row>' for cell, value in OWN_NUMBERS.items()
    )
    book.sheet(OWN, f'{HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{numbers}</sheetData></worksheet>')
    return book.zipped()


def fill(book: Parts, sheet: str, cell: str, colour: str) -> None:
    """A cell in a colour, as Excel writes it: the rest of its format stays."""
    number = int(re.search(rf'<c r="{cell}" s="(\d+)"', book.text(sheet))[1])
    formats = re.search(r"<cellXfs.*?</cellXfs>", book.text(STYLES), re.DOTALL)[0]
    worn = re.findall(r"<xf [^>]*?/>|<xf .*?</xf>", formats, re.DOTALL)[number]
    paper = book.style(
        "fills", f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/></patternFill></fill>'
    )
    new = book.style("cellXfs", re.sub(r'fillId="\d+"', f'fillId="{paper}" applyFill="1"', worn))
    book.parts[sheet] = re.sub(rf'(<c r="{cell}" s=")\d+', rf"\g<1>{new}", book.text(sheet)).encode()


def add_note(book: Parts, sheet: str, cell: str, words: str) -> None:
    """A note as Excel writes it."""
    column, row = ord(cell[0]) - ord("A"), int(cell[1:]) - 1
    comments = (
        f'{HEAD}<comments xmlns="{_MAIN}"><authors><author>田中</author></authors><commentList><comment ref="{cell}" '
        f'authorId="0"><text><r><t>{words}</t></r></text></comment></commentList></comments>'
    )
    shape = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" coordsize="21600,21600" '
        'o:spt="202" path="m,l,21600r21600,l21600,xe"/><v:shape id="_x0000_s1025" type="#_x0000_t202" '
        'style="position:absolute;width:108pt;height:60pt;visibility:hidden" fillcolor="#ffffe1">'
        f'<x:ClientData ObjectType="Note"><x:Anchor>{column + 1}, 15, {row}, 2, {column + 3}, 15, {row + 3}, 16'
        f"</x:Anchor><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape></xml>"
    )
    book.ending("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
    target = book.add("xl/comments1.xml", comments, f"{SHEETML}.comments+xml")
    drawn = book.add("xl/drawings/vmlDrawing1.vml", shape)
    book.relate(sheet, "comments", target)
    legacy = book.relate(sheet, "vmlDrawing", drawn)
    xml = book.text(sheet)
    after = next(tag for tag in ("<tableParts", "<extLst", "</worksheet>") if tag in xml)
    book.edit(sheet, after, f'<legacyDrawing xmlns:r="{OFFICE}" r:id="{legacy}"/>{after}')
