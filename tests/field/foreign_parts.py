"""Workbooks with what people put into theirs and no writer of ours makes: one generator a kind, from our own sheets."""

from __future__ import annotations

import re

from lxml import etree

from tests.graft.plain import MAIN, sheet_part
from tests.torture.package import HEAD, OFFICE, SHEETML, WORKBOOK, Parts

OWN = "分析"  # the user's own sheet
_MAIN = MAIN[1:-1]
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def put_after(book: Parts, name: str, xml: str, *before: str) -> None:
    """Put an element onto a sheet, in front of the first of ``before`` that stands there."""
    part = sheet_part(book.zipped(), name)
    content = book.text(part)
    at = min(found.start() for tag in before if (found := re.search(rf"<{tag}[ />]", content)))
    book.parts[part] = (content[:at] + xml + content[at:]).encode("utf-8")


def put_cells(book: Parts, name: str, cells: dict[str, str]) -> None:
    """Cells beside ours: address → what stands inside the element, in rows that are there."""
    part = sheet_part(book.zipped(), name)
    root = etree.fromstring(book.parts[part])
    rows = {row.get("r"): row for row in root.find(f"{MAIN}sheetData")}
    for address, inside in cells.items():
        new = etree.fromstring(f'<c xmlns="{_MAIN}" r="{address}">{inside}</c>')
        rows[re.sub(r"\D", "", address)].append(new)
    book.parts[part] = etree.tostring(root)


def own_sheet(book: Parts, cells: str, rest: str = "") -> str:
    """A sheet of the user's at the end; gives its part."""
    xml = f'{HEAD}<worksheet xmlns="{_MAIN}" xmlns:r="{OFFICE}"><sheetData>{cells}</sheetData>{rest}</worksheet>'
    part = book.add("xl/worksheets/sheet77.xml", xml, f"{SHEETML}.worksheet+xml")
    rid = book.relate(WORKBOOK, "worksheet", part)
    number = 1 + max(int(each) for each in re.findall(r'sheetId="(\d+)"', book.text(WORKBOOK)))
    book.edit(
        WORKBOOK, "</sheets>", f'<sheet name="{OWN}" sheetId="{number}" xmlns:r="{OFFICE}" r:id="{rid}"/></sheets>'
    )
    return part


def scenario(book: Parts, name: str, **inputs: str) -> None:
    """A what-if scenario that changes cells of a sheet."""
    cells = "".join(f'<inputCells r="{cell}" val="{value}"/>' for cell, value in inputs.items())
    xml = f'<scenarios current="0" show="0"><scenario name="強気" count="{len(inputs)}">{cells}</scenario></scenarios>'
    put_after(book, name, xml, "autoFilter", "mergeCells", "conditionalFormatting", "dataValidations", "pageMargins")


def what_if_table(book: Parts, name: str, at: str, ref: str, cell: str) -> None:
    """A data table whose results stand in ``ref``, from ``at`` on, and which varies ``cell``."""
    xml = f'<f t="dataTable" ref="{ref}" dt2D="0" dtr="0" r1="{cell}"/><v>1</v>'
    put_cells(book, name, {at: xml})


def shape_and_link(book: Parts, sheet: str, shows: str, leads_to: str) -> None:
    """A shape on the user's sheet that shows a cell and leads to another one."""
    xml = (
        f'{HEAD}<xdr:wsDr xmlns:xdr="{_DRAWING}" xmlns:a="{_A}" xmlns:r="{OFFICE}"><xdr:twoCellAnchor><xdr:from>'
        "<xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to>"
        "<xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>3</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
        f'<xdr:sp macro="" textlink="{shows}"><xdr:nvSpPr><xdr:cNvPr id="2" name="枠"><a:hlinkClick r:id="rIdUser1"/>'
        "</xdr:cNvPr><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr/></xdr:sp><xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
    )
    part = book.add("xl/drawings/drawing77.xml", xml, "application/vnd.openxmlformats-officedocument.drawing+xml")
    book.relate(part, "hyperlink", "x")
    rels = "xl/drawings/_rels/drawing77.xml.rels"
    book.edit(rels, 'Target="/x"', f'Target="#{leads_to}"')
    rid = book.relate(sheet, "drawing", part)
    book.edit(sheet, "</worksheet>", f'<drawing r:id="{rid}"/></worksheet>')
